//! Pure types and rules: accounts, permissions, decisions about writes, paging, name folding.
//!
//! [`decide`](decide::decide) decides a [`Write`] from [`facts`], in the same way for all store backends. A decision is an
//! [`Outcome`] and a list of flat changes ([`change`]), which the backend applies.
//!
//! Deliberately absent: async code, a clock, SQL, JSON.

mod account;
mod audit;
mod ban;
pub mod change;
pub mod changes;
mod code_text;
mod conversation;
mod day;
pub mod decide;
mod device;
pub mod erasure;
pub mod facts;
mod group_invites;
mod invite;
mod message;
mod message_search;
mod new_device;
pub mod new_names;
mod outcome;
mod page;
mod report;
mod reserved_names;
pub mod retention;
pub mod rules;
mod search;
mod second_factor;
mod second_factor_change;
mod session_id;
mod skeleton;
pub mod storage;
mod store_error;
mod token;
mod totp;
mod unread;
mod write;

pub use account::{Account, AccountId, AccountRef, Credentials, DELETED_DISPLAY_NAME, Member, Totals};
pub(crate) use account::{BCRYPT_CHARS, BCRYPT_SETTINGS_CHARS};
pub use audit::{AuditEntry, AuditNote};
pub(crate) use ban::banned_refusal;
pub use ban::{Ban, BannedNetwork, BannedNetworkError};
pub use conversation::{Audience, Conversation, ConversationRows, ConversationShape, EntryRange, GroupSummary};
pub use day::DAY_MS;
pub use device::{Device, LAST_USE_PRECISION, MAX_DEVICES, until_new_use};
pub use group_invites::GroupInvites;
pub use invite::{Invite, InviteCode, InviteHash, InviteId};
pub use message::{EntryId, FoundReaction, Removal, TextHashByte};
pub use message_search::{FoundMessage, FoundMessages, MessageSearch, matches_query};
pub use new_device::NewDevice;
pub use outcome::{BlockChange, CursorPosition, GroupDeletion, MessagesErased, NotifyChange, Outcome, Posted, ReceiptMoved};
pub use page::{page_rows, truncate_page};
pub use report::{MAX_CLOSED_REPORTS, Report, ReportChange, ReportId, ReportedText};
pub use reserved_names::{ReservedNames, is_for_deleted_account};
pub use search::{fold_group, normalise_query};
pub use second_factor::{
    Authentication, MAX_WRONG_CODES, RECOVERY_CODES, RecoveryCode, RecoveryCodeHash, SecondFactor, SecondFactorCode,
    WRONG_CODES_WINDOW_MS,
};
pub use second_factor_change::SecondFactorChange;
pub use session_id::{NodeId, SessionId, SessionIds};
pub use skeleton::skeleton;
pub use store_error::StoreError;
pub use token::{DeviceToken, TokenHash};
pub use totp::{SECRET_BYTES, TimeStep, TotpSecret};
pub use unread::{ENOUGH_EXAMINED_ENTRIES, UnreadScan};
pub use write::Write;
