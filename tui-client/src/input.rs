//! What comes from outside the program other than the server: keys, the mouse, the window, signals, hang-up.

use std::os::fd::AsFd;

use crossterm::event::{Event as TerminalEvent, EventStream, KeyEventKind, MouseButton, MouseEventKind};
use futures_util::StreamExt;
use ratatui::layout::Size;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Signal, kill_current_process_group};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, watch};

use crate::event::Event;

/// Who reads the keys, and can be asked to leave them to somebody else.
#[derive(Clone)]
pub struct Keyboard {
    wanted: watch::Sender<Wanted>,
    resting: watch::Receiver<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Listen,
    Rest,
}

impl Keyboard {
    /// Stops reading; once this returns, keys stay where whoever reads next finds them.
    pub async fn rest(&self) {
        self.wanted.send_replace(Wanted::Rest);
        // It fails where the reader ended, and then nobody reads.
        let _ = self.resting.clone().wait_for(|resting| *resting).await;
    }

    /// Reads again.
    pub fn listen(&self) {
        self.wanted.send_replace(Wanted::Listen);
    }
}

/// Starts reading keys and whatever else the terminal reports.
pub fn read_terminal(events: mpsc::Sender<Event>) -> Keyboard {
    let (wanted, mut is_wanted) = watch::channel(Wanted::Listen);
    let (rests, resting) = watch::channel(false);
    tokio::spawn(async move {
        let mut reports = EventStream::new();
        loop {
            if *is_wanted.borrow_and_update() == Wanted::Rest {
                // The thread of a dropped stream lets go of the terminal, and making another stream waits for that. A new one
                // reads nothing before it is asked.
                drop(reports);
                reports = EventStream::new();
                rests.send_replace(true);
                if is_wanted.wait_for(|wanted| *wanted == Wanted::Listen).await.is_err() {
                    return;
                }
                rests.send_replace(false);
            }
            let report = tokio::select! {
                report = reports.next() => report,
                changed = is_wanted.changed() => match changed {
                    Ok(()) => continue,
                    Err(_) => return,
                },
            };
            // No more keys can come: there is nobody to chat with papo any more.
            let Some(Ok(report)) = report else { break };
            if let Some(event) = event_of(report)
                && events.send(event).await.is_err()
            {
                return;
            }
        }
        let _ = events.send(Event::Terminated).await;
    });
    Keyboard { wanted, resting }
}

fn event_of(report: TerminalEvent) -> Option<Event> {
    match report {
        TerminalEvent::Key(key) => (key.kind != KeyEventKind::Release).then_some(Event::Key(key)),
        TerminalEvent::Paste(text) => Some(Event::Pasted(text)),
        TerminalEvent::Resize(width, height) => Some(Event::Resized(Size { width, height })),
        TerminalEvent::FocusGained => Some(Event::Focused(true)),
        TerminalEvent::FocusLost => Some(Event::Focused(false)),
        TerminalEvent::Mouse(mouse) => match mouse.kind {
            MouseEventKind::ScrollUp => Some(Event::Scrolled(-1)),
            MouseEventKind::ScrollDown => Some(Event::Scrolled(1)),
            MouseEventKind::Down(MouseButton::Left) => Some(Event::Clicked(mouse.column, mouse.row)),
            _ => None,
        },
    }
}

/// Turns the signals that end or stop a program into events, so that the terminal is given back and a hosted server is stopped in
/// good order, or not frozen. Those that a terminal's keys send are told apart: they reach whatever runs in it.
///
/// # Errors
/// Where the system refuses a handler.
pub fn watch_signals(events: mpsc::Sender<Event>) -> std::io::Result<()> {
    for (kind, event) in [
        (SignalKind::terminate(), Event::Terminated),
        (SignalKind::hangup(), Event::Terminated),
        (SignalKind::interrupt(), Event::Interrupted),
        (SignalKind::quit(), Event::Interrupted),
        (SignalKind::from_raw(signal_hook::consts::SIGTSTP), Event::StopRequested),
    ] {
        let mut signals = signal(kind)?;
        let events = events.clone();
        tokio::spawn(async move {
            while signals.recv().await.is_some() {
                let _ = events.send(event.clone()).await;
            }
        });
    }
    Ok(())
}

/// Continues whatever else runs in this terminal together with this process and has stopped itself.
pub fn continue_others() {
    // It fails where there is nobody else.
    let _ = kill_current_process_group(Signal::CONT);
}

/// Waits for a signal that ends a program, and says which. As long as this is not dropped, none of them ends it by itself.
///
/// # Errors
/// Where the system refuses a handler.
pub async fn ending_signal() -> std::io::Result<i32> {
    let [terminate, hangup] = [SignalKind::terminate(), SignalKind::hangup()];
    let [interrupt, quit] = [SignalKind::interrupt(), SignalKind::quit()];
    let (mut terminated, mut hung_up) = (signal(terminate)?, signal(hangup)?);
    let (mut interrupted, mut told_to_quit) = (signal(interrupt)?, signal(quit)?);
    let came = tokio::select! {
        _ = terminated.recv() => terminate,
        _ = hung_up.recv() => hangup,
        _ = interrupted.recv() => interrupt,
        _ = told_to_quit.recv() => quit,
    };
    Ok(came.as_raw_value())
}

/// Tells when the terminal goes away without a signal. The stream of keys would not end then but spin without an end.
pub fn watch_hangup(events: mpsc::Sender<Event>) {
    std::thread::spawn(move || {
        wait_until_gone(rustix::stdio::stdin());
        let _ = events.blocking_send(Event::Terminated);
    });
}

/// Waits until whoever reads what is written to standard output has closed it. For ever, where it is a file.
pub async fn reader_gone() {
    let (tell, told) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        wait_until_gone(rustix::stdio::stdout());
        let _ = tell.send(());
    });
    if told.await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Sleeps in the kernel until the other end of a terminal or a pipe goes away: on a thread of its own, which ends with the
/// process.
fn wait_until_gone(end: impl AsFd) {
    loop {
        // Asks for nothing: a hang-up and an error are told unasked.
        let mut watched = [PollFd::new(&end, PollFlags::empty())];
        let told = poll(&mut watched, None);
        let gone = watched[0].revents().intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL);
        if gone || told.is_err_and(|error| error != rustix::io::Errno::INTR) {
            return;
        }
    }
}
