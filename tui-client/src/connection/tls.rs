//! TLS to the server, and the check of its certificate.
//!
//! A certificate issued by an authority that the operating system trusts is accepted. Any other is accepted if its fingerprint is
//! the one stored for this server, like a host key in SSH; the user is asked once about an unknown one, and a changed one is
//! refused. One of a known community is accepted as well; `welcome` checks that the server claims to be that community.

use std::sync::{Arc, Mutex, PoisonError};

use papo_shared::model::Fingerprint;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::event::{DisconnectReason, Privacy};
use crate::known_servers::TrustedCertificates;

/// Encrypts a connection to the server of this name. Returns it and the reason why the certificate was accepted.
///
/// # Errors
/// The certificate is not accepted, or the other side does not speak TLS.
pub(super) async fn encrypt<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    host: &str,
    trusted: TrustedCertificates,
) -> Result<(TlsStream<S>, Privacy), DisconnectReason> {
    let unreachable = |error: &dyn std::fmt::Display| DisconnectReason::Unreachable(error.to_string());
    let name = ServerName::try_from(host.to_owned()).map_err(|error| unreachable(&error))?;
    let provider = Arc::new(ring::default_provider());
    let known = trusted.at_address;
    let verifier = Arc::new(Verifier::new(&provider, trusted));
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| unreachable(&error))?
        .dangerous()
        .with_custom_certificate_verifier(verifier.clone())
        .with_no_client_auth();
    let connected = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
    match (connected, verifier.last_check(), known) {
        (Ok(stream), Some(CertificateCheck::AuthorityVerified(shown)), _) => Ok((stream, Privacy::AuthorityVerified(shown))),
        (Ok(stream), Some(CertificateCheck::FingerprintTrusted(shown)), _) => Ok((stream, Privacy::FingerprintTrusted(shown))),
        (_, Some(CertificateCheck::Refused(shown)), None) => {
            Err(DisconnectReason::CertificateUnknown { shown, without_authorities: verifier.authorities.is_none() })
        }
        (_, Some(CertificateCheck::Refused(shown)), Some(known)) => Err(DisconnectReason::CertificateChanged { known, shown }),
        (Err(error), ..) => Err(DisconnectReason::NoTls(error.to_string())),
        // A handshake without a certificate, which rustls does not support.
        (Ok(_), None, _) => Err(DisconnectReason::NoTls("no certificate".to_owned())),
    }
}

/// Accepts certificates of the authorities that the operating system trusts, and trusted fingerprints.
#[derive(Debug)]
struct Verifier {
    /// `None` if the system has no certificates of authorities.
    authorities: Option<rustls_platform_verifier::Verifier>,
    provider: Arc<CryptoProvider>,
    trusted: TrustedCertificates,
    /// The result of the last check, which rustls does not return from the handshake.
    last_check: Mutex<Option<CertificateCheck>>,
}

/// The result of checking a certificate, with its fingerprint.
#[derive(Clone, Copy, Debug)]
enum CertificateCheck {
    /// It was issued by a trusted authority.
    AuthorityVerified(Fingerprint),
    /// Its fingerprint is a trusted one.
    FingerprintTrusted(Fingerprint),
    /// No authority issued it, and its fingerprint is not trusted.
    Refused(Fingerprint),
}

impl Verifier {
    fn new(provider: &Arc<CryptoProvider>, trusted: TrustedCertificates) -> Self {
        let authorities = rustls_platform_verifier::Verifier::new(provider.clone())
            .inspect_err(|error| tracing::warn!(%error, "certificates are only compared with the stored fingerprint"))
            .ok();
        Self { authorities, provider: provider.clone(), trusted, last_check: Mutex::new(None) }
    }

    fn last_check(&self) -> Option<CertificateCheck> {
        *self.last_check.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let shown = Fingerprint::of(certificate);
        let verified = match &self.authorities {
            Some(authorities) => authorities.verify_server_cert(certificate, others, name, ocsp, now),
            None => Err(CertificateError::UnknownIssuer.into()),
        };
        let (check, verified) = match verified {
            Ok(verified) => (CertificateCheck::AuthorityVerified(shown), Ok(verified)),
            Err(_) if self.trusted.contains(shown) => {
                (CertificateCheck::FingerprintTrusted(shown), Ok(ServerCertVerified::assertion()))
            }
            Err(error) => (CertificateCheck::Refused(shown), Err(error)),
        };
        *self.last_check.lock().unwrap_or_else(PoisonError::into_inner) = Some(check);
        verified
    }

    // The signature of the handshake proves that the server holds the key of the certificate. It is always checked, whether the
    // certificate is accepted by its authority or by its fingerprint.
    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
