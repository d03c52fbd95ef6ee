//! One row of the binding tables.

use super::key::Key;
use crate::action::Action;
use crate::state::Focus;

/// One row of the binding tables.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// The focuses in which the binding is active.
    pub focuses: &'static [Focus],
    /// The keys, any of which triggers the action. The first one is shown.
    pub keys: &'static [Key],
    /// The action that the keys trigger.
    pub action: Action,
    /// Translation keys: `key-…` is the full description for the help screen, `hint-…` a short one for the hint line.
    pub label: BindingLabel,
}

/// The label of a binding, which also decides whether the hint line shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BindingLabel {
    /// Shown on the help screen only.
    Help(&'static str),
    /// Shown on the help screen with the first label, and in the hint line with the second.
    HelpAndHint(&'static str, &'static str),
    /// Not shown, because another binding describes it already.
    Silent,
}

impl Binding {
    /// Whether this is the confirmation by letter, whose displayed key depends on the language.
    #[must_use]
    pub fn is_yes_letter(&self) -> bool {
        self.action == Action::SayYes
    }
}
