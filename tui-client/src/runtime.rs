//! The only loop: wait, update, perform the effects, draw once.

use std::io;
use std::time::Duration;

use papo_shared::model::{ConversationId, Timestamp};
use tokio::sync::mpsc;
use tokio::time::timeout;

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
use crate::update::update;
use crate::view::{self, theme::Theme};
use crate::words::Words;

/// Most events that wait. Whoever adds one waits while it is full: the network is then read more slowly, nothing is lost.
pub const EVENT_QUEUE: usize = 1024;
/// Most events taken into account before a frame is drawn: so a flood is drawn in steps and keys are still answered.
const EVENTS_A_FRAME: usize = 512;

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
    /// Everything that happens.
    pub events: mpsc::Receiver<Event>,
    /// What the roles look like.
    pub theme: Theme,
    /// The language.
    pub words: Words,
    /// The clock.
    pub now: fn() -> Timestamp,
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
        // The screen is given back first: stopping the server can take a moment nobody should have to watch.
        drop(self.terminal);
        drop(self.events);
        self.local_store.stop();
        self.sign_ins.stop();
        self.connection.stop().await;
        ended
    }

    async fn run_loop(&mut self, state: &mut State) -> io::Result<()> {
        loop {
            self.draw(state)?;
            let mut event = Some(self.next_event(state).await);
            let mut taken = 0;
            while let Some(happened) = event.take() {
                if matches!(happened, Event::EditorClosed { .. }) {
                    self.take_terminal_back(state)?;
                }
                for effect in update(state, (self.now)(), happened) {
                    if self.perform(effect, state)? == Flow::Stop {
                        return Ok(());
                    }
                }
                taken += 1;
                if taken < EVENTS_A_FRAME {
                    event = self.events.try_recv().ok();
                }
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

    /// Waits for what happens next; nothing wakes the loop when there is nothing to do.
    async fn next_event(&mut self, state: &State) -> Event {
        let next = self.events.recv();
        let happened = match state.wake_at() {
            None => next.await,
            Some(at) => {
                let wait = u64::try_from(at.0 - (self.now)().0).unwrap_or(0);
                match timeout(Duration::from_millis(wait), next).await {
                    Ok(happened) => happened,
                    Err(_) => Some(Event::Ticked),
                }
            }
        };
        // Every sender is gone: there is nothing left that could happen.
        happened.unwrap_or(Event::Terminated)
    }

    fn perform(&mut self, effect: Effect, state: &mut State) -> io::Result<Flow> {
        match effect {
            Effect::Send(frame) => self.connection.command(Command::Send(frame)),
            Effect::Reconnect => self.connection.command(Command::Reconnect),
            Effect::Trust(fingerprint) => self.connection.command(Command::Trust(fingerprint)),
            Effect::StaySignedIn(Some(token)) => self.sign_ins.keep(token),
            Effect::StaySignedIn(None) => self.sign_ins.forget(),
            Effect::ReadKept(server, username) => return self.happen_instead(self.local_store.read(server, username), state),
            Effect::Keep(changes) => return self.happen_instead(self.local_store.keep(changes), state),
            Effect::Edit(conversation, draft) => self.lend_terminal(conversation, draft),
            // The editor's screen is not ours to write on; a bell does no harm there.
            Effect::SetTitle(_) | Effect::Copy(_) | Effect::Redraw if self.terminal_is_lent => {}
            Effect::Bell => self.terminal.bell()?,
            Effect::SetTitle(title) => self.terminal.set_title(&title)?,
            Effect::Copy(text) => self.terminal.copy(&text)?,
            Effect::Open(link) => return self.happen_instead(self.opener.open(link), state),
            Effect::Highlight(code) => self.highlighter.ask(code),
            Effect::Redraw => self.terminal.clear()?,
            Effect::Suspend => self.suspend(state)?,
            Effect::Quit => return Ok(Flow::Stop),
        }
        Ok(Flow::GoOn)
    }

    /// Takes into account at once what happened instead of what was asked.
    fn happen_instead(&mut self, event: Option<Event>, state: &mut State) -> io::Result<Flow> {
        let Some(event) = event else { return Ok(Flow::GoOn) };
        for effect in update(state, (self.now)(), event) {
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
    fn take_terminal_back(&mut self, state: &mut State) -> io::Result<()> {
        self.terminal.take_again()?;
        self.terminal_is_lent = false;
        self.editor.closed();
        self.note_size(state)
    }

    /// Gives the terminal back and stops the process, as Ctrl-Z does; goes on where it was when it is continued.
    fn suspend(&mut self, state: &mut State) -> io::Result<()> {
        terminal::restore();
        signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)?;
        self.terminal.take_again()?;
        self.note_size(state)
    }

    /// The window may have another size by now.
    fn note_size(&self, state: &mut State) -> io::Result<()> {
        let resized = Event::Resized(self.terminal.size()?);
        update(state, (self.now)(), resized);
        Ok(())
    }
}

#[derive(PartialEq, Eq)]
enum Flow {
    GoOn,
    Stop,
}
