//! Completion offers names while a word is typed, and never changes text that is not a name.

use papo::state::{Focus, Overlay, Screen};
use papo_shared::protocol::{MemberPage, Reply, Request};

use crate::driver::{Driver, direct, group, member, message};
use crate::stories::{chatting_with_bia, sent_messages, texts};

/// A client with the group redes open, whose members are ana, bia and caio.
pub(crate) fn in_a_group(width: u16, height: u16) -> Driver {
    let conversations = vec![direct(1, "bia", 0, 0, 0), group(2, "redes", 0, 0, 0), group(3, "leitura", 0, 0, 0)];
    let mut client = Driver::signed_in(width, height, conversations);
    client.keys("3 Down Enter");
    client.answer(|request| match request {
        Request::ListMembers(asked) => Some(Reply::Members(MemberPage {
            conversation: asked.conversation,
            members: vec![member("ana", true), member("bia", true), member("caio", true)],
            next: None,
        })),
        _ => None,
    });
    client
}

fn draft(client: &Driver) -> String {
    client.state.open_conversation().unwrap().composer.text()
}

#[track_caller]
fn check_offered(client: &Driver, offered: &[&str]) {
    let pop_up = client.state.account.completion.pop_up.as_ref();
    let texts: Vec<&str> = pop_up.map(|pop_up| pop_up.items.iter().map(|o| o.text.trim_end()).collect()).unwrap_or_default();
    assert_eq!(texts, offered, "{}", client.screen());
}

#[test]
fn an_emoji_is_found_by_name_and_inserted_with_tab() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("oi :sm");
    assert!(client.screen().contains("▸ 😄 :smile:"), "{}", client.screen());
    client.type_text("il");
    client.keys("Tab");
    assert_eq!(draft(&client), "oi 😄");
    assert_eq!(client.state.focus(), Focus::Composer);
    client.keys("Enter");
    assert_eq!(texts(&sent_messages(&mut client)), ["oi 😄"]);
}

#[test]
fn the_second_colon_inserts_the_emoji() {
    let mut client = chatting_with_bia(&[]);
    client.type_text(":tada: e :nada: e 12:30:");
    assert_eq!(draft(&client), "🎉 e :nada: e 12:30:");
}

#[test]
fn enter_completes_a_name_and_then_sends() {
    let mut client = in_a_group(80, 24);
    client.type_text("oi @ca");
    check_offered(&client, &["@caio"]);
    client.keys("Enter");
    assert_eq!(draft(&client), "oi @caio ");
    assert_eq!(sent_messages(&mut client), []);
    client.keys("Enter");
    assert_eq!(texts(&sent_messages(&mut client)), ["oi @caio"]);
}

#[test]
fn enter_sends_complete_names_and_words_that_are_no_names() {
    for text in [
        ":)",
        ":D",
        ":s",
        "às 12:30",
        "ana@exemplo.org",
        "@",
        "@bia",
        "@BIA",
        "#",
        "#redes",
        "#1",
        "@zoe",
        "oi @",
        "#!/bin/sh",
        "http://exemplo.org/#redes",
        "oi :30",
    ] {
        let mut client = in_a_group(80, 24);
        client.type_text(text);
        client.keys("Enter");
        assert_eq!(texts(&sent_messages(&mut client)), [text]);
    }
}

#[test]
fn a_word_that_only_resembles_a_name_is_sent_as_typed() {
    let mut client = in_a_group(80, 24);
    client.type_text("#rds");
    check_offered(&client, &["#redes"]);
    client.keys("Enter");
    assert_eq!(texts(&sent_messages(&mut client)), ["#rds"]);
    client.type_text("#rds");
    client.keys("Tab");
    assert_eq!(draft(&client), "#redes ", "Tab accepts the offer");
}

#[test]
fn enter_accepts_the_offer_selected_with_the_arrows() {
    let mut client = in_a_group(80, 24);
    client.type_text("@");
    check_offered(&client, &["@bia", "@caio", "@ana"]);
    client.keys("Down Enter");
    assert_eq!(draft(&client), "@caio ");
    client.type_text("e @");
    client.keys("Up Enter");
    assert_eq!(draft(&client), "@caio e @ana ", "wraps around to the last offer, the user's own name");
}

#[test]
fn a_direct_conversation_offers_both_participants() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("@");
    check_offered(&client, &["@bia", "@ana"]);
}

#[test]
fn escape_closes_the_list_for_this_word_and_a_second_one_opens_the_menu() {
    let mut client = in_a_group(80, 24);
    client.type_text("@c");
    client.keys("Esc");
    assert_eq!((client.state.screen, client.state.focus()), (Screen::Chat, Focus::Composer));
    client.type_text("a");
    assert_eq!(client.state.focus(), Focus::Composer, "the list was closed for this word");
    client.keys("Enter");
    assert_eq!(texts(&sent_messages(&mut client)), ["@ca"]);
    client.type_text("oi @c");
    assert_eq!(client.state.focus(), Focus::Completion, "the list opens for another word");
    client.keys("Esc Esc");
    assert_eq!(client.state.screen, Screen::Menu);
}

#[test]
fn leaving_the_word_closes_the_list_and_returning_does_not_reopen_it() {
    let mut client = in_a_group(80, 24);
    for leave in ["Left", "Alt-Enter", "Ctrl-a", "Alt-Up"] {
        client.type_text("oi @c");
        assert_eq!(client.state.focus(), Focus::Completion, "{leave}");
        client.keys(leave);
        assert!(client.state.account.completion.pop_up.is_none(), "{leave}");
        client.state.open_conversation_mut().unwrap().composer.take();
    }
    client.keys("Alt-Down");
    client.type_text("oi @c");
    client.keys("Esc Esc 3 Enter");
    assert!(client.state.account.completion.pop_up.is_none(), "a restored draft opens no list");
}

#[test]
fn tab_without_a_list_switches_sides() {
    let mut client = in_a_group(80, 24);
    client.type_text("oi");
    client.keys("Tab");
    assert!(client.state.open_conversation().is_none_or(|open| open.group_name().is_none()));
}

#[test]
fn a_command_is_completed_and_run() {
    let mut client = in_a_group(80, 24);
    client.type_text("/");
    assert!(client.screen().contains("/menu") && client.screen().contains("back to the menu"), "{}", client.screen());
    client.type_text("mem");
    check_offered(&client, &["/members", "/member"]);
    client.keys("Enter");
    assert_eq!(draft(&client), "/members");
    client.keys("Enter");
    assert!(matches!(client.state.overlay, Some(Overlay::Members(_))));
    client.keys("Esc");
    client.type_text("/members");
    client.keys("Enter");
    assert!(matches!(client.state.overlay, Some(Overlay::Members(_))), "Enter runs a complete command at once");
    client.keys("Esc");
    client.type_text("//mem");
    assert!(client.state.account.completion.pop_up.is_none(), "a double slash starts a message, not a command");
}

#[test]
fn the_add_command_offers_people_who_are_not_members() {
    let mut client = in_a_group(80, 24);
    client.type_text("/ad");
    client.keys("Tab");
    client.type_text("@");
    check_offered(&client, &["@duda"]);
    client.keys("Tab Enter");
    let asked = client.sent().into_iter().find_map(|frame| match frame.request {
        Request::AddMember(add) => Some(add.username),
        _ => None,
    });
    assert_eq!(asked.as_deref(), Some("duda"));
}

#[test]
fn an_unknown_command_is_not_sent_and_a_similar_one_is_suggested() {
    for (command, notice) in [
        ("/membrs", "Unknown command /membrs. Did you mean /members?"),
        ("/qiut", "Unknown command /qiut. Did you mean /quit?"),
        ("/voar", "Unknown command /voar. /help lists all"),
        ("/x", "Unknown command /x."),
    ] {
        let mut client = in_a_group(100, 24);
        client.type_text(command);
        client.keys("Enter");
        assert!(client.screen().contains(notice), "{}", client.screen());
        assert_eq!(draft(&client), command);
        assert_eq!(sent_messages(&mut client), []);
    }
}

#[test]
fn the_list_covers_neither_the_typed_text_nor_the_conversation_name() {
    for (width, height) in [(30, 8), (40, 12), (59, 9), (80, 24), (200, 60)] {
        let mut client = in_a_group(width, height);
        client.type_text("uma mensagem que leva bastante mais do que uma linha e termina em :he");
        let screen = client.screen();
        assert!(screen.contains(" :he") || screen.lines().any(|line| line.trim_start() == ":he"), "{screen}");
        assert!(screen.contains("▸ ") && screen.contains("# redes"), "{screen}");
        let rows = screen.lines().filter(|line| line.contains(":he") && line.matches(':').count() == 2).count();
        assert!((1..=6).contains(&rows), "{rows} rows:\n{screen}");
    }
}

#[test]
fn a_draft_is_marked_in_the_list_beside_an_unread_count() {
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 0, 0, 0), direct(2, "caio", 0, 0, 0)]);
    client.keys("2 Enter");
    client.type_text("meio");
    client.keys("Alt-Down");
    client.post(1, message(1, "bia", 0, "oi"));
    assert!(client.screen().contains("✎  1 "), "{}", client.screen());
    client.keys("Esc");
    assert!(
        client.screen().contains("✎  1 "),
        "the menu marks the draft too:
{}",
        client.screen()
    );
}
