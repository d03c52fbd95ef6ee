//! What every command works with, and how it speaks to the user.

use std::io;
use std::io::Write;
use std::path::PathBuf;

use jiff::tz::TimeZone;

use crate::connection::Target;
use crate::layout::shown::shown;
use crate::state::phrase::Phrase;
use crate::words::Words;

/// What every command works with.
pub struct ScriptContext {
    /// The server.
    pub target: Target,
    /// The file of sign-ins, where there is no keyring.
    pub sign_ins: PathBuf,
    /// The language.
    pub words: Words,
    /// Where the clock on the wall is.
    pub zone: TimeZone,
}

/// Says something to the person.
pub(super) fn tell(words: &Words, phrase: &Phrase) {
    let said = words.say(phrase);
    // Some of it may be what a server said.
    let lines: Vec<_> = said.lines().map(shown).collect();
    let _ = writeln!(io::stderr(), "papo: {}", lines.join("\n      "));
}
