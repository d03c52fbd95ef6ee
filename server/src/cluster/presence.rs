//! Presence in a cluster: every node knows the sessions of all nodes, and one node answers for each account.

use std::sync::Arc;

use async_trait::async_trait;
use papo_shared::model::{DeviceId, Timestamp};

use super::frame::SessionState;
use super::node::Node;
use crate::domain::{AccountId, SessionId};
use crate::presence::{Change, Presence};

/// A [`Presence`] of the sessions of all nodes. Returns only the changes of accounts that this node answers for, so that each is
/// announced and stored once.
pub(super) struct ClusterPresence(pub(super) Arc<Node>);

#[async_trait]
impl Presence for ClusterPresence {
    fn arrived(&self, account: AccountId, session: SessionId, device: DeviceId) {
        let state = SessionState { session: session.number(), account: account.0, device, away: false };
        self.0.change_sessions(|membership| {
            membership.set_session(state);
            self.0.presence.arrived(account, session, device);
        });
    }

    fn left(&self, account: AccountId, session: SessionId, at: Timestamp) {
        self.0.change_sessions(|membership| {
            membership.remove_session(session.number());
            self.0.presence.left(account, session, at);
        });
    }

    fn set_away(&self, account: AccountId, session: SessionId, away: bool) {
        self.0.change_sessions(|membership| {
            membership.set_away(session.number(), away);
            self.0.presence.set_away(account, session, away);
        });
    }

    fn renewed(&self, account: AccountId) {
        if self.0.presence.is_online(account) {
            self.0.membership().renew(account);
            self.0.presence.renewed(account);
        }
    }

    fn is_online(&self, account: AccountId) -> bool {
        self.0.presence.is_online(account)
    }

    fn is_away(&self, account: AccountId) -> bool {
        self.0.presence.is_away(account)
    }

    fn devices(&self, account: AccountId) -> Vec<DeviceId> {
        self.0.presence.devices(account)
    }

    async fn changes(&self) -> Vec<Change> {
        loop {
            let changes = tokio::select! {
                changes = self.0.presence.changes() => changes,
                () = self.0.has_inherited.notified() => Vec::new(),
            };
            let answered = self.0.answered_changes(changes);
            if !answered.is_empty() {
                return answered;
            }
        }
    }

    fn online_accounts(&self) -> Vec<AccountId> {
        let online = self.0.presence.online_accounts();
        let membership = self.0.membership();
        online.into_iter().filter(|account| membership.answers_for(*account)).collect()
    }
}
