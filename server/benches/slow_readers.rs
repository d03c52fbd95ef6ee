//! What sessions that stop reading cost the others: a group of 300, of whom 100 stop reading while 20 continue to
//! send.
//!
//! `cargo bench -p papo-server --bench slow_readers`. In each round, first all members read; then a third of them
//! stop; then these read again, are told that they lagged, and catch up by paging, as clients do. The next round
//! starts when everyone has every entry. Compares the delivery times of the readers in the first two parts of each
//! round.

#![allow(clippy::unwrap_used, reason = "a benchmark that meets an unexpected value should stop there")]

mod real_server;

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use papo_shared::model::{ClientId, ConversationId, Seq, Visibility};
use papo_shared::protocol::{
    CreateGroup, Event, GetConversation, History, JoinPublicGroup, Reply, ReplyFrame, Request, SendMessage, ServerFrame,
};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, timeout};

use real_server::{Connection, ServerProcess, quantile};

const READERS: usize = 180;
const SLOW: usize = 100;
const SENDERS: usize = 20;
const ROUNDS: usize = 3;

/// Messages per second of all senders together.
const MESSAGES_PER_SECOND: u32 = 60;

/// Messages in each of the first two parts of a round, and their size: in total more than the kernel buffers for a
/// socket, sent in less than the 30 s after which a stuck session is closed.
const MESSAGES: u64 = 900;
const TEXT_BYTES: usize = 8 * 1024;

/// Longest duration of the last part.
const TIMEOUT: Duration = Duration::from_secs(120);

/// Receive buffer of members who stop reading: small, so that the server's own queue fills up.
const RECEIVE_BYTES: u32 = 64 * 1024;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    AllRead,
    SomeDoNot,
    CatchUp,
    Over,
}

/// State shared by the members.
struct Group {
    id: ConversationId,
    begun: Instant,
    part: watch::Receiver<Part>,
    /// How often a session that stopped reading was told that it lagged.
    lagged: AtomicUsize,
}

/// Sequence number up to which a member has every entry. Read by the task that waits for everyone to catch up.
type HasUpTo = Arc<AtomicU64>;

/// Delivery times, by part of the round.
#[derive(Default)]
struct Waited {
    all_read: Vec<Duration>,
    some_do_not: Vec<Duration>,
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let mut out = io::stdout();
    let server = ServerProcess::start(&[("PAPO_PASSWORD_COST", "4")]);
    let mut members = Vec::new();
    for number in 0..READERS + SLOW + SENDERS {
        let mut member = Connection::open(server.address, (number < SLOW).then_some(RECEIVE_BYTES)).await;
        member.register(&format!("member{number}")).await;
        members.push(member);
    }
    let id = gather(&mut members).await;
    let (part, parts) = watch::channel(Part::CatchUp);
    let group = Arc::new(Group { id, begun: Instant::now(), part: parts, lagged: AtomicUsize::new(0) });
    let mut last = last_seq(&mut members[0], id).await;
    let senders = members.split_off(READERS + SLOW);
    let mut talk = Talk::begin(senders, &group);
    let mut reading = JoinSet::new();
    let mut progress = Vec::new();
    for (number, member) in members.into_iter().enumerate() {
        let has = HasUpTo::new(AtomicU64::new(last));
        progress.push(has.clone());
        reading.spawn(read(member, group.clone(), has, number < SLOW));
    }
    let quiet = server.memory_kib();
    writeln!(
        out,
        "{READERS} readers, {SLOW} who stop reading, {SENDERS} senders, {MESSAGES_PER_SECOND} messages of {TEXT_BYTES} bytes a second"
    )?;
    writeln!(out, "memory of the server before: {quiet} KiB; the sum of the caps of {SLOW} queues: {} KiB", SLOW * 1024)?;
    writeln!(out, "round   all told   memory KiB   lagged   caught up after")?;
    for round in 1..=ROUNDS {
        group.lagged.store(0, Ordering::Relaxed);
        part.send_replace(Part::AllRead);
        last += talk.go_on().await;
        part.send_replace(Part::SomeDoNot);
        last += talk.go_on().await;
        let memory = server.memory_kib();
        part.send_replace(Part::CatchUp);
        let begun = Instant::now();
        let everybody = async {
            while progress.iter().any(|has| has.load(Ordering::Acquire) < last) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(TIMEOUT, everybody).await.expect("everyone must catch up without gaps");
        let lagged = group.lagged.load(Ordering::Relaxed);
        writeln!(out, "{round:5} {last:10} {memory:12} {lagged:8} {:15.1?}", begun.elapsed())?;
    }
    part.send_replace(Part::Over);
    let mut waited = Waited::default();
    while let Some(one) = reading.join_next().await {
        let one = one.unwrap();
        waited.all_read.extend(one.all_read);
        waited.some_do_not.extend(one.some_do_not);
    }
    let [before, after] = [&mut waited.all_read, &mut waited.some_do_not].map(|times| [0.5, 0.99].map(|q| quantile(times, q)));
    writeln!(out, "delivery while all read:     p50 {:?}, p99 {:?}", before[0], before[1])?;
    writeln!(out, "delivery while {SLOW} do not: p50 {:?}, p99 {:?}", after[0], after[1])?;
    writeln!(out, "p99 with and without: {:.2}", after[1].as_secs_f64() / before[1].as_secs_f64())
}

async fn gather(members: &mut [Connection]) -> ConversationId {
    let create = CreateGroup { name: "all".to_owned(), visibility: Some(Visibility::Public) };
    let reply = members[0].ask(Request::CreateGroup(create)).await;
    let Reply::Conversation(summary) = reply else { panic!("{reply:?}") };
    let conversation = summary.conversation;
    for member in &mut members[1..] {
        let joined = member.ask(Request::JoinPublicGroup(JoinPublicGroup { conversation })).await;
        assert!(matches!(joined, Reply::Conversation(_)), "{joined:?}");
    }
    conversation
}

async fn last_seq(member: &mut Connection, conversation: ConversationId) -> u64 {
    match member.ask(Request::GetConversation(GetConversation { conversation })).await {
        Reply::Conversation(summary) => summary.last_seq.0,
        reply => panic!("{reply:?}"),
    }
}

/// The senders, who take turns.
struct Talk {
    senders: Vec<real_server::Requests>,
    group: Arc<Group>,
    turn: usize,
}

impl Talk {
    /// Their incoming lines are read and discarded.
    fn begin(senders: Vec<Connection>, group: &Arc<Group>) -> Self {
        let senders = senders.into_iter().map(|Connection { mut lines, requests }| {
            tokio::spawn(async move { while real_server::maybe_line(&mut lines).await.is_some() {} });
            requests
        });
        Self { senders: senders.collect(), group: group.clone(), turn: 0 }
    }

    /// Sends the messages of one part. Returns their number.
    async fn go_on(&mut self) -> u64 {
        let mut pace = interval(Duration::from_secs(1) / MESSAGES_PER_SECOND);
        pace.set_missed_tick_behavior(MissedTickBehavior::Burst);
        for _ in 0..MESSAGES {
            pace.tick().await;
            let mut text = format!("{} ", self.group.begun.elapsed().as_micros());
            text.extend(std::iter::repeat_n('x', TEXT_BYTES - text.len()));
            let message = SendMessage { conversation: self.group.id, client_id: ClientId::new(), text, reply_to: None };
            let senders = self.senders.len();
            self.senders[self.turn % senders].send(Request::SendMessage(message)).await;
            self.turn += 1;
        }
        MESSAGES
    }
}

/// Reads, or stops reading, until the last round is over.
async fn read(mut member: Connection, group: Arc<Group>, has: HasUpTo, is_slow: bool) -> Waited {
    let mut part = group.part.clone();
    let mut waited = Waited::default();
    loop {
        let now = *part.borrow_and_update();
        match now {
            Part::Over => return waited,
            Part::SomeDoNot if is_slow => part.changed().await.unwrap(),
            _ => tokio::select! {
                changed = part.changed() => changed.unwrap(),
                line = real_server::next_line(&mut member.lines) => match Told::of(&line) {
                    Told::Entry { seq, sent } => {
                        // Entries after a gap are fetched again by paging.
                        let next = has.load(Ordering::Relaxed) + 1;
                        if seq == next {
                            has.store(seq, Ordering::Release);
                        }
                        let took = group.begun.elapsed().saturating_sub(sent);
                        match now {
                            Part::AllRead if !is_slow => waited.all_read.push(took),
                            Part::SomeDoNot => waited.some_do_not.push(took),
                            _ => {}
                        }
                    }
                    Told::Lagged => {
                        group.lagged.fetch_add(1, Ordering::Relaxed);
                        ask_for_more(&mut member, &group, &has).await;
                    }
                    Told::Page { first, last, more } => {
                        assert_eq!(first, has.load(Ordering::Relaxed) + 1, "a page must start after the last entry");
                        has.store(last, Ordering::Release);
                        if more {
                            ask_for_more(&mut member, &group, &has).await;
                        }
                    }
                    Told::Ping => {
                        member.requests.send(Request::Pong).await;
                    }
                    Told::Other => {}
                },
            },
        }
    }
}

async fn ask_for_more(member: &mut Connection, group: &Group, has: &HasUpTo) {
    let after = Some(Seq(has.load(Ordering::Relaxed)));
    member.requests.send(Request::History(History { conversation: group.id, after, before: None, limit: None })).await;
}

/// The relevant content of a line.
enum Told {
    Entry { seq: u64, sent: Duration },
    Page { first: u64, last: u64, more: bool },
    Lagged,
    Ping,
    Other,
}

impl Told {
    /// The most frequent lines are scanned instead of decoded.
    fn of(line: &[u8]) -> Self {
        if line.starts_with(br#"{"type":"entry_posted""#) {
            let micros = number_after(line, r#""text":""#).unwrap_or_default();
            return Self::Entry { seq: number_after(line, r#""seq":"#).unwrap(), sent: Duration::from_micros(micros) };
        }
        match ServerFrame::decode(line).unwrap() {
            ServerFrame::Reply(ReplyFrame { reply: Reply::Entries(page), .. }) => {
                let seqs: Vec<u64> = page.entries.iter().map(|entry| entry.seq.0).collect();
                match seqs[..] {
                    [first, ..] => Self::Page { first, last: seqs[seqs.len() - 1], more: page.more },
                    [] => Self::Other,
                }
            }
            ServerFrame::Event(Event::Lagged) => Self::Lagged,
            ServerFrame::Event(Event::Ping) => Self::Ping,
            ServerFrame::Event(Event::Goodbye(goodbye)) => panic!("closed: {goodbye:?}"),
            _ => Self::Other,
        }
    }
}

fn number_after(line: &[u8], name: &str) -> Option<u64> {
    let at = line.windows(name.len()).position(|window| window == name.as_bytes())? + name.len();
    let digits = line[at..].iter().take_while(|byte| byte.is_ascii_digit());
    Some(digits.fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
}
