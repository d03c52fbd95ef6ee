//! Encryption of connections.

use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::open_error::OpenError;

/// Connects with certificates verified by this authority, or by those that the system trusts.
///
/// # Errors
/// A `Setting` if the file cannot be used.
pub(super) fn connector(ca: Option<&Path>) -> Result<MakeRustlsConnect, OpenError> {
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(unusable)?;
    let config = match ca {
        Some(file) => builder.with_root_certificates(roots(file)?).with_no_client_auth(),
        None => builder.with_platform_verifier().map_err(unusable)?.with_no_client_auth(),
    };
    Ok(MakeRustlsConnect::new(config))
}

fn roots(file: &Path) -> Result<RootCertStore, OpenError> {
    let unreadable = |error: &dyn std::fmt::Display| {
        OpenError::Setting(format!("the certificate {} cannot be used: {error}. `store_ca` names a PEM file.", file.display()))
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| unreadable(&error))? {
        let certificate = certificate.map_err(|error| unreadable(&error))?;
        roots.add(certificate).map_err(|error| unreadable(&error))?;
    }
    if roots.is_empty() { Err(unreadable(&"it contains no certificate")) } else { Ok(roots) }
}

fn unusable(error: rustls::Error) -> OpenError {
    OpenError::Tls(error.to_string())
}
