//! What the duration of failed sign-ins reveals, and what they cost other users.
//!
//! `cargo bench -p papo-server --bench sign_in_cost`. First: failed sign-ins to an existing and to an unknown
//! account, alternating, at the default bcrypt cost. Then: delivery times between other users, with and without a
//! stream of failed sign-ins, alternating.

#![allow(clippy::unwrap_used, reason = "a benchmark that meets an unexpected value should stop there")]

mod real_server;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use papo_shared::model::{ClientId, ConversationId};
use papo_shared::protocol::{OpenDirect, Refusal, Reply, Request, SendMessage, SignIn};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use real_server::{Connection, ServerProcess, next_line, quantile};

/// Failed sign-ins, half of them to an unknown account.
const TURNS: usize = 200;

/// Pairs of users who exchange messages.
const PAIRS: usize = 10;

/// Interval between two messages of a pair.
const PAUSE: Duration = Duration::from_millis(20);

/// Failed sign-ins per second, and the connections they are spread over.
const BAD_PER_SECOND: u32 = 50;
const BAD_CONNECTIONS: usize = 25;

/// Duration of each part, with and without failed sign-ins, and the number of repetitions.
const PART: Duration = Duration::from_secs(10);
const ROUNDS: usize = 3;

#[tokio::main]
async fn main() -> io::Result<()> {
    let server = ServerProcess::start(&[]);
    known_and_unknown(&server).await?;
    beside_people(&server).await
}

async fn known_and_unknown(server: &ServerProcess) -> io::Result<()> {
    Connection::open(server.address, None).await.register("known").await;
    let mut guesser = Connection::open(server.address, None).await;
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for turn in 0..TURNS {
        let (username, times) = if turn % 2 == 0 { ("known", &mut known) } else { ("unknown", &mut unknown) };
        let begun = Instant::now();
        let reply = guesser.ask(bad_sign_in(username)).await;
        times.push(begun.elapsed());
        assert_eq!(reply, Reply::Refused(Refusal::WrongCredentials));
    }
    let mut out = io::stdout();
    for (name, times) in [("a name that exists", &mut known), ("a name of nobody", &mut unknown)] {
        writeln!(
            out,
            "{name:18}: mean {:.2?}, p50 {:.2?}, of {} failed sign-ins",
            mean(times),
            quantile(times, 0.5),
            times.len()
        )?;
    }
    writeln!(out, "difference of the means: {:.2?}", mean(&known).abs_diff(mean(&unknown)))
}

async fn beside_people(server: &ServerProcess) -> io::Result<()> {
    let mut pairs = Vec::new();
    for number in 0..PAIRS {
        let mut one = Connection::open(server.address, None).await;
        let mut other = Connection::open(server.address, None).await;
        one.register(&format!("one{number}")).await;
        other.register(&format!("other{number}")).await;
        let reply = one.ask(Request::OpenDirect(OpenDirect { username: format!("other{number}") })).await;
        let Reply::Conversation(summary) = reply else { panic!("{reply:?}") };
        pairs.push(Pair { one, other, conversation: summary.conversation });
    }
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        pairs = talk(pairs, &mut without).await;
        let guessing = guess(server.address);
        pairs = talk(pairs, &mut with).await;
        drop(guessing);
    }
    let mut out = io::stdout();
    for (name, times) in [("without", &mut without), ("with", &mut with)] {
        let [half, most] = [0.5, 0.99].map(|share| quantile(times, share));
        writeln!(out, "{name:7} {BAD_PER_SECOND} bad sign-ins a second: delivery p50 {half:.2?}, p99 {most:.2?}")?;
    }
    let [without, with] = [&mut without, &mut with].map(|times| quantile(times, 0.99).as_secs_f64());
    writeln!(out, "p99 with and without: {:.2}", with / without)
}

/// Two users with a direct conversation.
struct Pair {
    one: Connection,
    other: Connection,
    conversation: ConversationId,
}

impl Pair {
    /// Time from sending a message to its arrival.
    async fn say(&mut self) -> Duration {
        let text = "um cavalo come bananas".to_owned();
        let message = SendMessage { conversation: self.conversation, client_id: ClientId::new(), text, reply_to: None };
        let begun = Instant::now();
        self.one.requests.send(Request::SendMessage(message)).await;
        while !next_line(&mut self.other.lines).await.starts_with(br#"{"type":"entry_posted""#) {}
        let took = begun.elapsed();
        // Reads the acknowledgement, and prevents both sessions from being closed as silent.
        self.other.ask(Request::Ping).await;
        self.one.ask(Request::Ping).await;
        took
    }
}

/// All pairs exchange messages for one part.
async fn talk(pairs: Vec<Pair>, waited: &mut Vec<Duration>) -> Vec<Pair> {
    let mut talking = JoinSet::new();
    for mut pair in pairs {
        talking.spawn(async move {
            let (begun, mut pace, mut waited) = (Instant::now(), interval(PAUSE), Vec::new());
            pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
            while begun.elapsed() < PART {
                pace.tick().await;
                waited.push(pair.say().await);
            }
            (pair, waited)
        });
    }
    let mut pairs = Vec::new();
    while let Some(done) = talking.join_next().await {
        let (pair, times) = done.unwrap();
        pairs.push(pair);
        waited.extend(times);
    }
    pairs
}

/// Sends failed sign-ins at the given rate until dropped, even when the server replies that it is busy.
fn guess(server: SocketAddr) -> JoinSet<()> {
    let mut guessing = JoinSet::new();
    for number in 0..BAD_CONNECTIONS {
        guessing.spawn(async move {
            let mut guesser = Connection::open(server, None).await;
            let pause = Duration::from_secs(1) / BAD_PER_SECOND * u32::try_from(BAD_CONNECTIONS).unwrap();
            let mut pace = interval(pause);
            loop {
                pace.tick().await;
                guesser.requests.send(bad_sign_in(&format!("one{}", number % PAIRS))).await;
            }
        });
    }
    guessing
}

fn bad_sign_in(username: &str) -> Request {
    Request::SignIn(SignIn { username: username.to_owned(), password: "dois cavalos".to_owned(), device: None, code: None })
}

fn mean(times: &[Duration]) -> Duration {
    times.iter().sum::<Duration>() / u32::try_from(times.len()).unwrap()
}
