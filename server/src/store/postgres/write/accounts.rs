//! The statements of changes to accounts, devices, and what belongs to the operator.

use papo_shared::model::{ConversationId, StatusText};

use super::statements::{Statements, parameters};
use crate::domain::change::Change;
use crate::domain::{AccountId, NewDevice, SecondFactor, skeleton};
use crate::store::columns;
use crate::store::postgres::memberships::MembershipVersion;

/// Adds the statements of one change of this kind.
pub(super) fn apply(statements: &mut Statements, change: &Change<'_>) {
    let number = |account: AccountId| i64::from(account.0);
    match change {
        Change::InsertAccount { id, username, display_name, password_hash, at } => statements.push(
            "INSERT INTO account (id, username, skeleton, display_name, search, password_hash, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            parameters![
                number(*id),
                username.as_str().to_owned(),
                skeleton(username.as_str()),
                display_name.as_str().to_owned(),
                columns::search_column(username, display_name),
                (*password_hash).to_owned(),
                at.0
            ],
        ),
        Change::SetPasswordHash { account, hash } => {
            let sql = "UPDATE account SET password_hash = $2 WHERE id = $1";
            statements.push(sql, parameters![number(*account), (*hash).to_owned()]);
        }
        Change::SetSecondFactor { account, second_factor: None } => {
            statements.push("DELETE FROM totp WHERE account = $1", parameters![number(*account)]);
        }
        Change::SetSecondFactor { account, second_factor: Some(second_factor) } => {
            let SecondFactor { secret, confirmed, used_step, wrong_codes, wrong_since, recovery_codes } = second_factor;
            let recovery_codes: Vec<u8> = recovery_codes.iter().flat_map(|hash| hash.0).collect();
            statements.push(
                "INSERT INTO totp (account, secret, confirmed, used_step, wrong_codes, wrong_since, recovery_codes)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)
                 ON CONFLICT (account) DO UPDATE SET secret = excluded.secret, confirmed = excluded.confirmed,
                     used_step = excluded.used_step, wrong_codes = excluded.wrong_codes, wrong_since = excluded.wrong_since,
                     recovery_codes = excluded.recovery_codes",
                parameters![
                    number(*account),
                    secret.0.to_vec(),
                    *confirmed,
                    used_step.0,
                    i64::from(*wrong_codes),
                    wrong_since.0,
                    recovery_codes
                ],
            );
        }
        Change::SetSuspended { account, since } => {
            let sql = "UPDATE account SET suspended_at = $2 WHERE id = $1";
            statements.push(sql, parameters![number(*account), since.map(|since| since.0)]);
        }
        Change::SetDisplayName { account, username, display_name } => statements.push(
            "UPDATE account SET display_name = $2, search = $3 WHERE id = $1",
            parameters![number(*account), display_name.as_str().to_owned(), columns::search_column(username, display_name)],
        ),
        Change::SetStatus { account, status } => {
            let sql = "UPDATE account SET status = $2 WHERE id = $1";
            statements.push(sql, parameters![number(*account), status.map(StatusText::as_str).map(str::to_owned)]);
        }
        Change::InsertDevice { id, account, device: NewDevice { token, name }, at } => {
            statements.push(
                "INSERT INTO device (id, account, token_hash, name, created_at, last_used) VALUES ($1, $2, $3, $4, $5, $5)",
                parameters![id.0, number(*account), token.0.to_vec(), name.as_str().to_owned(), at.0],
            );
            statements.push("UPDATE server SET last_device = greatest(last_device, $1)", parameters![id.0]);
        }
        Change::DeleteDevice { id, .. } => statements.push("DELETE FROM device WHERE id = $1", parameters![id.0]),
        Change::InsertInvite { id, code, uses, expires_at, by, at } => {
            let (uses, expires_at) = (i64::from(*uses), expires_at.map(|at| at.0));
            statements.push(
                "INSERT INTO invite (id, code_hash, uses_left, expires_at, created_at, created_by)
                 VALUES ($1, $2, $3, $4, $5, $6)",
                parameters![id.0, code.0.to_vec(), uses, expires_at, at.0, (*by).to_owned()],
            );
            statements.push("UPDATE server SET last_invite = greatest(last_invite, $1)", parameters![id.0]);
        }
        Change::SetInviteUses { id, uses_left, .. } => {
            let sql = "UPDATE invite SET uses_left = $2 WHERE id = $1";
            statements.push(sql, parameters![id.0, i64::from(*uses_left)]);
        }
        Change::DeleteInvite { id, .. } => statements.push("DELETE FROM invite WHERE id = $1", parameters![id.0]),
        Change::InsertBan(ban) => statements.push(
            "INSERT INTO ban (network, until, reason, created_by, created_at) VALUES ($1, $2, $3, $4, $5)",
            parameters![ban.network.to_string(), ban.until.0, ban.reason.clone(), ban.created_by.clone(), ban.created_at.0],
        ),
        Change::DeleteBan { network } => {
            statements.push("DELETE FROM ban WHERE network = $1", parameters![network.to_string()]);
        }
        Change::DeleteExpiredBans { at } => statements.push("DELETE FROM ban WHERE until <= $1", parameters![at.0]),
        Change::InsertAuditNote(note) => statements.push(
            "INSERT INTO audit (at, by, action, target) VALUES ($1, $2, $3, $4)",
            parameters![note.at.0, note.by.clone(), note.action.clone(), note.target.clone()],
        ),
        Change::InsertBlock { by, whom, direct, at } => {
            let sql = "INSERT INTO block (blocker, blocked, at) VALUES ($1, $2, $3)";
            statements.push(sql, parameters![number(*by), number(*whom), at.0]);
            renew_membership_version(statements, *direct);
        }
        Change::DeleteBlock { by, whom, direct } => {
            let sql = "DELETE FROM block WHERE blocker = $1 AND blocked = $2";
            statements.push(sql, parameters![number(*by), number(*whom)]);
            renew_membership_version(statements, *direct);
        }
        // Written elsewhere.
        _ => {}
    }
}

/// What is known of the memberships of a direct conversation contains blocks.
fn renew_membership_version(statements: &mut Statements, direct: Option<ConversationId>) {
    if let Some(id) = direct {
        let sql = "UPDATE conversation SET membership_version = $2 WHERE id = $1";
        statements.push(sql, parameters![i64::from(id.0), MembershipVersion::random().0]);
    }
}
