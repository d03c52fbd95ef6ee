//! Takes the terminal over at the start, draws frames, and restores the terminal on every exit.

mod wide_graphemes;

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Stdout, Write, stdout};
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange};
use crossterm::style::Print;
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, SetTitle,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute, queue};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Size;

use crate::stderr_redirect;
use wide_graphemes::WideGraphemes;

/// Reports of mouse buttons and the wheel, in SGR encoding, which has no column limit. The command of crossterm would also
/// request mouse movements, each of which would wake the program.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1000l";
/// Pushes the window title onto the terminal's stack, and pops it.
const SAVE_TITLE: &str = "\x1b[22;0t";
const RESTORE_TITLE: &str = "\x1b[23;0t";

/// Whether papo owns the terminal, so that restoring it twice has no effect.
static IS_TAKEN: AtomicBool = AtomicBool::new(false);

/// The size of the output buffer in bytes: a frame in which every cell changed. The buffer of standard output holds only a
/// kilobyte, and each write wakes the terminal.
const FRAME_BUFFER_BYTES: usize = 64 * 1024;

type Backend = CrosstermBackend<BufWriter<Stdout>>;

/// The terminal while papo owns it. Dropping restores it.
pub struct Terminal {
    ratatui: ratatui::Terminal<Backend>,
    wide_graphemes: WideGraphemes,
}

impl Terminal {
    /// Takes the terminal over: raw mode, alternate screen, and reports of pastes, focus and mouse. Meanwhile standard error is
    /// redirected to this file.
    ///
    /// # Errors
    /// Standard input or output is not a terminal, or the terminal cannot be set up.
    pub fn take(stderr_file: File) -> io::Result<Self> {
        if !(io::stdin().is_terminal() && stdout().is_terminal()) {
            return Err(io::Error::other("papo needs a terminal: start it without redirections and pipes (< > |)"));
        }
        stderr_redirect::prepare(stderr_file)?;
        restore_on_panic();
        let taken = Self { ratatui: ratatui::Terminal::new(backend())?, wide_graphemes: WideGraphemes::default() };
        enter()?;
        Ok(taken)
    }

    /// Takes the terminal over again, after the process continued or an editor ended.
    ///
    /// # Errors
    /// The terminal cannot be set up.
    pub fn take_again(&mut self) -> io::Result<()> {
        enter()?;
        self.clear()
    }

    /// The size in cells.
    ///
    /// # Errors
    /// The size is unknown.
    pub fn size(&self) -> io::Result<Size> {
        self.ratatui.size()
    }

    /// Draws one frame as a synchronised update, so that the terminal never shows half of one.
    ///
    /// # Errors
    /// The terminal cannot be written to.
    pub fn draw(&mut self, render: impl FnOnce(&mut ratatui::Frame)) -> io::Result<()> {
        queue!(self.ratatui.backend_mut(), BeginSynchronizedUpdate)?;
        self.ratatui.draw(|frame| {
            render(frame);
            self.wide_graphemes.repaint(frame.buffer_mut());
        })?;
        execute!(self.ratatui.backend_mut(), EndSynchronizedUpdate)
    }

    /// Clears the screen, so that the next frame repaints every cell.
    ///
    /// It does not use `clear` of ratatui, which queries the cursor position: the keyboard reader would receive the reply, and
    /// the query would fail after two seconds.
    ///
    /// # Errors
    /// The terminal cannot be written to.
    pub fn clear(&mut self) -> io::Result<()> {
        execute!(stdout(), Clear(ClearType::All))?;
        self.ratatui = ratatui::Terminal::new(backend())?;
        Ok(())
    }

    /// Rings the terminal bell.
    ///
    /// # Errors
    /// The terminal cannot be written to.
    pub fn bell(&self) -> io::Result<()> {
        execute!(stdout(), Print('\x07'))
    }

    /// Sets the window title.
    ///
    /// # Errors
    /// The terminal cannot be written to.
    pub fn set_title(&self, title: &str) -> io::Result<()> {
        execute!(stdout(), SetTitle(title))
    }

    /// Copies text to the clipboard of the machine that runs the terminal, also over SSH (OSC 52).
    ///
    /// # Errors
    /// The terminal cannot be written to.
    pub fn copy(&self, text: &str) -> io::Result<()> {
        execute!(stdout(), CopyToClipboard::to_clipboard_from(text))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        restore();
    }
}

fn backend() -> Backend {
    CrosstermBackend::new(BufWriter::with_capacity(FRAME_BUFFER_BYTES, stdout()))
}

fn enter() -> io::Result<()> {
    IS_TAKEN.store(true, Ordering::SeqCst);
    stderr_redirect::redirect();
    enable_raw_mode()?;
    execute!(
        stdout(),
        Print(SAVE_TITLE),
        EnterAlternateScreen,
        EnableBracketedPaste,
        EnableFocusChange,
        Print(MOUSE_ON),
        SetTitle("papo")
    )
}

/// Restores the terminal to its original state, unless it is not taken. Errors are ignored, so that every step is tried.
pub fn restore() {
    if !IS_TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let _ = execute!(
        stdout(),
        EndSynchronizedUpdate,
        Print(MOUSE_OFF),
        DisableFocusChange,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        cursor::Show,
        Print(RESTORE_TITLE)
    );
    let _ = disable_raw_mode();
    let _ = stdout().flush();
    stderr_redirect::restore();
}

/// Restores the terminal on a panic before its message is printed, so that the message is readable.
fn restore_on_panic() {
    let print_message = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        restore();
        print_message(panic);
    }));
}
