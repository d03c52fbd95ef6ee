//! Record of what the players of a load did and observed, and when.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use papo_shared::model::{ClientId, ConversationId, Entry, EntryKind, Seq};
use papo_simulated_disk::Position;
use tokio::sync::watch;

/// One action or observation.
#[derive(Clone, Debug)]
pub(crate) struct Observation {
    /// The position of the disk's journal at that time. Everything acknowledged or delivered before a power cut must survive it.
    pub(crate) at: Position,
    pub(crate) who: String,
    pub(crate) what: Observed,
}

#[derive(Clone, Debug)]
pub(crate) enum Observed {
    /// A message is about to be sent.
    Sent { conversation: ConversationId, client_id: ClientId, text: String },
    /// A message was acknowledged. The acknowledgement takes the place of the event in the order of entries, unless
    /// the message was sent again.
    Stored { conversation: ConversationId, client_id: ClientId, seq: Seq, sent_again: bool },
    /// An entry was delivered as an event.
    Received { conversation: ConversationId, entry: Entry },
    /// Adding a member or leaving was confirmed.
    MembershipDone { conversation: ConversationId, kind: EntryKind },
    /// A message is about to be edited, or deleted if `text` is `None`.
    Changing { conversation: ConversationId, target: Seq, text: Option<String> },
    /// A change to a message or a reaction was confirmed.
    ChangeDone { conversation: ConversationId, kind: EntryKind },
    /// The position of the read cursor was confirmed.
    CursorMoved { conversation: ConversationId, read_seq: Seq },
    /// The account exists, and this token signs in to it.
    SignedIn { token: String },
    /// The token is about to be revoked.
    SigningOut { token: String },
    /// The revocation of the token was confirmed.
    SignedOut { token: String },
}

impl Observed {
    /// Names of all variants, in alphabetical order.
    pub(crate) const NAMES: [&str; 10] = [
        "ChangeDone",
        "Changing",
        "CursorMoved",
        "MembershipDone",
        "Received",
        "Sent",
        "SignedIn",
        "SignedOut",
        "SigningOut",
        "Stored",
    ];

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Sent { .. } => "Sent",
            Self::Stored { .. } => "Stored",
            Self::Received { .. } => "Received",
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

/// Records the history of all players as it happens.
pub(crate) struct Witness {
    now: Box<dyn Fn() -> Position + Send + Sync>,
    observations: Mutex<Vec<Observation>>,
    stored: watch::Sender<usize>,
}

impl Witness {
    /// `now` returns the current position of the disk's journal.
    pub(crate) fn new(now: impl Fn() -> Position + Send + Sync + 'static) -> Self {
        Self { now: Box::new(now), observations: Mutex::default(), stored: watch::Sender::new(0) }
    }

    pub(crate) fn saw(&self, who: &str, what: Observed) {
        let is_acknowledgement = matches!(what, Observed::Stored { .. });
        let mut observations = self.observations.lock().unwrap_or_else(PoisonError::into_inner);
        observations.push(Observation { at: (self.now)(), who: who.to_owned(), what });
        drop(observations);
        if is_acknowledgement {
            self.stored.send_modify(|count| *count += 1);
        }
    }

    /// Everything recorded so far, in order.
    pub(crate) fn history(&self) -> Vec<Observation> {
        self.observations.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Number of messages acknowledged so far.
    pub(crate) fn acknowledged(&self) -> usize {
        *self.stored.borrow()
    }

    /// Waits until this many messages are acknowledged.
    pub(crate) async fn has_acknowledged(&self, messages: usize) {
        self.stored.subscribe().wait_for(|count| *count >= messages).await.unwrap();
    }
}

pub(crate) fn tokens(history: &[Observation]) -> BTreeSet<&str> {
    let tokens = history.iter().filter_map(|observation| match &observation.what {
        Observed::SignedIn { token } => Some(token.as_str()),
        _ => None,
    });
    tokens.collect()
}
