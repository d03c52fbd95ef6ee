//! A user at a terminal: runs the real program in a pseudo-terminal.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, MasterPty, PtySize};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::program::Program;

/// The time limit of each wait, reached by failing tests only.
const PATIENCE: Duration = Duration::from_secs(60);

/// A user at a terminal that runs papo.
pub(crate) struct PersonAtTerminal {
    child: Box<dyn Child + Send + Sync>,
    /// `None` after a hang-up.
    master: Option<Box<dyn MasterPty + Send>>,
    keyboard: Option<Box<dyn Write + Send>>,
    screen: Arc<Screen>,
    reader: Option<std::thread::JoinHandle<()>>,
}

/// The contents of the terminal, and a condition variable that signals changes.
struct Screen {
    /// All bytes that the program wrote.
    written: Mutex<Vec<u8>>,
    parser: Mutex<(vt100::Parser, Ended)>,
    changed: Condvar,
    /// Set when the reader thread must end.
    abandoned: AtomicBool,
}

/// Whether the program closed its side of the terminal.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    No,
    Yes,
}

/// The terminal modes that the program enables and must disable.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Modes {
    pub(crate) alternate_screen: bool,
    pub(crate) bracketed_paste: bool,
    pub(crate) mouse: bool,
    pub(crate) hidden_cursor: bool,
}

impl Modes {
    /// The modes of a terminal that shows a shell.
    pub(crate) const SHELL: Self = Self { alternate_screen: false, bracketed_paste: false, mouse: false, hidden_cursor: false };
}

impl PersonAtTerminal {
    /// Starts papo with these arguments and this home folder.
    pub(crate) fn start(home: &Path, arguments: &[&str]) -> Self {
        Self::start_sized(home, arguments, 80, 24)
    }

    pub(crate) fn start_sized(home: &Path, arguments: &[&str], columns: u16, rows: u16) -> Self {
        Self::start_in(home, arguments, (columns, rows), &[])
    }

    /// [`Self::start_sized`] with additional environment variables.
    pub(crate) fn start_in(home: &Path, arguments: &[&str], (columns, rows): (u16, u16), environment: &[(&str, &str)]) -> Self {
        let Program { child, master } = Program::start(home, arguments, (columns, rows), environment);
        let keyboard = master.take_writer().unwrap();
        let mut output = master.try_clone_reader().unwrap();
        let screen = Arc::new(Screen {
            written: Mutex::new(Vec::new()),
            parser: Mutex::new((vt100::Parser::new(cells(rows), cells(columns), 0), Ended::No)),
            changed: Condvar::new(),
            abandoned: AtomicBool::new(false),
        });
        let shown = screen.clone();
        let reader = std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            let mut waiting = Vec::new();
            while let Ok(count @ 1..) = output.read(&mut bytes) {
                shown.written.lock().unwrap_or_else(std::sync::PoisonError::into_inner).extend_from_slice(&bytes[..count]);
                waiting.extend_from_slice(&bytes[..count]);
                let whole = whole_frames(&waiting);
                shown.parser.lock().unwrap_or_else(std::sync::PoisonError::into_inner).0.process(&waiting[..whole]);
                waiting.drain(..whole);
                shown.changed.notify_all();
                if shown.abandoned.load(Ordering::SeqCst) {
                    return;
                }
            }
            shown.parser.lock().unwrap_or_else(std::sync::PoisonError::into_inner).1 = Ended::Yes;
            shown.changed.notify_all();
        });
        Self { child, master: Some(master), keyboard: Some(keyboard), screen, reader: Some(reader) }
    }

    /// Registers under this name.
    pub(crate) fn register(&mut self, name: &str) {
        self.fill_registration(name);
        self.press("\r");
        self.see(&format!("papo · {name}"));
    }

    /// Registers under this name, with *stay signed in*.
    pub(crate) fn register_to_stay(&mut self, name: &str) {
        self.fill_registration(name);
        self.tick_stay_signed_in();
        self.press("\r");
        self.see(&format!("papo · {name}"));
    }

    /// Fills in the registration form; the cursor stays after the repeated password.
    fn fill_registration(&mut self, name: &str) {
        self.see("Welcome");
        self.see("connected");
        self.press("\x1bOQ");
        self.see("Repeat password");
        self.enter(name);
        self.enter(&password(name));
        self.fill(&password(name));
    }

    /// Creates a group without further members from the menu, and leaves its conversation open.
    pub(crate) fn create_group(&mut self, name: &str) {
        self.press("4");
        self.see("Name");
        self.enter(name);
        self.see(&format!("Add whom to {name}?"));
        self.press("\x1b");
        self.see_no("Add whom");
    }

    /// Fills in the sign-in form; the cursor stays after the password.
    pub(crate) fn fill_sign_in(&mut self, name: &str) {
        self.enter(name);
        self.fill(&password(name));
    }

    /// Ticks *stay signed in* and submits the form, starting from the filled password field.
    pub(crate) fn tick_stay_signed_in(&mut self) {
        self.press("\t");
        self.wait_for("the cursor away from the password", |screen| !is_behind_dots(screen));
        self.press(" ");
        self.see("[x]");
    }

    /// Signs in under this name.
    pub(crate) fn sign_in(&mut self, name: &str) {
        self.see("Welcome");
        self.see("connected");
        self.fill_sign_in(name);
        self.press("\r");
        self.see(&format!("papo · {name}"));
    }

    /// Presses keys: text, `\r` for Enter, and escape sequences for other keys.
    pub(crate) fn press(&mut self, keys: &str) {
        let keyboard = self.keyboard.as_mut().expect("the terminal is open");
        keyboard.write_all(keys.as_bytes()).unwrap();
        keyboard.flush().unwrap();
    }

    /// Types text into the focused field, and waits until it is displayed, as dots in a secret field.
    #[track_caller]
    pub(crate) fn fill(&mut self, text: &str) {
        let before = self.with_screen(vt100::Screen::cursor_position);
        self.press(text);
        // The label of the field can end with the same word.
        let is_typed = |screen: &vt100::Screen| screen.cursor_position() != before && is_before_cursor(screen, text);
        self.wait_for(&format!("{text:?} before the cursor"), is_typed);
    }

    /// Types text, presses Enter once the text is displayed, and waits until the field is empty. Text and Enter in one write
    /// would count as a paste.
    #[track_caller]
    pub(crate) fn enter(&mut self, text: &str) {
        self.fill(text);
        self.press("\r");
        self.wait_for(&format!("no {text:?} before the cursor"), |screen| !is_before_cursor(screen, text));
    }

    /// Waits until the screen shows this text.
    #[track_caller]
    pub(crate) fn see(&self, text: &str) {
        self.see_that(text, |screen| screen.contains(text));
    }

    /// Waits until the screen does not show this text.
    #[track_caller]
    pub(crate) fn see_no(&self, text: &str) {
        self.see_that(&format!("no {text:?}"), |screen| !screen.contains(text));
    }

    /// Waits until the screen fulfils a condition.
    #[track_caller]
    pub(crate) fn see_that(&self, what: &str, is_so: impl Fn(&str) -> bool) {
        self.wait_for(what, |screen| is_so(&screen.contents()));
    }

    #[track_caller]
    fn wait_for(&self, what: &str, is_so: impl Fn(&vt100::Screen) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        let mut parser = self.screen.parser.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        while !is_so(parser.0.screen()) {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero() && parser.1 == Ended::No, "waited for {what}:\n{}", parser.0.screen().contents());
            parser = self.screen.changed.wait_timeout(parser, left).unwrap().0;
        }
    }

    /// The text of the screen.
    pub(crate) fn screen(&self) -> String {
        self.screen.parser.lock().unwrap_or_else(std::sync::PoisonError::into_inner).0.screen().contents()
    }

    /// All output of the program so far.
    pub(crate) fn written(&self) -> Vec<u8> {
        self.screen.written.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Calls a function with the terminal screen.
    pub(crate) fn with_screen<T>(&self, read: impl FnOnce(&vt100::Screen) -> T) -> T {
        read(self.screen.parser.lock().unwrap_or_else(std::sync::PoisonError::into_inner).0.screen())
    }

    /// Resizes the terminal, and signals the program.
    pub(crate) fn resize(&self, columns: u16, rows: u16) {
        self.screen
            .parser
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .0
            .screen_mut()
            .set_size(cells(rows), cells(columns));
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.master.as_ref().unwrap().resize(size).unwrap();
    }

    pub(crate) fn modes(&self) -> Modes {
        let parser = self.screen.parser.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let screen = parser.0.screen();
        Modes {
            alternate_screen: screen.alternate_screen(),
            bracketed_paste: screen.bracketed_paste(),
            mouse: screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None,
            hidden_cursor: screen.hide_cursor(),
        }
    }

    /// The line settings of the terminal, as printed by `stty -a`.
    pub(crate) fn line_settings(&self) -> String {
        format!("{:?}", self.master.as_ref().unwrap().get_termios().unwrap())
    }

    /// Sends a signal to the program.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_raw(self.child.process_id().unwrap().cast_signed()).unwrap()
    }

    /// Closes the terminal, as when its window is closed or the SSH connection breaks.
    pub(crate) fn hang_up(&mut self) {
        // The reader thread keeps the terminal open until the next output.
        self.screen.abandoned.store(true, Ordering::SeqCst);
        self.press("\x0c");
        self.reader.take().unwrap().join().unwrap();
        self.keyboard = None;
        self.master = None;
    }

    /// Waits until the program ended, and returns whether its exit code was 0.
    pub(crate) fn ended(&mut self) -> bool {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                self.drain_output();
                return status.success();
            }
            assert!(Instant::now() < deadline, "the program does not end:\n{}", self.screen());
            std::thread::yield_now();
        }
    }

    /// Waits until all output of the program was processed.
    fn drain_output(&self) {
        if self.master.is_none() {
            return;
        }
        let deadline = Instant::now() + PATIENCE;
        let mut parser = self.screen.parser.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        while parser.1 == Ended::No {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "the terminal's output does not end");
            parser = self.screen.changed.wait_timeout(parser, left).unwrap().0;
        }
    }
}

impl Drop for PersonAtTerminal {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            let _ = kill_process(self.pid(), Signal::KILL);
            let _ = self.child.wait();
        }
    }
}

/// The character that replaces each character of a secret field.
const DOT: char = '•';

fn is_behind_dots(screen: &vt100::Screen) -> bool {
    let (row, column) = screen.cursor_position();
    screen.rows(0, column).nth(row.into()).is_some_and(|before| before.ends_with(DOT)) && !screen.hide_cursor()
}

/// Whether the cursor is directly after this text, or after as many dots. For a text of more than one row, the last word counts.
fn is_before_cursor(screen: &vt100::Screen, text: &str) -> bool {
    let (row, column) = screen.cursor_position();
    let before = screen.rows(0, column).nth(row.into()).unwrap_or_default();
    // The text of a row has no trailing spaces.
    let before = before.trim_end();
    let dots = before.chars().rev().take_while(|c| *c == DOT).count();
    let last_word = text.split_whitespace().next_back().unwrap_or_default();
    dots == text.chars().count() || before.ends_with(last_word)
}

/// The length of the output up to the last complete frame. Terminals with synchronised updates do not show half a frame either.
fn whole_frames(output: &[u8]) -> usize {
    const BEGIN: &[u8] = b"\x1b[?2026h";
    const END: &[u8] = b"\x1b[?2026l";
    let last = |marker: &[u8]| output.windows(marker.len()).rposition(|window| window == marker);
    match (last(BEGIN), last(END)) {
        (Some(begin), end) if end.is_none_or(|end| end < begin) => begin,
        _ => {
            // The end of the output may contain only a part of a marker.
            let cut = (1..BEGIN.len()).rev().find(|&count| output.ends_with(&BEGIN[..count])).unwrap_or(0);
            output.len() - cut
        }
    }
}

fn cells(count: u16) -> std::num::NonZero<u16> {
    count.try_into().unwrap()
}

/// The state of a process from `/proc`: `T` if it is stopped.
#[cfg(target_os = "linux")]
pub(crate) fn process_state(person: &PersonAtTerminal) -> char {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", person.pid().as_raw_nonzero())).unwrap();
    stat.rsplit_once(") ").unwrap().1.chars().next().unwrap()
}

/// Ana, who hosts a server, and bia, who joins it, each with a home folder.
pub(crate) struct AnaAndBia {
    pub(crate) home_of_ana: TempDir,
    pub(crate) home_of_bia: TempDir,
    port: String,
}

impl AnaAndBia {
    pub(crate) fn new() -> Self {
        Self { home_of_ana: TempDir::new().unwrap(), home_of_bia: TempDir::new().unwrap(), port: free_port() }
    }

    /// Starts and registers both.
    pub(crate) fn register(&self) -> (PersonAtTerminal, PersonAtTerminal) {
        let mut ana = PersonAtTerminal::start(self.home_of_ana.path(), &["--port", &self.port]);
        ana.register("ana");
        let mut bia = self.start_bia();
        bia.register("bia");
        (ana, bia)
    }

    pub(crate) fn start_bia(&self) -> PersonAtTerminal {
        let address = format!("127.0.0.1:{}", self.port);
        PersonAtTerminal::start(self.home_of_bia.path(), &["--server", &address, "--plaintext"])
    }
}

/// A strong password, the same for all accounts.
pub(crate) fn password(name: &str) -> String {
    format!("um cavalo come {name}")
}

/// A port on which nothing listens.
pub(crate) fn free_port() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port().to_string()
}
