//! Pure types and rules: accounts, permissions, paging, name folding.
//!
//! Deliberately absent: async code, a clock, SQL, JSON.

mod account;
mod audit;
mod conversation;
mod device;
mod invite;
mod message;
mod message_search;
mod page;
pub mod rules;
mod search;
mod skeleton;
mod token;

pub use account::{Account, AccountId, Credentials, Member, SessionId, Totals, Who};
pub use audit::{AuditEntry, AuditNote};
pub use conversation::{Audience, Conversation, ConversationShape, Span};
pub use device::{Device, MAX_DEVICES, is_new_use};
pub use invite::{Invite, InviteCode, InviteHash, InviteId};
pub use message::{FoundReaction, TextMark};
pub use message_search::{FoundMessage, FoundMessages, MessageSearch, is_wanted};
pub use page::{fit, rows};
pub use search::{fold, fold_group};
pub use skeleton::skeleton;
pub use token::{DeviceToken, TokenHash};
