//! Time stamps of the server's clock.

use serde::{Deserialize, Serialize};

/// Milliseconds since the Unix epoch, server clock. Entries are ordered by [`super::Seq`], never by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Timestamp(pub i64);
