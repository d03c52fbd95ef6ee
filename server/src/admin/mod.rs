//! What whoever looks after the server can ask of it, over a socket that only its owner can open.
//!
//! [`protocol`] is what is said, [`desk`] answers, and [`socket`] carries it. A server that is stopped is asked the same
//! way: the desk is then opened on its file (see `server`), and only what needs open sessions is refused.

pub(crate) mod desk;
pub(crate) mod protocol;
pub(crate) mod socket;
mod words;
