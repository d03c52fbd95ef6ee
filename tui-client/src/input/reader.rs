//! Reads the terminal on a thread, with `poll`.

use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ratatui::layout::Size;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, watch};

use super::bursts::Bursts;
use super::decoder::Decoder;
use crate::event::Event;

/// The size of the read buffer.
const READ_BYTES: usize = 16 * 1024;
/// The poll results of a closed terminal.
const HANG_UP: PollFlags = PollFlags::HUP.union(PollFlags::ERR).union(PollFlags::NVAL);

/// Pauses and resumes the reader, so that another program can read the keyboard in between.
#[derive(Clone)]
pub struct Keyboard {
    requested: watch::Sender<Mode>,
    is_paused: watch::Receiver<bool>,
    waker: Arc<PipeWriter>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Reading,
    Paused,
}

impl Keyboard {
    /// Stops reading. Once this returns, further keys stay unread for the next program.
    pub async fn pause(&self) {
        self.request(Mode::Paused);
        // This only fails if the reader has ended, which stops the reading as well.
        let _ = self.is_paused.clone().wait_for(|is_paused| *is_paused).await;
    }

    /// Resumes reading after [`Keyboard::pause`].
    pub fn resume(&self) {
        self.request(Mode::Reading);
    }

    fn request(&self, mode: Mode) {
        self.requested.send_replace(mode);
        // This fails if the reader has ended.
        let _ = (&*self.waker).write(&[0]);
    }
}

/// Starts reading the terminal and watching its size. A closed terminal is sent as [`Event::Terminated`], even while
/// the reader is paused.
///
/// # Errors
/// A thread, pipe or signal handler cannot be created.
pub fn read_terminal(events: mpsc::Sender<Event>) -> io::Result<Keyboard> {
    watch_size(events.clone())?;
    let (wake_ups, waker) = io::pipe()?;
    let (requested, requests) = watch::channel(Mode::Reading);
    let (paused, is_paused) = watch::channel(false);
    let now = Instant::now();
    let reader = Reader { wake_ups, requests, paused, events, decoder: Decoder::new(now), bursts: Bursts::default() };
    std::thread::Builder::new().name("terminal".to_owned()).spawn(move || reader.run())?;
    Ok(Keyboard { requested, is_paused, waker: Arc::new(waker) })
}

/// Sends [`Event::Resized`] for each new size of the window.
fn watch_size(events: mpsc::Sender<Event>) -> io::Result<()> {
    let mut changes = signal(SignalKind::window_change())?;
    tokio::spawn(async move {
        while changes.recv().await.is_some() {
            let Ok((width, height)) = crossterm::terminal::size() else { continue };
            if events.send(Event::Resized(Size { width, height })).await.is_err() {
                return;
            }
        }
    });
    Ok(())
}

struct Reader {
    wake_ups: PipeReader,
    requests: watch::Receiver<Mode>,
    paused: watch::Sender<bool>,
    events: mpsc::Sender<Event>,
    decoder: Decoder,
    bursts: Bursts,
}

/// Why the reader ends.
enum End {
    /// The terminal was closed.
    TerminalClosed,
    /// The receiver of the events is gone.
    ReceiverClosed,
}

/// What ended a call of `poll`.
enum Wake {
    Input,
    ModeRequested,
    Timeout,
}

impl Reader {
    fn run(mut self) {
        let Err(end) = self.read_until_end();
        if matches!(end, End::TerminalClosed) {
            let _ = self.events.blocking_send(Event::Terminated);
        }
    }

    fn read_until_end(&mut self) -> Result<std::convert::Infallible, End> {
        let mut bytes = vec![0; READ_BYTES];
        loop {
            self.pause_if_requested()?;
            let now = Instant::now();
            let burst = self.bursts.wait();
            let sequence = self.decoder.deadline().map(|deadline| deadline.saturating_duration_since(now));
            let timeout = burst.into_iter().chain(sequence).min();
            let mut events = Vec::new();
            match self.wait(PollFlags::IN, timeout)? {
                Wake::ModeRequested => {}
                Wake::Input => {
                    let count = read(&mut bytes)?;
                    let mut decoded = Vec::new();
                    self.decoder.feed(Instant::now(), &bytes[..count], &mut decoded);
                    self.bursts.take_read(decoded, &mut events);
                }
                Wake::Timeout if burst.is_some() && burst == timeout => self.bursts.pause(&mut events),
                Wake::Timeout => {
                    let mut decoded = Vec::new();
                    self.decoder.expire(&mut decoded);
                    self.bursts.take_overdue(decoded, &mut events);
                }
            }
            self.send(events)?;
        }
    }

    /// Reads nothing while a pause is requested.
    fn pause_if_requested(&mut self) -> Result<(), End> {
        if *self.requests.borrow_and_update() == Mode::Reading {
            return Ok(());
        }
        let mut events = Vec::new();
        self.bursts.pause(&mut events);
        self.decoder = Decoder::new(Instant::now());
        self.send(events)?;
        self.paused.send_replace(true);
        while *self.requests.borrow_and_update() == Mode::Paused {
            // Requests no events: `poll` reports a hang-up anyway.
            self.wait(PollFlags::empty(), None)?;
        }
        self.paused.send_replace(false);
        Ok(())
    }

    /// Waits for input, for a request of [`Keyboard`], or for the timeout.
    fn wait(&mut self, input: PollFlags, timeout: Option<Duration>) -> Result<Wake, End> {
        let stdin = rustix::stdio::stdin();
        let timeout = timeout.and_then(|timeout| Timespec::try_from(timeout).ok());
        let mut watched = [PollFd::new(&stdin, input), PollFd::new(&self.wake_ups, PollFlags::IN)];
        match poll(&mut watched, timeout.as_ref()) {
            Ok(0) => return Ok(Wake::Timeout),
            // The caller computes the remaining time again.
            Err(Errno::INTR) => return Ok(Wake::ModeRequested),
            Err(_) => return Err(End::TerminalClosed),
            Ok(_) => {}
        }
        let (terminal, wake_up) = (watched[0].revents(), watched[1].revents());
        if !wake_up.is_empty() {
            let mut discarded = [0; 64];
            return match self.wake_ups.read(&mut discarded) {
                Ok(1..) => Ok(Wake::ModeRequested),
                _ => Err(End::ReceiverClosed),
            };
        }
        // Input typed before the hang-up is read first.
        if terminal.intersects(HANG_UP) && !terminal.contains(PollFlags::IN) { Err(End::TerminalClosed) } else { Ok(Wake::Input) }
    }

    fn send(&self, events: Vec<Event>) -> Result<(), End> {
        for event in events {
            self.events.blocking_send(event).map_err(|_| End::ReceiverClosed)?;
        }
        Ok(())
    }
}

/// Reads available bytes; end of file means that the terminal was closed. Returns 0 if the read must be repeated.
fn read(bytes: &mut [u8]) -> Result<usize, End> {
    match rustix::io::read(rustix::stdio::stdin(), bytes) {
        Ok(0) => Err(End::TerminalClosed),
        Ok(count) => Ok(count),
        Err(Errno::INTR | Errno::AGAIN) => Ok(0),
        Err(_) => Err(End::TerminalClosed),
    }
}
