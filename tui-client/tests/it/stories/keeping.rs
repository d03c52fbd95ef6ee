//! What a crash does not take: drafts, messages on their way, and where one was.

use std::time::Duration;

use papo::effect::Effect;
use papo::event::{DisconnectReason, Event};
use papo::local_data::ScreenPosition;
use papo::state::Screen;
use papo::state::account::keeping::KEPT_WITHIN_MS;
use papo_shared::model::{ConversationId, ServerId};
use papo_shared::protocol::{Event as ServerEvent, Goodbye, GoodbyeReason, Refusal, Reply, Request, ServerFrame, SignedIn};

use crate::driver::{Disk, Driver, direct, group, person};
use crate::stories::{chatting_with_bia, come_back, history, sent_messages, store_all, texts};

/// The client was killed; another one starts on the same machine.
fn started_again(disk: Disk) -> Driver {
    let mut client = Driver::start(80, 24);
    client.disk = disk;
    client.sign_in(vec![direct(1, "bia", 0, 0, 0), group(2, "redes", 0, 0, 0)]);
    client
}

fn lose_the_connection(client: &mut Driver) {
    client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: Duration::from_millis(4_000) });
}

#[test]
fn a_draft_is_kept_after_a_moment_and_is_there_after_a_crash() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("meio escr");
    client.wait(KEPT_WITHIN_MS - 1);
    let too_early = started_again(client.disk.clone());
    assert!(!too_early.screen().contains("meio escr"), "not every key is a write");
    client.wait(1);
    let client = started_again(client.disk.clone());
    assert!(client.screen().contains("meio escr"), "{}", client.screen());
}

#[test]
fn a_draft_stays_with_its_conversation_and_stands_in_the_list() {
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 0, 0, 0), group(2, "redes", 0, 0, 0)]);
    client.keys("2 Enter");
    client.type_text("para bia");
    client.keys("Tab");
    client.wait(KEPT_WITHIN_MS);
    let mut client = started_again(client.disk.clone());
    assert!(client.screen().contains("# redes"), "the groups were open:\n{}", client.screen());
    client.keys("Enter");
    assert!(client.state.open_conversation().unwrap().composer.is_empty());
    client.keys("Tab");
    assert_eq!(client.state.open_conversation().unwrap().composer.text(), "para bia");
    assert!(client.screen().contains("✎"), "{}", client.screen());
}

#[test]
fn what_was_sent_and_not_acknowledged_goes_out_again_under_the_same_id_and_before_what_is_written_later() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("um");
    client.keys("Enter");
    let first = sent_messages(&mut client).remove(0);
    lose_the_connection(&mut client);
    client.type_text("dois");
    client.keys("Enter");

    let mut client = started_again(client.disk.clone());
    assert!(client.state.open_conversation().unwrap().composer.is_empty(), "what was sent is no draft any more");
    client.type_text("tres");
    client.keys("Enter");
    let stored = store_all(&mut client, 1);
    assert_eq!(stored[0], first, "under the same id");
    assert_eq!(texts(&stored), ["um", "dois", "tres"]);
    let client = started_again(client.disk.clone());
    assert_eq!(client.state.account.outbox.iter().count(), 0, "what was acknowledged is not kept");
}

#[test]
fn a_message_that_failed_waits_for_the_person_also_after_a_restart() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("oi");
    client.keys("Enter");
    client.answer(|request| matches!(request, Request::SendMessage(_)).then_some(Reply::Refused(Refusal::NotAMember)));
    let mut client = started_again(client.disk.clone());
    assert_eq!(sent_messages(&mut client), [], "it is not sent behind one's back");
    assert!(client.screen().contains("✗ You are not a member."), "{}", client.screen());
    client.keys("Up r");
    assert_eq!(texts(&sent_messages(&mut client)), ["oi"]);
    let mut client = started_again(client.disk.clone());
    assert_eq!(texts(&sent_messages(&mut client)), ["oi"], "what is tried again is on its way again");
}

/// Found by thinking of a server whose data were lost: the conversation with the same number is one with somebody else.
#[test]
fn nothing_goes_to_another_server_that_answers_at_the_same_address_and_all_is_there_when_the_first_is_back() {
    let first = ServerId::from_bytes([7; 16]);
    let mut client = chatting_with_bia(&[]);
    lose_the_connection(&mut client);
    client.type_text("so para bia");
    client.keys("Enter");
    // Less than a moment before: it is not kept yet.
    client.type_text("meio escr");
    client.server_id = ServerId::from_bytes([8; 16]);
    client.connect();
    assert_eq!(sent_messages(&mut client), []);
    assert!(client.screen().contains("A different server is running here now."), "{}", client.screen());
    client.sign_in(vec![direct(1, "caio", 0, 0, 0)]);
    client.answer(|request| history(request, &[]));
    assert_eq!(sent_messages(&mut client), []);
    client.keys("2 Enter");
    assert!(client.screen().contains("caio") && !client.screen().contains("meio escr"), "{}", client.screen());

    lose_the_connection(&mut client);
    client.server_id = first;
    client.connect();
    client.answer(|request| {
        let again = SignedIn { you: person("ana", true), token: "token".into() };
        matches!(request, Request::SignInWithToken(_)).then_some(Reply::SignedIn(again))
    });
    client.catch_up(vec![direct(1, "bia", 0, 0, 0)]);
    assert_eq!(texts(&sent_messages(&mut client)), ["so para bia"]);
    assert!(client.screen().contains("meio escr"), "{}", client.screen());
}

#[test]
fn one_comes_back_to_where_one_was() {
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 0, 0, 0), group(2, "redes", 0, 0, 0)]);
    client.keys("2 Enter Tab Enter");
    client.wait(KEPT_WITHIN_MS);
    let mut client = started_again(client.disk.clone());
    assert_eq!(client.state.open_conversation().unwrap().id, ConversationId(2));
    client.keys("Tab");
    assert_eq!(client.state.open_conversation().unwrap().id, ConversationId(1));
    client.keys("Esc");
    client.wait(KEPT_WITHIN_MS);
    let disk = client.disk.clone();
    assert_eq!(started_again(disk.clone()).state.screen, Screen::Menu);

    let mut client = Driver::start(80, 24);
    client.disk = disk;
    client.sign_in(vec![group(2, "redes", 0, 0, 0)]);
    client.keys("2");
    assert!(client.state.open_conversation().is_none(), "a conversation that is gone is not opened");
}

#[test]
fn where_nothing_can_be_kept_it_is_said_once_and_everything_goes_out() {
    let mut client = chatting_with_bia(&[]);
    client.disk.is_full = true;
    client.type_text("um");
    client.keys("Enter");
    assert!(client.screen().contains("cannot be saved on this machine: the disk is full"), "{}", client.screen());
    assert_eq!(texts(&sent_messages(&mut client)), ["um"]);
    client.state.account.status_message = None;
    client.type_text("dois");
    client.wait(KEPT_WITHIN_MS);
    assert!(!client.screen().contains("cannot be saved"), "{}", client.screen());
    client.keys("Ctrl-q");
    assert!(client.screen().contains("would be lost"), "{}", client.screen());

    client.disk.recover();
    client.happen(Event::LocalDataSaved { messages: Vec::new(), error: None });
    assert!(client.screen().contains("are saved on this machine again"), "{}", client.screen());
    client.state.account.status_message = None;
    client.type_text("!");
    client.wait(KEPT_WITHIN_MS);
    assert_eq!(client.state.account.status_message, None, "that is said once");
    assert!(started_again(client.disk.clone()).screen().contains("dois!"));
}

#[test]
fn what_is_typed_is_kept_before_the_program_is_stopped() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("meio escr");
    client.keys("Ctrl-z");
    assert!(client.effects.contains(&Effect::Suspend));
    assert!(started_again(client.disk.clone()).screen().contains("meio escr"));
}

/// Where a client is while it shows the group.
const IN_GROUP: ScreenPosition =
    ScreenPosition { in_chat: true, among_groups: true, direct: None, group: Some(ConversationId(2)) };

/// What a client has kept in which these keys were pressed.
fn disk_after(keys: &str) -> Disk {
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 0, 0, 0), group(2, "redes", 0, 0, 0)]);
    client.keys(keys);
    client.wait(KEPT_WITHIN_MS);
    client.disk
}

/// A client that has signed in and reads its file slowly.
fn started_with_slow(disk: Disk) -> Driver {
    started_again(disk.with_slowness(true))
}

/// The client was killed; another one starts, and the disk is fast.
fn started_with_fast(disk: Disk) -> Driver {
    started_again(disk.with_slowness(false))
}

#[test]
fn what_is_typed_before_the_kept_draft_is_read_follows_it() {
    let mut client = started_with_slow(disk_after("2 Enter a n t e s"));
    client.keys("2 Enter");
    client.type_text("depois");
    client.finish_reading();
    assert_eq!(client.state.open_conversation().unwrap().composer.text(), "antes\ndepois");
}

#[test]
fn a_move_made_before_the_file_is_read_is_kept_before_the_program_is_stopped() {
    for key in ["Ctrl-z", "Ctrl-q"] {
        let mut client = started_with_slow(Disk::default());
        client.keys("3 Enter");
        client.type_text("meio escr");
        client.keys(key);
        let client = started_with_fast(client.disk.clone());
        let open = client.state.open_conversation().expect("the group is open again");
        assert_eq!((open.id, open.composer.text()), (ConversationId(2), "meio escr".to_owned()));
    }
}

#[test]
fn a_client_that_has_not_come_back_yet_keeps_the_place_in_the_file() {
    let mut client = started_with_slow(disk_after("3 Enter"));
    client.wait(KEPT_WITHIN_MS);
    client.keys("Ctrl-z");
    assert_eq!(client.disk.place(), Some(IN_GROUP), "the menu is not where the person went");
    client.finish_reading();
    assert_eq!(client.state.place(), IN_GROUP);
}

#[test]
fn a_move_made_before_the_file_is_read_is_not_undone_by_it() {
    for wait in [0, KEPT_WITHIN_MS] {
        let mut client = started_with_slow(disk_after("2 Enter"));
        client.keys("3 Enter");
        client.wait(wait);
        client.finish_reading();
        client.wait(KEPT_WITHIN_MS);
        assert_eq!((client.state.place(), client.disk.place()), (IN_GROUP, Some(IN_GROUP)));

        let mut client = started_with_slow(disk_after("2 Enter"));
        client.keys("3 Enter Esc");
        client.wait(wait);
        client.finish_reading();
        client.wait(KEPT_WITHIN_MS);
        let menu = ScreenPosition { in_chat: false, ..IN_GROUP };
        assert_eq!((client.state.place(), client.disk.place()), (menu, Some(menu)));
    }
}

/// The server accepts the password, and answers nothing else.
fn sign_in_only(client: &mut Driver) {
    client.connect();
    client.type_text("ana");
    client.keys("Tab");
    client.type_text("um cavalo come");
    client.keys("Enter");
    client.answer(|request| {
        let signed_in = SignedIn { you: person("ana", true), token: "token".into() };
        matches!(request, Request::SignIn(_)).then_some(Reply::SignedIn(signed_in))
    });
}

#[test]
fn a_client_comes_back_after_a_connection_that_was_lost_before_the_conversations_were_listed() {
    for found_while_lost in [true, false] {
        let mut client = Driver::start(80, 24);
        client.disk = disk_after("3 Enter").with_slowness(true);
        sign_in_only(&mut client);
        if !found_while_lost {
            client.finish_reading();
        }
        lose_the_connection(&mut client);
        client.finish_reading();
        client.wait(KEPT_WITHIN_MS);
        assert_eq!(client.disk.place(), Some(IN_GROUP), "the menu is not where the person went");
        come_back(&mut client);
        client.catch_up(vec![direct(1, "bia", 0, 0, 0), group(2, "redes", 0, 0, 0)]);
        assert_eq!(client.state.place(), IN_GROUP);
    }
}

#[test]
fn what_was_kept_is_restored_once_if_the_connection_is_lost_while_it_is_read() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("um");
    client.keys("Enter");
    client.type_text("meio escr");
    client.wait(KEPT_WITHIN_MS);
    let mut client = started_with_slow(client.disk);
    lose_the_connection(&mut client);
    come_back(&mut client);
    client.catch_up(vec![direct(1, "bia", 0, 0, 0), group(2, "redes", 0, 0, 0)]);
    client.finish_reading();
    assert_eq!(client.state.account.outbox.iter().count(), 1);
    assert_eq!(client.state.open_conversation().unwrap().composer.text(), "meio escr");
}

/// Another device signs this one out.
fn sign_out_elsewhere(client: &mut Driver) {
    let goodbye = Goodbye { reason: GoodbyeReason::SignedOut, come_back_ms: None };
    client.happen(Event::Received(ServerFrame::Event(ServerEvent::Goodbye(goodbye))));
}

#[test]
fn what_was_kept_for_somebody_who_signed_out_while_it_was_read_is_not_given_to_the_next_person() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("um");
    client.keys("Enter");
    let mut client = started_with_slow(client.disk);
    sign_out_elsewhere(&mut client);
    lose_the_connection(&mut client);
    client.connect();
    client.keys("Up Ctrl-u");
    client.type_text("duda");
    client.keys("Tab");
    client.type_text("um cavalo come");
    client.keys("Enter");
    client.answer(|request| {
        let signed_in = SignedIn { you: person("duda", true), token: "token".into() };
        matches!(request, Request::SignIn(_)).then_some(Reply::SignedIn(signed_in))
    });
    client.catch_up(vec![direct(1, "bia", 0, 0, 0)]);
    assert_eq!(client.state.me().map(ToString::to_string).as_deref(), Some("duda"));
    client.finish_reading();
    assert_eq!(sent_messages(&mut client), []);
    assert_eq!(client.state.account.outbox.iter().count(), 0);
}

#[test]
fn a_move_made_right_before_signing_out_is_kept() {
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 0, 0, 0), group(2, "redes", 0, 0, 0)]);
    client.keys("3 Enter");
    sign_out_elsewhere(&mut client);
    assert_eq!(client.disk.place(), Some(IN_GROUP));
}
