//! How a connection begins, lives and ends.

use serde::{Deserialize, Serialize};

use crate::model::ServerId;
use crate::model::limits as values;
use crate::protocol::limits as wire;

/// The version both sides speak. A change that an old peer would misunderstand makes it one more; new frames and new
/// fields do not, since each side ignores the fields and refuses the types that it does not know.
pub const PROTOCOL_VERSION: u32 = 1;

/// The first request of a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The version the client speaks.
    pub protocol: u32,
    /// The client's name and version, for the operator's log.
    pub client: String,
}

/// The answer to [`Hello`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// The version the server speaks.
    pub protocol: u32,
    /// The server's name and version.
    pub server: String,
    /// Which server it is.
    pub server_id: ServerId,
    /// Who may register.
    #[serde(default)]
    pub registration: Registration,
    /// What the server accepts.
    pub limits: Limits,
}

/// Who may register.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Registration {
    /// Everybody.
    #[default]
    Open,
    /// Who has an invite.
    Invite,
    /// Nobody.
    Closed,
    /// A newer server's way that this version has no word for.
    #[serde(other)]
    Other,
}

/// What a server accepts and how it behaves, for a client that wants to say so before it is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Longest line after sign-in, in bytes.
    pub max_line_bytes: usize,
    /// Longest message, in bytes.
    pub max_message_bytes: usize,
    /// Longest username, in characters.
    pub max_username_chars: usize,
    /// Longest display name, in characters.
    pub max_display_name_chars: usize,
    /// Longest group name, in characters.
    pub max_group_name_chars: usize,
    /// Shortest password, in characters.
    pub min_password_chars: usize,
    /// Longest password, in bytes.
    pub max_password_bytes: usize,
    /// Most members of a group.
    pub max_group_members: usize,
    /// Most rows of a page.
    pub max_page_rows: u32,
}

impl Default for Limits {
    /// The constants of this crate.
    fn default() -> Self {
        Self {
            max_line_bytes: wire::MAX_LINE_BYTES,
            max_message_bytes: values::MAX_MESSAGE_BYTES,
            max_username_chars: values::MAX_USERNAME_CHARS,
            max_display_name_chars: values::MAX_DISPLAY_NAME_CHARS,
            max_group_name_chars: values::MAX_GROUP_NAME_CHARS,
            min_password_chars: values::MIN_PASSWORD_CHARS,
            max_password_bytes: values::MAX_PASSWORD_BYTES,
            max_group_members: values::MAX_GROUP_MEMBERS,
            max_page_rows: wire::MAX_PAGE_ROWS,
        }
    }
}

/// The last frame of a connection that the server closes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goodbye {
    /// Why.
    pub reason: GoodbyeReason,
    /// Come back after this many milliseconds. Random, so that not everybody comes at once; absent where coming back would
    /// not help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub come_back_ms: Option<u64>,
}

/// Why the server closes a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GoodbyeReason {
    /// The server stops or restarts.
    Stopping,
    /// Nothing came for too long, not even an answer to a ping.
    Silent,
    /// No sign-in within the time for it.
    SignInTooSlow,
    /// The client did not read what waited for it.
    ReadTooSlow,
    /// Too many lines that were no frames.
    TooManyMistakes,
    /// The person signed this device out, here or on another one, or changed the password on another one.
    SignedOut,
    /// The operator suspended the account.
    Suspended,
    /// A newer server's reason that this version has no word for.
    #[serde(other)]
    Other,
}
