//! Server cost per delivered message: one member of each group sends to all others.
//!
//! Limits: in groups of 50, 2.2 times the bare relay and 1.5 times the sum of the floors; in pairs, 1.5 times that
//! sum. TLS is measured for comparison with plain text.

use std::time::Duration;

use crate::dialect::Dialect;
use crate::figures::{Table, median, microseconds, range, shown};
use crate::generator::{Generator, SenderLoad, Timings};
use crate::papo::Metrics;
use crate::real_server::quantile;
use crate::shape::{Shape, WARM_UP, WINDOW};
use crate::store_alone::StoreAlone;
use crate::subject::{Kind, Subject};
use crate::texts::Texts;

/// Result of one load on one server.
struct Run {
    /// CPU time per delivery, in µs.
    cpu: f64,
    timings: Timings,
}

/// One round over everything that is compared.
struct Turn {
    /// One per kind; the bare relay comes first.
    runs: Vec<Run>,
    /// CPU time of the store alone per delivery, in µs.
    store: f64,
    /// Mean number of messages per transaction, over sockets.
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
        let rates = turns.iter().map(|turn| shape.deliveries() as f64 / turn.runs[number].timings.wall.as_secs_f64());
        cells.push(format!("{:.0}", median(rates)));
        for times in
            [(|timings| &mut timings.delivered) as fn(&mut Timings) -> &mut Vec<Duration>, |timings| &mut timings.acknowledged]
        {
            for share in [0.5, 0.99] {
                let waited = turns.iter_mut().map(|turn| milliseconds(times(&mut turn.runs[number].timings), share));
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

/// The name, the cost, and its ratios to the floors of the same round.
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
    let batch = batch.expect("papo-server is among the kinds");
    Turn { runs, store: store_alone(shape, batch), batch }
}

/// CPU time per delivery, in µs.
fn store_alone(shape: Shape, batch: f64) -> f64 {
    let mut store = StoreAlone::start(shape, (batch.round() as usize).max(1));
    let before = store.process().cpu_when_quiet();
    store.store();
    let cpu = store.process().cpu_when_quiet() - before;
    microseconds(cpu) / shape.deliveries() as f64
}

/// Signs everyone in and runs the senders. Also returns the messages per transaction, if the server reports it.
fn load(subject: Subject, shape: Shape) -> (Run, Option<f64>) {
    let Subject { kind, target, process, dialect, metrics, .. } = &subject;
    let mut texts = Texts::new();
    let [warm_up, messages] = [WARM_UP, shape.messages].map(|messages| loads(&**dialect, &mut texts, shape, messages));
    let mut generator = Generator::sign_in(dialect.clone(), target, shape.groups * shape.members, kind.at_once());
    generator.run(warm_up);
    let cpu = process.cpu_when_quiet();
    let before = metrics.map(Metrics::batches);
    let timings = generator.run(messages);
    let cpu = process.cpu_when_quiet() - cpu;
    let batch = metrics.zip(before).map(|(metrics, before)| metrics.batches().mean_since(before));
    (Run { cpu: microseconds(cpu) / shape.deliveries() as f64, timings }, batch)
}

fn loads(dialect: &dyn Dialect, texts: &mut Texts, shape: Shape, messages: usize) -> Vec<SenderLoad> {
    let load = |group| {
        let sender = group * shape.members;
        SenderLoad { sender, witness: sender + 1, receivers: shape.members - 1, messages: Vec::new(), window: WINDOW }
    };
    let mut loads: Vec<SenderLoad> = (0..shape.groups).map(load).collect();
    // Interleaved, so that client ids are generated in the order in which the messages are sent.
    for number in 0..messages {
        for (group, load) in loads.iter_mut().enumerate() {
            load.messages.push(dialect.encode_message(group, number, &texts.body()));
        }
    }
    loads
}
