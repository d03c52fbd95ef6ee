//! The tables, in the order of the help screen: what is most used comes first.

mod chat;
mod members;
mod moving;
mod switching;
mod ways_out;

use crate::keymap::binding::Binding;

/// Every key that means something.
pub(super) const TABLES: [&[Binding]; 5] =
    [chat::BINDINGS, members::BINDINGS, moving::BINDINGS, switching::BINDINGS, ways_out::BINDINGS];
