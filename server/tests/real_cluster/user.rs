//! A user who talks and never stops following the protocol: keeps unacknowledged messages and sends them again, fills gaps, and
//! moves to the next node when the connection is lost.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use papo_shared::model::{ClientId, ConversationId, Seq};
use papo_shared::protocol::{
    Event, GoodbyeReason, History, ListConversations, Refusal, Reply, Request, RequestId, SendMessage, ServerFrame,
    SignInWithToken,
};
use rand::RngExt;
use rand::rngs::StdRng;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, sleep, sleep_until};

use super::connection::Connection;
use super::record::{Message, Record};
use super::transcript::{Arrival, Line};

/// How long the client waits at most before it tries the next node.
const MAX_FAILOVER_WAIT: Duration = Duration::from_secs(1);

/// The upper bound of the waits while no node accepts it.
const MAX_WAIT: Duration = Duration::from_secs(2);

/// How often refused requests are sent again and gaps are noticed.
const TICK: Duration = Duration::from_millis(100);

/// The wait after a refused message or page.
const RETRY_WAIT: Duration = Duration::from_millis(200);

/// Nothing is said while this many messages wait for their acknowledgement.
const MAX_OUTBOX: usize = 20;

/// A silent connection is tested after this time, and given up after three times as long.
const PING_AFTER: Duration = Duration::from_secs(5);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Quiet,
    Talking,
    Over,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Habits {
    /// Mean time between two messages of a user.
    pub(crate) pause: Duration,
    /// Probability that a user moves to another node after a message.
    pub(crate) moves: f64,
}

/// What all users share.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) addresses: Arc<[SocketAddr]>,
    pub(crate) habits: Habits,
    pub(crate) phase: watch::Receiver<Phase>,
    /// Number of acknowledged messages.
    pub(crate) acknowledged: watch::Sender<usize>,
    pub(crate) began: Instant,
}

pub(crate) struct User {
    world: World,
    token: String,
    node: usize,
    chance: StdRng,
    record: Arc<Mutex<Record>>,
    /// When the connection was lost, until the next acknowledgement.
    lost: Option<Instant>,
    heard: Instant,
    next_message: Instant,
    said: usize,
}

/// What the next reply answers.
enum Pending {
    Conversations,
    Page(ConversationId),
    Message(ClientId),
    Ping,
}

struct Session {
    connection: Connection,
    pending: VecDeque<(RequestId, Pending)>,
    /// Whether the list of conversations must be requested, and whether it was.
    needs_list: bool,
    is_listing: bool,
    /// No message is sent, and no page requested, before this time.
    retry_after: Instant,
}

impl User {
    pub(crate) fn new(world: World, token: String, node: usize, chance: StdRng, record: Arc<Mutex<Record>>) -> Self {
        let now = Instant::now();
        Self { world, token, node, chance, record, lost: None, heard: now, next_message: now, said: 0 }
    }

    /// Lives until the phase is over.
    pub(crate) async fn live(mut self) {
        let mut phase = self.world.phase.clone();
        tokio::select! {
            () = self.reconnect_forever() => {}
            _ = phase.wait_for(|phase| *phase == Phase::Over) => {}
        }
    }

    async fn reconnect_forever(&mut self) {
        let nodes = self.world.addresses.len();
        let mut attempts = 0;
        loop {
            match self.connect().await {
                Ok(session) => {
                    attempts = 0;
                    let Err(error) = self.talk(session).await else {
                        self.node = self.chance.random_range(0..nodes);
                        continue;
                    };
                    self.note_status(format!("lost the connection: {error}"));
                    self.lost.get_or_insert_with(Instant::now);
                }
                Err(error) => {
                    attempts += 1;
                    self.note_status(format!("could not connect {attempts} times: {error}"));
                }
            }
            self.node = (self.node + 1) % nodes;
            let wait = if attempts < nodes { MAX_FAILOVER_WAIT } else { MAX_WAIT };
            sleep(wait.mul_f64(self.chance.random_range(0.0..=1.0))).await;
        }
    }

    async fn connect(&mut self) -> io::Result<Session> {
        let mut connection = Connection::open(self.world.addresses[self.node]).await?;
        match connection.ask(Request::SignInWithToken(SignInWithToken { token: self.token.clone() })).await? {
            Reply::SignedIn(_) => {}
            Reply::Refused(refusal) if is_temporary(&refusal) => return Err(io::Error::other(refusal.to_string())),
            other => {
                self.record().faults.push(format!("the sign-in got {other:?}"));
                return Err(io::Error::other("not signed in"));
            }
        }
        let now = Instant::now();
        self.heard = now;
        self.note_status(format!("signed in on node {}", self.node + 1));
        let mut record = self.record();
        record.outbox.iter_mut().for_each(|message| message.is_in_flight = false);
        record.transcripts.values_mut().for_each(|transcript| transcript.is_fetching = false);
        drop(record);
        if self.lost.is_some() {
            // Shows at once whether it can talk again.
            self.next_message = now;
        }
        Ok(Session { connection, pending: VecDeque::new(), needs_list: true, is_listing: false, retry_after: now })
    }

    /// Talks until the connection ends, which is an error, or the user moves to another node.
    async fn talk(&mut self, mut session: Session) -> io::Result<()> {
        let mut phase = self.world.phase.clone();
        let mut tick = interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let is_talking = *phase.borrow_and_update() == Phase::Talking;
            tokio::select! {
                frame = session.connection.receive() => {
                    self.note_life(is_talking);
                    match frame? {
                        ServerFrame::Event(event) => self.on_event(&mut session, event).await?,
                        ServerFrame::Reply(frame) => {
                            let (id, pending) = session.pending.pop_front().ok_or_else(|| io::Error::other("no request"))?;
                            assert_eq!(frame.id, id, "replies must arrive in order");
                            self.on_reply(&mut session, pending, frame.reply);
                        }
                    }
                    self.fill_gaps(&mut session).await?;
                }
                _ = tick.tick() => self.on_tick(&mut session).await?,
                () = sleep_until(self.next_message.into()), if is_talking => {
                    self.say_something();
                    self.send_waiting(&mut session).await?;
                    if self.chance.random_bool(self.world.habits.moves) {
                        return Ok(());
                    }
                }
                changed = phase.changed() => {
                    changed.map_err(io::Error::other)?;
                    self.heard = Instant::now();
                }
            }
        }
    }

    fn note_status(&self, status: String) {
        self.record().status = status;
    }

    fn note_life(&mut self, is_talking: bool) {
        let now = Instant::now();
        if is_talking {
            let silence = now - self.heard;
            let mut record = self.record();
            record.timings.longest_silence = record.timings.longest_silence.max(silence);
        }
        self.heard = now;
    }

    fn say_something(&mut self) {
        let pause = self.world.habits.pause.mul_f64(self.chance.random_range(0.0..2.0));
        self.next_message = Instant::now() + pause;
        let (record, said) = (self.record.clone(), self.said);
        let mut record = record.lock().unwrap_or_else(PoisonError::into_inner);
        if record.transcripts.is_empty() || record.outbox.len() >= MAX_OUTBOX {
            return;
        }
        let chosen = self.chance.random_range(0..record.transcripts.len());
        let conversation = *record.transcripts.keys().nth(chosen).unwrap();
        let text = format!("{} {said} {} {}", record.name, self.node, self.world.began.elapsed().as_micros());
        let client_id = ClientId::new();
        record.sent.insert(client_id, (conversation, text.clone()));
        record.outbox.push_back(Message { conversation, client_id, text, is_in_flight: false });
        self.said += 1;
    }

    async fn on_tick(&mut self, session: &mut Session) -> io::Result<()> {
        if session.needs_list && !session.is_listing {
            let id = session.connection.send(Request::ListConversations(ListConversations::default())).await?;
            session.pending.push_back((id, Pending::Conversations));
            session.is_listing = true;
        }
        self.fill_gaps(session).await?;
        self.send_waiting(session).await?;
        let silent = self.heard.elapsed();
        if silent > PING_AFTER * 3 {
            return Err(io::ErrorKind::TimedOut.into());
        }
        if silent > PING_AFTER && session.pending.is_empty() {
            let id = session.connection.send(Request::Ping).await?;
            session.pending.push_back((id, Pending::Ping));
        }
        Ok(())
    }

    /// Sends the messages that are not in flight, in order.
    async fn send_waiting(&mut self, session: &mut Session) -> io::Result<()> {
        if Instant::now() < session.retry_after {
            return Ok(());
        }
        let waiting: Vec<Message> = {
            let mut record = self.record();
            let waiting = record.outbox.iter_mut().filter(|message| !message.is_in_flight);
            waiting
                .map(|message| {
                    message.is_in_flight = true;
                    message.clone()
                })
                .collect()
        };
        for Message { conversation, client_id, text, .. } in waiting {
            let message = SendMessage { conversation, client_id, text, reply_to: None };
            let id = session.connection.send(Request::SendMessage(message)).await?;
            session.pending.push_back((id, Pending::Message(client_id)));
        }
        Ok(())
    }

    async fn fill_gaps(&mut self, session: &mut Session) -> io::Result<()> {
        if Instant::now() < session.retry_after {
            return Ok(());
        }
        let gaps: Vec<(ConversationId, Seq)> = {
            let mut record = self.record();
            let Record { transcripts, timings, .. } = &mut *record;
            let incomplete = transcripts.iter_mut().filter(|(_, transcript)| !transcript.is_fetching);
            let gaps = incomplete.filter_map(|(id, transcript)| {
                let gap = transcript.gap()?;
                transcript.is_fetching = true;
                timings.pages += 1;
                Some((*id, gap))
            });
            gaps.collect()
        };
        for (conversation, after) in gaps {
            let page = History { conversation, after: Some(after), before: None, limit: None };
            let id = session.connection.send(Request::History(page)).await?;
            session.pending.push_back((id, Pending::Page(conversation)));
        }
        Ok(())
    }

    async fn on_event(&mut self, session: &mut Session, event: Event) -> io::Result<()> {
        match event {
            Event::EntryPosted(posted) => {
                let arrival = self.add(posted.conversation, posted.entry.seq, Line::of(&posted.entry));
                self.record().timings.repeated += usize::from(arrival == Arrival::Known);
            }
            Event::Lagged => session.needs_list = true,
            Event::Ping => {
                session.connection.send(Request::Pong).await?;
            }
            Event::Goodbye(goodbye) => {
                if !matches!(goodbye.reason, GoodbyeReason::Stopping) {
                    self.record().faults.push(format!("the server said goodbye: {goodbye:?}"));
                }
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            _ => {}
        }
        Ok(())
    }

    fn on_reply(&mut self, session: &mut Session, pending: Pending, reply: Reply) {
        match (pending, reply) {
            (Pending::Message(client_id), Reply::MessageStored(stored)) => {
                assert_eq!(client_id, stored.client_id, "an acknowledgement must answer its message");
                self.acknowledge(stored.conversation, client_id, stored.seq);
            }
            (Pending::Message(client_id), Reply::Refused(refusal)) if is_temporary(&refusal) => {
                session.retry_after = Instant::now() + RETRY_WAIT;
                let mut record = self.record();
                let refused = record.outbox.iter_mut().find(|message| message.client_id == client_id);
                refused.expect("a message stays until it is acknowledged").is_in_flight = false;
            }
            (Pending::Page(conversation), Reply::Entries(page)) => {
                if let Some(transcript) = self.record().transcripts.get_mut(&conversation) {
                    transcript.is_fetching = false;
                }
                for entry in &page.entries {
                    self.add(conversation, entry.seq, Line::of(entry));
                }
            }
            (Pending::Page(conversation), Reply::Refused(refusal)) if is_temporary(&refusal) => {
                session.retry_after = Instant::now() + RETRY_WAIT;
                if let Some(transcript) = self.record().transcripts.get_mut(&conversation) {
                    transcript.is_fetching = false;
                }
            }
            (Pending::Conversations, Reply::Conversations(page)) => {
                (session.needs_list, session.is_listing) = (false, false);
                let mut record = self.record();
                for summary in page.conversations {
                    record.transcripts.entry(summary.conversation).or_default().listed(summary.first_seq, summary.last_seq);
                }
            }
            (Pending::Conversations, Reply::Refused(refusal)) if is_temporary(&refusal) => session.is_listing = false,
            (Pending::Ping, _) => {}
            (_, reply) => self.record().faults.push(format!("an unexpected reply: {reply:?}")),
        }
    }

    fn acknowledge(&mut self, conversation: ConversationId, client_id: ClientId, seq: Seq) {
        let mut record = self.record();
        let position = record.outbox.iter().position(|message| message.client_id == client_id);
        let message = record.outbox.remove(position.expect("a message stays until it is acknowledged")).unwrap();
        record.acknowledged.insert(client_id, (conversation, seq));
        let line = Line { author: record.name.clone(), client_id: Some(client_id), text: message.text };
        drop(record);
        self.add(conversation, seq, line);
        if let Some(lost) = self.lost.take() {
            self.record().timings.interruptions.push(lost.elapsed());
        }
        self.world.acknowledged.send_modify(|count| *count += 1);
    }

    fn add(&mut self, conversation: ConversationId, seq: Seq, line: Line) -> Arrival {
        let mut record = self.record();
        let sent = if line.author == record.name { None } else { sent_elsewhere(&line, self.node) };
        let arrival = record.transcripts.entry(conversation).or_default().add(seq, line.clone());
        match &arrival {
            Arrival::New => record.timings.deliveries.extend(sent.map(|at| self.world.began.elapsed().saturating_sub(at))),
            Arrival::Known => {}
            Arrival::Different(known) => {
                record.faults.push(format!("entry {seq:?} of {conversation:?} was {known:?} and is {line:?}"));
            }
        }
        arrival
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When a message was sent, if through another node.
fn sent_elsewhere(line: &Line, node: usize) -> Option<Duration> {
    let mut words = line.text.rsplit(' ');
    let sent = words.next()?.parse().ok()?;
    let sender: usize = words.next()?.parse().ok()?;
    (line.client_id.is_some() && sender != node).then_some(Duration::from_micros(sent))
}

/// Whether the same request may succeed later.
fn is_temporary(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::Failed { .. } | Refusal::TooFast { .. } | Refusal::Busy { .. })
}
