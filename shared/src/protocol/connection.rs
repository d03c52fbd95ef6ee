//! The start and the end of a connection.

use serde::{Deserialize, Serialize};

use crate::model::ServerId;
use crate::model::limits as values;
use crate::protocol::limits as wire;

/// Protocol version. It is raised only by changes that an older peer would misunderstand. New frames and fields do
/// not raise it, since each side ignores unknown fields and refuses or skips unknown types.
pub const PROTOCOL_VERSION: u32 = 1;

/// The first request of a connection. The reply is [`Welcome`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// Protocol version of the client.
    pub protocol: u32,
    /// Name and version of the client, for the server's log.
    pub client: String,
}

/// The reply to [`Hello`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// Protocol version of the server.
    pub protocol: u32,
    /// Name and version of the server.
    pub server: String,
    /// Identity of the server's data.
    pub server_id: ServerId,
    /// Registration policy, so that clients can ask for an invite code or hide the form.
    #[serde(default)]
    pub registration: Registration,
    /// For how many days the server keeps messages; absent: for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<u32>,
    /// Limits that the server enforces.
    pub limits: Limits,
}

/// Registration policy of the server, set by its operator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Registration {
    /// Anyone may create an account.
    #[default]
    Open,
    /// Registration requires an invite code.
    Invite,
    /// Only the operator creates accounts.
    Closed,
    /// A policy of a newer server, unknown to this version.
    #[serde(other)]
    Other,
}

/// Limits that the server enforces, so that a client can warn its user before sending something that would be refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Longest line after sign-in, in bytes.
    pub max_line_bytes: usize,
    /// Longest message, in bytes of UTF-8 after cleaning.
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
    /// Maximum number of members per group.
    pub max_group_members: usize,
    /// Maximum number of rows per page.
    pub max_page_rows: u32,
}

impl Default for Limits {
    /// The constants of this crate, which papo's own server uses.
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

/// The last frame before the server closes a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goodbye {
    /// Reason for closing the connection.
    pub reason: GoodbyeReason,
    /// Suggested delay before reconnecting, in milliseconds; randomised so that clients do not all return at once.
    /// Absent if reconnecting would not help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub come_back_ms: Option<u64>,
}

/// Why the server closes a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GoodbyeReason {
    /// The server is shutting down or restarting.
    Stopping,
    /// No data arrived for too long, not even a reply to a ping.
    Silent,
    /// The client did not sign in within the time allowed.
    SignInTooSlow,
    /// The client did not read fast enough, and its send queue overflowed or stalled.
    ReadTooSlow,
    /// Too many malformed lines.
    #[serde(rename = "too_many_mistakes")]
    TooManyMalformedLines,
    /// This device was signed out: by its user, by the operator, or by a password change on another device.
    SignedOut,
    /// The server's operator suspended the account.
    Suspended,
    /// The account was deleted, by its owner or by the operator. Its token is invalid, and its name is not given to anyone else.
    AccountDeleted,
    /// A reason sent by a newer server, unknown to this version.
    #[serde(other)]
    Other,
}
