//! The connection breaks after every possible byte: all messages are stored exactly once and in order, and every
//! client has them.

use futures_util::future::join_all;
use papo_shared::model::ConversationId;
use papo_shared::protocol::Event;

use crate::client::{Client, TestServer, text};
use crate::proxy::{Cut, Proxy};
use crate::reconnecting_client::{ReconnectingClient, Transcript};

/// What ana sends over the unreliable connection: two messages at once, and one after the reply.
const FIRST: &str = "Oi!";
const SECOND: &str = "Alguém aí?";
const LAST: &str = "Que bom.";

/// The reply that rui sends.
const ANSWER: &str = "Estou.";

/// Number of independent scenarios that run concurrently.
const CASTS: u64 = 32;

/// Ana has an unreliable and a reliable connection; rui has a reliable one.
struct Cast {
    elsewhere: Client,
    rui: Client,
}

impl Cast {
    async fn meet(server: &TestServer, number: u64) -> Self {
        let elsewhere = server.register(&format!("ana{number}")).await;
        Self { elsewhere, rui: server.register(&format!("rui{number}")).await }
    }

    /// Plays the scenario over a connection that is cut at `cut`. Returns whether it was cut.
    async fn tell(&mut self, server: &TestServer, cut: Cut) -> bool {
        let group = self.elsewhere.group(&format!("{cut:?}"), &mut [&mut self.rui]).await;
        let proxy = Proxy::start(server.address(), cut).await;
        let mut ana = ReconnectingClient::new(proxy.address(), &self.elsewhere.token, group);
        // Connected first, so that messages are in flight when the connection breaks.
        ana.have(2).await;
        ana.say(&[FIRST, SECOND]).await;
        self.rui.say(group, ANSWER).await;
        ana.have(5).await;
        ana.say(&[LAST]).await;

        let said = [FIRST, SECOND, ANSWER, LAST].map(|said| Some(said.to_owned()));
        let expected: Transcript = [None, None].into_iter().chain(said).collect();
        assert_eq!(*ana.log(), expected, "{cut:?}: ana's log differs");
        let stored: Transcript = self.elsewhere.log(group).await.iter().map(text).collect();
        assert_eq!(stored, expected, "{cut:?}: the stored log differs");
        assert_eq!(heard(&mut self.elsewhere, group).await, [FIRST, SECOND, ANSWER, LAST], "{cut:?}: ana's other connection");
        assert_eq!(heard(&mut self.rui, group).await, [FIRST, SECOND, LAST], "{cut:?}: rui, without his own message");
        proxy.has_cut()
    }
}

/// The messages of this conversation that a client received as events.
async fn heard(client: &mut Client, group: ConversationId) -> Vec<String> {
    let events = client.drain_events().await;
    let entries = events.iter().filter_map(|event| match event {
        Event::EntryPosted(posted) if posted.conversation == group => Some(&posted.entry),
        _ => None,
    });
    entries.filter_map(text).collect()
}

/// Plays the scenario with a cut after each byte, until it finishes before the cut. Returns the number of bytes.
async fn cut_at_each_byte(server: &TestServer, casts: &mut [Cast], cut: impl Fn(u64) -> Cut) -> u64 {
    for first in (0..).step_by(casts.len()) {
        let stories = (first..).zip(casts.iter_mut()).map(|(byte, cast)| cast.tell(server, cut(byte)));
        let uncut = join_all(stories).await.iter().position(|was_cut| !was_cut);
        if let Some(place) = uncut {
            return first + place as u64;
        }
    }
    unreachable!("the scenario has finitely many bytes")
}

#[tokio::test]
async fn the_conversation_is_the_same_wherever_the_connection_breaks() {
    let server = TestServer::start().await;
    let mut casts = Vec::new();
    for number in 0..CASTS {
        casts.push(Cast::meet(&server, number).await);
    }
    let up = cut_at_each_byte(&server, &mut casts, Cut::Up).await;
    let down = cut_at_each_byte(&server, &mut casts, Cut::Down).await;
    assert!(up + down >= 1000, "{up} bytes sent and {down} received");
}
