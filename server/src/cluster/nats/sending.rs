//! Frames on their way to NATS, in order. They are dropped rather than collected when NATS is slow or not connected.

use std::sync::Arc;

use async_nats::Client;
use async_nats::connection::State;
use bytes::Bytes;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::status::{Status, count};
use crate::cluster::network::MAX_FRAME_BYTES;

/// Size of all frames that wait, in bytes.
const WAITING_BYTES: usize = 16 * MAX_FRAME_BYTES;

/// Part of it that a frame takes beside its content, so that empty frames are limited as well.
const FRAME_OVERHEAD_BYTES: usize = 256;

/// Accepts frames without waiting.
pub(super) struct Sending {
    waiting: UnboundedSender<Outgoing>,
    room: Arc<Semaphore>,
    client: Client,
    status: Arc<Status>,
}

enum Outgoing {
    Frame {
        subject: String,
        bytes: Bytes,
        /// Its part of [`WAITING_BYTES`], given back when it is dropped.
        room: OwnedSemaphorePermit,
    },
    /// Tells the sender when everything before it is written.
    Flush(oneshot::Sender<()>),
}

impl Sending {
    /// Starts the task that writes frames, until this is dropped.
    pub(super) fn start(client: Client, status: Arc<Status>) -> Self {
        let (waiting, frames) = unbounded_channel();
        tokio::spawn(write_frames(frames, client.clone(), status.clone()));
        Self { waiting, room: Arc::new(Semaphore::new(WAITING_BYTES)), client, status }
    }

    pub(super) fn send(&self, subject: String, bytes: Bytes) {
        let size = u32::try_from(bytes.len() + FRAME_OVERHEAD_BYTES).unwrap_or(u32::MAX);
        let room =
            Some(()).filter(|()| is_connected(&self.client)).and_then(|()| self.room.clone().try_acquire_many_owned(size).ok());
        let sent = room.and_then(|room| self.waiting.send(Outgoing::Frame { subject, bytes, room }).ok());
        if sent.is_none() {
            count(&self.status.dropped);
        }
    }

    /// Waits until everything sent before is written. Without a connection, that may take for ever.
    pub(super) async fn flush(&self) {
        let (written, flushed) = oneshot::channel();
        if self.waiting.send(Outgoing::Flush(written)).is_ok() {
            let _ = flushed.await;
        }
    }
}

pub(super) fn is_connected(client: &Client) -> bool {
    client.connection_state() == State::Connected
}

async fn write_frames(mut waiting: UnboundedReceiver<Outgoing>, client: Client, status: Arc<Status>) {
    while let Some(outgoing) = waiting.recv().await {
        match outgoing {
            // What was sent before the connection was lost is of no use after it.
            Outgoing::Frame { .. } if !is_connected(&client) => count(&status.dropped),
            Outgoing::Frame { subject, bytes, room } => {
                match client.publish(subject, bytes).await {
                    Ok(()) => count(&status.sent),
                    Err(error) => {
                        count(&status.dropped);
                        tracing::error!(%error, "a frame was dropped; `max_payload` of the NATS server should be at least 1MB");
                    }
                }
                drop(room);
            }
            Outgoing::Flush(written) => {
                let _ = client.flush().await;
                let _ = written.send(());
            }
        }
    }
}
