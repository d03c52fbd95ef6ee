//! What is said over the socket: a line of JSON each way.

use std::num::NonZero;

use papo_shared::model::{Timestamp, Username};
use serde::{Deserialize, Serialize};

use crate::open_sessions::SessionTotals;

/// What is asked. It may hold a password, so that it has no words for a log but its [`Ask::name`].
#[derive(Clone, Serialize, Deserialize)]
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
    /// Makes an invite. Answered with [`Answer::InviteCreated`].
    CreateInvite {
        /// For how many accounts.
        uses: NonZero<u32>,
        /// For how many days.
        days: u32,
    },
    /// A page of invites. Answered with [`Answer::Invites`].
    ListInvites {
        /// Those after this.
        after: Option<i64>,
    },
    /// Makes an invite good for nothing.
    RevokeInvite {
        /// Its number.
        id: i64,
    },
    /// A page of what operators did. Answered with [`Answer::Audit`].
    ListAudit {
        /// Those before this.
        before: Option<i64>,
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
    /// An invite that was made.
    InviteCreated {
        /// Its number.
        id: i64,
        /// What to give to whoever is invited. It is not kept.
        code: String,
        /// From when on it is good for nothing.
        expires_at: Timestamp,
    },
    /// Invites that are not used up.
    Invites {
        /// The oldest first.
        invites: Vec<InviteRow>,
        /// Ask for those after this, where there are more.
        next: Option<i64>,
    },
    /// What operators did.
    Audit {
        /// The newest first.
        entries: Vec<AuditRow>,
        /// Ask for those before this, where there are more.
        next: Option<i64>,
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

/// An invite without its code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct InviteRow {
    /// Its number.
    pub(crate) id: i64,
    /// How many accounts can still be made with it.
    pub(crate) uses_left: u32,
    /// From when on it is good for nothing.
    pub(crate) expires_at: Option<Timestamp>,
    /// When it was made.
    pub(crate) created_at: Timestamp,
    /// By whom.
    pub(crate) created_by: String,
}

/// Something an operator did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AuditRow {
    /// Its number.
    pub(crate) id: i64,
    /// When.
    pub(crate) at: Timestamp,
    /// Who: a user of the machine.
    pub(crate) by: String,
    /// What, as the command is called.
    pub(crate) action: String,
    /// To whom or to what.
    pub(crate) target: String,
}

impl Ask {
    /// The ask for the page after this answer, where there is one.
    pub(crate) fn after(&self, answer: &Answer) -> Option<Self> {
        match (self, answer) {
            (Self::ListUsers { query, .. }, Answer::Users { next: Some(next), .. }) => {
                Some(Self::ListUsers { query: query.clone(), after: Some(next.clone()) })
            }
            (Self::ListInvites { .. }, Answer::Invites { next: Some(next), .. }) => {
                Some(Self::ListInvites { after: Some(*next) })
            }
            (Self::ListAudit { .. }, Answer::Audit { next: Some(next), .. }) => Some(Self::ListAudit { before: Some(*next) }),
            _ => None,
        }
    }

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
            Self::CreateInvite { .. } => "invite create",
            Self::ListInvites { .. } => "invite list",
            Self::RevokeInvite { .. } => "invite revoke",
            Self::ListAudit { .. } => "audit list",
        }
    }
}

impl Answer {
    /// Puts the rows of the next page behind those that are here.
    pub(crate) fn append(&mut self, page: Self) {
        match (self, page) {
            (Self::Users { users, next }, Self::Users { users: more, next: then }) => {
                users.extend(more);
                *next = then;
            }
            (Self::Invites { invites, next }, Self::Invites { invites: more, next: then }) => {
                invites.extend(more);
                *next = then;
            }
            (Self::Audit { entries, next }, Self::Audit { entries: more, next: then }) => {
                entries.extend(more);
                *next = then;
            }
            (first, page) => *first = page,
        }
    }
}
