//! What it costs that a message is on the disk before anybody is told: beside the disk alone, and beside the same queue without
//! sockets.

use std::time::Duration;

use crate::dialect::Dialect;
use crate::disk;
use crate::figures::{Table, median, shown};
use crate::generator::{Generator, Talk, Took};
use crate::papo::Papo;
use crate::queue_alone;
use crate::real_server::quantile;
use crate::words::Words;

/// Who talk at the same time, each to somebody who is away.
const SENDERS: usize = 64;

/// Messages of one who talks alone, and syncs of the disk alone.
const ALONE: usize = 2000;

/// Messages before it counts.
const WARM_UP: usize = 50;

struct Turn {
    /// p50 in ms.
    sync: f64,
    /// Of one sender; p50 in ms.
    delivered: f64,
    accepted: f64,
    /// Messages a second of all senders.
    over_sockets: f64,
    queue_alone: f64,
    /// Of all senders, p50 and p99 in ms.
    accepted_of_many: [f64; 2],
}

pub(crate) fn measure(messages: usize, runs: usize) {
    let turns: Vec<Turn> = (0..runs).map(|_| turn(messages)).collect();
    let of = |figure: &dyn Fn(&Turn) -> f64| shown(median(turns.iter().map(figure)));
    let mut table =
        Table::new(format!("one sender, {ALONE} messages one after the other; medians of {runs}"), &["", "p50 ms", "x sync"]);
    table.row(["fdatasync of a page".to_owned(), of(&|turn| turn.sync)]);
    table.row(["accepted".to_owned(), of(&|turn| turn.accepted), of(&|turn| turn.accepted / turn.sync)]);
    table.row(["delivered".to_owned(), of(&|turn| turn.delivered), of(&|turn| turn.delivered / turn.sync)]);
    table.print();
    let title = format!("{SENDERS} senders, each {messages} messages one after the other; medians of {runs}");
    let mut table = Table::new(title, &["", "messages/s", "x queue alone", "accepted p50 ms", "p99 ms"]);
    let whole = |figure: &dyn Fn(&Turn) -> f64| format!("{:.0}", median(turns.iter().map(figure)));
    table.row(["queue alone".to_owned(), whole(&|turn| turn.queue_alone)]);
    table.row([
        "over sockets".to_owned(),
        whole(&|turn| turn.over_sockets),
        of(&|turn| turn.over_sockets / turn.queue_alone),
        of(&|turn| turn.accepted_of_many[0]),
        of(&|turn| turn.accepted_of_many[1]),
    ]);
    table.print();
}

fn turn(messages: usize) -> Turn {
    let sync = half(&mut disk::syncs(ALONE));
    let mut one = one_sender();
    let queue_alone = queue_alone::messages_a_second(SENDERS, messages);
    let mut many = many_senders(messages);
    Turn {
        sync,
        delivered: half(&mut one.delivered),
        accepted: half(&mut one.acknowledged),
        over_sockets: (SENDERS * messages) as f64 / many.wall.as_secs_f64(),
        queue_alone,
        accepted_of_many: [0.5, 0.99].map(|share| milliseconds(quantile(&mut many.acknowledged, share))),
    }
}

/// To somebody who is there.
fn one_sender() -> Took {
    let papo = Papo::start(1, 2);
    talk(Generator::enter(papo.dialect(), &papo.plain(), 2, 2), papo.dialect(), 1, Some(1), ALONE)
}

fn many_senders(messages: usize) -> Took {
    let papo = Papo::start(SENDERS, 2);
    let generator = Generator::enter(papo.dialect_of_senders(), &papo.plain(), SENDERS, SENDERS);
    talk(generator, papo.dialect_of_senders(), SENDERS, None, messages)
}

/// Each sender has one message on its way.
fn talk<D: Dialect>(mut generator: Generator<D>, dialect: D, senders: usize, receiver: Option<usize>, messages: usize) -> Took {
    let mut words = Words::new();
    let mut talks = |messages| {
        let talk = |sender| Talk {
            sender,
            witness: receiver.unwrap_or(sender),
            receivers: usize::from(receiver.is_some()),
            messages: Vec::new(),
            window: 1,
        };
        let mut talks: Vec<Talk> = (0..senders).map(talk).collect();
        for number in 0..messages {
            for (conversation, talk) in talks.iter_mut().enumerate() {
                talk.messages.push(dialect.say(conversation, number, &words.body()));
            }
        }
        talks
    };
    let (warm_up, load) = (talks(WARM_UP), talks(messages));
    generator.talk(warm_up);
    generator.talk(load)
}

fn half(times: &mut [Duration]) -> f64 {
    milliseconds(quantile(times, 0.5))
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
