//! Values that are validated once, when they are parsed, and trusted from then on.
//!
//! `parse` is for text typed by a person: it refuses invalid input with a reason. Deserialising is for text from the
//! other side of a connection: it cleans and truncates but never refuses, so that one odd name cannot make a whole
//! page unreadable, and no text can control the terminal.

mod account;
mod client_id;
mod conversation;
mod device;
mod entry;
mod fingerprint;
mod group;
mod group_invite;
mod invisible;
mod invitation;
pub mod limits;
pub mod mention;
mod message;
mod notify;
mod optional_line;
mod password;
mod reaction;
pub mod search;
mod server_id;
mod summary;
pub mod text;
mod timestamp;

pub use account::{DisplayName, NameProblem, Person, Username};
pub use client_id::ClientId;
pub use conversation::{ConversationId, GroupName, Seq};
pub use device::{DeviceId, DeviceListing, DeviceName};
pub use entry::{Entry, EntryKind};
pub use fingerprint::{Fingerprint, InvalidFingerprint};
pub use group::{Role, Visibility};
pub use group_invite::{GroupInviteId, GroupInviteListing};
pub use invitation::Invitation;
pub use message::{Message, MessageText, ReplyTo, TextProblem};
pub use notify::{Notify, NotifyLevel};
pub use optional_line::{LineTooLong, OptionalLine, ReportReason, StatusText, Topic};
pub use password::{PasswordProblem, check_password, password_strength};
pub use reaction::{Emoji, InvalidEmoji, Reaction};
pub use server_id::ServerId;
pub use summary::{ConversationKind, ConversationSummary, GroupListing, MemberListing};
pub use timestamp::Timestamp;

/// Whether a count is zero, and therefore omitted on the wire.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
pub(crate) fn is_zero(count: &u32) -> bool {
    *count == 0
}
