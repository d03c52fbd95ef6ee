//! The terminal: taken over on the way in, given back on every way out.

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

use crate::stderr;
use wide_graphemes::WideGraphemes;

/// Presses and the wheel, in the encoding that has no limit of columns. Not the movements that crossterm's own command
/// asks for as well: each would wake us for nothing.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1000l";
/// The window's title is put on the terminal's own stack, and taken from it.
const SAVE_TITLE: &str = "\x1b[22;0t";
const RESTORE_TITLE: &str = "\x1b[23;0t";

/// Whether the terminal is ours at the moment: restoring it twice does nothing.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Room for a frame in which every cell changed, in bytes. Standard output by itself writes a kilobyte at a time, each of which wakes
/// whoever reads it.
const FRAME_BYTES: usize = 64 * 1024;

type Backend = CrosstermBackend<BufWriter<Stdout>>;

/// The terminal while it is ours. Dropping it gives it back.
pub struct Terminal {
    ratatui: ratatui::Terminal<Backend>,
    wide_graphemes: WideGraphemes,
}

impl Terminal {
    /// Takes the terminal over: raw mode, the alternate screen, paste, focus and mouse reports. While it is taken, standard error
    /// goes to this file.
    ///
    /// # Errors
    /// Where standard input or output is no terminal, or it cannot be set up.
    pub fn take(stderr_file: File) -> io::Result<Self> {
        if !(io::stdin().is_terminal() && stdout().is_terminal()) {
            return Err(io::Error::other("papo fills a terminal, and this is none: start it in one, without < > or |"));
        }
        stderr::prepare(stderr_file)?;
        give_back_on_panic();
        let taken = Self { ratatui: ratatui::Terminal::new(backend())?, wide_graphemes: WideGraphemes::default() };
        enter()?;
        Ok(taken)
    }

    /// Takes it over again, after the process was stopped and continued.
    ///
    /// # Errors
    /// Where it cannot be set up.
    pub fn take_again(&mut self) -> io::Result<()> {
        enter()?;
        self.clear()
    }

    /// The size in cells.
    ///
    /// # Errors
    /// Where the terminal does not say.
    pub fn size(&self) -> io::Result<Size> {
        self.ratatui.size()
    }

    /// Draws one frame. The terminal is told where it begins and ends, so that it never shows half of one.
    ///
    /// # Errors
    /// Where the terminal cannot be written to.
    pub fn draw(&mut self, render: impl FnOnce(&mut ratatui::Frame)) -> io::Result<()> {
        queue!(self.ratatui.backend_mut(), BeginSynchronizedUpdate)?;
        self.ratatui.draw(|frame| {
            render(frame);
            self.wide_graphemes.repaint(frame.buffer_mut());
        })?;
        execute!(self.ratatui.backend_mut(), EndSynchronizedUpdate)
    }

    /// Forgets what the screen shows, so that the next frame paints every cell.
    ///
    /// Not by ratatui's own `clear`: that asks the terminal where its cursor is, and the answer would go to whoever reads
    /// the keys. It failed after two seconds, on every return from Ctrl-Z.
    ///
    /// # Errors
    /// Where the terminal cannot be written to.
    pub fn clear(&mut self) -> io::Result<()> {
        execute!(stdout(), Clear(ClearType::All))?;
        self.ratatui = ratatui::Terminal::new(backend())?;
        Ok(())
    }

    /// Rings the bell.
    ///
    /// # Errors
    /// Where the terminal cannot be written to.
    pub fn bell(&self) -> io::Result<()> {
        execute!(stdout(), Print('\x07'))
    }

    /// Names the window.
    ///
    /// # Errors
    /// Where the terminal cannot be written to.
    pub fn set_title(&self, title: &str) -> io::Result<()> {
        execute!(stdout(), SetTitle(title))
    }

    /// Puts text on the clipboard of the machine the terminal runs on, also over SSH (OSC 52).
    ///
    /// # Errors
    /// Where the terminal cannot be written to.
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
    CrosstermBackend::new(BufWriter::with_capacity(FRAME_BYTES, stdout()))
}

fn enter() -> io::Result<()> {
    TAKEN.store(true, Ordering::SeqCst);
    stderr::divert();
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

/// Gives the terminal back as it was found. Does nothing where it is not ours. Whatever fails is left behind: there is
/// nobody to tell it to, and the rest must still be tried.
pub fn restore() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
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
    stderr::restore();
}

/// A panic gives the terminal back before it says what happened, so that it can be read.
fn give_back_on_panic() {
    let say = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        restore();
        say(panic);
    }));
}
