//! The line breaks at every byte: what was said is there once, in order, for everybody, whichever byte was the last.

use futures_util::future::join_all;
use papo_shared::model::ConversationId;
use papo_shared::protocol::Event;

use crate::client::{Client, TestServer, text};
use crate::proxy::{Cut, Proxy};
use crate::resending::{Resending, Transcript};

/// What ana says over the bad line, two at once and one after the answer.
const FIRST: &str = "Oi!";
const SECOND: &str = "Alguém aí?";
const LAST: &str = "Que bom.";

/// What rui answers.
const ANSWER: &str = "Estou.";

/// Stories that are told side by side, each by people of their own.
const CASTS: u64 = 32;

/// Ana is on a bad line, and on a good one elsewhere. Rui is on a good one.
struct Cast {
    elsewhere: Client,
    rui: Client,
    rui_name: String,
}

impl Cast {
    async fn meet(server: &TestServer, number: u64) -> Self {
        let elsewhere = server.register(&format!("ana{number}")).await;
        let rui_name = format!("rui{number}");
        Self { elsewhere, rui: server.register(&rui_name).await, rui_name }
    }

    /// The same story each time, over a line that is cut there. Says whether it was.
    async fn tell(&mut self, server: &TestServer, cut: Cut) -> bool {
        let group = self.elsewhere.group(&format!("{cut:?}"), &[&self.rui_name]).await;
        let proxy = Proxy::start(server.address(), cut).await;
        let mut ana = Resending::new(proxy.address(), &self.elsewhere.token, group);
        // Connected before anything is said, so that messages are on their way when the line breaks.
        ana.have(2).await;
        ana.say(&[FIRST, SECOND]).await;
        self.rui.say(group, ANSWER).await;
        ana.have(5).await;
        ana.say(&[LAST]).await;

        let said = [FIRST, SECOND, ANSWER, LAST].map(|said| Some(said.to_owned()));
        let expected: Transcript = [None, None].into_iter().chain(said).collect();
        assert_eq!(*ana.log(), expected, "{cut:?}: ana's log");
        let stored: Transcript = self.elsewhere.log(group).await.iter().map(text).collect();
        assert_eq!(stored, expected, "{cut:?}: what is stored");
        assert_eq!(heard(&mut self.elsewhere, group).await, [FIRST, SECOND, ANSWER, LAST], "{cut:?}: ana elsewhere");
        assert_eq!(heard(&mut self.rui, group).await, [FIRST, SECOND, LAST], "{cut:?}: rui, who has his own words already");
        proxy.has_cut()
    }
}

/// The messages of this conversation that a client was told live.
async fn heard(client: &mut Client, group: ConversationId) -> Vec<String> {
    let told = client.told().await;
    let entries = told.iter().filter_map(|event| match event {
        Event::EntryPosted(posted) if posted.conversation == group => Some(&posted.entry),
        _ => None,
    });
    entries.filter_map(text).collect()
}

/// Tells it with a cut at each byte, until it is over before the cut. Gives the number of bytes.
async fn cut_at_each_byte(server: &TestServer, casts: &mut [Cast], cut: impl Fn(u64) -> Cut) -> u64 {
    for first in (0..).step_by(casts.len()) {
        let stories = (first..).zip(casts.iter_mut()).map(|(byte, cast)| cast.tell(server, cut(byte)));
        let uncut = join_all(stories).await.iter().position(|was_cut| !was_cut);
        if let Some(place) = uncut {
            return first + place as u64;
        }
    }
    unreachable!("a story has an end")
}

#[tokio::test]
async fn wherever_the_line_breaks_the_conversation_is_the_same() {
    let server = TestServer::start().await;
    let mut casts = Vec::new();
    for number in 0..CASTS {
        casts.push(Cast::meet(&server, number).await);
    }
    let up = cut_at_each_byte(&server, &mut casts, Cut::Up).await;
    let down = cut_at_each_byte(&server, &mut casts, Cut::Down).await;
    assert!(up + down >= 1000, "{up} bytes one way and {down} the other");
}
