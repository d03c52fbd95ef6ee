//! Tells text that was pasted without brackets from keys that a person pressed.
//!
//! Several terminals paste as if somebody typed very fast: the Linux console, Emacs, Windows. In such a paste Enter must
//! not send, a slash must not begin a command, and a letter must not act in a menu. Nobody presses two keys so fast that
//! they arrive in one read and with nothing between them, so text keys that arrive together are text. They are delivered
//! as [`Event::TextBurst`]; a single key is delivered as the key it is.
//!
//! On a slow connection keys that were pressed one by one can arrive together, too. They are text as well then: nothing
//! is lost, and what Enter would have done has to be asked for again.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::decoder::MAX_PASTE_BYTES;
use crate::event::Event;

/// How long the reader waits for more of a burst before it is delivered. A paste in several reads is one burst that way,
/// and an Enter at its end belongs to it.
pub const BURST_GAP: Duration = Duration::from_millis(5);
/// Most that is held at a time: runs of text and the events between them.
const MAX_HELD: usize = 1024;

/// Events that arrived together: without a pause, in one read or in several.
#[derive(Debug, Default)]
pub struct Bursts {
    held: Vec<Held>,
    /// How many text keys arrived.
    text_keys: usize,
    has_only_tabs: bool,
    /// Whether a text key would be no deliberate key even alone: it follows an Esc or a paste without a pause.
    is_forced: bool,
}

#[allow(clippy::large_enum_variant, reason = "few are held at a time, and each not for long")]
#[derive(Debug)]
enum Held {
    Text { text: String, first: KeyEvent, is_forced: bool },
    Other(Event),
}

impl Bursts {
    /// Takes the events of one read and appends those that need not be held.
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

    /// How long to wait for more before [`Bursts::pause`] is called: not at all for a single key, but what can be read
    /// already belongs together. `None` where nothing is waited for.
    #[must_use]
    pub fn wait(&self) -> Option<Duration> {
        match self.text_keys {
            0 => self.is_forced.then_some(Duration::ZERO),
            1 if !self.is_forced => Some(Duration::ZERO),
            _ => Some(BURST_GAP),
        }
    }

    /// Nothing more arrived in time: appends what was held. What comes next belongs to something else.
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

    fn is_burst(&self) -> bool {
        self.text_keys > 1 || self.is_forced
    }

    fn deliver(&mut self, events: &mut Vec<Event>) {
        let is_one_key = self.text_keys == 1;
        for held in std::mem::take(&mut self.held) {
            match held {
                Held::Other(event) => events.push(event),
                Held::Text { first, is_forced: false, .. } if is_one_key => events.push(Event::Key(first)),
                // Somebody who presses Tab several times moves on several times.
                Held::Text { text, first, is_forced: false } if self.has_only_tabs => {
                    events.extend(text.chars().map(|_| Event::Key(first)));
                }
                Held::Text { text, .. } => events.push(Event::TextBurst(text)),
            }
        }
    }
}

/// The key and its character, where the event is a key that a paste can hold. A line feed is Ctrl-J.
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
