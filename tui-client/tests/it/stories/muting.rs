//! Notification settings.

use papo::clock::Moment;
use papo::effect::Effect;
use papo_shared::model::{
    ClientId, ConversationId, Entry, EntryKind, Message, MessageText, Notify, NotifyLevel, Role, Timestamp,
};
use papo_shared::protocol::{Event as ServerEvent, NotifyChanged, Reply, Request, SetNotify};

use crate::driver::{Driver, MINUTE, START, direct, entry, group, message, name};
use crate::stories::members::{REDES, in_redes, only_request, run};

/// A message that mentions ana.
fn mention(seq: u64, author: &str) -> Entry {
    let mut message = Message::new(ClientId::new(), MessageText::parse("@ana vem?").unwrap());
    message.mentions = vec![name("ana")];
    entry(seq, author, 1, EntryKind::Message(message))
}

fn take_bell(client: &mut Driver) -> bool {
    let rang = client.effects.contains(&Effect::Bell);
    client.effects.clear();
    rang
}

/// The last window title that was set.
fn last_title(client: &Driver) -> Option<String> {
    client.effects.iter().rev().find_map(|effect| if let Effect::SetTitle(title) = effect { Some(title.clone()) } else { None })
}

fn set_level(client: &mut Driver, level: NotifyLevel, until: Option<Timestamp>) {
    let notify = Notify { level, until };
    client.tell(ServerEvent::NotifyChanged(NotifyChanged { conversation: ConversationId(2), notify }));
}

/// A client at the menu, with a group that has two unread messages.
fn at_the_menu() -> Driver {
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 0, 0, 0), group(2, "redes", 4, 2, 2)]);
    client.effects.clear();
    client
}

#[test]
fn a_muted_group_neither_rings_nor_counts_and_is_marked() {
    let mut client = at_the_menu();
    client.post(2, message(5, "caio", 1, "oi"));
    assert_eq!(last_title(&client).as_deref(), Some("papo (3)"));
    assert!(take_bell(&mut client));
    set_level(&mut client, NotifyLevel::Nothing, None);
    assert_eq!(last_title(&client).as_deref(), Some("papo"));
    client.now = Timestamp(client.now.0 + MINUTE);
    client.post(2, message(6, "caio", 2, "alguém?"));
    assert!(!take_bell(&mut client), "a muted group must not ring");
    client.keys("3");
    assert!(client.screen().contains("# redes") && client.screen().contains("⊘ 4"), "{}", client.screen());
    client.keys("Enter");
    assert!(client.screen().contains("# redes · 3 members · muted"), "{}", client.screen());
}

#[test]
fn a_mute_expires() {
    let mut client = at_the_menu();
    set_level(&mut client, NotifyLevel::Nothing, Some(Timestamp(START + 60 * MINUTE)));
    client.wait(MINUTE);
    assert_eq!(client.state.wake_at().map(|at| at.0), Some(10 * MINUTE), "the idle timer comes first");
    client.wait(58 * MINUTE);
    assert_eq!(client.state.wake_at(), Some(Moment(60 * MINUTE)));
    assert_eq!(client.state.unread_total(), 0);
    client.effects.clear();
    client.wait(MINUTE);
    assert_eq!(last_title(&client).as_deref(), Some("papo (2)"));
    client.post(2, message(5, "caio", 61, "oi"));
    assert!(take_bell(&mut client));
}

#[test]
fn with_mentions_only_other_messages_do_not_notify() {
    let mut client = at_the_menu();
    set_level(&mut client, NotifyLevel::Mentions, None);
    client.effects.clear();
    client.post(2, message(5, "caio", 1, "oi"));
    assert!(!take_bell(&mut client));
    client.post(2, mention(6, "caio"));
    assert_eq!(last_title(&client).as_deref(), Some("papo (1)"), "mentions count");
    assert!(take_bell(&mut client));
    assert!(client.screen().contains("1 unread"), "{}", client.screen());
}

#[test]
fn muting_is_set_by_a_command_with_a_duration_or_in_a_list() {
    let mut client = in_redes(80, 24, Role::Member);
    run(&mut client, "/mute 8h");
    let until = Some(Timestamp(START + 8 * 60 * MINUTE));
    let asked = Request::SetNotify(SetNotify { conversation: REDES, level: NotifyLevel::Nothing, until });
    client.answer(|request| (*request == asked).then_some(Reply::Done));
    assert!(client.screen().contains("· muted until 22:00"), "{}", client.screen());
    run(&mut client, "/mentions");
    let asked = SetNotify { conversation: REDES, level: NotifyLevel::Mentions, until: None };
    assert_eq!(only_request(&mut client), Request::SetNotify(asked));
    run(&mut client, "/unmute");
    let asked = SetNotify { conversation: REDES, level: NotifyLevel::All, until: None };
    assert_eq!(only_request(&mut client), Request::SetNotify(asked));

    client.keys("Alt-n");
    assert!(client.screen().contains("Notifications for redes"), "{}", client.screen());
    client.keys("End Enter");
    let asked = SetNotify { conversation: REDES, level: NotifyLevel::Nothing, until: None };
    assert_eq!(only_request(&mut client), Request::SetNotify(asked));
    assert!(client.state.overlay.is_none());

    run(&mut client, "/mute amanhã");
    let screen = client.screen();
    assert!(screen.contains("amanhã is not a time.") && screen.contains("/mute amanhã"), "the typed command stays: {screen}");
}

#[test]
fn muted_conversations_come_last_when_stepping_through_unread_ones() {
    let muted = Notify { level: NotifyLevel::Nothing, until: None };
    let mut redes = group(2, "redes", 4, 2, 2);
    redes.notify = muted;
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 1, 0, 1), redes, group(3, "zebras", 1, 0, 1)]);
    let mut seen = Vec::new();
    for _ in 0..3 {
        client.keys("Alt-a");
        seen.push(client.state.open_conversation().unwrap().id.0);
        let id = client.state.open_conversation().unwrap().id;
        client.state.account.conversations.get_mut(&id).unwrap().unread = 0;
    }
    assert_eq!(seen, [1, 3, 2]);
}
