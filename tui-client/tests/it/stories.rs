//! What a person does, what the server says, and what comes of it.

use papo::effect::Effect;
use papo::event::{Event, Lost};
use papo::state::Screen;
use papo_shared::model::limits::MAX_MESSAGE_BYTES;
use papo_shared::model::{ConversationId, EntryKind, Seq, Timestamp};
use papo_shared::protocol::{
    Entries, Event as ServerEvent, MessageStored, ReadCursor, Refusal, Reply, Request, SendMessage, SignedIn, TypingStarted,
};
use ratatui::layout::Size;

use crate::driver::{Driver, direct, entry, group, message, name, person};

/// Opens the conversation with bia (number 1), whose log has these entries.
fn chatting_with_bia(entries: &[papo_shared::model::Entry]) -> Driver {
    let last = entries.last().map_or(0, |entry| entry.seq.0);
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", last, last, 0)]);
    client.keys("2 Enter");
    let entries = entries.to_vec();
    client.answer(|request| history(request, &entries));
    client
}

/// A server that has these entries.
fn history(request: &Request, entries: &[papo_shared::model::Entry]) -> Option<Reply> {
    let Request::History(asked) = request else { return None };
    let limit = usize::try_from(asked.limit.unwrap_or(50)).unwrap();
    let fits = |entry: &&papo_shared::model::Entry| {
        asked.after.is_none_or(|after| entry.seq > after) && asked.before.is_none_or(|before| entry.seq < before)
    };
    let mut found: Vec<_> = entries.iter().filter(fits).cloned().collect();
    let more = found.len() > limit;
    if asked.after.is_some() {
        found.truncate(limit);
    } else {
        found.drain(..found.len().saturating_sub(limit));
    }
    Some(Reply::Entries(Entries { conversation: asked.conversation, entries: found, more }))
}

fn sent_messages(client: &mut Driver) -> Vec<SendMessage> {
    client
        .sent()
        .into_iter()
        .filter_map(|frame| if let Request::SendMessage(send) = frame.request { Some(send) } else { None })
        .collect()
}

fn texts(sent: &[SendMessage]) -> Vec<&str> {
    sent.iter().map(|send| send.text.as_str()).collect()
}

#[test]
fn a_message_goes_from_the_keys_to_the_wire_and_its_mark_from_waiting_to_stored() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.sent();
    client.type_text("bom dia");
    client.keys("Enter");
    assert!(client.screen().contains("bom dia") && client.screen().contains('↑'), "{}", client.screen());
    let sent = client.sent().into_iter().find(|frame| matches!(frame.request, Request::SendMessage(_))).unwrap();
    let Request::SendMessage(send) = &sent.request else { unreachable!() };
    assert_eq!((send.conversation, send.text.as_str()), (ConversationId(1), "bom dia"));
    let stored =
        MessageStored { conversation: ConversationId(1), client_id: send.client_id, seq: Seq(2), at: Timestamp(client.now.0) };
    client.effects.push(Effect::Send(sent.clone()));
    client.answer(|request| matches!(request, Request::SendMessage(_)).then(|| Reply::MessageStored(stored.clone())));
    let screen = client.screen();
    assert!(screen.contains("bom dia") && screen.contains('✓') && !screen.contains('↑'), "{screen}");
}

#[test]
fn what_is_written_without_a_connection_waits_in_sight_and_goes_out_in_order_under_the_same_ids() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.type_text("um");
    client.keys("Enter");
    let first = sent_messages(&mut client).remove(0);
    client.happen(Event::Disconnected { why: Lost::Closed, retry_at: Timestamp(client.now.0 + 4_000) });
    client.type_text("dois");
    client.keys("Enter");
    let screen = client.screen();
    assert!(screen.contains("(2 waiting)") && screen.contains("trying again in 4 s") && screen.contains('⋯'), "{screen}");
    client.sent();

    client.connect();
    client.answer(|request| {
        let again = SignedIn { you: person("ana", true), token: "token".into() };
        matches!(request, Request::SignInWithToken(_)).then_some(Reply::SignedIn(again))
    });
    let again = sent_messages(&mut client);
    assert_eq!(again, std::slice::from_ref(&first), "the same message under the same id, and the second one behind it");
    // Meanwhile the first had been stored: it comes with the entries that were missed.
    client.post(1, entry(2, "ana", 1, EntryKind::Message { client_id: first.client_id, text: first.text.clone().into() }));
    client.wait(1);
    let said = client.screen();
    assert_eq!(said.matches("um").count(), 1 + said.matches("um cavalo").count(), "{said}");
}

#[test]
fn a_refused_message_says_why_and_can_be_sent_again_or_taken_back() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.type_text("oi de novo");
    client.keys("Enter");
    client.answer(|request| matches!(request, Request::SendMessage(_)).then_some(Reply::Refused(Refusal::Failed)));
    let screen = client.screen();
    assert!(screen.contains("✗ The server could not do it. Try again."), "{screen}");
    client.keys("Up r");
    assert_eq!(texts(&sent_messages(&mut client)), ["oi de novo"]);
    client.keys("Esc 2 Enter");
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.type_text("oi de novo");
    client.keys("Enter");
    client.answer(|request| matches!(request, Request::SendMessage(_)).then_some(Reply::Refused(Refusal::Failed)));
    client.keys("Up d");
    assert_eq!(client.state.open_conversation().unwrap().composer.text(), "oi de novo", "taking back gives the text back");
    assert_eq!(client.state.outbox.iter().count(), 0);
}

#[test]
fn a_busy_server_is_asked_again_after_the_time_it_named() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("oi");
    client.keys("Enter");
    client.answer(|request| {
        matches!(request, Request::SendMessage(_)).then_some(Reply::Refused(Refusal::Busy { retry_after_ms: 700 }))
    });
    client.wait(699);
    assert_eq!(sent_messages(&mut client), []);
    client.wait(1);
    assert_eq!(texts(&sent_messages(&mut client)), ["oi"]);
}

#[test]
fn the_input_box_keeps_what_cannot_be_sent() {
    let mut client = chatting_with_bia(&[]);
    let long = "x".repeat(MAX_MESSAGE_BYTES + 1);
    client.happen(Event::Pasted(long.clone()));
    client.keys("Enter");
    assert!(client.screen().contains("longer than a message can be (16 KiB)"), "{}", client.screen());
    assert_eq!(client.state.open_conversation().unwrap().composer.text(), long);
    client.keys("Backspace Enter");
    assert_eq!(sent_messages(&mut client).len(), 1, "one byte less is a message");

    client.type_text("/voar");
    client.keys("Enter");
    assert!(client.screen().contains("There is no command /voar."), "{}", client.screen());
    assert_eq!(client.state.open_conversation().unwrap().composer.text(), "/voar");
}

#[test]
fn a_paste_of_several_lines_is_never_sent_by_itself() {
    let mut client = chatting_with_bia(&[]);
    client.happen(Event::Pasted("uma\r\nduas\r".to_owned()));
    assert_eq!(sent_messages(&mut client), []);
    assert_eq!(client.state.open_conversation().unwrap().composer.lines(), ["uma", "duas", ""]);
}

#[test]
fn a_backslash_or_alt_enter_begins_a_new_line() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("a\\");
    client.keys("Enter");
    client.type_text("b");
    client.keys("Alt-Enter");
    client.type_text("c");
    client.keys("Enter");
    assert_eq!(texts(&sent_messages(&mut client)), ["a\nb\nc"]);
}

#[test]
fn two_slashes_say_one() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("//etc");
    client.keys("Enter");
    assert_eq!(texts(&sent_messages(&mut client)), ["/etc"]);
}

#[test]
fn what_is_written_belongs_to_the_conversation_it_was_written_in() {
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 0, 0, 0), direct(2, "caio", 0, 0, 0)]);
    client.keys("2");
    client.type_text("bia");
    client.keys("Enter");
    client.type_text("segredo");
    client.keys("Esc 2");
    client.type_text("caio");
    client.keys("Enter");
    assert_eq!(client.state.open_conversation().unwrap().composer.text(), "");
    client.type_text("oi caio");
    client.keys("Enter");
    let sent = sent_messages(&mut client);
    assert_eq!((sent[0].conversation, sent[0].text.as_str()), (ConversationId(2), "oi caio"));
    client.keys("Esc 2");
    client.type_text("bia");
    client.keys("Enter");
    assert_eq!(client.state.open_conversation().unwrap().composer.text(), "segredo");
}

#[test]
fn unread_messages_are_counted_and_read_when_they_are_seen() {
    let entries: Vec<_> = (1..=3).map(|n| message(n, "bia", 0, "oi")).collect();
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 3, 1, 2)]);
    assert!(client.screen().contains("2 unread"), "{}", client.screen());
    client.post(1, message(4, "bia", 1, "ei"));
    assert!(client.effects.contains(&Effect::Bell), "somebody wrote while nobody looked");
    assert!(client.effects.contains(&Effect::SetTitle("papo (3)".to_owned())));
    client.keys("2 Enter");
    let entries: Vec<_> = entries.into_iter().chain([message(4, "bia", 1, "ei")]).collect();
    client.answer(|request| history(request, &entries));
    let screen = client.screen();
    assert!(screen.contains(" new ") && !screen.contains("unread"), "the line stays where one left off: {screen}");
    assert!(client.sent().iter().any(|frame| matches!(&frame.request, Request::MarkRead(mark) if mark.seq == Seq(4))));
}

#[test]
fn nothing_is_read_by_a_terminal_that_is_not_looked_at() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.sent();
    client.happen(Event::Focused(false));
    client.post(1, message(2, "bia", 1, "ei"));
    assert!(client.sent().iter().all(|frame| !matches!(frame.request, Request::MarkRead(_))));
    assert!(client.screen().contains(" new ") && client.screen().contains("1 unread"), "{}", client.screen());
    client.happen(Event::Focused(true));
    assert!(client.sent().iter().any(|frame| matches!(&frame.request, Request::MarkRead(mark) if mark.seq == Seq(2))));
}

#[test]
fn what_is_seen_as_it_comes_is_not_marked_as_new() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.post(1, message(2, "bia", 1, "ei"));
    let screen = client.screen();
    assert!(screen.contains("ei") && !screen.contains("─ new ─"), "{screen}");
    // The next absence begins another line.
    client.happen(Event::Focused(false));
    client.post(1, message(3, "bia", 2, "cadê você?"));
    client.happen(Event::Focused(true));
    client.happen(Event::Focused(false));
    client.post(1, message(4, "bia", 3, "oi?"));
    let screen = client.screen();
    let line = screen.lines().position(|line| line.contains("─ new ─")).unwrap();
    assert!(screen.lines().nth(line + 1).unwrap().contains("oi?"), "{screen}");
}

#[test]
fn what_was_missed_while_the_line_was_cut_is_marked_as_new() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.happen(Event::Disconnected { why: Lost::Closed, retry_at: client.now });
    client.sent();
    client.connect();
    client.answer(|request| {
        let again = SignedIn { you: person("ana", true), token: "token".into() };
        matches!(request, Request::SignInWithToken(_)).then_some(Reply::SignedIn(again))
    });
    client.catch_up(vec![direct(1, "bia", 3, 1, 2)]);
    let missed: Vec<_> = (2..=3).map(|n| message(n, "bia", 5, &format!("perdida {n}"))).collect();
    client.answer(|request| history(request, &missed));
    let screen = client.screen();
    let line = screen.lines().position(|line| line.contains("─ new ─")).unwrap();
    assert!(screen.lines().nth(line + 1).unwrap().contains("perdida 2"), "{screen}");
    assert!(!screen.contains("unread"), "and read, since it is on the screen: {screen}");
}

#[test]
fn what_was_read_on_another_device_is_read_here() {
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 3, 1, 2)]);
    client.tell(ServerEvent::ReadCursor(ReadCursor {
        conversation: ConversationId(1),
        read_seq: Seq(3),
        unread: 0,
        last_seq: Seq(3),
    }));
    assert!(!client.screen().contains("unread"), "{}", client.screen());
}

#[test]
fn a_hole_is_asked_for_and_filled_in_order() {
    let entries: Vec<_> = (1..=5).map(|n| message(n, "bia", n.cast_signed(), &format!("mensagem {n}"))).collect();
    let mut client = chatting_with_bia(&entries[..2]);
    client.sent();
    client.post(1, entries[4].clone());
    assert!(!client.screen().contains("mensagem 5"), "it has no place before those between are here");
    client.answer(|request| history(request, &entries));
    let screen = client.screen();
    let places: Vec<_> = (1..=5).map(|n| screen.find(&format!("mensagem {n}")).unwrap()).collect();
    assert!(places.is_sorted(), "{screen}");
}

#[test]
fn older_messages_load_as_one_reaches_them_and_the_view_does_not_jump() {
    let entries: Vec<_> = (1..=300).map(|n| message(n, "bia", 0, &format!("linha {n};"))).collect();
    let mut client = chatting_with_bia(&entries);
    client.answer(|request| history(request, &entries));
    let held = client.state.open_conversation().unwrap().log.first().unwrap();
    assert!(held > Seq(1), "not everything is fetched at once");
    client.keys("PgUp PgUp");
    let before = client.screen();
    client.answer(|request| history(request, &entries));
    assert!(client.state.open_conversation().unwrap().log.first().unwrap() < held);
    assert_eq!(client.screen(), before, "what is read stays where it is when older ones load");
    let at_eye = before.clone();
    client.post(1, message(301, "bia", 1, "nova"));
    let messages = |line: &str| line.split('│').next_back().unwrap().to_owned();
    let lines = |screen: &str| screen.lines().skip(2).take(15).map(messages).collect::<Vec<_>>();
    assert_eq!(lines(&client.screen()), lines(&at_eye), "and when new ones come");
    for _ in 0..40 {
        client.keys("PgUp");
        client.answer(|request| history(request, &entries));
    }
    assert!(client.screen().contains("linha 1;") && client.screen().contains("The conversation begins here."));
    client.keys("End");
    assert!(client.screen().contains("nova"));
}

#[test]
fn scrolling_back_down_ends_where_it_began() {
    let entries: Vec<_> =
        (1..=60).map(|n| message(n, "bia", 0, &"palavra ".repeat(usize::try_from(n).unwrap() % 17 + 1))).collect();
    let mut client = chatting_with_bia(&entries);
    client.answer(|request| history(request, &entries));
    let bottom = client.screen();
    client.keys("PgUp PgUp PgUp");
    assert_ne!(client.screen(), bottom);
    client.keys("PgDn PgDn PgDn");
    assert_eq!(client.screen(), bottom);
}

#[test]
fn a_group_is_created_and_people_are_added_without_remembering_names() {
    let mut client = Driver::signed_in(80, 24, vec![]);
    client.sent();
    client.keys("4");
    client.type_text("redes");
    client.keys("Enter");
    client.answer(|request| match request {
        Request::CreateGroup(create) if create.name == "redes" => Some(Reply::Conversation(group(7, "redes", 1, 1, 0))),
        Request::ListMembers(_) => Some(Reply::Members(papo_shared::protocol::MemberPage {
            conversation: ConversationId(7),
            members: vec![person("ana", true)],
            next: None,
        })),
        _ => None,
    });
    assert!(client.screen().contains("Add whom to redes?"), "{}", client.screen());
    client.type_text("cai");
    client.keys("Enter");
    let added = client.sent().into_iter().find_map(|frame| match frame.request {
        Request::AddMember(add) => Some((add.conversation, add.username)),
        _ => None,
    });
    assert_eq!(added, Some((ConversationId(7), "caio".to_owned())));
    client.post(7, entry(2, "ana", 0, EntryKind::MemberAdded { member: name("caio") }));
    assert!(!client.screen().contains("caio"), "who is in it is not offered again: {}", client.screen());
    client.keys("Esc");
    assert_eq!(client.state.screen, Screen::Chat);
}

#[test]
fn a_taken_group_name_is_said_beside_the_name_which_stays() {
    let mut client = Driver::signed_in(80, 24, vec![]);
    client.keys("4");
    client.type_text("redes");
    client.keys("Enter");
    client.answer(|request| matches!(request, Request::CreateGroup(_)).then_some(Reply::Refused(Refusal::GroupNameTaken)));
    let screen = client.screen();
    assert!(screen.contains("A group has this name.") && screen.contains("redes"), "{screen}");
}

#[test]
fn being_added_to_a_group_brings_the_group() {
    let mut client = Driver::signed_in(80, 24, vec![]);
    client.sent();
    client.post(9, entry(4, "bia", 0, EntryKind::MemberAdded { member: name("ana") }));
    client.answer(|request| {
        matches!(request, Request::GetConversation(get) if get.conversation == ConversationId(9))
            .then(|| Reply::Conversation(group(9, "malhas", 4, 3, 0)))
    });
    client.keys("3");
    assert!(client.screen().contains("malhas"), "{}", client.screen());
}

#[test]
fn leaving_asks_first() {
    let mut client = Driver::signed_in(80, 24, vec![group(3, "redes", 0, 0, 0)]);
    client.keys("3 Enter");
    client.type_text("/leave");
    client.keys("Enter");
    assert!(client.screen().contains("Leave redes?"), "{}", client.screen());
    client.keys("Esc");
    assert!(client.sent().iter().all(|frame| !matches!(frame.request, Request::LeaveGroup(_))));
    client.type_text("/leave");
    client.keys("Enter Enter");
    client.answer(|request| matches!(request, Request::LeaveGroup(_)).then_some(Reply::Done));
    assert!(client.screen().contains("You are no longer in redes."), "{}", client.screen());
    assert!(client.state.conversations.is_empty());
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
fn typing_is_shown_until_it_runs_out_or_the_message_comes() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    let typing = || ServerEvent::TypingStarted(TypingStarted { conversation: ConversationId(1), username: name("bia") });
    client.tell(typing());
    assert!(client.screen().contains("bia is typing…"));
    assert_eq!(client.state.wake_at(), Some(Timestamp(client.now.0 + 6_000)));
    client.wait(6_000);
    assert!(!client.screen().contains("typing"));
    client.tell(typing());
    client.post(1, message(2, "bia", 1, "pronto"));
    assert!(!client.screen().contains("typing"));
}

#[test]
fn typing_is_told_seldom_and_never_for_a_command() {
    let mut client = chatting_with_bia(&[]);
    client.sent();
    let told = |client: &mut Driver| client.sent().iter().filter(|frame| matches!(frame.request, Request::Typing(_))).count();
    client.type_text("bom dia");
    assert_eq!(told(&mut client), 1);
    client.wait(3_000);
    client.type_text("!");
    assert_eq!(told(&mut client), 1);
    let mut client = chatting_with_bia(&[]);
    client.type_text("/menu");
    assert_eq!(told(&mut client), 0);
}

#[test]
fn a_server_that_is_away_is_said_on_the_sign_in_screen_and_what_was_typed_stays() {
    let mut client = Driver::start(80, 24);
    let why = Lost::Unreachable("connection refused".to_owned());
    client.happen(Event::Disconnected { why, retry_at: Timestamp(client.now.0 + 2_000) });
    client.type_text("ana");
    client.keys("Tab");
    client.type_text("um cavalo come");
    client.keys("Enter");
    let screen = client.screen();
    assert!(screen.contains("ana") && screen.contains("••••••••••••••"), "{screen}");
    assert!(screen.contains("connection refused") && screen.contains("Not connected to the server."), "{screen}");
    assert!(client.effects.contains(&Effect::Reconnect));
    assert_eq!(client.sent(), []);
}

#[test]
fn wrong_words_at_the_door_are_said_beside_the_field() {
    let mut client = Driver::start(80, 24);
    client.connect();
    client.type_text("ana");
    client.keys("Tab");
    client.type_text("errada123");
    client.keys("Enter");
    client.answer(|request| matches!(request, Request::SignIn(_)).then_some(Reply::Refused(Refusal::WrongCredentials)));
    assert!(client.screen().contains("Password: Wrong name or password."), "{}", client.screen());
    client.keys("F2");
    client.type_text("x");
    client.keys("Enter");
    assert!(
        client.screen().contains("Once more: This is needed.") || client.screen().contains("▸ Register"),
        "{}",
        client.screen()
    );
}

#[test]
fn registering_checks_what_it_can_before_asking() {
    let mut client = Driver::start(80, 24);
    client.connect();
    client.keys("Right");
    client.type_text("ana");
    client.keys("Enter");
    client.type_text("password");
    assert!(client.screen().contains("guessed at once"), "{}", client.screen());
    client.keys("Enter");
    client.type_text("password");
    client.keys("Enter");
    assert!(client.screen().contains("Too easy to guess."), "{}", client.screen());
    assert_eq!(client.sent(), []);
}

#[test]
fn a_device_that_was_signed_out_asks_again_and_loses_nothing_written() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.type_text("rascunho");
    client.happen(Event::Disconnected { why: Lost::Closed, retry_at: client.now });
    client.sent();
    client.connect();
    client.answer(|request| matches!(request, Request::SignInWithToken(_)).then_some(Reply::Refused(Refusal::TokenUnknown)));
    assert_eq!(client.state.screen, Screen::SignIn);
    assert!(client.screen().contains("You are signed out on this device."), "{}", client.screen());
    client.type_text("um cavalo come");
    client.keys("Enter");
    client.answer(|request| {
        let again = SignedIn { you: person("ana", true), token: "token".into() };
        matches!(request, Request::SignIn(_)).then_some(Reply::SignedIn(again))
    });
    client.catch_up(vec![direct(1, "bia", 1, 1, 0)]);
    client.keys("2");
    client.type_text("bia");
    client.keys("Enter");
    assert_eq!(client.state.open_conversation().unwrap().composer.text(), "rascunho");
}

#[test]
fn somebody_else_at_the_same_terminal_sees_nothing_of_the_first() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "segredo")]);
    client.type_text("/signout");
    client.keys("Enter");
    client.answer(|request| matches!(request, Request::SignOut).then_some(Reply::Done));
    assert_eq!(client.state.screen, Screen::SignIn);
    client.happen(Event::Disconnected { why: Lost::Closed, retry_at: client.now });
    client.connect();
    client.type_text("outra senha boa");
    client.keys("Enter");
    client.answer(|request| {
        let other = SignedIn { you: person("duda", true), token: "token".into() };
        matches!(request, Request::SignIn(_)).then_some(Reply::SignedIn(other))
    });
    client.catch_up(vec![]);
    assert!(client.state.conversations.is_empty());
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
fn a_busy_server_is_asked_to_sign_us_in_again_later_and_not_at_once() {
    let mut client = chatting_with_bia(&[]);
    client.happen(Event::Disconnected { why: Lost::Closed, retry_at: client.now });
    client.sent();
    client.connect();
    client.answer(|request| {
        matches!(request, Request::SignInWithToken(_)).then_some(Reply::Refused(Refusal::Busy { retry_after_ms: 900 }))
    });
    client.wait(899);
    assert_eq!(client.sent(), []);
    assert!(!client.effects.contains(&Effect::Reconnect));
    client.wait(1);
    assert!(matches!(client.sent()[0].request, Request::SignInWithToken(_)));
}

#[test]
fn a_group_that_begins_while_the_list_is_read_is_not_taken_for_gone() {
    let mut client = chatting_with_bia(&[]);
    client.happen(Event::Disconnected { why: Lost::Closed, retry_at: client.now });
    client.sent();
    client.connect();
    client.answer(|request| {
        let again = SignedIn { you: person("ana", true), token: "token".into() };
        matches!(request, Request::SignInWithToken(_)).then_some(Reply::SignedIn(again))
    });
    client.post(9, entry(1, "bia", 0, EntryKind::MemberAdded { member: name("ana") }));
    client.answer(|request| {
        matches!(request, Request::GetConversation(_)).then(|| Reply::Conversation(group(9, "malhas", 1, 0, 0)))
    });
    client.catch_up(vec![direct(1, "bia", 0, 0, 0)]);
    assert!(client.state.conversations.contains_key(&ConversationId(9)));
    client.tell(ServerEvent::Lagged);
    client.catch_up(vec![direct(1, "bia", 0, 0, 0)]);
    assert!(!client.state.conversations.contains_key(&ConversationId(9)), "one that is not listed any more is gone");
}

#[test]
fn who_is_quicker_than_the_connection_need_not_press_enter_again() {
    let mut client = Driver::start(80, 24);
    client.type_text("ana");
    client.keys("Tab");
    client.type_text("um cavalo come");
    client.keys("Enter");
    assert_eq!(client.sent(), []);
    client.connect();
    assert!(client.sent().iter().any(|frame| matches!(frame.request, Request::SignIn(_))));
}
