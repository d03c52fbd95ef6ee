//! How long messages of a group are kept.

use papo::state::Focus;
use papo::translations::Language;
use papo_shared::model::{EntryKind, Role};
use papo_shared::protocol::{Reply, Request, SetRetention};

use crate::driver::{Driver, entry};
use crate::stories::members::{REDES, hints, in_redes, nothing_was_asked, only_request, redes, run};

fn limited(days: Option<u32>) -> EntryKind {
    EntryKind::RetentionChanged { days }
}

#[test]
fn a_limit_is_shown_above_the_conversation_and_as_an_entry() {
    let mut client = in_redes(120, 24, Role::Member);
    client.post(3, entry(2, "bia", 0, limited(Some(30))));
    let screen = client.screen();
    assert!(screen.contains("bia set messages to be kept for 30 days"), "{screen}");
    assert!(screen.contains("# redes · 4 members · messages kept for 30 days · redes de"), "{screen}");
    client.speak(Language::PtBr);
    let screen = client.screen();
    assert!(screen.contains("bia definiu que as mensagens são guardadas por 30 dias"), "{screen}");
    assert!(screen.contains("# redes · 4 membros · mensagens guardadas por 30 dias"), "{screen}");

    client.speak(Language::En);
    client.post(3, entry(3, "bia", 0, limited(Some(1))));
    assert!(client.screen().contains("4 members · messages kept for 1 day ·"), "{}", client.screen());
    client.post(3, entry(4, "bia", 0, limited(None)));
    let screen = client.screen();
    assert!(screen.contains("bia removed the limit on how long messages are kept"), "{screen}");
    assert!(screen.contains("# redes · 4 members · redes de"), "{screen}");
}

#[test]
fn the_shorter_limit_of_group_and_server_is_shown() {
    let mut client = Driver::start(120, 24);
    client.server_retention_days = Some(7);
    client.sign_in(vec![redes(Role::Owner)]);
    client.keys("3 Enter");
    assert!(client.screen().contains("# redes · 4 members · messages kept for 7 days"), "{}", client.screen());
    client.post(3, entry(2, "ana", 0, limited(Some(30))));
    assert!(client.screen().contains("4 members · messages kept for 7 days"), "{}", client.screen());
    client.post(3, entry(3, "ana", 0, limited(Some(2))));
    assert!(client.screen().contains("4 members · messages kept for 2 days"), "{}", client.screen());
    run(&mut client, "/server");
    let screen = client.screen();
    assert!(screen.lines().any(|line| line.contains("Retention ") && line.contains("messages kept for 7 days")), "{screen}");
    client.keys("Esc");
    run(&mut client, "/retention");
    assert!(client.screen().contains("long as this server does: 7 days"), "{}", client.screen());
}

#[test]
fn the_owner_changes_the_limit() {
    let asked = |days| Request::SetRetention(SetRetention { conversation: REDES, days });
    let mut client = in_redes(100, 24, Role::Owner);
    run(&mut client, "/retention");
    let screen = client.screen();
    assert!(screen.contains("How long to keep messages of redes") && screen.contains("without a limit"), "{screen}");
    for typed in ["0", "36501", "-1", "a week"] {
        client.type_text(typed);
        client.keys("Enter");
        nothing_was_asked(&mut client);
        assert!(client.screen().contains("Type a number of days from 1 to 36500, or nothing."), "{}", client.screen());
        client.keys("Ctrl-u");
    }
    client.type_text(" 36500 ");
    assert!(hints(&client).contains("save"), "{}", hints(&client));
    client.keys("Enter");
    assert_eq!(only_request(&mut client), asked(Some(36_500)));

    let mut client = in_redes(100, 24, Role::Owner);
    client.post(3, entry(2, "ana", 0, limited(Some(30))));
    run(&mut client, "/retention");
    client.keys("Backspace Backspace Enter");
    assert_eq!(client.sent().last().map(|frame| frame.request.clone()), Some(asked(None)));

    let mut client = in_redes(100, 24, Role::Owner);
    client.keys("Ctrl-k");
    client.type_text("how long messages");
    client.keys("Enter 7 Enter");
    client.answer(|request| (*request == asked(Some(7))).then_some(Reply::Done));
    assert_eq!(client.state.focus(), Focus::EmptyComposer, "the prompt is closed");

    let mut client = in_redes(80, 24, Role::Admin);
    run(&mut client, "/retention");
    assert_eq!(client.state.focus(), Focus::Composer, "only the owner may");
}
