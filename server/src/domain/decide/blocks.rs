//! Blocking others.

use papo_shared::model::Timestamp;

use super::decision::{Decided, Decision};
use super::invitations;
use crate::domain::account::{AccountId, AccountRef};
use crate::domain::change::Change;
use crate::domain::facts::{All, Facts};
use crate::domain::outcome::{BlockChange, Outcome};
use crate::domain::rules;

pub(super) fn block<'a>(facts: &Facts, by: AccountId, whom: &AccountRef, at: Timestamp) -> Decided<'a> {
    rules::require_another(by, whom.id)?;
    let (is_blocked, direct, blocked, invitations) = (
        facts.blocks.get(&(by, whom.id)),
        facts.directs.get(&(by.min(whom.id), by.max(whom.id))),
        facts.block_counts.get(&by),
        invitations::delete_received(facts, by, whom.id),
    )
        .all()?;
    if *is_blocked {
        return Ok(Decision::unchanged(Outcome::Done));
    }
    rules::may_block_another(*blocked)?;
    let mut changes = invitations;
    changes.push(Change::InsertBlock { by, whom: whom.id, direct: *direct, at });
    Ok(Decision::new(changed(by, whom, true), changes))
}

pub(super) fn unblock<'a>(facts: &Facts, by: AccountId, whom: &AccountRef) -> Decided<'a> {
    let (is_blocked, direct) =
        (facts.blocks.get(&(by, whom.id)), facts.directs.get(&(by.min(whom.id), by.max(whom.id)))).all()?;
    if !*is_blocked {
        return Ok(Decision::unchanged(Outcome::Done));
    }
    Ok(Decision::new(changed(by, whom, false), Change::DeleteBlock { by, whom: whom.id, direct: *direct }))
}

fn changed(by: AccountId, whom: &AccountRef, blocked: bool) -> Outcome {
    Outcome::BlockChanged(BlockChange { by, username: whom.username.clone(), blocked })
}
