//! Whether the user is away from the terminal.

/// The user counts as away after this long without a key press, in milliseconds.
pub const AWAY_AFTER_MS: i64 = 10 * 60 * 1000;

/// Whether the user is away, and for which reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Away {
    /// The user is at the terminal.
    #[default]
    No,
    /// No key was pressed for [`AWAY_AFTER_MS`]. The next key press ends it.
    Idle,
    /// The user ran the away command. It lasts until the user runs the command to come back.
    Manual {
        /// The previous status, to be restored, if the away command replaced it.
        status_before: Option<String>,
    },
}
