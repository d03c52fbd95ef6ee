//! The geometry of the screens, as a function of the state. `update` needs it to limit scrolling, and `view` to draw.

pub mod decorations;
pub mod excerpt;
pub mod input;
pub mod markup;
pub mod selection;
pub mod sheet;
pub mod shown;
pub mod transcript;
pub mod wrap;

use papo_shared::model::Timestamp;
use ratatui::layout::{Rect, Size};

use crate::keymap;
use crate::state::State;
use crate::state::conversations::conversation::Conversation;
use crate::state::navigation::chat::ChatFocus;

/// The minimum width in columns; below it a message is shown instead of the screens.
pub const MIN_WIDTH: u16 = 30;
/// The minimum height in rows; below it a message is shown instead of the screens.
pub const MIN_HEIGHT: u16 = 8;
/// From this width on, the list is shown beside the conversation; below it, only one of them.
pub const TWO_PANES_WIDTH: u16 = 60;
/// From this width on, every notice fits into the last row, in every language.
pub const NOTICE_WIDTH: u16 = 80;
/// From this width on, the members of a group are shown at the right.
const THREE_PANES_WIDTH: u16 = 120;
/// Minimum and maximum width of the conversation list.
const LIST_WIDTH: (u16, u16) = (20, 30);
/// Rows above the conversation list: the tabs and an empty row.
const LIST_HEADER_HEIGHT: u16 = 2;
/// Rows above the device list: the title between two empty rows.
pub const DEVICES_HEADER_HEIGHT: u16 = 3;
/// Rows of a search that are not hits: the border, the query, and the status.
const SEARCH_OTHER_ROWS: u16 = 4;
/// Rows of a search hit: conversation and time, and the excerpt.
pub const SEARCH_HIT_HEIGHT: u16 = 2;
/// Maximum width of the search overlay.
const SEARCH_WIDTH: u16 = 100;
/// Rows of a device: its name, and the time of its sign-in.
pub const DEVICE_HEIGHT: u16 = 2;
/// Rows of a message in the inbox: conversation and reason, and the beginning of the text.
pub const INBOX_ITEM_HEIGHT: u16 = 2;
/// Empty columns at each side of the inbox.
const INBOX_MARGIN: u16 = 2;
/// Maximum width of the inbox, because longer lines are hard to read.
const INBOX_WIDTH: u16 = 100;
/// Maximum rows of the pop-up above the composer, without its title.
const POP_UP_ROWS: u16 = 6;
/// Lines of a long paste that are shown.
const PASTE_LINES_SHOWN: usize = 3;
/// Minimum and maximum width of the member list beside a conversation.
const MEMBERS_WIDTH: (u16, u16) = (24, 40);
/// Rows above the member list beside a conversation: the title and an empty row.
const MEMBERS_HEADER_HEIGHT: u16 = 2;
/// Maximum size of the member list as an overlay.
const MEMBERS_BOX: Size = Size { width: 60, height: 22 };

/// The parts of every screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The first row: user, server, and state of the connection.
    pub status: Rect,
    /// The rows between the first and the last.
    pub body: Rect,
    /// The last row: useful keys, or a status message.
    pub hint: Rect,
}

/// The parts of the chat screen. A part without room has an empty area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ChatAreas {
    /// The list of direct conversations or groups.
    pub list: Rect,
    /// The name of the conversation.
    pub title: Rect,
    /// The transcript of messages.
    pub messages: Rect,
    /// The row that names the people who are typing.
    pub typing: Rect,
    /// The separator above the composer.
    pub rule: Rect,
    /// The message that is being replied to or edited.
    pub composer_target: Rect,
    /// The input box of the draft.
    pub composer: Rect,
    /// The members of the group.
    pub members: Rect,
}

/// The parts of the inbox screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InboxAreas {
    /// The heading of the screen.
    pub title: Rect,
    /// The messages, [`INBOX_ITEM_HEIGHT`] rows each.
    pub list: Rect,
    /// The separator below the list.
    pub rule: Rect,
    /// The full text of the selected message.
    pub detail: Rect,
}

impl InboxAreas {
    /// The number of messages that fit.
    #[must_use]
    pub fn items_in_view(&self) -> usize {
        usize::from(self.list.height / INBOX_ITEM_HEIGHT)
    }
}

/// Whether the terminal is large enough for the screens.
#[must_use]
pub fn has_room(size: Size) -> bool {
    size.width >= MIN_WIDTH && size.height >= MIN_HEIGHT
}

/// The parts of every screen.
#[must_use]
pub fn frame(size: Size) -> Frame {
    let Size { width, height } = size;
    let last = height.saturating_sub(1);
    Frame {
        status: Rect::new(0, 0, width, height.min(1)),
        body: Rect::new(0, 1, width, last.saturating_sub(1)),
        hint: Rect::new(0, last, width, height.min(1)),
    }
}

/// The parts of the chat screen.
#[must_use]
pub fn chat(state: &State) -> ChatAreas {
    if !has_room(state.size) {
        return ChatAreas::default();
    }
    let body = frame(state.size).body;
    let open = state.open_conversation();
    if body.width < TWO_PANES_WIDTH {
        return if state.account.chat.focus == ChatFocus::List || open.is_none() {
            ChatAreas { list: body, ..ChatAreas::default() }
        } else {
            conversation(state, body, ChatAreas::default())
        };
    }
    let list_width = (body.width / 4).clamp(LIST_WIDTH.0, LIST_WIDTH.1);
    let list = Rect { width: list_width, ..body };
    let is_group = open.is_some_and(|open| open.group_name().is_some());
    let shows_members = is_group && body.width >= THREE_PANES_WIDTH;
    let members_width = if shows_members { (body.width / 5).clamp(MEMBERS_WIDTH.0, MEMBERS_WIDTH.1) } else { 0 };
    let members = Rect { x: body.right() - members_width, width: members_width, ..body };
    // One column is for the line between the panes, and one keeps text from touching it.
    let x = list.right() + 2;
    let middle = Rect { x, width: body.width - list_width - members_width - 2, ..body };
    conversation(state, middle, ChatAreas { list, members, ..ChatAreas::default() })
}

fn conversation(state: &State, area: Rect, areas: ChatAreas) -> ChatAreas {
    let composer_height = composer_height(state, area);
    let target_height = u16::from(state.open_conversation().is_some_and(Conversation::is_reply_or_edit));
    let row = |y: u16, height: u16| Rect { y, height, ..area };
    let composer_top = area.bottom() - composer_height;
    let rule = composer_top.saturating_sub(target_height + 1);
    ChatAreas {
        title: row(area.y, 1),
        messages: row(area.y + 1, rule.saturating_sub(1).saturating_sub(area.y + 1)),
        typing: row(rule.saturating_sub(1), 1),
        rule: row(rule, 1),
        composer_target: row(rule + 1, target_height),
        composer: row(composer_top, composer_height),
        ..areas
    }
}

/// The lines shown of a draft with a long paste: the first ones that are not blank.
#[must_use]
pub fn beginning_of_paste(open: &Conversation) -> Vec<&str> {
    open.composer.lines().iter().filter(|line| !line.trim().is_empty()).take(PASTE_LINES_SHOWN).map(String::as_str).collect()
}

/// The pop-up above the composer: a title, and rows for `offers` items as far as they fit. It covers messages, but neither the
/// title of the conversation nor the composer.
#[must_use]
pub fn pop_up(areas: &ChatAreas, offers: usize) -> Rect {
    let rows = u16::try_from(offers).unwrap_or(u16::MAX).min(POP_UP_ROWS);
    let height = (rows + 1).min(areas.rule.y.saturating_sub(areas.title.bottom()));
    Rect { y: areas.rule.y - height, height, ..areas.rule }
}

/// The area of the conversation list below its header.
#[must_use]
pub fn list_rows(state: &State) -> Rect {
    let list = chat(state).list;
    let header = LIST_HEADER_HEIGHT.min(list.height);
    Rect { y: list.y + header, height: list.height - header, ..list }
}

/// The area of the member list as an overlay, including its border; used if there is no room beside the conversation.
#[must_use]
pub fn members_box(size: Size, members: usize) -> Rect {
    let height = u16::try_from(members).unwrap_or(u16::MAX).max(1).saturating_add(2).min(MEMBERS_BOX.height);
    overlay(size, MEMBERS_BOX.width, height)
}

/// The area of the rows of the member list, beside the conversation or in the overlay.
#[must_use]
pub fn member_rows(state: &State) -> Rect {
    let beside = chat(state).members;
    let open = state.open_conversation();
    if beside.is_empty() {
        let boxed = members_box(state.size, open.map_or(0, |open| state.members_of(open.id).len()));
        return Rect {
            x: boxed.x + 2,
            y: boxed.y + 1,
            width: boxed.width.saturating_sub(4),
            height: boxed.height.saturating_sub(2),
        };
    }
    let header = MEMBERS_HEADER_HEIGHT.min(beside.height);
    // One column is for the line between the panes, and one keeps text from touching it.
    Rect { x: beside.x + 2, y: beside.y + header, width: beside.width - 2, height: beside.height - header }
}

/// The number of devices that fit.
#[must_use]
pub fn devices_in_view(size: Size) -> usize {
    usize::from(frame(size).body.height.saturating_sub(DEVICES_HEADER_HEIGHT) / DEVICE_HEIGHT)
}

/// The area of the search overlay.
#[must_use]
pub fn search(size: Size) -> Rect {
    overlay(size, SEARCH_WIDTH, size.height)
}

/// The number of search hits that fit.
#[must_use]
pub fn search_hits_in_view(size: Size) -> usize {
    usize::from(search(size).height.saturating_sub(SEARCH_OTHER_ROWS) / SEARCH_HIT_HEIGHT)
}

/// The parts of the inbox screen: the list has the upper half.
#[must_use]
pub fn inbox(size: Size) -> InboxAreas {
    let body = frame(size).body;
    let width = body.width.saturating_sub(2 * INBOX_MARGIN).min(INBOX_WIDTH);
    let row = |y: u16, height: u16| Rect { x: body.x + INBOX_MARGIN, y, width, height };
    // One row for the title and one for the line; where there is room, an empty one below the title.
    let gap = u16::from(body.height > 12);
    let list_top = body.y + 1 + gap;
    let list_height = (body.height.saturating_sub(2 + gap) / 2).next_multiple_of(INBOX_ITEM_HEIGHT);
    let rule = list_top + list_height;
    InboxAreas {
        title: row(body.y, 1),
        list: row(list_top, list_height),
        rule: row(rule, 1),
        detail: row(rule + 1, body.bottom().saturating_sub(rule + 1)),
    }
}

/// Formats a time for display: the time of day, preceded by the date unless it is today.
#[must_use]
pub fn day_and_time(state: &State, at: Timestamp) -> String {
    let when = transcript::local_time(state, at);
    let today = transcript::local_time(state, state.now).date() == when.date();
    when.strftime(if today { "%H:%M" } else { "%Y-%m-%d %H:%M" }).to_string()
}

/// The first visible row of a list that keeps the selected row in the middle where possible.
#[must_use]
pub fn first_visible(selected: Option<usize>, rows: usize, height: usize) -> usize {
    let below_middle = selected.unwrap_or(0).saturating_sub(height / 2);
    below_middle.min(rows.saturating_sub(height))
}

/// The number of rows of the help screen.
#[must_use]
pub fn help_rows(state: &State) -> u16 {
    u16::try_from(keymap::help_lines(state.focus_below()).len()).unwrap_or(u16::MAX)
}

/// A centred area of the body for an overlay of at most this size.
#[must_use]
pub fn overlay(size: Size, width: u16, height: u16) -> Rect {
    let body = frame(size).body;
    let (width, height) = (width.min(body.width), height.min(body.height));
    Rect { x: body.x + (body.width - width) / 2, y: body.y + (body.height - height) / 2, width, height }
}

/// The height of the composer: as many rows as the text needs, up to a third of the screen.
fn composer_height(state: &State, area: Rect) -> u16 {
    let max_height = (state.size.height / 3).max(1);
    let rows = state.open_conversation().map_or(1, |open| {
        if open.is_folded() {
            return u16::try_from(1 + beginning_of_paste(open).len()).unwrap_or(u16::MAX);
        }
        u16::try_from(input::rows(open.composer.lines(), area.width.into()).len()).unwrap_or(u16::MAX)
    });
    rows.clamp(1, max_height)
}
