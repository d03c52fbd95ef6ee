//! Data that survive a crash: drafts, unsent messages, and the screen position.

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
fn a_draft_is_stored_after_a_short_delay_and_survives_a_crash() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("meio escr");
    client.wait(KEPT_WITHIN_MS - 1);
    let too_early = started_again(client.disk.clone());
    assert!(!too_early.screen().contains("meio escr"), "a key alone causes no write");
    client.wait(1);
    let client = started_again(client.disk.clone());
    assert!(client.screen().contains("meio escr"), "{}", client.screen());
}

#[test]
fn a_draft_belongs_to_its_conversation_and_is_marked_in_the_list() {
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
fn unacknowledged_messages_are_sent_again_with_the_same_id_before_later_ones() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("um");
    client.keys("Enter");
    let first = sent_messages(&mut client).remove(0);
    lose_the_connection(&mut client);
    client.type_text("dois");
    client.keys("Enter");

    let mut client = started_again(client.disk.clone());
    assert!(client.state.open_conversation().unwrap().composer.is_empty(), "a sent message is no longer a draft");
    client.type_text("tres");
    client.keys("Enter");
    let stored = store_all(&mut client, 1);
    assert_eq!(stored[0], first, "the client id is the same");
    assert_eq!(texts(&stored), ["um", "dois", "tres"]);
    let client = started_again(client.disk.clone());
    assert_eq!(client.state.account.outbox.iter().count(), 0, "an acknowledged message is not stored");
}

#[test]
fn a_failed_message_waits_for_the_user_even_after_a_restart() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("oi");
    client.keys("Enter");
    client.answer(|request| matches!(request, Request::SendMessage(_)).then_some(Reply::Refused(Refusal::NotAMember)));
    let mut client = started_again(client.disk.clone());
    assert_eq!(sent_messages(&mut client), [], "it is not sent without a key");
    assert!(client.screen().contains("✗ You are not a member there."), "{}", client.screen());
    client.keys("Up r");
    assert_eq!(texts(&sent_messages(&mut client)), ["oi"]);
    let mut client = started_again(client.disk.clone());
    assert_eq!(texts(&sent_messages(&mut client)), ["oi"], "a repeated message is in transit");
}

/// After a server has lost its data, the conversation with the same id may be with another user.
#[test]
fn local_data_are_kept_from_another_server_at_the_same_address() {
    let first = ServerId::from_bytes([7; 16]);
    let mut client = chatting_with_bia(&[]);
    lose_the_connection(&mut client);
    client.type_text("so para bia");
    client.keys("Enter");
    // Too short a time for the draft to be stored.
    client.type_text("meio escr");
    client.server_id = ServerId::from_bytes([8; 16]);
    client.connect();
    assert_eq!(sent_messages(&mut client), []);
    assert!(client.screen().contains("Another server answers here now."), "{}", client.screen());
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
fn the_screen_position_is_restored() {
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
    assert!(client.state.open_conversation().is_none(), "a removed conversation is not opened");
}

#[test]
fn a_failing_disk_is_reported_once_and_messages_are_still_sent() {
    let mut client = chatting_with_bia(&[]);
    client.disk.is_full = true;
    client.type_text("um");
    client.keys("Enter");
    assert!(client.screen().contains("cannot be kept on this machine: the disk is full"), "{}", client.screen());
    assert_eq!(texts(&sent_messages(&mut client)), ["um"]);
    client.state.account.status_message = None;
    client.type_text("dois");
    client.wait(KEPT_WITHIN_MS);
    assert!(!client.screen().contains("cannot be kept"), "{}", client.screen());
    client.keys("Ctrl-q");
    assert!(client.screen().contains("would be lost"), "{}", client.screen());

    client.disk.recover();
    client.happen(Event::LocalDataSaved { messages: Vec::new(), error: None });
    assert!(client.screen().contains("are kept on this machine again"), "{}", client.screen());
    client.state.account.status_message = None;
    client.type_text("!");
    client.wait(KEPT_WITHIN_MS);
    assert_eq!(client.state.account.status_message, None, "the failure is reported once");
    assert!(started_again(client.disk.clone()).screen().contains("dois!"));
}

#[test]
fn drafts_are_stored_before_the_process_stops() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("meio escr");
    client.keys("Ctrl-z");
    assert!(client.effects.contains(&Effect::Suspend));
    assert!(started_again(client.disk.clone()).screen().contains("meio escr"));
}

/// The screen position of a client that shows the group.
const IN_GROUP: ScreenPosition =
    ScreenPosition { in_chat: true, among_groups: true, direct: None, group: Some(ConversationId(2)) };

/// The stored data of a client after these keys.
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
fn text_typed_before_the_stored_draft_is_loaded_is_appended_to_it() {
    let mut client = started_with_slow(disk_after("2 Enter a n t e s"));
    client.keys("2 Enter");
    client.type_text("depois");
    client.finish_reading();
    assert_eq!(client.state.open_conversation().unwrap().composer.text(), "antes\ndepois");
}

#[test]
fn a_position_changed_before_loading_is_stored_before_the_process_stops() {
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
fn the_stored_position_is_kept_until_it_is_restored() {
    let mut client = started_with_slow(disk_after("3 Enter"));
    client.wait(KEPT_WITHIN_MS);
    client.keys("Ctrl-z");
    assert_eq!(client.disk.place(), Some(IN_GROUP), "the menu is not where the person went");
    client.finish_reading();
    assert_eq!(client.state.place(), IN_GROUP);
}

#[test]
fn a_position_changed_before_loading_is_not_overwritten_by_the_stored_one() {
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
fn the_position_is_restored_after_a_connection_lost_before_the_list_was_loaded() {
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
fn stored_data_are_restored_once_if_the_connection_is_lost_while_loading() {
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
fn data_loaded_after_signing_out_are_not_shown_to_the_next_user() {
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
fn a_position_changed_right_before_signing_out_is_stored() {
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 0, 0, 0), group(2, "redes", 0, 0, 0)]);
    client.keys("3 Enter");
    sign_out_elsewhere(&mut client);
    assert_eq!(client.disk.place(), Some(IN_GROUP));
}
