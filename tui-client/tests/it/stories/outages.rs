//! The server cannot reach its database for a while: messages and requests wait, and the screen says so.

use std::time::Duration;

use papo::event::{DisconnectReason, Event};
use papo::translations::Language;
use papo_shared::model::Seq;
use papo_shared::protocol::{Refusal, Reply, Request, RequestFrame};

use crate::driver::{Driver, direct, message};
use crate::stories::{chatting_with_bia, come_back, history, sent_messages, store_all, texts};

/// What the server refuses everything with.
const UNAVAILABLE: Reply = Reply::Refused(Refusal::Failed { retry_after_ms: Some(2_000) });

/// Refuses each request once, in the way of a server without its database.
fn refuse_all(client: &mut Driver) -> Vec<RequestFrame> {
    let refused = client.all_sent();
    client.effects.extend(refused.iter().cloned().map(papo::effect::Effect::Send));
    client.answer(|_| Some(UNAVAILABLE));
    refused
}

#[test]
fn messages_and_the_draft_are_kept_and_sent_by_themselves_once_the_server_can_store_again() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.sent();
    client.type_text("um");
    client.keys("Enter");
    let first = sent_messages_kept(&mut client);
    refuse_all(&mut client);
    client.type_text("dois");
    client.keys("Enter");
    client.type_text("rascunho");
    let screen = client.screen();
    assert!(screen.contains("The server cannot store messages now. Yours are kept"), "{screen}");
    assert!(screen.contains("○ connected, but the server cannot load or store (2 waiting)"), "{screen}");
    assert!(screen.contains("rascunho") && !screen.contains('✗'), "{screen}");
    client.speak(Language::PtBr);
    let screen = client.screen();
    assert!(screen.contains("O servidor não salva mensagens agora."), "{screen}");
    assert!(screen.contains("○ conectado, mas o servidor não carrega nem salva (2 na fila)"), "{screen}");
    client.speak(Language::En);

    for _ in 0..3 {
        client.wait(1_999);
        assert_eq!(sent_messages(&mut client), [], "not before the server asked for");
        client.wait(1);
        assert_eq!(sent_messages_kept(&mut client), first, "the same message under the same id");
        refuse_all(&mut client);
    }
    client.wait(10_000);
    let stored = store_all(&mut client, 2);
    assert_eq!(texts(&stored), ["um", "dois"]);
    assert_eq!(stored[0], first[0]);
    let screen = client.screen();
    assert!(screen.contains("● connected") && !screen.contains("waiting") && screen.contains("rascunho"), "{screen}");
    assert_eq!(client.state.open_conversation().unwrap().composer.text(), "rascunho");
}

/// The messages sent, which stay sent.
fn sent_messages_kept(client: &mut Driver) -> Vec<papo_shared::protocol::SendMessage> {
    let sent = client.all_sent();
    client.effects.extend(sent.iter().cloned().map(papo::effect::Effect::Send));
    let messages = sent.into_iter();
    messages.filter_map(|frame| if let Request::SendMessage(send) = frame.request { Some(send) } else { None }).collect()
}

#[test]
fn any_answer_that_needs_the_database_ends_the_wait_of_the_outbox() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.sent();
    client.type_text("um");
    client.keys("Enter");
    client.answer(|request| {
        let wait = Refusal::Failed { retry_after_ms: Some(60_000) };
        matches!(request, Request::SendMessage(_)).then_some(Reply::Refused(wait))
    });
    client.post(1, message(3, "bia", 1, "ei"));
    client
        .answer(|request| history(request, &[message(1, "bia", 0, "oi"), message(2, "bia", 1, "?"), message(3, "bia", 1, "ei")]));
    assert_eq!(texts(&sent_messages(&mut client)), ["um"]);
}

#[test]
fn what_the_client_loads_by_itself_is_repeated_until_the_server_can_load_it() {
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 1, 1, 0)]);
    client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: Duration::ZERO });
    client.all_sent();
    come_back(&mut client);
    let lists = |sent: &[RequestFrame]| {
        let is_list = |frame: &&RequestFrame| {
            matches!(frame.request, Request::ListConversations(_) | Request::ListUsers(_) | Request::ListBlocked(_))
        };
        sent.iter().filter(is_list).count()
    };
    for _ in 0..3 {
        assert_eq!(lists(&refuse_all(&mut client)), 3);
        assert!(client.screen().contains("the server cannot load or store"), "{}", client.screen());
        client.wait(2_000);
    }
    client.catch_up(vec![direct(1, "bia", 1, 1, 0)]);
    assert!(client.screen().contains("● connected"), "{}", client.screen());

    // The inbox, and the read cursor of what is on the screen.
    client.keys("Esc");
    client.keys("2 Enter");
    for _ in 0..3 {
        let refused = refuse_all(&mut client);
        assert!(refused.iter().any(|frame| matches!(frame.request, Request::History(_))), "{refused:?}");
        client.wait(2_000);
    }
    client.answer(|request| history(request, &[message(1, "bia", 0, "cheguei")]));
    assert!(client.screen().contains("cheguei"), "{}", client.screen());
    client.all_sent();
    client.post(1, message(2, "bia", 1, "mais"));
    for _ in 0..3 {
        let marks = refuse_all(&mut client);
        let is_mark = |frame: &RequestFrame| matches!(&frame.request, Request::MarkRead(mark) if mark.seq == Seq(2));
        assert!(marks.iter().any(is_mark), "{marks:?}");
        client.wait(2_000);
    }
}

#[test]
fn a_search_is_repeated_once_the_server_can_load_again() {
    let mut client = chatting_with_bia(&[]);
    client.all_sent();
    client.keys("Ctrl-f");
    client.type_text("oi");
    client.answer(|request| matches!(request, Request::SearchMessages(_)).then_some(UNAVAILABLE));
    assert!(client.screen().contains("cannot load or store anything at present"), "{}", client.screen());
    client.all_sent();
    client.wait(2_000);
    assert!(client.all_sent().iter().any(|frame| matches!(frame.request, Request::SearchMessages(_))));
}

/// Fills in the form of ana, and submits it.
fn submit_form(client: &mut Driver) {
    client.connect();
    client.type_text("ana");
    client.keys("Tab");
    client.type_text("um cavalo come");
    client.keys("Enter");
}

fn sign_ins(client: &mut Driver) -> usize {
    client.all_sent().iter().filter(|frame| matches!(frame.request, Request::SignIn(_))).count()
}

#[test]
fn the_sign_in_form_is_submitted_again_until_the_server_can_sign_in() {
    let mut client = Driver::start(80, 24);
    submit_form(&mut client);
    for _ in 0..3 {
        client.answer(|request| matches!(request, Request::SignIn(_)).then_some(UNAVAILABLE));
        let screen = client.screen();
        assert!(screen.contains("The server cannot sign anyone in at present."), "{screen}");
        client.wait(1_999);
        assert_eq!(sign_ins(&mut client), 0);
        assert_eq!(client.state.wake_at(), Some(client.moment.after_ms(1)));
        client.happen(Event::Ticked);
        client.wait(1);
        assert!(client.effects.iter().any(|effect| matches!(effect, papo::effect::Effect::Send(_))));
    }
    client.speak(Language::PtBr);
    client.answer(|request| matches!(request, Request::SignIn(_)).then_some(UNAVAILABLE));
    assert!(client.screen().contains("O servidor não consegue autenticar ninguém no"), "{}", client.screen());

    // A change of the form is not submitted by itself.
    client.type_text("!");
    client.wait(10_000);
    assert_eq!(sign_ins(&mut client), 0);
    client.keys("Enter");
    assert_eq!(sign_ins(&mut client), 1);
}

#[test]
fn the_form_follows_to_another_node_during_the_wait() {
    let mut client = Driver::start(80, 24);
    submit_form(&mut client);
    client.answer(|request| matches!(request, Request::SignIn(_)).then_some(UNAVAILABLE));
    client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: Duration::ZERO });
    client.wait(10_000);
    assert_eq!(sign_ins(&mut client), 0);
    client.connect();
    assert_eq!(sign_ins(&mut client), 1);
}
