//! Getting about.

use papo::effect::Effect;
use papo::event::{Event, Lost};
use papo::state::Screen;
use papo_shared::model::{ConversationId, Timestamp};
use papo_shared::protocol::Event as ServerEvent;
use ratatui::layout::Size;

use crate::driver::{Driver, direct, group, message, person};
use crate::stories::{chatting_with_bia, history};

#[test]
fn the_selection_stays_on_the_person_when_the_list_grows_above() {
    let mut client = Driver::signed_in(80, 24, vec![]);
    client.keys("2 Esc");
    client.state.screen = Screen::Chat;
    client.keys("Down Down");
    let selected = client.state.chat.here().selected.clone();
    let changed = papo_shared::protocol::PresenceChanged { people: vec![person("abel", true)] };
    client.tell(ServerEvent::PresenceChanged(changed));
    assert_eq!(client.state.chat.here().selected, selected);
    assert!(client.screen().contains("abel"));
}

#[test]
fn a_resize_storm_and_a_tiny_terminal_do_no_harm() {
    let entries: Vec<_> =
        (1..=80).map(|n| message(n, "bia", n.cast_signed(), "um texto que ocupa mais de uma linha 李小龙 👨‍👩‍👧‍👦")).collect();
    let mut client = chatting_with_bia(&entries);
    client.answer(|request| history(request, &entries));
    client.type_text("rascunho\\");
    for (width, height) in (0..200u16).zip((0..60).cycle()) {
        client.happen(Event::Resized(Size { width, height }));
        client.keys("PgUp Up");
        client.screen();
    }
    client.happen(Event::Resized(Size { width: 8, height: 3 }));
    assert!(client.screen().contains("papo"), "{}", client.screen());
    for key in ["F1", "PgDn", "Esc", "Esc", "1", "Down", "Esc", "4", "Esc"] {
        client.keys(key);
        client.screen();
    }
}

#[test]
fn quitting_with_unsent_messages_asks_once_more() {
    let mut client = chatting_with_bia(&[]);
    client.happen(Event::Disconnected { why: Lost::Closed, retry_at: Timestamp(client.now.0 + 4_000) });
    client.type_text("oi");
    client.keys("Enter Ctrl-q");
    assert!(client.screen().contains("would be lost"), "{}", client.screen());
    assert!(!client.effects.contains(&Effect::Quit));
    client.keys("Ctrl-q");
    assert!(client.effects.contains(&Effect::Quit));
    let mut client = chatting_with_bia(&[]);
    client.keys("Ctrl-q");
    assert!(client.effects.contains(&Effect::Quit), "with nothing to lose once is enough");
}

#[test]
fn tab_goes_between_user_and_group_chats_and_each_side_remembers_what_was_open() {
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 0, 0, 0), group(2, "redes", 0, 0, 0)]);
    client.keys("2 Enter Tab");
    assert!(client.state.open_conversation().is_none());
    client.keys("Enter");
    assert_eq!(client.state.open_conversation().unwrap().id, ConversationId(2));
    client.keys("Tab");
    assert_eq!(client.state.open_conversation().unwrap().id, ConversationId(1));
    client.keys("Tab");
    assert_eq!(client.state.open_conversation().unwrap().id, ConversationId(2));
    client.keys("Esc");
    assert_eq!(client.state.screen, Screen::Menu);
}
