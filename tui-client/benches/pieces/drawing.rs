//! Drawing of whole frames.

use divan::{Bencher, black_box};
use papo::state::State;
use papo::state::conversations::conversation::{BlockId, Scroll};
use papo::translations::{Language, Translations};
use papo::view::draw;
use papo::view::theme::Theme;
use papo_shared::model::Seq;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use crate::group::{GROUP, MESSAGES, SIZE, with_open_group};

/// The end of a conversation, without changes since the previous frame.
#[divan::bench]
fn conversation_at_its_end(bencher: Bencher) {
    drawn(bencher, |_, _| {});
}

/// A conversation scrolled by one message per frame, which changes every cell.
#[divan::bench]
fn conversation_scrolled_by_a_message(bencher: Bencher) {
    drawn(bencher, |state, frame| {
        let block = BlockId::Entry(Seq(MESSAGES / 2 + frame % 100));
        state.account.conversations.get_mut(&GROUP).unwrap().scroll = Scroll::At { block, hidden: 0 };
    });
}

fn drawn(bencher: Bencher, change: impl Fn(&mut State, u64)) {
    let (translations, theme) = (Translations::of(Language::En), Theme::of_environment(|_| None));
    let mut terminal = Terminal::new(TestBackend::new(SIZE.width, SIZE.height)).unwrap();
    let (mut state, mut frame) = (with_open_group(), 0);
    bencher.bench_local(|| {
        frame += 1;
        change(&mut state, frame);
        terminal.draw(|frame| draw(frame, black_box(&state), &translations, theme)).unwrap();
    });
}
