//! Which bindings the hint line shows: in the lists of members and invites, those that apply to the selected row.

use papo_shared::model::Role;

use crate::action::Action;
use crate::state::groups::members::MemberAction;
use crate::state::{Overlay, State};

/// Whether the hint line shows an action that is bound in the current focus.
#[must_use]
pub fn is_offered(state: &State, action: Action) -> bool {
    match &state.overlay {
        Some(Overlay::Members(_)) => is_offered_for_member(state, action),
        Some(Overlay::Invites(invites)) => match action {
            Action::RevokeInvite => invites.selected().is_some(),
            Action::CopyInvite => invites.fresh.is_some(),
            _ => true,
        },
        _ => true,
    }
}

fn is_offered_for_member(state: &State, action: Action) -> bool {
    let Some((group, member)) = state.selected_member() else { return action == Action::CloseOverlay };
    let is_allowed = |action| state.may_apply(action, group, &member);
    match action {
        Action::MakeAdmin => is_allowed(MemberAction::MakeAdmin),
        Action::MakeMember => is_allowed(MemberAction::MakeMember),
        Action::HandOver => is_allowed(MemberAction::HandOver),
        Action::RemoveMember => is_allowed(MemberAction::Remove),
        Action::ShowInvites => state.own_role_in(group).reaches(Role::Admin),
        Action::BlockMember => state.me() != Some(&member) && !state.account.blocked.contains(&member),
        Action::UnblockMember => state.account.blocked.contains(&member),
        Action::Confirm => state.me() != Some(&member),
        _ => true,
    }
}
