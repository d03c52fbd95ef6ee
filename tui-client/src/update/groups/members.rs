//! The list of group members, and the actions of admins on them.

use papo_shared::model::{ConversationId, Role, Username};
use papo_shared::protocol::{Refusal, Request, SetRole};

use super::{invites, member_pages};
use crate::action::Action;
use crate::effect::Effect;
use crate::layout;
use crate::state::connection::pending::Purpose;
use crate::state::groups::members::{MemberAction, MemberList};
use crate::state::overlays::prompt::Question;
use crate::state::phrase::Phrase;
use crate::state::refusals::explain;
use crate::state::{Overlay, State};
use crate::update::contacts::blocked;
use crate::update::lists::next_index;
use crate::update::navigation::chat;
use crate::update::overlays::{picker, prompt};
use crate::update::requests::{CommandOutcome, send_if_live};
use crate::update::screen::open_overlay;

/// Focuses the list of the open group's members.
pub(crate) fn open(state: &mut State, selected: Option<Username>, effects: &mut Vec<Effect>) {
    let Some(group) = state.open_conversation().filter(|open| open.group_name().is_some()).map(|open| open.id) else {
        return state.show_status(explain(&Refusal::NotAGroup));
    };
    member_pages::fetch_if_unknown(state, group, effects);
    open_overlay(state, Overlay::Members(MemberList { group, selected }));
}

/// Handles a click on the list of members beside the chat. `row` counts from 0 at the top of the list's area.
pub(crate) fn handle_click(state: &mut State, row: u16, effects: &mut Vec<Effect>) {
    let Some(open) = state.open_conversation() else { return };
    let rows = layout::member_rows(state);
    let header = rows.y - layout::chat(state).members.y;
    let clicked =
        row.checked_sub(header).and_then(|at| state.members_of(open.id).get(usize::from(at)).map(|(name, _)| (*name).clone()));
    self::open(state, clicked, effects);
}

pub(crate) fn move_selection(state: &mut State, action: Action) {
    let Some((group, selected)) = state.selected_member() else { return };
    let page = usize::from(layout::member_rows(state).height);
    let members = state.members_of(group);
    let at = members.iter().position(|(name, _)| **name == selected);
    let to = members[next_index(at, members.len(), page, action)].0.clone();
    if let Some(Overlay::Members(list)) = &mut state.overlay {
        list.selected = Some(to);
    }
}

/// Opens the conversation with the selected member.
pub(crate) fn open_chat_with_selected(state: &mut State, effects: &mut Vec<Effect>) {
    let Some((_, member)) = state.selected_member() else { return };
    if state.me() == Some(&member) {
        return state.show_status(explain(&Refusal::CannotTargetSelf));
    }
    chat::open_person(state, &member, effects);
}

/// Asks for confirmation to block the selected member.
pub(crate) fn ask_to_block(state: &mut State) {
    let Some((_, member)) = state.selected_member() else { return };
    if state.me() == Some(&member) {
        return state.show_status(explain(&Refusal::CannotTargetSelf));
    }
    prompt::ask_confirmation(state, Question::ConfirmBlock(member));
}

/// Unblocks the selected member.
pub(crate) fn unblock_selected(state: &mut State, effects: &mut Vec<Effect>) {
    if let Some((_, member)) = state.selected_member() {
        blocked::set_blocked(state, member, false, effects);
    }
}

/// Opens the picker of people to add to the listed group.
pub(crate) fn open_add_picker(state: &mut State, effects: &mut Vec<Effect>) {
    if let Some(Overlay::Members(list)) = &state.overlay {
        picker::choose_member_to_add(state, list.group, effects);
    }
}

/// Shows the invites of the listed group.
pub(crate) fn show_invites(state: &mut State, effects: &mut Vec<Effect>) {
    if let Some(Overlay::Members(list)) = &state.overlay {
        invites::open(state, list.group, effects);
    }
}

/// Applies an action to the selected member.
pub(crate) fn change_selected(state: &mut State, action: MemberAction, effects: &mut Vec<Effect>) {
    if let Some((group, member)) = state.selected_member() {
        change_member(state, action, group, member, effects);
    }
}

/// Applies an action to a member named in a command.
pub(crate) fn change_named(
    state: &mut State,
    action: MemberAction,
    group: ConversationId,
    typed: &str,
    effects: &mut Vec<Effect>,
) -> CommandOutcome {
    let members = state.account.conversations.get(&group).and_then(|group| group.members.as_ref());
    let named = Username::parse(typed.trim_start_matches('@')).ok();
    // Members are known once the group has been opened; until then the server checks the name.
    let named = named.filter(|named| members.is_none_or(|members| members.contains(named)));
    match named {
        Some(member) => change_member(state, action, group, member, effects),
        None => {
            state.show_status(explain(&Refusal::NoSuchMember));
            CommandOutcome::KeepsDraft
        }
    }
}

fn change_member(
    state: &mut State,
    action: MemberAction,
    group: ConversationId,
    member: Username,
    effects: &mut Vec<Effect>,
) -> CommandOutcome {
    let knows_members = state.account.conversations.get(&group).is_some_and(|group| group.members.is_some());
    if knows_members && !state.may_apply(action, group, &member) {
        state.show_status(rejection_message(state, action, group, &member));
        return CommandOutcome::KeepsDraft;
    }
    let set_role = |role| Request::SetRole(SetRole { conversation: group, username: member.to_string(), role });
    match action {
        MemberAction::MakeAdmin => send_if_live(state, effects, Purpose::SetRole, set_role(Role::Admin)),
        MemberAction::MakeMember => send_if_live(state, effects, Purpose::SetRole, set_role(Role::Member)),
        MemberAction::HandOver => ask_confirmation(state, Question::HandOver { group, member }),
        MemberAction::Remove => ask_confirmation(state, Question::ConfirmRemove { group, member }),
    }
}

fn ask_confirmation(state: &mut State, question: Question) -> CommandOutcome {
    prompt::ask_confirmation(state, question);
    CommandOutcome::Done
}

/// The notice that explains why an action is not allowed.
fn rejection_message(state: &State, action: MemberAction, group: ConversationId, member: &Username) -> Phrase {
    let needed = if action == MemberAction::Remove { Role::Admin } else { Role::Owner };
    if state.me() == Some(member) {
        explain(&Refusal::CannotTargetSelf)
    } else if !state.own_role_in(group).reaches(needed) || action == MemberAction::Remove {
        explain(&Refusal::NotAllowed)
    } else {
        Phrase::new("notice-role-already").text("who", state.account.people.name_of(member))
    }
}
