//! Decodes the bytes of a terminal into events, wherever a read splits them. It performs no I/O and reads no clock.
//!
//! Supported: the sequences of xterm, rxvt and the Linux console, CSI u (kitty, fixterms), modifyOtherKeys, mouse reports in
//! SGR, rxvt and X10 encoding, focus reports, and bracketed paste. An Esc before the sequence of a key means Alt. All other
//! sequences, such as replies to queries of other programs, are dropped as a whole.
//!
//! An unfinished sequence must not block the keyboard: [`Decoder::deadline`] tells how long the rest is waited for.

mod character;
mod control_sequence;
mod keys;
mod mouse;
mod paste;

use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::event::Event;
use character::{Character, PartialCharacter};
use control_sequence::{ControlSequence, Step};
pub use paste::MAX_PASTE_BYTES;
use paste::{CTRL_C, Paste};

/// How long an Esc waits for the rest of a sequence before it counts as the Esc key: long enough for a sequence split by the
/// network, short enough not to be noticed.
pub const ESCAPE_TIMEOUT: Duration = Duration::from_millis(40);
/// How long a sequence may take after an unambiguous beginning.
pub const SEQUENCE_TIMEOUT: Duration = Duration::from_secs(1);
/// A paste without its end marker ends after this silence, or immediately at Ctrl-C.
pub const PASTE_SILENCE: Duration = Duration::from_secs(5);
/// The longest reply string of a terminal that is dropped as a whole, in bytes.
pub const MAX_REPLY_BYTES: usize = 64 * 1024;

const ESC: u8 = 0x1b;
const BEL: u8 = 0x07;
const CANCEL: u8 = 0x18;
const SUBSTITUTE: u8 = 0x1a;
const DELETE: u8 = 0x7f;
/// Bytes of an X10 mouse report after its introducer.
const X10_BYTES: usize = 3;

/// An incremental decoder, fed with the bytes of each read.
#[derive(Debug)]
pub struct Decoder {
    state: State,
    /// When the first byte of the current sequence was read.
    began: Instant,
    /// When its last byte so far was read.
    latest: Instant,
}

#[derive(Debug)]
enum State {
    /// Between two sequences or characters.
    Ground,
    /// After one Esc, or two.
    Escape { twice: bool },
    /// After `ESC [`. `alt`: preceded by another Esc.
    Csi { alt: bool, sequence: ControlSequence },
    /// After `ESC O`, the prefix of keys in application mode.
    Ss3 { alt: bool, sequence: ControlSequence },
    /// After `ESC [ [`, the prefix of function keys on the Linux console.
    LinuxFunctionKey { alt: bool },
    /// After `ESC [ M`.
    X10Mouse { alt: bool, report: Vec<u8> },
    /// In a reply string that ends with `ESC \` or BEL: OSC, DCS, APC.
    Reply { introducer: u8, bytes: usize, escape: bool },
    /// In a multi-byte character.
    Character { alt: bool, partial: PartialCharacter },
    /// Between the start and end markers of a paste.
    Paste(Paste),
}

impl Decoder {
    /// Creates a decoder between two sequences.
    #[must_use]
    pub fn new(now: Instant) -> Self {
        Self { state: State::Ground, began: now, latest: now }
    }

    /// Takes the bytes of one read, and appends to `events` those that they complete.
    pub fn feed(&mut self, now: Instant, bytes: &[u8], events: &mut Vec<Event>) {
        let is_overdue = matches!(self.state, State::Reply { .. }) && now >= self.began + SEQUENCE_TIMEOUT;
        if is_overdue {
            self.state = State::Ground;
        }
        self.latest = now;
        for &byte in bytes {
            if matches!(self.state, State::Ground) {
                self.began = now;
            }
            self.take(byte, events);
        }
        // In a paste without its end marker every key is text, except Ctrl-C.
        if bytes.last() == Some(&CTRL_C)
            && let State::Paste(paste) = &mut self.state
        {
            events.push(Event::Pasted(paste.take_interrupted()));
            self.state = State::Ground;
        }
    }

    /// When [`Decoder::expire`] must be called unless more bytes are read; `None` between two sequences.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        match &self.state {
            State::Ground => None,
            State::Escape { .. } | State::Reply { bytes: 0, .. } => Some(self.latest + ESCAPE_TIMEOUT),
            State::Csi { sequence, .. } | State::Ss3 { sequence, .. } if sequence.is_empty() => {
                Some(self.latest + ESCAPE_TIMEOUT)
            }
            State::Paste(_) => Some(self.latest + PASTE_SILENCE),
            _ => Some(self.began + SEQUENCE_TIMEOUT),
        }
    }

    /// Handles a passed deadline: interprets the bytes read so far as complete.
    pub fn expire(&mut self, events: &mut Vec<Event>) {
        match std::mem::replace(&mut self.state, State::Ground) {
            State::Ground => {}
            State::Escape { twice } => {
                push_escape(twice, events);
                push_escape(true, events);
            }
            // An introducer alone is a character with Alt.
            State::Csi { alt, sequence } if sequence.is_empty() => push_alt(alt, b'[', events),
            State::Ss3 { alt, sequence } if sequence.is_empty() => push_alt(alt, b'O', events),
            State::Reply { introducer, bytes: 0, .. } => push_alt(false, introducer, events),
            State::Csi { alt, .. } | State::Ss3 { alt, .. } | State::LinuxFunctionKey { alt } | State::X10Mouse { alt, .. } => {
                push_escape(alt, events);
            }
            State::Reply { .. } => {}
            State::Character { .. } => push_key(character::invalid(), events),
            State::Paste(paste) => events.push(Event::Pasted(paste.into_text())),
        }
    }

    fn take(&mut self, byte: u8, events: &mut Vec<Event>) {
        self.state = match std::mem::replace(&mut self.state, State::Ground) {
            State::Ground => begin(false, byte, events),
            State::Escape { twice } => after_escape(twice, byte, events),
            State::Csi { alt, mut sequence } => match sequence.take_csi(byte) {
                Step::More => State::Csi { alt, sequence },
                Step::Abort => interrupt(alt, byte, events),
                Step::LinuxFunctionKey => State::LinuxFunctionKey { alt },
                Step::X10Mouse => State::X10Mouse { alt, report: Vec::with_capacity(X10_BYTES) },
                Step::End if sequence.begins_paste(byte) => {
                    push_escape(alt, events);
                    State::Paste(Paste::default())
                }
                Step::End => finish(alt, sequence.decode_csi(byte), events),
            },
            State::Ss3 { alt, mut sequence } => match sequence.take_ss3(byte) {
                Step::More => State::Ss3 { alt, sequence },
                Step::End => finish(alt, sequence.decode_ss3(byte), events),
                _ => interrupt(alt, byte, events),
            },
            State::LinuxFunctionKey { alt } if is_printable(byte) => {
                finish(alt, keys::linux_function_key(byte).map(Event::Key), events)
            }
            State::LinuxFunctionKey { alt } => interrupt(alt, byte, events),
            State::X10Mouse { alt, .. } if byte < b' ' => interrupt(alt, byte, events),
            State::X10Mouse { alt, mut report } => {
                report.push(byte);
                match report[..] {
                    [button, column, row] => finish(alt, mouse::x10(button, column, row), events),
                    _ => State::X10Mouse { alt, report },
                }
            }
            State::Reply { introducer, bytes, escape } => in_reply(introducer, bytes, escape, byte, events),
            State::Character { alt, partial } => match partial.take(byte) {
                Character::Partial(partial) => State::Character { alt, partial },
                Character::Whole(key) => {
                    push_key(key.map(|key| with_alt(key, alt)), events);
                    State::Ground
                }
                Character::Broken => {
                    push_key(character::invalid(), events);
                    begin(false, byte, events)
                }
            },
            State::Paste(mut paste) => {
                if paste.take(byte) {
                    events.push(Event::Pasted(paste.into_text()));
                    State::Ground
                } else {
                    State::Paste(paste)
                }
            }
        };
    }
}

/// Takes a byte between two sequences.
fn begin(alt: bool, byte: u8, events: &mut Vec<Event>) -> State {
    let control = |code| Some(KeyEvent::new(code, KeyModifiers::CONTROL));
    let key = match byte {
        ESC => return State::Escape { twice: false },
        0x80.. => match PartialCharacter::begin(byte) {
            Some(partial) => return State::Character { alt, partial },
            None => character::invalid(),
        },
        b'\r' => Some(KeyCode::Enter.into()),
        b'\t' => Some(KeyCode::Tab.into()),
        DELETE => Some(KeyCode::Backspace.into()),
        0 => control(KeyCode::Char(' ')),
        0x01..=0x1a => control(KeyCode::Char((byte - 1 + b'a').into())),
        0x1c..=0x1f => control(KeyCode::Char((byte - 0x1c + b'4').into())),
        b' '..=b'~' => Some(character::key_of(byte.into())),
    };
    push_key(key.map(|key| with_alt(key, alt)), events);
    State::Ground
}

fn after_escape(twice: bool, byte: u8, events: &mut Vec<Event>) -> State {
    match byte {
        b'[' => State::Csi { alt: twice, sequence: ControlSequence::default() },
        b'O' => State::Ss3 { alt: twice, sequence: ControlSequence::default() },
        ESC => {
            push_escape(twice, events);
            State::Escape { twice: true }
        }
        b']' | b'P' | b'_' => {
            push_escape(twice, events);
            State::Reply { introducer: byte, bytes: 0, escape: false }
        }
        _ => {
            push_escape(twice, events);
            begin(true, byte, events)
        }
    }
}

fn in_reply(introducer: u8, bytes: usize, escape: bool, byte: u8, events: &mut Vec<Event>) -> State {
    match byte {
        b'\\' if escape => State::Ground,
        _ if escape => after_escape(false, byte, events),
        BEL | CANCEL | SUBSTITUTE => State::Ground,
        CTRL_C => begin(false, byte, events),
        _ if bytes == MAX_REPLY_BYTES => State::Ground,
        _ => State::Reply { introducer, bytes: bytes + 1, escape: byte == ESC },
    }
}

/// Delivers the event of a complete sequence. A preceding Esc becomes Alt for a key, and the Esc key before any other event.
fn finish(alt: bool, decoded: Option<Event>, events: &mut Vec<Event>) -> State {
    match decoded {
        Some(Event::Key(key)) => events.push(Event::Key(with_alt(key, alt))),
        other => {
            push_escape(alt, events);
            events.extend(other);
        }
    }
    State::Ground
}

/// Abandons a sequence at a byte that cannot belong to it, and takes that byte as the first of the next one.
fn interrupt(alt: bool, byte: u8, events: &mut Vec<Event>) -> State {
    push_escape(alt, events);
    begin(false, byte, events)
}

fn push_escape(was_read: bool, events: &mut Vec<Event>) {
    if was_read {
        events.push(Event::Key(KeyCode::Esc.into()));
    }
}

fn push_alt(escape_before: bool, byte: u8, events: &mut Vec<Event>) {
    push_escape(escape_before, events);
    events.push(Event::Key(with_alt(character::key_of(byte.into()), true)));
}

fn push_key(key: Option<KeyEvent>, events: &mut Vec<Event>) {
    events.extend(key.map(Event::Key));
}

fn with_alt(mut key: KeyEvent, alt: bool) -> KeyEvent {
    if alt {
        key.modifiers |= KeyModifiers::ALT;
    }
    key
}

fn is_printable(byte: u8) -> bool {
    (b' '..=b'~').contains(&byte)
}
