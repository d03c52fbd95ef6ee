//! What Enter in the composer does: sends a message, or does what a line that starts with `/` says.

use papo_shared::model::{ConversationId, MessageText, TextProblem};
use papo_shared::protocol::{Refusal, Request};

use super::{answer, compose, editor, paste};
use crate::effect::Effect;
use crate::keymap::COMMANDS;
use crate::state::connection::pending::Asked;
use crate::state::overlays::prompt::{Prompt, Question};
use crate::state::phrase::Phrase;
use crate::state::refusals::words;
use crate::state::{Overlay, Screen, State};
use crate::update::account::{away, devices, profile};
use crate::update::contacts::blocked;
use crate::update::conversations::notify;
use crate::update::groups::{group_commands, invites};
use crate::update::navigation::inbox;
use crate::update::quit::quit;
use crate::update::{ask, lay_over, search, show};

/// What Enter does with the composer. What cannot be done stays in it.
pub(crate) fn send_draft(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(open) = state.open_conversation_mut() else { return };
    if open.composer.is_after('\\') {
        // The way to a new line that works on every terminal.
        open.composer.delete_backwards();
        return compose::new_line(state, effects);
    }
    if paste::asks_first(state) {
        return paste::ask(state);
    }
    send_composed(state, effects);
}

/// Sends what the composer holds, as a message or as another text of one, or does it where it is a command.
pub(crate) fn send_composed(state: &mut State, effects: &mut Vec<Effect>) {
    let Some(open) = state.open_conversation_mut() else { return };
    let id = open.id;
    if open.editing.is_some() {
        return answer::send_edit(state, effects);
    }
    let typed = open.composer.text();
    // A line break at the end is one that came with a pasted line.
    let is_command = typed.starts_with('/') && !typed.starts_with("//") && !typed.trim_end().contains('\n');
    if is_command {
        if run(state, Some(id), typed[1..].trim(), effects) == Outcome::Done
            && let Some(conversation) = state.conversations.get_mut(&id)
        {
            conversation.composer.take();
        }
        return;
    }
    // Two slashes are how one says a line that starts with a slash.
    let said = if typed.starts_with("//") { &typed[1..] } else { &typed };
    match MessageText::parse(said) {
        Ok(text) => {
            open.composer.take();
            compose::post(state, id, text, effects);
        }
        Err(TextProblem::Empty) => {}
        Err(TextProblem::TooLong) => {
            let max_bytes = papo_shared::model::limits::MAX_MESSAGE_BYTES;
            state.say(words(&Refusal::TextTooLong { max_bytes }));
        }
    }
}

/// Most letters that are wrong, missing, too many or swapped in a command for which another one is proposed.
const MOST_MISTYPED: usize = 2;

/// What became of a command.
#[derive(PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is done, or asked of the server, or of the person.
    Done,
    /// What is in the composer stays there: for another try, after it was said why, or since it is what was asked for.
    NotDone,
}

/// Does what a command says, without anything after it, for the conversation that is open.
pub(crate) fn run_by_name(state: &mut State, command: &str, effects: &mut Vec<Effect>) {
    let open = state.open_conversation().map(|open| open.id).filter(|_| state.screen == Screen::Chat);
    run(state, open, command.trim_start_matches('/'), effects);
}

fn run(state: &mut State, id: Option<ConversationId>, command: &str, effects: &mut Vec<Effect>) -> Outcome {
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
            return Outcome::NotDone;
        }
        "name" => return profile::run_name(state, rest, effects),
        "status" => return profile::run_status(state, rest, effects),
        "away" => return away::leave(state, rest, effects),
        "back" => return away::come_back(state, effects),
        "block" => return blocked::run(state, rest, true, effects),
        "unblock" => return blocked::run(state, rest, false, effects),
        "blocked" => blocked::open(state),
        "join" => return invites::join(state, rest, effects),
        "signout" => return when_live(state, effects, Asked::SignOut, Request::SignOut),
        "mute" | "mentions" | "unmute" => {
            let Some(id) = id else {
                state.say(Phrase::new("notice-no-conversation"));
                return Outcome::NotDone;
            };
            return notify::run(state, id, verb, rest, effects);
        }
        _ if group_commands::VERBS.contains(&verb) => {
            let Some(group) = id.filter(|id| is_group(state, *id)) else {
                state.say(words(&Refusal::NotAGroup));
                return Outcome::NotDone;
            };
            return group_commands::run(state, group, verb, rest, effects);
        }
        _ => {
            state.say(unknown(verb));
            return Outcome::NotDone;
        }
    }
    Outcome::Done
}

/// The command of a row of the keymap's table, without its slash and what comes after it.
pub(crate) fn verb_of(row: &'static str) -> &'static str {
    row.trim_start_matches('/').split(' ').next().unwrap_or(row)
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
    state.conversations.get(&id).is_some_and(|conversation| conversation.group_name().is_some())
}

/// Asks the server, where there is a connection.
pub(crate) fn when_live(state: &mut State, effects: &mut Vec<Effect>, asked: Asked, request: Request) -> Outcome {
    if !state.link.is_live() {
        state.say(Phrase::new("notice-needs-connection"));
        return Outcome::NotDone;
    }
    ask(state, asked, request, effects);
    Outcome::Done
}
