//! The binding tables, in the order of the help screen: the most frequently used first.

mod chat;
mod exits;
mod members;
mod moving;
mod switching;

use crate::keymap::binding::Binding;

/// All bindings, one table per file.
pub(super) const TABLES: [&[Binding]; 5] =
    [chat::BINDINGS, members::BINDINGS, moving::BINDINGS, switching::BINDINGS, exits::BINDINGS];
