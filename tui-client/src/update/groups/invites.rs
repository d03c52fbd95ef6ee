//! Group invites: codes with which people can join. Creating, listing, revoking and using them.

use papo_shared::model::limits::MAX_GROUP_MEMBERS;
use papo_shared::model::{ConversationId, GroupInviteId, Role};
use papo_shared::protocol::{CreateGroupInvite, GroupInvite, GroupInvites, JoinGroup, ListGroupInvites, Refusal, Request};

use crate::action::Action;
use crate::effect::Effect;
use crate::layout;
use crate::state::connection::pending::Purpose;
use crate::state::groups::invites::Invites;
use crate::state::overlays::prompt::{Prompt, Question};
use crate::state::phrase::Phrase;
use crate::state::refusals::explain;
use crate::state::{Overlay, State};
use crate::update::durations;
use crate::update::durations::ParsedDuration;
use crate::update::lists::next_index;
use crate::update::overlays::prompt;
use crate::update::requests::{CommandOutcome, send_if_live, send_request};
use crate::update::screen::open_overlay;

/// Default lifetime of an invite, in seconds: a week. Invites that never expire are a security risk.
const DEFAULT_EXPIRY_S: u32 = 7 * 86_400;

fn invites_mut(state: &mut State) -> Option<&mut Invites> {
    match &mut state.overlay {
        Some(Overlay::Invites(invites)) => Some(invites),
        _ => None,
    }
}

/// Shows the invites of a group; for admins only.
pub(crate) fn open(state: &mut State, group: ConversationId, effects: &mut Vec<Effect>) -> CommandOutcome {
    if !state.own_role_in(group).reaches(Role::Admin) {
        state.show_status(explain(&Refusal::NotAllowed));
        return CommandOutcome::KeepsDraft;
    }
    let request = Request::ListGroupInvites(ListGroupInvites { conversation: group });
    let outcome = send_if_live(state, effects, Purpose::GroupInvites(group), request);
    if outcome == CommandOutcome::Done {
        open_overlay(state, Overlay::Invites(Invites::new(group)));
    }
    outcome
}

/// Runs `/invite`, with an optional number of uses and an optional lifetime, in any order.
pub(crate) fn create(state: &mut State, group: ConversationId, typed: &str, effects: &mut Vec<Effect>) -> CommandOutcome {
    if !state.own_role_in(group).reaches(Role::Admin) {
        state.show_status(explain(&Refusal::NotAllowed));
        return CommandOutcome::KeepsDraft;
    }
    let (mut uses, mut expires_in_s) = (None, Some(DEFAULT_EXPIRY_S));
    for word in typed.split_whitespace() {
        let number = word.parse::<u32>().ok().filter(|number| (1..=MAX_GROUP_MEMBERS).contains(&(*number as usize)));
        match (number, durations::parse(word)) {
            (Some(number), _) => uses = Some(number),
            (None, Some(ParsedDuration::Seconds(seconds))) => expires_in_s = Some(seconds),
            (None, Some(ParsedDuration::Forever)) => expires_in_s = None,
            (None, None) => {
                state.show_status(Phrase::new("notice-invite-how").text("typed", word).number("max", MAX_GROUP_MEMBERS as u64));
                return CommandOutcome::KeepsDraft;
            }
        }
    }
    let request = CreateGroupInvite { conversation: group, uses, expires_in_s };
    send_if_live(state, effects, Purpose::CreateGroupInvite(group), Request::CreateGroupInvite(request))
}

/// Creates an invite with default settings from the list of invites.
pub(crate) fn create_from_list(state: &mut State, effects: &mut Vec<Effect>) {
    if let Some(group) = invites_mut(state).map(|invites| invites.group) {
        create(state, group, "", effects);
    }
}

/// Takes a new invite. Its code is shown and copied to the clipboard.
pub(crate) fn take_created(state: &mut State, invite: GroupInvite, effects: &mut Vec<Effect>) {
    let GroupInvite { conversation: group, code, listing } = invite;
    let code = papo_shared::model::text::clean_line(&code);
    let mut invites = invites_mut(state).filter(|invites| invites.group == group).cloned().unwrap_or_else(|| Invites::new(group));
    let is_requested = state.pending.contains(&Purpose::GroupInvites(group));
    if invites.list.is_none() && !is_requested {
        send_request(
            state,
            Purpose::GroupInvites(group),
            Request::ListGroupInvites(ListGroupInvites { conversation: group }),
            effects,
        );
    }
    invites.selected = Some(listing.invite);
    invites.fresh = Some((listing.invite, code.clone()));
    if let Some(list) = &mut invites.list {
        list.push(listing);
    }
    // An open form is not replaced, so that its input is not lost.
    if matches!(state.overlay, None | Some(Overlay::Invites(_))) {
        open_overlay(state, Overlay::Invites(invites));
    }
    effects.push(Effect::Copy(code.clone()));
    state.show_status(Phrase::new("notice-invite-copied").text("code", code));
}

/// Copies the code of the newest invite again.
pub(crate) fn copy_code(state: &mut State, effects: &mut Vec<Effect>) {
    match invites_mut(state).map(|invites| invites.fresh.clone()) {
        Some(Some((_, code))) => {
            effects.push(Effect::Copy(code));
            state.show_status(Phrase::new("notice-copied"));
        }
        Some(None) => state.show_status(Phrase::new("notice-no-invite-code")),
        None => {}
    }
}

pub(crate) fn take_list(state: &mut State, page: GroupInvites) {
    if let Some(invites) = invites_mut(state).filter(|invites| invites.group == page.conversation) {
        invites.list = Some(page.invites);
    }
}

pub(crate) fn move_selection(state: &mut State, action: Action) {
    let size = state.size;
    let Some(invites) = invites_mut(state) else { return };
    let Some(list) = &invites.list else { return };
    let page = usize::from(layout::frame(size).body.height / 2);
    let to = next_index(invites.selected_index(), list.len(), page, action);
    invites.selected = list.get(to).map(|invite| invite.invite);
}

/// Asks for confirmation to revoke the selected invite.
pub(crate) fn ask_to_revoke(state: &mut State) {
    let Some(invites) = invites_mut(state) else { return };
    let group = invites.group;
    if let Some(invite) = invites.selected().map(|invite| invite.invite) {
        prompt::ask_confirmation(state, Question::RevokeInvite { group, invite });
    }
}

pub(crate) fn remove_revoked(state: &mut State, invite: GroupInviteId) {
    prompt::close_if_waiting(state);
    if let Some(invites) = invites_mut(state) {
        invites.forget(invite);
    }
    state.show_status(Phrase::new("notice-invite-revoked"));
}

/// Joins a group by an invite code; without a code, a form asks for it.
pub(crate) fn join(state: &mut State, code: &str, effects: &mut Vec<Effect>) -> CommandOutcome {
    if code.is_empty() {
        open_overlay(state, Overlay::Prompt(Prompt::new(Question::JoinGroup)));
        return CommandOutcome::Done;
    }
    let outcome = send_if_live(state, effects, Purpose::JoinGroup, Request::JoinGroup(JoinGroup { code: code.to_owned() }));
    if outcome == CommandOutcome::Done {
        state.expect_opening(Purpose::JoinGroup);
    }
    outcome
}
