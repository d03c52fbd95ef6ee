//! Whether we are at this terminal.

/// Who presses no key for this long is away, in milliseconds.
pub const AWAY_AFTER_MS: i64 = 10 * 60 * 1000;

/// Whether somebody is away, and who says so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Away {
    /// They are here.
    #[default]
    No,
    /// No key was pressed for a while: the next one brings them back.
    Idle,
    /// They said so, and it holds until they say that they are back.
    Manual {
        /// The status they had before, where they put another one in its place until they are back.
        status_before: Option<String>,
    },
}
