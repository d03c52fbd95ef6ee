//! Submitting a prompt: sends the request that its question stands for, or carries it out locally.

use papo_shared::model::limits::{MAX_REPORT_REASON_CHARS, MAX_RETENTION_DAYS, MAX_TOPIC_CHARS};
use papo_shared::model::{GroupName, MessageText, ReportReason, Role, Topic, Username, check_password};
use papo_shared::protocol::{
    Block, ChangePassword, ConfirmTotp, CreateGroup, DeclineInvitation, DeleteMessage, DisableTotp, EnableTotp, JoinGroup,
    LeaveGroup, Refusal, RemoveMember, RenameGroup, ReplaceRecoveryCodes, ReportMessage, Request, RevokeDevice,
    RevokeGroupInvite, SetProfile, SetRetention, SetRole, SetTopic, SetVisibility,
};

use super::prompt::prompt_mut;
use crate::effect::Effect;
use crate::state::State;
use crate::state::connection::pending::Purpose;
use crate::state::conversations::conversation::Conversation;
use crate::state::overlays::prompt::{Prompt, Question};
use crate::state::phrase::Phrase;
use crate::state::refusals::{explain, group_name_problem, password_problem, text_problem};
use crate::state::text_input::TextInput;
use crate::update::account::{deletion, profile, status};
use crate::update::composer::compose;
use crate::update::navigation::inbox;
use crate::update::requests::send_request;

/// Submits a confirmation after its letter was pressed, unless it is locked.
pub(crate) fn submit_confirmation(state: &mut State, effects: &mut Vec<Effect>) {
    if prompt_mut(state).is_some_and(|prompt| !prompt.is_locked) {
        submit(state, effects);
    }
}

/// Submits the prompt, or focuses the first required field that is empty.
pub(crate) fn submit(state: &mut State, effects: &mut Vec<Effect>) {
    let me = state.me().cloned();
    let is_live = state.link.is_live();
    let Some(prompt) = prompt_mut(state) else { return };
    if prompt.is_waiting {
        return;
    }
    let is_missing = |(field, (_, input)): (usize, &(&str, TextInput))| input.is_empty() && !prompt.may_be_empty(field);
    if let Some(empty) = prompt.fields.iter().enumerate().position(is_missing) {
        if prompt.focus == empty {
            prompt.problem = Some(Phrase::new("problem-empty-field"));
        }
        prompt.focus = empty;
        return;
    }
    let decision = match prompt.question {
        Question::TrustCertificate { certificate, .. } => Some((Effect::Trust(certificate), "problem-type-yes")),
        Question::ConfirmCommunity { server, .. } => Some((Effect::ConfirmCommunity(server), "problem-type-yes-to-confirm")),
        Question::HostHere { .. } => Some((Effect::HostHere, "problem-type-yes-to-host")),
        _ => None,
    };
    if let Some((effect, problem)) = decision {
        if is_yes(&prompt.fields[0].1.text()) {
            state.overlay = None;
            effects.push(effect);
        } else {
            prompt.problem = Some(Phrase::new(problem));
        }
        return;
    }
    if let Question::ReplyTo { conversation, seq } = prompt.question {
        match MessageText::parse(&prompt.fields[0].1.text()) {
            Ok(text) => {
                if state.account.conversations.get(&conversation).is_some_and(Conversation::is_closed) {
                    return state.show_status(Phrase::new("notice-conversation-closed"));
                }
                state.overlay = None;
                compose::queue_message(state, conversation, text, effects);
                inbox::finish_reply(state, conversation, seq, effects);
            }
            Err(problem) => prompt.problem = Some(text_problem(problem)),
        }
        return;
    }
    if let Question::ConfirmDiscard(client_id) = prompt.question {
        state.overlay = None;
        return compose::discard(state, client_id);
    }
    match build_request(prompt, me.as_ref()) {
        Err(problem) => prompt.problem = Some(problem),
        Ok(_) if !is_live => prompt.problem = Some(Phrase::new("notice-needs-connection")),
        Ok((asked, request)) => {
            prompt.is_waiting = true;
            prompt.problem = None;
            if matches!(asked, Purpose::CreateGroup | Purpose::JoinGroup) {
                state.expect_opening(asked.clone());
            }
            send_request(state, asked, request, effects);
        }
    }
}

/// Accepted in every language, whichever one the interface uses.
fn is_yes(typed: &str) -> bool {
    ["yes", "sim"].contains(&typed.trim().to_lowercase().as_str())
}

/// For how many days messages are kept; `None` for a blank text.
fn parse_retention_days(typed: &str) -> Result<Option<u32>, Phrase> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let days = typed.parse().ok().filter(|days| (1..=MAX_RETENTION_DAYS).contains(days));
    days.map(Some).ok_or_else(|| Phrase::new("problem-days").number("max", MAX_RETENTION_DAYS.into()))
}

/// The request for a question, or the problem found by checking the input without the server.
fn build_request(prompt: &Prompt, me: Option<&Username>) -> Result<(Purpose, Request), Phrase> {
    let text = |field: usize| prompt.fields.get(field).map(|(_, input)| input.text()).unwrap_or_default();
    match &prompt.question {
        Question::CreateGroup => {
            let name = GroupName::parse(&text(0)).map_err(group_name_problem)?;
            Ok((Purpose::CreateGroup, Request::CreateGroup(CreateGroup { name: name.into(), visibility: prompt.visibility })))
        }
        &Question::RenameGroup(conversation) => {
            let name = GroupName::parse(&text(0)).map_err(group_name_problem)?;
            Ok((Purpose::RenameGroup(conversation), Request::RenameGroup(RenameGroup { conversation, name: name.into() })))
        }
        Question::JoinGroup => Ok((Purpose::JoinGroup, Request::JoinGroup(JoinGroup { code: text(0).trim().to_owned() }))),
        &Question::SetTopic(conversation) => {
            let too_long = Refusal::TopicTooLong { max_chars: MAX_TOPIC_CHARS };
            let topic = Topic::parse(&text(0)).map_err(|_| explain(&too_long))?.map(String::from).unwrap_or_default();
            Ok((Purpose::SetTopic(conversation), Request::SetTopic(SetTopic { conversation, topic })))
        }
        &Question::SetVisibility(conversation) => {
            let visibility = prompt.visibility.unwrap_or_default();
            Ok((Purpose::SetVisibility(conversation), Request::SetVisibility(SetVisibility { conversation, visibility })))
        }
        &Question::SetRetention(conversation) => {
            let days = parse_retention_days(&text(0))?;
            Ok((Purpose::SetRetention, Request::SetRetention(SetRetention { conversation, days })))
        }
        &Question::ConfirmDecline(conversation) => {
            let request = Request::DeclineInvitation(DeclineInvitation { conversation });
            Ok((Purpose::DeclineInvitation(conversation), request))
        }
        Question::ConfirmRemove { group, member } => {
            let request = RemoveMember { conversation: *group, username: member.to_string() };
            Ok((Purpose::RemoveMember, Request::RemoveMember(request)))
        }
        Question::HandOver { group, member } => {
            let request = SetRole { conversation: *group, username: member.to_string(), role: Role::Owner };
            Ok((Purpose::SetRole, Request::SetRole(request)))
        }
        &Question::ConfirmLeave(conversation) => {
            Ok((Purpose::LeaveGroup(conversation), Request::LeaveGroup(LeaveGroup { conversation })))
        }
        &Question::ConfirmDelete(conversation, seq) => {
            Ok((Purpose::Delete(conversation), Request::DeleteMessage(DeleteMessage { conversation, seq })))
        }
        &Question::ReportMessage(conversation, seq) => {
            let too_long = Refusal::ReasonTooLong { max_chars: MAX_REPORT_REASON_CHARS };
            let reason = ReportReason::parse(&text(0)).map_err(|_| explain(&too_long))?.map(String::from);
            Ok((Purpose::Report, Request::ReportMessage(ReportMessage { conversation, seq, reason })))
        }
        Question::RevokeDevice { this: true, .. } => Ok((Purpose::SignOut, Request::SignOut)),
        &Question::RevokeDevice { device, .. } => {
            Ok((Purpose::RevokeDevice(device), Request::RevokeDevice(RevokeDevice { device })))
        }
        Question::Profile => {
            let display_name = Some(profile::parse_name(&text(0))?.into());
            let set = SetProfile { display_name, status: Some(status::parse_status(&text(1))?) };
            Ok((Purpose::SetProfile(set.clone()), Request::SetProfile(set)))
        }
        Question::ConfirmBlock(username) => {
            Ok((Purpose::Block(username.clone(), true), Request::Block(Block { username: username.to_string() })))
        }
        &Question::RevokeInvite { group, invite } => {
            let request = RevokeGroupInvite { conversation: group, invite };
            Ok((Purpose::RevokeGroupInvite(invite), Request::RevokeGroupInvite(request)))
        }
        Question::TrustCertificate { .. } | Question::ConfirmCommunity { .. } | Question::HostHere { .. } => {
            Err(Phrase::new("problem-type-yes"))
        }
        Question::ConfirmDiscard(_) => Err(Phrase::new("notice-nothing-failed")),
        Question::ReplyTo { .. } => Err(explain(&Refusal::TextEmpty)),
        Question::DeleteAccount { requires_code } => {
            let (code, choice) = if *requires_code { (Some(text(1)), text(2)) } else { (None, text(1)) };
            Ok((Purpose::DeleteAccount, deletion::build_request(text(0), code, &choice)?))
        }
        Question::EnableTotp => Ok((Purpose::SecondFactor, Request::EnableTotp(EnableTotp { password: text(0) }))),
        Question::ConfirmTotp(_) => Ok((Purpose::SecondFactor, Request::ConfirmTotp(ConfirmTotp { code: text(0) }))),
        Question::DisableTotp { .. } => {
            let request = DisableTotp { password: text(0), code: text(1) };
            Ok((Purpose::SecondFactor, Request::DisableTotp(request)))
        }
        Question::ReplaceRecoveryCodes => {
            let request = ReplaceRecoveryCodes { password: text(0), code: text(1) };
            Ok((Purpose::SecondFactor, Request::ReplaceRecoveryCodes(request)))
        }
        Question::NewPassword => {
            let me = me.ok_or_else(|| explain(&Refusal::SignInFirst))?;
            check_password(&text(1), me).map_err(password_problem)?;
            Ok((Purpose::ChangePassword, Request::ChangePassword(ChangePassword { current: text(0), new: text(1) })))
        }
    }
}
