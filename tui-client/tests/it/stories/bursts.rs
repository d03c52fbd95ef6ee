//! Text keys that arrive together are handled as a paste: they never send, run or select anything.

use std::time::Instant;

use papo::effect::Effect;
use papo::event::Event;
use papo::input::bursts::Bursts;
use papo::input::decoder::Decoder;
use papo::state::{Focus, Screen};
use papo::translations::Language;
use papo_shared::model::Role;
use papo_shared::protocol::Request;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::driver::{Driver, message};
use crate::stories::members::{in_redes, run};
use crate::stories::{chatting_with_bia, sent_messages, texts};

fn burst(client: &mut Driver, text: &str) {
    client.happen(Event::TextBurst(text.to_owned()));
}

fn draft(client: &Driver) -> String {
    client.state.open_conversation().unwrap().composer.text()
}

fn last_line(client: &Driver) -> String {
    client.screen().lines().last().unwrap().trim().to_owned()
}

#[test]
fn enter_in_a_burst_is_a_line_break_and_a_notice_says_to_press_enter() {
    let mut client = chatting_with_bia(&[]);
    burst(&mut client, "colado 1\r/topic roubado\rcolado 3\r");
    assert_eq!(sent_messages(&mut client), []);
    assert_eq!(draft(&client), "colado 1\n/topic roubado\ncolado 3\n");
    assert_eq!(last_line(&client), "Pasted text is not sent automatically; press Enter to send it.");
    client.keys("Enter");
    assert_eq!(texts(&sent_messages(&mut client)), ["colado 1\n/topic roubado\ncolado 3"]);

    let mut client = chatting_with_bia(&[]);
    client.speak(Language::PtBr);
    burst(&mut client, "oi\r");
    assert_eq!(last_line(&client), "Texto colado não é enviado automaticamente; aperte Enter para enviar.");
    client.keys("Enter");
    assert_eq!(texts(&sent_messages(&mut client)), ["oi"]);

    let mut client = chatting_with_bia(&[]);
    burst(&mut client, "oi");
    assert!(client.state.account.status_message.is_none(), "a burst without an Enter shows no notice");
}

#[test]
fn a_command_from_a_burst_runs_only_when_enter_is_pressed() {
    let mut client = in_redes(80, 24, Role::Owner);
    client.sent();
    burst(&mut client, "/topic provas\r");
    let is_topic = |client: &mut Driver| client.sent().iter().any(|frame| matches!(frame.request, Request::SetTopic(_)));
    assert!(!is_topic(&mut client));
    client.keys("Enter");
    assert!(is_topic(&mut client) && sent_messages(&mut client).is_empty());
}

#[test]
fn a_burst_on_a_selected_message_goes_to_the_composer() {
    let mut client = chatting_with_bia(&[message(1, "ana", 0, "obrigado")]);
    client.keys("Up");
    burst(&mut client, "de nada\r");
    assert_eq!((client.state.focus(), draft(&client).as_str()), (Focus::Composer, "de nada\n"));
    assert!(client.state.overlay.is_none());
}

#[test]
fn a_paste_without_a_text_field_only_shows_a_notice() {
    let menu = || {
        let mut client = chatting_with_bia(&[]);
        client.keys("Esc");
        client
    };
    let over_the_menu = |keys: &str| {
        let mut client = menu();
        client.keys(keys);
        client
    };
    for mut client in [menu(), over_the_menu("s"), over_the_menu("F1")] {
        for event in [Event::TextBurst("6".to_owned()), Event::TextBurst("6\r".to_owned()), Event::Pasted("6".to_owned())] {
            client.effects.clear();
            client.happen(event);
            assert_eq!(last_line(&client), "There is no input box here, so nothing was pasted.");
            assert!(client.effects.is_empty() && client.state.screen == Screen::Menu, "{:?}", client.effects);
        }
    }
}

#[test]
fn forms_and_pickers_keep_a_burst_and_wait_for_enter() {
    let notice = "Enter arrived with other text and did nothing; press it again.";
    let mut client = Driver::start(80, 24);
    client.connect();
    client.sent();
    burst(&mut client, "ana\r");
    assert_eq!((client.state.sign_in.username.text().as_str(), last_line(&client).as_str()), ("ana", notice));
    client.keys("Enter");
    burst(&mut client, "um cavalo come\r");
    assert_eq!(client.sent(), []);
    client.keys("Enter");
    assert!(client.sent().iter().any(|frame| matches!(frame.request, Request::SignIn(_))));

    let mut client = chatting_with_bia(&[]);
    client.keys("Esc 4");
    burst(&mut client, "diario\r");
    assert_eq!(last_line(&client), notice);
    assert!(client.screen().contains("diario") && client.state.focus() == Focus::Prompt, "{}", client.screen());
    client.keys("Esc 2");
    burst(&mut client, "bia\r");
    assert_eq!((last_line(&client).as_str(), client.state.focus()), (notice, Focus::Picker));
}

/// Password managers and similar programs type name, Tab and password faster than a person.
#[test]
fn a_tab_in_a_burst_moves_to_the_next_field_but_enter_submits_nothing() {
    let mut client = Driver::start(80, 24);
    client.connect();
    client.effects.clear();
    burst(&mut client, "ana\tum cavalo come\r");
    let form = &client.state.sign_in;
    assert_eq!((form.username.text().as_str(), form.password.text().as_str()), ("ana", "um cavalo come"));
    assert!(client.sent().is_empty(), "the burst must not submit the form");
    client.keys("Enter");
    assert!(client.sent().iter().any(|frame| matches!(frame.request, Request::SignIn(_))));
}

#[test]
fn letters_batched_by_a_slow_connection_still_open_the_completion_list() {
    let mut client = in_redes(80, 24, Role::Member);
    burst(&mut client, "@ca");
    assert_eq!(client.state.focus(), Focus::Completion, "{}", client.screen());
    client.keys("Tab");
    assert_eq!(draft(&client), "@caio ");
}

/// Clients on every screen where a burst can arrive, each with an action that the burst could trigger by mistake.
fn clients() -> Vec<Driver> {
    let selected = || {
        let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi"), message(2, "ana", 0, "obrigado")]);
        client.keys("Up");
        client
    };
    let after = |mut client: Driver, keys: &str| {
        client.keys(keys);
        client
    };
    let in_group = || in_redes(80, 24, Role::Owner);
    let mut with_draft = in_group();
    with_draft.type_text("rascunho");
    let mut pasted = in_group();
    pasted.happen(Event::Pasted("linha\n".repeat(20)));
    let mut signing_in = Driver::start(80, 24);
    signing_in.connect();
    signing_in.type_text("ana");
    signing_in.keys("Tab");
    signing_in.type_text("um cavalo come");
    let mut leaving = in_group();
    run(&mut leaving, "/leave");
    vec![
        in_group(),
        with_draft,
        after(pasted, "Enter"),
        signing_in,
        leaving,
        selected(),
        after(selected(), "d"),
        after(selected(), "+"),
        after(selected(), "e"),
        after(in_group(), "Alt-m End"),
        after(in_group(), "Esc"),
        after(in_group(), "Esc End"),
        after(in_group(), "Esc j"),
        after(in_group(), "Left"),
        after(in_group(), "Ctrl-k"),
        after(in_group(), "Ctrl-f"),
        after(in_group(), "Alt-n"),
    ]
}

/// Whether the effect is background work, or only serves to show the typed text.
fn is_harmless(effect: &Effect) -> bool {
    match effect {
        Effect::Send(frame) => matches!(
            frame.request,
            Request::Typing(_)
                | Request::History(_)
                | Request::SearchMessages(_)
                | Request::ListUsers(_)
                | Request::ListMembers(_)
                | Request::ListReceipts(_)
                | Request::MarkDelivered(_)
                | Request::MarkRead(_)
                | Request::Hello(_)
        ),
        Effect::SaveLocalData(_) | Effect::Highlight(_) | Effect::SetTitle(_) | Effect::Bell => true,
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Text pasted without brackets, split into any number of reads, never sends, runs, selects or leaves anything.
    #[test]
    fn a_burst_only_inserts_text(
        pieces in vec(
            select(vec![
                "/topic roubado\r", "/leave\r", "/quit\r", "oi", "\r", "\n", "\t", "6", "y", "s", "d", "x", "1", "de nada",
                "ção", "//a\\\r", ":smile:", "@bia\r", "\x1b[A", "\x1b[B", "\x1b\x1b[<64;1;1M", "\x1b[>0;1c", "\x1b[I",
            ]),
            2..12,
        ),
        cuts in vec(any::<Index>(), 0..6),
        choice in any::<Index>(),
    ) {
        // At least two text keys, so that the input counts as a burst.
        let bytes = format!("{}aa", pieces.concat()).into_bytes();
        let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len())).collect();
        ends.push(bytes.len());
        ends.sort_unstable();
        let now = Instant::now();
        let (mut decoder, mut bursts) = (Decoder::new(now), Bursts::default());
        let (mut events, mut start) = (Vec::new(), 0);
        for end in ends {
            let mut decoded = Vec::new();
            decoder.feed(now, &bytes[start..end], &mut decoded);
            bursts.take_read(decoded, &mut events);
            start = end;
        }
        bursts.pause(&mut events);

        let mut clients = clients();
        let at = choice.index(clients.len());
        let client = &mut clients[at];
        client.effects.clear();
        for event in events {
            client.happen(event.clone());
            let harm = client.effects.iter().find(|effect| !is_harmless(effect));
            prop_assert!(harm.is_none(), "screen {}: {:?} caused {:?}", at, event, harm);
        }
    }
}
