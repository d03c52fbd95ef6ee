//! Of whom one does not want to hear.

use serde::{Deserialize, Serialize};

use crate::model::{Person, Username};

/// Wants to hear nothing more from somebody. They are not told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// From whom.
    pub username: String,
}

/// Takes a [`Block`] back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unblock {
    /// From whom.
    pub username: String,
}

/// Asks for a page of those whom one has blocked, ordered by username. Answered with [`BlockedPage`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListBlocked {
    /// Continue after this username: the `next` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Username>,
    /// Most rows wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A page of those whom one has blocked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockedPage {
    /// Ordered by username.
    pub people: Vec<Person>,
    /// Where the next page begins; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Username>,
}

/// Event: somebody was blocked, or is no longer, on another device of one's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockChanged {
    /// Who.
    pub username: Username,
    /// Whether they are blocked now.
    pub blocked: bool,
}
