//! Completion in the composer: offers emoji, commands, people and groups for the word at the cursor.

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

/// Largest number of offers for a word; typing more letters narrows them down.
const MAX_OFFERS: usize = 50;

/// Opens, updates or closes the list of offers after a key changed the composer.
pub(crate) fn update_pop_up(state: &mut State, key: KeyEvent) {
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

/// Replaces a complete emoji name with its emoji once the second colon is typed.
fn turn_name_into_emoji(state: &mut State) {
    let Some(open) = state.open_conversation_mut() else { return };
    let Some(word) = closed_name(open.composer.lines(), open.composer.cursor()) else { return };
    if let Some(emoji) = emoji::named(&word.typed) {
        open.composer.replace_before_cursor(word.end - word.start, emoji);
    }
}

/// Closes the list if its word is no longer being typed: the cursor left the word, or the composer lost the focus.
pub(crate) fn close_if_outdated(state: &mut State) {
    let Some(pop_up) = &state.account.completion.pop_up else { return };
    let is_current = state.screen == Screen::Chat
        && state.account.chat.focus == ChatFocus::Composer
        && state
            .open_conversation()
            .is_some_and(|open| open.id == pop_up.conversation && open.composer.cursor() == (pop_up.word.line, pop_up.word.end));
    if !is_current {
        state.account.completion.pop_up = None;
    }
}

pub(crate) fn move_selection(state: &mut State, action: Action) {
    if let Some(pop_up) = &mut state.account.completion.pop_up {
        pop_up.step(action == Action::Down);
    }
}

/// Replaces the word at the cursor with the selected offer.
pub(crate) fn accept_selected(state: &mut State) {
    let Some(pop_up) = state.account.completion.pop_up.clone() else { return };
    let Some(offered) = pop_up.selected() else { return };
    state.account.completion.decline();
    let Some(open) = state.account.conversations.get_mut(&pop_up.conversation) else { return };
    let text = if open.composer.is_before_space() { offered.text.trim_end() } else { &offered.text };
    open.composer.replace_before_cursor(pop_up.word.end - pop_up.word.start, text);
}

/// Takes the selected offer on Enter, if it was chosen or its name begun; otherwise closes the list. Returns whether an offer was
/// taken: if not, Enter sends the draft.
pub(crate) fn accept_on_enter(state: &mut State) -> bool {
    let takes_enter = state.account.completion.pop_up.as_ref().is_some_and(PopUp::takes_enter);
    if takes_enter {
        accept_selected(state);
    } else {
        state.account.completion.pop_up = None;
    }
    takes_enter
}

/// Offers for a word, best first: names that begin with it before names that only resemble it.
fn offers(state: &State, open: &Conversation, word: &Word) -> Vec<CompletionItem> {
    let mut offers: Vec<CompletionItem> = match word.sign {
        Sign::Emoji => emoji::beginning_with(&word.typed).into_iter().map(emoji_offer).collect(),
        Sign::Command => filter_by_name(verbs().collect(), &word.typed, |(_, verb)| (*verb).to_owned())
            .into_iter()
            .map(|(index, verb)| command_offer(index, verb, &word.typed))
            .collect(),
        Sign::Person => {
            filter_by_name(people(state, open), &word.typed, |name| format!("{} {name}", state.account.people.name_of(name)))
                .into_iter()
                .map(|name| person_offer(state, name, &word.typed))
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
    // The sort is stable, so the order of matches is kept within each group.
    offers.sort_by_key(|offered| offered.fit == Fit::Fuzzy);
    offers.truncate(MAX_OFFERS);
    offers
}

/// How well the typed text fits a name or one of its alternatives in `also`.
fn fit(typed: &str, name: &str, also: &[&str]) -> Fit {
    if typed.to_lowercase() == name.to_lowercase() {
        Fit::Exact
    } else if has_word_starting_with(name, typed) || also.iter().any(|name| has_word_starting_with(name, typed)) {
        Fit::Prefix
    } else {
        Fit::Fuzzy
    }
}

/// An emoji name without its second colon is never complete.
fn emoji_offer(named: NamedEmoji) -> CompletionItem {
    CompletionItem { kind: CompletionKind::Emoji(named), text: named.emoji.to_owned(), fit: Fit::Prefix }
}

fn command_offer(index: usize, verb: &str, typed: &str) -> CompletionItem {
    // Commands without arguments get no trailing space, so that Enter runs them.
    let space = if COMMANDS[index].0.contains(' ') { " " } else { "" };
    CompletionItem { kind: CompletionKind::Command(index), text: format!("/{verb}{space}"), fit: fit(typed, verb, &[]) }
}

fn person_offer(state: &State, name: Username, typed: &str) -> CompletionItem {
    let fit = fit(typed, name.as_str(), &[state.account.people.name_of(&name)]);
    CompletionItem { text: format!("@{name} "), kind: CompletionKind::Person(name), fit }
}

/// Command names without their slash, each with its index in [`COMMANDS`].
fn verbs() -> impl Iterator<Item = (usize, &'static str)> {
    COMMANDS.iter().enumerate().map(|(index, (command, _))| (index, verb_of(command)))
}

/// Members of the conversation, the user last. After `/add`, people who are not members instead.
fn people(state: &State, open: &Conversation) -> Vec<Username> {
    let me = state.me();
    let Some(peer) = open.peer() else {
        let members: Vec<_> = open.members.iter().flat_map(|members| members.names()).cloned().collect();
        if open.composer.lines()[0].starts_with("/add ") {
            let non_members = state.account.people.iter().map(|person| &person.username).filter(|name| !members.contains(name));
            return non_members.cloned().collect();
        }
        let (own, others): (Vec<_>, Vec<_>) = members.into_iter().partition(|name| Some(name) == me);
        return others.into_iter().chain(own).collect();
    };
    std::iter::once(&peer.username).chain(me).cloned().collect()
}

/// The user's groups, in list order.
fn groups(state: &State) -> Vec<(ConversationId, String)> {
    let rows = state.rows(Side::Groups).into_iter();
    rows.filter_map(|row| state.conversation_of(&row)).map(|group| (group.id, state.group_name_of(group.id).to_owned())).collect()
}
