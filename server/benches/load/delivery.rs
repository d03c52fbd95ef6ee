//! What a delivered message costs the server, where one of each group talks to all others of it.

use std::time::Duration;

use crate::dialect::Dialect;
use crate::figures::{Table, median, microseconds, shown};
use crate::generator::{Generator, Talk, Target, Took};
use crate::irc::IrcDialect;
use crate::mqtt::MqttDialect;
use crate::papo::Papo;
use crate::peers::Peer;
use crate::process::Process;
use crate::real_server::quantile;
use crate::relay::{Relay, RelayDialect};
use crate::store_alone::StoreAlone;
use crate::words::Words;

/// Messages of a sender that are on their way at once.
pub(crate) const WINDOW: usize = 16;

/// Messages of each sender before it counts.
pub(crate) const WARM_UP: usize = 2 * WINDOW;

/// Connections that sign in at once.
pub(crate) const AT_ONCE: usize = 64;

/// Who says how much.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) groups: usize,
    /// Of each group, the sender among them.
    pub(crate) members: usize,
    /// Of each sender.
    pub(crate) messages: usize,
}

impl Shape {
    fn deliveries(self) -> usize {
        self.groups * (self.members - 1) * self.messages
    }
}

/// What one load on one server came to.
struct Run {
    /// µs of CPU a delivery.
    cpu: f64,
    took: Took,
}

/// One turn of all that is compared.
struct Turn {
    /// By name; the bare relay is the first.
    runs: Vec<(&'static str, Run)>,
    /// µs of CPU a delivery.
    store: f64,
    /// Messages of a transaction, over sockets.
    batch: f64,
}

impl Turn {
    fn relay(&self) -> f64 {
        self.runs[0].1.cpu
    }

    fn floors(&self) -> f64 {
        self.relay() + self.store
    }
}

pub(crate) fn measure(name: &str, shape: Shape, runs: usize) {
    let mut turns: Vec<Turn> = (0..runs).map(|_| turn(shape)).collect();
    let Shape { groups, members, messages } = shape;
    let title = format!(
        "{name}: {groups} x {members} people, {messages} messages of 64 bytes from each of {groups} senders, {WINDOW} on their \
         way at once, {} deliveries; medians of {runs}",
        shape.deliveries()
    );
    let columns = [
        "",
        "us CPU a delivery",
        "x relay",
        "x floors",
        "deliveries/s",
        "delivered p50 ms",
        "p99 ms",
        "accepted p50 ms",
        "p99 ms",
    ];
    let mut table = Table::new(title, &columns);
    for number in 0..turns[0].runs.len() {
        let mut cells = cells(turns[0].runs[number].0, &turns, |turn| turn.runs[number].1.cpu);
        let rates = turns.iter().map(|turn| shape.deliveries() as f64 / turn.runs[number].1.took.wall.as_secs_f64());
        cells.push(format!("{:.0}", median(rates)));
        for times in [(|took| &mut took.delivered) as fn(&mut Took) -> &mut Vec<Duration>, |took| &mut took.acknowledged] {
            for share in [0.5, 0.99] {
                let waited = turns.iter_mut().map(|turn| milliseconds(times(&mut turn.runs[number].1.took), share));
                cells.push(waited.collect::<Option<Vec<f64>>>().map_or_else(String::new, |waited| shown(median(waited))));
            }
        }
        table.row(cells);
    }
    table.row(cells("store alone", &turns, |turn| turn.store));
    table.print();
    let (batch, store) = (median(turns.iter().map(|turn| turn.batch)), median(turns.iter().map(|turn| turn.store)));
    let a_message = shown(store * (members - 1) as f64);
    println!("  messages of a transaction: {batch:.0}; store alone, us CPU a message: {a_message}");
}

/// The name, what it costs, and how that compares with the floors of the same turn.
fn cells(name: &str, turns: &[Turn], cpu: impl Fn(&Turn) -> f64) -> Vec<String> {
    let ratio = |floor: fn(&Turn) -> f64| shown(median(turns.iter().map(|turn| cpu(turn) / floor(turn))));
    vec![name.to_owned(), shown(median(turns.iter().map(&cpu))), ratio(Turn::relay), ratio(Turn::floors)]
}

fn milliseconds(times: &mut [Duration], share: f64) -> Option<f64> {
    (!times.is_empty()).then(|| quantile(times, share).as_secs_f64() * 1e3)
}

fn turn(shape: Shape) -> Turn {
    let members = shape.members;
    let relay = Relay::start();
    let target = Target { address: relay.address, tls: None };
    let mut runs = vec![("bare relay", load(RelayDialect { members }, &target, relay.process(), shape, || ()).0)];
    drop(relay);
    let (plain, batch) = papo(shape, Papo::plain);
    runs.push(("papo-server", plain));
    let store = store_alone(shape, batch);
    runs.push(("papo-server, TLS", papo(shape, Papo::encrypted).0));
    for peer in Peer::ALL.into_iter().filter(|peer| peer.is_installed()) {
        let running = peer.start();
        let (target, process) = (Target { address: running.address, tls: None }, running.process());
        let (run, ()) = match peer {
            Peer::InspIrcd | Peer::NgIrcd => load(IrcDialect { members }, &target, process, shape, || ()),
            Peer::Mosquitto => load(MqttDialect { members }, &target, process, shape, || ()),
        };
        runs.push((peer.name(), run));
    }
    Turn { runs, store, batch }
}

/// Gives the messages of a transaction as well.
fn papo(shape: Shape, target: impl Fn(&Papo) -> Target) -> (Run, f64) {
    let papo = Papo::start(shape.groups, shape.members);
    let (run, before) = load(papo.dialect(), &target(&papo), papo.process(), shape, || papo.batches());
    (run, papo.batches().mean_since(before))
}

/// Gives µs of CPU a delivery.
fn store_alone(shape: Shape, batch: f64) -> f64 {
    let mut store = StoreAlone::start(shape, (batch.round() as usize).max(1));
    let before = store.process().cpu_when_quiet();
    store.store();
    let cpu = store.process().cpu_when_quiet() - before;
    microseconds(cpu) / shape.deliveries() as f64
}

/// Everybody enters, and the senders talk. `before` is asked right before it counts.
fn load<D: Dialect, T>(dialect: D, target: &Target, process: Process, shape: Shape, before: impl Fn() -> T) -> (Run, T) {
    let mut words = Words::new();
    let [warm_up, messages] = [WARM_UP, shape.messages].map(|messages| talks(&dialect, &mut words, shape, messages));
    let mut generator = Generator::enter(dialect, target, shape.groups * shape.members, AT_ONCE);
    generator.talk(warm_up);
    let cpu = process.cpu_when_quiet();
    let before = before();
    let took = generator.talk(messages);
    let cpu = process.cpu_when_quiet() - cpu;
    (Run { cpu: microseconds(cpu) / shape.deliveries() as f64, took }, before)
}

fn talks(dialect: &impl Dialect, words: &mut Words, shape: Shape, messages: usize) -> Vec<Talk> {
    let talk = |group| {
        let sender = group * shape.members;
        Talk { sender, witness: sender + 1, receivers: shape.members - 1, messages: Vec::new(), window: WINDOW }
    };
    let mut talks: Vec<Talk> = (0..shape.groups).map(talk).collect();
    // By turns, so that the ids of all are made in the order in which they are sent.
    for number in 0..messages {
        for (group, talk) in talks.iter_mut().enumerate() {
            talk.messages.push(dialect.say(group, number, &words.body()));
        }
    }
    talks
}
