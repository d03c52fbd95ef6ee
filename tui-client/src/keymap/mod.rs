//! Which key means what, and where. The help screen and the hint line are drawn from the
//! tables of `bindings`, so they cannot be wrong.

mod bindings;
mod commands;
mod offered;
mod places;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::action::Action;
use crate::state::Focus;
use bindings::TABLES;
pub use commands::{COMMANDS, DEEDS};
pub use offered::is_offered;

/// A key with what is held down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    code: KeyCode,
    modifiers: KeyModifiers,
}

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// Where it holds.
    pub places: &'static [Focus],
    /// Any of these keys. The first is the one that is shown.
    pub keys: &'static [Key],
    /// What they mean.
    pub action: Action,
    /// The key of its words. `key-…` says it in full for the help; `hint-…` in a word or two for the last line.
    pub words: Words,
}

/// What a binding is called, and whether the hint line shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Words {
    /// In the help only, under this name.
    Help(&'static str),
    /// In the help under the first name, in the hint line under the second.
    HelpAndHint(&'static str, &'static str),
    /// Nowhere: another line of the table tells it already.
    Silent,
}

/// Something that can be found by its name and done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deed {
    /// What it does.
    pub does: Does,
    /// The key of its name's words.
    pub words: &'static str,
}

/// What a deed does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Does {
    /// What a key means.
    Action(Action),
    /// What a command says, without anything after it.
    Command(&'static str),
}

impl Deed {
    /// How it is done without being found: the key that is shown for it, or the command.
    #[must_use]
    pub fn shortcut(&self) -> String {
        match self.does {
            Does::Command(command) => command.to_owned(),
            Does::Action(action) => {
                let binding = bindings().find(|binding| binding.action == action && !binding.keys.is_empty());
                binding.map(|binding| binding.keys[0].to_string()).unwrap_or_default()
            }
        }
    }
}

impl Binding {
    /// Whether it is the letter that says yes, which each language of the screen names in its own way.
    #[must_use]
    pub fn says_yes(&self) -> bool {
        self.action == Action::SayYes
    }

    /// Whether it holds there. What holds in the messages holds where they show what was found, unless the key leads back from
    /// there.
    fn holds_in(&self, focus: Focus) -> bool {
        let leads_back = |key: &Key| bindings().any(|other| other.places.contains(&Focus::Found) && other.keys.contains(key));
        self.places.contains(&focus)
            || (focus == Focus::Found && self.places.contains(&Focus::Messages) && !self.keys.iter().any(leads_back))
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
    bindings().find(|binding| binding.holds_in(focus) && binding.keys.contains(&key)).map(|binding| binding.action)
}

/// The bindings that hold somewhere, in the order of the table.
pub fn bindings_in(focus: Focus) -> impl Iterator<Item = &'static Binding> {
    bindings().filter(move |binding| binding.holds_in(focus))
}

impl From<KeyEvent> for Key {
    /// Shift is part of a character already, and of BackTab.
    fn from(event: KeyEvent) -> Self {
        let implied = matches!(event.code, KeyCode::Char(_) | KeyCode::BackTab);
        let ignored = if implied { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
        Self { code: event.code, modifiers: event.modifiers.difference(ignored) }
    }
}

impl std::fmt::Display for Key {
    /// As people write it: `Ctrl-Q`, `Alt-Enter`, `↑`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (modifier, name) in [(KeyModifiers::CONTROL, "Ctrl-"), (KeyModifiers::ALT, "Alt-"), (KeyModifiers::SHIFT, "Shift-")] {
            if self.modifiers.contains(modifier) {
                f.write_str(name)?;
            }
        }
        match self.code {
            KeyCode::Char(c) if self.modifiers.is_empty() => write!(f, "{c}"),
            KeyCode::Char(c) => write!(f, "{}", c.to_uppercase()),
            KeyCode::F(n) => write!(f, "F{n}"),
            KeyCode::Up => f.write_str("↑"),
            KeyCode::Down => f.write_str("↓"),
            KeyCode::Left => f.write_str("←"),
            KeyCode::Right => f.write_str("→"),
            KeyCode::PageUp => f.write_str("PgUp"),
            KeyCode::PageDown => f.write_str("PgDn"),
            KeyCode::BackTab => f.write_str("Shift-Tab"),
            code => write!(f, "{code}"),
        }
    }
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
    let is_here = |binding: &&Binding| binding.holds_in(focus);
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
