//! Who is who inside the server.

use papo_shared::model::{DisplayName, Person, Role, StatusText, Timestamp, Username};

/// An account, as the store numbers it. Never leaves the server: on the wire people are usernames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(pub u32);

/// One connection, numbered while this process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub u64);

impl SessionId {
    /// Stands for no session, where the server or its operator does something: sessions count from 1.
    pub const NONE: Self = Self(0);
}

/// Somebody, by number and by the name that entries carry. Usernames never change, so both can be kept together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// Their number.
    pub id: AccountId,
    /// Their name.
    pub username: Username,
}

/// An account without what is secret about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its number.
    pub id: AccountId,
    /// Unique.
    pub username: Username,
    /// Not unique.
    pub display_name: DisplayName,
    /// What they say they are up to.
    pub status: Option<StatusText>,
    /// When the last session ended; none for who never left.
    pub last_seen: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when the operator lets nobody sign in to it; none where it is as usual.
    pub suspended_at: Option<Timestamp>,
}

/// A member of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub account: Account,
    /// What they may do in it.
    pub role: Role,
}

/// How much a store holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// Accounts.
    pub accounts: u64,
    /// Devices that are signed in.
    pub devices: u64,
    /// Conversations.
    pub conversations: u64,
    /// Entries of all conversations.
    pub entries: u64,
}

/// An account with its stored password hash.
#[derive(Clone)]
pub struct Credentials {
    /// Whose.
    pub account: Account,
    /// As `passwords` made it.
    pub password_hash: String,
}

impl Account {
    /// By number and name.
    #[must_use]
    pub fn who(&self) -> Who {
        Who { id: self.id, username: self.username.clone() }
    }

    /// As others see it. Presence is not the store's to know, so it is told here.
    #[must_use]
    pub fn into_person(self, online: bool, away: bool) -> Person {
        Person {
            username: self.username,
            display_name: self.display_name,
            status: self.status,
            online,
            away: online && away,
            last_seen: self.last_seen,
        }
    }
}
