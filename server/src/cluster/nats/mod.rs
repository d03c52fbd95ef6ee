//! The network between nodes on NATS: two subjects per node, one for all nodes and one of its own.
//!
//! Only the core of NATS is used, which stores nothing. Deliberately absent: what the bytes mean.

mod address;
mod connect_error;
mod sending;
mod status;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use async_nats::{Client, Subscriber};
use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt;
use papo_shared::model::ServerId;
use tokio::sync::Mutex;
use tokio::time::timeout;

pub use self::address::NatsAddress;
use self::connect_error::Attempt;
pub use self::connect_error::ConnectError;
use self::sending::{Sending, is_connected};
use self::status::{Status, count};
use super::network::{Network, NetworkState, NetworkStatus, NodeId, Received};

/// Maximum time for the last frames to be written when a node stops.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// Maximum time to hand the subscriptions to the driver, which does not depend on NATS.
const SUBSCRIBE_TIMEOUT: Duration = Duration::from_secs(1);

/// A connection to NATS, which is made again when it is lost.
pub struct NatsNetwork {
    client: Client,
    community: ServerId,
    sending: Sending,
    subscriptions: Mutex<[Subscriber; 2]>,
    status: Arc<Status>,
}

impl NatsNetwork {
    /// Connects this node of the community. If NATS cannot be reached, continues to try in the background, and says so in the log.
    ///
    /// # Errors
    /// NATS refuses the node, its certificate is not accepted, or a setting is invalid.
    pub async fn connect(
        address: &NatsAddress,
        community: ServerId,
        node: NodeId,
        node_name: &str,
    ) -> Result<Self, ConnectError> {
        let status = Arc::new(Status::new(format!("papo.{community}.>")));
        let options = || {
            let status = status.clone();
            let record = move |event| {
                status.record(&event);
                std::future::ready(())
            };
            Ok(address.options(node_name)?.event_callback(record))
        };
        let client = match options()?.connect(address.urls()).await.map_err(Attempt::from) {
            Ok(client) => client,
            Err(Attempt::Final(error)) => return Err(error),
            Err(Attempt::Unreachable(reason)) => {
                tracing::error!(
                    reason,
                    "{address} is not reachable; until it is, what happens on other nodes arrives here a few seconds late"
                );
                let trying = options()?.retry_on_initial_connect().connect(address.urls()).await;
                trying.map_err(|error| ConnectError::Setting(error.to_string()))?
            }
        };
        let subscribe = async {
            let all = client.subscribe(subject_of_all(community)).await?;
            Ok::<_, async_nats::SubscribeError>([all, client.subscribe(subject_of(community, node)).await?])
        };
        let subscriptions = match timeout(SUBSCRIBE_TIMEOUT, subscribe).await {
            Ok(Ok(subscriptions)) => Mutex::new(subscriptions),
            Ok(Err(error)) => return Err(ConnectError::Setting(error.to_string())),
            Err(error) => return Err(ConnectError::Setting(error.to_string())),
        };
        let sending = Sending::start(client.clone(), status.clone());
        Ok(Self { client, community, sending, subscriptions, status })
    }
}

#[async_trait]
impl Network for NatsNetwork {
    fn broadcast(&self, bytes: Bytes) {
        self.sending.send(subject_of_all(self.community), bytes);
    }

    fn send(&self, to: NodeId, bytes: Bytes) {
        self.sending.send(subject_of(self.community, to), bytes);
    }

    async fn receive(&self) -> Received {
        let mut subscriptions = self.subscriptions.lock().await;
        let [all, own] = &mut *subscriptions;
        let message = tokio::select! {
            () = self.status.interrupted() => return Received::Interrupted,
            message = all.next() => message,
            message = own.next() => message,
        };
        match message {
            Some(message) => {
                count(&self.status.received);
                Received::Bytes(message.payload)
            }
            // The connection was closed.
            None => std::future::pending().await,
        }
    }

    fn is_connected(&self) -> bool {
        is_connected(&self.client)
    }

    fn status(&self) -> NetworkStatus {
        let state = match (self.is_connected(), self.status.is_denied()) {
            (false, _) => NetworkState::Disconnected,
            (true, true) => NetworkState::Denied,
            (true, false) => NetworkState::Connected,
        };
        let [sent, received, dropped] =
            [&self.status.sent, &self.status.received, &self.status.dropped].map(|counter| counter.load(Ordering::Relaxed));
        NetworkStatus { state, sent, received, dropped }
    }

    async fn close(&self) {
        if timeout(CLOSE_TIMEOUT, self.sending.flush()).await.is_err() {
            tracing::warn!("the last frames to other nodes were not sent in time");
        }
        let _ = timeout(CLOSE_TIMEOUT, self.client.drain()).await;
    }
}

/// Subject that all nodes of a community subscribe to.
fn subject_of_all(community: ServerId) -> String {
    format!("papo.{community}.all")
}

/// Subject that only this node subscribes to.
fn subject_of(community: ServerId, node: NodeId) -> String {
    format!("papo.{community}.node.{node}")
}
