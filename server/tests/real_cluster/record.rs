//! What one user sent, received and measured.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

use papo_shared::model::{ClientId, ConversationId, Seq};

use super::transcript::Transcript;

#[derive(Clone, Debug, Default)]
pub(crate) struct Record {
    pub(crate) name: String,
    pub(crate) transcripts: BTreeMap<ConversationId, Transcript>,
    /// Messages without an acknowledgement, in order.
    pub(crate) outbox: VecDeque<Message>,
    /// Everything ever sent.
    pub(crate) sent: HashMap<ClientId, (ConversationId, String)>,
    pub(crate) acknowledged: HashMap<ClientId, (ConversationId, Seq)>,
    /// What the user is doing, for the report of a trial that fails.
    pub(crate) status: String,
    /// Descriptions of what should never happen to a client.
    pub(crate) faults: Vec<String>,
    pub(crate) timings: Timings,
}

#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) conversation: ConversationId,
    pub(crate) client_id: ClientId,
    pub(crate) text: String,
    /// Whether it was sent on this connection and its reply has not arrived.
    pub(crate) is_in_flight: bool,
}

/// What a user measured since the timings were last taken.
#[derive(Clone, Debug, Default)]
pub(crate) struct Timings {
    /// From sending a message on one node until a user of another node has it.
    pub(crate) deliveries: Vec<Duration>,
    /// From losing the connection until the next acknowledgement.
    pub(crate) interruptions: Vec<Duration>,
    /// Longest time without receiving anything while everyone talks.
    pub(crate) longest_silence: Duration,
    /// Live entries that a connection delivered again.
    pub(crate) repeated: usize,
    /// Pages requested to fill gaps.
    pub(crate) pages: usize,
}

impl Timings {
    pub(crate) fn merge(&mut self, other: Self) {
        self.deliveries.extend(other.deliveries);
        self.interruptions.extend(other.interruptions);
        self.longest_silence = self.longest_silence.max(other.longest_silence);
        self.repeated += other.repeated;
        self.pages += other.pages;
    }
}

/// The smallest duration that is not exceeded by this share of `times`; zero without any.
pub(crate) fn quantile(times: &mut [Duration], share: f64) -> Duration {
    times.sort_unstable();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "an index")]
    let place = (times.len() as f64 * share) as usize;
    times.get(place.min(times.len().saturating_sub(1))).copied().unwrap_or_default()
}
