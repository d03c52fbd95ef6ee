//! Values that are parsed once, at the edge, and can be trusted from there on.
//!
//! `parse` is for what a person typed: it refuses with a reason. Deserialising is for what the other side
//! of a connection said: it cleans and never refuses, so one odd name cannot make a whole page unreadable,
//! and nothing that reached a screen can steer the terminal.

mod account;
mod client_id;
mod conversation;
mod device;
mod entry;
mod fingerprint;
mod group;
mod group_invite;
pub mod mention;
mod message;
mod notify;
mod password;
mod reaction;
pub mod search;
mod server_id;
mod status;
mod summary;
pub mod text;
mod timestamp;

pub use account::{DisplayName, NameProblem, Person, Username};
pub use client_id::ClientId;
pub use conversation::{ConversationId, GroupName, Seq};
pub use device::{DeviceId, DeviceListing, DeviceName};
pub use entry::{Entry, EntryKind};
pub use fingerprint::{Fingerprint, NoFingerprint};
pub use group::{Role, Topic, TopicTooLong};
pub use group_invite::{GroupInviteId, GroupInviteListing};
pub use message::{Message, MessageText, ReplyTo, TextProblem};
pub use notify::{Notify, NotifyLevel};
pub use password::{PasswordProblem, check_password, password_strength};
pub use reaction::{Emoji, NoEmoji, Reaction};
pub use server_id::ServerId;
pub use status::{StatusText, StatusTooLong};
pub use summary::{ConversationKind, ConversationSummary, GroupListing, MemberListing};
pub use timestamp::Timestamp;

/// Whether a count needs no word on the wire, where absent means none.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference in")]
pub(crate) fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// Limits that both sides know. Each is told to the client in the server's hello as well, where a client
/// in another language can use it.
pub mod limits {
    /// Longest username, in characters after case mapping.
    pub const MAX_USERNAME_CHARS: usize = 32;
    /// Longest display name, in characters.
    pub const MAX_DISPLAY_NAME_CHARS: usize = 48;
    /// Longest group name, in characters.
    pub const MAX_GROUP_NAME_CHARS: usize = 48;
    /// Longest message, in bytes of UTF-8 after cleaning.
    pub const MAX_MESSAGE_BYTES: usize = 16 * 1024;
    /// Shortest password, in characters: the length NIST SP 800-63B-4 asks of one that stands beside nothing else is
    /// 15, and 8 beside a second factor; papo asks for 8 and a strength estimate.
    pub const MIN_PASSWORD_CHARS: usize = 8;
    /// Longest password, in bytes. Far beyond what anybody types, small enough to hash at no cost.
    pub const MAX_PASSWORD_BYTES: usize = 256;
    /// Most conversations somebody can be in.
    pub const MAX_CONVERSATIONS: usize = 5000;
    /// Longest topic of a group, in characters.
    pub const MAX_TOPIC_CHARS: usize = 200;
    /// Longest status of somebody, in characters.
    pub const MAX_STATUS_CHARS: usize = 80;
    /// Most people that one message names; whoever is named after them is not told.
    pub const MAX_MENTIONS: usize = 20;
    /// Most different emoji that one message has as reactions.
    pub const MAX_REACTIONS: usize = 20;
    /// Most times one message is edited.
    pub const MAX_EDITS: usize = 100;
    /// Most members of a conversation in which each is told what the others have received and read.
    pub const MAX_RECEIPT_MEMBERS: usize = 32;
    /// Most invites of one group that can be used at a time.
    pub const MAX_GROUP_INVITES: usize = 50;
    /// Most people somebody can block.
    pub const MAX_BLOCKED: usize = 1000;
    /// Most members a group can have.
    pub const MAX_GROUP_MEMBERS: usize = 1000;
    /// Longest name of a device, in characters.
    pub const MAX_DEVICE_NAME_CHARS: usize = 64;
}
