//! A message written in one's own editor: what the program asks for, and what comes back. The terminal itself is another
//! test's matter.

use papo::effect::Effect;
use papo::event::{EditorError, Event};
use papo::state::account::keeping::KEPT_WITHIN_MS;
use papo_shared::model::{ConversationId, EntryKind, Seq};

use crate::driver::{Driver, entry, group, message};
use crate::stories::{chatting_with_bia, sent_messages, texts};

fn draft(client: &Driver) -> String {
    client.state.open_conversation().unwrap().composer.text()
}

/// Takes what was given to the editor since the last look.
fn given(client: &mut Driver) -> Vec<String> {
    let effects = std::mem::take(&mut client.effects);
    effects.into_iter().filter_map(|effect| if let Effect::Edit(_, draft) = effect { Some(draft) } else { None }).collect()
}

fn close(client: &mut Driver, text: Result<&str, EditorError>) {
    let text = text.map(str::to_owned);
    client.happen(Event::EditorClosed { conversation: ConversationId(1), text });
}

#[test]
fn the_draft_goes_there_and_comes_back_and_is_not_sent() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("meio");
    client.keys("Alt-e");
    assert_eq!(given(&mut client), ["meio"]);
    close(&mut client, Ok("meio e\r\nfim\u{7}"));
    assert_eq!((draft(&client), sent_messages(&mut client)), ("meio e\nfim".to_owned(), vec![]));
    assert!(client.effects.iter().any(|effect| matches!(effect, Effect::SetTitle(_))), "the window has its name again");
    client.keys("Enter");
    assert_eq!(texts(&sent_messages(&mut client)), ["meio e\nfim"]);
}

#[test]
fn a_long_text_from_there_is_not_asked_about() {
    let mut client = chatting_with_bia(&[]);
    client.keys("Alt-e");
    let long = "linha\n".repeat(50);
    close(&mut client, Ok(&long));
    client.keys("Enter");
    assert_eq!(texts(&sent_messages(&mut client)), [long.trim_end()]);
}

#[test]
fn the_command_takes_what_follows_it_along() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("/editor");
    client.keys("Enter");
    assert_eq!((given(&mut client), draft(&client)), (vec![String::new()], String::new()));
    close(&mut client, Ok(""));
    client.type_text("/editor era uma vez");
    client.keys("Enter");
    assert_eq!(given(&mut client), ["era uma vez"]);
    close(&mut client, Err(EditorError::NotFound { command: "nada".to_owned() }));
    assert_eq!(draft(&client), "era uma vez");
    assert!(client.screen().contains("Editor nada not found: set VISUAL or EDITOR"), "{}", client.screen());
}

#[test]
fn a_failing_editor_leaves_the_draft_and_says_so() {
    for (trouble, said) in [
        (EditorError::Failed { command: "vi".to_owned(), why: "1".to_owned(), saved: None }, "vi failed (1)."),
        (
            EditorError::Failed {
                command: "vi".to_owned(),
                why: "signal 11".to_owned(),
                saved: Some("/tmp/papo-x.md".to_owned()),
            },
            "/tmp/papo-x.md has what your editor saved",
        ),
        (EditorError::TooLong { saved: "/tmp/papo-x.md".to_owned() }, "Your text is in /tmp/papo-x.md:"),
        (EditorError::Io("no space".to_owned()), "The editor could not be started: no space."),
    ] {
        let mut client = chatting_with_bia(&[]);
        client.type_text("meio");
        client.keys("Alt-e");
        close(&mut client, Err(trouble));
        assert!(client.screen().contains(said), "{}", client.screen());
        assert_eq!(draft(&client), "meio");
        client.type_text("!");
        assert_eq!(draft(&client), "meio!", "the keys are ours again");
    }
}

#[test]
fn while_it_has_the_terminal_keys_are_its_own_and_what_comes_is_taken_and_not_read() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.type_text("meio");
    client.keys("Alt-e");
    client.sent();
    client.type_text("i");
    client.keys("Esc Enter");
    client.happen(Event::Interrupted);
    assert!(!client.effects.contains(&Effect::Quit), "an interrupt was meant for the editor");
    client.post(1, message(2, "bia", 1, "cadê você?"));
    let open = client.state.open_conversation().unwrap();
    assert_eq!((open.log.last(), open.unread, draft(&client)), (Some(Seq(2)), 1, "meio".to_owned()));
    assert_eq!(client.sent(), []);
    close(&mut client, Ok("pronto"));
    assert!(client.screen().contains("cadê você?") && client.screen().contains("pronto"), "{}", client.screen());
    assert_eq!(client.state.unread_total(), 0, "now it is seen");
    client.happen(Event::Interrupted);
    assert!(client.effects.contains(&Effect::Quit));
}

#[test]
fn what_was_written_for_a_conversation_that_is_gone_is_not_lost() {
    let mut client = Driver::signed_in(80, 24, vec![group(1, "redes", 0, 0, 0)]);
    client.keys("3 Enter Alt-e");
    client.post(1, entry(1, "ana", 0, EntryKind::MemberLeft { new_owner: None }));
    close(&mut client, Ok("longa história"));
    assert!(client.effects.contains(&Effect::Copy("longa história".to_owned())));
    assert!(client.screen().contains("on your clipboard"), "{}", client.screen());
}

#[test]
fn what_came_back_is_kept_like_any_draft() {
    let mut client = chatting_with_bia(&[]);
    client.keys("Alt-e");
    close(&mut client, Ok("do editor"));
    client.wait(KEPT_WITHIN_MS);
    let mut again = Driver::start(80, 24);
    again.disk = client.disk.clone();
    again.sign_in(vec![crate::driver::direct(1, "bia", 0, 0, 0)]);
    assert_eq!(draft(&again), "do editor");
}
