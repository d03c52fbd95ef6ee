//! What is said over the socket: a line of JSON each way.

use papo_shared::model::{Timestamp, Username};
use serde::{Deserialize, Serialize};

use crate::open_sessions::SessionTotals;

/// What is asked. It may hold a password, so that it has no words for a log but its [`Ask::name`].
#[derive(Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub(crate) enum Ask {
    /// How much there is of everything. Answered with [`Answer::Stats`].
    Stats,
    /// Who is connected. Answered with [`Answer::Sessions`].
    ListSessions,
    /// Ends a connection; its client may come back.
    CloseSession {
        /// Its number in the list.
        id: u64,
    },
    /// A page of accounts by name. Answered with [`Answer::Users`].
    ListUsers {
        /// Those whose names contain this.
        query: Option<String>,
        /// Those after this.
        after: Option<Username>,
    },
    /// Makes an account.
    AddUser {
        /// As typed.
        username: String,
        /// As typed.
        password: String,
    },
    /// Puts an account out and keeps it out.
    SuspendUser {
        /// As typed.
        username: String,
    },
    /// Takes that back.
    ResumeUser {
        /// As typed.
        username: String,
    },
    /// Sets another password and signs out every device.
    SetPassword {
        /// As typed.
        username: String,
        /// As typed.
        password: String,
    },
    /// Signs out every device.
    RemoveDevices {
        /// As typed.
        username: String,
    },
}

/// What is answered.
#[derive(Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub(crate) enum Answer {
    /// How much there is of everything.
    Stats(Stats),
    /// Who is connected, the oldest first.
    Sessions {
        /// All of them.
        sessions: Vec<SessionRow>,
    },
    /// Accounts.
    Users {
        /// By name.
        users: Vec<UserRow>,
        /// Ask for those after this, where there are more.
        next: Option<Username>,
    },
    /// It is done.
    Done {
        /// What is so now.
        what: String,
    },
    /// It is not done, and nothing changed.
    Refused {
        /// Why, and what to do.
        why: String,
    },
}

/// How much there is of everything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stats {
    /// Of the server.
    pub(crate) version: String,
    /// Accounts.
    pub(crate) accounts: u64,
    /// Devices that are signed in.
    pub(crate) devices: u64,
    /// Conversations.
    pub(crate) conversations: u64,
    /// Entries of all conversations.
    pub(crate) entries: u64,
    /// Of chat.db.
    pub(crate) file_bytes: u64,
    /// Open connections; none of a server that is stopped.
    pub(crate) sessions: Option<SessionTotals>,
}

/// A connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SessionRow {
    /// Its number.
    pub(crate) id: u64,
    /// Whose; none before the sign-in.
    pub(crate) username: Option<Username>,
    /// From where.
    pub(crate) address: String,
    /// When it began.
    pub(crate) since: Timestamp,
    /// Bytes that wait for it.
    pub(crate) send_queue_bytes: usize,
    /// Whether it does not read.
    pub(crate) lagging: bool,
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct UserRow {
    /// Its name.
    pub(crate) username: Username,
    /// What others see.
    pub(crate) display_name: String,
    /// When it was made.
    pub(crate) created_at: Timestamp,
    /// When the last session ended.
    pub(crate) last_seen: Option<Timestamp>,
    /// Since when it is suspended.
    pub(crate) suspended_at: Option<Timestamp>,
}

impl Ask {
    /// Its name, for the log.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Stats => "stats",
            Self::ListSessions => "session list",
            Self::CloseSession { .. } => "session close",
            Self::ListUsers { .. } => "user list",
            Self::AddUser { .. } => "user add",
            Self::SuspendUser { .. } => "user suspend",
            Self::ResumeUser { .. } => "user resume",
            Self::SetPassword { .. } => "user set-password",
            Self::RemoveDevices { .. } => "user remove-devices",
        }
    }
}
