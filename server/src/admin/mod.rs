//! Administration requests, over a Unix socket that only the server's owner can open.
//!
//! [`protocol`] defines the requests and answers, [`service`] handles them, and [`socket`] transports them. If the
//! server is not running, the command opens the database and handles the request itself (see `server`); only requests
//! about open sessions are then refused.

mod display;
mod display_reports;
mod moment;
mod paging;
pub(crate) mod protocol;
pub(crate) mod service;
pub(crate) mod socket;
