//! The inbox (counting, listing, replying, dismissing) and marking messages as unread.

use papo::state::Screen;
use papo_shared::model::{ConversationId, Entry, EntryKind, Message, ReplyTo, Seq};
use papo_shared::protocol::{
    Dismiss, Entries, Event as ServerEvent, History, Inbox, InboxItem, InboxReason, MarkUnread, ReadCursor, Reply, Request,
};

use super::{chatting_with_bia, sent_messages, store_all};
use crate::driver::{Driver, direct, group, message, name};

const BIA: ConversationId = ConversationId(1);
const REDES: ConversationId = ConversationId(2);

/// A message that mentions ana.
fn mentioning_ana(seq: u64, author: &str, minutes: i64, text: &str) -> Entry {
    with(message(seq, author, minutes, text), |message| message.mentions = vec![name("ana")])
}

fn replying_to_ana(seq: u64, author: &str, minutes: i64, text: &str) -> Entry {
    with(message(seq, author, minutes, text), |message| message.reply_to = Some(ReplyTo { seq: Seq(1), author: name("ana") }))
}

fn with(mut entry: Entry, change: impl FnOnce(&mut Message)) -> Entry {
    let EntryKind::Message(message) = &mut entry.kind else { panic!("no message") };
    change(message);
    entry
}

fn items() -> Vec<InboxItem> {
    let item = |conversation, reason, entry| InboxItem { conversation, reason, entry };
    vec![
        item(REDES, InboxReason::Mention, mentioning_ana(6, "caio", 6, "@ana alguém aí?")),
        item(BIA, InboxReason::Direct, message(4, "bia", 5, "👍 combinado")),
        item(REDES, InboxReason::Reply, replying_to_ana(3, "duda", 3, "também acho")),
    ]
}

fn answer_inbox(client: &mut Driver, items: &[InboxItem]) {
    client.answer(|request| match request {
        Request::ListInbox(_) => Some(Reply::Inbox(Inbox { items: items.to_vec(), more: false })),
        Request::History(History { conversation, before: Some(_), .. }) => Some(Reply::Entries(Entries {
            conversation: *conversation,
            entries: vec![message(2, "bia", 1, "o que vem antes")],
            more: false,
        })),
        _ => None,
    });
}

/// A client on the inbox screen with three items.
pub(crate) fn at_the_inbox(width: u16, height: u16) -> Driver {
    let mut redes = group(2, "redes", 6, 1, 5);
    redes.mentions = 2;
    let mut client = Driver::signed_in(width, height, vec![direct(1, "bia", 4, 3, 1), redes]);
    client.keys("i");
    answer_inbox(&mut client, &items());
    client
}

fn dismissed(client: &mut Driver) -> Vec<Dismiss> {
    let sent = client.sent().into_iter();
    sent.filter_map(|frame| if let Request::Dismiss(dismiss) = frame.request { Some(dismiss) } else { None }).collect()
}

#[test]
fn mentions_and_replies_are_counted_separately() {
    let mut client = Driver::signed_in(80, 24, vec![group(2, "redes", 1, 1, 0)]);
    client.post(2, message(2, "caio", 1, "oi a todos"));
    client.post(2, mentioning_ana(3, "caio", 2, "@ana oi"));
    client.post(2, replying_to_ana(4, "duda", 3, "pois é"));
    client.post(2, mentioning_ana(5, "ana", 4, "@ana falo comigo"));
    let redes = &client.state.account.conversations[&REDES];
    assert_eq!((redes.unread, redes.mentions), (3, 2));
    assert!(client.screen().contains("3 unread · @2"), "{}", client.screen());
}

#[test]
fn a_summary_of_unread_messages_is_shown_once() {
    let mut redes = group(2, "redes", 6, 1, 5);
    redes.mentions = 2;
    let mut client = Driver::start(80, 24);
    client.sign_in(vec![direct(1, "bia", 4, 3, 1), redes.clone()]);
    assert!(client.screen().contains("6 unread in 2 conversations, 2 for you"), "{}", client.screen());
    client.wait(10_000);
    client.tell(ServerEvent::Lagged);
    client.catch_up(vec![redes]);
    assert!(!client.screen().contains("conversations, 2 for you"), "the summary is not repeated on catching up");
}

#[test]
fn each_item_is_shown_with_the_messages_before_it() {
    let mut client = at_the_inbox(80, 24);
    let screen = client.screen();
    for text in ["#redes · mentioned you", "caio: @ana alguém aí?", "bia · wrote to you", "replied to you", "o que vem antes"]
    {
        assert!(screen.contains(text), "{text} is missing:\n{screen}");
    }
    client.keys("Down Enter");
    assert_eq!(client.state.screen, Screen::Chat);
    assert_eq!(client.state.open_conversation().map(|open| open.id), Some(BIA));
}

#[test]
fn a_dismissed_item_is_removed_and_the_next_one_is_selected() {
    let mut client = at_the_inbox(80, 24);
    client.keys("Down d");
    assert_eq!(dismissed(&mut client), [Dismiss { conversation: BIA, seq: Seq(4) }]);
    assert!(!client.screen().contains("combinado"));
    assert_eq!(client.state.account.inbox.selected().map(|item| item.entry.seq), Some(Seq(3)));
    client.keys("d d");
    assert_eq!(dismissed(&mut client).len(), 2);
    assert!(client.screen().contains("Your inbox is empty."), "{}", client.screen());
}

#[test]
fn a_reply_goes_to_the_conversation_of_the_item_and_dismisses_it() {
    let mut client = at_the_inbox(80, 24);
    client.keys("a");
    client.keys("Enter");
    assert_eq!(sent_messages(&mut client), [], "an empty reply is not sent");
    client.type_text("estou");
    client.keys("Enter");
    let request = client.sent();
    assert!(request.iter().any(|frame| matches!(&frame.request, Request::Dismiss(done) if done.seq == Seq(6))));
    client.effects.extend(request.into_iter().map(papo::effect::Effect::Send));
    let sent = store_all(&mut client, 7);
    assert_eq!(sent.iter().map(|send| (send.conversation, send.text.as_str())).collect::<Vec<_>>(), [(REDES, "estou")]);
    assert_eq!(client.state.screen, Screen::Inbox, "the inbox stays open");
}

#[test]
fn the_list_does_not_move_under_the_cursor() {
    let mut client = at_the_inbox(80, 24);
    client.keys("Down");
    client.post(2, mentioning_ana(7, "caio", 8, "@ana e agora?"));
    assert!(client.sent().iter().all(|frame| !matches!(frame.request, Request::ListInbox(_))));
    assert!(client.screen().contains("new items"), "{}", client.screen());
    client.keys("r");
    let newest =
        InboxItem { conversation: REDES, reason: InboxReason::Mention, entry: mentioning_ana(7, "caio", 8, "@ana e agora?") };
    answer_inbox(&mut client, &[vec![newest], items()].concat());
    assert_eq!(client.state.account.inbox.selected().map(|item| item.conversation), Some(BIA), "the selection is kept");

    // With the first item selected, the list cannot move under the cursor, so it is reloaded at once.
    client.keys("Home");
    client.post(2, mentioning_ana(8, "caio", 9, "@ana?"));
    assert!(client.sent().iter().any(|frame| matches!(frame.request, Request::ListInbox(_))));
}

#[test]
fn messages_marked_unread_stay_unread_until_the_conversation_is_reopened() {
    let entries: Vec<Entry> = (1..=4).map(|seq| message(seq, "bia", i64::try_from(seq).unwrap(), "oi")).collect();
    let mut client = chatting_with_bia(&entries);
    client.sent();
    client.keys("Up Up u");
    let asked = client.sent().into_iter().find_map(|frame| match frame.request {
        Request::MarkUnread(asked) => Some((frame.id, asked)),
        _ => None,
    });
    let (id, asked) = asked.unwrap();
    assert_eq!(asked, MarkUnread { conversation: BIA, seq: Seq(3) });
    let cursor = ReadCursor { conversation: BIA, read_seq: Seq(2), unread: 2, mentions: 0, last_seq: Seq(4) };
    let reply = papo_shared::protocol::ReplyFrame { id, reply: Reply::ReadCursor(cursor) };
    client.happen(papo::event::Event::Received(papo_shared::protocol::ServerFrame::Reply(reply)));
    assert_eq!(client.state.account.conversations[&BIA].unread, 2);
    client.wait(60_000);
    assert!(
        client.sent().iter().all(|frame| !matches!(frame.request, Request::MarkRead(_))),
        "visible messages marked as unread stay unread"
    );
    client.keys("Esc 2");
    client.type_text("bia");
    client.keys("Enter");
    assert!(client.sent().iter().any(|frame| matches!(&frame.request, Request::MarkRead(read) if read.seq == Seq(4))));
}

/// Marked on another device, while this one shows the conversation.
#[test]
fn messages_marked_unread_on_another_device_are_unread_here() {
    let entries: Vec<Entry> = (1..=4).map(|seq| message(seq, "bia", 1, "oi")).collect();
    let mut client = chatting_with_bia(&entries);
    client.sent();
    client.tell(ServerEvent::ReadCursor(ReadCursor {
        conversation: BIA,
        read_seq: Seq(1),
        unread: 3,
        mentions: 1,
        last_seq: Seq(4),
    }));
    let bia = &client.state.account.conversations[&BIA];
    assert_eq!((bia.read_seq, bia.unread, bia.mentions), (Seq(1), 3, 1));
    assert!(client.sent().iter().all(|frame| !matches!(frame.request, Request::MarkRead(_))));
}
