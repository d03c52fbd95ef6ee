//! Drafts in an external editor: what the client hands to it and takes back. The terminal itself is tested elsewhere.

use papo::effect::Effect;
use papo::event::{EditorError, Event};
use papo::state::account::local_data_sync::SAVE_DELAY_MS;
use papo::update::INTERRUPT_GRACE_MS;
use papo_shared::model::{ConversationId, EntryKind, Seq};

use crate::driver::{Driver, entry, group, message};
use crate::stories::{chatting_with_bia, sent_messages, texts};

fn draft(client: &Driver) -> String {
    client.state.open_conversation().unwrap().composer.text()
}

/// The drafts handed to the editor since the last call.
fn take_drafts_for_editor(client: &mut Driver) -> Vec<String> {
    let effects = std::mem::take(&mut client.effects);
    effects.into_iter().filter_map(|effect| if let Effect::Edit(_, draft) = effect { Some(draft) } else { None }).collect()
}

fn close_editor(client: &mut Driver, text: Result<&str, EditorError>) {
    let text = text.map(str::to_owned);
    client.happen(Event::EditorClosed { conversation: ConversationId(1), text });
}

#[test]
fn the_draft_is_edited_in_the_editor_and_not_sent() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("meio");
    client.keys("Alt-e");
    assert_eq!(take_drafts_for_editor(&mut client), ["meio"]);
    close_editor(&mut client, Ok("meio e\r\nfim\u{7}"));
    assert_eq!((draft(&client), sent_messages(&mut client)), ("meio e\nfim".to_owned(), vec![]));
    assert!(client.effects.iter().any(|effect| matches!(effect, Effect::SetTitle(_))), "the window title is restored");
    client.keys("Enter");
    assert_eq!(texts(&sent_messages(&mut client)), ["meio e\nfim"]);
}

#[test]
fn a_long_text_from_the_editor_needs_no_confirmation() {
    let mut client = chatting_with_bia(&[]);
    client.keys("Alt-e");
    let long = "linha\n".repeat(50);
    close_editor(&mut client, Ok(&long));
    client.keys("Enter");
    assert_eq!(texts(&sent_messages(&mut client)), [long.trim_end()]);
}

#[test]
fn text_after_the_editor_command_becomes_the_draft() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("/editor");
    client.keys("Enter");
    assert_eq!((take_drafts_for_editor(&mut client), draft(&client)), (vec![String::new()], String::new()));
    close_editor(&mut client, Ok(""));
    client.type_text("/editor era uma vez");
    client.keys("Enter");
    assert_eq!(take_drafts_for_editor(&mut client), ["era uma vez"]);
    close_editor(&mut client, Err(EditorError::NotFound { command: "nada".to_owned() }));
    assert_eq!(draft(&client), "era uma vez");
    assert!(client.screen().contains("Editor nada not found: set VISUAL or EDITOR"), "{}", client.screen());
}

#[test]
fn a_failing_editor_keeps_the_draft_and_shows_a_notice() {
    for (error, notice) in [
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
        close_editor(&mut client, Err(error));
        assert!(client.screen().contains(notice), "{}", client.screen());
        assert_eq!(draft(&client), "meio");
        client.type_text("!");
        assert_eq!(draft(&client), "meio!", "keys go to the composer again");
    }
}

#[test]
fn while_the_editor_is_open_keys_are_ignored_and_messages_arrive_unread() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.type_text("meio");
    client.keys("Alt-e");
    client.sent();
    client.type_text("i");
    client.keys("Esc Enter");
    client.happen(Event::Interrupted);
    assert!(!client.effects.contains(&Effect::Quit), "the interrupt belongs to the editor");
    client.post(1, message(2, "bia", 1, "cadê você?"));
    let open = client.state.open_conversation().unwrap();
    assert_eq!((open.log.last(), open.unread, draft(&client)), (Some(Seq(2)), 1, "meio".to_owned()));
    assert_eq!(client.sent(), []);
    close_editor(&mut client, Ok("pronto"));
    assert!(client.screen().contains("cadê você?") && client.screen().contains("pronto"), "{}", client.screen());
    assert_eq!(client.state.unread_total(), 0, "the message is visible now");
    client.wait(INTERRUPT_GRACE_MS - 1);
    client.happen(Event::Interrupted);
    assert!(!client.effects.contains(&Effect::Quit), "the interrupt that ended the editor may arrive after its end");
    client.wait(1);
    client.happen(Event::Interrupted);
    assert!(client.effects.contains(&Effect::Quit));
}

#[test]
fn text_for_a_conversation_that_was_left_goes_to_the_clipboard() {
    let mut client = Driver::signed_in(80, 24, vec![group(1, "redes", 0, 0, 0)]);
    client.keys("3 Enter Alt-e");
    client.post(1, entry(1, "ana", 0, EntryKind::MemberLeft { new_owner: None }));
    close_editor(&mut client, Ok("longa história"));
    assert!(client.effects.contains(&Effect::Copy("longa história".to_owned())));
    assert!(client.screen().contains("on your clipboard"), "{}", client.screen());
}

#[test]
fn text_from_the_editor_is_saved_like_any_draft() {
    let mut client = chatting_with_bia(&[]);
    client.keys("Alt-e");
    close_editor(&mut client, Ok("do editor"));
    client.wait(SAVE_DELAY_MS);
    let mut again = Driver::start(80, 24);
    again.disk = client.disk.clone();
    again.sign_in(vec![crate::driver::direct(1, "bia", 0, 0, 0)]);
    assert_eq!(draft(&again), "do editor");
}
