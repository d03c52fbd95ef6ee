//! Parts of the composer.

pub(super) mod completion;
pub(super) mod paste;
