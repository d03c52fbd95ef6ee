//! Metrics in the OpenMetrics format, for Prometheus.
//!
//! Counters and histograms are updated once per batch or message, never per recipient. Gauges, such as the number of sessions,
//! are looked up when the metrics are requested (see `monitor`).

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use papo_shared::protocol::GoodbyeReason;
use prometheus_client::encoding::text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

/// The single label of a metric: name and value.
type Label = [(&'static str, String); 1];

/// The measurements of one server.
pub struct Metrics {
    registry: Registry,
    commit_seconds: Histogram,
    batch_writes: Histogram,
    acknowledge_seconds: Histogram,
    fan_out_seconds: Histogram,
    failed_batches: Counter,
    /// Whether the last batch was stored, of those for which the store was available.
    last_batch_stored: AtomicBool,
    is_space_low: AtomicBool,
    disk_free_bytes: Gauge,
    reports_open: Gauge,
    sessions_closed: Family<Label, Counter>,
    connections_refused: Family<Label, Counter>,
    sessions: Gauge,
    sessions_signed_in: Gauge,
    sessions_lagging: Gauge,
    send_queue_bytes: Gauge,
    password_hashes_waiting: Gauge,
    store_available: Gauge,
}

/// Values of the gauges at the time of a request.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct GaugeValues {
    /// Number of open connections, signed in or not.
    pub(crate) sessions: usize,
    /// Connections of signed-in accounts.
    pub(crate) signed_in: usize,
    /// Sessions that receive no live events until their queue is written.
    pub(crate) lagging: usize,
    /// Bytes in all send queues.
    pub(crate) send_queue_bytes: usize,
    /// Password hashes that are queued or being computed.
    pub(crate) password_hashes: usize,
    /// 1 if the store is open and available, and otherwise 0.
    pub(crate) store_available: usize,
}

/// How a batch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BatchEnd {
    Stored,
    /// It could not be written.
    Failed,
    /// The store was unavailable. It says itself when it is available again, so this does not count until the next write.
    Unavailable,
}

/// Why a connection was refused before a session started.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RefusedConnection {
    /// The address has reached its limit of connections.
    TooMany,
    /// An unencrypted connection from another machine.
    PlainText,
    /// The address is banned.
    Banned,
    /// A connection from a proxy without a valid PROXY header.
    InvalidProxyHeader,
}

impl RefusedConnection {
    fn label(self) -> Label {
        let reason = match self {
            Self::TooMany => "too_many",
            Self::PlainText => "plain_text",
            Self::Banned => "banned",
            Self::InvalidProxyHeader => "invalid_proxy_header",
        };
        [("reason", reason.to_owned())]
    }
}

impl Default for Metrics {
    fn default() -> Self {
        // From 50 µs, faster than most disks, to 1.6 s, which users notice.
        let seconds = || Histogram::new(exponential_buckets(0.000_05, 2.0, 16));
        let mut metrics = Self {
            registry: Registry::with_prefix("papo"),
            commit_seconds: seconds(),
            // A batch has at most 512 writes.
            batch_writes: Histogram::new(exponential_buckets(1.0, 2.0, 10)),
            acknowledge_seconds: seconds(),
            fan_out_seconds: seconds(),
            failed_batches: Counter::default(),
            last_batch_stored: AtomicBool::new(true),
            is_space_low: AtomicBool::new(false),
            disk_free_bytes: Gauge::default(),
            reports_open: Gauge::default(),
            sessions_closed: Family::default(),
            connections_refused: Family::default(),
            sessions: Gauge::default(),
            sessions_signed_in: Gauge::default(),
            sessions_lagging: Gauge::default(),
            send_queue_bytes: Gauge::default(),
            password_hashes_waiting: Gauge::default(),
            store_available: Gauge::default(),
        };
        metrics.register();
        // Labels start at 0, so that the first occurrence shows as an increase.
        drop(metrics.sessions_closed.get_or_create(&label(GoodbyeReason::Other)));
        for reason in [
            RefusedConnection::TooMany,
            RefusedConnection::PlainText,
            RefusedConnection::Banned,
            RefusedConnection::InvalidProxyHeader,
        ] {
            drop(metrics.connections_refused.get_or_create(&reason.label()));
        }
        metrics
    }
}

impl Metrics {
    fn register(&mut self) {
        let all = &mut self.registry;
        all.register("commit_seconds", "Time from taking a batch to its fsync", self.commit_seconds.clone());
        all.register("batch_writes", "Writes per transaction", self.batch_writes.clone());
        all.register("acknowledge_seconds", "Time from a write to its acknowledgement", self.acknowledge_seconds.clone());
        all.register(
            "fan_out_seconds",
            "Time from the fsync until all send queues have the events",
            self.fan_out_seconds.clone(),
        );
        all.register("failed_batches", "Batches that could not be stored", self.failed_batches.clone());
        all.register("disk_free_bytes", "Free space of the disk of the data folder", self.disk_free_bytes.clone());
        all.register("reports_open", "Reported messages that the operator has not handled", self.reports_open.clone());
        all.register("sessions_closed", "Closed sessions by reason", self.sessions_closed.clone());
        all.register("connections_refused", "Refused connections by reason", self.connections_refused.clone());
        all.register("sessions", "Open connections", self.sessions.clone());
        all.register("sessions_signed_in", "Sessions of signed-in users", self.sessions_signed_in.clone());
        all.register("sessions_lagging", "Sessions that read too slowly", self.sessions_lagging.clone());
        all.register("send_queue_bytes", "Bytes in all send queues", self.send_queue_bytes.clone());
        all.register("password_hashes_waiting", "Password hashes queued or being computed", self.password_hashes_waiting.clone());
        all.register("store_available", "1 if the database is open and available", self.store_available.clone());
    }

    /// Records a finished batch.
    pub(crate) fn record_batch(&self, writes: usize, took: Duration, end: BatchEnd) {
        self.commit_seconds.observe(took.as_secs_f64());
        self.batch_writes.observe(f64::from(u32::try_from(writes).unwrap_or(u32::MAX)));
        if end != BatchEnd::Unavailable {
            self.last_batch_stored.store(end == BatchEnd::Stored, Ordering::Relaxed);
        }
        if end != BatchEnd::Stored {
            self.failed_batches.inc();
        }
    }

    /// Records a batch that ended in a panic. It may be on disk, but was not acknowledged.
    pub(crate) fn record_lost_batch(&self) {
        self.last_batch_stored.store(false, Ordering::Relaxed);
        self.failed_batches.inc();
    }

    /// Records that all send queues have the events and acknowledgements of a batch.
    pub(crate) fn record_fan_out(&self, took: Duration, acknowledged_after: impl Iterator<Item = Duration>) {
        self.fan_out_seconds.observe(took.as_secs_f64());
        for waited in acknowledged_after {
            self.acknowledge_seconds.observe(waited.as_secs_f64());
        }
    }

    /// Counts a closed session; the reason is `Other` if the peer left.
    pub(crate) fn record_closed_session(&self, reason: GoodbyeReason) {
        self.sessions_closed.get_or_create(&label(reason)).inc();
    }

    /// Counts a refused connection.
    pub(crate) fn record_refused_connection(&self, reason: RefusedConnection) {
        self.connections_refused.get_or_create(&reason.label()).inc();
    }

    /// Records the free space of the disk, and whether it is less than the reserve.
    pub(crate) fn record_free_space(&self, bytes: u64, is_low: bool) {
        self.disk_free_bytes.set(i64::try_from(bytes).unwrap_or(i64::MAX));
        self.is_space_low.store(is_low, Ordering::Relaxed);
    }

    /// Records the number of open reports.
    pub(crate) fn record_open_reports(&self, open: usize) {
        self.reports_open.set(i64::try_from(open).unwrap_or(i64::MAX));
    }

    /// Whether the disk has less free space than the reserve.
    pub(crate) fn is_space_low(&self) -> bool {
        self.is_space_low.load(Ordering::Relaxed)
    }

    /// Whether the last batch could be stored; true before the first one.
    pub(crate) fn is_last_batch_stored(&self) -> bool {
        self.last_batch_stored.load(Ordering::Relaxed)
    }

    /// All metrics as text in the OpenMetrics format.
    pub(crate) fn encode(&self, values: GaugeValues) -> String {
        let gauges = [
            (&self.sessions, values.sessions),
            (&self.sessions_signed_in, values.signed_in),
            (&self.sessions_lagging, values.lagging),
            (&self.send_queue_bytes, values.send_queue_bytes),
            (&self.password_hashes_waiting, values.password_hashes),
            (&self.store_available, values.store_available),
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
