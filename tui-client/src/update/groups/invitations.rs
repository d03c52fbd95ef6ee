//! Invitations to groups: listing, accepting and declining them. They arrive quietly: nothing rings.

use papo_shared::model::ConversationId;
use papo_shared::protocol::{AcceptInvitation, Refusal, Request};

use crate::action::Action;
use crate::effect::Effect;
use crate::layout;
use crate::state::connection::pending::Purpose;
use crate::state::groups::invitation_list::InvitationList;
use crate::state::overlays::prompt::Question;
use crate::state::phrase::Phrase;
use crate::state::refusals::explain;
use crate::state::{Overlay, State};
use crate::update::lists::next_index;
use crate::update::overlays::prompt;
use crate::update::requests::{CommandOutcome, send_if_live, send_request};
use crate::update::screen::open_overlay;

/// Requests the list of pending invitations.
pub(crate) fn request_list(state: &mut State, effects: &mut Vec<Effect>) {
    send_request(state, Purpose::Invitations, Request::ListInvitations, effects);
}

/// Shows the pending invitations.
pub(crate) fn open(state: &mut State) {
    open_overlay(state, Overlay::Invitations(InvitationList::default()));
}

pub(crate) fn move_selection(state: &mut State, action: Action) {
    let count = state.account.invitations.len();
    if count == 0 {
        return;
    }
    let page = usize::from(layout::frame(state.size).body.height / 2);
    let to = next_index(state.selected_invitation_index(), count, page, action);
    let selected = state.account.invitations.get(to).map(|invitation| invitation.conversation);
    if let Some(Overlay::Invitations(list)) = &mut state.overlay {
        list.selected = selected;
    }
}

/// Accepts the selected invitation, and opens the group once the server has made the user a member.
pub(crate) fn accept_selected(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(conversation) = state.selected_invitation().map(|invitation| invitation.conversation) else { return };
    let purpose = Purpose::AcceptInvitation(conversation);
    let request = Request::AcceptInvitation(AcceptInvitation { conversation });
    if send_if_live(state, effects, purpose.clone(), request) == CommandOutcome::Done {
        state.overlay = None;
        state.expect_opening(purpose);
    }
}

/// Asks for confirmation to decline the selected invitation.
pub(crate) fn ask_to_decline(state: &mut State) {
    if let Some(group) = state.selected_invitation().map(|invitation| invitation.conversation) {
        prompt::ask_confirmation(state, Question::ConfirmDecline(group));
    }
}

/// Removes an invitation that the user declined here.
pub(crate) fn finish_declining(state: &mut State, group: ConversationId) {
    prompt::close_if_waiting(state);
    state.remove_invitation(group);
    state.show_status(Phrase::new("notice-invitation-declined"));
}

/// Removes an invitation that no longer exists, and tells the user.
pub(crate) fn take_refusal(state: &mut State, group: ConversationId, refusal: &Refusal) {
    if *refusal == Refusal::NoSuchInvitation {
        state.remove_invitation(group);
    }
    prompt::close_if_waiting(state);
    state.show_status(explain(refusal));
}
