//! Maps keys to actions, depending on the focus. The help screen and the hint line are generated from the same tables
//! (`bindings`), so they always match.

mod binding;
mod bindings;
mod commands;
mod focus_sets;
mod key;
mod offered;
mod palette;

use crossterm::event::KeyEvent;

pub use self::binding::{Binding, BindingLabel};
use self::bindings::TABLES;
pub use self::commands::{COMMANDS, verb_of};
pub use self::key::Key;
pub use self::offered::{hint_for, is_offered};
pub use self::palette::{PALETTE_COMMANDS, PaletteCommand, PaletteTarget};
use crate::action::Action;
use crate::state::Focus;

/// Whether the binding is active. [`Focus::Found`] inherits the bindings of [`Focus::Messages`], except for its own keys.
fn is_active_in(binding: &Binding, focus: Focus) -> bool {
    let is_overridden = |key: &Key| bindings().any(|other| other.focuses.contains(&Focus::Found) && other.keys.contains(key));
    binding.focuses.contains(&focus)
        || (focus == Focus::Found && binding.focuses.contains(&Focus::Messages) && !binding.keys.iter().any(is_overridden))
}

/// The key or slash command that does the same as a palette command, for display.
#[must_use]
pub fn shortcut_of(command: &PaletteCommand) -> String {
    match command.target {
        PaletteTarget::Command(typed) => typed.to_owned(),
        PaletteTarget::Action(action) => key_of(action),
    }
}

/// The key that shows the invitations, for display.
#[must_use]
pub fn invitations_key() -> String {
    key_of(Action::ShowInvitations)
}

/// The first key of an action, for display; empty if it has none.
fn key_of(action: Action) -> String {
    let key = bindings().filter(|binding| binding.action == action).find_map(|binding| binding.keys.first());
    key.map(Key::to_string).unwrap_or_default()
}

/// All bindings, in the order of the help screen.
fn bindings() -> impl Iterator<Item = &'static Binding> {
    TABLES.iter().flat_map(|table| table.iter())
}

/// The action of a key, or `None` if the key is plain input.
#[must_use]
pub fn action_for(focus: Focus, event: KeyEvent) -> Option<Action> {
    let key = Key::from(event);
    bindings().find(|binding| is_active_in(binding, focus) && binding.keys.contains(&key)).map(|binding| binding.action)
}

/// The bindings active in a focus, in the order of the tables.
pub fn bindings_in(focus: Focus) -> impl Iterator<Item = &'static Binding> {
    bindings().filter(move |binding| is_active_in(binding, focus))
}

/// A line of the help screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HelpLine {
    /// A heading, as a translation key.
    Heading(&'static str),
    /// Keys or a slash command, and the translation key of the description.
    Keys(String, &'static str),
}

/// The rows of the help screen: bindings of the current focus, other bindings, and slash commands.
#[must_use]
pub fn help_lines(focus: Focus) -> Vec<HelpLine> {
    let is_active = |binding: &&Binding| is_active_in(binding, focus);
    let here = lines_of(bindings().filter(is_active));
    let elsewhere = lines_of(bindings().filter(|binding| !is_active(binding)));
    let mut lines = vec![HelpLine::Heading("help-here")];
    lines.extend(here.iter().cloned());
    lines.push(HelpLine::Heading("help-elsewhere"));
    lines.extend(elsewhere.into_iter().filter(|line| !here.contains(line)));
    lines.push(HelpLine::Heading("help-commands"));
    lines.extend(COMMANDS.iter().map(|(command, label)| HelpLine::Keys((*command).to_owned(), label)));
    lines
}

fn lines_of(bindings: impl Iterator<Item = &'static Binding>) -> Vec<HelpLine> {
    let mut lines = Vec::new();
    for binding in bindings {
        let (BindingLabel::Help(label) | BindingLabel::HelpAndHint(label, _)) = binding.label else { continue };
        let line = HelpLine::Keys(binding.keys.iter().map(Key::to_string).collect::<Vec<_>>().join(" "), label);
        // The same keys with the same description in two focuses are listed once.
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    use super::focus_sets::EVERYWHERE;
    use super::{action_for, bindings, bindings_in};
    use crate::action::Action;
    use crate::state::Focus;

    #[test]
    fn no_key_is_bound_twice_in_one_focus() {
        for &focus in EVERYWHERE {
            let mut seen = Vec::new();
            for key in bindings_in(focus).flat_map(|binding| binding.keys) {
                assert!(!seen.contains(key), "{key} is bound twice in {focus:?}");
                seen.push(*key);
            }
        }
    }

    #[test]
    fn documented_keys_trigger_their_actions() {
        let press = |focus, code| action_for(focus, KeyEvent::new(code, KeyModifiers::NONE));
        assert_eq!(press(Focus::Composer, KeyCode::Esc), Some(Action::OpenMenu));
        assert_eq!(press(Focus::Composer, KeyCode::Tab), Some(Action::SwitchSide));
        assert_eq!(press(Focus::List, KeyCode::Down), Some(Action::Down));
        assert_eq!(press(Focus::Menu, KeyCode::Char('4')), Some(Action::MenuItem(4)));
    }

    #[test]
    fn a_question_mark_is_input_in_the_composer() {
        let shifted = KeyEvent::new(KeyCode::Char('?'), KeyModifiers::SHIFT);
        assert_eq!(action_for(Focus::EmptyComposer, shifted), None);
        assert_eq!(action_for(Focus::List, shifted), Some(Action::ToggleHelp));
    }

    #[test]
    fn every_focus_binds_a_key_to_the_help_screen() {
        for &focus in EVERYWHERE {
            assert!(bindings_in(focus).any(|binding| binding.action == Action::ToggleHelp));
        }
        assert!(bindings().all(|binding| !binding.keys.is_empty() && !binding.focuses.is_empty()));
    }
}
