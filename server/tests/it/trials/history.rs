//! What the people of a load did and saw, and when.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use papo_shared::model::{ClientId, ConversationId, Entry, EntryKind, Seq};
use papo_simulated_disk::Position;
use tokio::sync::watch;

/// One thing that somebody did or saw.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// Where the disk's journal was then. Whatever was acknowledged or told before a power cut must outlive it.
    pub(crate) at: Position,
    pub(crate) who: String,
    pub(crate) what: What,
}

#[derive(Clone, Debug)]
pub(crate) enum What {
    /// A message is about to leave.
    Sent { conversation: ConversationId, client_id: ClientId, text: String },
    /// A message was acknowledged. An acknowledgement takes the event's place in the order of the entries, but not where the
    /// message was sent again.
    Stored { conversation: ConversationId, client_id: ClientId, seq: Seq, sent_again: bool },
    /// An entry came as an event.
    Told { conversation: ConversationId, entry: Entry },
    /// One added somebody, or left, and was told that it is done.
    MembershipDone { conversation: ConversationId, kind: EntryKind },
    /// A message is about to be given this text, or to be taken back.
    Changing { conversation: ConversationId, target: Seq, text: Option<String> },
    /// One changed a message or reacted to one, and was told that it is done.
    ChangeDone { conversation: ConversationId, kind: EntryKind },
    /// One's read cursor was said to be here.
    CursorMoved { conversation: ConversationId, read_seq: Seq },
    /// One has an account, and this token signs in to it.
    SignedIn { token: String },
    /// The token is about to be given up.
    SigningOut { token: String },
    /// The token is said to be worth nothing any more.
    SignedOut { token: String },
}

impl What {
    /// Everything that can happen, in alphabetical order.
    pub(crate) const NAMES: [&str; 10] = [
        "ChangeDone",
        "Changing",
        "CursorMoved",
        "MembershipDone",
        "Sent",
        "SignedIn",
        "SignedOut",
        "SigningOut",
        "Stored",
        "Told",
    ];

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Sent { .. } => "Sent",
            Self::Stored { .. } => "Stored",
            Self::Told { .. } => "Told",
            Self::MembershipDone { .. } => "MembershipDone",
            Self::Changing { .. } => "Changing",
            Self::ChangeDone { .. } => "ChangeDone",
            Self::CursorMoved { .. } => "CursorMoved",
            Self::SignedIn { .. } => "SignedIn",
            Self::SigningOut { .. } => "SigningOut",
            Self::SignedOut { .. } => "SignedOut",
        }
    }
}

/// Writes the history down as it happens, for all people of a load.
pub(crate) struct Witness {
    now: Box<dyn Fn() -> Position + Send + Sync>,
    seen: Mutex<Vec<Seen>>,
    stored: watch::Sender<usize>,
}

impl Witness {
    /// `now` gives the place in the disk's journal.
    pub(crate) fn new(now: impl Fn() -> Position + Send + Sync + 'static) -> Self {
        Self { now: Box::new(now), seen: Mutex::default(), stored: watch::Sender::new(0) }
    }

    pub(crate) fn saw(&self, who: &str, what: What) {
        let is_acknowledgement = matches!(what, What::Stored { .. });
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.push(Seen { at: (self.now)(), who: who.to_owned(), what });
        drop(seen);
        if is_acknowledgement {
            self.stored.send_modify(|count| *count += 1);
        }
    }

    /// Everything until now, in its order.
    pub(crate) fn history(&self) -> Vec<Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Messages acknowledged until now.
    pub(crate) fn acknowledged(&self) -> usize {
        *self.stored.borrow()
    }

    /// Waits until so many messages are acknowledged.
    pub(crate) async fn has_acknowledged(&self, messages: usize) {
        self.stored.subscribe().wait_for(|count| *count >= messages).await.unwrap();
    }
}

/// The tokens that were given out.
pub(crate) fn tokens(history: &[Seen]) -> BTreeSet<&str> {
    let tokens = history.iter().filter_map(|seen| match &seen.what {
        What::SignedIn { token } => Some(token.as_str()),
        _ => None,
    });
    tokens.collect()
}
