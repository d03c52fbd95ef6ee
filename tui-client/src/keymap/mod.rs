//! Which key means what, and where. The help screen and the hint line are drawn from the
//! tables of `bindings`, so they cannot be wrong.

mod binding;
mod bindings;
mod commands;
mod offered;
mod palette;
mod places;

use crossterm::event::KeyEvent;

pub use self::binding::{Binding, Key, Words};
use self::bindings::TABLES;
pub use self::commands::{COMMANDS, verb_of};
pub use self::offered::is_offered;
pub use self::palette::{DEEDS, Deed, Does};
use crate::action::Action;
use crate::state::Focus;

/// Whether it holds there. What holds in the messages holds where they show what was found, unless the key leads back from
/// there.
fn holds_in(binding: &Binding, focus: Focus) -> bool {
    let leads_back = |key: &Key| bindings().any(|other| other.places.contains(&Focus::Found) && other.keys.contains(key));
    binding.places.contains(&focus)
        || (focus == Focus::Found && binding.places.contains(&Focus::Messages) && !binding.keys.iter().any(leads_back))
}

/// How a palette command is run without the palette: its first key, or the command to type.
#[must_use]
pub fn shortcut_of(command: &Deed) -> String {
    match command.does {
        Does::Command(typed) => typed.to_owned(),
        Does::Action(action) => {
            let binding = bindings().find(|binding| binding.action == action && !binding.keys.is_empty());
            binding.map(|binding| binding.keys[0].to_string()).unwrap_or_default()
        }
    }
}

/// Every line of the tables, in the order of the help screen.
fn bindings() -> impl Iterator<Item = &'static Binding> {
    TABLES.iter().flat_map(|table| table.iter())
}

/// What the key means there, if it means anything but itself.
#[must_use]
pub fn action_for(focus: Focus, event: KeyEvent) -> Option<Action> {
    let key = Key::from(event);
    bindings().find(|binding| holds_in(binding, focus) && binding.keys.contains(&key)).map(|binding| binding.action)
}

/// The bindings that hold somewhere, in the order of the table.
pub fn bindings_in(focus: Focus) -> impl Iterator<Item = &'static Binding> {
    bindings().filter(move |binding| holds_in(binding, focus))
}

/// A line of the help screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HelpLine {
    /// What the lines below have in common, by the key of its words.
    Heading(&'static str),
    /// Keys or a command, and the key of the words beside them.
    Keys(String, &'static str),
}

/// The lines of the help screen: first what holds where the person is, then what holds elsewhere, then the commands.
#[must_use]
pub fn help_lines(focus: Focus) -> Vec<HelpLine> {
    let is_here = |binding: &&Binding| holds_in(binding, focus);
    let here = lines_of(bindings().filter(is_here));
    let elsewhere = lines_of(bindings().filter(|binding| !is_here(binding)));
    let mut lines = vec![HelpLine::Heading("help-here")];
    lines.extend(here.iter().cloned());
    lines.push(HelpLine::Heading("help-elsewhere"));
    lines.extend(elsewhere.into_iter().filter(|line| !here.contains(line)));
    lines.push(HelpLine::Heading("help-commands"));
    lines.extend(COMMANDS.iter().map(|(command, words)| HelpLine::Keys((*command).to_owned(), words)));
    lines
}

fn lines_of(bindings: impl Iterator<Item = &'static Binding>) -> Vec<HelpLine> {
    let mut lines = Vec::new();
    for binding in bindings {
        let (Words::Help(words) | Words::HelpAndHint(words, _)) = binding.words else { continue };
        let line = HelpLine::Keys(binding.keys.iter().map(Key::to_string).collect::<Vec<_>>().join(" "), words);
        // The same key for the same thing in two places is one line.
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    use super::places::EVERYWHERE;
    use super::{action_for, bindings, bindings_in};
    use crate::action::Action;
    use crate::state::Focus;

    #[test]
    fn no_key_means_two_things_in_one_place() {
        for &place in EVERYWHERE {
            let mut seen = Vec::new();
            for key in bindings_in(place).flat_map(|binding| binding.keys) {
                assert!(!seen.contains(key), "{key} is bound twice in {place:?}");
                seen.push(*key);
            }
        }
    }

    #[test]
    fn the_keys_of_the_card_do_what_it_says() {
        let press = |focus, code| action_for(focus, KeyEvent::new(code, KeyModifiers::NONE));
        assert_eq!(press(Focus::Composer, KeyCode::Esc), Some(Action::OpenMenu));
        assert_eq!(press(Focus::Composer, KeyCode::Tab), Some(Action::SwitchSide));
        assert_eq!(press(Focus::List, KeyCode::Down), Some(Action::Down));
        assert_eq!(press(Focus::Menu, KeyCode::Char('4')), Some(Action::MenuItem(4)));
    }

    #[test]
    fn a_question_mark_can_be_written() {
        let shifted = KeyEvent::new(KeyCode::Char('?'), KeyModifiers::SHIFT);
        assert_eq!(action_for(Focus::EmptyComposer, shifted), None);
        assert_eq!(action_for(Focus::List, shifted), Some(Action::ToggleHelp));
    }

    #[test]
    fn every_place_shows_the_way_to_the_keys() {
        for &place in EVERYWHERE {
            assert!(bindings_in(place).any(|binding| binding.action == Action::ToggleHelp));
        }
        assert!(bindings().all(|binding| !binding.keys.is_empty() && !binding.places.is_empty()));
    }
}
