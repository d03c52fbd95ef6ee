//! Figures as they are printed.

use std::time::Duration;

pub(crate) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
