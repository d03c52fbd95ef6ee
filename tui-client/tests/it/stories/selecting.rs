//! Actions on the content of a selected message.

use papo::effect::Effect;
use papo::event::Event;
use papo::link_target::LinkTarget;
use papo::translations::Language;

use crate::driver::{Driver, message};
use crate::stories::chatting_with_bia;

/// A client with this message by bia selected.
fn selected(text: &str) -> Driver {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, text)]);
    client.keys("Up");
    client.effects.clear();
    client
}

fn link(address: &str) -> LinkTarget {
    LinkTarget::parse(address).unwrap()
}

#[track_caller]
fn check(client: &mut Driver, effect: Effect, notice: &str) {
    assert_eq!(std::mem::take(&mut client.effects), [effect]);
    assert!(client.screen().contains(notice), "{notice:?} is not on\n{}", client.screen());
}

#[test]
fn the_only_link_is_opened_and_copied_at_once() {
    let mut client = selected("veja [o livro](https://exemplo.org/livro)");
    client.keys("o");
    check(&mut client, Effect::Open(link("https://exemplo.org/livro")), "Opening https://exemplo.org/livro");
    client.keys("l");
    check(&mut client, Effect::Copy("https://exemplo.org/livro".to_owned()), "Copied: https://exemplo.org/livro");
}

#[test]
fn one_of_several_links_is_chosen_in_a_picker_and_named_in_a_notice() {
    let mut client = selected("https://um.org e ana@dois.org");
    client.keys("o");
    assert!(client.screen().contains("Open which link?"), "{}", client.screen());
    client.keys("Down Enter");
    check(&mut client, Effect::Open(link("mailto:ana@dois.org")), "Opening mailto:ana@dois.org");
    client.keys("l");
    client.type_text("um");
    client.keys("Enter");
    check(&mut client, Effect::Copy("https://um.org".to_owned()), "Copied: https://um.org");
    client.keys("o Esc");
    assert_eq!(client.effects, []);
}

#[test]
fn a_link_that_cannot_be_opened_is_copied() {
    let mut client = selected("https://um.org");
    client.keys("o");
    client.effects.clear();
    client.happen(Event::LinkNotOpened(link("https://um.org")));
    check(
        &mut client,
        Effect::Copy("https://um.org".to_owned()),
        "It cannot be opened from here, so it was copied: https://um.org",
    );
}

#[test]
fn code_is_copied_without_its_fences_and_the_message_with_them() {
    let text = "um\n```rust\nlet x = 1;\n\tx\n```\ndois\n```\nls\n```";
    let mut client = selected(text);
    client.keys("c");
    assert!(client.screen().contains("Copy which code?"), "{}", client.screen());
    client.keys("Enter");
    check(&mut client, Effect::Copy("let x = 1;\n\tx".to_owned()), "Code copied: 2 lines.");
    client.keys("y");
    check(&mut client, Effect::Copy(text.to_owned()), "Message copied.");
}

#[test]
fn missing_links_and_code_are_reported_and_not_offered() {
    let mut client = selected("nada");
    assert!(!client.screen().contains("open link") && !client.screen().contains("retry"), "{}", client.screen());
    client.keys("o");
    assert!(client.screen().contains("There is no link in this message."), "{}", client.screen());
    client.keys("c");
    assert!(client.screen().contains("There is no code block in this message."), "{}", client.screen());
    assert_eq!(client.effects, []);
    let client = selected("https://um.org");
    assert!(client.screen().contains("o open link"), "{}", client.screen());
}

#[test]
fn code_is_highlighted_at_once_and_requested_once() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "```rust\nlet x = 1;\n```")]);
    let keyword = papo::code::Token::Keyword;
    let code = papo::code::Code { language: "rust".to_owned(), text: "let x = 1;".to_owned() };
    assert!(client.state.account.highlighted.tokens(&code).contains(&(0..3, keyword)));
    client.happen(Event::Highlighted(code.clone(), Vec::new()));
    assert!(client.state.account.highlighted.tokens(&code).is_empty(), "highlighting is not requested again");
}

#[test]
fn the_reference_of_a_message_is_copied_and_shown() {
    let mut client = selected("compre agora");
    client.keys("Y");
    check(&mut client, Effect::Copy("1/1".to_owned()), "Reference copied: 1/1.");
    client.speak(Language::PtBr);
    assert!(client.screen().contains("Referência copiada: 1/1."), "{}", client.screen());
}
