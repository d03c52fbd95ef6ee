//! What a word may become is offered as it is typed, and never in the way of what people write otherwise.

use papo::state::{Focus, Overlay, Screen};
use papo_shared::protocol::{MemberPage, Reply, Request};

use crate::driver::{Driver, direct, group, member, message};
use crate::stories::{chatting_with_bia, sent_messages, texts};

/// In the group redes, with bia and caio.
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

fn typed(client: &Driver) -> String {
    client.state.open_conversation().unwrap().composer.text()
}

#[track_caller]
fn check_offered(client: &Driver, offered: &[&str]) {
    let pop_up = client.state.account.completion.pop_up.as_ref();
    let texts: Vec<&str> = pop_up.map(|pop_up| pop_up.offers.iter().map(|o| o.text.trim_end()).collect()).unwrap_or_default();
    assert_eq!(texts, offered, "{}", client.screen());
}

#[test]
fn an_emoji_is_found_by_its_name_and_taken_with_tab() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("oi :sm");
    assert!(client.screen().contains("▸ 😄 :smile:"), "{}", client.screen());
    client.type_text("il");
    client.keys("Tab");
    assert_eq!(typed(&client), "oi 😄");
    assert_eq!(client.state.focus(), Focus::Composer);
    client.keys("Enter");
    assert_eq!(texts(&sent_messages(&mut client)), ["oi 😄"]);
}

#[test]
fn the_second_colon_makes_the_emoji() {
    let mut client = chatting_with_bia(&[]);
    client.type_text(":tada: e :nada: e 12:30:");
    assert_eq!(typed(&client), "🎉 e :nada: e 12:30:");
}

#[test]
fn enter_takes_a_name_that_was_begun_and_then_sends() {
    let mut client = in_a_group(80, 24);
    client.type_text("oi @ca");
    check_offered(&client, &["@caio"]);
    client.keys("Enter");
    assert_eq!(typed(&client), "oi @caio ");
    assert_eq!(sent_messages(&mut client), []);
    client.keys("Enter");
    assert_eq!(texts(&sent_messages(&mut client)), ["oi @caio"]);
}

#[test]
fn enter_sends_what_is_whole_or_no_name_at_all() {
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
fn letters_that_only_resemble_a_name_are_offered_and_sent_as_they_are() {
    let mut client = in_a_group(80, 24);
    client.type_text("#rds");
    check_offered(&client, &["#redes"]);
    client.keys("Enter");
    assert_eq!(texts(&sent_messages(&mut client)), ["#rds"]);
    client.type_text("#rds");
    client.keys("Tab");
    assert_eq!(typed(&client), "#redes ", "Tab asks for it");
}

#[test]
fn what_the_arrows_choose_is_taken_by_enter() {
    let mut client = in_a_group(80, 24);
    client.type_text("@");
    check_offered(&client, &["@bia", "@caio", "@ana"]);
    client.keys("Down Enter");
    assert_eq!(typed(&client), "@caio ");
    client.type_text("e @");
    client.keys("Up Enter");
    assert_eq!(typed(&client), "@caio e @ana ", "around the end, where one is oneself");
}

#[test]
fn in_a_direct_conversation_the_two_are_offered() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("@");
    check_offered(&client, &["@bia", "@ana"]);
}

#[test]
fn escape_closes_the_list_for_this_word_and_the_next_one_goes_to_the_menu() {
    let mut client = in_a_group(80, 24);
    client.type_text("@c");
    client.keys("Esc");
    assert_eq!((client.state.screen, client.state.focus()), (Screen::Chat, Focus::Composer));
    client.type_text("a");
    assert_eq!(client.state.focus(), Focus::Composer, "it was not wanted for this word");
    client.keys("Enter");
    assert_eq!(texts(&sent_messages(&mut client)), ["@ca"]);
    client.type_text("oi @c");
    assert_eq!(client.state.focus(), Focus::Completion, "another word");
    client.keys("Esc Esc");
    assert_eq!(client.state.screen, Screen::Menu);
}

#[test]
fn leaving_the_word_closes_the_list_and_coming_back_does_not_open_it() {
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
    assert!(client.state.account.completion.pop_up.is_none(), "a draft opens nothing");
}

#[test]
fn tab_without_a_list_goes_to_the_other_side() {
    let mut client = in_a_group(80, 24);
    client.type_text("oi");
    client.keys("Tab");
    assert!(client.state.open_conversation().is_none_or(|open| open.group_name().is_none()));
}

#[test]
fn a_command_is_completed_and_done() {
    let mut client = in_a_group(80, 24);
    client.type_text("/");
    assert!(client.screen().contains("/menu") && client.screen().contains("back to the menu"), "{}", client.screen());
    client.type_text("mem");
    check_offered(&client, &["/members", "/member"]);
    client.keys("Enter");
    assert_eq!(typed(&client), "/members");
    client.keys("Enter");
    assert!(matches!(client.state.overlay, Some(Overlay::Members(_))));
    client.keys("Esc");
    client.type_text("/members");
    client.keys("Enter");
    assert!(matches!(client.state.overlay, Some(Overlay::Members(_))), "a whole command is done at once");
    client.keys("Esc");
    client.type_text("//mem");
    assert!(client.state.account.completion.pop_up.is_none(), "a message that begins with a slash");
}

#[test]
fn whom_to_add_is_offered_among_those_who_are_not_there() {
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
fn a_command_that_does_not_exist_is_never_sent_and_the_nearest_is_named() {
    for (typed_command, said) in [
        ("/membrs", "Unknown command /membrs. Did you mean /members?"),
        ("/qiut", "Unknown command /qiut. Did you mean /quit?"),
        ("/voar", "Unknown command /voar. /help lists all"),
        ("/x", "Unknown command /x."),
    ] {
        let mut client = in_a_group(100, 24);
        client.type_text(typed_command);
        client.keys("Enter");
        assert!(client.screen().contains(said), "{}", client.screen());
        assert_eq!(typed(&client), typed_command);
        assert_eq!(sent_messages(&mut client), []);
    }
}

#[test]
fn the_list_never_covers_what_is_typed_nor_the_name_of_the_conversation() {
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
fn a_draft_is_marked_in_the_list_also_where_something_is_unread() {
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 0, 0, 0), direct(2, "caio", 0, 0, 0)]);
    client.keys("2 Enter");
    client.type_text("meio");
    client.keys("Alt-Down");
    client.post(1, message(1, "bia", 0, "oi"));
    assert!(client.screen().contains("✎  1 "), "{}", client.screen());
    client.keys("Esc");
    assert!(client.screen().contains("✎  1 "), "in the menu as well:\n{}", client.screen());
}
