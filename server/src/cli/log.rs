//! The log: lines on standard error, for people or for programs.
//!
//! What people write is in none of them. Who writes a log line sees to it; here it is seen to that a panic does not.

use std::any::Any;
use std::io::{self, IsTerminal};
use std::panic;

use tracing_subscriber::EnvFilter;

use crate::config::{Log, LogFormat};

/// Starts it, for this process.
pub(super) fn start(log: &Log) {
    // Looked at when the configuration was read.
    let filter = EnvFilter::try_new(&log.level).unwrap_or_default();
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    match log.format {
        // Colours only for a person; a log file gets none.
        LogFormat::Text => lines.with_ansi(io::stderr().is_terminal()).init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
    panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(ToString::to_string);
        tracing::error!(at, words = words(panic.payload()), "a panic: please report it");
    }));
}

/// What a panic says, where that stands in our code. Words that were put together when it happened may hold what somebody
/// wrote.
fn words(payload: &dyn Any) -> &'static str {
    payload.downcast_ref::<&'static str>().copied().unwrap_or("not told, since they may hold what somebody wrote")
}

#[cfg(test)]
mod tests {
    use std::panic;

    use super::words;

    #[test]
    fn a_panic_tells_our_words_and_nobody_elses() {
        let ours = panic::catch_unwind(|| panic!("an entry has no number")).unwrap_err();
        assert_eq!(words(&*ours), "an entry has no number");
        let planted = "planted".to_owned();
        let theirs = panic::catch_unwind(|| panic!("what is this: {planted}")).unwrap_err();
        assert!(!words(&*theirs).contains("planted"));
    }
}
