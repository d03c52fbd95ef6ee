//! The log on standard error, as text or JSON.
//!
//! Log lines never contain text written by users. Each log statement is responsible for that; this module ensures it for panics.

mod repetitions;

use std::any::Any;
use std::io::{self, IsTerminal};
use std::panic;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use self::repetitions::Repetitions;
use crate::config::{Log, LogFormat};

/// Sets up logging for this process, including panics. The caller ends the last interval of the returned limit.
///
/// # Errors
/// The system allows no further thread.
pub(super) fn start(log: &Log) -> io::Result<Repetitions> {
    // Validated when the configuration was loaded.
    let filter = EnvFilter::try_new(&log.level).unwrap_or_default();
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    let repetitions = Repetitions::default();
    match log.format {
        // Colours only in a terminal, not in a log file.
        LogFormat::Text => lines.with_ansi(io::stderr().is_terminal()).finish().with(repetitions.clone()).init(),
        LogFormat::Json => lines.json().flatten_event(true).finish().with(repetitions.clone()).init(),
    }
    repetitions.start_reporting()?;
    panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(ToString::to_string);
        tracing::error!(at, message = static_message(panic.payload()), "panic; please report it");
    }));
    Ok(repetitions)
}

/// The message of a panic, if it is a constant in the code. A formatted message can contain text written by users.
fn static_message(payload: &dyn Any) -> &'static str {
    payload.downcast_ref::<&'static str>().copied().unwrap_or("withheld, because it may contain text written by users")
}

#[cfg(test)]
mod tests {
    use std::panic;

    use super::static_message;

    #[test]
    fn only_constant_panic_messages_are_logged() {
        let constant = panic::catch_unwind(|| panic!("an entry has no number")).unwrap_err();
        assert_eq!(static_message(&*constant), "an entry has no number");
        let planted = "planted".to_owned();
        let formatted = panic::catch_unwind(|| panic!("what is this: {planted}")).unwrap_err();
        assert!(!static_message(&*formatted).contains("planted"));
    }
}
