//! Bans of networks.

use papo_shared::model::Timestamp;

use super::decision::{Decided, Decision};
use crate::domain::ban::{Ban, BannedNetwork};
use crate::domain::change::Change;
use crate::domain::outcome::Outcome;

/// Adds a ban, in place of an earlier one of the same network. Expired bans are deleted.
pub(super) fn add(ban: &Ban) -> Decided<'_> {
    let mut decision = Decision::new(Outcome::Done, Change::DeleteExpiredBans { at: ban.created_at });
    decision.changes.push(Change::DeleteBan { network: ban.network });
    decision.changes.push(Change::InsertBan(ban));
    Ok(decision)
}

/// Removes a ban, if there is one, and those that have expired.
pub(super) fn remove<'a>(network: BannedNetwork, at: Timestamp) -> Decided<'a> {
    let mut decision = Decision::new(Outcome::Done, Change::DeleteExpiredBans { at });
    decision.changes.push(Change::DeleteBan { network });
    Ok(decision)
}
