//! Codes by which people come into a group by themselves: making, listing, revoking, using them.

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
use crate::update::durations::Lasting;
use crate::update::lists::step;
use crate::update::overlays::prompt;
use crate::update::requests::{CommandOutcome, ask, when_live};
use crate::update::screen::lay_over;

/// An invite is good for this long unless something else is said, in seconds: a week. One that lies around for ever is a door
/// left open.
const GOOD_FOR_S: u32 = 7 * 86_400;

fn current(state: &mut State) -> Option<&mut Invites> {
    match &mut state.overlay {
        Some(Overlay::Invites(invites)) => Some(invites),
        _ => None,
    }
}

/// Shows the invites to a group.
pub(crate) fn open(state: &mut State, group: ConversationId, effects: &mut Vec<Effect>) -> CommandOutcome {
    if !state.own_role_in(group).reaches(Role::Admin) {
        state.show_status(explain(&Refusal::NotAllowed));
        return CommandOutcome::KeepsDraft;
    }
    let request = Request::ListGroupInvites(ListGroupInvites { conversation: group });
    let outcome = when_live(state, effects, Purpose::GroupInvites(group), request);
    if outcome == CommandOutcome::Done {
        lay_over(state, Overlay::Invites(Invites::new(group)));
    }
    outcome
}

/// Makes an invite: `/invite`, with how many can come by it and how long it is good for, in any order.
pub(crate) fn create(state: &mut State, group: ConversationId, typed: &str, effects: &mut Vec<Effect>) -> CommandOutcome {
    if !state.own_role_in(group).reaches(Role::Admin) {
        state.show_status(explain(&Refusal::NotAllowed));
        return CommandOutcome::KeepsDraft;
    }
    let (mut uses, mut expires_in_s) = (None, Some(GOOD_FOR_S));
    for word in typed.split_whitespace() {
        let number = word.parse::<u32>().ok().filter(|number| (1..=MAX_GROUP_MEMBERS).contains(&(*number as usize)));
        match (number, durations::parse(word)) {
            (Some(number), _) => uses = Some(number),
            (None, Some(Lasting::Seconds(seconds))) => expires_in_s = Some(seconds),
            (None, Some(Lasting::Forever)) => expires_in_s = None,
            (None, None) => {
                state.show_status(Phrase::new("notice-invite-how").text("typed", word).number("max", MAX_GROUP_MEMBERS as u64));
                return CommandOutcome::KeepsDraft;
            }
        }
    }
    let request = CreateGroupInvite { conversation: group, uses, expires_in_s };
    when_live(state, effects, Purpose::CreateGroupInvite(group), Request::CreateGroupInvite(request))
}

/// Makes one more from the list.
pub(crate) fn create_here(state: &mut State, effects: &mut Vec<Effect>) {
    if let Some(group) = current(state).map(|invites| invites.group) {
        create(state, group, "", effects);
    }
}

/// There is one more. Its code is shown and on the clipboard.
pub(crate) fn created(state: &mut State, invite: GroupInvite, effects: &mut Vec<Effect>) {
    let GroupInvite { conversation: group, code, listing } = invite;
    let code = papo_shared::model::text::clean_line(&code);
    let mut shown = current(state).filter(|shown| shown.group == group).cloned().unwrap_or_else(|| Invites::new(group));
    let waits = state.pending.contains(&Purpose::GroupInvites(group));
    if shown.list.is_none() && !waits {
        ask(state, Purpose::GroupInvites(group), Request::ListGroupInvites(ListGroupInvites { conversation: group }), effects);
    }
    shown.selected = Some(listing.invite);
    shown.fresh = Some((listing.invite, code.clone()));
    if let Some(list) = &mut shown.list {
        list.push(listing);
    }
    // What is being filled in is not thrown away for it.
    if matches!(state.overlay, None | Some(Overlay::Invites(_))) {
        lay_over(state, Overlay::Invites(shown));
    }
    effects.push(Effect::Copy(code.clone()));
    state.show_status(Phrase::new("notice-invite-copied").text("code", code));
}

/// Puts the code of the newest one on the clipboard again.
pub(crate) fn copy(state: &mut State, effects: &mut Vec<Effect>) {
    match current(state).map(|invites| invites.fresh.clone()) {
        Some(Some((_, code))) => {
            effects.push(Effect::Copy(code));
            state.show_status(Phrase::new("notice-copied"));
        }
        Some(None) => state.show_status(Phrase::new("notice-no-invite-code")),
        None => {}
    }
}

pub(crate) fn listed(state: &mut State, page: GroupInvites) {
    if let Some(shown) = current(state).filter(|shown| shown.group == page.conversation) {
        shown.list = Some(page.invites);
    }
}

pub(crate) fn move_selection(state: &mut State, action: Action) {
    let size = state.size;
    let Some(invites) = current(state) else { return };
    let Some(list) = &invites.list else { return };
    let page = usize::from(layout::frame(size).body.height / 2);
    let to = step(invites.selected_index(), list.len(), page, action);
    invites.selected = list.get(to).map(|invite| invite.invite);
}

/// Asks whether to revoke the selected one.
pub(crate) fn ask_to_revoke(state: &mut State) {
    let Some(shown) = current(state) else { return };
    let group = shown.group;
    if let Some(invite) = shown.selected().map(|invite| invite.invite) {
        prompt::confirm_first(state, Question::RevokeInvite { group, invite });
    }
}

pub(crate) fn revoked(state: &mut State, invite: GroupInviteId) {
    prompt::done(state);
    if let Some(shown) = current(state) {
        shown.forget(invite);
    }
    state.show_status(Phrase::new("notice-invite-revoked"));
}

/// Comes into a group by a code; without one it is asked for.
pub(crate) fn join(state: &mut State, code: &str, effects: &mut Vec<Effect>) -> CommandOutcome {
    if code.is_empty() {
        lay_over(state, Overlay::Prompt(Prompt::new(Question::JoinGroup)));
        return CommandOutcome::Done;
    }
    let asked = when_live(state, effects, Purpose::JoinGroup, Request::JoinGroup(JoinGroup { code: code.to_owned() }));
    if asked == CommandOutcome::Done {
        state.expect_opening(Purpose::JoinGroup);
    }
    asked
}
