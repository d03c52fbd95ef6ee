//! What every scripting command needs, and messages to the user on stderr.

use std::io;
use std::io::Write;
use std::path::PathBuf;

use jiff::tz::TimeZone;

use crate::connection::Target;
use crate::known_servers::KnownServers;
use crate::layout::shown::shown;
use crate::state::phrase::Phrase;
use crate::translations::Translations;

/// The environment of a command.
pub struct ScriptContext {
    /// The server to connect to.
    pub target: Target,
    /// The certificates and identities that this machine knows.
    pub known_servers: KnownServers,
    /// The file of sign-ins.
    pub sign_ins: PathBuf,
    /// The texts in the chosen language.
    pub translations: Translations,
    /// The time zone for displayed times.
    pub zone: TimeZone,
}

/// Prints a message on standard error.
pub(super) fn print_message(translations: &Translations, phrase: &Phrase) {
    let message = translations.format(phrase);
    // The message may contain text from the server.
    let lines: Vec<_> = message.lines().map(shown).collect();
    let _ = writeln!(io::stderr(), "papo: {}", lines.join("\n      "));
}
