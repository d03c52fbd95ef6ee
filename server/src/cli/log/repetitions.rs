//! Limits how often one statement logs warnings and errors, so that nobody can fill the log: strangers cause some of them, and a
//! full disk causes one per request.
//!
//! Applies to every statement, so none has to count. Memory is bounded by the number of log statements in the program.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tracing::callsite::Identifier;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// Lines that one statement logs per interval. Further ones are counted.
const MAX_LINES: u64 = 10;

/// The interval, at whose end one line per statement tells how many lines were left out.
pub(super) const INTERVAL: Duration = Duration::from_secs(10);

/// The statements that logged something in the current interval. Cloning gives another handle.
#[derive(Clone, Default)]
pub(crate) struct Repetitions {
    statements: Arc<Mutex<HashMap<Identifier, Statement>>>,
}

struct Statement {
    level: Level,
    /// The constant part of its lines.
    message: String,
    lines: u64,
}

impl Repetitions {
    /// Ends an interval every [`INTERVAL`], on a thread of its own, until the process ends.
    pub(super) fn start_reporting(&self) -> std::io::Result<()> {
        let repetitions = self.clone();
        let report = move || {
            loop {
                thread::sleep(INTERVAL);
                repetitions.end_interval();
            }
        };
        thread::Builder::new().name("papo-log".to_owned()).spawn(report).map(drop)
    }

    /// Logs how many lines of each statement were left out since the last call, and allows new ones.
    pub(crate) fn end_interval(&self) {
        let ended = std::mem::take(&mut *self.statements());
        for Statement { level, message, lines } in ended.into_values().filter(|statement| statement.lines > MAX_LINES) {
            let count = lines - MAX_LINES;
            if level == Level::ERROR {
                tracing::error!(count, like = message, "repeated lines were left out");
            } else {
                tracing::warn!(count, like = message, "repeated lines were left out");
            }
        }
    }

    /// Counts a line of a statement. Returns whether it is logged.
    fn count(&self, event: &Event<'_>) -> bool {
        let mut statements = self.statements();
        let statement = statements.entry(event.metadata().callsite()).or_insert_with(|| {
            let mut message = Message(String::new());
            event.record(&mut message);
            Statement { level: *event.metadata().level(), message: message.0, lines: 0 }
        });
        statement.lines += 1;
        statement.lines <= MAX_LINES
    }

    fn statements(&self) -> MutexGuard<'_, HashMap<Identifier, Statement>> {
        self.statements.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S: Subscriber> Layer<S> for Repetitions {
    fn event_enabled(&self, event: &Event<'_>, _: Context<'_, S>) -> bool {
        let metadata = event.metadata();
        // More severe levels are less. The lines of this module are few already.
        *metadata.level() > Level::WARN || metadata.target() == module_path!() || self.count(event)
    }
}

/// The message of an event, without its other fields.
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use tracing_subscriber::layer::SubscriberExt;

    use super::{MAX_LINES, Repetitions};

    /// A log in memory.
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Lines {
        /// What was logged since the last call.
        fn take(&self) -> Vec<String> {
            let text = String::from_utf8(std::mem::take(&mut *self.0.lock().unwrap())).unwrap();
            text.lines().map(str::to_owned).collect()
        }
    }

    fn refuse(times: u64) {
        for peer in 0..times {
            tracing::warn!(peer, "refused a connection");
        }
    }

    /// Logs with the limit, and returns a handle to it and the lines.
    fn with_limit(log: impl FnOnce(&Repetitions, &Lines)) {
        let (repetitions, lines) = (Repetitions::default(), Lines::default());
        let writer = lines.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::DEBUG)
            .with_ansi(false)
            .with_target(false)
            .without_time()
            .with_writer(move || writer.clone())
            .finish();
        tracing::subscriber::with_default(subscriber.with(repetitions.clone()), || log(&repetitions, &lines));
    }

    #[test]
    fn further_lines_of_a_statement_are_counted_until_the_interval_ends() {
        with_limit(|repetitions, lines| {
            refuse(MAX_LINES);
            repetitions.end_interval();
            let logged = lines.take();
            assert_eq!(logged.len() as u64, MAX_LINES, "nothing was left out: {logged:?}");
            assert_eq!(logged.last().unwrap(), " WARN refused a connection peer=9");

            refuse(34_440);
            assert_eq!(lines.take().len() as u64, MAX_LINES);
            repetitions.end_interval();
            assert_eq!(lines.take(), [" WARN repeated lines were left out count=34430 like=\"refused a connection\""]);
            repetitions.end_interval();
            assert_eq!(lines.take(), [""; 0], "the count starts again");
        });
    }

    #[test]
    fn statements_are_limited_independently_and_only_warnings_and_errors() {
        with_limit(|repetitions, lines| {
            refuse(MAX_LINES + 1);
            lines.take();
            (0..=MAX_LINES).for_each(|_| tracing::error!("the disk is full"));
            assert_eq!(lines.take().len() as u64, MAX_LINES);
            (0..99).for_each(|_| tracing::info!("handling an admin request"));
            (0..99).for_each(|_| tracing::debug!("a connection began"));
            assert_eq!(lines.take().len(), 198);
            repetitions.end_interval();
            let mut reported = lines.take();
            reported.sort();
            assert_eq!(
                reported,
                [
                    " WARN repeated lines were left out count=1 like=\"refused a connection\"",
                    "ERROR repeated lines were left out count=1 like=\"the disk is full\"",
                ]
            );
        });
    }
}
