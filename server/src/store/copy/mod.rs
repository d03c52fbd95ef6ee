//! Copies a community from a SQLite file into an empty PostgreSQL database, and compares both.
//!
//! The columns are those that the databases themselves list, so that a column which only one side has is noticed. Everything
//! happens in one transaction: until the copy was compared and verified, no server sees any of it.
//!
//! Deliberately absent: the certificate, which is in files, and the way back.

#[cfg(feature = "cluster")]
pub(crate) mod digest;
#[cfg(feature = "cluster")]
mod error;
mod report;
#[cfg(feature = "cluster")]
mod run;
#[cfg(feature = "cluster")]
mod sides;
#[cfg(feature = "cluster")]
pub(crate) mod value;

#[cfg(feature = "cluster")]
pub use self::error::{CopyError, Difference};
pub use self::report::{CopyReport, Progress, TableReport};
#[cfg(feature = "cluster")]
pub use self::run::copy;
