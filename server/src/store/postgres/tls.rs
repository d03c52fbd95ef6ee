//! Encryption of connections.

use std::path::Path;

use tokio_postgres_rustls::MakeRustlsConnect;

use super::open_error::OpenError;
use crate::service_tls::{ServiceTlsError, client_config};

/// Connects with certificates verified by this authority, or by those that the system trusts.
///
/// # Errors
/// A `Setting` if the file cannot be used.
pub(super) fn connector(ca: Option<&Path>) -> Result<MakeRustlsConnect, OpenError> {
    let config = client_config(ca).map_err(|error| match error {
        ServiceTlsError::Authority { .. } => OpenError::Setting(format!("{error}. `store_ca` names a PEM file.")),
        ServiceTlsError::System(error) => OpenError::Tls(error.to_string()),
    })?;
    Ok(MakeRustlsConnect::new(config))
}
