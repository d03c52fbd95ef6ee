//! One story a promise, told to every home of the store.

mod accounts;
mod audit;
mod blocks;
mod changes;
mod conversations;
mod devices;
mod file;
mod group_invites;
mod invites;
mod messages;
mod reading;
pub(crate) mod released;
mod roles;
mod search;

use papo_server::domain::{Account, Span, TokenHash, Who};
use papo_server::store::memory::MemoryStore;
use papo_server::store::sqlite::SqliteStore;
use papo_server::store::{NewDevice, Outcome, Posted, Store, Write};
use papo_shared::model::{
    ClientId, ConversationId, DisplayName, Emoji, Entry, GroupName, MessageText, Role, Seq, Timestamp, Username,
};
use papo_shared::protocol::Refusal;

/// Tells each story to each home.
macro_rules! told_to_every_home {
    ($($file:ident: $($story:ident),* $(,)?;)*) => {
        mod sqlite {
            $($(
                #[tokio::test]
                async fn $story() {
                    let dir = tempfile::tempdir().unwrap();
                    let store = super::SqliteStore::open(dir.path()).unwrap();
                    super::$file::$story(&store).await;
                }
            )*)*
        }
        mod memory {
            $($(
                #[tokio::test]
                async fn $story() {
                    super::$file::$story(&super::MemoryStore::default()).await;
                }
            )*)*
        }
    };
}

told_to_every_home!(
    accounts:
        a_username_is_one_account,
        a_username_looks_like_nobody_elses,
        a_password_is_changed_only_by_who_knows_the_one_before,
        the_operator_needs_no_password,
        who_is_suspended_does_nothing_until_they_are_resumed,
        when_somebody_was_here_is_remembered,
        accounts_are_found_by_name_in_pages,
        who_calls_themselves_something_else_is_found_by_it,
        everything_is_counted,
    ;
    devices:
        a_device_stands_until_it_is_removed,
        an_account_has_so_many_devices,
        devices_are_listed_for_their_owner_in_pages,
        a_device_is_revoked_by_its_owner_alone,
    ;
    audit:
        what_is_audited_is_done_and_noted_or_neither,
        what_was_done_is_listed_from_the_newest_on_in_pages,
    ;
    invites:
        an_invite_is_good_for_so_many_accounts,
        an_invite_ends_with_its_time_and_when_it_is_revoked,
        an_account_that_is_not_made_uses_no_invite,
    ;
    conversations:
        a_direct_conversation_is_one_for_both,
        who_is_no_member_finds_nothing,
        members_see_from_where_they_joined,
        a_group_name_is_one_group,
        a_group_has_a_limit,
        nobody_is_in_more_conversations_than_the_limit,
        a_group_that_has_the_name_already_is_left_as_it_is,
        only_groups_have_members_that_change,
        groups_and_members_come_in_pages,
        contacts_are_who_shares_a_conversation,
    ;
    roles:
        a_group_is_its_creators_until_it_is_handed_over,
        when_the_owner_leaves_somebody_else_owns_it,
        admins_remove_members_and_the_owner_anybody,
        admins_and_the_owner_name_a_group_and_say_what_it_is_about,
        what_calls_for_attention_is_each_members_own,
    ;
    group_invites:
        people_come_by_an_invite_as_often_as_it_says,
        an_invite_to_a_group_ends_with_its_time_and_when_it_is_revoked,
        a_group_has_so_many_invites,
        who_was_removed_comes_by_no_invite_and_what_they_made_goes_with_them,
        a_group_that_nobody_is_in_invites_nobody,
        a_full_group_takes_nobody_by_an_invite,
    ;
    blocks:
        between_who_blocks_and_who_is_blocked_nobody_writes,
        who_is_blocked_finds_nobody_to_talk_with_or_to_add,
        people_are_blocked_and_unblocked_and_listed_in_pages,
        nobody_blocks_more_than_the_limit,
    ;
    messages:
        entries_have_numbers_without_a_hole,
        a_batch_takes_effect_in_its_order_and_a_refusal_stands_alone,
        a_client_id_is_remembered_as_long_as_the_message,
        a_client_id_is_remembered_within_one_batch,
        the_audience_is_who_was_a_member_at_that_number,
        entries_come_in_the_direction_that_was_asked_for,
        a_closed_store_says_so,
    ;
    search:
        a_message_is_found_by_what_it_says_now,
        words_are_found_without_case_and_accents,
        words_are_found_inside_of_texts_without_spaces,
        filters_narrow_what_is_found,
        only_what_one_may_see_is_found,
        hits_come_newest_first_over_all_conversations_and_in_pages,
    ;
    changes:
        an_answer_names_what_it_answers,
        a_message_is_edited_by_its_author_and_what_it_said_is_kept,
        a_message_is_edited_so_many_times,
        a_deleted_message_leaves_its_place_and_no_text,
        reactions_are_counted_in_the_order_in_which_they_first_came,
        a_message_has_so_many_different_reactions,
        what_somebody_may_not_see_they_cannot_change,
        a_message_that_was_changed_is_acknowledged_again_to_what_it_was_sent_with,
    ;
    reading:
        a_cursor_moves_forward_up_to_the_end,
        a_cursor_moves_back_to_where_its_member_came,
        deleted_messages_are_not_unread,
        a_message_is_for_whom_it_names_and_whom_it_answers,
        who_may_not_see_a_message_is_not_named_by_it,
        notices_follow_the_text_of_a_message,
        what_somebody_says_whom_one_blocked_is_not_for_one_in_particular,
        what_is_dismissed_is_out_of_the_inbox_and_still_unread,
        the_inbox_has_the_newest_first_and_what_is_for_its_owner,
        receipts_never_go_back_and_say_nothing_of_what_somebody_cannot_see,
        receipts_are_told_in_small_groups,
    ;
);

const NOW: Timestamp = Timestamp(1_000);
const LATER: Timestamp = Timestamp(2_000);

fn name(text: &str) -> Username {
    Username::parse(text).unwrap()
}

fn token(text: &str) -> NewDevice {
    NewDevice { token: TokenHash::of(text), name: text.to_owned().into() }
}

async fn one(store: &dyn Store, write: Write) -> Outcome {
    let outcomes = store.commit(vec![write]).await.unwrap();
    assert_eq!(outcomes.len(), 1);
    outcomes.into_iter().next().unwrap()
}

async fn posted(store: &dyn Store, write: Write) -> Posted {
    match one(store, write).await {
        Outcome::Posted(posted) => posted,
        outcome => panic!("not posted but {outcome:?}"),
    }
}

async fn refused(store: &dyn Store, write: Write) -> Refusal {
    match one(store, write).await {
        Outcome::Refused(refusal) => refusal,
        outcome => panic!("not refused but {outcome:?}"),
    }
}

pub(crate) fn new_account(username: &str) -> Write {
    Write::CreateAccount {
        username: name(username),
        display_name: DisplayName::parse(&username.to_uppercase()).unwrap(),
        password_hash: format!("hash of {username}"),
        device: Some(token(&format!("device of {username}"))),
        invite: None,
        at: NOW,
    }
}

async fn account(store: &dyn Store, username: &str) -> Who {
    match one(store, new_account(username)).await {
        Outcome::AccountCreated(id, _) => Who { id, username: name(username) },
        outcome => panic!("no account but {outcome:?}"),
    }
}

async fn people<const N: usize>(store: &dyn Store, names: [&str; N]) -> [Who; N] {
    let mut found = Vec::new();
    for name in names {
        found.push(account(store, name).await);
    }
    found.try_into().unwrap()
}

async fn direct(store: &dyn Store, one_of_them: &Who, other: &Who) -> ConversationId {
    match one(store, Write::OpenDirect { one: one_of_them.id, other: other.id, at: NOW }).await {
        Outcome::DirectOpened(id) => id,
        outcome => panic!("not opened but {outcome:?}"),
    }
}

fn create(creator: &Who, group: &str) -> Write {
    Write::CreateGroup { creator: creator.clone(), name: GroupName::parse(group).unwrap(), at: NOW }
}

fn add(conversation: ConversationId, by: &Who, member: &Who) -> Write {
    Write::AddMember { conversation, by: by.clone(), member: member.clone(), at: NOW }
}

fn leave(conversation: ConversationId, member: &Who) -> Write {
    Write::LeaveGroup { conversation, member: member.clone(), at: NOW }
}

fn rename(conversation: ConversationId, by: &Who, group: &str) -> Write {
    Write::RenameGroup { conversation, by: by.clone(), name: GroupName::parse(group).unwrap(), at: NOW }
}

fn message(conversation: ConversationId, author: &Who, client_id: ClientId, text: &str) -> Write {
    let text = MessageText::parse(text).unwrap();
    Write::AppendMessage { conversation, author: author.clone(), client_id, text, reply_to: None, at: NOW }
}

fn say(conversation: ConversationId, author: &Who, text: &str) -> Write {
    message(conversation, author, ClientId::new(), text)
}

fn answer(conversation: ConversationId, author: &Who, seq: u64, text: &str) -> Write {
    let (client_id, text) = (ClientId::new(), MessageText::parse(text).unwrap());
    Write::AppendMessage { conversation, author: author.clone(), client_id, text, reply_to: Some(Seq(seq)), at: NOW }
}

fn edit(conversation: ConversationId, by: &Who, seq: u64, text: &str) -> Write {
    Write::EditMessage { conversation, by: by.clone(), seq: Seq(seq), text: MessageText::parse(text).unwrap(), at: LATER }
}

fn delete(conversation: ConversationId, by: &Who, seq: u64) -> Write {
    Write::DeleteMessage { conversation, by: by.clone(), seq: Seq(seq), at: LATER }
}

fn react(conversation: ConversationId, by: &Who, seq: u64, emoji: &str) -> Write {
    Write::AddReaction { conversation, by: by.clone(), seq: Seq(seq), emoji: Emoji::parse(emoji).unwrap(), at: LATER }
}

fn unreact(conversation: ConversationId, by: &Who, seq: u64, emoji: &str) -> Write {
    Write::RemoveReaction { conversation, by: by.clone(), seq: Seq(seq), emoji: Emoji::parse(emoji).unwrap(), at: LATER }
}

fn unread_from(conversation: ConversationId, reader: &Who, seq: u64) -> Write {
    Write::MoveReadCursorBack { conversation, account: reader.id, seq: Seq(seq) }
}

fn dismiss(conversation: ConversationId, reader: &Who, seq: u64) -> Write {
    Write::Dismiss { conversation, account: reader.id, seq: Seq(seq) }
}

fn deliver(conversation: ConversationId, reader: &Who, seq: u64) -> Write {
    Write::MarkDelivered { conversation, account: reader.id, seq: Seq(seq) }
}

fn read(conversation: ConversationId, reader: &Who, seq: u64) -> Write {
    Write::MoveReadCursor { conversation, account: reader.id, seq: Seq(seq) }
}

async fn group(store: &dyn Store, creator: &Who, group: &str, others: &[&Who]) -> ConversationId {
    let id = posted(store, create(creator, group)).await.conversation;
    for other in others {
        posted(store, add(id, creator, other)).await;
    }
    id
}

async fn log(store: &dyn Store, reader: &Who, id: ConversationId) -> Vec<Entry> {
    store.entries(reader.id, id, Span::After(Seq(0)), 1000, usize::MAX).await.unwrap().expect("a member")
}

fn seqs(entries: &[Entry]) -> Vec<u64> {
    entries.iter().map(|entry| entry.seq.0).collect()
}

fn set_role(conversation: ConversationId, by: &Who, member: &Who, role: Role) -> Write {
    Write::SetRole { conversation, by: by.clone(), member: member.clone(), role, at: NOW }
}

fn remove(conversation: ConversationId, by: &Who, member: &Who) -> Write {
    Write::RemoveMember { conversation, by: by.clone(), member: member.clone(), at: NOW }
}

fn block(by: &Who, whom: &Who) -> Write {
    Write::Block { by: by.id, whom: whom.clone(), at: NOW }
}

/// Who is in a group and what each may do there, as one of them sees it.
async fn roles(store: &dyn Store, reader: &Who, id: ConversationId) -> Vec<(String, Role)> {
    let found = store.members(reader.id, id, None, 99).await.unwrap().expect("a member");
    found.into_iter().map(|member| (member.account.username.to_string(), member.role)).collect()
}

fn names(accounts: &[Account]) -> Vec<&str> {
    accounts.iter().map(|account| account.username.as_str()).collect()
}
