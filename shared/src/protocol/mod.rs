//! The frames on the wire, one module per noun.
//!
//! A client sends [`Request`]s, each in a [`RequestFrame`] with an id. The server sends [`ServerFrame`]s: a [`Reply`]
//! carries the id of its request, an [`Event`] carries none. All types are closed: the server refuses unknown ones
//! ([`Refusal::UnknownType`]) and clients skip them, so that versions may differ.
//!
//! The server handles the requests of a connection in the order in which they arrive.

mod accounts;
mod blocks;
mod changes;
mod connection;
mod contacts;
mod decoding;
mod devices;
mod encoding;
mod erasures;
mod frame;
mod group_invites;
mod groups;
mod invitations;
pub mod limits;
mod members;
mod messages;
mod notify;
mod presence;
mod profile;
mod reading;
mod refusal;
mod reports;
mod search;
mod second_factor;
mod secrets;

pub use accounts::{AccountDetails, ChangePassword, DeleteAccount, GetAccount, Register, SignIn, SignInWithToken, SignedIn};
pub use blocks::{Block, BlockChanged, BlockedPage, ListBlocked, Unblock};
pub use changes::{
    AddReaction, DeleteMessage, EditMessage, ListReactions, ListRevisions, ReactionBy, ReactionPage, RemoveReaction, Revision,
    RevisionPage,
};
pub use connection::{Goodbye, GoodbyeReason, Hello, Limits, PROTOCOL_VERSION, Registration, Welcome};
pub use contacts::{ListUsers, UserPage, WatchDirectory};
pub use decoding::Malformed;
pub use devices::{DevicePage, ListDevices, RevokeDevice};
pub use encoding::{encode_line, encoded_bytes};
pub use erasures::{AccountDeleted, GroupDeleted, MessagesErased};
pub use frame::{Event, Reply, ReplyFrame, Request, RequestFrame, RequestId, ServerFrame};
pub use group_invites::{CreateGroupInvite, GroupInvite, GroupInvites, JoinGroup, ListGroupInvites, RevokeGroupInvite};
pub use groups::{
    ConversationPage, CreateGroup, GetConversation, GroupPage, GroupUnlisted, JoinPublicGroup, LeaveGroup, ListConversations,
    ListGroups, OpenDirect, RenameGroup, SetRetention, SetTopic, SetVisibility,
};
pub use invitations::{AcceptInvitation, DeclineInvitation, InvitationDeclined, Invitations};
pub use members::{AddMember, ListMembers, MemberPage, RemoveMember, SetRole};
pub use messages::{Entries, EntryPosted, History, MessageStored, SendMessage};
pub use notify::{NotifyChanged, SetNotify};
pub use presence::{PresenceChanged, Typing, TypingStarted};
pub use profile::{SetAway, SetProfile};
pub use reading::{
    Dismiss, Inbox, InboxItem, InboxReason, ListInbox, ListReceipts, MarkDelivered, MarkRead, MarkUnread, ReadCursor, Receipt,
    ReceiptPage, ReceiptsChanged,
};
pub use refusal::Refusal;
pub use reports::ReportMessage;
pub use search::{SearchHit, SearchHits, SearchMessages};
pub use second_factor::{ConfirmTotp, DisableTotp, EnableTotp, RecoveryCodes, ReplaceRecoveryCodes, TotpSecret};
