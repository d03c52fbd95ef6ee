//! Distinguishes text pasted without bracketed paste from single key presses.
//!
//! Several terminals (the Linux console, Emacs, Windows) paste as if the text were typed very fast. In such a paste Enter must
//! not send, a slash must not begin a command, and a letter must not trigger a menu item. People do not press two keys so fast
//! that they arrive in one read with nothing between them; therefore text keys that arrive together are delivered as one
//! [`Event::TextBurst`], and a single key as an [`Event::Key`].
//!
//! On a slow connection, keys pressed one by one can arrive together as well. They are then treated as text: nothing is lost,
//! and the user has to repeat an Enter that was meant to send.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::decoder::MAX_PASTE_BYTES;
use crate::event::Event;

/// How long the reader waits for more of a burst before delivering it, so that a paste spread over several reads, with an Enter
/// at its end, stays one burst.
pub const BURST_GAP: Duration = Duration::from_millis(5);
/// Capacity of the held items: runs of text, and the events between them.
const MAX_HELD: usize = 1024;

/// Collects events that arrive without a pause, in one read or several.
#[derive(Debug, Default)]
pub struct Bursts {
    held: Vec<Held>,
    /// Text keys since the last pause.
    text_keys: usize,
    has_only_tabs: bool,
    /// Whether even a single text key counts as text, because it follows an Esc or a paste without a pause.
    is_forced: bool,
}

#[allow(clippy::large_enum_variant, reason = "only a few are held, for milliseconds")]
#[derive(Debug)]
enum Held {
    Text { text: String, first: KeyEvent, is_forced: bool },
    Other(Event),
}

impl Bursts {
    /// Takes the events of one read, and appends to `events` those that need not be held.
    pub fn take_read(&mut self, read: impl IntoIterator<Item = Event>, events: &mut Vec<Event>) {
        let text_keys_before = self.text_keys;
        for event in read {
            self.take(event);
            if self.held.len() >= MAX_HELD {
                self.deliver(events);
            }
        }
        let has_text = self.held.iter().any(|held| matches!(held, Held::Text { .. }));
        let is_interrupted = self.text_keys == text_keys_before && self.is_burst();
        if !has_text || is_interrupted {
            self.deliver(events);
        }
    }

    /// Takes the events of input whose deadline passed without more input: a pause, so that what follows is no part of a burst.
    pub fn take_overdue(&mut self, overdue: impl IntoIterator<Item = Event>, events: &mut Vec<Event>) {
        self.take_read(overdue, events);
        self.pause(events);
    }

    /// How long to wait for input before calling [`Bursts::pause`]; zero for a single key, which only joins input that can be
    /// read already. `None` if nothing is held back.
    #[must_use]
    pub fn wait(&self) -> Option<Duration> {
        match self.text_keys {
            0 => self.is_forced.then_some(Duration::ZERO),
            1 if !self.is_forced => Some(Duration::ZERO),
            _ => Some(BURST_GAP),
        }
    }

    /// Ends the burst after a pause, and appends the held events.
    pub fn pause(&mut self, events: &mut Vec<Event>) {
        self.deliver(events);
        *self = Self::default();
    }

    fn take(&mut self, event: Event) {
        let Some((key, character)) = text_key(&event) else {
            self.is_forced |= is_escape(&event) || matches!(event, Event::Pasted(_));
            return self.held.push(Held::Other(event));
        };
        self.has_only_tabs = character == '\t' && (self.text_keys == 0 || self.has_only_tabs);
        self.text_keys += 1;
        match self.held.last_mut() {
            Some(Held::Text { text, .. }) if text.len() < MAX_PASTE_BYTES => text.push(character),
            Some(Held::Text { .. }) => {}
            _ => self.held.push(Held::Text { text: character.into(), first: key, is_forced: self.is_forced }),
        }
    }

    /// Whether the held text counts as text already, whatever else arrives before the pause. A single key that an Esc follows
    /// does not: more text may come.
    fn is_burst(&self) -> bool {
        self.text_keys > 1 || self.held.iter().any(|held| matches!(held, Held::Text { is_forced: true, .. }))
    }

    fn deliver(&mut self, events: &mut Vec<Event>) {
        let is_one_key = self.text_keys == 1;
        for held in std::mem::take(&mut self.held) {
            match held {
                Held::Other(event) => events.push(event),
                Held::Text { first, is_forced: false, .. } if is_one_key => events.push(Event::Key(first)),
                // Repeated presses of Tab each move the focus.
                Held::Text { text, first, is_forced: false } if self.has_only_tabs => {
                    events.extend(text.chars().map(|_| Event::Key(first)));
                }
                Held::Text { text, .. } => events.push(Event::TextBurst(text)),
            }
        }
    }
}

/// The key and its character, if a paste can contain it. A line feed arrives as Ctrl-J.
fn text_key(event: &Event) -> Option<(KeyEvent, char)> {
    let Event::Key(key) = event else { return None };
    let character = match (key.code, key.modifiers) {
        (KeyCode::Char(c), KeyModifiers::NONE | KeyModifiers::SHIFT) => c,
        (KeyCode::Char('j'), KeyModifiers::CONTROL) => '\n',
        (KeyCode::Enter, KeyModifiers::NONE) => '\r',
        (KeyCode::Tab, KeyModifiers::NONE) => '\t',
        _ => return None,
    };
    Some((*key, character))
}

fn is_escape(event: &Event) -> bool {
    matches!(event, Event::Key(key) if key.code == KeyCode::Esc)
}
