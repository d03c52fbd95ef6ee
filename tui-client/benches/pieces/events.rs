//! Processing of events by `update`.

use divan::Bencher;
use papo::clock::{Moment, Now};
use papo::event::Event;
use papo::state::State;
use papo::update::update;
use papo_shared::model::Timestamp;
use papo_shared::protocol::{EntryPosted, Event as Told, ServerFrame};

use crate::group::{GROUP, MESSAGES, entry, with_open_group};

/// An incoming message in the open group.
#[divan::bench]
fn message_in_the_open_group(bencher: Bencher) {
    arrives(bencher, with_open_group());
}

/// An incoming message while the menu is shown.
#[divan::bench]
fn message_elsewhere(bencher: Bencher) {
    let mut state = with_open_group();
    state.screen = papo::state::Screen::Menu;
    arrives(bencher, state);
}

fn arrives(bencher: Bencher, mut state: State) {
    let mut seq = MESSAGES;
    bencher
        .with_inputs(|| {
            seq += 1;
            let posted = EntryPosted { conversation: GROUP, entry: entry(seq) };
            Event::Received(ServerFrame::Event(Told::EntryPosted(posted)))
        })
        .bench_local_values(|event| update(&mut state, Now { moment: Moment(0), wall: Timestamp(0) }, event));
}
