//! Signals that stop or end the process, and detection of a closed standard output.

use std::os::fd::AsFd;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Signal, kill_current_process_group};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

use crate::event::Event;

/// Turns signals that end or stop the process into events, so that the terminal is restored and a hosted server is
/// shut down properly. Signals that terminals send for keys have their own events, because they may be meant for an
/// editor in the foreground.
///
/// # Errors
/// A signal handler cannot be installed.
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

/// Sends SIGCONT to the process group, for an editor that stopped itself.
pub fn continue_process_group() {
    // This fails if there is no other process.
    let _ = kill_current_process_group(Signal::CONT);
}

/// Waits for SIGTERM, SIGHUP, SIGINT or SIGQUIT, and returns its number. Until the returned future is dropped, these signals do
/// not end the process.
///
/// # Errors
/// A signal handler cannot be installed.
pub async fn termination_signal() -> std::io::Result<i32> {
    let [terminate, hangup] = [SignalKind::terminate(), SignalKind::hangup()];
    let [interrupt, quit] = [SignalKind::interrupt(), SignalKind::quit()];
    let (mut terminated, mut hung_up) = (signal(terminate)?, signal(hangup)?);
    let (mut interrupted, mut quit_requested) = (signal(interrupt)?, signal(quit)?);
    let received = tokio::select! {
        _ = terminated.recv() => terminate,
        _ = hung_up.recv() => hangup,
        _ = interrupted.recv() => interrupt,
        _ = quit_requested.recv() => quit,
    };
    Ok(received.as_raw_value())
}

/// Waits until the reading end of standard output is closed; forever if standard output is a file.
pub async fn stdout_closed() {
    let (sender, closed) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        wait_for_hang_up(rustix::stdio::stdout());
        let _ = sender.send(());
    });
    if closed.await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Blocks until the other end of a terminal or pipe is closed. Runs on a thread that ends with the process.
fn wait_for_hang_up(end: impl AsFd) {
    loop {
        // Requests no events: `poll` reports a hang-up or an error anyway.
        let mut watched = [PollFd::new(&end, PollFlags::empty())];
        let polled = poll(&mut watched, None);
        let is_closed = watched[0].revents().intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL);
        if is_closed || polled.is_err_and(|error| error != rustix::io::Errno::INTR) {
            return;
        }
    }
}
