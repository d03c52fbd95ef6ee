//! What is measured while the server works, as Prometheus reads it.
//!
//! Counted where things happen, once a batch or a message and never once a recipient. What can be looked up when it is asked
//! for, such as how many sessions there are, is not counted at all: see `monitor`.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use papo_shared::protocol::GoodbyeReason;
use prometheus_client::encoding::text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

/// What a metric is told apart by: one name with its value.
type Label = [(&'static str, String); 1];

/// The measurements of one server.
pub(crate) struct Metrics {
    registry: Registry,
    commit_seconds: Histogram,
    batch_writes: Histogram,
    acknowledge_seconds: Histogram,
    fan_out_seconds: Histogram,
    failed_batches: Counter,
    /// Whether the newest batch was stored.
    stores: AtomicBool,
    sessions_closed: Family<Label, Counter>,
    connections_refused: Family<Label, Counter>,
    sessions: Gauge,
    sessions_signed_in: Gauge,
    sessions_lagging: Gauge,
    send_queue_bytes: Gauge,
    password_hashes_waiting: Gauge,
}

/// What is looked up when somebody asks.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Now {
    /// Open connections.
    pub(crate) sessions: usize,
    /// Connections of signed-in accounts.
    pub(crate) signed_in: usize,
    /// Sessions that receive no live events until their queue is written.
    pub(crate) lagging: usize,
    /// Bytes that wait for sockets.
    pub(crate) send_queue_bytes: usize,
    /// Password hashes that wait or are being made.
    pub(crate) password_hashes: usize,
}

/// Why a connection got no session.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RefusedConnection {
    /// Its address has as many as it may have.
    TooMany,
    /// It spoke in the clear from another machine.
    PlainText,
}

impl RefusedConnection {
    fn label(self) -> Label {
        let why = match self {
            Self::TooMany => "too_many",
            Self::PlainText => "plain_text",
        };
        [("reason", why.to_owned())]
    }
}

impl Default for Metrics {
    fn default() -> Self {
        // From 50 µs, quicker than most disks, to 1.6 s, when people notice.
        let seconds = || Histogram::new(exponential_buckets(0.000_05, 2.0, 16));
        let mut metrics = Self {
            registry: Registry::with_prefix("papo"),
            commit_seconds: seconds(),
            // A batch has 512 at the most.
            batch_writes: Histogram::new(exponential_buckets(1.0, 2.0, 10)),
            acknowledge_seconds: seconds(),
            fan_out_seconds: seconds(),
            failed_batches: Counter::default(),
            stores: AtomicBool::new(true),
            sessions_closed: Family::default(),
            connections_refused: Family::default(),
            sessions: Gauge::default(),
            sessions_signed_in: Gauge::default(),
            sessions_lagging: Gauge::default(),
            send_queue_bytes: Gauge::default(),
            password_hashes_waiting: Gauge::default(),
        };
        metrics.register();
        // What did not happen yet is told as 0, so that the first time is a change.
        drop(metrics.sessions_closed.get_or_create(&label(GoodbyeReason::Other)));
        for why in [RefusedConnection::TooMany, RefusedConnection::PlainText] {
            drop(metrics.connections_refused.get_or_create(&why.label()));
        }
        metrics
    }
}

impl Metrics {
    fn register(&mut self) {
        let all = &mut self.registry;
        all.register("commit_seconds", "From a batch to its fsync", self.commit_seconds.clone());
        all.register("batch_writes", "Writes of one transaction", self.batch_writes.clone());
        all.register("acknowledge_seconds", "From a write to its acknowledgement", self.acknowledge_seconds.clone());
        all.register("fan_out_seconds", "From the fsync to every send queue", self.fan_out_seconds.clone());
        all.register("failed_batches", "Batches that could not be stored", self.failed_batches.clone());
        all.register("sessions_closed", "Sessions that ended, by reason", self.sessions_closed.clone());
        all.register("connections_refused", "Connections without a session, by reason", self.connections_refused.clone());
        all.register("sessions", "Open connections", self.sessions.clone());
        all.register("sessions_signed_in", "Sessions that are somebody's", self.sessions_signed_in.clone());
        all.register("sessions_lagging", "Sessions that do not read", self.sessions_lagging.clone());
        all.register("send_queue_bytes", "Bytes that wait for sockets", self.send_queue_bytes.clone());
        all.register("password_hashes_waiting", "Password hashes to be made", self.password_hashes_waiting.clone());
    }

    /// A batch is on disk, or is not.
    pub(crate) fn committed(&self, writes: usize, took: Duration, stored: bool) {
        self.commit_seconds.observe(took.as_secs_f64());
        self.batch_writes.observe(f64::from(u32::try_from(writes).unwrap_or(u32::MAX)));
        self.stores.store(stored, Ordering::Relaxed);
        if !stored {
            self.failed_batches.inc();
        }
    }

    /// A batch was lost by a panic: it may be on disk, and nobody was told.
    pub(crate) fn batch_was_lost(&self) {
        self.stores.store(false, Ordering::Relaxed);
        self.failed_batches.inc();
    }

    /// Everybody's send queue has the batch's events and acknowledgements.
    pub(crate) fn record_fan_out(&self, took: Duration, acknowledged_after: impl Iterator<Item = Duration>) {
        self.fan_out_seconds.observe(took.as_secs_f64());
        for waited in acknowledged_after {
            self.acknowledge_seconds.observe(waited.as_secs_f64());
        }
    }

    /// A session ended for this reason; `Other` where its peer left.
    pub(crate) fn session_closed(&self, reason: GoodbyeReason) {
        self.sessions_closed.get_or_create(&label(reason)).inc();
    }

    /// A connection got no session.
    pub(crate) fn connection_refused(&self, why: RefusedConnection) {
        self.connections_refused.get_or_create(&why.label()).inc();
    }

    /// Whether the newest batch could be stored.
    pub(crate) fn stores(&self) -> bool {
        self.stores.load(Ordering::Relaxed)
    }

    /// Everything, as text in the OpenMetrics format.
    pub(crate) fn encode(&self, now: Now) -> String {
        let gauges = [
            (&self.sessions, now.sessions),
            (&self.sessions_signed_in, now.signed_in),
            (&self.sessions_lagging, now.lagging),
            (&self.send_queue_bytes, now.send_queue_bytes),
            (&self.password_hashes_waiting, now.password_hashes),
        ];
        for (gauge, value) in gauges {
            gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        }
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = text::encode(&mut text, &self.registry);
        text
    }
}

/// The reason's name in the protocol.
fn label(reason: GoodbyeReason) -> Label {
    match serde_json::to_value(reason) {
        Ok(serde_json::Value::String(name)) => [("reason", name)],
        _ => [("reason", "other".to_owned())],
    }
}
