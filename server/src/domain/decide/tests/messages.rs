//! MessageToSend, editing and deleting messages, and reactions.

use papo_shared::model::limits::{MAX_EARLIER_TEXT_BYTES, MAX_EDITS, MAX_MESSAGE_REACTIONS, MAX_REACTIONS};
use papo_shared::model::{ClientId, ConversationId, Emoji, Entry, EntryKind, Message, Seq, Timestamp};
use papo_shared::protocol::InboxReason;

use super::{ANA, DIRECT, EVA, GROUP, IVO, NOW, RUI, add_message, check, decided, entry, facts, say, text, who};
use crate::domain::account::AccountId;
use crate::domain::change::Change;
use crate::domain::decide::assumed;
use crate::domain::facts::{Edits, EmojiFacts, Facts, InboxRecord, Key, MemberFacts, Original, SentMessage};
use crate::domain::message::TextHashByte;
use crate::domain::outcome::Outcome;
use crate::domain::write::Write;

fn reply(author: u32, seq: u64, said: &str) -> Write {
    let client_id = ClientId::from_bytes([7; 16]);
    let (author, text, reply_to) = (who(author), text(said), Some(Seq(seq)));
    Write::AppendMessage { conversation: GROUP, author, client_id, text, reply_to, at: NOW }
}

fn emoji(emoji: &str) -> Emoji {
    Emoji::parse(emoji).unwrap()
}

/// Messages 3 by Ana, 6 by Eva, and 8 by Eva, which is deleted.
fn with_messages() -> Facts {
    let mut facts = facts();
    add_message(&mut facts, entry(GROUP, 3), ANA, "oi");
    add_message(&mut facts, entry(GROUP, 6), EVA, "olá");
    add_message(&mut facts, entry(GROUP, 8), EVA, "");
    let mut deleted = facts.messages.get(&entry(GROUP, 8)).unwrap().clone().unwrap();
    deleted.text = None;
    facts.messages.set(entry(GROUP, 8), Some(deleted));
    facts
}

#[test]
fn members_send_messages() {
    check(&facts(), &say(GROUP, RUI, "oi"), "Posted 10 InsertMessage");
    check(&facts(), &say(DIRECT, RUI, "oi"), "Posted 10 InsertMessage");
    check(&facts(), &say(GROUP, IVO, "oi"), "Refused NotAMember");
    check(&facts(), &say(ConversationId(9), ANA, "oi"), "Refused NotAMember");
    let mut blocked = facts();
    let mut direct = blocked.conversations.get(&DIRECT).unwrap().clone().unwrap();
    direct.blockers = vec![AccountId(ANA)];
    blocked.conversations.set(DIRECT, Some(direct));
    check(&blocked, &say(DIRECT, ANA, "oi"), "Refused UnblockFirst");
    check(&blocked, &say(DIRECT, RUI, "oi"), "Refused NotAMember");
}

#[test]
fn mentions_and_replies_create_inbox_items() {
    check(&facts(), &say(GROUP, RUI, "@eva @ivo @rui @nobody"), "Posted 10 InsertMessage PutNotice");
    check(&with_messages(), &reply(RUI, 6, "sim"), "Posted 10 InsertMessage PutNotice");
    check(&with_messages(), &reply(EVA, 6, "sim"), "Posted 10 InsertMessage");
    check(&with_messages(), &reply(RUI, 6, "@ana sim"), "Posted 10 InsertMessage PutNotice PutNotice");
    let (mut facts, write) = (with_messages(), reply(RUI, 6, "@eva sim"));
    facts.blocks.set((AccountId(EVA), AccountId(RUI)), true);
    let decision = decided(&mut facts, &write);
    let changes: Vec<_> = decision.changes.iter().skip(1).collect();
    let [Change::PutNotice { account: AccountId(EVA), reason: InboxReason::Mention, done: true, .. }] = changes[..] else {
        panic!("expected a mention before a reply, and a dismissed item for the blocker: {changes:?}")
    };
    let Outcome::Posted(posted) = decision.outcome else { panic!("not posted") };
    let EntryKind::Message(message) = posted.entry.kind else { panic!("no message") };
    assert_eq!(message.mentions, [who(EVA).username]);
    assert_eq!(message.reply_to.unwrap().author, who(EVA).username);
}

#[test]
fn a_reply_needs_a_visible_target() {
    check(&with_messages(), &reply(ANA, 3, "sim"), "Posted 10 InsertMessage");
    // From before Rui joined; deleted; missing.
    for seq in [3, 8, 9, 99] {
        check(&with_messages(), &reply(RUI, seq, "sim"), "Refused NoSuchMessage");
    }
}

fn sent(seq: u64, said: &str, original: Original) -> Facts {
    let mut facts = facts();
    let message = Message::new(ClientId::from_bytes([7; 16]), text(said));
    let entry = Entry { seq: Seq(seq), at: NOW, author: who(ANA).username, kind: EntryKind::Message(message) };
    let sent = SentMessage { conversation: GROUP, entry, original };
    facts.client_ids.set((AccountId(ANA), ClientId::from_bytes([7; 16])), Some(sent));
    facts
}

#[test]
fn a_repeated_client_id_gets_its_first_outcome() {
    let first = || Original::Text("oi".to_owned());
    check(&sent(4, "oi", first()), &say(GROUP, ANA, "oi"), "Duplicate 4");
    check(&sent(4, "edited", first()), &say(GROUP, ANA, "oi"), "Duplicate 4");
    check(&sent(4, "oi", Original::Mark(TextHashByte::of(&text("oi")))), &say(GROUP, ANA, "oi"), "Duplicate 4");
    check(&sent(4, "oi", Original::Mark(TextHashByte::of(&text("oi")))), &say(GROUP, ANA, "tchau"), "Refused ClientIdReused");
    check(&sent(4, "oi", first()), &say(GROUP, ANA, "tchau"), "Refused ClientIdReused");
    check(&sent(4, "oi", first()), &say(DIRECT, ANA, "oi"), "Refused ClientIdReused");
    check(&sent(4, "oi", first()), &reply(ANA, 3, "oi"), "Refused ClientIdReused");
    check(&sent(4, "oi", first()), &say(GROUP, EVA, "oi"), "Posted 10 InsertMessage");
    // Also if the message could no longer be sent.
    let mut left = sent(4, "oi", first());
    left.conversations.set(GROUP, None);
    check(&left, &say(GROUP, ANA, "oi"), "Duplicate 4");
}

#[test]
fn a_client_id_is_assumed_unused_until_loaded() {
    let write = say(GROUP, ANA, "oi");
    let key = (AccountId(ANA), ClientId::from_bytes([7; 16]));
    assert_eq!(assumed(&write, &facts()), Some(Key::ClientId(key)));
    let mut known = facts();
    known.client_ids.set(key, None);
    assert_eq!(assumed(&write, &known), None);
    assert_eq!(assumed(&Write::SetLastSeen { account: AccountId(ANA), at: NOW }, &facts()), None);
}

fn edit(by: u32, seq: u64, new: &str) -> Write {
    Write::EditMessage { conversation: GROUP, by: who(by), seq: Seq(seq), text: text(new), at: NOW }
}

#[test]
fn the_author_edits_a_message() {
    check(&with_messages(), &edit(EVA, 6, "novo"), "Posted 10 ReplaceText SetChanged InsertEntry");
    check(&with_messages(), &edit(EVA, 6, "olá"), "Done");
    check(&with_messages(), &edit(ANA, 6, "novo"), "Refused NotYours");
    check(&with_messages(), &edit(IVO, 6, "novo"), "Refused NotAMember");
    check(&with_messages(), &edit(RUI, 3, "novo"), "Refused NoSuchMessage");
    check(&with_messages(), &edit(EVA, 8, "novo"), "Refused NoSuchMessage");
    let with_texts = |count, text_bytes| {
        let mut facts = with_messages();
        facts.edits.set(entry(GROUP, 6), Edits { count, text_bytes });
        facts
    };
    let with_edits = |count| with_texts(count, 0);
    check(&with_edits(MAX_EDITS - 1), &edit(EVA, 6, "novo"), "Posted 10 ReplaceText SetChanged InsertEntry");
    check(&with_edits(MAX_EDITS), &edit(EVA, 6, "novo"), "Refused TooManyEdits");
    let most = MAX_EARLIER_TEXT_BYTES - "olá".len();
    check(&with_texts(9, most), &edit(EVA, 6, "novo"), "Posted 10 ReplaceText SetChanged InsertEntry");
    check(&with_texts(9, most + 1), &edit(EVA, 6, "novo"), "Refused TooManyEdits");
    let (mut facts, write) = (with_edits(2), edit(EVA, 6, "novo"));
    let decision = decided(&mut facts, &write);
    let first = decision.changes.iter().next();
    let Some(Change::ReplaceText { before, written_at: Timestamp(5), number: 3, .. }) = first else { panic!("{first:?}") };
    assert_eq!(before, "olá");
}

#[test]
fn an_edit_changes_the_inbox_items() {
    let notice = |account, reason, done| InboxRecord { account: AccountId(account), reason, done };
    let mut facts = with_messages();
    let before = vec![
        notice(ANA, InboxReason::Mention, true),
        notice(RUI, InboxReason::Mention, false),
        notice(IVO, InboxReason::Direct, true),
    ];
    facts.notices.set(entry(GROUP, 6), before);
    let write = edit(EVA, 6, "@ana");
    let decision = decided(&mut facts, &write);
    let changes: Vec<_> = decision.changes.iter().skip(1).take(2).collect();
    let [Change::PutNotice { account: AccountId(ANA), done: true, .. }, Change::DeleteNotice { account: AccountId(RUI), .. }] =
        changes[..]
    else {
        panic!("{changes:?}")
    };
    assert_eq!(decision.changes.len(), 5, "{:?}", decision.changes);
    // Rui joined after message 3, so it is not visible to him.
    check(&with_messages(), &edit(ANA, 3, "@rui"), "Posted 10 ReplaceText SetChanged InsertEntry");
    let mut earlier = with_messages();
    let own: MemberFacts = earlier.members.get(&(GROUP, AccountId(RUI))).unwrap().clone().unwrap();
    earlier.members.set((GROUP, AccountId(RUI)), Some(MemberFacts { first: Seq(3), ..own }));
    check(&earlier, &edit(ANA, 3, "@rui"), "Posted 10 ReplaceText PutNotice SetChanged InsertEntry");
}

#[test]
fn deleting_a_message_keeps_a_mark_of_the_original_text() {
    let delete = |by, seq| Write::DeleteMessage { conversation: GROUP, by: who(by), seq: Seq(seq), at: NOW };
    check(&with_messages(), &delete(EVA, 6), "Posted 10 EraseText SetChanged InsertEntry");
    check(&with_messages(), &delete(EVA, 8), "Done");
    check(&with_messages(), &delete(RUI, 6), "Refused NotYours");
    check(&with_messages(), &delete(ANA, 6), "Posted 10 EraseText SetChanged InsertEntry");
    check(&with_messages(), &delete(EVA, 99), "Refused NoSuchMessage");
    let mark_of = |original: Option<&str>| {
        let (mut facts, write) = (with_messages(), delete(EVA, 6));
        facts.original_texts.set(entry(GROUP, 6), original.map(str::to_owned));
        let decision = decided(&mut facts, &write);
        let first = decision.changes.iter().next();
        let Some(Change::EraseText { mark, before, .. }) = first else { panic!("{first:?}") };
        assert_eq!(before, "olá");
        *mark
    };
    assert_eq!(mark_of(None), TextHashByte::of(&text("olá")));
    assert_eq!(mark_of(Some("first")), TextHashByte::of(&text("first")));
}

#[test]
fn distinct_emoji_per_message_are_limited() {
    let react = |by, seq| Write::AddReaction { conversation: GROUP, by: who(by), seq: Seq(seq), emoji: emoji("👍"), at: NOW };
    let unreact = |by| Write::RemoveReaction { conversation: GROUP, by: who(by), seq: Seq(6), emoji: emoji("👍"), at: NOW };
    check(&with_messages(), &react(RUI, 6), "Posted 10 InsertReaction SetChanged InsertEntry");
    check(&with_messages(), &react(RUI, 8), "Refused NoSuchMessage");
    check(&with_messages(), &react(RUI, 3), "Refused NoSuchMessage");
    check(&with_messages(), &unreact(RUI), "Done");
    let with = |others: usize, this: Option<EmojiFacts>| {
        let mut facts = with_messages();
        let others = (0..others).map(|_| EmojiFacts { emoji: emoji("🎉"), since: Seq(9), count: 1 });
        facts.emoji_of.set(entry(GROUP, 6), others.chain(this).collect());
        facts
    };
    let this = || Some(EmojiFacts { emoji: emoji("👍"), since: Seq(7), count: 1 });
    check(&with(MAX_REACTIONS - 1, None), &react(RUI, 6), "Posted 10 InsertReaction SetChanged InsertEntry");
    check(&with(MAX_REACTIONS, None), &react(RUI, 6), "Refused TooManyReactions");
    let often = |count| Some(EmojiFacts { emoji: emoji("👍"), since: Seq(7), count });
    check(&with(1, often(MAX_MESSAGE_REACTIONS - 2)), &react(RUI, 6), "Posted 10 InsertReaction SetChanged InsertEntry");
    check(&with(1, often(MAX_MESSAGE_REACTIONS - 1)), &react(RUI, 6), "Refused ReactionsFull");
    let (mut full, write) = (with(MAX_REACTIONS - 1, this()), react(RUI, 6));
    let decision = decided(&mut full, &write);
    let first = decision.changes.iter().next();
    assert!(matches!(first, Some(Change::InsertReaction { since: Seq(7), seq: Seq(10), .. })), "{first:?}");
    let mut there = with(0, this());
    there.reactions.set((entry(GROUP, 6), AccountId(RUI), emoji("👍")), true);
    check(&there, &react(RUI, 6), "Done");
    check(&there, &unreact(RUI), "Posted 10 DeleteReaction SetChanged InsertEntry");
}
