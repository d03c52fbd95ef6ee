//! Errors of connecting to NATS.

use std::error::Error;
use std::io;

use async_nats::{ConnectError as Failure, ConnectErrorKind};

/// Reason why a node cannot use NATS until an operator changes something. Each text says what happened and what to do next.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The addresses or another setting are invalid.
    #[error("{0}")]
    Setting(String),
    /// The server refuses the user.
    #[error(
        "it refuses the user or the password. Check them in `bus` and `bus_password_file`, and the users of the NATS server."
    )]
    Credentials,
    /// The certificate is not accepted, with the reason.
    #[error(
        "its certificate is not accepted: {0}. Name the authority that signed it with `bus_ca`, and use the host name of the certificate in `bus`."
    )]
    Certificate(String),
    /// The connection cannot be encrypted, with the reason.
    #[error(
        "the connection cannot be encrypted: {0}. Configure `tls` of the NATS server. Add `?tls=disable` to `bus` only where nobody can read the network."
    )]
    Tls(String),
}

/// What an attempt to connect ended with.
#[derive(Debug)]
pub(super) enum Attempt {
    /// Trying again does not help.
    Final(ConnectError),
    /// The server is down or not reachable, with the reason.
    Unreachable(String),
}

impl From<Failure> for Attempt {
    fn from(failure: Failure) -> Self {
        match failure.kind() {
            ConnectErrorKind::AuthorizationViolation | ConnectErrorKind::Authentication => Self::Final(ConnectError::Credentials),
            ConnectErrorKind::ServerParse => Self::Final(ConnectError::Setting(described(&failure))),
            ConnectErrorKind::Tls => Self::Final(ConnectError::Tls(described(&failure))),
            _ => match tls_fault(&failure) {
                Some(rustls::Error::InvalidCertificate(reason)) => Self::Final(ConnectError::Certificate(reason.to_string())),
                Some(other) => Self::Final(ConnectError::Tls(other.to_string())),
                None => Self::Unreachable(described(&failure)),
            },
        }
    }
}

/// The error of rustls that caused this one, if one did.
fn tls_fault<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if let Some(fault) = error.downcast_ref().or(inner.and_then(|inner| inner.downcast_ref())) {
            return Some(fault);
        }
        cause = error.source();
    }
    None
}

/// The error and its cause, which the driver's text may leave out.
fn described(error: &Failure) -> String {
    let text = error.to_string();
    match error.source().map(ToString::to_string) {
        Some(cause) if !text.contains(&cause) => format!("{text}: {cause}"),
        _ => text,
    }
}
