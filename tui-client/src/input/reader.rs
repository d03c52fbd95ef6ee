//! Reads the terminal, on Unix.

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

/// Most bytes taken by one read.
const READ_BYTES: usize = 16 * 1024;
/// The terminal is gone.
const GONE: PollFlags = PollFlags::HUP.union(PollFlags::ERR).union(PollFlags::NVAL);

/// Controls who reads the keys: papo, or another program that has the terminal for a while.
#[derive(Clone)]
pub struct Keyboard {
    wanted: watch::Sender<Wanted>,
    resting: watch::Receiver<bool>,
    wake_up: Arc<PipeWriter>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Listen,
    Rest,
}

impl Keyboard {
    /// Stops reading; once this returns, keys stay where whoever reads next finds them.
    pub async fn rest(&self) {
        self.want(Wanted::Rest);
        // It fails where the reader ended, and then nobody reads.
        let _ = self.resting.clone().wait_for(|resting| *resting).await;
    }

    /// Reads again.
    pub fn listen(&self) {
        self.want(Wanted::Listen);
    }

    fn want(&self, wanted: Wanted) {
        self.wanted.send_replace(wanted);
        // It fails where the reader ended.
        let _ = (&*self.wake_up).write(&[0]);
    }
}

/// Starts to read keys and whatever else the terminal reports, and to watch its size. The end of the terminal is told as
/// [`Event::Terminated`], also while the reader rests.
///
/// # Errors
/// Where the system refuses a thread, a pipe or a signal handler.
pub fn read_terminal(events: mpsc::Sender<Event>) -> io::Result<Keyboard> {
    watch_size(events.clone())?;
    let (woken, wake_up) = io::pipe()?;
    let (wanted, is_wanted) = watch::channel(Wanted::Listen);
    let (rests, resting) = watch::channel(false);
    let now = Instant::now();
    let reader = Reader { woken, is_wanted, rests, events, decoder: Decoder::new(now), bursts: Bursts::default() };
    std::thread::Builder::new().name("terminal".to_owned()).spawn(move || reader.run())?;
    Ok(Keyboard { wanted, resting, wake_up: Arc::new(wake_up) })
}

/// Tells each new size of the window.
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
    woken: PipeReader,
    is_wanted: watch::Receiver<Wanted>,
    rests: watch::Sender<bool>,
    events: mpsc::Sender<Event>,
    decoder: Decoder,
    bursts: Bursts,
}

/// Why the reader stops.
enum End {
    /// The terminal went away.
    Gone,
    /// Nobody wants events any more.
    Unwanted,
}

/// What ended a wait.
enum Wake {
    Input,
    Asked,
    Timeout,
}

impl Reader {
    fn run(mut self) {
        let Err(end) = self.read_on();
        if matches!(end, End::Gone) {
            let _ = self.events.blocking_send(Event::Terminated);
        }
    }

    fn read_on(&mut self) -> Result<std::convert::Infallible, End> {
        let mut bytes = vec![0; READ_BYTES];
        loop {
            self.rest_if_wanted()?;
            let now = Instant::now();
            let burst = self.bursts.wait();
            let sequence = self.decoder.deadline().map(|deadline| deadline.saturating_duration_since(now));
            let timeout = burst.into_iter().chain(sequence).min();
            let mut events = Vec::new();
            match self.wait(PollFlags::IN, timeout)? {
                Wake::Asked => {}
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
                    self.bursts.take_read(decoded, &mut events);
                }
            }
            self.send(events)?;
        }
    }

    /// Leaves the terminal to another program while that is wanted.
    fn rest_if_wanted(&mut self) -> Result<(), End> {
        if *self.is_wanted.borrow_and_update() == Wanted::Listen {
            return Ok(());
        }
        let mut events = Vec::new();
        self.bursts.pause(&mut events);
        self.decoder = Decoder::new(Instant::now());
        self.send(events)?;
        self.rests.send_replace(true);
        while *self.is_wanted.borrow_and_update() == Wanted::Rest {
            // Asks for nothing of the terminal: a hang-up is told unasked.
            self.wait(PollFlags::empty(), None)?;
        }
        self.rests.send_replace(false);
        Ok(())
    }

    /// Waits for the terminal, for a wish of [`Keyboard`], or for the time.
    fn wait(&mut self, input: PollFlags, timeout: Option<Duration>) -> Result<Wake, End> {
        let stdin = rustix::stdio::stdin();
        let timeout = timeout.and_then(|timeout| Timespec::try_from(timeout).ok());
        let mut watched = [PollFd::new(&stdin, input), PollFd::new(&self.woken, PollFlags::IN)];
        match poll(&mut watched, timeout.as_ref()) {
            Ok(0) => return Ok(Wake::Timeout),
            // The time that is left is counted anew.
            Err(Errno::INTR) => return Ok(Wake::Asked),
            Err(_) => return Err(End::Gone),
            Ok(_) => {}
        }
        let (terminal, woken) = (watched[0].revents(), watched[1].revents());
        if !woken.is_empty() {
            let mut wishes = [0; 64];
            return match self.woken.read(&mut wishes) {
                Ok(1..) => Ok(Wake::Asked),
                _ => Err(End::Unwanted),
            };
        }
        // What was typed before the terminal went away is read first.
        if terminal.intersects(GONE) && !terminal.contains(PollFlags::IN) { Err(End::Gone) } else { Ok(Wake::Input) }
    }

    fn send(&self, events: Vec<Event>) -> Result<(), End> {
        for event in events {
            self.events.blocking_send(event).map_err(|_| End::Unwanted)?;
        }
        Ok(())
    }
}

/// Reads what there is; nothing means that the terminal went away.
fn read(bytes: &mut [u8]) -> Result<usize, End> {
    match rustix::io::read(rustix::stdio::stdin(), bytes) {
        Ok(0) => Err(End::Gone),
        Ok(count) => Ok(count),
        Err(Errno::INTR | Errno::AGAIN) => Ok(0),
        Err(_) => Err(End::Gone),
    }
}
