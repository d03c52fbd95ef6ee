//! Accounts inside the server.

use papo_shared::model::{DisplayName, Person, Role, StatusText, Timestamp, Username};

/// Account number assigned by the store. Internal: on the wire, users are identified by username.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(pub u32);

/// An account's number with its username, which entries carry. Usernames are immutable, so keeping both is safe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRef {
    /// Number assigned by the store.
    pub id: AccountId,
    /// Unique sign-in name; never changes.
    pub username: Username,
}

/// An account without its secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Number assigned by the store.
    pub id: AccountId,
    /// Unique sign-in name; never changes.
    pub username: Username,
    /// Name shown to other users; not unique.
    pub display_name: DisplayName,
    /// Status text set by the user.
    pub status: Option<StatusText>,
    /// When the last session ended; `None` if no session ever ended.
    pub last_seen: Option<Timestamp>,
    /// Creation time, by the server clock.
    pub created_at: Timestamp,
    /// When the operator suspended it; `None` if it is active. Deleted accounts count as suspended.
    pub suspended_at: Option<Timestamp>,
    /// Whether it was deleted. Only its username and display name remain, both without meaning.
    pub is_deleted: bool,
}

/// The display name of deleted accounts.
pub const DELETED_DISPLAY_NAME: &str = "deleted account";

/// A member of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The account that is a member.
    pub account: Account,
    /// Its permissions in the conversation.
    pub role: Role,
}

/// Totals of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// Number of accounts, suspended ones included.
    pub accounts: u64,
    /// Number of signed-in devices.
    pub devices: u64,
    /// Number of conversations, abandoned groups included.
    pub conversations: u64,
    /// Number of entries in all conversations.
    pub entries: u64,
}

/// Length of a bcrypt hash, with which every stored password hash ends, in characters.
pub(crate) const BCRYPT_CHARS: usize = 60;

/// Length of the version and cost at the beginning of a bcrypt hash, in characters.
pub(crate) const BCRYPT_SETTINGS_CHARS: usize = 7;

/// An account with its stored password hash.
#[derive(Clone)]
pub struct Credentials {
    /// The account that the hash belongs to.
    pub account: Account,
    /// Hash in the format of `passwords`.
    pub password_hash: String,
}

impl Credentials {
    /// Version and cost of the bcrypt hash, such as `$2b$12$`.
    pub(crate) fn hash_settings(&self) -> Option<&str> {
        let start = self.password_hash.len().checked_sub(BCRYPT_CHARS)?;
        self.password_hash.get(start..start + BCRYPT_SETTINGS_CHARS)
    }
}

impl Account {
    /// The account's number and username.
    #[must_use]
    pub fn account_ref(&self) -> AccountRef {
        AccountRef { id: self.id, username: self.username.clone() }
    }

    /// The account as other users see it. Presence is not known to the store, so the caller supplies it.
    #[must_use]
    pub fn into_person(self, online: bool, away: bool) -> Person {
        Person {
            username: self.username,
            display_name: self.display_name,
            status: self.status,
            online,
            away: online && away,
            last_seen: self.last_seen,
            deleted: self.is_deleted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Account, AccountId, DisplayName, Timestamp, Username};

    #[test]
    fn only_an_online_user_is_away() {
        let shown = |online, away| {
            let (username, display_name) = (Username::parse("ana").unwrap(), DisplayName::parse("Ana").unwrap());
            let (status, last_seen, created_at, suspended_at, is_deleted) = (None, None, Timestamp(0), None, false);
            let account =
                Account { id: AccountId(1), username, display_name, status, last_seen, created_at, suspended_at, is_deleted };
            let person = account.into_person(online, away);
            (person.online, person.away)
        };
        assert_eq!([shown(true, true), shown(true, false)], [(true, true), (true, false)]);
        assert_eq!([shown(false, true), shown(false, false)], [(false, false), (false, false)]);
    }
}
