//! The frames that travel, by noun.
//!
//! A client sends [`Request`]s, each in a [`RequestFrame`] with an id; the server sends [`ServerFrame`]s: a [`Reply`]
//! that carries the id back, or an [`Event`] that carries none. Types are closed: what is not listed here is refused by
//! the server ([`Refusal::UnknownType`]) and skipped by the client, so that versions can differ.
//!
//! Inside one connection the server handles requests in the order they came.

mod accounts;
mod connection;
mod contacts;
mod devices;
mod frame;
mod groups;
pub mod limits;
mod messages;
mod presence;
mod refusal;

pub use accounts::{ChangePassword, Register, SignIn, SignInWithToken, SignedIn};
pub use connection::{Goodbye, GoodbyeReason, Hello, Limits, PROTOCOL_VERSION, Registration, Welcome};
pub use contacts::{ListUsers, UserPage, WatchDirectory};
pub use devices::{DevicePage, ListDevices, RevokeDevice};
pub use frame::{Event, Malformed, Reply, ReplyFrame, Request, RequestFrame, RequestId, ServerFrame, encode_line};
pub use groups::{
    AddMember, ConversationPage, CreateGroup, GetConversation, GroupPage, LeaveGroup, ListConversations, ListGroups, ListMembers,
    MemberPage, OpenDirect, RenameGroup,
};
pub use messages::{Entries, EntryPosted, History, MarkRead, MessageStored, ReadCursor, SendMessage};
pub use presence::{PresenceChanged, Typing, TypingStarted};
pub use refusal::Refusal;
