//! Slash commands typed into the composer.

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
use crate::update::account::{away, deletion, devices, profile, second_factor};
use crate::update::contacts::blocked;
use crate::update::conversations::notify;
use crate::update::groups::{group_commands, invitations, invites};
use crate::update::navigation::inbox;
use crate::update::quit::quit;
use crate::update::requests::{CommandOutcome, send_if_live};
use crate::update::screen::{open_overlay, show_screen};
use crate::update::search;

/// Largest edit distance between an unknown command and the one suggested instead.
const MAX_TYPOS: usize = 2;

/// Runs a command without arguments for the open conversation, as the command palette does.
pub(crate) fn run_by_name(state: &mut State, command: &str, effects: &mut Vec<Effect>) {
    let open = state.open_conversation().map(|open| open.id).filter(|_| state.screen == Screen::Chat);
    run_command(state, open, command.trim_start_matches('/'), effects);
}

pub(super) fn run_command(
    state: &mut State,
    id: Option<ConversationId>,
    command: &str,
    effects: &mut Vec<Effect>,
) -> CommandOutcome {
    let (verb, rest) = command.split_once(' ').map_or((command, ""), |(verb, rest)| (verb, rest.trim()));
    match verb {
        "menu" => show_screen(state, Screen::Menu),
        "help" => open_overlay(state, Overlay::Help(0)),
        "quit" => quit(state, effects),
        "devices" => devices::open(state, effects),
        "inbox" => inbox::open(state, effects),
        "server" => open_overlay(state, Overlay::Server),
        "search" => search::open_with_query(state, rest, effects),
        "password" => open_overlay(state, Overlay::Prompt(Prompt::new(Question::NewPassword))),
        "2fa" => return second_factor::run_command(state, effects),
        "deleteaccount" => return deletion::run_command(state, effects),
        "recovery" => second_factor::replace_recovery_codes(state),
        "editor" => {
            // The text after the command becomes the draft.
            if let Some(open) = state.open_conversation_mut() {
                open.composer.set(rest);
            }
            editor::open(state, effects);
            return CommandOutcome::KeepsDraft;
        }
        "name" => return profile::run_name(state, rest, effects),
        "status" => return profile::run_status(state, rest, effects),
        "away" => return away::set_away(state, rest, effects),
        "back" => return away::set_back(state, effects),
        "block" => return blocked::run_command(state, rest, true, effects),
        "unblock" => return blocked::run_command(state, rest, false, effects),
        "blocked" => blocked::open(state),
        "join" => return invites::join(state, rest, effects),
        "invitations" => invitations::open(state),
        "signout" => return send_if_live(state, effects, Purpose::SignOut, Request::SignOut),
        "mute" | "mentions" | "unmute" => {
            let Some(id) = id else {
                state.show_status(Phrase::new("notice-no-conversation"));
                return CommandOutcome::KeepsDraft;
            };
            return notify::run_command(state, id, verb, rest, effects);
        }
        _ if group_commands::VERBS.contains(&verb) => {
            let Some(group) = id.filter(|id| is_group(state, *id)) else {
                state.show_status(explain(&Refusal::NotAGroup));
                return CommandOutcome::KeepsDraft;
            };
            return group_commands::run_command(state, group, verb, rest, effects);
        }
        _ => {
            state.show_status(unknown_command_message(verb));
            return CommandOutcome::KeepsDraft;
        }
    }
    CommandOutcome::Done
}

/// The notice for an unknown command, which suggests a similar one if there is one.
fn unknown_command_message(verb: &str) -> Phrase {
    let distance = |known: &str| strsim::damerau_levenshtein(verb, known);
    let nearest = COMMANDS.iter().map(|(row, _)| verb_of(row)).min_by_key(|known| distance(known));
    let nearest = nearest.filter(|known| distance(known) <= MAX_TYPOS.min(verb.chars().count() / 2));
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
