//! Replies, edits, deletions and reactions, as seen on several devices.

use papo_shared::model::{ClientId, ConversationId, Entry, EntryKind, Message, Seq};
use papo_shared::protocol::{
    AddReaction, DeleteMessage, EditMessage, History, ListReactions, ListRevisions, Refusal, RemoveReaction, Reply, Request,
    SendMessage,
};

use crate::client::{Client, TestServer, send};

fn answer(conversation: ConversationId, seq: Seq, text: &str) -> Request {
    let (client_id, text) = (ClientId::new(), text.to_owned());
    Request::SendMessage(SendMessage { conversation, client_id, text, reply_to: Some(seq) })
}

fn edit(conversation: ConversationId, seq: Seq, text: &str) -> Request {
    Request::EditMessage(EditMessage { conversation, seq, text: text.to_owned() })
}

fn delete(conversation: ConversationId, seq: Seq) -> Request {
    Request::DeleteMessage(DeleteMessage { conversation, seq })
}

fn react(conversation: ConversationId, seq: Seq, emoji: &str) -> Request {
    Request::AddReaction(AddReaction { conversation, seq, emoji: emoji.to_owned() })
}

fn unreact(conversation: ConversationId, seq: Seq, emoji: &str) -> Request {
    Request::RemoveReaction(RemoveReaction { conversation, seq, emoji: emoji.to_owned() })
}

/// Fetches the message with this number as described in `PROTOCOL.md`.
async fn message(client: &mut Client, conversation: ConversationId, seq: Seq) -> Message {
    let ask = History { conversation, after: None, before: Some(seq.next()), limit: Some(1) };
    let entry = client.page(Request::History(ask)).await.entries.remove(0);
    assert_eq!(entry.seq, seq);
    said(entry)
}

#[track_caller]
fn said(entry: Entry) -> Message {
    match entry.kind {
        EntryKind::Message(message) => message,
        other => panic!("expected a message, got {other:?}"),
    }
}

/// The reactions to a message with their counts; a star marks those that include the reader's own.
fn reactions(message: &Message) -> Vec<String> {
    let shown = |(emoji, count, mine): (&str, u32, bool)| format!("{emoji}{count}{}", if mine { "*" } else { "" });
    message.reactions.iter().map(|reaction| shown((reaction.emoji.as_str(), reaction.count, reaction.mine))).collect()
}

#[tokio::test]
async fn a_reply_is_delivered_with_its_target_and_mentions() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let mut elsewhere = server.another_client(&ana).await;
    let group = ana.group("redes", &mut [&mut rui]).await;
    let asked = rui.say(group, "sexta?").await;
    let stored = ana.stored(answer(group, asked.seq, "sim, @Rui!")).await;
    let reply_to = stored.reply_to.clone().unwrap();
    assert_eq!((reply_to.seq, reply_to.author.as_str()), (asked.seq, "rui"));
    assert_eq!(stored.mentions.iter().map(|name| name.as_str()).collect::<Vec<_>>(), ["rui"]);
    for client in [&mut rui, &mut elsewhere] {
        let event = client.event(|event| posted_at(event, group, stored.seq)).await;
        let event = said(event);
        assert_eq!(
            (&event.reply_to, &event.mentions),
            (&stored.reply_to, &stored.mentions),
            "the same as in the acknowledgement"
        );
        assert_eq!(message(client, group, stored.seq).await, event);
    }
    assert_eq!(ana.refused(answer(group, Seq(99), "a quem?")).await, Refusal::NoSuchMessage);
    assert_eq!(ana.refused(answer(group, Seq(1), "a quem?")).await, Refusal::NoSuchMessage, "not a message");
}

/// The entry with this number, if the event contains it.
fn posted_at(event: &papo_shared::protocol::Event, conversation: ConversationId, seq: Seq) -> Option<Entry> {
    match event {
        papo_shared::protocol::Event::EntryPosted(posted) if posted.conversation == conversation && posted.entry.seq == seq => {
            Some(posted.entry.clone())
        }
        _ => None,
    }
}

#[tokio::test]
async fn an_edit_applies_everywhere_and_earlier_texts_stay_available() {
    let mut server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let mut elsewhere = server.another_client(&ana).await;
    let conversation = ana.direct("rui").await;
    let first = ana.say(conversation, "oi").await;
    assert_eq!(rui.refused(edit(conversation, first.seq, "tchau")).await, Refusal::NotYours);
    assert_eq!(ana.refused(edit(conversation, first.seq, " \n")).await, Refusal::TextEmpty);
    ana.done(edit(conversation, first.seq, "bom dia")).await;
    for client in [&mut ana, &mut elsewhere, &mut rui] {
        let event = client.event(|event| posted_at(event, conversation, Seq(2))).await;
        assert_eq!((event.author.as_str(), event.kind), ("ana", EntryKind::MessageEdited { target: first.seq }));
        let now = message(client, conversation, first.seq).await;
        assert_eq!((now.text.as_str(), now.changed, now.edited_at), ("bom dia", Some(Seq(2)), Some(event.at)));
    }
    ana.done(edit(conversation, first.seq, "bom dia")).await;
    assert_eq!(ana.see(conversation).await.last_seq, Seq(2), "an edit without a change adds no entry");

    server.restart().await;
    let mut rui = server.another_client(&rui).await;
    let list = |after, limit| Request::ListRevisions(ListRevisions { conversation, seq: first.seq, after, limit });
    let Reply::Revisions(page) = rui.ask(list(None, Some(1))).await else { panic!() };
    assert_eq!((page.revisions[0].text.as_str(), page.revisions[0].at, page.next), ("oi", first.at, Some(1)));
    let Reply::Revisions(page) = rui.ask(list(page.next, None)).await else { panic!() };
    assert_eq!((page.revisions.len(), page.revisions[0].text.as_str(), page.next), (1, "bom dia", None));
}

#[tokio::test]
async fn a_deleted_message_keeps_its_number() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let conversation = ana.direct("rui").await;
    let client_id = ClientId::new();
    let stored = ana.stored(send(conversation, client_id, "segredo")).await;
    rui.done(react(conversation, stored.seq, "👀")).await;
    assert_eq!(rui.refused(delete(conversation, stored.seq)).await, Refusal::NotYours);
    ana.done(delete(conversation, stored.seq)).await;
    ana.done(delete(conversation, stored.seq)).await;
    let event = rui.event(|event| posted_at(event, conversation, Seq(3))).await;
    assert_eq!(event.kind, EntryKind::MessageDeleted { target: stored.seq });
    let left = message(&mut rui, conversation, stored.seq).await;
    assert_eq!((left.deleted, left.text.as_str(), left.reactions.len()), (true, "", 0));
    assert_eq!(rui.refused(react(conversation, stored.seq, "👀")).await, Refusal::NoSuchMessage);
    assert_eq!(ana.refused(edit(conversation, stored.seq, "x")).await, Refusal::NoSuchMessage);
    assert_eq!(rui.see(conversation).await.unread, 0);

    // A device that missed the acknowledgement receives it by sending again.
    let mut late = server.another_client(&ana).await;
    assert_eq!(late.stored(send(conversation, client_id, "segredo")).await, stored);
    assert_eq!(late.refused(send(conversation, client_id, "outra coisa")).await, Refusal::ClientIdReused);
}

#[tokio::test]
async fn reactions_are_counted_and_each_member_sees_their_own() {
    let server = TestServer::start().await;
    let (mut ana, mut rui, mut eva) = (server.register("ana").await, server.register("rui").await, server.register("eva").await);
    let group = ana.group("redes", &mut [&mut rui, &mut eva]).await;
    let seq = ana.say(group, "sexta?").await.seq;
    assert_eq!(rui.refused(react(group, seq, "sim")).await, Refusal::EmojiInvalid);
    rui.done(react(group, seq, "👍")).await;
    rui.done(react(group, seq, "👍")).await;
    eva.done(react(group, seq, "👍")).await;
    eva.done(react(group, seq, "❤")).await;
    let event = ana.event(|event| posted_at(event, group, Seq(7))).await;
    let EntryKind::ReactionAdded { target, emoji } = event.kind else { panic!("{:?}", event.kind) };
    assert_eq!((target, emoji.as_str(), event.author.as_str()), (seq, "❤️", "eva"));
    assert_eq!(reactions(&message(&mut ana, group, seq).await), ["👍2", "❤️1"]);
    assert_eq!(reactions(&message(&mut eva, group, seq).await), ["👍2*", "❤️1*"]);
    let mut elsewhere = server.another_client(&rui).await;
    assert_eq!(reactions(&message(&mut elsewhere, group, seq).await), ["👍2*", "❤️1"]);

    elsewhere.done(unreact(group, seq, "👍")).await;
    let event = rui.event(|event| posted_at(event, group, Seq(8))).await;
    assert!(
        matches!(event.kind, EntryKind::ReactionRemoved { target, .. } if target == seq),
        "the other device receives the change"
    );
    assert_eq!(reactions(&message(&mut rui, group, seq).await), ["👍1", "❤️1"]);

    let list = |after| Request::ListReactions(ListReactions { conversation: group, seq, after, limit: Some(1) });
    let Reply::Reactions(page) = ana.ask(list(None)).await else { panic!() };
    assert_eq!((page.reactions[0].emoji.as_str(), page.reactions[0].username.as_str()), ("👍", "eva"));
    let Reply::Reactions(page) = ana.ask(list(page.next)).await else { panic!() };
    assert_eq!((page.reactions[0].emoji.as_str(), page.next), ("❤️", None));
}

/// A later member must not learn the content of an earlier message from changes to it.
#[tokio::test]
async fn a_later_member_sees_that_something_changed_but_not_what() {
    let server = TestServer::start().await;
    let (mut ana, mut rui) = (server.register("ana").await, server.register("rui").await);
    let group = ana.group("redes", &mut []).await;
    let seq = ana.say(group, "antes").await.seq;
    ana.add(group, &mut rui).await;
    ana.done(edit(group, seq, "segredo @rui")).await;
    ana.stored(answer(group, seq, "isso")).await;
    for entry in rui.log(group).await {
        let line = serde_json::to_string(&entry).unwrap();
        assert!(!line.contains("segredo") && !line.contains("antes"), "{line}");
    }
    for ask in [react(group, seq, "👍"), answer(group, seq, "o quê?"), edit(group, seq, "x"), delete(group, seq)] {
        assert_eq!(rui.refused(ask).await, Refusal::NoSuchMessage);
    }
    let list = Request::ListRevisions(ListRevisions { conversation: group, seq, after: None, limit: None });
    assert_eq!(rui.refused(list).await, Refusal::NoSuchMessage);
    assert_eq!(rui.see(group).await.mentions, 0);
}
