//! The contract of the store, tested on every backend.

#[macro_use]
mod backends;

mod accounts;
mod audit;
mod bans;
mod blocks;
mod changes;
mod conversations;
mod deletion;
mod devices;
mod file;
mod group_invites;
mod invitations;
mod invites;
mod messages;
#[cfg(feature = "cluster")]
mod postgres_copy;
mod quota;
mod reading;
pub(crate) mod released;
mod reports;
mod retention;
mod roles;
mod search;
mod second_factor;
mod shared;
mod visibility;

use papo_server::domain::facts::ConversationFacts;
use papo_server::domain::{Account, AccountRef, Audience, EntryRange, GroupInvites, TokenHash};
use papo_server::store::memory::MemoryStore;
use papo_server::store::sqlite::SqliteStore;
use papo_server::store::{NewDevice, Outcome, Posted, Store, Write};
use papo_shared::model::{
    ClientId, ConversationId, DisplayName, Emoji, Entry, GroupInviteListing, GroupName, MessageText, Role, Seq, Timestamp,
    Username, Visibility,
};
use papo_shared::protocol::Refusal;

test_every_backend!(
    accounts:
        usernames_are_unique,
        confusable_usernames_are_refused,
        settings_of_password_hashes_are_listed_once,
        changing_a_password_requires_the_current_hash,
        the_operator_needs_no_password,
        a_suspended_account_cannot_write_until_resumed,
        last_seen_times_are_stored,
        accounts_are_found_by_name_in_pages,
        accounts_are_found_by_a_new_display_name,
        totals_are_counted,
    ;
    deletion:
        a_deleted_account_is_gone_and_its_messages_stay_under_another_name,
        the_messages_of_a_deleted_account_can_be_erased,
        a_user_who_deletes_an_account_must_have_proved_the_password,
        a_deleted_account_has_no_invitations_and_no_second_factor,
        a_message_erased_by_the_operator_is_marked,
        a_deleted_group_is_gone_for_everybody_and_its_name_is_free,
    ;
    reports:
        a_report_shows_the_message_as_it_was_reported_and_as_it_is,
        a_repeated_report_stores_nothing_but_a_new_reason,
        open_reports_are_limited_per_account,
        closed_reports_are_kept_in_a_limited_number,
        reports_are_listed_in_pages,
        reports_of_a_deleted_group_are_deleted,
        reports_by_and_about_deleted_accounts_stay,
    ;
    retention:
        old_messages_expire_and_keep_their_numbers,
        a_message_stored_while_the_clock_was_wrong_expires_with_the_next_one,
        many_messages_expire_in_steps,
        the_retention_clock_is_stored_and_does_not_jump,
        the_owner_limits_how_long_messages_are_kept,
        the_shorter_of_both_limits_applies,
        a_limit_applies_from_the_next_write_on,
    ;
    devices:
        a_device_is_valid_until_removed,
        devices_per_account_are_limited,
        devices_are_listed_for_their_owner_in_pages,
        only_the_owner_revokes_a_device,
        a_write_from_a_device_that_is_signed_out_is_refused,
    ;
    second_factor:
        a_second_factor_is_required_once_it_is_confirmed,
        a_code_can_be_used_once,
        wrong_codes_are_limited_for_all_uses_together,
        a_second_factor_is_removed_with_a_code_or_by_the_operator,
        recovery_codes_are_replaced_with_a_code,
    ;
    audit:
        an_audited_write_and_its_note_are_atomic,
        audit_entries_are_listed_newest_first_in_pages,
    ;
    bans:
        bans_are_stored_replaced_and_removed,
        expired_bans_are_deleted_with_the_next_change,
    ;
    invites:
        an_invite_has_a_limited_number_of_uses,
        invites_expire_and_can_be_revoked,
        a_failed_registration_uses_no_invite,
    ;
    conversations:
        both_users_share_one_direct_conversation,
        non_members_find_nothing,
        members_see_the_log_from_their_joining_on,
        group_names_are_unique,
        group_members_are_limited,
        conversations_per_account_are_limited,
        renaming_a_group_to_its_own_name_changes_nothing,
        only_groups_have_members_that_change,
        groups_and_members_come_in_pages,
        contacts_share_a_conversation,
    ;
    roles:
        the_creator_owns_a_group_until_ownership_passes,
        ownership_passes_when_the_owner_leaves,
        admins_remove_plain_members_and_the_owner_anyone,
        admins_and_the_owner_set_name_and_topic,
        notification_settings_are_per_member,
    ;
    group_invites:
        a_group_invite_has_a_limited_number_of_uses,
        group_invites_expire_and_can_be_revoked,
        invites_per_group_are_limited,
        a_removed_member_cannot_rejoin_and_their_invites_are_deleted,
        an_empty_group_has_no_invites,
        a_full_group_cannot_be_joined,
    ;
    invitations:
        a_stranger_becomes_a_member_by_accepting,
        whom_a_user_shares_something_with_adds_them_unasked,
        invitations_are_limited_and_expire,
        a_declined_group_cannot_invite_again,
        invitations_end_with_their_inviters_membership_and_with_blocks,
        an_unanswered_direct_conversation_counts_for_the_one_who_opened_it,
    ;
    visibility:
        private_groups_are_listed_for_their_members_only,
        everyone_may_join_a_public_group,
    ;
    blocks:
        a_block_in_either_direction_prevents_writing,
        a_blocked_user_cannot_open_a_conversation_or_add_the_blocker,
        users_are_blocked_unblocked_and_listed_in_pages,
        blocks_are_limited,
    ;
    messages:
        entries_are_numbered_without_gaps,
        a_batch_takes_effect_in_order_and_a_refusal_affects_one_write,
        a_client_id_is_remembered_as_long_as_the_message,
        a_client_id_is_remembered_within_one_batch,
        the_audience_is_the_members_at_that_entry,
        entries_are_returned_in_the_requested_direction,
        a_closed_store_returns_errors,
    ;
    search:
        a_message_is_found_by_what_it_says_now,
        words_are_found_without_case_and_accents,
        words_are_found_inside_of_texts_without_spaces,
        filters_narrow_what_is_found,
        only_visible_messages_are_found,
        hits_are_newest_first_across_conversations_and_paged,
    ;
    changes:
        a_reply_references_its_target,
        only_the_author_edits_a_message_and_earlier_texts_are_kept,
        edits_per_message_are_limited,
        the_size_of_earlier_texts_is_limited,
        a_deleted_message_keeps_its_number_and_loses_its_text,
        admins_delete_messages_of_plain_members_and_the_owner_any,
        reactions_are_counted_in_order_of_first_use,
        distinct_reactions_per_message_are_limited,
        invisible_messages_cannot_be_changed,
        a_changed_message_is_acknowledged_again_by_its_original_content,
    ;
    reading:
        a_cursor_moves_forward_up_to_the_end,
        a_cursor_moves_back_to_the_joining,
        deleted_messages_are_not_unread,
        unread_counts_are_limited,
        a_limited_number_of_entries_is_counted,
        mentions_and_replies_are_in_the_inbox,
        members_who_cannot_see_a_message_are_not_mentioned,
        inbox_items_follow_edits,
        messages_of_blocked_users_are_not_in_the_inbox,
        a_dismissed_message_leaves_the_inbox_but_stays_unread,
        the_inbox_is_newest_first_with_relevant_messages_only,
        receipts_never_decrease_and_start_at_the_joining,
        receipts_are_sent_in_small_groups_only,
    ;
);

mod several_servers {
    use super::{MemoryStore, shared};

    test_shared_backends!(
        shared:
            new_entries_are_given_once_to_the_members_of_their_conversations,
            news_depend_on_the_present_members,
            devices_end_when_they_are_signed_out_or_their_account_is_suspended,
        ;
    );
}

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
        outcome => panic!("expected an entry, got {outcome:?}"),
    }
}

async fn refused(store: &dyn Store, write: Write) -> Refusal {
    match one(store, write).await {
        Outcome::Refused(refusal) => refusal,
        outcome => panic!("expected a refusal, got {outcome:?}"),
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

/// The members who receive what this account writes.
async fn may_write(store: &dyn Store, writer: &AccountRef, id: ConversationId) -> Result<Audience, Refusal> {
    let found = store.conversation_facts(id).await.unwrap();
    ConversationFacts::for_writer(found.as_ref(), writer.id).map(|found| found.members.clone())
}

/// The usable invites to a group.
async fn group_invites(store: &dyn Store, reader: &AccountRef, id: ConversationId) -> Result<Vec<GroupInviteListing>, Refusal> {
    GroupInvites::for_manager(store.group_invites(reader.id, id).await.unwrap(), NOW)
}

async fn account(store: &dyn Store, username: &str) -> AccountRef {
    match one(store, new_account(username)).await {
        Outcome::AccountCreated(id, _) => AccountRef { id, username: name(username) },
        outcome => panic!("expected an account, got {outcome:?}"),
    }
}

async fn people<const N: usize>(store: &dyn Store, names: [&str; N]) -> [AccountRef; N] {
    let mut found = Vec::new();
    for name in names {
        found.push(account(store, name).await);
    }
    found.try_into().unwrap()
}

async fn direct(store: &dyn Store, one_of_them: &AccountRef, other: &AccountRef) -> ConversationId {
    match one(store, open(one_of_them, other)).await {
        Outcome::DirectOpened(id) => id,
        outcome => panic!("expected a conversation, got {outcome:?}"),
    }
}

fn create(creator: &AccountRef, group: &str) -> Write {
    Write::CreateGroup {
        creator: creator.clone(),
        name: GroupName::parse(group).unwrap(),
        visibility: Visibility::Listed,
        at: NOW,
    }
}

fn add(conversation: ConversationId, by: &AccountRef, member: &AccountRef) -> Write {
    Write::AddMember { conversation, by: by.clone(), member: member.clone(), at: NOW }
}

fn accept(conversation: ConversationId, member: &AccountRef) -> Write {
    Write::AcceptInvitation { conversation, member: member.id, at: NOW }
}

fn open(one: &AccountRef, other: &AccountRef) -> Write {
    Write::OpenDirect { one: one.id, other: other.id, at: NOW }
}

fn leave(conversation: ConversationId, member: &AccountRef) -> Write {
    Write::LeaveGroup { conversation, member: member.clone(), at: NOW }
}

fn rename(conversation: ConversationId, by: &AccountRef, group: &str) -> Write {
    Write::RenameGroup { conversation, by: by.clone(), name: GroupName::parse(group).unwrap(), at: NOW }
}

fn message(conversation: ConversationId, author: &AccountRef, client_id: ClientId, text: &str) -> Write {
    let text = MessageText::parse(text).unwrap();
    Write::AppendMessage { conversation, author: author.clone(), client_id, text, reply_to: None, at: NOW }
}

fn say(conversation: ConversationId, author: &AccountRef, text: &str) -> Write {
    message(conversation, author, ClientId::new(), text)
}

fn say_at(conversation: ConversationId, author: &AccountRef, text: &str, at: i64) -> Write {
    let (author, text) = (author.clone(), MessageText::parse(text).unwrap());
    Write::AppendMessage { conversation, author, client_id: ClientId::new(), text, reply_to: None, at: Timestamp(at) }
}

fn answer(conversation: ConversationId, author: &AccountRef, seq: u64, text: &str) -> Write {
    let (client_id, text) = (ClientId::new(), MessageText::parse(text).unwrap());
    Write::AppendMessage { conversation, author: author.clone(), client_id, text, reply_to: Some(Seq(seq)), at: NOW }
}

fn edit(conversation: ConversationId, by: &AccountRef, seq: u64, text: &str) -> Write {
    Write::EditMessage { conversation, by: by.clone(), seq: Seq(seq), text: MessageText::parse(text).unwrap(), at: LATER }
}

fn delete(conversation: ConversationId, by: &AccountRef, seq: u64) -> Write {
    Write::DeleteMessage { conversation, by: by.clone(), seq: Seq(seq), at: LATER }
}

fn react(conversation: ConversationId, by: &AccountRef, seq: u64, emoji: &str) -> Write {
    Write::AddReaction { conversation, by: by.clone(), seq: Seq(seq), emoji: Emoji::parse(emoji).unwrap(), at: LATER }
}

fn unreact(conversation: ConversationId, by: &AccountRef, seq: u64, emoji: &str) -> Write {
    Write::RemoveReaction { conversation, by: by.clone(), seq: Seq(seq), emoji: Emoji::parse(emoji).unwrap(), at: LATER }
}

fn unread_from(conversation: ConversationId, reader: &AccountRef, seq: u64) -> Write {
    Write::MoveReadCursorBack { conversation, account: reader.id, seq: Seq(seq) }
}

fn dismiss(conversation: ConversationId, reader: &AccountRef, seq: u64) -> Write {
    Write::Dismiss { conversation, account: reader.id, seq: Seq(seq) }
}

fn deliver(conversation: ConversationId, reader: &AccountRef, seq: u64) -> Write {
    Write::MarkDelivered { conversation, account: reader.id, seq: Seq(seq) }
}

fn read(conversation: ConversationId, reader: &AccountRef, seq: u64) -> Write {
    Write::MoveReadCursor { conversation, account: reader.id, seq: Seq(seq) }
}

async fn group(store: &dyn Store, creator: &AccountRef, group: &str, others: &[&AccountRef]) -> ConversationId {
    let id = posted(store, create(creator, group)).await.conversation;
    for other in others {
        added(store, id, creator, other).await;
    }
    id
}

/// Adds a member, who accepts if they are only invited.
async fn added(store: &dyn Store, id: ConversationId, by: &AccountRef, member: &AccountRef) -> Posted {
    match one(store, add(id, by, member)).await {
        Outcome::Posted(posted) => posted,
        Outcome::Invited(..) => posted(store, accept(id, member)).await,
        outcome => panic!("expected a member or an invitation, got {outcome:?}"),
    }
}

async fn log(store: &dyn Store, reader: &AccountRef, id: ConversationId) -> Vec<Entry> {
    store.entries(reader.id, id, EntryRange::After(Seq(0)), 1000, usize::MAX).await.unwrap().expect("should be a member")
}

fn seqs(entries: &[Entry]) -> Vec<u64> {
    entries.iter().map(|entry| entry.seq.0).collect()
}

fn set_role(conversation: ConversationId, by: &AccountRef, member: &AccountRef, role: Role) -> Write {
    Write::SetRole { conversation, by: by.clone(), member: member.clone(), role, at: NOW }
}

fn remove(conversation: ConversationId, by: &AccountRef, member: &AccountRef) -> Write {
    Write::RemoveMember { conversation, by: by.clone(), member: member.clone(), at: NOW }
}

fn block(by: &AccountRef, whom: &AccountRef) -> Write {
    Write::Block { by: by.id, whom: whom.clone(), at: NOW }
}

/// The members of a group with their roles, as `reader` sees them.
async fn roles(store: &dyn Store, reader: &AccountRef, id: ConversationId) -> Vec<(String, Role)> {
    let found = store.members(reader.id, id, None, 99).await.unwrap().expect("should be a member");
    found.into_iter().map(|member| (member.account.username.to_string(), member.role)).collect()
}

fn names(accounts: &[Account]) -> Vec<&str> {
    accounts.iter().map(|account| account.username.as_str()).collect()
}
