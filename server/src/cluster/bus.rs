//! The bus of a cluster: sessions of this process directly, and those of other nodes over the network.

use std::sync::Arc;

use papo_shared::model::DeviceId;
use papo_shared::protocol::GoodbyeReason;

use super::node::Node;
use crate::bus::{Bus, Delivery, Subscription};
use crate::domain::{AccountId, SessionId};

/// A [`Bus`] that reaches the sessions of all nodes.
pub(super) struct ClusterBus(pub(super) Arc<Node>);

impl Bus for ClusterBus {
    fn attach(&self, subscription: Subscription) {
        self.0.local.attach(subscription);
    }

    fn detach(&self, session: SessionId) {
        self.0.local.detach(session);
    }

    fn watch_directory(&self, session: SessionId, watch: bool) {
        self.0.local.watch_directory(session, watch);
    }

    fn publish(&self, batch: Vec<Delivery>) {
        self.0.publish(batch);
    }

    fn end_sessions(&self, devices: &[DeviceId], except: SessionId, reason: GoodbyeReason) {
        self.0.local.end_sessions(devices, except, reason);
        // The exception is a session of this node.
        self.0.change(|membership| membership.end_devices(devices, reason));
    }

    fn end_account(&self, account: AccountId, reason: GoodbyeReason) {
        self.0.local.end_account(account, reason);
        self.0.change(|membership| membership.end_account(account, reason));
    }
}
