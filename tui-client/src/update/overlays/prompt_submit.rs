//! Submitting a prompt: what each question asks of the server or of this client.

use papo_shared::model::limits::MAX_TOPIC_CHARS;
use papo_shared::model::{GroupName, MessageText, Role, Topic, Username, check_password};
use papo_shared::protocol::{
    Block, ChangePassword, CreateGroup, DeleteMessage, JoinGroup, LeaveGroup, Refusal, RemoveMember, RenameGroup, Request,
    RevokeDevice, RevokeGroupInvite, SetProfile, SetRole, SetTopic,
};

use super::prompt::current;
use crate::effect::Effect;
use crate::state::State;
use crate::state::connection::pending::Asked;
use crate::state::overlays::prompt::{Prompt, Question};
use crate::state::phrase::Phrase;
use crate::state::refusals::{group_name_problem, password_problem, text_problem, words};
use crate::state::text_input::TextInput;
use crate::update::account::{profile, status};
use crate::update::composer::compose;
use crate::update::navigation::inbox;
use crate::update::requests::ask;

/// The letter that confirms was pressed.
pub(crate) fn say_yes(state: &mut State, effects: &mut Vec<Effect>) {
    if current(state).is_some_and(|prompt| !prompt.is_locked) {
        submit(state, effects);
    }
}

/// Sends the answer, or goes on to the next field that is empty.
pub(crate) fn submit(state: &mut State, effects: &mut Vec<Effect>) {
    let me = state.me().cloned();
    let live = state.link.is_live();
    let Some(prompt) = current(state) else { return };
    if prompt.waiting {
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
    if let Question::BelieveCertificate(fingerprint) = prompt.question {
        if is_yes(&prompt.fields[0].1.text()) {
            state.overlay = None;
            effects.push(Effect::Trust(fingerprint));
        } else {
            prompt.problem = Some(Phrase::new("problem-type-yes"));
        }
        return;
    }
    if let Question::HostHere { .. } = prompt.question {
        if is_yes(&prompt.fields[0].1.text()) {
            state.overlay = None;
            effects.push(Effect::HostHere);
        } else {
            prompt.problem = Some(Phrase::new("problem-type-yes-to-host"));
        }
        return;
    }
    if let Question::AnswerTo { conversation, seq } = prompt.question {
        match MessageText::parse(&prompt.fields[0].1.text()) {
            Ok(text) => {
                state.overlay = None;
                compose::post(state, conversation, text, effects);
                inbox::answered(state, conversation, seq, effects);
            }
            Err(problem) => prompt.problem = Some(text_problem(problem)),
        }
        return;
    }
    if let Question::ReallyDiscard(client_id) = prompt.question {
        state.overlay = None;
        return compose::discard(state, client_id);
    }
    match request(prompt, me.as_ref()) {
        Err(problem) => prompt.problem = Some(problem),
        Ok(_) if !live => prompt.problem = Some(Phrase::new("notice-needs-connection")),
        Ok((asked, request)) => {
            prompt.waiting = true;
            prompt.problem = None;
            if matches!(asked, Asked::CreateGroup | Asked::JoinGroup) {
                state.expect_opening(asked.clone());
            }
            ask(state, asked, request, effects);
        }
    }
}

/// In whatever language the interface speaks.
fn is_yes(typed: &str) -> bool {
    ["yes", "sim"].contains(&typed.trim().to_lowercase().as_str())
}

/// What to ask the server, or what can be seen to be wrong without asking.
fn request(prompt: &Prompt, me: Option<&Username>) -> Result<(Asked, Request), Phrase> {
    let text = |field: usize| prompt.fields.get(field).map(|(_, input)| input.text()).unwrap_or_default();
    match &prompt.question {
        Question::NameOfNewGroup => {
            let name = GroupName::parse(&text(0)).map_err(group_name_problem)?;
            Ok((Asked::CreateGroup, Request::CreateGroup(CreateGroup { name: name.into() })))
        }
        &Question::NewNameOf(conversation) => {
            let name = GroupName::parse(&text(0)).map_err(group_name_problem)?;
            Ok((Asked::RenameGroup(conversation), Request::RenameGroup(RenameGroup { conversation, name: name.into() })))
        }
        Question::JoinGroup => Ok((Asked::JoinGroup, Request::JoinGroup(JoinGroup { code: text(0).trim().to_owned() }))),
        &Question::TopicOf(conversation) => {
            let too_long = Refusal::TopicTooLong { max_chars: MAX_TOPIC_CHARS };
            let topic = Topic::parse(&text(0)).map_err(|_| words(&too_long))?.map(String::from).unwrap_or_default();
            Ok((Asked::SetTopic(conversation), Request::SetTopic(SetTopic { conversation, topic })))
        }
        Question::ReallyRemove { group, member } => {
            let request = RemoveMember { conversation: *group, username: member.to_string() };
            Ok((Asked::RemoveMember, Request::RemoveMember(request)))
        }
        Question::HandOver { group, member } => {
            let request = SetRole { conversation: *group, username: member.to_string(), role: Role::Owner };
            Ok((Asked::SetRole, Request::SetRole(request)))
        }
        &Question::ReallyLeave(conversation) => {
            Ok((Asked::LeaveGroup(conversation), Request::LeaveGroup(LeaveGroup { conversation })))
        }
        &Question::ReallyDelete(conversation, seq) => {
            Ok((Asked::Delete(conversation), Request::DeleteMessage(DeleteMessage { conversation, seq })))
        }
        Question::RevokeDevice { this: true, .. } => Ok((Asked::SignOut, Request::SignOut)),
        &Question::RevokeDevice { device, .. } => {
            Ok((Asked::RevokeDevice(device), Request::RevokeDevice(RevokeDevice { device })))
        }
        Question::Profile => {
            let display_name = Some(profile::parse_name(&text(0))?.into());
            let set = SetProfile { display_name, status: Some(status::parse_status(&text(1))?) };
            Ok((Asked::SetProfile(set.clone()), Request::SetProfile(set)))
        }
        Question::ReallyBlock(username) => {
            Ok((Asked::Block(username.clone(), true), Request::Block(Block { username: username.to_string() })))
        }
        &Question::RevokeInvite { group, invite } => {
            let request = RevokeGroupInvite { conversation: group, invite };
            Ok((Asked::RevokeGroupInvite(invite), Request::RevokeGroupInvite(request)))
        }
        Question::BelieveCertificate(_) | Question::HostHere { .. } => Err(Phrase::new("problem-type-yes")),
        Question::ReallyDiscard(_) => Err(Phrase::new("notice-nothing-failed")),
        Question::AnswerTo { .. } => Err(words(&Refusal::TextEmpty)),
        Question::NewPassword => {
            let me = me.ok_or_else(|| words(&Refusal::SignInFirst))?;
            check_password(&text(1), me).map_err(password_problem)?;
            Ok((Asked::ChangePassword, Request::ChangePassword(ChangePassword { current: text(0), new: text(1) })))
        }
    }
}
