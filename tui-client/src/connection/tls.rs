//! Encryption towards the server, and whom to believe.
//!
//! A certificate that a known authority vouches for is fine. Any other is believed if its fingerprint is the one that was
//! remembered for this server, as SSH does with a host's key; an unknown one is asked about once, and one that changed is
//! refused.

use std::sync::{Arc, Mutex, PoisonError};

use papo_shared::model::Fingerprint;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::event::{Lost, Privacy};

/// Encrypts a connection to the server of this name, and says who vouches for it. `known` is the fingerprint that was remembered for it.
///
/// # Errors
/// The certificate is not to be believed, or what answers does not speak TLS.
pub(super) async fn encrypt<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    host: &str,
    known: Option<Fingerprint>,
) -> Result<(TlsStream<S>, Privacy), Lost> {
    let unreachable = |error: &dyn std::fmt::Display| Lost::Unreachable(error.to_string());
    let name = ServerName::try_from(host.to_owned()).map_err(|error| unreachable(&error))?;
    let provider = Arc::new(ring::default_provider());
    let verifier = Arc::new(Verifier::new(&provider, known).map_err(|error| unreachable(&error))?);
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| unreachable(&error))?
        .dangerous()
        .with_custom_certificate_verifier(verifier.clone())
        .with_no_client_auth();
    let connected = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
    match (connected, verifier.last_check(), known) {
        (Ok(stream), Some(CertificateCheck::Vouched(shown)), _) => Ok((stream, Privacy::Vouched(shown))),
        (Ok(stream), Some(CertificateCheck::Known(shown)), _) => Ok((stream, Privacy::Believed(shown))),
        (_, Some(CertificateCheck::Refused(shown)), None) => Err(Lost::CertificateUnknown { shown }),
        (_, Some(CertificateCheck::Refused(shown)), Some(known)) => Err(Lost::CertificateChanged { known, shown }),
        (Err(error), ..) => Err(Lost::NoTls(error.to_string())),
        // A handshake without a certificate: rustls knows none.
        (Ok(_), None, _) => Err(Lost::NoTls("no certificate".to_owned())),
    }
}

/// Believes known authorities and one fingerprint.
#[derive(Debug)]
struct Verifier {
    authorities: Arc<WebPkiServerVerifier>,
    provider: Arc<CryptoProvider>,
    known: Option<Fingerprint>,
    /// The certificate that was looked at, and what was thought of it: the handshake's own answer has no room for it.
    last_check: Mutex<Option<CertificateCheck>>,
}

/// What was thought of a certificate.
#[derive(Clone, Copy, Debug)]
enum CertificateCheck {
    /// An authority vouches for it.
    Vouched(Fingerprint),
    /// It is the one that was remembered.
    Known(Fingerprint),
    /// Neither.
    Refused(Fingerprint),
}

impl Verifier {
    fn new(provider: &Arc<CryptoProvider>, known: Option<Fingerprint>) -> Result<Self, impl std::fmt::Display + use<>> {
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone()).build().map(|authorities| Self {
            authorities,
            provider: provider.clone(),
            known,
            last_check: Mutex::new(None),
        })
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
        let (check, verified) = match self.authorities.verify_server_cert(certificate, others, name, ocsp, now) {
            Ok(verified) => (CertificateCheck::Vouched(shown), Ok(verified)),
            Err(_) if self.known == Some(shown) => (CertificateCheck::Known(shown), Ok(ServerCertVerified::assertion())),
            Err(error) => (CertificateCheck::Refused(shown), Err(error)),
        };
        *self.last_check.lock().unwrap_or_else(PoisonError::into_inner) = Some(check);
        verified
    }

    // That the server holds the certificate's key is proved by the handshake's signature, whoever vouches for it.
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
