//! Encryption of the connections to the services that the server uses: PostgreSQL and NATS.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;

/// Reason why connections cannot be encrypted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServiceTlsError {
    /// The file with the certificate of an authority cannot be used, for this reason.
    #[error("the certificate {} cannot be used: {reason}", file.display())]
    Authority { file: PathBuf, reason: String },
    /// The system does not support it.
    #[error("{0}")]
    System(#[from] rustls::Error),
}

/// Verifies certificates by those of this authority, in PEM, or by those that the system trusts.
pub(crate) fn client_config(authority: Option<&Path>) -> Result<ClientConfig, ServiceTlsError> {
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?;
    Ok(match authority {
        Some(file) => builder.with_root_certificates(roots(file)?).with_no_client_auth(),
        None => builder.with_platform_verifier()?.with_no_client_auth(),
    })
}

fn roots(file: &Path) -> Result<RootCertStore, ServiceTlsError> {
    let unusable =
        |error: &dyn std::fmt::Display| ServiceTlsError::Authority { file: file.to_owned(), reason: error.to_string() };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| unusable(&error))? {
        let certificate = certificate.map_err(|error| unusable(&error))?;
        roots.add(certificate).map_err(|error| unusable(&error))?;
    }
    if roots.is_empty() { Err(unusable(&"it contains no certificate")) } else { Ok(roots) }
}
