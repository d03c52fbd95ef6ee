//! Text form of times.

use std::fmt;

use papo_shared::model::Timestamp;

/// A time in UTC, to the second, in the format of the logs; a dash for `None`.
pub(super) struct Moment(pub(super) Option<Timestamp>);

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = self.0.and_then(|at| jiff::Timestamp::from_millisecond(at.0).ok());
        let text = moment.map_or("-".to_owned(), |moment| moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        f.pad(&text)
    }
}
