//! The statements of changes that delete accounts and groups, and of the steps of erasures.

use papo_shared::model::Seq;

use super::statements::{Statements, parameters};
use crate::domain::DELETED_DISPLAY_NAME;
use crate::domain::change::Change;
use crate::domain::erasure::{Erasure, STEP_MEMBERSHIPS};
use crate::store::columns;
use crate::store::postgres::memberships::MembershipVersion;
use crate::store::postgres::rows::limit;

/// Adds the statements of one change of this kind.
pub(super) fn apply(statements: &mut Statements, change: &Change<'_>) {
    match change {
        Change::DeleteAccount { account, username, at, .. } => {
            let id = i64::from(account.0);
            statements.push("DELETE FROM declined_invitation WHERE account = $1", parameters![id]);
            statements.push(
                "UPDATE account SET username = $2, display_name = $3, search = '', password_hash = '', status = NULL,
                     last_seen = NULL, suspended_at = $4, deleted_at = $4 WHERE id = $1",
                parameters![id, username.as_str().to_owned(), DELETED_DISPLAY_NAME.to_owned(), at.0],
            );
            // What is known of the memberships of direct conversations contains whether an account is deleted.
            statements.push(
                "UPDATE conversation SET membership_version = $2 WHERE low IS NOT NULL
                     AND id IN (SELECT conversation FROM membership WHERE account = $1 AND to_seq IS NULL)",
                parameters![id, MembershipVersion::random().0],
            );
        }
        Change::DeleteGroup { conversation, to, at, .. } => {
            let id = i64::from(conversation.0);
            // No group name starts with this character.
            statements.push(
                "UPDATE conversation SET name = '', name_key = '#' || id, name_skeleton = NULL, topic = NULL, members = 0,
                     visibility = 0, retention_days = NULL, deleted_at = $2 WHERE id = $1",
                parameters![id, at.0],
            );
            statements.push("DELETE FROM invitation WHERE conversation = $1", parameters![id]);
            statements.push(
                "UPDATE membership SET to_seq = $2 WHERE conversation = $1 AND to_seq IS NULL",
                parameters![id, columns::column(*to)],
            );
        }
        Change::DeleteMemberships(conversation) => statements.push(
            "DELETE FROM membership WHERE conversation = $1 AND (account, from_seq) IN
                 (SELECT account, from_seq FROM membership WHERE conversation = $1 ORDER BY account, from_seq LIMIT $2)",
            parameters![i64::from(conversation.0), limit(STEP_MEMBERSHIPS)],
        ),
        Change::DeleteEntries { conversation, first } => {
            let (low, high) = (columns::entry_id(*conversation, *first), columns::entry_id(*conversation, Seq(u64::MAX)));
            for sql in [
                "DELETE FROM revision WHERE entry BETWEEN $1 AND $2",
                "DELETE FROM reaction WHERE entry BETWEEN $1 AND $2",
                "DELETE FROM reaction_count WHERE entry BETWEEN $1 AND $2",
                "DELETE FROM notice WHERE entry BETWEEN $1 AND $2",
                "DELETE FROM entry WHERE id BETWEEN $1 AND $2",
            ] {
                statements.push(sql, parameters![low, high]);
            }
            let last = columns::column(*first) - 1;
            statements.push("UPDATE conversation SET last_seq = $2 WHERE id = $1", parameters![i64::from(conversation.0), last]);
        }
        Change::SetRetentionClock(now) => statements.push("UPDATE server SET retention_clock = $1", parameters![now.0]),
        Change::SetExpired(conversation, until) => statements.push(
            "UPDATE conversation SET expired_seq = $2 WHERE id = $1",
            parameters![i64::from(conversation.0), columns::column(*until)],
        ),
        Change::InsertErasure(erasure) => {
            let (kind, account, conversation) = match erasure {
                Erasure::Memberships(account) => (columns::ERASE_MEMBERSHIPS, Some(i64::from(account.0)), None),
                Erasure::Messages(account) => (columns::ERASE_MESSAGES, Some(i64::from(account.0)), None),
                Erasure::Log(conversation) => (columns::ERASE_LOG, None, Some(i64::from(conversation.0))),
            };
            statements.push(
                "INSERT INTO erasure (kind, account, conversation) VALUES ($1, $2, $3)",
                parameters![kind, account, conversation],
            );
        }
        Change::SetErasurePosition { id, after } => {
            statements.push("UPDATE erasure SET position = $2 WHERE id = $1", parameters![id.0, columns::row_id(*after)]);
        }
        Change::DeleteErasure(id) => statements.push("DELETE FROM erasure WHERE id = $1", parameters![id.0]),
        // Written elsewhere.
        _ => {}
    }
}
