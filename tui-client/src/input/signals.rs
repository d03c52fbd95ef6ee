//! The signals that end a program, and the end of whoever reads its output.

use std::os::fd::AsFd;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Signal, kill_current_process_group};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

use crate::event::Event;

/// Turns the signals that end or stop a program into events, so that the terminal is given back and a hosted server is stopped
/// in good order, or not frozen. Those that a terminal's keys send are told apart: they reach whatever runs in it.
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
