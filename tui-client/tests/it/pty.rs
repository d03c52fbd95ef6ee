//! A person at a terminal: the real program in a real pseudo-terminal.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, MasterPty, PtySize};
use rustix::process::{Pid, Signal, kill_process};

use super::program::Program;

/// How long anything may take before a test gives up. Only a failing test ever waits this long.
const PATIENCE: Duration = Duration::from_secs(60);

/// A person at a terminal that runs papo.
pub(crate) struct PersonAtTerminal {
    child: Box<dyn Child + Send + Sync>,
    /// Taken away by hanging up.
    master: Option<Box<dyn MasterPty + Send>>,
    keyboard: Option<Box<dyn Write + Send>>,
    screen: Arc<Screen>,
    reader: Option<std::thread::JoinHandle<()>>,
}

/// What the terminal shows, and a bell for who waits for it to change.
struct Screen {
    /// Everything the program wrote, as it wrote it.
    written: Mutex<Vec<u8>>,
    parser: Mutex<(vt100::Parser, Ended)>,
    changed: Condvar,
    /// Set when nobody looks any more.
    abandoned: AtomicBool,
}

/// Whether the terminal's other end is closed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    No,
    Yes,
}

/// The modes a terminal program turns on, and has to turn off.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Modes {
    pub(crate) alternate_screen: bool,
    pub(crate) bracketed_paste: bool,
    pub(crate) mouse: bool,
    pub(crate) hidden_cursor: bool,
}

impl Modes {
    /// As a shell has them.
    pub(crate) const SHELL: Self = Self { alternate_screen: false, bracketed_paste: false, mouse: false, hidden_cursor: false };
}

impl PersonAtTerminal {
    /// Starts papo with these arguments, at home in this folder.
    pub(crate) fn start(home: &Path, arguments: &[&str]) -> Self {
        Self::start_sized(home, arguments, 80, 24)
    }

    pub(crate) fn start_sized(home: &Path, arguments: &[&str], columns: u16, rows: u16) -> Self {
        Self::start_in(home, arguments, (columns, rows), &[])
    }

    /// As [`Self::start_sized`], with these variables in the environment as well.
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

    /// Registers under this name, and stays signed in.
    pub(crate) fn register_to_stay(&mut self, name: &str) {
        self.fill_registration(name);
        self.tick_stay_signed_in();
        self.press("\r");
        self.see(&format!("papo · {name}"));
    }

    /// Fills in the form for a new account; the cursor stays behind the repeated password.
    fn fill_registration(&mut self, name: &str) {
        self.see("Welcome");
        self.see("connected");
        self.press("\x1bOQ");
        self.see("Once more");
        self.enter(name);
        self.enter(&password(name));
        self.fill(&password(name));
    }

    /// Creates a group from the menu without adding anybody, and leaves its conversation open.
    pub(crate) fn create_group(&mut self, name: &str) {
        self.press("4");
        self.see("Name");
        self.enter(name);
        self.see(&format!("Add whom to {name}?"));
        self.press("\x1b");
        self.see_no("Add whom");
    }

    /// Fills the form in; the cursor stays behind the password.
    pub(crate) fn fill_sign_in(&mut self, name: &str) {
        self.enter(name);
        self.fill(&password(name));
    }

    /// Goes on from the password, which stands in the form, and chooses to stay signed in.
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

    /// Presses keys: text, `\r` for Enter, `\x1b…` for what terminals send for the others.
    pub(crate) fn press(&mut self, keys: &str) {
        let keyboard = self.keyboard.as_mut().expect("nobody hung up");
        keyboard.write_all(keys.as_bytes()).unwrap();
        keyboard.flush().unwrap();
    }

    /// Types text into the field that has the cursor, and waits until it stands there: in dots, if the field is secret.
    #[track_caller]
    pub(crate) fn fill(&mut self, text: &str) {
        let before = self.with_screen(vt100::Screen::cursor_position);
        self.press(text);
        // The label of a field can end with the same word.
        let is_typed = |screen: &vt100::Screen| screen.cursor_position() != before && is_before_cursor(screen, text);
        self.wait_for(&format!("{text:?} before the cursor"), is_typed);
    }

    /// Types text as a person does, who presses Enter once the text is on the screen, and waits until the text has left its
    /// field. Written at once, text and Enter would be a paste.
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

    /// Waits until the screen is as it should be.
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

    /// What the screen shows.
    pub(crate) fn screen(&self) -> String {
        self.screen.parser.lock().unwrap_or_else(std::sync::PoisonError::into_inner).0.screen().contents()
    }

    /// Everything the program wrote to the terminal until now.
    pub(crate) fn written(&self) -> Vec<u8> {
        self.screen.written.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Reads the screen as the terminal holds it.
    pub(crate) fn with_screen<T>(&self, read: impl FnOnce(&vt100::Screen) -> T) -> T {
        read(self.screen.parser.lock().unwrap_or_else(std::sync::PoisonError::into_inner).0.screen())
    }

    /// Makes the window another size.
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

    /// The settings of the line, as `stty -a` would print them.
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

    /// The terminal goes away: the window is closed, the SSH connection breaks.
    pub(crate) fn hang_up(&mut self) {
        // Whoever reads the terminal holds it open; the next output lets go of it.
        self.screen.abandoned.store(true, Ordering::SeqCst);
        self.press("\x0c");
        self.reader.take().unwrap().join().unwrap();
        self.keyboard = None;
        self.master = None;
    }

    /// Waits until the program ended, and says whether it did so in good order.
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

    /// Waits until everything the program wrote is on the screen.
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

/// What a secret field shows for a character.
const DOT: char = '•';

fn is_behind_dots(screen: &vt100::Screen) -> bool {
    let (row, column) = screen.cursor_position();
    screen.rows(0, column).nth(row.into()).is_some_and(|before| before.ends_with(DOT)) && !screen.hide_cursor()
}

/// Whether the cursor stands right behind this text, or behind as many dots. Of a text that fills more than a row, the last
/// word counts.
fn is_before_cursor(screen: &vt100::Screen, text: &str) -> bool {
    let (row, column) = screen.cursor_position();
    let before = screen.rows(0, column).nth(row.into()).unwrap_or_default();
    // A row's text ends with its last character that is not a space.
    let before = before.trim_end();
    let dots = before.chars().rev().take_while(|c| *c == DOT).count();
    let last_word = text.split_whitespace().next_back().unwrap_or_default();
    dots == text.chars().count() || before.ends_with(last_word)
}

/// How much of the output can be shown: a frame is shown when it is whole, as a terminal does that knows synchronised
/// updates. A test that reads half a frame sees what no person sees.
fn whole_frames(output: &[u8]) -> usize {
    const BEGIN: &[u8] = b"\x1b[?2026h";
    const END: &[u8] = b"\x1b[?2026l";
    let last = |marker: &[u8]| output.windows(marker.len()).rposition(|window| window == marker);
    match (last(BEGIN), last(END)) {
        (Some(begin), end) if end.is_none_or(|end| end < begin) => begin,
        _ => {
            // A marker may be cut by the end of what was read.
            let cut = (1..BEGIN.len()).rev().find(|&count| output.ends_with(&BEGIN[..count])).unwrap_or(0);
            output.len() - cut
        }
    }
}

fn cells(count: u16) -> std::num::NonZero<u16> {
    count.try_into().unwrap()
}

/// The state of a process, as the system tells it: `T` for one that is stopped.
#[cfg(target_os = "linux")]
pub(crate) fn process_state(person: &PersonAtTerminal) -> char {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", person.pid().as_raw_nonzero())).unwrap();
    stat.rsplit_once(") ").unwrap().1.chars().next().unwrap()
}

/// A password nobody guesses, the same each time.
fn password(name: &str) -> String {
    format!("um cavalo come {name}")
}

/// A port nobody listens on.
pub(crate) fn free_port() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port().to_string()
}
