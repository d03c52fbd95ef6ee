//! Which bindings the hint line shows: in the lists of members and invites, those that apply to the selected row. In prompts and
//! pickers, the hint says what confirming does.

use papo_shared::model::Role;

use crate::action::Action;
use crate::state::groups::members::MemberAction;
use crate::state::overlays::picker::Choice;
use crate::state::overlays::prompt::{Prompt, Question};
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
        Some(Overlay::Invitations(_)) if matches!(action, Action::Confirm | Action::DeclineInvitation) => {
            state.selected_invitation().is_some()
        }
        _ => true,
    }
}

/// The translation key of a binding's hint: `default`, or what confirming does in the open prompt or picker.
#[must_use]
pub fn hint_for(state: &State, action: Action, default: &'static str) -> &'static str {
    match (&state.overlay, action) {
        (Some(Overlay::Prompt(prompt)), Action::Confirm | Action::SayYes) => prompt_hint(prompt),
        (Some(Overlay::Picker(picker)), Action::Confirm) => match picker.choice {
            Choice::Anything | Choice::Directory | Choice::PersonToChatWith | Choice::GroupToChatIn => "hint-open",
            Choice::PersonToUnblock => "hint-unblock",
            Choice::PersonToAdd(_) => "hint-add",
            Choice::LinkToOpen(_) => "hint-open-link",
            Choice::LinkToCopy(_) => "hint-copy-link",
            Choice::CodeToCopy(_) => "hint-copy-code",
            Choice::GroupToAddTo | Choice::Reaction(..) => default,
        },
        (Some(Overlay::Notify(_)), Action::Confirm) => "hint-save",
        _ => default,
    }
}

fn prompt_hint(prompt: &Prompt) -> &'static str {
    let is_missing = |field: usize| prompt.fields[field].1.is_empty() && !prompt.may_be_empty(field);
    if (0..prompt.fields.len()).any(|field| field != prompt.focus && is_missing(field)) {
        return "hint-confirm";
    }
    match prompt.question {
        Question::CreateGroup => "hint-create",
        Question::RenameGroup(_)
        | Question::SetTopic(_)
        | Question::SetVisibility(_)
        | Question::SetRetention(_)
        | Question::Profile
        | Question::NewPassword => "hint-save",
        Question::JoinGroup => "hint-join",
        Question::DeleteAccount { .. } => "hint-delete-account",
        Question::EnableTotp => "hint-continue",
        Question::ConfirmTotp(_) => "hint-turn-on",
        Question::DisableTotp { .. } => "hint-turn-off",
        Question::ReplaceRecoveryCodes => "hint-create",
        Question::ConfirmLeave(_) => "hint-leave",
        Question::ConfirmRemove { .. } => "hint-remove-member",
        Question::HandOver { .. } => "hint-hand-over",
        Question::ConfirmDelete(..) => "hint-delete",
        Question::ReportMessage(..) => "hint-report",
        Question::ConfirmDiscard(_) => "hint-discard",
        Question::ConfirmBlock(_) => "hint-block",
        Question::ConfirmDecline(_) => "hint-decline",
        Question::RevokeInvite { .. } => "hint-revoke-invite",
        Question::RevokeDevice { .. } => "hint-revoke-device",
        Question::ReplyTo { .. } => "hint-send",
        Question::TrustCertificate { .. } | Question::ConfirmCommunity { .. } => "hint-confirm",
        Question::HostHere { .. } => "hint-host",
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
