//! The main loop: wait for events, update the state, perform the effects, draw once.

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
use crate::terminal::{self, Terminal};
use crate::translations::Translations;
use crate::update::update_all;
use crate::view::{self, theme::Theme};

/// Capacity of each event channel. Senders wait while it is full, so the network is read more slowly and nothing is lost.
pub const EVENT_QUEUE: usize = 1024;
/// Incoming events are drawn at most about 60 times a second; without the limit, a flood of messages caused a frame for
/// every hundred of them.
const FRAME_INTERVAL: Duration = Duration::from_millis(16);
/// Frames that may be drawn without delay before the limit applies, so that short exchanges such as signing in, where each
/// reply leads to the next request, are not slowed down.
const BURST_FRAMES: u32 = 8;
/// Events processed from each channel before the other one is read again, about a millisecond of work.
const MAX_BATCH: usize = 256;

/// How long suspending waits for drafts to be written.
const SAVE_TIMEOUT_ON_SUSPEND: Duration = Duration::from_secs(1);
/// How long exiting waits for local data to be written.
const SAVE_TIMEOUT_ON_EXIT: Duration = Duration::from_secs(1);

/// Everything the main loop uses except the state.
pub struct Runtime {
    /// Draws frames, rings the bell, and accesses the clipboard.
    pub terminal: Terminal,
    /// Sends requests to the server.
    pub connection: Connection,
    /// Stores unsent messages, drafts and the screen position.
    pub local_store: LocalStore,
    /// Stores sign-ins for the next start.
    pub sign_ins: SignIns,
    /// Computes syntax tokens on a background thread.
    pub highlighter: Highlighter,
    /// Opens links in other programs.
    pub opener: Opener,
    /// Runs the user's editor.
    pub editor: Editor,
    /// Local events: user input and results of effects. Each is drawn immediately.
    pub events: mpsc::Receiver<Event>,
    /// Events of the connection. Those that arrive within one frame interval are drawn together.
    pub connection_events: mpsc::Receiver<Event>,
    /// The style of each role.
    pub theme: Theme,
    /// The texts in the chosen language.
    pub translations: Translations,
    /// The monotonic clock and the wall clock.
    pub clock: Clock,
    /// Whether the user's editor owns the terminal. Nothing is drawn then; everything else continues.
    pub terminal_is_lent: bool,
}

impl Runtime {
    /// Runs until the user quits or a signal ends the process.
    ///
    /// # Errors
    /// The terminal cannot be written to any more.
    pub async fn run(mut self, mut state: State) -> io::Result<()> {
        let ended = self.run_loop(&mut state).await;
        if ended.is_err() {
            self.save_drafts(&mut state);
        }
        // The terminal is restored first, because stopping a hosted server can take a moment.
        drop(self.terminal);
        // Unblocks senders that wait for room in a channel; the code below waits for them to end.
        drop((self.events, self.connection_events));
        // Concurrently, so that exiting takes only as long as the slowest of them.
        let stop_store = spawn_blocking(move || self.local_store.stop(SAVE_TIMEOUT_ON_EXIT));
        let stop_sign_ins = spawn_blocking(move || self.sign_ins.stop());
        let _ = tokio::join!(stop_store, stop_sign_ins, self.connection.stop());
        ended
    }

    /// Saves the drafts after the terminal failed.
    fn save_drafts(&self, state: &mut State) {
        for effect in update_all(state, self.clock.now(), [Event::Terminated]) {
            if let Effect::SaveLocalData(changes) = effect {
                // There is no screen to report a failure on.
                let _ = self.local_store.keep(changes);
            }
        }
    }

    async fn run_loop(&mut self, state: &mut State) -> io::Result<()> {
        let mut pacer = FramePacer::starting_at(Instant::now());
        let mut redraw = Redraw::Immediate;
        let (mut local, mut remote) = (Vec::new(), Vec::new());
        loop {
            if redraw == Redraw::Immediate || (redraw == Redraw::Paced && pacer.due <= Instant::now()) {
                self.draw(state)?;
                pacer.record_frame(Instant::now());
                redraw = Redraw::None;
            }
            self.wait(state, (redraw == Redraw::Paced).then_some(pacer.due), &mut local, &mut remote).await;
            if !local.is_empty() {
                redraw = Redraw::Immediate;
            } else if !remote.is_empty() {
                redraw = Redraw::Paced;
            }
            for event in local.drain(..) {
                if matches!(event, Event::EditorClosed { .. }) && self.take_terminal_back(state)? == Flow::Stop {
                    return Ok(());
                }
                if self.apply(Some(event), state)? == Flow::Stop {
                    return Ok(());
                }
            }
            if !remote.is_empty() && self.apply(remote.drain(..), state)? == Flow::Stop {
                return Ok(());
            }
        }
    }

    fn draw(&mut self, state: &State) -> io::Result<()> {
        if self.terminal_is_lent {
            return Ok(());
        }
        let (translations, theme) = (&self.translations, self.theme);
        self.terminal.draw(|frame| view::draw(frame, state, translations, theme))
    }

    /// Waits for the next event or until the frame is due, and collects the events that are already queued. Nothing wakes the
    /// loop while there is nothing to do.
    async fn wait(&mut self, state: &State, frame_at: Option<Instant>, local: &mut Vec<Event>, remote: &mut Vec<Event>) {
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
            // `None`: every sender is gone, so no further event can arrive.
            event = self.events.recv() => local.push(event.unwrap_or(Event::Terminated)),
            Some(event) = self.connection_events.recv() => remote.push(event),
            () = ticked => local.push(Event::Ticked),
            () = frame_is_due => {}
        }
        local.extend(std::iter::from_fn(|| self.events.try_recv().ok()).take(MAX_BATCH));
        remote.extend(std::iter::from_fn(|| self.connection_events.try_recv().ok()).take(MAX_BATCH));
    }

    fn perform(&mut self, effect: Effect, state: &mut State) -> io::Result<Flow> {
        match effect {
            Effect::Send(frame) => self.connection.send(Command::Send(frame)),
            Effect::Reconnect => self.connection.send(Command::Reconnect),
            Effect::Trust(fingerprint) => self.connection.send(Command::Trust(fingerprint)),
            Effect::ConfirmCommunity(server) => self.connection.send(Command::ConfirmCommunity(server)),
            Effect::HostHere => self.connection.send(Command::HostHere),
            Effect::FindSignIn(server) => self.sign_ins.find(server),
            Effect::StoreSignIn(server, username, token) => self.sign_ins.store(server, username, token),
            Effect::RemoveSignIn(server, username) => self.sign_ins.remove(server, username),
            Effect::LoadLocalData(server, username) => self.local_store.read(server, username),
            Effect::SaveLocalData(changes) => return self.apply(self.local_store.keep(changes), state),
            Effect::Edit(conversation, draft) => self.lend_terminal(conversation, draft),
            // The editor's screen must not be written to; a bell does no harm.
            Effect::SetTitle(_) | Effect::Copy(_) | Effect::Redraw if self.terminal_is_lent => {}
            Effect::Bell => self.terminal.bell()?,
            Effect::SetTitle(title) => self.terminal.set_title(&title)?,
            Effect::Copy(text) => self.terminal.copy(&text)?,
            Effect::Open(link) => return self.apply(self.opener.open(link), state),
            Effect::Highlight(code) => self.highlighter.request(code),
            Effect::Redraw => self.terminal.clear()?,
            Effect::Suspend => return self.suspend(state),
            Effect::ContinueEditor => self.editor.resume(),
            Effect::Quit => return Ok(Flow::Stop),
        }
        Ok(Flow::Continue)
    }

    /// Updates the state with these events and performs the resulting effects.
    fn apply(&mut self, events: impl IntoIterator<Item = Event>, state: &mut State) -> io::Result<Flow> {
        for effect in update_all(state, self.clock.now(), events) {
            if self.perform(effect, state)? == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
        Ok(Flow::Continue)
    }

    /// Hands the terminal to the user's editor.
    fn lend_terminal(&mut self, conversation: ConversationId, draft: String) {
        self.terminal_is_lent = true;
        self.editor.start(conversation, draft);
    }

    /// Takes the terminal back after the editor ended, and repaints it.
    fn take_terminal_back(&mut self, state: &mut State) -> io::Result<Flow> {
        self.terminal.take_again()?;
        self.terminal_is_lent = false;
        self.editor.release_keyboard();
        self.apply_size(state)
    }

    /// Restores the terminal and stops the process, as Ctrl-Z does; takes the terminal back when it is continued. A process that
    /// hosts a server is not stopped, because nobody could chat and no other client could take over.
    fn suspend(&mut self, state: &mut State) -> io::Result<Flow> {
        // The signal stops every thread, and a stopped process may be killed before it continues.
        self.local_store.wait_until_idle(SAVE_TIMEOUT_ON_SUSPEND);
        // An editor that owns the terminal restores and retakes it itself.
        let is_lent = self.terminal_is_lent;
        let stopped = self.connection.run_unless_hosting(|| {
            if !is_lent {
                terminal::restore();
            }
            signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)
        });
        match stopped {
            None => return self.apply(Some(Event::NotStopped), state),
            Some(stopped) => stopped?,
        }
        if is_lent {
            return Ok(Flow::Continue);
        }
        self.terminal.take_again()?;
        self.apply_size(state)
    }

    /// Applies the current size of the window, which may have changed in the meantime.
    fn apply_size(&mut self, state: &mut State) -> io::Result<Flow> {
        let resized = Event::Resized(self.terminal.size()?);
        self.apply([resized], state)
    }
}

#[derive(PartialEq, Eq)]
enum Flow {
    Continue,
    Stop,
}

/// When the next frame must be drawn.
#[derive(PartialEq, Eq)]
enum Redraw {
    /// Not before the next event, because nothing changed.
    None,
    /// Events of the connection arrived: at the time given by the pacer.
    Paced,
    /// A local event arrived, and the user waits for its effect.
    Immediate,
}

/// Limits the frames drawn for events of the connection, with a credit of [`BURST_FRAMES`].
struct FramePacer {
    /// When the next such frame may be drawn.
    due: Instant,
}

impl FramePacer {
    /// A pacer with its full credit.
    fn starting_at(now: Instant) -> Self {
        Self { due: now.checked_sub(FRAME_INTERVAL * BURST_FRAMES).unwrap_or(now) }
    }

    /// Accounts for a drawn frame. The next one is due one interval from now at the latest.
    fn record_frame(&mut self, now: Instant) {
        let credit = FRAME_INTERVAL * (BURST_FRAMES - 1);
        self.due = (self.due.max(now.checked_sub(credit).unwrap_or(now)) + FRAME_INTERVAL).min(now + FRAME_INTERVAL);
    }
}

#[cfg(test)]
mod tests {
    use super::{BURST_FRAMES, Duration, FRAME_INTERVAL, FramePacer, Instant};

    /// Counts the frames drawn within this time if events arrive all the time.
    fn count_frames(pacer: &mut FramePacer, from: Instant, for_ms: u64) -> u32 {
        let mut frames = 0;
        for ms in 0..for_ms {
            let now = from + Duration::from_millis(ms);
            if pacer.due <= now {
                pacer.record_frame(now);
                frames += 1;
            }
        }
        frames
    }

    #[test]
    fn a_flood_is_paced_and_events_after_a_pause_are_drawn_immediately() {
        let start = Instant::now();
        let mut pacer = FramePacer::starting_at(start);
        let second = u32::try_from(Duration::from_secs(1).as_millis() / FRAME_INTERVAL.as_millis()).unwrap();
        assert!((second..=second + BURST_FRAMES).contains(&count_frames(&mut pacer, start, 1_000)));
        let later = start + Duration::from_secs(10);
        assert_eq!(count_frames(&mut pacer, later, u64::from(BURST_FRAMES)), BURST_FRAMES);
        assert_eq!(count_frames(&mut FramePacer::starting_at(later), later, u64::from(BURST_FRAMES)), BURST_FRAMES);
    }

    #[test]
    fn immediate_frames_delay_paced_ones_by_one_interval_at_most() {
        let start = Instant::now();
        let mut pacer = FramePacer::starting_at(start);
        for _ in 0..100 {
            pacer.record_frame(start);
        }
        assert_eq!(pacer.due, start + FRAME_INTERVAL);
    }
}
