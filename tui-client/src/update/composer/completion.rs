//! Offering what the word being typed may become, and taking it.

use crossterm::event::{KeyCode, KeyEvent};
use papo_shared::model::{ConversationId, Username};

use crate::action::Action;
use crate::keymap::{COMMANDS, verb_of};
use crate::state::composer::completion::emoji::NamedEmoji;
use crate::state::composer::completion::word::{Sign, Word, closed_name, word_at};
use crate::state::composer::completion::{CompletionItem, CompletionKind, Fit, PopUp, emoji};
use crate::state::conversations::conversation::Conversation;
use crate::state::matching::{filter_by_name, has_word_starting_with};
use crate::state::navigation::chat::{ChatFocus, Side};
use crate::state::{Screen, State};

/// Most that is offered for a word; more letters find the rest.
const MOST_OFFERED: usize = 50;

/// The composer was typed in: the list for the word at the cursor opens, changes or closes.
pub(crate) fn typed(state: &mut State, key: KeyEvent) {
    state.account.completion.pop_up = None;
    if key.code == KeyCode::Char(':') {
        turn_name_into_emoji(state);
    }
    let Some(open) = state.open_conversation() else { return };
    let Some(word) = word_at(open.composer.lines(), open.composer.cursor()) else {
        state.account.completion.declined = None;
        return;
    };
    let conversation = open.id;
    if state.account.completion.declined == Some((conversation, word.line, word.start)) {
        return;
    }
    let offers = offers(state, open, &word);
    state.account.completion.declined = None;
    if !offers.is_empty() {
        state.account.completion.pop_up = Some(PopUp { conversation, word, items: offers, selected: 0, selection_moved: false });
    }
}

/// A whole name between colons becomes its emoji with the second colon.
fn turn_name_into_emoji(state: &mut State) {
    let Some(open) = state.open_conversation_mut() else { return };
    let Some(word) = closed_name(open.composer.lines(), open.composer.cursor()) else { return };
    if let Some(emoji) = emoji::named(&word.typed) {
        open.composer.replace_before_cursor(word.end - word.start, emoji);
    }
}

/// Closes the list where its word is not being typed any more: the cursor left it, or another place got the keys.
pub(crate) fn settle(state: &mut State) {
    let Some(pop_up) = &state.account.completion.pop_up else { return };
    let is_there = state.screen == Screen::Chat
        && state.account.chat.focus == ChatFocus::Composer
        && state
            .open_conversation()
            .is_some_and(|open| open.id == pop_up.conversation && open.composer.cursor() == (pop_up.word.line, pop_up.word.end));
    if !is_there {
        state.account.completion.pop_up = None;
    }
}

pub(crate) fn move_selection(state: &mut State, action: Action) {
    if let Some(pop_up) = &mut state.account.completion.pop_up {
        pop_up.step(action == Action::Down);
    }
}

/// Takes what is selected: it stands in the composer instead of the word.
pub(crate) fn take(state: &mut State) {
    let Some(pop_up) = state.account.completion.pop_up.clone() else { return };
    let Some(offered) = pop_up.selected() else { return };
    state.account.completion.decline();
    let Some(open) = state.account.conversations.get_mut(&pop_up.conversation) else { return };
    let text = if open.composer.is_before_space() { offered.text.trim_end() } else { &offered.text };
    open.composer.replace_before_cursor(pop_up.word.end - pop_up.word.start, text);
}

/// Takes the selected offer on Enter, if it was chosen or its name begun; otherwise closes the list. Returns whether an offer was
/// taken: if not, Enter sends the draft.
pub(crate) fn take_on_enter(state: &mut State) -> bool {
    let takes_enter = state.account.completion.pop_up.as_ref().is_some_and(PopUp::takes_enter);
    if takes_enter {
        take(state);
    } else {
        state.account.completion.pop_up = None;
    }
    takes_enter
}

/// What this word may become, the best first: what begins as it does, then what only resembles it.
fn offers(state: &State, open: &Conversation, word: &Word) -> Vec<CompletionItem> {
    let mut offers: Vec<CompletionItem> = match word.sign {
        Sign::Emoji => emoji::beginning_with(&word.typed).into_iter().map(emoji_offered).collect(),
        Sign::Command => filter_by_name(verbs().collect(), &word.typed, |(_, verb)| (*verb).to_owned())
            .into_iter()
            .map(|(index, verb)| command_offered(index, verb, &word.typed))
            .collect(),
        Sign::Person => {
            filter_by_name(people(state, open), &word.typed, |name| format!("{} {name}", state.account.people.name_of(name)))
                .into_iter()
                .map(|name| person_offered(state, name, &word.typed))
                .collect()
        }
        Sign::Group => filter_by_name(groups(state), &word.typed, |(_, name)| name.clone())
            .into_iter()
            .map(|(id, name)| CompletionItem {
                fit: fit(&word.typed, &name, &[]),
                text: format!("#{name} "),
                kind: CompletionKind::Group(id),
            })
            .collect(),
    };
    // Stable: within each the best match stays first.
    offers.sort_by_key(|offered| offered.fit == Fit::Fuzzy);
    offers.truncate(MOST_OFFERED);
    offers
}

/// How what was typed stands to a name, or to what else the same thing is called.
fn fit(typed: &str, name: &str, also: &[&str]) -> Fit {
    if typed.to_lowercase() == name.to_lowercase() {
        Fit::Exact
    } else if has_word_starting_with(name, typed) || also.iter().any(|name| has_word_starting_with(name, typed)) {
        Fit::Prefix
    } else {
        Fit::Fuzzy
    }
}

/// Without its second colon the name of an emoji is never whole.
fn emoji_offered(named: NamedEmoji) -> CompletionItem {
    CompletionItem { kind: CompletionKind::Emoji(named), text: named.emoji.to_owned(), fit: Fit::Prefix }
}

fn command_offered(index: usize, verb: &str, typed: &str) -> CompletionItem {
    // What needs no more to be said can be done at once.
    let space = if COMMANDS[index].0.contains(' ') { " " } else { "" };
    CompletionItem { kind: CompletionKind::Command(index), text: format!("/{verb}{space}"), fit: fit(typed, verb, &[]) }
}

fn person_offered(state: &State, name: Username, typed: &str) -> CompletionItem {
    let fit = fit(typed, name.as_str(), &[state.account.people.name_of(&name)]);
    CompletionItem { text: format!("@{name} "), kind: CompletionKind::Person(name), fit }
}

/// The commands without their slash, each with its place in the table.
fn verbs() -> impl Iterator<Item = (usize, &'static str)> {
    COMMANDS.iter().enumerate().map(|(index, (command, _))| (index, verb_of(command)))
}

/// Who is in the conversation, oneself last; where somebody is being added, who is not.
fn people(state: &State, open: &Conversation) -> Vec<Username> {
    let me = state.me();
    let Some(peer) = open.peer() else {
        let members: Vec<_> = open.members.iter().flat_map(|members| members.names()).cloned().collect();
        if open.composer.lines()[0].starts_with("/add ") {
            let strangers = state.account.people.iter().map(|person| &person.username).filter(|name| !members.contains(name));
            return strangers.cloned().collect();
        }
        let (own, others): (Vec<_>, Vec<_>) = members.into_iter().partition(|name| Some(name) == me);
        return others.into_iter().chain(own).collect();
    };
    std::iter::once(&peer.username).chain(me).cloned().collect()
}

/// The groups one is in, in the order of the list.
fn groups(state: &State) -> Vec<(ConversationId, String)> {
    let rows = state.rows(Side::Groups).into_iter();
    rows.filter_map(|row| state.conversation_of(&row)).map(|group| (group.id, state.group_name_of(group.id).to_owned())).collect()
}
