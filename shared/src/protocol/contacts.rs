//! The directory: everybody who has an account.

use serde::{Deserialize, Serialize};

use crate::model::{Person, Username};

/// Asks for a page of the directory, ordered by username. Answered with [`UserPage`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListUsers {
    /// Only those whose username or display name contains this, without regard to case. Absent: everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// Continue after this username: the `next` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Username>,
    /// Most rows wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A page of the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserPage {
    /// Ordered by username.
    pub users: Vec<Person>,
    /// Where the next page begins; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Username>,
}

/// Asks to hear, or no longer to hear, what changes in the whole directory: presence of everybody, new accounts, new
/// and renamed groups. Without it a session hears of those it shares a conversation with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchDirectory {
    /// Whether to watch.
    pub watch: bool,
}
