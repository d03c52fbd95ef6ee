//! Slash commands for the open group.

use papo_shared::model::limits::MAX_TOPIC_CHARS;
use papo_shared::model::{ConversationId, Role, Topic};
use papo_shared::protocol::{AddMember, Refusal, RenameGroup, Request, SetTopic};

use super::{invites, members};
use crate::effect::Effect;
use crate::state::connection::pending::Purpose;
use crate::state::conversations::conversation::Conversation;
use crate::state::groups::members::MemberAction;
use crate::state::overlays::prompt::{Prompt, Question};
use crate::state::refusals::explain;
use crate::state::{Overlay, State};
use crate::update::overlays::{picker, prompt};
use crate::update::requests::{CommandOutcome, send_if_live};
use crate::update::screen::open_overlay;

/// Names of the group commands.
pub(crate) const VERBS: [&str; 13] = [
    "members",
    "add",
    "remove",
    "admin",
    "member",
    "owner",
    "rename",
    "topic",
    "visibility",
    "retention",
    "invite",
    "invites",
    "leave",
];

/// Runs a group command. If its argument is missing, a form or picker asks for it.
pub(crate) fn run_command(
    state: &mut State,
    id: ConversationId,
    verb: &str,
    rest: &str,
    effects: &mut Vec<Effect>,
) -> CommandOutcome {
    let role = state.own_role_in(id);
    let is_admin = role.reaches(Role::Admin);
    match (verb, rest) {
        ("rename" | "topic" | "visibility", _) if !is_admin => return report_refusal(state, &Refusal::NotAllowed),
        ("retention", _) if !role.reaches(Role::Owner) => return report_refusal(state, &Refusal::NotAllowed),
        ("add", "") => picker::choose_member_to_add(state, id, effects),
        ("add", name) => {
            let username = name.trim_start_matches('@').to_owned();
            let request = Request::AddMember(AddMember { conversation: id, username });
            return send_if_live(state, effects, Purpose::AddMember(id), request);
        }
        ("members", _) | ("remove" | "admin" | "member" | "owner", "") => members::open(state, None, effects),
        ("remove", name) => return members::change_named(state, MemberAction::Remove, id, name, effects),
        ("admin", name) => return members::change_named(state, MemberAction::MakeAdmin, id, name, effects),
        ("member", name) => return members::change_named(state, MemberAction::MakeMember, id, name, effects),
        ("owner", name) => return members::change_named(state, MemberAction::HandOver, id, name, effects),
        ("invites", _) => return invites::open(state, id, effects),
        ("invite", how) => return invites::create(state, id, how, effects),
        ("rename", "") => open_overlay(state, Overlay::Prompt(Prompt::new(Question::RenameGroup(id)))),
        ("rename", name) => {
            let request = Request::RenameGroup(RenameGroup { conversation: id, name: name.to_owned() });
            return send_if_live(state, effects, Purpose::RenameGroup(id), request);
        }
        ("topic", "") => {
            let topic = state.account.conversations.get(&id).and_then(|group| group.topic());
            open_overlay(state, Overlay::Prompt(Prompt::about_topic(id, topic)));
        }
        ("topic", text) => {
            let Ok(topic) = Topic::parse(text) else {
                return report_refusal(state, &Refusal::TopicTooLong { max_chars: MAX_TOPIC_CHARS });
            };
            let topic = topic.map(String::from).unwrap_or_default();
            return send_if_live(state, effects, Purpose::SetTopic(id), Request::SetTopic(SetTopic { conversation: id, topic }));
        }
        ("visibility", _) => {
            let current = state.account.conversations.get(&id).and_then(Conversation::visibility).unwrap_or_default();
            open_overlay(state, Overlay::Prompt(Prompt::about_visibility(id, current)));
        }
        ("retention", _) => {
            let days = state.account.conversations.get(&id).and_then(Conversation::retention_days);
            open_overlay(state, Overlay::Prompt(Prompt::about_retention(id, days)));
        }
        _ => prompt::ask_confirmation(state, Question::ConfirmLeave(id)),
    }
    CommandOutcome::Done
}

fn report_refusal(state: &mut State, refusal: &Refusal) -> CommandOutcome {
    state.show_status(explain(refusal));
    CommandOutcome::KeepsDraft
}
