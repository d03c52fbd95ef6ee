//! Edits, deletions and reactions, by the user and by others.

use std::time::Duration;

use papo::event::{DisconnectReason, Event};
use papo_shared::model::{ConversationId, Emoji, Entry, EntryKind, Message, MessageText, Reaction, Seq, Timestamp};
use papo_shared::protocol::{ReactionBy, ReactionPage, Refusal, Reply, Request, Revision, RevisionPage};

use crate::driver::{Driver, MINUTE, START, direct, entry, message, name};
use crate::stories::{chatting_with_bia, come_back, history};

pub(crate) fn edited(seq: u64, author: &str, target: u64) -> Entry {
    entry(seq, author, 5, EntryKind::MessageEdited { target: Seq(target) })
}

pub(crate) fn deleted(seq: u64, author: &str, target: u64) -> Entry {
    entry(seq, author, 5, EntryKind::MessageDeleted { target: Seq(target) })
}

pub(crate) fn reacted(seq: u64, author: &str, target: u64, emoji: &str) -> Entry {
    entry(seq, author, 5, EntryKind::ReactionAdded { target: Seq(target), emoji: emoji.to_owned().into() })
}

pub(crate) fn reaction_removed(seq: u64, author: &str, target: u64, emoji: &str) -> Entry {
    entry(seq, author, 5, EntryKind::ReactionRemoved { target: Seq(target), emoji: emoji.to_owned().into() })
}

/// The message as the server stores it after this edit.
pub(crate) fn after_edit(entry: &Entry, edit: u64, text: &str) -> Entry {
    let EntryKind::Message(message) = &entry.kind else { panic!("only messages are edited") };
    let message = Message {
        text: MessageText::parse(text).unwrap(),
        changed: Some(Seq(edit)),
        edited_at: Some(Timestamp(START + 5 * MINUTE)),
        ..message.clone()
    };
    Entry { kind: EntryKind::Message(message), ..entry.clone() }
}

/// Requests caused by the user, without read cursors and typing notifications.
fn user_requests(client: &mut Driver) -> Vec<Request> {
    let is_asked = |request: &Request| !matches!(request, Request::MarkRead(_) | Request::Typing(_));
    client.sent().into_iter().map(|frame| frame.request).filter(is_asked).collect()
}

fn accept_changes(client: &mut Driver) {
    client.answer(|request| match request {
        Request::EditMessage(_) | Request::DeleteMessage(_) | Request::AddReaction(_) | Request::RemoveReaction(_) => {
            Some(Reply::Done)
        }
        _ => None,
    });
}

#[test]
fn an_edit_by_someone_else_is_fetched_and_replaces_the_text_in_place() {
    let original = message(1, "bia", 0, "amanha as 10");
    let mut client = chatting_with_bia(&[original.clone(), message(2, "bia", 1, "pode ser?")]);
    client.sent();
    client.post(1, edited(3, "bia", 1));
    client.post(1, edited(4, "bia", 1));
    assert!(client.screen().contains("amanha as 10"), "the old text is shown until the new one arrives");
    let asked = user_requests(&mut client);
    let [Request::History(first), Request::History(_)] = &asked[..] else { panic!("{asked:?}") };
    assert_eq!((first.before, first.limit), (Some(Seq(2)), Some(1)));
    let mut client = chatting_with_bia(&[original.clone(), message(2, "bia", 1, "pode ser?")]);
    client.post(1, edited(3, "bia", 1));
    client.answer(|request| history(request, &[after_edit(&original, 3, "amanhã às 10")]));
    let screen = client.screen();
    assert!(screen.contains("amanhã às 10 (edited)") && !screen.contains("amanha as"), "{screen}");
    assert!(screen.find("amanhã às 10").unwrap() < screen.find("pode ser?").unwrap(), "{screen}");
}

#[test]
fn an_edit_not_fetched_before_a_disconnection_is_fetched_again() {
    let original = message(1, "bia", 0, "antes");
    let mut client = chatting_with_bia(std::slice::from_ref(&original));
    client.post(1, edited(2, "bia", 1));
    client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: Duration::ZERO });
    client.sent();
    come_back(&mut client);
    client.catch_up(vec![direct(1, "bia", 2, 2, 0)]);
    client.answer(|request| history(request, &[after_edit(&original, 2, "depois")]));
    assert!(client.screen().contains("depois (edited)"), "{}", client.screen());
}

#[test]
fn changes_made_while_disconnected_are_applied_to_held_messages() {
    let (first, second) = (message(1, "bia", 0, "primeira"), message(2, "ana", 1, "segunda"));
    let mut client = chatting_with_bia(&[first.clone(), second]);
    client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: Duration::ZERO });
    client.sent();
    come_back(&mut client);
    client.catch_up(vec![direct(1, "bia", 5, 2, 0)]);
    let now =
        [after_edit(&first, 3, "primeira, corrigida"), edited(3, "bia", 1), reacted(4, "bia", 2, "👍"), deleted(5, "ana", 2)];
    client.answer(|request| history(request, &now));
    let screen = client.screen();
    assert!(screen.contains("primeira, corrigida (edited)"), "{screen}");
    assert!(screen.contains("message deleted") && !screen.contains("segunda") && !screen.contains("👍"), "{screen}");
}

#[test]
fn reactions_are_shown_under_the_message_without_rows_of_their_own() {
    let mut client = chatting_with_bia(&[message(1, "ana", 0, "consegui!"), message(2, "bia", 0, "viva")]);
    client.post(1, reacted(3, "bia", 1, "🎉"));
    client.post(1, reacted(4, "ana", 1, "🎉"));
    client.post(1, reacted(5, "bia", 1, "👍"));
    let screen = client.screen();
    assert!(screen.contains("[🎉 2] 👍 1"), "the user's own reaction is recognisable without colours: {screen}");
    assert!(!screen.contains("reacted"), "{screen}");
    client.post(1, reaction_removed(6, "ana", 1, "🎉"));
    client.post(1, reaction_removed(7, "bia", 1, "👍"));
    assert!(client.screen().contains(" 🎉 1") && !client.screen().contains("👍"), "{}", client.screen());
    // The selection moves between messages and skips reactions.
    client.keys("Up Up");
    assert_eq!(client.state.open_conversation().unwrap().selected_message().unwrap().0, Seq(1));
}

#[test]
fn entries_that_change_messages_start_no_author_day_or_new_line() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "um")]);
    client.post(1, reacted(2, "bia", 1, "👍"));
    client.post(1, message(3, "bia", 1, "dois"));
    let screen = client.screen();
    assert_eq!(screen.matches(" bia  ").count(), 2, "once in the list and once above both messages: {screen}");
    client.happen(Event::Focused(false));
    client.post(1, Entry { at: Timestamp(START + 24 * 60 * MINUTE), ..reacted(4, "bia", 1, "🎉") });
    let screen = client.above_the_hints();
    assert!(!screen.contains("unread") && !screen.contains("─ new ─") && !screen.contains("Saturday"), "{screen}");
}

#[test]
fn a_conversation_ending_in_many_reactions_still_shows_messages() {
    let mut entries: Vec<Entry> = (1..=60).map(|n| message(n, "bia", 0, &format!("linha {n};"))).collect();
    entries.extend((61..=400).map(|n| reacted(n, "bia", 1, "👍")));
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 400, 400, 0)]);
    client.keys("2 Enter");
    client.answer(|request| history(request, &entries));
    let screen = client.screen();
    assert!(screen.contains("linha 60;") && screen.contains("linha 44;"), "{screen}");
}

#[test]
fn scrolling_up_through_pages_of_reactions_fetches_on() {
    let mut entries: Vec<Entry> = (1..=30).map(|n| message(n, "bia", 0, &format!("antes {n};"))).collect();
    entries.extend((31..=400).map(|n| reacted(n, "bia", 1, "👍")));
    entries.extend((401..=460).map(|n| message(n, "bia", 1, &format!("depois {n};"))));
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 460, 460, 0)]);
    client.keys("2 Enter");
    client.answer(|request| history(request, &entries));
    for _ in 0..8 {
        client.keys("PgUp");
        client.answer(|request| history(request, &entries));
    }
    assert!(client.screen().contains("antes 1;"), "{}", client.screen());
}

#[test]
fn deleting_an_unread_message_requests_a_new_count() {
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 3, 1, 2)]);
    client.sent();
    client.post(1, deleted(4, "bia", 3));
    let recount = |client: &mut Driver, unread| {
        client.answer(|request| match request {
            Request::GetConversation(_) => Some(Reply::Conversation(direct(1, "bia", 4, 1, unread))),
            _ => None,
        });
    };
    recount(&mut client, 1);
    assert_eq!(client.state.unread_total(), 1);
    client.post(1, deleted(5, "bia", 1));
    let asked = user_requests(&mut client);
    assert!(asked.is_empty(), "deleting a read message changes no count: {asked:?}");
}

#[test]
fn the_list_previews_reactions_and_deletions() {
    let mut client = Driver::signed_in(80, 24, vec![direct(1, "bia", 1, 1, 0)]);
    client.post(1, reacted(2, "bia", 1, "🎉"));
    assert!(client.screen().contains("bia reacted with 🎉"), "{}", client.screen());
    client.post(1, deleted(3, "bia", 1));
    assert!(client.screen().contains("bia deleted a message"), "{}", client.screen());
}

#[test]
fn editing_sets_the_draft_aside_and_restores_it() {
    let own = message(2, "ana", 1, "ola bia");
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi"), own.clone()]);
    client.type_text("rascunho");
    client.keys("PgUp");
    client.state.account.chat.focus = papo::state::navigation::chat::ChatFocus::Messages;
    client.keys("Up e");
    let screen = client.screen();
    assert!(screen.contains("✎ editing ana: ola bia"), "{screen}");
    assert_eq!(client.state.open_conversation().unwrap().composer.text(), "ola bia");
    client.keys("Backspace Backspace Backspace");
    client.type_text("Bia!");
    client.sent();
    client.keys("Enter");
    let asked = user_requests(&mut client);
    let [Request::EditMessage(edit)] = &asked[..] else { panic!("{asked:?}") };
    assert_eq!((edit.seq, edit.text.as_str()), (Seq(2), "ola Bia!"));
    assert_eq!(
        client.state.open_conversation().unwrap().composer.text(),
        "ola Bia!",
        "the edit stays until the server confirms it"
    );
    let mut client = editing(&own);
    client.keys("Enter");
    accept_changes(&mut client);
    assert_eq!(client.state.open_conversation().unwrap().composer.text(), "rascunho");
    client.post(1, edited(3, "ana", 2));
    client.answer(|request| history(request, &[after_edit(&own, 3, "ola bia?")]));
    assert!(client.screen().contains("ola bia? (edited)"), "{}", client.screen());
}

/// A client with a draft that is editing the user's own message.
fn editing(own: &Entry) -> Driver {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi"), own.clone()]);
    client.keys("Up");
    client.state.open_conversation_mut().unwrap().composer.set("rascunho");
    client.keys("e");
    client.type_text("?");
    client
}

#[test]
fn an_edit_needs_a_connection_and_keeps_the_typed_text() {
    let own = message(2, "ana", 1, "ola bia");
    let mut client = editing(&own);
    client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: Duration::ZERO });
    client.keys("Enter");
    assert!(client.screen().contains("That needs a connection"), "{}", client.screen());
    let open = client.state.open_conversation().unwrap();
    assert_eq!((open.composer.text().as_str(), open.editing.is_some()), ("ola bia?", true));
    client.keys("Esc");
    assert_eq!(client.state.open_conversation().unwrap().composer.text(), "rascunho", "the draft is restored");
}

#[test]
fn refused_edits_and_edits_changed_since_stay_in_the_composer() {
    let own = message(2, "ana", 1, "ola bia");
    let mut client = editing(&own);
    client.keys("Enter");
    client.answer(|request| {
        matches!(request, Request::EditMessage(_)).then_some(Reply::Refused(Refusal::TooManyEdits { max: 100 }))
    });
    let screen = client.screen();
    assert!(screen.contains("was edited 100 times") && screen.contains("ola bia?"), "{screen}");
    client.keys("Enter");
    client.type_text("!");
    accept_changes(&mut client);
    assert_eq!(client.state.open_conversation().unwrap().composer.text(), "ola bia?!", "the user typed on after sending");
    client.keys("Enter");
    accept_changes(&mut client);
    assert_eq!(client.state.open_conversation().unwrap().composer.text(), "rascunho");
}

#[test]
fn an_unchanged_edit_sends_nothing_and_an_empty_one_shows_how_to_delete() {
    let own = message(2, "ana", 1, "ola");
    let mut client = editing(&own);
    client.keys("Backspace");
    client.sent();
    client.keys("Enter");
    assert_eq!(user_requests(&mut client), []);
    assert!(client.state.open_conversation().unwrap().editing.is_none());
    let mut client = editing(&own);
    client.keys("Backspace Backspace Backspace Backspace Enter");
    assert!(client.screen().contains("To delete it: Esc"), "{}", client.screen());
}

#[test]
fn an_edited_message_that_starts_with_a_slash_is_no_command() {
    let own = message(2, "ana", 1, "/etc");
    let mut client = editing(&own);
    client.sent();
    client.keys("Enter");
    let asked = user_requests(&mut client);
    assert!(matches!(&asked[..], [Request::EditMessage(edit)] if edit.text == "/etc?"), "{asked:?}");
}

#[test]
fn messages_of_others_cannot_be_edited_or_deleted() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.keys("Up e");
    assert!(client.screen().contains("Only the author of a message can change it."), "{}", client.screen());
    client.keys("d");
    assert!(client.state.overlay.is_none());
}

#[test]
fn deleting_needs_confirmation_and_leaves_a_tombstone() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi"), message(2, "ana", 1, "engano")]);
    client.keys("Up d");
    assert!(client.screen().contains("Delete this message?"), "{}", client.screen());
    client.keys("Esc");
    client.sent();
    client.keys("d y");
    let frames = client.sent();
    let deletion = |frame: &papo_shared::protocol::RequestFrame| matches!(&frame.request, Request::DeleteMessage(delete) if delete.seq == Seq(2));
    assert!(frames.iter().any(deletion));
    client.effects.extend(frames.into_iter().map(papo::effect::Effect::Send));
    accept_changes(&mut client);
    assert!(client.state.overlay.is_none());
    client.post(1, deleted(3, "ana", 2));
    let screen = client.screen();
    assert!(screen.contains("message deleted") && !screen.contains("engano"), "{screen}");
    client.keys("r");
    assert!(client.screen().contains("That message is deleted."), "{}", client.screen());
}

#[test]
fn a_digit_adds_a_reaction_and_the_same_digit_removes_it() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.keys("Up +");
    let screen = client.screen();
    assert!(screen.contains("1   👍") && screen.contains("6   😢"), "{screen}");
    client.sent();
    client.keys("1");
    let sent = user_requests(&mut client);
    assert!(matches!(&sent[..], [Request::AddReaction(add)] if add.emoji == "👍" && add.seq == Seq(1)), "{sent:?}");
    client.post(1, reacted(2, "ana", 1, "👍"));
    client.keys("+");
    assert!(client.screen().contains("1 ✓ 👍"), "{}", client.screen());
    client.keys("1");
    let sent = user_requests(&mut client);
    assert!(matches!(&sent[..], [Request::RemoveReaction(remove)] if remove.emoji == "👍"), "{sent:?}");
}

#[test]
fn reactions_are_found_by_emoji_name() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.keys("Up +");
    client.type_text("rocket");
    client.sent();
    client.keys("Enter");
    let sent = user_requests(&mut client);
    assert!(matches!(&sent[..], [Request::AddReaction(add)] if add.emoji == "🚀"), "{sent:?}");
}

#[test]
fn a_reaction_needs_a_connection() {
    let mut client = chatting_with_bia(&[message(1, "bia", 0, "oi")]);
    client.keys("Up +");
    client.happen(Event::Disconnected { reason: DisconnectReason::Closed, retry_in: Duration::ZERO });
    client.keys("1");
    assert!(client.screen().contains("That needs a connection"), "{}", client.screen());
}

#[test]
fn earlier_texts_of_a_message_can_be_viewed() {
    let mut client = chatting_with_bia(&[after_edit(&message(1, "bia", 0, "amanha"), 2, "amanhã"), edited(2, "bia", 1)]);
    client.keys("Up h");
    let text = |text: &str| MessageText::parse(text).unwrap();
    client.answer(|request| match request {
        Request::ListRevisions(asked) => {
            let (at, text, next) = match asked.after {
                None => (Timestamp(START), text("amanha"), Some(1)),
                Some(_) => (Timestamp(START + 5 * MINUTE), text("amanhã"), None),
            };
            let revisions = vec![Revision { at, text }];
            Some(Reply::Revisions(RevisionPage { conversation: asked.conversation, seq: asked.seq, revisions, next }))
        }
        _ => None,
    });
    let screen = client.screen();
    assert!(screen.contains("Earlier versions") && screen.contains("14:00") && screen.contains("│ amanha "), "{screen}");
    client.keys("Esc");
    assert!(client.state.overlay.is_none());
}

#[test]
fn the_authors_of_reactions_can_be_viewed() {
    let reactions = vec![Reaction { emoji: Emoji::parse("👍").unwrap(), count: 1, mine: false }];
    let EntryKind::Message(original) = message(1, "ana", 0, "oi").kind else { unreachable!() };
    let original = entry(1, "ana", 0, EntryKind::Message(Message { reactions, changed: Some(Seq(2)), ..original }));
    let mut client = chatting_with_bia(&[original, reacted(2, "bia", 1, "👍")]);
    client.keys("Up i");
    client.answer(|request| match request {
        Request::ListReactions(asked) => {
            let reactions = vec![ReactionBy { emoji: Emoji::parse("👍").unwrap(), username: name("bia") }];
            Some(Reply::Reactions(ReactionPage { conversation: asked.conversation, seq: asked.seq, reactions, next: None }))
        }
        _ => None,
    });
    assert!(client.screen().contains("│ 👍  bia"), "{}", client.screen());
}

#[test]
fn a_server_without_the_edited_text_is_asked_once_per_edit() {
    let original = message(1, "bia", 0, "antes");
    let mut client = chatting_with_bia(std::slice::from_ref(&original));
    client.sent();
    client.post(1, edited(2, "bia", 1));
    let count = std::cell::Cell::new(0);
    client.answer(|request| {
        count.set(count.get() + usize::from(matches!(request, Request::History(_))));
        history(request, std::slice::from_ref(&original))
    });
    assert_eq!(count.get(), 1);
    assert_eq!(client.state.account.conversations[&ConversationId(1)].log.outdated().count(), 0);
}

#[test]
fn absurd_server_data_is_drawn_without_harm_at_any_width() {
    let absurd = |emoji: &str| Reaction { emoji: Emoji::from(emoji.to_owned()), count: u32::MAX, mine: true };
    let emoji = ["", "\u{200b}\u{202e}", "\u{1b}[2J", "não é um emoji", "👨‍👩‍👧‍👦👨‍👩‍👧‍👦", "e\u{301}\u{301}\u{301}", "一二三四五六七八"];
    let EntryKind::Message(original) = message(1, "bia", 0, &"palavra ".repeat(30)).kind else { unreachable!() };
    let original = Message {
        reactions: emoji.iter().map(|emoji| absurd(emoji)).collect(),
        reply_to: Some(papo_shared::model::ReplyTo { seq: Seq(u64::MAX), author: name("bia") }),
        edited_at: Some(Timestamp(i64::MAX)),
        ..original
    };
    let mut client = chatting_with_bia(&[entry(1, "bia", 0, EntryKind::Message(original))]);
    let mut seq = 2;
    for target in [0, 1, 2, 500, u64::MAX] {
        for what in 0..4 {
            client.post(
                1,
                match what {
                    0 => edited(seq, "ana", target),
                    1 => reacted(seq, "ana", target, "\u{1b}]0;owned\u{7}"),
                    2 => reaction_removed(seq, "bia", target, "nunca"),
                    _ => reacted(seq, "bia", target, ""),
                },
            );
            seq += 1;
        }
    }
    client.post(1, reacted(u64::MAX, "bia", 1, "👍"));
    client.keys("Up");
    for width in (30..=130).step_by(5) {
        client.happen(Event::Resized(ratatui::layout::Size { width, height: 12 }));
        client.screen();
        client.keys("+");
        client.screen();
        client.keys("Esc i");
        client.screen();
        client.keys("End PgUp Esc h");
        client.screen();
        client.keys("Esc r");
        client.screen();
        client.keys("Esc Up");
    }
}
