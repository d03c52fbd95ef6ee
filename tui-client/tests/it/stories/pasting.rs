//! A paste is never sent by itself. A long one is summarised and needs confirmation, and none of it is lost.

use papo::event::Event;
use papo::state::account::local_data_sync::SAVE_DELAY_MS;
use papo::state::composer::paste::{MAX_UNCONFIRMED_BYTES, MAX_UNCONFIRMED_LINES};
use papo::state::{Focus, Overlay, Screen};
use papo_shared::model::limits::MAX_MESSAGE_BYTES;

use crate::driver::{Driver, direct};
use crate::stories::{chatting_with_bia, sent_messages, texts};

const CODE: &str = "fn main() {\n    let a = 1;\n    let b = 2;\n\n    let c = a + b;\n    assert_eq!(c, 3);\n}\n";

fn pasted(text: &str) -> Driver {
    let mut client = chatting_with_bia(&[]);
    client.happen(Event::Pasted(text.to_owned()));
    client
}

fn draft(client: &Driver) -> String {
    client.state.open_conversation().unwrap().composer.text()
}

#[test]
fn a_long_paste_is_summarised_and_needs_confirmation() {
    let mut client = pasted(CODE);
    let screen = client.screen();
    assert!(screen.contains("▤ 7 lines, 86 bytes · Enter to review") && screen.contains("│ fn main() {"), "{screen}");
    client.keys("Enter");
    assert!(client.screen().contains("Send all of this to bia?"), "{}", client.screen());
    assert_eq!(sent_messages(&mut client), []);
    client.keys("Enter");
    assert_eq!(texts(&sent_messages(&mut client)), [CODE.trim_end()]);
    assert!(draft(&client).is_empty() && client.state.overlay.is_none());
}

#[test]
fn confirmation_starts_above_the_limits_of_lines_and_bytes() {
    let lines = |count: usize| vec!["x"; count].join("\n");
    for (text, asked) in [
        (lines(MAX_UNCONFIRMED_LINES), false),
        (lines(MAX_UNCONFIRMED_LINES + 1), true),
        ("x".repeat(MAX_UNCONFIRMED_BYTES), false),
        ("x".repeat(MAX_UNCONFIRMED_BYTES + 1), true),
    ] {
        let mut client = pasted(&text);
        client.keys("Enter");
        assert_eq!(client.state.focus() == Focus::Paste, asked, "{} bytes", text.len());
        assert_eq!(sent_messages(&mut client).len(), usize::from(!asked));
    }
}

#[test]
fn a_long_paste_can_be_sent_as_code_with_the_text_around_it() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("veja: ");
    client.happen(Event::Pasted(CODE.to_owned()));
    client.type_text("que tal?");
    assert!(
        client.screen().contains("que tal?"),
        "the typed text is visible:
{}",
        client.screen()
    );
    client.keys("Enter c");
    assert_eq!(texts(&sent_messages(&mut client)), [format!("veja:\n```\n{CODE}```\nque tal?")]);
}

#[test]
fn a_long_paste_can_be_edited_and_sent_as_ordinary_text() {
    let mut client = pasted(CODE);
    client.keys("Enter e");
    assert_eq!((client.state.focus(), draft(&client)), (Focus::Composer, CODE.to_owned()));
    assert!(client.screen().contains("assert_eq!(c, 3);"), "{}", client.screen());
    client.type_text("fim");
    client.keys("Enter");
    assert_eq!(texts(&sent_messages(&mut client)), [format!("{CODE}fim")]);
}

#[test]
fn a_declined_paste_stays_in_the_composer_and_is_asked_about_again() {
    let mut client = pasted(CODE);
    for _ in 0..2 {
        client.keys("Enter Esc");
        assert!(client.state.overlay.is_none() && client.state.screen == Screen::Chat);
        assert_eq!(draft(&client), CODE);
    }
    client.keys("Backspace Enter");
    assert!(matches!(client.state.overlay, Some(Overlay::Paste)), "an edit does not replace the confirmation");
    assert_eq!(sent_messages(&mut client), []);
}

#[test]
fn an_undone_paste_needs_no_confirmation_and_a_redone_one_does() {
    let mut client = pasted(CODE);
    client.keys("Ctrl-7");
    assert_eq!(draft(&client), "");
    client.type_text("oi");
    client.keys("Enter");
    assert_eq!(texts(&sent_messages(&mut client)), ["oi"]);

    let mut client = pasted(CODE);
    client.keys("Ctrl-7 Ctrl-r");
    assert_eq!(draft(&client), CODE);
    client.keys("Enter");
    assert_eq!(sent_messages(&mut client), []);
}

#[test]
fn a_paste_longer_than_a_message_is_reported_at_once_and_stays() {
    let fits = "x".repeat(MAX_MESSAGE_BYTES);
    let mut client = pasted(&fits);
    assert!(client.screen().contains("1 line, 16.0 KiB · Enter to review"), "{}", client.screen());
    client.keys("Enter Enter");
    assert_eq!(texts(&sent_messages(&mut client)), [fits.as_str()]);

    let long = "x".repeat(MAX_MESSAGE_BYTES + 1);
    let mut client = pasted(&long);
    assert!(client.screen().contains("the limit is 16 KiB"), "{}", client.screen());
    client.keys("Enter");
    assert!(client.screen().contains("Send it in parts."), "{}", client.screen());
    assert_eq!((sent_messages(&mut client), draft(&client)), (vec![], long));

    // The code fences make the message too long.
    let mut client = pasted(&fits);
    client.keys("Enter c");
    assert!(client.screen().contains("Send it in parts."), "{}", client.screen());
    assert_eq!((sent_messages(&mut client), draft(&client)), (vec![], fits.clone()));
    client.keys("Enter Enter");
    assert_eq!(texts(&sent_messages(&mut client)), [fits.as_str()], "the paste still needs confirmation");
}

#[test]
fn a_long_paste_survives_a_crash_and_still_needs_confirmation() {
    let mut client = pasted(CODE);
    client.wait(SAVE_DELAY_MS);
    let mut again = Driver::start(80, 24);
    again.disk = client.disk.clone();
    again.sign_in(vec![direct(1, "bia", 0, 0, 0)]);
    assert_eq!(draft(&again), CODE);
    again.keys("Enter");
    assert_eq!((again.state.focus(), sent_messages(&mut again)), (Focus::Paste, vec![]));
}

#[test]
fn a_long_paste_belongs_to_its_conversation() {
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 0, 0, 0), direct(2, "caio", 0, 0, 0)]);
    client.keys("Alt-1");
    client.happen(Event::Pasted(CODE.to_owned()));
    client.keys("Alt-2");
    assert!(!client.screen().contains("to review") && draft(&client).is_empty(), "{}", client.screen());
    client.keys("Alt-1");
    assert!(client.screen().contains("7 lines, 86 bytes · Enter to review"), "{}", client.screen());
}
