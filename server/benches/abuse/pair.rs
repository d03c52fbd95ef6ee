//! The well-behaved pair: one user writes to the other, who reads.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use papo_shared::model::{ClientId, ConversationId};
use papo_shared::protocol::{OpenDirect, Reply, Request, SendMessage};
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::real_server::{Connection, maybe_line, quantile};

/// Interval between two messages, unless the previous one is not acknowledged yet.
const PAUSE: Duration = Duration::from_millis(10);

/// The longest wait for an acknowledgement. It is counted as the time of a message that got none.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

pub(crate) struct Pair {
    sender: Connection,
    conversation: ConversationId,
}

/// Times from sending a message to its acknowledgement.
#[derive(Clone, Copy)]
pub(crate) struct Waited {
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
}

impl Pair {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        let mut sender = Connection::open(address, None).await;
        sender.register("pair.one").await;
        let mut reader = Connection::open(address, None).await;
        reader.register("pair.two").await;
        let Reply::Conversation(direct) = sender.ask(Request::OpenDirect(OpenDirect { username: "pair.two".to_owned() })).await
        else {
            panic!("the pair has no conversation")
        };
        tokio::spawn(async move { while maybe_line(&mut reader.lines).await.is_some() {} });
        Self { sender, conversation: direct.conversation }
    }

    /// Sends messages for this long.
    pub(crate) async fn exchange(&mut self, duration: Duration) -> Waited {
        let begun = Instant::now();
        let mut ticks = interval(PAUSE);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut times = Vec::new();
        while begun.elapsed() < duration {
            ticks.tick().await;
            let sent = Instant::now();
            let message = SendMessage {
                conversation: self.conversation,
                client_id: ClientId::new(),
                text: "um cavalo come bananas".to_owned(),
                reply_to: None,
            };
            let reply = timeout(LONGEST_WAIT, self.sender.ask(Request::SendMessage(message))).await;
            times.push(sent.elapsed());
            match reply {
                Ok(reply) => assert!(matches!(reply, Reply::MessageStored(_)), "{reply:?}"),
                Err(_) => break,
            }
        }
        Waited { p50: quantile(&mut times, 0.5), p99: quantile(&mut times, 0.99) }
    }
}
