//! A VFS that wraps SQLite's ordinary one and records what passes through it.
//!
//! It becomes the default of the process, so that the code under test opens its databases as usual. A file in a
//! directory that is not watched is opened by the ordinary VFS in the memory that SQLite provided, and never returns
//! here.

#![allow(unsafe_code, reason = "SQLite has a C interface")]

use std::ffi::{CStr, OsStr, c_char, c_int, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::{fs, io, ptr};

use rusqlite::ffi::{self, sqlite3_file, sqlite3_io_methods, sqlite3_vfs};

use crate::folder::{Change, Failure, Folder, State};
use crate::journal::{FileId, Operation};
use crate::power_cut::SECTOR;

/// The system's VFS, to which calls are forwarded.
struct Ordinary(*mut sqlite3_vfs);

// SAFETY: SQLite never changes or frees a registered VFS, and calls it from any thread.
unsafe impl Send for Ordinary {}
// SAFETY: as above.
unsafe impl Sync for Ordinary {}

static ORDINARY: OnceLock<Result<Ordinary, &'static str>> = OnceLock::new();

/// Registers this VFS as the default of the process, once.
pub(crate) fn register() -> io::Result<()> {
    let registered = ORDINARY.get_or_init(|| {
        // SAFETY: a null name requests the default VFS, which is never moved or freed.
        let ordinary = unsafe { ffi::sqlite3_vfs_find(ptr::null()) };
        if ordinary.is_null() {
            return Err("SQLite has no VFS");
        }
        // SAFETY: the pointer is to a valid VFS. The copy keeps the data that the wrapped methods use.
        let mut vfs = unsafe { ptr::read(ordinary) };
        vfs.zName = c"papo-simulated-disk".as_ptr();
        vfs.pNext = ptr::null_mut();
        vfs.szOsFile += HEADER;
        vfs.xOpen = Some(open);
        vfs.xDelete = Some(delete);
        // SAFETY: the VFS is leaked, since it must live as long as the process; its name is a constant.
        let code = unsafe { ffi::sqlite3_vfs_register(Box::leak(Box::new(vfs)), 1) };
        if code == ffi::SQLITE_OK { Ok(Ordinary(ordinary)) } else { Err("SQLite did not take the VFS") }
    });
    registered.as_ref().map(drop).map_err(|words| io::Error::other(*words))
}

/// The wrapped VFS, which was found before this one was registered.
fn ordinary() -> *mut sqlite3_vfs {
    match ORDINARY.get() {
        Some(Ok(ordinary)) => ordinary.0,
        _ => unreachable!("an unregistered VFS is not called"),
    }
}

/// An open watched file as SQLite sees it. The wrapped VFS's file follows it in the same allocation.
#[repr(C)]
struct WatchedFile {
    methods: *const sqlite3_io_methods,
    open: *mut OpenFile,
}

struct OpenFile {
    folder: Arc<Folder>,
    id: FileId,
    /// Whether the first sync also syncs the directory, as the wrapped VFS does for a new journal.
    syncs_folder: bool,
}

/// Offset of the wrapped VFS's file: a multiple of every alignment it may need.
const HEADER: c_int = 16;
const _: () = assert!(size_of::<WatchedFile>() <= HEADER as usize);

/// The wrapped VFS's part of a watched file.
///
/// # Safety
/// `file` is a watched file.
unsafe fn real(file: *mut sqlite3_file) -> *mut sqlite3_file {
    // SAFETY: SQLite allocated `szOsFile` bytes, which cover the header and the wrapped VFS's file.
    unsafe { file.byte_add(HEADER as usize) }
}

/// Our data of a watched file. SQLite uses a file from one thread at a time.
///
/// # Safety
/// `file` is a watched file, and no other reference to the data is alive.
unsafe fn known<'a>(file: *mut sqlite3_file) -> &'a mut OpenFile {
    // SAFETY: `open` stored it there, and `xClose` is the last method called.
    unsafe { &mut *(*file.cast::<WatchedFile>()).open }
}

/// Calls the wrapped method on the wrapped part of a file.
macro_rules! really {
    ($method:ident, $file:expr $(, $argument:expr)*) => {{
        let real = real($file);
        (*(*real).pMethods).$method.expect("the ordinary VFS has every method")(real $(, $argument)*)
    }};
}

/// Methods that only forward the call.
macro_rules! passed_on {
    ($($method:ident($($argument:ident: $type:ty),*) $(-> $answer:ty)?;)*) => {$(
        #[allow(non_snake_case, reason = "the name in C")]
        unsafe extern "C" fn $method(file: *mut sqlite3_file $(, $argument: $type)*) $(-> $answer)? {
            // SAFETY: SQLite calls this with a file that this VFS opened and has not closed.
            unsafe { really!($method, file $(, $argument)*) }
        }
    )*};
}

passed_on! {
    xRead(into: *mut c_void, amount: c_int, offset: i64) -> c_int;
    xFileSize(size: *mut i64) -> c_int;
    xLock(level: c_int) -> c_int;
    xUnlock(level: c_int) -> c_int;
    xCheckReservedLock(out: *mut c_int) -> c_int;
    xSectorSize() -> c_int;
    xDeviceCharacteristics() -> c_int;
    xShmMap(page: c_int, page_size: c_int, extend: c_int, out: *mut *mut c_void) -> c_int;
    xShmLock(offset: c_int, n: c_int, flags: c_int) -> c_int;
    xShmBarrier();
    xShmUnmap(delete: c_int) -> c_int;
}

/// Version 2: without memory-mapped reads.
static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(xRead),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(xFileSize),
    xLock: Some(xLock),
    xUnlock: Some(xUnlock),
    xCheckReservedLock: Some(xCheckReservedLock),
    xFileControl: Some(file_control),
    xSectorSize: Some(xSectorSize),
    xDeviceCharacteristics: Some(xDeviceCharacteristics),
    xShmMap: Some(xShmMap),
    xShmLock: Some(xShmLock),
    xShmBarrier: Some(xShmBarrier),
    xShmUnmap: Some(xShmUnmap),
    xFetch: None,
    xUnfetch: None,
};

/// The watched directory of a path, and the name in it; `None` if it is not watched, or for a temporary file, which has no name.
fn watched(name: *const c_char) -> Option<(Arc<Folder>, String)> {
    if name.is_null() {
        return None;
    }
    // SAFETY: SQLite passes a NUL-terminated path.
    let name = unsafe { CStr::from_ptr(name) };
    Folder::of(Path::new(OsStr::from_bytes(name.to_bytes())))
}

unsafe extern "C" fn open(
    _: *mut sqlite3_vfs,
    name: *const c_char,
    file: *mut sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    let vfs = ordinary();
    // SAFETY: the wrapped VFS has this method.
    let really_open = unsafe { (*vfs).xOpen }.expect("the ordinary VFS opens files");
    let Some((folder, file_name)) = watched(name) else {
        // SAFETY: SQLite's own arguments, and memory that is large enough.
        return unsafe { really_open(vfs, name, file, flags, out_flags) };
    };
    let mut state = folder.state();
    // SAFETY: as above: a NUL-terminated path.
    let content = fs::read(Path::new(OsStr::from_bytes(unsafe { CStr::from_ptr(name) }.to_bytes())));
    let is_new = content.is_err();
    // SAFETY: SQLite's own arguments, and the wrapped VFS's part of the memory.
    let code = unsafe { really_open(vfs, name, real(file), flags, out_flags) };
    let known = if code == ffi::SQLITE_OK {
        let is_journal = flags & (ffi::SQLITE_OPEN_MAIN_JOURNAL | ffi::SQLITE_OPEN_SUPER_JOURNAL | ffi::SQLITE_OPEN_WAL) != 0;
        let id = state.opened(&file_name, content.unwrap_or_default());
        drop(state);
        Box::into_raw(Box::new(OpenFile { folder, id, syncs_folder: is_new && is_journal }))
    } else {
        ptr::null_mut()
    };
    // Without methods, SQLite treats the file as not opened.
    let methods: *const sqlite3_io_methods = if known.is_null() { ptr::null() } else { &raw const METHODS };
    // SAFETY: the memory starts with room for this.
    unsafe { file.cast::<WatchedFile>().write(WatchedFile { methods, open: known }) };
    code
}

unsafe extern "C" fn delete(_: *mut sqlite3_vfs, name: *const c_char, sync_folder: c_int) -> c_int {
    let vfs = ordinary();
    // SAFETY: the wrapped VFS has this method, and these are SQLite's own arguments.
    let really_delete = || unsafe { (*vfs).xDelete.expect("the ordinary VFS deletes files")(vfs, name, sync_folder) };
    let Some((folder, file_name)) = watched(name) else { return really_delete() };
    let mut state = folder.state();
    let code = really_delete();
    if code == ffi::SQLITE_OK {
        state.deleted(&file_name);
        if sync_folder != 0 {
            state.note(Operation::SyncFolder);
        }
    }
    code
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    // SAFETY: a file that this VFS opened, for the last time; frees what `open` allocated.
    unsafe {
        drop(Box::from_raw((*file.cast::<WatchedFile>()).open));
        really!(xClose, file)
    }
}

unsafe extern "C" fn write(file: *mut sqlite3_file, from: *const c_void, amount: c_int, offset: i64) -> c_int {
    // SAFETY: a file that this VFS opened.
    let known = unsafe { known(file) };
    let really_write = |state: &mut State, amount: usize| {
        if amount == 0 {
            return ffi::SQLITE_OK;
        }
        // SAFETY: SQLite passes at least this many bytes.
        let bytes = unsafe { std::slice::from_raw_parts(from.cast::<u8>(), amount) }.to_vec();
        // SAFETY: the wrapped part of the file, and SQLite's own arguments.
        let code = unsafe { really!(xWrite, file, from, amount as c_int, offset) };
        if code == ffi::SQLITE_OK {
            state.note(Operation::Write { file: known.id, offset: offset as usize, bytes });
        }
        code
    };
    let mut state = known.folder.state();
    match state.permit(Change::Write) {
        Ok(()) => really_write(&mut state, amount as usize),
        Err(failure) => {
            // A failing write may have been done in part.
            really_write(&mut state, amount as usize / 2 / SECTOR * SECTOR);
            code_of(failure, ffi::SQLITE_IOERR_WRITE)
        }
    }
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, size: i64) -> c_int {
    // SAFETY: a file that this VFS opened.
    let known = unsafe { known(file) };
    let mut state = known.folder.state();
    if let Err(failure) = state.permit(Change::Truncate) {
        return code_of(failure, ffi::SQLITE_IOERR_TRUNCATE);
    }
    // SAFETY: the wrapped part of the file.
    let code = unsafe { really!(xTruncate, file, size) };
    if code == ffi::SQLITE_OK {
        state.note(Operation::Truncate { file: known.id, size: size as usize });
    }
    code
}

/// Does not sync the real file: the journal decides what survives a power cut.
unsafe extern "C" fn sync(file: *mut sqlite3_file, _: c_int) -> c_int {
    // SAFETY: a file that this VFS opened.
    let known = unsafe { known(file) };
    let mut state = known.folder.state();
    if let Err(failure) = state.permit(Change::Sync) {
        state.note(Operation::SyncFailed { file: known.id });
        return code_of(failure, ffi::SQLITE_IOERR_FSYNC);
    }
    state.note(Operation::Sync { file: known.id });
    if std::mem::take(&mut known.syncs_folder) {
        state.note(Operation::SyncFolder);
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn file_control(file: *mut sqlite3_file, operation: c_int, argument: *mut c_void) -> c_int {
    // SAFETY: a file that this VFS opened; SQLite's own arguments.
    unsafe {
        if operation == ffi::SQLITE_FCNTL_PRAGMA {
            overrule(&known(file).folder, argument.cast());
        }
        really!(xFileControl, file, operation, argument)
    }
}

/// Replaces the value in SQLite's own copy of the arguments of a PRAGMA.
///
/// # Safety
/// The arguments are a slot for an error, the name, and the value or null.
unsafe fn overrule(folder: &Folder, words: *mut *mut c_char) {
    // SAFETY: by the contract above, three pointers, the last two to NUL-terminated strings or null.
    let (name, value) = unsafe { (*words.add(1), *words.add(2)) };
    if value.is_null() {
        return;
    }
    // SAFETY: as above.
    let (name, length) = unsafe { (CStr::from_ptr(name), CStr::from_ptr(value).count_bytes()) };
    if let Some(other) = folder.state().overruled.get(name) {
        assert!(other.count_bytes() <= length, "the value must not be longer than the one it replaces");
        // SAFETY: it fits, by the assertion above; the memory is SQLite's, and nothing else refers to it now.
        unsafe { ptr::copy_nonoverlapping(other.as_ptr(), value, other.count_bytes() + 1) };
    }
}

fn code_of(failure: Failure, input_output: c_int) -> c_int {
    match failure {
        Failure::NoRoom => ffi::SQLITE_FULL,
        Failure::InputOutput => input_output,
    }
}
