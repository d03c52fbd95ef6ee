//! How long the client waits for a server that does not answer.

use std::time::Duration;

use tokio::time::Instant;

/// The limits on waiting for one server. With other addresses at hand, the client gives up sooner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Patience {
    /// The limit for opening a TCP connection, and again for the TLS handshake.
    pub(super) connect: Duration,
    /// The limit for the first complete line after the connection was opened. A peer that sends none is not a papo server, or
    /// hangs.
    pub(super) first_line: Duration,
    /// The client sends a ping after this long without input.
    pub(super) ping_after: Duration,
    /// The connection is given up if nothing arrives within this time after the ping.
    pub(super) pong: Duration,
    /// The connection is given up if a request of a signed-in user waits for its reply, and nothing arrives within this time. `None`:
    /// only a ping tells.
    pub(super) reply: Option<Duration>,
}

impl Patience {
    /// With a single address there is nothing better to do than to wait. The server pings after 30 s, so only one side of a healthy
    /// connection does.
    pub(super) const WITH_ONE_ADDRESS: Self = Self {
        connect: Duration::from_secs(10),
        first_line: Duration::from_secs(10),
        ping_after: Duration::from_secs(40),
        pong: Duration::from_secs(15),
        reply: None,
    };

    /// A node that hangs, or whose machine disappeared, does not close its connections. The waits for replies are longer than the
    /// 6 s in which a server notices that its database hangs, which is no reason to move.
    pub(super) const WITH_ALTERNATIVES: Self = Self {
        connect: Duration::from_secs(4),
        first_line: Duration::from_secs(5),
        ping_after: Duration::from_secs(15),
        pong: Duration::from_secs(10),
        reply: Some(Duration::from_secs(10)),
    };
}

/// The silence of a server since it was last heard.
pub(super) struct Silence {
    patience: Patience,
    /// When the silence began, or what it is measured from since: a request, or a ping.
    since: Instant,
    is_pinged: bool,
    /// Whether a request waits for its reply.
    awaits_reply: bool,
}

/// What to do about a server that was silent for too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SilenceLimit {
    /// Send a ping.
    Ping,
    /// Give the connection up.
    GiveUp,
}

impl Silence {
    /// A silence that begins now, with or without a request that waits for its reply.
    pub(super) fn begin(patience: Patience, awaits_reply: bool) -> Self {
        Self { patience, since: Instant::now(), is_pinged: false, awaits_reply }
    }

    /// Notes that a request was sent.
    pub(super) fn note_request(&mut self) {
        if !std::mem::replace(&mut self.awaits_reply, true) && self.limits_replies() {
            self.since = Instant::now();
        }
    }

    /// Notes that a ping was sent.
    pub(super) fn note_ping(&mut self) {
        self.is_pinged = true;
        self.since = Instant::now();
    }

    /// When the silence has lasted too long, and what to do then.
    pub(super) fn limit(&self) -> (Instant, SilenceLimit) {
        match self.patience.reply {
            Some(reply) if self.limits_replies() && self.awaits_reply => (self.since + reply, SilenceLimit::GiveUp),
            _ if self.is_pinged => (self.since + self.patience.pong, SilenceLimit::GiveUp),
            _ => (self.since + self.patience.ping_after, SilenceLimit::Ping),
        }
    }

    /// A ping that was sent before decides.
    fn limits_replies(&self) -> bool {
        self.patience.reply.is_some() && !self.is_pinged
    }
}
