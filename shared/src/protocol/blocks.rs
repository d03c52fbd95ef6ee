//! Blocking other users.

use serde::{Deserialize, Serialize};

use crate::model::{Person, Username};

/// Blocks a user: the requester receives nothing more from them. The blocked user is not notified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// The user to block.
    pub username: String,
}

/// Removes a [`Block`]; changes nothing if there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unblock {
    /// The user to unblock.
    pub username: String,
}

/// Requests a page of the users that the requester has blocked, ordered by username. The reply is [`BlockedPage`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListBlocked {
    /// Continue after this username: `next` of the previous page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Username>,
    /// Maximum number of rows; the server applies its own default and maximum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A page of blocked users.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockedPage {
    /// Blocked accounts, ordered by username.
    pub people: Vec<Person>,
    /// Pass as `after` for the next page; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Username>,
}

/// Event: another device of the same account blocked or unblocked a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockChanged {
    /// The user who was blocked or unblocked.
    pub username: Username,
    /// Whether they are now blocked.
    pub blocked: bool,
}
