//! Local data that survives a crash: drafts, unsent messages and the screen position.

use std::time::Duration;

use papo::effect::Effect;
use papo::event::{DisconnectReason, Event};
use papo::local_data::ScreenPosition;
use papo::state::Screen;
use papo::state::account::local_data_sync::SAVE_DELAY_MS;
use papo_shared::model::{ConversationId, ServerId};
use papo_shared::protocol::{Event as ServerEvent, Goodbye, GoodbyeReason, Refusal, Reply, Request, ServerFrame, SignedIn};

use crate::driver::{Disk, Driver, direct, group, person};
use crate::stories::{chatting_with_bia, come_back, history, sent_messages, store_all, texts};

/// A new client on the same machine, started after the first one was killed.
fn restarted(disk: Disk) -> Driver {
    let mut client = Driver::start(80, 24);
    client.disk = disk;
    client.sign_in(vec![direct(1, "bia", 0, 0, 0), group(2, "redes", 0, 0, 0)]);
    client
}

fn lose_the_connection(client: &mut Driver) {
    client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: Duration::from_millis(4_000) });
}

#[test]
fn a_draft_is_saved_after_a_delay_and_restored_after_a_crash() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("meio escr");
    client.wait(SAVE_DELAY_MS - 1);
    let too_early = restarted(client.disk.clone());
    assert!(!too_early.screen().contains("meio escr"), "not every key causes a write");
    client.wait(1);
    let client = restarted(client.disk.clone());
    assert!(client.screen().contains("meio escr"), "{}", client.screen());
}

#[test]
fn a_restored_draft_belongs_to_its_conversation_and_is_marked_in_the_list() {
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 0, 0, 0), group(2, "redes", 0, 0, 0)]);
    client.keys("2 Enter");
    client.type_text("para bia");
    client.keys("Tab");
    client.wait(SAVE_DELAY_MS);
    let mut client = restarted(client.disk.clone());
    assert!(
        client.screen().contains("# redes"),
        "the groups side was open:
{}",
        client.screen()
    );
    client.keys("Enter");
    assert!(client.state.open_conversation().unwrap().composer.is_empty());
    client.keys("Tab");
    assert_eq!(client.state.open_conversation().unwrap().composer.text(), "para bia");
    assert!(client.screen().contains("✎"), "{}", client.screen());
}

#[test]
fn unacknowledged_messages_are_sent_again_with_the_same_ids_before_later_ones() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("um");
    client.keys("Enter");
    let first = sent_messages(&mut client).remove(0);
    lose_the_connection(&mut client);
    client.type_text("dois");
    client.keys("Enter");

    let mut client = restarted(client.disk.clone());
    assert!(client.state.open_conversation().unwrap().composer.is_empty(), "a sent message is no longer a draft");
    client.type_text("tres");
    client.keys("Enter");
    let stored = store_all(&mut client, 1);
    assert_eq!(stored[0], first, "the message is sent with the same id");
    assert_eq!(texts(&stored), ["um", "dois", "tres"]);
    let client = restarted(client.disk.clone());
    assert_eq!(client.state.account.outbox.iter().count(), 0, "acknowledged messages are removed from the disk");
}

#[test]
fn a_failed_message_waits_for_the_user_even_after_a_restart() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("oi");
    client.keys("Enter");
    client.answer(|request| matches!(request, Request::SendMessage(_)).then_some(Reply::Refused(Refusal::NotAMember)));
    let mut client = restarted(client.disk.clone());
    assert_eq!(sent_messages(&mut client), [], "a failed message is not retried without the user");
    assert!(client.screen().contains("✗ You are not a member."), "{}", client.screen());
    client.keys("Up r");
    assert_eq!(texts(&sent_messages(&mut client)), ["oi"]);
    let mut client = restarted(client.disk.clone());
    assert_eq!(texts(&sent_messages(&mut client)), ["oi"], "a retried message is sent again after a restart");
}

/// Guards against a server that lost its data: there, the same conversation id can belong to a conversation with someone else.
#[test]
fn data_never_goes_to_another_server_at_the_same_address_and_returns_with_the_first_one() {
    let first = ServerId::from_bytes([7; 16]);
    let mut client = chatting_with_bia(&[]);
    lose_the_connection(&mut client);
    client.type_text("so para bia");
    client.keys("Enter");
    // The time after which drafts are saved has not passed yet.
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
fn the_screen_position_is_restored_after_a_restart() {
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 0, 0, 0), group(2, "redes", 0, 0, 0)]);
    client.keys("2 Enter Tab Enter");
    client.wait(SAVE_DELAY_MS);
    let mut client = restarted(client.disk.clone());
    assert_eq!(client.state.open_conversation().unwrap().id, ConversationId(2));
    client.keys("Tab");
    assert_eq!(client.state.open_conversation().unwrap().id, ConversationId(1));
    client.keys("Esc");
    client.wait(SAVE_DELAY_MS);
    let disk = client.disk.clone();
    assert_eq!(restarted(disk.clone()).state.screen, Screen::Menu);

    let mut client = Driver::start(80, 24);
    client.disk = disk;
    client.sign_in(vec![group(2, "redes", 0, 0, 0)]);
    client.keys("2");
    assert!(client.state.open_conversation().is_none(), "a conversation that no longer exists is not opened");
}

#[test]
fn a_full_disk_is_reported_once_and_messages_are_sent_anyway() {
    let mut client = chatting_with_bia(&[]);
    client.disk.is_full = true;
    client.type_text("um");
    client.keys("Enter");
    assert!(client.screen().contains("cannot be saved on this machine: the disk is full"), "{}", client.screen());
    assert_eq!(texts(&sent_messages(&mut client)), ["um"]);
    client.state.account.status_message = None;
    client.type_text("dois");
    client.wait(SAVE_DELAY_MS);
    assert!(!client.screen().contains("cannot be saved"), "{}", client.screen());
    client.keys("Ctrl-q");
    assert!(client.screen().contains("would be lost"), "{}", client.screen());

    client.disk.recover();
    client.happen(Event::LocalDataSaved { messages: Vec::new(), error: None });
    assert!(client.screen().contains("are saved on this machine again"), "{}", client.screen());
    client.state.account.status_message = None;
    client.type_text("!");
    client.wait(SAVE_DELAY_MS);
    assert_eq!(client.state.account.status_message, None, "the recovery is reported once");
    assert!(restarted(client.disk.clone()).screen().contains("dois!"));
}

#[test]
fn a_draft_is_saved_before_the_program_is_suspended() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("meio escr");
    client.keys("Ctrl-z");
    assert!(client.effects.contains(&Effect::Suspend));
    assert!(restarted(client.disk.clone()).screen().contains("meio escr"));
}

/// The screen position while the group is open.
const IN_GROUP: ScreenPosition =
    ScreenPosition { in_chat: true, among_groups: true, direct: None, group: Some(ConversationId(2)) };

/// The disk of a client after these keys were pressed and the position was saved.
fn disk_after(keys: &str) -> Disk {
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 0, 0, 0), group(2, "redes", 0, 0, 0)]);
    client.keys(keys);
    client.wait(SAVE_DELAY_MS);
    client.disk
}

/// A client that has signed in but has not finished loading its local data.
fn started_with_slow(disk: Disk) -> Driver {
    restarted(disk.with_slowness(true))
}

/// A new client whose local data is loaded at once.
fn started_with_fast(disk: Disk) -> Driver {
    restarted(disk.with_slowness(false))
}

#[test]
fn text_typed_before_the_draft_is_loaded_is_appended_to_it() {
    let mut client = started_with_slow(disk_after("2 Enter a n t e s"));
    client.keys("2 Enter");
    client.type_text("depois");
    client.finish_reading();
    assert_eq!(client.state.open_conversation().unwrap().composer.text(), "antes\ndepois");
}

#[test]
fn navigation_before_loading_is_saved_when_the_program_stops() {
    for key in ["Ctrl-z", "Ctrl-q"] {
        let mut client = started_with_slow(Disk::default());
        client.keys("3 Enter");
        client.type_text("meio escr");
        client.keys(key);
        let client = started_with_fast(client.disk.clone());
        let open = client.state.open_conversation().expect("the group must be open again");
        assert_eq!((open.id, open.composer.text()), (ConversationId(2), "meio escr".to_owned()));
    }
}

#[test]
fn the_stored_position_is_kept_while_it_is_being_loaded() {
    let mut client = started_with_slow(disk_after("3 Enter"));
    client.wait(SAVE_DELAY_MS);
    client.keys("Ctrl-z");
    assert_eq!(client.disk.place(), Some(IN_GROUP), "the user did not choose the menu");
    client.finish_reading();
    assert_eq!(client.state.screen_position(), IN_GROUP);
}

#[test]
fn navigation_before_loading_is_not_undone_by_loading() {
    for wait in [0, SAVE_DELAY_MS] {
        let mut client = started_with_slow(disk_after("2 Enter"));
        client.keys("3 Enter");
        client.wait(wait);
        client.finish_reading();
        client.wait(SAVE_DELAY_MS);
        assert_eq!((client.state.screen_position(), client.disk.place()), (IN_GROUP, Some(IN_GROUP)));

        let mut client = started_with_slow(disk_after("2 Enter"));
        client.keys("3 Enter Esc");
        client.wait(wait);
        client.finish_reading();
        client.wait(SAVE_DELAY_MS);
        let menu = ScreenPosition { in_chat: false, ..IN_GROUP };
        assert_eq!((client.state.screen_position(), client.disk.place()), (menu, Some(menu)));
    }
}

/// Signs ana in; the server answers no other request.
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
fn the_position_is_restored_after_a_connection_lost_before_the_conversations_were_listed() {
    for loaded_while_disconnected in [true, false] {
        let mut client = Driver::start(80, 24);
        client.disk = disk_after("3 Enter").with_slowness(true);
        sign_in_only(&mut client);
        if !loaded_while_disconnected {
            client.finish_reading();
        }
        lose_the_connection(&mut client);
        client.finish_reading();
        client.wait(SAVE_DELAY_MS);
        assert_eq!(client.disk.place(), Some(IN_GROUP), "the user did not choose the menu");
        come_back(&mut client);
        client.catch_up(vec![direct(1, "bia", 0, 0, 0), group(2, "redes", 0, 0, 0)]);
        assert_eq!(client.state.screen_position(), IN_GROUP);
    }
}

#[test]
fn local_data_is_restored_once_if_the_connection_is_lost_during_loading() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("um");
    client.keys("Enter");
    client.type_text("meio escr");
    client.wait(SAVE_DELAY_MS);
    let mut client = started_with_slow(client.disk);
    lose_the_connection(&mut client);
    come_back(&mut client);
    client.catch_up(vec![direct(1, "bia", 0, 0, 0), group(2, "redes", 0, 0, 0)]);
    client.finish_reading();
    assert_eq!(client.state.account.outbox.iter().count(), 1);
    assert_eq!(client.state.open_conversation().unwrap().composer.text(), "meio escr");
}

/// Signs this client out from another device.
fn sign_out_elsewhere(client: &mut Driver) {
    let goodbye = Goodbye { reason: GoodbyeReason::SignedOut, come_back_ms: None };
    client.happen(Event::Received(ServerFrame::Event(ServerEvent::Goodbye(goodbye))));
}

#[test]
fn local_data_loaded_after_signing_out_is_not_given_to_the_next_account() {
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
fn navigation_right_before_signing_out_is_saved() {
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 0, 0, 0), group(2, "redes", 0, 0, 0)]);
    client.keys("3 Enter");
    sign_out_elsewhere(&mut client);
    assert_eq!(client.disk.place(), Some(IN_GROUP));
}
