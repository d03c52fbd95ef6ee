//! The directory of all accounts.

use serde::{Deserialize, Serialize};

use crate::model::{Person, Username};

/// Requests a page of the directory, ordered by username. The reply is [`UserPage`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListUsers {
    /// Only accounts whose username or display name contains this text, ignoring case. Absent: all accounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// Continue after this username: `next` of the previous page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Username>,
    /// Maximum number of rows; the server applies its own default and maximum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A page of the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserPage {
    /// Accounts, ordered by username.
    pub users: Vec<Person>,
    /// Pass as `after` for the next page; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Username>,
}

/// Starts or stops events about the whole directory: everyone's presence, new accounts, new and renamed groups.
/// Otherwise a session only receives presence of users it shares a conversation with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchDirectory {
    /// `true` to start, `false` to stop.
    pub watch: bool,
}
