//! Scrolling the messages. The view's position is a block, never a row number, so that entries arriving above or below
//! do not move the text being read.

use papo_shared::model::Seq;

use super::fetching;
use crate::action::Action;
use crate::effect::Effect;
use crate::layout;
use crate::layout::transcript::Transcript;
use crate::state::State;
use crate::state::conversations::conversation::{BlockId, Conversation, Scroll};
use crate::state::navigation::chat::ChatFocus;
use crate::state::phrase::Phrase;

/// Older entries are fetched when fewer blocks than this are above the view, newer ones when fewer are below.
const FETCH_AHEAD_BLOCKS: usize = 20;

/// Scrolls by page, or moves the selection from message to message.
pub(crate) fn move_in_messages(state: &mut State, action: Action, effects: &mut Vec<Effect>) {
    let page = i32::from(layout::chat(state).messages.height.saturating_sub(1)).max(1);
    match action {
        Action::PageUp => scroll_by_rows(state, -page, effects),
        Action::PageDown => scroll_by_rows(state, page, effects),
        Action::First => scroll_to_oldest(state, effects),
        Action::Last => scroll_to_newest(state, effects),
        Action::Up => move_selection(state, -1, effects),
        _ => move_selection(state, 1, effects),
    }
}

/// Scrolls by rows; negative numbers scroll up.
pub(crate) fn scroll_by_rows(state: &mut State, rows: i32, effects: &mut Vec<Effect>) {
    let scroll = with_transcript(state, |view| view.scrolled_by(rows));
    set_scroll(state, scroll, effects);
}

/// Fills rows left empty at the edge of the view after entries arrived or the window grew.
pub(crate) fn fill_view(state: &mut State) {
    if state.open_conversation().is_none_or(|open| open.finding_first_unread) {
        return;
    }
    let filled = with_transcript(state, |view| view.scrolled_by(0));
    if let (Some(open), Some(scroll)) = (state.open_conversation_mut(), filled) {
        open.scroll = scroll;
    }
}

/// Position of the view's lower edge: a block, and how many of its rows are below the edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Edge {
    index: usize,
    hidden: u16,
}

/// A laid-out conversation and the height of its view, in rows.
struct View<'a> {
    transcript: Transcript<'a>,
    conversation: &'a Conversation,
    height: u16,
}

fn with_transcript<T>(state: &State, f: impl FnOnce(View) -> T) -> Option<T> {
    let conversation = state.open_conversation()?;
    let area = layout::chat(state).messages;
    let transcript = Transcript::new(state, conversation, area.width);
    (!transcript.is_empty()).then(|| f(View { transcript, conversation, height: area.height }))
}

impl View<'_> {
    fn last(&self) -> usize {
        self.transcript.len() - 1
    }

    fn edge(&self) -> Edge {
        match self.conversation.scroll {
            Scroll::AtEnd => Edge { index: self.last(), hidden: 0 },
            Scroll::At { block, hidden } => {
                let index = self.transcript.index_at_or_after(block).unwrap_or_else(|| self.last());
                Edge { index, hidden: hidden.min(self.transcript.height(index).saturating_sub(1)) }
            }
        }
    }

    fn scroll_to(&self, edge: Edge) -> Scroll {
        match self.transcript.id(edge.index) {
            // The last held block is the end of the conversation only if nothing newer is missing.
            Some(block) if edge != (Edge { index: self.last(), hidden: 0 }) || self.conversation.lacks_newer() => {
                Scroll::At { block, hidden: edge.hidden }
            }
            _ => Scroll::AtEnd,
        }
    }

    fn scrolled_by(&self, rows: i32) -> Scroll {
        let mut edge = self.edge();
        let mut hidden = i32::from(edge.hidden) - rows;
        while hidden < 0 && edge.index < self.last() {
            edge.index += 1;
            hidden += i32::from(self.transcript.height(edge.index));
        }
        while hidden >= i32::from(self.transcript.height(edge.index)) && edge.index > 0 {
            hidden -= i32::from(self.transcript.height(edge.index));
            edge.index -= 1;
        }
        edge.hidden = u16::try_from(hidden.max(0)).unwrap_or(0);
        // The first row never scrolls below the upper edge.
        let top = self.edge_with_top(0);
        if (edge.index, std::cmp::Reverse(edge.hidden)) < (top.index, std::cmp::Reverse(top.hidden)) {
            edge = top;
        }
        self.scroll_to(edge)
    }

    /// The lower edge when the first row of this block is at the upper edge.
    fn edge_with_top(&self, index: usize) -> Edge {
        let mut rows = 0;
        for index in index..=self.last() {
            rows += self.transcript.height(index);
            if rows >= self.height {
                return Edge { index, hidden: rows - self.height };
            }
        }
        Edge { index: self.last(), hidden: 0 }
    }

    /// The position that shows the *new* line at the upper edge, if there is one.
    fn scroll_to_new_line(&self) -> Option<Scroll> {
        let first_unread = BlockId::Entry(self.conversation.new_after?.next());
        let index = self.transcript.index_of(first_unread)?;
        Some(self.scroll_to(self.edge_with_top(index)))
    }

    /// Whether the rows below the *new* line fill the view, or no more are to be fetched.
    fn is_full_below_new_line(&self) -> bool {
        let Some(first) = self.conversation.new_after.and_then(|read| self.transcript.index_of(BlockId::Entry(read.next())))
        else {
            return false;
        };
        let mut rows = 0;
        let is_full = (first..=self.last()).any(|index| {
            rows += self.transcript.height(index);
            rows >= self.height
        });
        is_full || !self.conversation.lacks_newer()
    }

    /// The first block that is entirely in view, or the one that fills the view.
    fn first_in_view(&self) -> usize {
        let edge = self.edge();
        let mut rows_left = i32::from(self.height) + i32::from(edge.hidden);
        let mut index = edge.index;
        loop {
            rows_left -= i32::from(self.transcript.height(index));
            if rows_left < 0 {
                return (index + 1).min(edge.index);
            }
            if index == 0 {
                return 0;
            }
            index -= 1;
        }
    }

    /// The position closest to the current one that shows this block.
    fn scroll_to_show(&self, index: usize) -> Scroll {
        let edge = self.edge();
        if index < self.first_in_view() {
            self.scroll_to(self.edge_with_top(index))
        } else if index > edge.index || (index == edge.index && edge.hidden > 0) {
            self.scroll_to(Edge { index, hidden: 0 })
        } else {
            self.conversation.scroll
        }
    }
}

/// Moves the selection to the message before or after. Without a selection, the last visible message is selected.
fn move_selection(state: &mut State, step: isize, effects: &mut Vec<Effect>) {
    let selected = with_transcript(state, |view| {
        let at = view.conversation.selected.and_then(|id| view.transcript.index_of(id));
        let to = match at {
            Some(at) => at.checked_add_signed(step)?,
            None => view.edge().index,
        };
        let id = view.transcript.id(to)?;
        Some((id, view.scroll_to_show(to)))
    })
    .flatten();
    match selected {
        Some((id, scroll)) => {
            state.account.chat.focus = ChatFocus::Messages;
            if let Some(open) = state.open_conversation_mut() {
                open.selected = Some(id);
            }
            set_scroll(state, Some(scroll), effects);
        }
        // The composer follows the last message.
        None if step > 0 => state.focus_composer(),
        None => fetching::fetch_older(state, effects),
    }
}

/// Scrolls the *new* line to the upper edge. If there is none or it is not held, the first unread message is fetched.
pub(crate) fn scroll_to_first_unread(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(open) = state.open_conversation() else { return };
    let id = open.id;
    match with_transcript(state, |view| view.scroll_to_new_line()).flatten() {
        None if open.unread > 0 && state.link.is_live() => {
            fetching::restart_at_first_unread(state, id);
            fetching::fetch_missing(state, id, effects);
        }
        None => state.show_status(Phrase::new("notice-nothing-new-here")),
        first_unread => set_scroll(state, first_unread, effects),
    }
}

/// Looks for the first unread message in a page that was fetched for it. The view moves there once a screen of entries
/// below it is held. Entries that cannot be unread are skipped.
pub(crate) fn place_at_first_unread(state: &mut State) {
    let Some(me) = state.me().cloned() else { return };
    let Some(open) = state.open_conversation_mut() else { return };
    match open.first_unread(&me) {
        Some(first) => {
            open.new_after = Some(Seq(first.0 - 1));
            let (is_full, placed) =
                with_transcript(state, |view| (view.is_full_below_new_line(), view.scroll_to_new_line())).unwrap_or_default();
            if let (true, Some(scroll), Some(open)) = (is_full, placed, state.open_conversation_mut()) {
                open.scroll = scroll;
                open.finding_first_unread = false;
            }
        }
        None => {
            let Some(last) = open.log.last() else { return };
            open.read_up_to(last, &me);
            if open.lacks_newer() {
                // Moving the view moves the window of held entries.
                open.scroll = Scroll::At { block: BlockId::Entry(last), hidden: 0 };
            } else {
                open.scroll = Scroll::AtEnd;
                open.finding_first_unread = false;
            }
        }
    }
}

/// Moves the view from the end to the first unread message, if the unread ones do not fit on the screen. A view that
/// was scrolled elsewhere stays.
pub(crate) fn start_at_first_unread(state: &mut State) {
    let starts_at_unread = state.open_conversation().is_some_and(|open| {
        let is_before = |first: Seq| match open.scroll {
            Scroll::AtEnd => true,
            // The entries in between change other messages or are no messages.
            Scroll::At { block: BlockId::Entry(seq), hidden: 0 } => open.read_seq < seq && seq <= first,
            Scroll::At { .. } => false,
        };
        open.unread > 0 && open.new_after.is_some_and(|read| is_before(read.next()))
    });
    let first_unread = with_transcript(state, |view| view.scroll_to_new_line()).flatten();
    if let (Some(open), Some(scroll), true) = (state.open_conversation_mut(), first_unread, starts_at_unread) {
        open.scroll = scroll;
    }
}

/// Scrolls a block to the middle of the view.
pub(crate) fn scroll_to_middle(state: &mut State, block: BlockId, effects: &mut Vec<Effect>) {
    let scroll = with_transcript(state, |view| {
        let index = view.transcript.index_of(block)?;
        let (mut below, mut edge) = (view.height / 2, Edge { index, hidden: 0 });
        while edge.index < view.last() && view.transcript.height(edge.index + 1) <= below {
            edge.index += 1;
            below -= view.transcript.height(edge.index);
        }
        let top = view.edge_with_top(0);
        Some(view.scroll_to(if edge.index < top.index { top } else { edge }))
    });
    set_scroll(state, scroll.flatten(), effects);
}

fn scroll_to_oldest(state: &mut State, effects: &mut Vec<Effect>) {
    let top = with_transcript(state, |view| view.scroll_to(view.edge_with_top(0)));
    set_scroll(state, top, effects);
}

fn scroll_to_newest(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(open) = state.open_conversation_mut() else { return };
    open.scroll = Scroll::AtEnd;
    // Most jumps start at the end, so there is nothing to go back to.
    state.account.way_back = None;
    fetching::fetch_newest(state, effects);
    if let Some(open) = state.open_conversation()
        && open.unread > 0
        && !open.holds_read_position()
    {
        let unread = open.unread;
        state.show_status(Phrase::new("notice-unread-above").count("count", unread));
    }
}

fn set_scroll(state: &mut State, scroll: Option<Scroll>, effects: &mut Vec<Effect>) {
    if let (Some(open), Some(scroll)) = (state.open_conversation_mut(), scroll) {
        open.scroll = scroll;
        open.finding_first_unread = false;
    }
    if with_transcript(state, |view| view.first_in_view() < FETCH_AHEAD_BLOCKS) == Some(true) {
        fetching::fetch_older(state, effects);
    }
    if with_transcript(state, |view| view.edge().index + FETCH_AHEAD_BLOCKS > view.last()) == Some(true) {
        fetching::fetch_newer(state, effects);
    }
}
