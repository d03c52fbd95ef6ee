//! Which keys the hint line offers: where one selects somebody, those that do something with them.

use papo_shared::model::Role;

use crate::action::Action;
use crate::state::groups::members::MemberDeed;
use crate::state::{Overlay, State};

/// Whether the hint line shows what this action is called, where the keys go to now.
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
    let may = |deed| state.may_do(deed, group, &member);
    match action {
        Action::MakeAdmin => may(MemberDeed::MakeAdmin),
        Action::MakeMember => may(MemberDeed::MakeMember),
        Action::HandOver => may(MemberDeed::HandOver),
        Action::RemoveMember => may(MemberDeed::Remove),
        Action::ShowInvites => state.own_role_in(group).reaches(Role::Admin),
        Action::BlockMember => state.me() != Some(&member) && !state.account.blocked.contains(&member),
        Action::UnblockMember => state.account.blocked.contains(&member),
        Action::Confirm => state.me() != Some(&member),
        _ => true,
    }
}
