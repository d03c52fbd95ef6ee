//! Cost of writing each message to disk before anyone receives it, compared with the disk alone and with the same
//! queue without sockets.
//!
//! Limits: one sender waits at most 3 times as long as the disk alone; 64 senders over sockets reach at least 0.75 of
//! the throughput of the queue alone, and wait at most twice as long at the 99th percentile as without the word
//! index.

use std::rc::Rc;
use std::time::Duration;

use crate::dialect::Dialect;
use crate::disk;
use crate::figures::{Table, median, shown};
use crate::generator::{Generator, SenderLoad, Timings};
use crate::papo::Papo;
use crate::queue_alone;
use crate::real_server::quantile;
use crate::texts::Texts;

/// Concurrent senders, each sending to someone offline.
const SENDERS: usize = 64;

/// Messages of a lone sender; also the number of syncs of the disk alone.
const ALONE: usize = 2000;

/// Messages per sender before the measurement starts.
const WARM_UP: usize = 50;

struct Turn {
    /// The disk alone: median in ms.
    appended: f64,
    written_over: f64,
    /// One sender: median in ms.
    delivered: f64,
    accepted: f64,
    /// Messages per second of all senders together.
    queue_alone: f64,
    over_sockets: Many,
    without_index: Many,
}

/// Result of all senders together.
struct Many {
    messages_a_second: f64,
    /// Median and 99th percentile, in ms.
    accepted: [f64; 2],
}

pub(crate) fn measure(messages: usize, runs: usize) {
    let turns: Vec<Turn> = (0..runs).map(|_| turn(messages)).collect();
    let of = |figure: &dyn Fn(&Turn) -> f64| shown(median(turns.iter().map(figure)));
    let title = format!("one sender, {ALONE} messages one after the other; medians of {runs}");
    let mut table = Table::new(title, &["", "p50 ms", "x page appended", "x page written over"]);
    for (name, figure) in [
        ("fdatasync, a page appended", (|turn| turn.appended) as fn(&Turn) -> f64),
        ("fdatasync, a page written over", |turn| turn.written_over),
        ("accepted", |turn| turn.accepted),
        ("delivered", |turn| turn.delivered),
    ] {
        table.row([
            name.to_owned(),
            of(&figure),
            of(&|turn| figure(turn) / turn.appended),
            of(&|turn| figure(turn) / turn.written_over),
        ]);
    }
    table.print();
    let title = format!("{SENDERS} senders, each {messages} messages one after the other; medians of {runs}");
    let columns = ["", "messages/s", "x queue alone", "accepted p50 ms", "p99 ms", "p99 x without index"];
    let mut table = Table::new(title, &columns);
    let whole = |figure: &dyn Fn(&Turn) -> f64| format!("{:.0}", median(turns.iter().map(figure)));
    table.row(["queue alone".to_owned(), whole(&|turn| turn.queue_alone)]);
    for (name, many) in [
        ("over sockets", (|turn| &turn.over_sockets) as fn(&Turn) -> &Many),
        ("over sockets, without the index of words", |turn| &turn.without_index),
    ] {
        table.row([
            name.to_owned(),
            whole(&|turn| many(turn).messages_a_second),
            of(&|turn| many(turn).messages_a_second / turn.queue_alone),
            of(&|turn| many(turn).accepted[0]),
            of(&|turn| many(turn).accepted[1]),
            of(&|turn| many(turn).accepted[1] / turn.without_index.accepted[1]),
        ]);
    }
    table.print();
}

fn turn(messages: usize) -> Turn {
    let mut disk = disk::syncs(ALONE);
    let mut one = one_sender();
    Turn {
        appended: half(&mut disk.appended),
        written_over: half(&mut disk.written_over),
        delivered: half(&mut one.delivered),
        accepted: half(&mut one.acknowledged),
        queue_alone: queue_alone::messages_a_second(SENDERS, messages),
        over_sockets: many_senders(&Papo::start(SENDERS, 2), messages),
        without_index: many_senders(&Papo::start_without_index(SENDERS, 2), messages),
    }
}

/// With an online receiver.
fn one_sender() -> Timings {
    let papo = Papo::start(1, 2);
    let dialect = Rc::new(papo.dialect());
    let generator = Generator::sign_in(dialect.clone(), &papo.plain(), 2, 2);
    run(generator, &*dialect, 1, Some(1), ALONE)
}

fn many_senders(papo: &Papo, messages: usize) -> Many {
    let dialect = Rc::new(papo.dialect_of_senders());
    let generator = Generator::sign_in(dialect.clone(), &papo.plain(), SENDERS, SENDERS);
    let mut timings = run(generator, &*dialect, SENDERS, None, messages);
    Many {
        messages_a_second: (SENDERS * messages) as f64 / timings.wall.as_secs_f64(),
        accepted: [0.5, 0.99].map(|share| milliseconds(quantile(&mut timings.acknowledged, share))),
    }
}

/// Each sender has one message in flight.
fn run(mut generator: Generator, dialect: &dyn Dialect, senders: usize, receiver: Option<usize>, messages: usize) -> Timings {
    let mut texts = Texts::new();
    let mut loads = |messages| {
        let load = |sender| SenderLoad {
            sender,
            witness: receiver.unwrap_or(sender),
            receivers: usize::from(receiver.is_some()),
            messages: Vec::new(),
            window: 1,
        };
        let mut loads: Vec<SenderLoad> = (0..senders).map(load).collect();
        for number in 0..messages {
            for (conversation, load) in loads.iter_mut().enumerate() {
                load.messages.push(dialect.encode_message(conversation, number, &texts.body()));
            }
        }
        loads
    };
    let (warm_up, load) = (loads(WARM_UP), loads(messages));
    generator.run(warm_up);
    generator.run(load)
}

fn half(times: &mut [Duration]) -> f64 {
    milliseconds(quantile(times, 0.5))
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
