//! The statements of the less frequent changes. Nothing is decided here: a change that violates a constraint fails.

use papo_shared::model::Topic;

use super::statements::{Statements, parameters};
use super::{accounts, erasures, reports};
use crate::domain::change::Change;
use crate::domain::facts::Facts;
use crate::domain::{AccountId, Removal, skeleton};
use crate::store::columns;
use crate::store::postgres::memberships::MembershipVersion;
use crate::store::postgres::search::lexemes;

/// Adds the statements of one change.
#[expect(clippy::too_many_lines, reason = "one statement per kind of change")]
pub(super) fn apply(statements: &mut Statements, change: &Change<'_>, facts: &Facts) {
    match change {
        // Collected by `Pending`.
        Change::InsertMessage(_)
        | Change::InsertEntry { .. }
        | Change::PutNotice { .. }
        | Change::SetMarks { .. }
        | Change::SetDeviceUsed { .. }
        | Change::SetLastSeen { .. } => {}

        Change::ReplaceText { message, before, written_at, number, text, mentions, at } => {
            let (id, number) = (columns::row_id(*message), i64::try_from(*number).unwrap_or(i64::MAX));
            let revision = "INSERT INTO revision (entry, number, at, body) VALUES ($1, $2, $3, $4)";
            statements.push(revision, parameters![id, number, written_at.0, before.clone()]);
            let author = facts.messages.loaded(message).and_then(Option::as_ref).map(|message| message.author_name.as_str());
            let words = lexemes(message.conversation, author.unwrap_or_default(), text.as_str());
            statements.push(
                "UPDATE entry SET body = $2, mentions = $3, edited_at = $4, words = array_to_tsvector(string_to_array($5, ' '))
                 WHERE id = $1",
                parameters![id, text.as_str().to_owned(), columns::mentions_column(mentions), at.0, words],
            );
        }
        Change::EraseText { message, mark, removal, .. } => {
            let deleted_by = if let Removal::Member(by) = removal { Some(i64::from(by.0)) } else { None };
            let (id, mark) = (columns::row_id(*message), i64::from(mark.0));
            statements.push(
                "UPDATE entry SET body = NULL, words = NULL, mentions = NULL, edited_at = NULL, mark = $2, member = $3,
                     removal = $4
                 WHERE id = $1",
                parameters![id, mark, deleted_by, columns::removal_column(*removal)],
            );
            for sql in [
                "DELETE FROM revision WHERE entry = $1",
                "DELETE FROM reaction WHERE entry = $1",
                "DELETE FROM reaction_count WHERE entry = $1",
                "DELETE FROM notice WHERE entry = $1",
            ] {
                statements.push(sql, parameters![id]);
            }
        }
        Change::SetChanged { message, by } => {
            statements.push("UPDATE entry SET changed = $2 WHERE id = $1", parameters![columns::row_id(*message), columns::column(*by)]);
        }
        Change::InsertReaction { message, emoji, account, seq, since } => {
            let (id, emoji, since) = (columns::row_id(*message), emoji.as_str().to_owned(), columns::column(*since));
            statements.push(
                "INSERT INTO reaction (entry, emoji, account, seq, since) VALUES ($1, $2, $3, $4, $5)",
                parameters![id, emoji.clone(), number(*account), columns::column(*seq), since],
            );
            statements.push(
                "INSERT INTO reaction_count (entry, emoji, since, accounts) VALUES ($1, $2, $3, 1)
                 ON CONFLICT (entry, emoji) DO UPDATE SET accounts = reaction_count.accounts + 1",
                parameters![id, emoji, since],
            );
        }
        Change::DeleteReaction { message, emoji, account } => {
            let (id, emoji) = (columns::row_id(*message), emoji.as_str().to_owned());
            statements.push(
                "DELETE FROM reaction WHERE entry = $1 AND emoji = $2 AND account = $3",
                parameters![id, emoji.clone(), number(*account)],
            );
            statements.push(
                "UPDATE reaction_count SET accounts = accounts - 1 WHERE entry = $1 AND emoji = $2",
                parameters![id, emoji.clone()],
            );
            statements.push(
                "DELETE FROM reaction_count WHERE entry = $1 AND emoji = $2 AND accounts = 0",
                parameters![id, emoji],
            );
        }
        Change::DeleteNotice { message, account } => {
            let sql = "DELETE FROM notice WHERE account = $1 AND entry = $2";
            statements.push(sql, parameters![number(*account), columns::row_id(*message)]);
        }

        Change::InsertDirect { id, low, high, unanswered_by, at } => statements.push(
            "INSERT INTO conversation (id, low, high, created_at, unanswered_by) VALUES ($1, $2, $3, $4, $5)",
            parameters![i64::from(id.0), number(*low), number(*high), at.0, number(*unanswered_by)],
        ),
        Change::AcceptDirect { conversation, .. } => {
            let sql = "UPDATE conversation SET unanswered_by = NULL WHERE id = $1";
            statements.push(sql, parameters![i64::from(conversation.0)]);
        }
        Change::InsertGroup { id, name, visibility, at } => statements.push(
            "INSERT INTO conversation (id, name, name_key, name_skeleton, created_at, visibility) VALUES ($1, $2, $3, $4, $5, $6)",
            parameters![
                i64::from(id.0),
                name.as_str().to_owned(),
                name.uniqueness_key(),
                skeleton(name.as_str()),
                at.0,
                columns::visibility_column(*visibility)
            ],
        ),
        Change::SetGroupName { conversation, name, .. } => statements.push(
            "UPDATE conversation SET name = $2, name_key = $3, name_skeleton = $4 WHERE id = $1",
            parameters![
                i64::from(conversation.0),
                name.as_str().to_owned(),
                name.uniqueness_key(),
                skeleton(name.as_str())
            ],
        ),
        Change::SetVisibility { conversation, visibility } => {
            let sql = "UPDATE conversation SET visibility = $2 WHERE id = $1";
            statements.push(sql, parameters![i64::from(conversation.0), columns::visibility_column(*visibility)]);
        }
        Change::SetTopic { conversation, topic } => {
            let topic = topic.map(Topic::as_str).map(str::to_owned);
            let sql = "UPDATE conversation SET topic = $2 WHERE id = $1";
            statements.push(sql, parameters![i64::from(conversation.0), topic]);
        }
        Change::AddMembership { conversation, account, from, role } => {
            let from = columns::column(*from);
            statements.push(
                "INSERT INTO membership (conversation, account, from_seq, read_seq, role) VALUES ($1, $2, $3, $4, $5)",
                parameters![
                    i64::from(conversation.0),
                    number(*account),
                    from,
                    from - 1,
                    columns::role_column(*role)
                ],
            );
            let sql = "UPDATE conversation SET members = members + 1, membership_version = $2 WHERE id = $1";
            statements.push(sql, parameters![i64::from(conversation.0), MembershipVersion::random().0]);
        }
        Change::EndMembership { conversation, account, to, .. } => {
            statements.push(
                "UPDATE membership SET to_seq = $3 WHERE conversation = $1 AND account = $2 AND to_seq IS NULL",
                parameters![i64::from(conversation.0), number(*account), columns::column(*to)],
            );
            let sql = "UPDATE conversation SET members = members - 1, membership_version = $2 WHERE id = $1";
            statements.push(sql, parameters![i64::from(conversation.0), MembershipVersion::random().0]);
        }
        Change::SetRole { conversation, account, role } => statements.push(
            "UPDATE membership SET role = $3 WHERE conversation = $1 AND account = $2 AND to_seq IS NULL",
            parameters![i64::from(conversation.0), number(*account), columns::role_column(*role)],
        ),
        Change::SetNotify { conversation, account, notify } => {
            let (level, until) = columns::notify_columns(*notify);
            statements.push(
                "UPDATE membership SET notify = $3, notify_until = $4
                 WHERE conversation = $1 AND account = $2 AND to_seq IS NULL",
                parameters![i64::from(conversation.0), number(*account), level, until],
            );
        }
        Change::InsertGroupInvite { id, conversation, code, by, uses, expires_at, at } => {
            let (uses, expires_at) = (uses.map(i64::from), expires_at.map(|at| at.0));
            statements.push(
                "INSERT INTO group_invite (id, conversation, code_hash, created_by, created_at, uses_left, expires_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
                parameters![id.0, i64::from(conversation.0), code.0.to_vec(), number(*by), at.0, uses, expires_at],
            );
            let sql = "UPDATE server SET last_group_invite = greatest(last_group_invite, $1)";
            statements.push(sql, parameters![id.0]);
        }
        Change::SetGroupInviteUses { id, uses_left, .. } => {
            let sql = "UPDATE group_invite SET uses_left = $2 WHERE id = $1";
            statements.push(sql, parameters![id.0, i64::from(*uses_left)]);
        }
        Change::DeleteGroupInvite { id, .. } => {
            statements.push("DELETE FROM group_invite WHERE id = $1", parameters![id.0]);
        }
        Change::InsertInvitation { conversation, account, by, at } => statements.push(
            "INSERT INTO invitation (account, conversation, inviter, at) VALUES ($1, $2, $3, $4)",
            parameters![number(*account), i64::from(conversation.0), number(*by), at.0],
        ),
        Change::DeleteInvitation { conversation, account, .. } => {
            let sql = "DELETE FROM invitation WHERE account = $1 AND conversation = $2";
            statements.push(sql, parameters![number(*account), i64::from(conversation.0)]);
        }
        Change::InsertDecline { conversation, account, at } => statements.push(
            "INSERT INTO declined_invitation (account, conversation, at) VALUES ($1, $2, $3)",
            parameters![number(*account), i64::from(conversation.0), at.0],
        ),
        Change::DeleteDecline { conversation, account } => {
            let sql = "DELETE FROM declined_invitation WHERE account = $1 AND conversation = $2";
            statements.push(sql, parameters![number(*account), i64::from(conversation.0)]);
        }
        Change::SetRetention { conversation, days } => {
            let sql = "UPDATE conversation SET retention_days = $2 WHERE id = $1";
            statements.push(sql, parameters![i64::from(conversation.0), days.map(i64::from)]);
        }
        Change::Report(change) => reports::apply(statements, change),

        Change::InsertAccount { .. }
        | Change::SetPasswordHash { .. }
        | Change::SetSecondFactor { .. }
        | Change::SetSuspended { .. }
        | Change::SetDisplayName { .. }
        | Change::SetStatus { .. }
        | Change::InsertDevice { .. }
        | Change::DeleteDevice { .. }
        | Change::InsertInvite { .. }
        | Change::SetInviteUses { .. }
        | Change::DeleteInvite { .. }
        | Change::InsertBan(_)
        | Change::DeleteBan { .. }
        | Change::DeleteExpiredBans { .. }
        | Change::InsertAuditNote(_)
        | Change::InsertBlock { .. }
        | Change::DeleteBlock { .. } => accounts::apply(statements, change),
        Change::DeleteAccount { .. }
        | Change::DeleteGroup { .. }
        | Change::DeleteMemberships { .. }
        | Change::DeleteEntries { .. }
        | Change::SetRetentionClock(_)
        | Change::SetExpired { .. }
        | Change::InsertErasure(_)
        | Change::SetErasurePosition { .. }
        | Change::DeleteErasure(_) => erasures::apply(statements, change),
    }
}

fn number(account: AccountId) -> i64 {
    account.0.into()
}
