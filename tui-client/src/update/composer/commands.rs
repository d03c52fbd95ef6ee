//! Commands typed into the composer: lines that start with `/`.

use papo_shared::model::ConversationId;
use papo_shared::protocol::{Refusal, Request};

use super::editor;
use crate::effect::Effect;
use crate::keymap::{COMMANDS, verb_of};
use crate::state::connection::pending::Purpose;
use crate::state::overlays::prompt::{Prompt, Question};
use crate::state::phrase::Phrase;
use crate::state::refusals::explain;
use crate::state::{Overlay, Screen, State};
use crate::update::account::{away, devices, profile};
use crate::update::contacts::blocked;
use crate::update::conversations::notify;
use crate::update::groups::{group_commands, invites};
use crate::update::navigation::inbox;
use crate::update::quit::quit;
use crate::update::requests::{CommandOutcome, when_live};
use crate::update::screen::{lay_over, show};
use crate::update::search;

/// Most letters that are wrong, missing, too many or swapped in a command for which another one is proposed.
const MOST_MISTYPED: usize = 2;

/// Does what a command says, without anything after it, for the conversation that is open.
pub(crate) fn run_by_name(state: &mut State, command: &str, effects: &mut Vec<Effect>) {
    let open = state.open_conversation().map(|open| open.id).filter(|_| state.screen == Screen::Chat);
    run(state, open, command.trim_start_matches('/'), effects);
}

pub(super) fn run(state: &mut State, id: Option<ConversationId>, command: &str, effects: &mut Vec<Effect>) -> CommandOutcome {
    let (verb, rest) = command.split_once(' ').map_or((command, ""), |(verb, rest)| (verb, rest.trim()));
    match verb {
        "menu" => show(state, Screen::Menu),
        "help" => lay_over(state, Overlay::Help(0)),
        "quit" => quit(state, effects),
        "devices" => devices::open(state, effects),
        "inbox" => inbox::open(state, effects),
        "server" => lay_over(state, Overlay::Server),
        "search" => search::open_with(state, rest, effects),
        "password" => lay_over(state, Overlay::Prompt(Prompt::new(Question::NewPassword))),
        "editor" => {
            // What comes after it is what one begins with.
            if let Some(open) = state.open_conversation_mut() {
                open.composer.set(rest);
            }
            editor::open(state, effects);
            return CommandOutcome::KeepsDraft;
        }
        "name" => return profile::run_name(state, rest, effects),
        "status" => return profile::run_status(state, rest, effects),
        "away" => return away::leave(state, rest, effects),
        "back" => return away::come_back(state, effects),
        "block" => return blocked::run(state, rest, true, effects),
        "unblock" => return blocked::run(state, rest, false, effects),
        "blocked" => blocked::open(state),
        "join" => return invites::join(state, rest, effects),
        "signout" => return when_live(state, effects, Purpose::SignOut, Request::SignOut),
        "mute" | "mentions" | "unmute" => {
            let Some(id) = id else {
                state.show_status(Phrase::new("notice-no-conversation"));
                return CommandOutcome::KeepsDraft;
            };
            return notify::run(state, id, verb, rest, effects);
        }
        _ if group_commands::VERBS.contains(&verb) => {
            let Some(group) = id.filter(|id| is_group(state, *id)) else {
                state.show_status(explain(&Refusal::NotAGroup));
                return CommandOutcome::KeepsDraft;
            };
            return group_commands::run(state, group, verb, rest, effects);
        }
        _ => {
            state.show_status(unknown(verb));
            return CommandOutcome::KeepsDraft;
        }
    }
    CommandOutcome::Done
}

/// There is no such command; the nearest one is named, where one is near.
fn unknown(verb: &str) -> Phrase {
    let likeness = |known: &str| strsim::damerau_levenshtein(verb, known);
    let nearest = COMMANDS.iter().map(|(row, _)| verb_of(row)).min_by_key(|known| likeness(known));
    let nearest = nearest.filter(|known| likeness(known) <= MOST_MISTYPED.min(verb.chars().count() / 2));
    match nearest {
        Some(nearest) => {
            Phrase::new("notice-unknown-command-near").text("command", format!("/{verb}")).text("near", format!("/{nearest}"))
        }
        None => Phrase::new("notice-unknown-command").text("command", format!("/{verb}")),
    }
}

fn is_group(state: &State, id: ConversationId) -> bool {
    state.account.conversations.get(&id).is_some_and(|conversation| conversation.group_name().is_some())
}
