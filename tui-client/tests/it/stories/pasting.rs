//! A paste is never sent without a further key; a long one is shown as a block and confirmed, and no text is lost.

use papo::event::Event;
use papo::state::account::keeping::KEPT_WITHIN_MS;
use papo::state::composer::paste::{MOST_BYTES_UNASKED, MOST_LINES_UNASKED};
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
fn a_long_paste_is_shown_as_a_block_and_enter_opens_the_dialog() {
    let mut client = pasted(CODE);
    let screen = client.screen();
    assert!(screen.contains("▤ 7 lines, 86 bytes pasted, Enter asks") && screen.contains("│ fn main() {"), "{screen}");
    client.keys("Enter");
    assert!(client.screen().contains("Send all of this to bia?"), "{}", client.screen());
    assert_eq!(sent_messages(&mut client), []);
    client.keys("Enter");
    assert_eq!(texts(&sent_messages(&mut client)), [CODE.trim_end()]);
    assert!(draft(&client).is_empty() && client.state.overlay.is_none());
}

#[test]
fn a_paste_is_long_from_a_fixed_size_on() {
    let lines = |count: usize| vec!["x"; count].join("\n");
    for (text, asked) in [
        (lines(MOST_LINES_UNASKED), false),
        (lines(MOST_LINES_UNASKED + 1), true),
        ("x".repeat(MOST_BYTES_UNASKED), false),
        ("x".repeat(MOST_BYTES_UNASKED + 1), true),
    ] {
        let mut client = pasted(&text);
        client.keys("Enter");
        assert_eq!(client.state.focus() == Focus::Paste, asked, "{} bytes", text.len());
        assert_eq!(sent_messages(&mut client).len(), usize::from(!asked));
    }
}

#[test]
fn a_paste_can_be_sent_as_code_with_the_text_around_it() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("veja: ");
    client.happen(Event::Pasted(CODE.to_owned()));
    client.type_text("que tal?");
    assert!(client.screen().contains("que tal?"), "typed text is visible:\n{}", client.screen());
    client.keys("Enter c");
    assert_eq!(texts(&sent_messages(&mut client)), [format!("veja:\n```\n{CODE}```\nque tal?")]);
}

#[test]
fn an_edited_paste_is_sent_like_other_text() {
    let mut client = pasted(CODE);
    client.keys("Enter e");
    assert_eq!((client.state.focus(), draft(&client)), (Focus::Composer, CODE.to_owned()));
    assert!(client.screen().contains("assert_eq!(c, 3);"), "{}", client.screen());
    client.type_text("fim");
    client.keys("Enter");
    assert_eq!(texts(&sent_messages(&mut client)), [format!("{CODE}fim")]);
}

#[test]
fn declining_keeps_the_paste_and_enter_opens_the_dialog_again() {
    let mut client = pasted(CODE);
    for _ in 0..2 {
        client.keys("Enter Esc");
        assert!(client.state.overlay.is_none() && client.state.screen == Screen::Chat);
        assert_eq!(draft(&client), CODE);
    }
    client.keys("Backspace Enter");
    assert!(matches!(client.state.overlay, Some(Overlay::Paste)), "an edit does not confirm the dialog");
    assert_eq!(sent_messages(&mut client), []);
}

#[test]
fn undoing_a_paste_removes_the_block_and_redoing_restores_it() {
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
fn a_paste_over_the_message_limit_is_reported_at_once_and_kept() {
    let fits = "x".repeat(MAX_MESSAGE_BYTES);
    let mut client = pasted(&fits);
    assert!(client.screen().contains("1 line, 16.0 KiB pasted, Enter asks"), "{}", client.screen());
    client.keys("Enter Enter");
    assert_eq!(texts(&sent_messages(&mut client)), [fits.as_str()]);

    let long = "x".repeat(MAX_MESSAGE_BYTES + 1);
    let mut client = pasted(&long);
    assert!(client.screen().contains("a message holds 16 KiB"), "{}", client.screen());
    client.keys("Enter");
    assert!(client.screen().contains("Send it in parts."), "{}", client.screen());
    assert_eq!((sent_messages(&mut client), draft(&client)), (vec![], long));

    // With the fences of a code block, the text is too long.
    let mut client = pasted(&fits);
    client.keys("Enter c");
    assert!(client.screen().contains("Send it in parts."), "{}", client.screen());
    assert_eq!((sent_messages(&mut client), draft(&client)), (vec![], fits.clone()));
    client.keys("Enter Enter");
    assert_eq!(texts(&sent_messages(&mut client)), [fits.as_str()], "the dialog opens as before");
}

#[test]
fn a_paste_survives_a_crash_as_a_block() {
    let mut client = pasted(CODE);
    client.wait(KEPT_WITHIN_MS);
    let mut again = Driver::start(80, 24);
    again.disk = client.disk.clone();
    again.sign_in(vec![direct(1, "bia", 0, 0, 0)]);
    assert_eq!(draft(&again), CODE);
    again.keys("Enter");
    assert_eq!((again.state.focus(), sent_messages(&mut again)), (Focus::Paste, vec![]));
}

#[test]
fn a_paste_belongs_to_its_conversation() {
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 0, 0, 0), direct(2, "caio", 0, 0, 0)]);
    client.keys("Alt-1");
    client.happen(Event::Pasted(CODE.to_owned()));
    client.keys("Alt-2");
    assert!(!client.screen().contains("pasted") && draft(&client).is_empty(), "{}", client.screen());
    client.keys("Alt-1");
    assert!(client.screen().contains("7 lines, 86 bytes pasted"), "{}", client.screen());
}
