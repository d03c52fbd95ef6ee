//! Invites to the server.

use papo_shared::model::Timestamp;
use papo_shared::protocol::Refusal;

use super::decision::{Decided, Decision};
use crate::domain::change::Change;
use crate::domain::facts::{All, Facts, InviteFacts};
use crate::domain::invite::{InviteHash, InviteId};
use crate::domain::outcome::Outcome;

/// An invite to create.
pub(super) struct NewInvite<'a> {
    pub(super) code: InviteHash,
    pub(super) uses: u32,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) by: &'a str,
    pub(super) at: Timestamp,
}

pub(super) fn create<'a>(facts: &Facts, new: &NewInvite<'a>) -> Decided<'a> {
    let &NewInvite { code, uses, expires_at, by, at } = new;
    let (taken, id) = (facts.invites.get(&code), facts.next_invites.next()).all()?;
    if taken.is_some() {
        return Ok(Decision::failed("an invite with this code exists"));
    }
    Ok(Decision::new(Outcome::InviteCreated(id), Change::InsertInvite { id, code, uses, expires_at, by, at }))
}

pub(super) fn revoke<'a>(facts: &Facts, id: InviteId) -> Decided<'a> {
    let code = facts.invite_codes.get(&id)?.ok_or(Refusal::InviteInvalid)?;
    Ok(Decision::new(Outcome::Done, Change::DeleteInvite { id, code }))
}

/// Redeems one use; deletes the invite after the last one.
pub(super) fn use_up<'a>(code: InviteHash, invite: Option<&InviteFacts>, now: Timestamp) -> Result<Change<'a>, Refusal> {
    let invite = invite.filter(|invite| invite.is_valid(now)).ok_or(Refusal::InviteInvalid)?;
    let id = invite.id;
    Ok(match invite.uses_left {
        0 | 1 => Change::DeleteInvite { id, code },
        uses => Change::SetInviteUses { id, code, uses_left: uses - 1 },
    })
}
