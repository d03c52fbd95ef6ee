//! What a delivered message costs the server, where one of each group talks to all others of it.
//!
//! Bounds: in groups of 50 at most 2.2 times the bare relay and 1.5 times the sum of the floors, in pairs 1.5 times that sum. TLS is
//! there to be seen beside plain text.

use std::time::Duration;

use crate::dialect::Dialect;
use crate::figures::{Table, median, microseconds, range, shown};
use crate::generator::{Generator, Talk, Took};
use crate::papo::Metrics;
use crate::real_server::quantile;
use crate::store_alone::StoreAlone;
use crate::subject::{Kind, Subject};
use crate::words::Words;

/// Messages of a sender that are on their way at once.
pub(crate) const WINDOW: usize = 16;

/// Messages of each sender before it counts.
pub(crate) const WARM_UP: usize = 2 * WINDOW;

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
    /// The bare relay is the first.
    runs: Vec<Run>,
    /// µs of CPU a delivery.
    store: f64,
    /// Messages of a transaction, over sockets.
    batch: f64,
}

impl Turn {
    fn relay(&self) -> f64 {
        self.runs[0].cpu
    }

    fn floors(&self) -> f64 {
        self.relay() + self.store
    }
}

pub(crate) fn measure(name: &str, kinds: &[Kind], shape: Shape, runs: usize) {
    let mut turns: Vec<Turn> = (0..runs).map(|_| turn(kinds, shape)).collect();
    let Shape { groups, members, messages } = shape;
    let title = format!(
        "{name}: {groups} x {members} people, {messages} messages of 64 bytes from each of {groups} senders, {WINDOW} on their \
         way at once, {} deliveries; medians of {runs}",
        shape.deliveries()
    );
    let columns = [
        "",
        "us CPU a delivery",
        "of all runs",
        "x relay",
        "x floors",
        "deliveries/s",
        "delivered p50 ms",
        "p99 ms",
        "accepted p50 ms",
        "p99 ms",
    ];
    let mut table = Table::new(title, &columns);
    for (number, kind) in kinds.iter().enumerate() {
        let mut cells = cells(kind.name(), &turns, |turn| turn.runs[number].cpu);
        let rates = turns.iter().map(|turn| shape.deliveries() as f64 / turn.runs[number].took.wall.as_secs_f64());
        cells.push(format!("{:.0}", median(rates)));
        for times in [(|took| &mut took.delivered) as fn(&mut Took) -> &mut Vec<Duration>, |took| &mut took.acknowledged] {
            for share in [0.5, 0.99] {
                let waited = turns.iter_mut().map(|turn| milliseconds(times(&mut turn.runs[number].took), share));
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
    vec![
        name.to_owned(),
        shown(median(turns.iter().map(&cpu))),
        range(turns.iter().map(&cpu)),
        ratio(Turn::relay),
        ratio(Turn::floors),
    ]
}

fn milliseconds(times: &mut [Duration], share: f64) -> Option<f64> {
    (!times.is_empty()).then(|| quantile(times, share).as_secs_f64() * 1e3)
}

fn turn(kinds: &[Kind], shape: Shape) -> Turn {
    let (mut runs, mut batch) = (Vec::new(), None);
    for kind in kinds {
        let (run, its_batch) = load(kind.start(shape.groups, shape.members), shape);
        runs.push(run);
        batch = batch.or(its_batch);
    }
    let batch = batch.expect("the server is among them");
    Turn { runs, store: store_alone(shape, batch), batch }
}

/// Gives µs of CPU a delivery.
fn store_alone(shape: Shape, batch: f64) -> f64 {
    let mut store = StoreAlone::start(shape, (batch.round() as usize).max(1));
    let before = store.process().cpu_when_quiet();
    store.store();
    let cpu = store.process().cpu_when_quiet() - before;
    microseconds(cpu) / shape.deliveries() as f64
}

/// Everybody enters, and the senders talk. Gives the messages of a transaction as well, of a server that counts them.
fn load(subject: Subject, shape: Shape) -> (Run, Option<f64>) {
    let Subject { kind, target, process, dialect, metrics, .. } = &subject;
    let mut words = Words::new();
    let [warm_up, messages] = [WARM_UP, shape.messages].map(|messages| talks(&**dialect, &mut words, shape, messages));
    let mut generator = Generator::enter(dialect.clone(), target, shape.groups * shape.members, kind.at_once());
    generator.talk(warm_up);
    let cpu = process.cpu_when_quiet();
    let before = metrics.map(Metrics::batches);
    let took = generator.talk(messages);
    let cpu = process.cpu_when_quiet() - cpu;
    let batch = metrics.zip(before).map(|(metrics, before)| metrics.batches().mean_since(before));
    (Run { cpu: microseconds(cpu) / shape.deliveries() as f64, took }, batch)
}

fn talks(dialect: &dyn Dialect, words: &mut Words, shape: Shape, messages: usize) -> Vec<Talk> {
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
