//! The only loop: wait, update, perform the effects, draw once.

use std::future::pending;
use std::io;
use std::time::Duration;

use papo_shared::model::ConversationId;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep, sleep_until};

use crate::clock::Clock;
use crate::connection::{Command, Connection};
use crate::editor::Editor;
use crate::effect::Effect;
use crate::event::Event;
use crate::highlighter::Highlighter;
use crate::local_store::LocalStore;
use crate::opener::Opener;
use crate::sign_ins::SignIns;
use crate::state::State;
use crate::terminal;
use crate::terminal::Terminal;
use crate::update::update_all;
use crate::view;
use crate::view::theme::Theme;
use crate::words::Words;

/// Most events of a kind that wait. Whoever adds one waits while it is full: the network is then read more slowly, nothing is
/// lost.
pub const EVENT_QUEUE: usize = 1024;
/// What comes by itself is drawn sixty times a second at most: a screen shows no more, and in a flood a frame was drawn for every
/// hundred messages before.
const FRAME: Duration = Duration::from_millis(16);
/// Frames that may follow one another at once before that: signing in, where each reply leads to the next request, is no flood.
const FRAMES_AT_ONCE: u32 = 8;
/// Most events taken into account before it is looked whether a key was pressed: a millisecond's worth.
const EVENTS_AT_A_TIME: usize = 256;

/// Ctrl-Z waits at most this long for drafts to be written.
const KEEP_BEFORE_SUSPENDING: Duration = Duration::from_secs(1);
/// The end of the program waits at most this long for what must not be lost to be written.
const KEEP_BEFORE_END: Duration = Duration::from_secs(1);

/// What the loop works with besides the state.
pub struct Runtime {
    /// Where frames are drawn.
    pub terminal: Terminal,
    /// Where lines go.
    pub connection: Connection,
    /// Where what must not be lost is kept.
    pub local_store: LocalStore,
    /// Where the sign-in is kept for the next start.
    pub sign_ins: SignIns,
    /// What finds the colours of code.
    pub highlighter: Highlighter,
    /// What opens links.
    pub opener: Opener,
    /// What the person writes long messages with.
    pub editor: Editor,
    /// What happens here: what the person does, what the machine answers. Each is shown at once.
    pub events: mpsc::Receiver<Event>,
    /// What the connection tells. What comes within a frame is shown together.
    pub told: mpsc::Receiver<Event>,
    /// What the roles look like.
    pub theme: Theme,
    /// The language.
    pub words: Words,
    /// The monotonic clock and the wall clock.
    pub clock: Clock,
    /// Whether the editor has the terminal: nothing is drawn then, and everything else goes on.
    pub terminal_is_lent: bool,
}

impl Runtime {
    /// Runs until the person quits or the process is told to end.
    ///
    /// # Errors
    /// Where the terminal cannot be drawn on any more.
    pub async fn run(mut self, mut state: State) -> io::Result<()> {
        let ended = self.run_loop(&mut state).await;
        if ended.is_err() {
            self.keep_drafts(&mut state);
        }
        // The screen is given back first: stopping the server can take a moment nobody should have to watch.
        drop(self.terminal);
        // Whoever waits for room to tell something is let go: nobody takes it any more, and what follows waits for them to end.
        drop((self.events, self.told));
        // At the same time, so that the longest of them is all that anybody waits for.
        let keep = spawn_blocking(move || self.local_store.stop(KEEP_BEFORE_END));
        let keep_sign_in = spawn_blocking(move || self.sign_ins.stop());
        let _ = tokio::join!(keep, keep_sign_in, self.connection.stop());
        ended
    }

    /// The terminal failed in the middle of something: what is typed is kept all the same.
    fn keep_drafts(&self, state: &mut State) {
        for effect in update_all(state, self.clock.now(), [Event::Terminated]) {
            if let Effect::Keep(changes) = effect {
                // Nobody is there to be told.
                let _ = self.local_store.keep(changes);
            }
        }
    }

    async fn run_loop(&mut self, state: &mut State) -> io::Result<()> {
        let mut pace = Pace::from(Instant::now());
        let mut wanted = Frame::AtOnce;
        let (mut here, mut told) = (Vec::new(), Vec::new());
        loop {
            if wanted == Frame::AtOnce || (wanted == Frame::WhenDue && pace.due <= Instant::now()) {
                self.draw(state)?;
                pace.drew(Instant::now());
                wanted = Frame::None;
            }
            self.wait(state, (wanted == Frame::WhenDue).then_some(pace.due), &mut here, &mut told).await;
            if !here.is_empty() {
                wanted = Frame::AtOnce;
            } else if !told.is_empty() {
                wanted = Frame::WhenDue;
            }
            for happened in here.drain(..) {
                if matches!(happened, Event::EditorClosed { .. }) && self.take_terminal_back(state)? == Flow::Stop {
                    return Ok(());
                }
                if self.happen(Some(happened), state)? == Flow::Stop {
                    return Ok(());
                }
            }
            if !told.is_empty() && self.happen(told.drain(..), state)? == Flow::Stop {
                return Ok(());
            }
        }
    }

    fn draw(&mut self, state: &State) -> io::Result<()> {
        if self.terminal_is_lent {
            return Ok(());
        }
        let (words, theme) = (&self.words, self.theme);
        self.terminal.draw(|frame| view::draw(frame, state, words, theme))
    }

    /// Waits for what happens next, or until the frame is due, and takes with it what waits already. Nothing wakes the loop
    /// when there is nothing to do.
    async fn wait(&mut self, state: &State, frame_at: Option<Instant>, here: &mut Vec<Event>, told: &mut Vec<Event>) {
        let ticked = async {
            match state.wake_at() {
                None => pending().await,
                Some(at) => sleep(Duration::from_millis(u64::try_from(at.ms_since(self.clock.now().moment)).unwrap_or(0))).await,
            }
        };
        let frame_is_due = async {
            match frame_at {
                None => pending().await,
                Some(at) => sleep_until(at).await,
            }
        };
        tokio::select! {
            biased;
            // Every sender is gone: there is nothing left that could happen.
            event = self.events.recv() => here.push(event.unwrap_or(Event::Terminated)),
            Some(event) = self.told.recv() => told.push(event),
            () = ticked => here.push(Event::Ticked),
            () = frame_is_due => {}
        }
        here.extend(std::iter::from_fn(|| self.events.try_recv().ok()).take(EVENTS_AT_A_TIME));
        told.extend(std::iter::from_fn(|| self.told.try_recv().ok()).take(EVENTS_AT_A_TIME));
    }

    fn perform(&mut self, effect: Effect, state: &mut State) -> io::Result<Flow> {
        match effect {
            Effect::Send(frame) => self.connection.command(Command::Send(frame)),
            Effect::Reconnect => self.connection.command(Command::Reconnect),
            Effect::Trust(fingerprint) => self.connection.command(Command::Trust(fingerprint)),
            Effect::HostHere => self.connection.command(Command::HostHere),
            Effect::FindSignIn(server) => self.sign_ins.find(server),
            Effect::StaySignedIn(server, username, token) => self.sign_ins.keep(server, username, token),
            Effect::ForgetSignIn(server, username) => self.sign_ins.forget(server, username),
            Effect::ReadKept(server, username) => self.local_store.read(server, username),
            Effect::Keep(changes) => return self.happen(self.local_store.keep(changes), state),
            Effect::Edit(conversation, draft) => self.lend_terminal(conversation, draft),
            // The editor's screen is not ours to write on; a bell does no harm there.
            Effect::SetTitle(_) | Effect::Copy(_) | Effect::Redraw if self.terminal_is_lent => {}
            Effect::Bell => self.terminal.bell()?,
            Effect::SetTitle(title) => self.terminal.set_title(&title)?,
            Effect::Copy(text) => self.terminal.copy(&text)?,
            Effect::Open(link) => return self.happen(self.opener.open(link), state),
            Effect::Highlight(code) => self.highlighter.ask(code),
            Effect::Redraw => self.terminal.clear()?,
            Effect::Suspend => return self.suspend(state),
            Effect::ContinueEditor => self.editor.go_on(),
            Effect::Quit => return Ok(Flow::Stop),
        }
        Ok(Flow::GoOn)
    }

    /// Takes into account what happened, and does what is to be done for it.
    fn happen(&mut self, events: impl IntoIterator<Item = Event>, state: &mut State) -> io::Result<Flow> {
        for effect in update_all(state, self.clock.now(), events) {
            if self.perform(effect, state)? == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        Ok(Flow::GoOn)
    }

    /// Leaves the terminal to the person's editor.
    fn lend_terminal(&mut self, conversation: ConversationId, draft: String) {
        self.terminal_is_lent = true;
        self.editor.start(conversation, draft);
    }

    /// The editor ended: the terminal is ours again, whatever it left on the screen.
    fn take_terminal_back(&mut self, state: &mut State) -> io::Result<Flow> {
        self.terminal.take_again()?;
        self.terminal_is_lent = false;
        self.editor.closed();
        self.note_size(state)
    }

    /// Gives the terminal back and stops the process, as Ctrl-Z does; goes on where it was when it is continued. While this process
    /// hosts a server it is not stopped: nobody could chat, and nobody take over.
    fn suspend(&mut self, state: &mut State) -> io::Result<Flow> {
        // The signal stops every thread, and a stopped process may be killed.
        self.local_store.wait_until_idle(KEEP_BEFORE_SUSPENDING);
        // Where the editor has the terminal, that one gives it back and takes it again.
        let is_lent = self.terminal_is_lent;
        let stopped = self.connection.unless_hosting(|| {
            if !is_lent {
                terminal::restore();
            }
            signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)
        });
        match stopped {
            None => return self.happen(Some(Event::NotStopped), state),
            Some(stopped) => stopped?,
        }
        if is_lent {
            return Ok(Flow::GoOn);
        }
        self.terminal.take_again()?;
        self.note_size(state)
    }

    /// The window may have another size by now.
    fn note_size(&mut self, state: &mut State) -> io::Result<Flow> {
        let resized = Event::Resized(self.terminal.size()?);
        self.happen([resized], state)
    }
}

#[derive(PartialEq, Eq)]
enum Flow {
    GoOn,
    Stop,
}

/// Whether what changed is to be drawn.
#[derive(PartialEq, Eq)]
enum Frame {
    /// Nothing changed.
    None,
    /// Something came by itself.
    WhenDue,
    /// Somebody waits for what they did.
    AtOnce,
}

/// When the next frame is drawn of what comes by itself.
struct Pace {
    due: Instant,
}

impl Pace {
    /// Nothing was drawn for a while.
    fn from(now: Instant) -> Self {
        Self { due: now.checked_sub(FRAME * FRAMES_AT_ONCE).unwrap_or(now) }
    }

    /// A frame was drawn. However many were drawn at once, the next one is due a frame from now at the latest.
    fn drew(&mut self, now: Instant) {
        let credit = FRAME * (FRAMES_AT_ONCE - 1);
        self.due = (self.due.max(now.checked_sub(credit).unwrap_or(now)) + FRAME).min(now + FRAME);
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, FRAME, FRAMES_AT_ONCE, Instant, Pace};

    /// How many frames are drawn from now on for so long, where something changes all the time.
    fn drawn(pace: &mut Pace, from: Instant, for_ms: u64) -> u32 {
        let mut frames = 0;
        for ms in 0..for_ms {
            let now = from + Duration::from_millis(ms);
            if pace.due <= now {
                pace.drew(now);
                frames += 1;
            }
        }
        frames
    }

    #[test]
    fn a_flood_is_drawn_at_the_pace_of_a_screen_and_what_comes_after_a_while_at_once() {
        let start = Instant::now();
        let mut pace = Pace::from(start);
        let second = u32::try_from(Duration::from_secs(1).as_millis() / FRAME.as_millis()).unwrap();
        assert!((second..=second + FRAMES_AT_ONCE).contains(&drawn(&mut pace, start, 1_000)));
        let later = start + Duration::from_secs(10);
        assert_eq!(drawn(&mut pace, later, u64::from(FRAMES_AT_ONCE)), FRAMES_AT_ONCE);
        assert_eq!(drawn(&mut Pace::from(later), later, u64::from(FRAMES_AT_ONCE)), FRAMES_AT_ONCE);
    }

    #[test]
    fn what_a_person_did_delays_nothing_for_longer_than_a_frame() {
        let start = Instant::now();
        let mut pace = Pace::from(start);
        for _ in 0..100 {
            pace.drew(start);
        }
        assert_eq!(pace.due, start + FRAME);
    }
}
