//! A client state with an open group of a thousand loaded messages, in a terminal of 200 by 50 cells.

use jiff::tz::TimeZone;
use papo::clock::{Moment, Now};
use papo::state::connection::link::Link;
use papo::state::conversations::conversation::Conversation;
use papo::state::navigation::chat::{ChatFocus, Side};
use papo::state::{Screen, State};
use papo_shared::model::{
    ClientId, ConversationId, ConversationKind, ConversationSummary, DisplayName, Entry, EntryKind, GroupName, Message,
    MessageText, Notify, Person, Role, Seq, Timestamp, Username, Visibility,
};
use ratatui::layout::Size;

pub(crate) const SIZE: Size = Size { width: 200, height: 50 };
pub(crate) const GROUP: ConversationId = ConversationId(7);
/// The maximum number of loaded messages of a conversation.
pub(crate) const MESSAGES: u64 = papo::state::conversations::log::MAX_HELD as u64;

pub(crate) fn with_open_group() -> State {
    let mut state = State::new(Now { moment: Moment(0), wall: Timestamp(0) }, TimeZone::UTC, SIZE, None);
    let me = name("leitora");
    state.signed_in_as = Some(Person {
        username: me.clone(),
        display_name: DisplayName::parse("Leitora").unwrap(),
        status: None,
        online: true,
        away: false,
        last_seen: None,
        deleted: false,
    });
    state.link = Link::Live;
    let mut group = Conversation::new(ConversationSummary {
        conversation: GROUP,
        kind: ConversationKind::Group {
            name: GroupName::parse("redes").unwrap(),
            topic: None,
            members: 5,
            role: Role::Member,
            visibility: Visibility::Listed,
            retention_days: None,
        },
        first_seq: Seq(1),
        last_seq: Seq(MESSAGES),
        read_seq: Seq(MESSAGES),
        unread: 0,
        mentions: 0,
        notify: Notify::default(),
        latest: None,
    });
    group.take_page((1..=MESSAGES).map(entry).collect(), &me);
    state.account.conversations.insert(GROUP, group);
    state.screen = Screen::Chat;
    state.account.chat.side = Side::Groups;
    state.account.chat.focus = ChatFocus::Composer;
    state.account.chat.open_side_mut().open = Some(GROUP);
    state
}

/// A message of one of four authors, one second after the previous one.
pub(crate) fn entry(seq: u64) -> Entry {
    let text = format!("{seq} amanhã de manhã a rede volta, e o servidor verde também");
    let message = Message::new(ClientId::from_bytes([1; 16]), MessageText::parse(&text).unwrap());
    Entry {
        seq: Seq(seq),
        at: Timestamp(i64::try_from(seq).unwrap() * 1000),
        author: name(["ana", "bia", "caio", "duda"][usize::try_from(seq % 4).unwrap()]),
        kind: EntryKind::Message(message),
    }
}

fn name(name: &str) -> Username {
    Username::parse(name).unwrap()
}
