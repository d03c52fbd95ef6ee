//! Loads the facts that decisions ask for, one key at a time: on the writer's own connection this costs no round trip.

mod accounts;
mod conversations;
mod erasures;
mod invitations;
mod messages;
mod query;
mod reports;
mod retention;

use papo_shared::model::{ConversationId, DeviceId, GroupInviteId};
use rusqlite::Connection;

pub(crate) use self::conversations::conversation;
use self::query::{count, exists, one};
use super::{changes, notices, second_factor};
use crate::domain::facts::{Edits, Facts, Key};
use crate::domain::{AccountId, InviteId, ReportId};
use crate::store::columns;

/// Loads the value of this key, including the batch's changes so far.
pub(crate) fn load(connection: &Connection, facts: &mut Facts, key: &Key) -> rusqlite::Result<()> {
    match key {
        Key::Account(id) => facts.accounts.set(*id, accounts::account(connection, *id)?),
        Key::PasswordHash(id) => facts.password_hashes.set(*id, accounts::password_hash(connection, *id)?),
        Key::SecondFactor(id) => facts.second_factors.set(*id, second_factor::second_factor(connection, *id)?),
        Key::Username(name) => facts.usernames.set(name.clone(), accounts::by_username(connection, name)?),
        Key::Skeleton(skeleton) => {
            facts.skeletons.set(skeleton.clone(), exists(connection, "SELECT 1 FROM account WHERE skeleton = ?1", [skeleton])?);
        }
        Key::Device(id) => facts.devices.set(*id, accounts::owner(connection, *id)?),
        Key::DevicesOf(account) => facts.devices_of.set(*account, accounts::devices_of(connection, *account)?),
        Key::Invite(code) => facts.invites.set(*code, accounts::invite(connection, *code)?),
        Key::InviteCode(id) => facts.invite_codes.set(*id, accounts::invite_code(connection, *id)?),

        Key::Conversation(id) => facts.conversations.set(*id, conversations::conversation(connection, *id)?),
        Key::ConversationCount(account) => {
            let sql = "SELECT (SELECT count(*) FROM membership WHERE account = ?1 AND to_seq IS NULL)
                            - (SELECT count(*) FROM conversation WHERE unanswered_by = ?1)";
            facts.conversation_counts.set(*account, count(connection, sql, [account.0])?);
        }
        Key::Direct((low, high)) => facts.directs.set((*low, *high), conversations::direct(connection, *low, *high)?),
        Key::GroupName(key) => facts.group_names.set(key.clone(), conversations::by_name(connection, key)?),
        Key::GroupSkeleton(key) => facts.group_skeletons.set(key.clone(), conversations::by_skeleton(connection, key)?),
        Key::Topic(id) => facts.topics.set(*id, conversations::topic(connection, *id)?),
        Key::Member((id, account)) => {
            facts.members.set((*id, *account), conversations::member(connection, *id, *account)?);
        }
        Key::Roster(id) => facts.rosters.set(*id, conversations::roster(connection, *id)?),
        Key::WasRemoved((id, account)) => {
            facts.was_removed.set((*id, *account), conversations::was_removed(connection, *id, *account)?);
        }
        Key::GroupInviteTarget(code) => {
            facts.group_invite_targets.set(*code, conversations::invite_target(connection, *code)?);
        }
        Key::GroupInvites(id) => facts.group_invites.set(*id, conversations::invites(connection, *id)?),
        Key::Invitations(account) => facts.invitations.set(*account, invitations::received(connection, *account)?),
        Key::SentInvitations(by) => facts.sent_invitations.set(*by, invitations::sent(connection, *by)?),
        Key::HasDeclined((id, account)) => {
            facts.has_declined.set((*id, *account), invitations::has_declined(connection, *id, *account)?);
        }
        Key::AnsweredDirect((account, other)) => {
            facts.answered_directs.set((*account, *other), invitations::answered_direct(connection, *account, *other)?);
        }
        Key::SharedGroup((low, high)) => {
            facts.shared_groups.set((*low, *high), invitations::share_group(connection, *low, *high)?);
        }
        Key::Block((by, whom)) => {
            let sql = "SELECT 1 FROM block WHERE blocker = ?1 AND blocked = ?2";
            facts.blocks.set((*by, *whom), exists(connection, sql, (by.0, whom.0))?);
        }
        Key::BlockCount(by) => {
            facts.block_counts.set(*by, count(connection, "SELECT count(*) FROM block WHERE blocker = ?1", [by.0])?);
        }

        Key::ClientId((author, client_id)) => {
            facts.client_ids.set((*author, *client_id), messages::sent_with(connection, *author, *client_id)?);
        }
        Key::Message(id) => facts.messages.set(*id, messages::message(connection, *id)?),
        Key::Edits(id) => {
            // The length in bytes is known without reading the texts.
            let sql = "SELECT count(*), ifnull(sum(octet_length(body)), 0) FROM revision WHERE entry = ?1";
            let edits = connection
                .prepare_cached(sql)?
                .query_row([columns::row_id(*id)], |row| Ok(Edits { count: row.get(0)?, text_bytes: row.get(1)? }))?;
            facts.edits.set(*id, edits);
        }
        Key::OriginalText(id) => {
            facts.original_texts.set(*id, changes::first_text(connection, columns::row_id(*id))?);
        }
        Key::EmojiOf(id) => facts.emoji_of.set(*id, messages::emoji_of(connection, *id)?),
        Key::Reaction((id, account, emoji)) => {
            let sql = "SELECT 1 FROM reaction WHERE entry = ?1 AND emoji = ?2 AND account = ?3";
            let is_there = exists(connection, sql, (columns::row_id(*id), emoji.as_str(), account.0))?;
            facts.reactions.set((*id, *account, emoji.clone()), is_there);
        }
        Key::Notices(id) => facts.notices.set(*id, notices::of_message(connection, columns::row_id(*id))?),
        Key::ReportId((message, reporter)) => {
            facts.report_ids.set((*message, *reporter), reports::id_of(connection, *message, *reporter)?);
        }
        Key::Report(id) => facts.reports.set(*id, reports::report(connection, *id)?),
        Key::OpenReportCount(reporter) => {
            let sql = "SELECT count(*) FROM report WHERE reporter = ?1 AND closed_at IS NULL";
            facts.open_report_counts.set(*reporter, count(connection, sql, [reporter.0])?);
        }
        Key::RetentionClock(()) => facts.retention_clocks.set((), retention::clock(connection)?),
        Key::ExpiryStep(query) => facts.expiry_steps.set(*query, retention::next_step(connection, query)?),
        Key::ErasureStep(()) => facts.erasure_steps.set((), erasures::next_step(connection)?),

        // There is only one writer, so the next number stays free until it is used.
        Key::NextAccount => facts.next_accounts.add(AccountId(next(connection, "SELECT max(id) FROM account")?)),
        Key::NextConversation => {
            facts.next_conversations.add(ConversationId(next(connection, "SELECT max(id) FROM conversation")?));
        }
        Key::NextDevice => facts.next_devices.add(DeviceId(next_of_sequence(connection, "device")?)),
        Key::NextInvite => facts.next_invites.add(InviteId(next_of_sequence(connection, "invite")?)),
        Key::NextReport => facts.next_reports.add(ReportId(next_of_sequence(connection, "report")?)),
        Key::NextGroupInvite => facts.next_group_invites.add(GroupInviteId(next_of_sequence(connection, "group_invite")?)),
    }
    Ok(())
}

fn next(connection: &Connection, max: &str) -> rusqlite::Result<u32> {
    let max: Option<u32> = connection.prepare_cached(max)?.query_row([], |row| row.get(0))?;
    Ok(max.unwrap_or(0).saturating_add(1))
}

/// The next id of a table whose ids are never reused, even after a row was deleted.
fn next_of_sequence(connection: &Connection, table: &str) -> rusqlite::Result<i64> {
    let last = one(connection, "SELECT seq FROM sqlite_sequence WHERE name = ?1", [table], |row| row.get(0))?;
    Ok(last.unwrap_or(0_i64).saturating_add(1))
}
