//! What follows from a change of the membership.

use bytes::Bytes;
use papo_shared::model::DeviceId;
use papo_shared::protocol::GoodbyeReason;

use super::network::NodeId;
use crate::bus::Announcement;
use crate::domain::{AccountId, SessionId};
use crate::presence::Change;

/// What has to be done, in order.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Broadcast(Bytes),
    Send(NodeId, Bytes),
    /// A session began on another node.
    Arrived(AccountId, SessionId, DeviceId),
    /// A session of another node ended.
    Left(AccountId, SessionId),
    /// The user went away in a session of another node, or returned.
    SetAway(AccountId, SessionId, bool),
    /// This node now announces the account's presence, which may not have been announced.
    Renewed(AccountId),
    /// These accounts went offline, which may not have been announced, and now is by this node.
    Offline(Vec<Change>),
    /// Events of another node, for the sessions of this one.
    Deliver(Vec<Announcement>),
    EndDevices(Vec<DeviceId>, GoodbyeReason),
    EndAccount(AccountId, GoodbyeReason),
    /// Frames for this node were lost.
    NoteLoss,
}
