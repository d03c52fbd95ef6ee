//! Users in groups and pairs who talk through all nodes.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use papo_shared::model::{ConversationId, Visibility};
use papo_shared::protocol::{CreateGroup, JoinPublicGroup, OpenDirect, Register, Reply, Request};
use rand::SeedableRng;
use rand::rngs::StdRng;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::connection::Connection;
use super::record::{Record, Timings};
use super::user::{Habits, Phase, User, World};

/// Password of all accounts.
pub(crate) const PASSWORD: &str = "um cavalo come bananas";

/// Members of each group.
const MEMBERS: usize = 10;

/// Longest time until everyone has everything, after the last outage.
const TIMEOUT: Duration = Duration::from_secs(60);

pub(crate) struct Community {
    records: Vec<Arc<Mutex<Record>>>,
    phase: watch::Sender<Phase>,
    acknowledged: watch::Receiver<usize>,
    living: JoinSet<()>,
}

impl Community {
    /// Registers users in groups of [`MEMBERS`], each also in a pair with the next user, who then come to life but say nothing yet.
    pub(crate) async fn gather(addresses: Vec<SocketAddr>, groups: usize, habits: Habits, seed: u64) -> Self {
        let mut connections = Vec::new();
        let mut tokens = Vec::new();
        for number in 0..groups * MEMBERS {
            let mut connection = Connection::open(addresses[number % addresses.len()]).await.unwrap();
            tokens.push(register(&mut connection, &name(number)).await);
            connections.push(connection);
        }
        for group in connections.chunks_mut(MEMBERS) {
            let (first, others) = group.split_first_mut().unwrap();
            found_group(first, others).await;
        }
        let users = connections.len();
        for (number, connection) in connections.iter_mut().enumerate() {
            let open = OpenDirect { username: name((number + 1) % users) };
            let reply = connection.ask(Request::OpenDirect(open)).await.unwrap();
            assert!(matches!(reply, Reply::Conversation(_)), "{reply:?}");
        }
        drop(connections);
        let (phase, phases) = watch::channel(Phase::Quiet);
        let (count, acknowledged) = watch::channel(0);
        let world = World { addresses: addresses.into(), habits, phase: phases, acknowledged: count, began: Instant::now() };
        let mut this = Self { records: Vec::new(), phase, acknowledged, living: JoinSet::new() };
        for (number, token) in tokens.into_iter().enumerate() {
            let record = Arc::new(Mutex::new(Record { name: name(number), ..Record::default() }));
            this.records.push(record.clone());
            let node = number % world.addresses.len();
            let chance = StdRng::seed_from_u64(seed.wrapping_add(number as u64));
            this.living.spawn(User::new(world.clone(), token, node, chance, record).live());
        }
        this
    }

    pub(crate) fn talk(&self) {
        self.phase.send_replace(Phase::Talking);
    }

    /// Waits until this many more messages are acknowledged.
    pub(crate) async fn acknowledges(&mut self, messages: usize) {
        let enough = *self.acknowledged.borrow() + messages;
        let is_reached = timeout(TIMEOUT, self.acknowledged.wait_for(|count| *count >= enough)).await.is_ok();
        assert!(is_reached, "the users cannot talk:\n{}", self.unsettled().join("\n"));
    }

    /// Number of acknowledged messages.
    pub(crate) fn acknowledged(&self) -> usize {
        *self.acknowledged.borrow()
    }

    /// Lets everyone be quiet until everything is acknowledged and everyone has everything, without asking for it anew.
    pub(crate) async fn settle(&mut self) -> Duration {
        self.phase.send_replace(Phase::Quiet);
        let began = Instant::now();
        loop {
            let unsettled = self.unsettled();
            if unsettled.is_empty() {
                return began.elapsed();
            }
            assert!(began.elapsed() < TIMEOUT, "not everyone has everything:\n{}", unsettled.join("\n"));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// What is missing, and where.
    fn unsettled(&self) -> Vec<String> {
        let records = self.records();
        let mut ends: BTreeMap<ConversationId, u64> = BTreeMap::new();
        for (id, transcript) in records.iter().flat_map(|record| &record.transcripts) {
            let end = ends.entry(*id).or_default();
            *end = transcript.end().max(*end);
        }
        let mut unsettled = Vec::new();
        for record in &records {
            let before = unsettled.len();
            if record.transcripts.is_empty() {
                unsettled.push(format!("{} has no conversations", record.name));
            }
            if !record.outbox.is_empty() {
                unsettled.push(format!("{} has {} unacknowledged messages", record.name, record.outbox.len()));
            }
            for (id, transcript) in record.transcripts.iter().filter(|(id, transcript)| transcript.cursor() != ends[id]) {
                let (name, cursor, end) = (&record.name, transcript.cursor(), ends[id]);
                unsettled.push(format!("{name} has {id:?} up to {cursor} of {end}, and heard of {}", transcript.end()));
            }
            if unsettled.len() > before {
                unsettled.push(format!("  {}: {}, faults: {:?}", record.name, record.status, record.faults));
            }
        }
        unsettled
    }

    /// Copies of all records, without what they measured.
    pub(crate) fn records(&self) -> Vec<Record> {
        let records = self.records.iter().map(|record| {
            let mut record = record.lock().unwrap_or_else(PoisonError::into_inner);
            let timings = std::mem::take(&mut record.timings);
            let copy = record.clone();
            record.timings = timings;
            copy
        });
        records.collect()
    }

    /// What all users measured since the last call.
    pub(crate) fn take_timings(&self) -> Timings {
        let mut all = Timings::default();
        for record in &self.records {
            all.merge(std::mem::take(&mut record.lock().unwrap_or_else(PoisonError::into_inner).timings));
        }
        all
    }

    /// Ends all users.
    pub(crate) async fn finish(mut self) {
        self.phase.send_replace(Phase::Over);
        while let Some(ended) = self.living.join_next().await {
            ended.unwrap();
        }
    }
}

pub(crate) fn name(number: usize) -> String {
    format!("user{number}")
}

/// Registers an account. Returns its token.
pub(crate) async fn register(connection: &mut Connection, username: &str) -> String {
    let (username, password) = (username.to_owned(), PASSWORD.to_owned());
    let register = Register { username, password, display_name: None, device: None, invite: None };
    match connection.ask(Request::Register(register)).await.unwrap() {
        Reply::SignedIn(you) => you.token,
        reply => panic!("{reply:?}"),
    }
}

/// The first user creates a public group, which the others join.
pub(crate) async fn found_group(first: &mut Connection, others: &mut [Connection]) -> ConversationId {
    let create = CreateGroup { name: format!("group {:x}", rand::random::<u64>()), visibility: Some(Visibility::Public) };
    let conversation = match first.ask(Request::CreateGroup(create)).await.unwrap() {
        Reply::Conversation(summary) => summary.conversation,
        reply => panic!("{reply:?}"),
    };
    for other in others {
        let joined = other.ask(Request::JoinPublicGroup(JoinPublicGroup { conversation })).await.unwrap();
        assert!(matches!(joined, Reply::Conversation(_)), "{joined:?}");
    }
    conversation
}
