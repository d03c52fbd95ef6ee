//! What comes from outside the program other than the server: keys, the mouse, the window, signals, hang-up.

use crossterm::event::{Event as TerminalEvent, EventStream, KeyEventKind, MouseButton, MouseEventKind};
use futures_util::StreamExt;
use ratatui::layout::Size;
use rustix::event::{PollFd, PollFlags, poll};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

use crate::event::Event;

/// Starts reading keys and whatever else the terminal reports.
pub fn read_terminal(events: mpsc::Sender<Event>) {
    tokio::spawn(async move {
        let mut reports = EventStream::new();
        while let Some(Ok(report)) = reports.next().await {
            if let Some(event) = event_of(report)
                && events.send(event).await.is_err()
            {
                return;
            }
        }
        // No more keys can come: there is nobody to chat with papo any more.
        let _ = events.send(Event::Terminated).await;
    });
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

/// Turns the signals that end a program into an event, so that the terminal is given back and the server stopped.
///
/// # Errors
/// Where the system refuses a handler.
pub fn watch_signals(events: mpsc::Sender<Event>) -> std::io::Result<()> {
    for kind in [SignalKind::terminate(), SignalKind::hangup(), SignalKind::interrupt(), SignalKind::quit()] {
        let mut signals = signal(kind)?;
        let events = events.clone();
        tokio::spawn(async move {
            if signals.recv().await.is_some() {
                let _ = events.send(Event::Terminated).await;
            }
        });
    }
    Ok(())
}

/// Tells when the terminal goes away without a signal. The stream of keys would not end then but spin without an end.
pub fn watch_hangup(events: mpsc::Sender<Event>) {
    // A thread of its own, which sleeps in the kernel until then and ends with the process.
    std::thread::spawn(move || {
        let terminal = rustix::stdio::stdin();
        loop {
            // Asks for nothing: a hang-up and an error are told unasked.
            let mut watched = [PollFd::new(&terminal, PollFlags::empty())];
            let told = poll(&mut watched, None);
            let gone = watched[0].revents().intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL);
            if gone || told.is_err_and(|error| error != rustix::io::Errno::INTR) {
                let _ = events.blocking_send(Event::Terminated);
                return;
            }
        }
    });
}
