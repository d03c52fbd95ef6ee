//! What one user knows of a conversation.

use std::collections::BTreeMap;

use papo_shared::model::{ClientId, Entry, EntryKind, Seq};

/// The part of an entry that never changes in a trial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) author: String,
    /// `None` for entries that are not messages.
    pub(crate) client_id: Option<ClientId>,
    pub(crate) text: String,
}

impl Line {
    pub(crate) fn of(entry: &Entry) -> Self {
        let author = entry.author.to_string();
        match &entry.kind {
            EntryKind::Message(message) => {
                Self { author, client_id: Some(message.client_id), text: message.text.as_str().to_owned() }
            }
            other => Self { author, client_id: None, text: format!("{other:?}") },
        }
    }
}

/// The entries received, with the position up to which none is missing, as section 11 of `PROTOCOL.md` describes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Transcript {
    /// The first entry that the user may see; 0 until it is known.
    first: u64,
    cursor: u64,
    /// The highest number heard of.
    end: u64,
    lines: BTreeMap<u64, Line>,
    /// Whether a page was requested and has not arrived.
    pub(crate) is_fetching: bool,
}

/// What became of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    New,
    Known,
    /// Another entry with the same number.
    Different(Line),
}

impl Transcript {
    /// Applies what the list of conversations says.
    pub(crate) fn listed(&mut self, first: Seq, last: Seq) {
        if self.first == 0 {
            self.first = first.0;
            self.cursor = self.cursor.max(first.0.saturating_sub(1));
        }
        self.end = self.end.max(last.0);
        self.advance();
    }

    pub(crate) fn add(&mut self, seq: Seq, line: Line) -> Arrival {
        self.end = self.end.max(seq.0);
        match self.lines.get(&seq.0) {
            Some(known) if *known == line => return Arrival::Known,
            Some(known) => return Arrival::Different(known.clone()),
            None => self.lines.insert(seq.0, line),
        };
        self.advance();
        Arrival::New
    }

    /// Where to continue if entries are missing.
    pub(crate) fn gap(&self) -> Option<Seq> {
        (self.cursor < self.end).then_some(Seq(self.cursor))
    }

    /// The number up to which it is complete.
    pub(crate) fn cursor(&self) -> u64 {
        self.cursor
    }

    /// The highest number heard of.
    pub(crate) fn end(&self) -> u64 {
        self.end
    }

    pub(crate) fn first(&self) -> u64 {
        self.first
    }

    pub(crate) fn lines(&self) -> &BTreeMap<u64, Line> {
        &self.lines
    }

    fn advance(&mut self) {
        while self.lines.contains_key(&(self.cursor + 1)) {
            self.cursor += 1;
        }
    }
}
