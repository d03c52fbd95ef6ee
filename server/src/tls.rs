//! TLS on the same port as unencrypted connections: the certificate, and detection by the first byte.
//!
//! Deliberately absent: the protocol inside. A session does not know whether its connection is encrypted.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use papo_shared::model::Fingerprint;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tempfile::NamedTempFile;
use tokio_rustls::TlsAcceptor;

/// The first byte of a TLS connection: a handshake record. No line of papo's protocol begins with it.
const HANDSHAKE: u8 = 0x16;

/// File name of the self-signed certificate, in the data directory.
const CERTIFICATE_FILE: &str = "certificate.pem";
/// File name of its key, readable by the owner only.
const KEY_FILE: &str = "key.pem";

/// A certificate and its key, both as PEM files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFiles {
    /// PEM file with the certificate, followed by its chain.
    pub certificate: PathBuf,
    /// PEM file with the private key of the certificate.
    pub key: PathBuf,
}

/// Kind of a connection, detected by its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Greeting {
    /// The first byte starts a TLS handshake.
    Tls,
    /// Any other byte: an unencrypted connection.
    Plain,
}

/// A server's certificate, ready for handshakes. Can be replaced while connections are open, which keep the
/// one they started with.
pub(crate) struct Tls {
    files: Option<CertificateFiles>,
    data_dir: PathBuf,
    current: RwLock<LoadedCertificate>,
}

/// A certificate loaded from its files.
#[derive(Clone)]
struct LoadedCertificate {
    acceptor: TlsAcceptor,
    fingerprint: Fingerprint,
}

/// Reason why a certificate cannot be loaded or created.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {reason}")]
pub(crate) struct CertificateError {
    pub(crate) file: PathBuf,
    pub(crate) reason: String,
}

impl CertificateError {
    fn new(file: &Path, reason: impl ToString) -> Self {
        Self { file: file.to_owned(), reason: reason.to_string() }
    }
}

impl Greeting {
    pub(crate) fn of(first_byte: u8) -> Self {
        if first_byte == HANDSHAKE { Self::Tls } else { Self::Plain }
    }
}

impl Tls {
    /// Loads the operator's certificate, or the self-signed one, which is created on the first start.
    ///
    /// # Errors
    /// A file cannot be read, written or parsed.
    pub(crate) fn load(files: Option<CertificateFiles>, data_dir: &Path) -> Result<Self, CertificateError> {
        let current = RwLock::new(LoadedCertificate::load(files.as_ref(), data_dir)?);
        Ok(Self { files, data_dir: data_dir.to_owned(), current })
    }

    /// Reloads the files for future connections.
    ///
    /// # Errors
    /// As [`Tls::load`]. The previous certificate then stays in use.
    pub(crate) fn reload(&self) -> Result<(), CertificateError> {
        let current = LoadedCertificate::load(self.files.as_ref(), &self.data_dir)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = current;
        Ok(())
    }

    /// Acceptor for a new connection, with the current certificate.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        self.current.read().unwrap_or_else(PoisonError::into_inner).acceptor.clone()
    }

    /// Fingerprint for comparison by people.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        self.current.read().unwrap_or_else(PoisonError::into_inner).fingerprint
    }
}

/// Fingerprint of the certificate that a server uses. Does not create one.
///
/// # Errors
/// The file cannot be read or parsed.
pub(crate) fn fingerprint(files: Option<&CertificateFiles>, data_dir: &Path) -> Result<Fingerprint, CertificateError> {
    let file = files.map_or_else(|| self_signed_files(data_dir).certificate, |files| files.certificate.clone());
    let first = CertificateDer::from_pem_file(&file).map_err(|error| CertificateError::new(&file, error))?;
    Ok(Fingerprint::of(&first))
}

/// Paths of the self-signed certificate.
fn self_signed_files(data_dir: &Path) -> CertificateFiles {
    CertificateFiles { certificate: data_dir.join(CERTIFICATE_FILE), key: data_dir.join(KEY_FILE) }
}

impl LoadedCertificate {
    fn load(files: Option<&CertificateFiles>, data_dir: &Path) -> Result<Self, CertificateError> {
        let own = self_signed_files(data_dir);
        let files = match files {
            Some(files) => files,
            None => {
                if !(own.certificate.exists() && own.key.exists()) {
                    create_self_signed(&own)?;
                }
                &own
            }
        };
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&files.certificate)
            .and_then(Iterator::collect)
            .map_err(|error| CertificateError::new(&files.certificate, error))?;
        let first = chain.first().ok_or_else(|| CertificateError::new(&files.certificate, "it contains no certificate"))?;
        let fingerprint = Fingerprint::of(first);
        let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|error| CertificateError::new(&files.key, error))?;
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
            .map_err(|error| CertificateError::new(&files.certificate, error))?;
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), fingerprint })
    }
}

/// Creates a self-signed certificate. Clients ask their user once and remember its fingerprint, as SSH does with host keys.
fn create_self_signed(files: &CertificateFiles) -> Result<(), CertificateError> {
    let generated = rcgen::generate_simple_self_signed(["papo".to_owned()])
        .map_err(|error| CertificateError::new(&files.certificate, error))?;
    write_private(&files.key, &generated.signing_key.serialize_pem())
        .map_err(|error| CertificateError::new(&files.key, error))?;
    write_private(&files.certificate, &generated.cert.pem()).map_err(|error| CertificateError::new(&files.certificate, error))
}

/// Writes a file that only its owner can ever read. After a crash it is either complete or absent.
fn write_private(file: &Path, text: &str) -> io::Result<()> {
    let folder = file.parent().ok_or(io::ErrorKind::InvalidInput)?;
    // Created with mode 0600.
    let mut new = NamedTempFile::new_in(folder)?;
    new.write_all(text.as_bytes())?;
    new.as_file().sync_all()?;
    new.persist(file)?;
    fs::File::open(folder)?.sync_all()
}

/// Removes a self-signed certificate that cannot be loaded, so that another is created. Call it only while no account exists: later,
/// clients have stored its fingerprint, and would refuse another.
pub(crate) fn remove_unusable_self_signed(data_dir: &Path) -> io::Result<()> {
    let CertificateFiles { certificate, key } = self_signed_files(data_dir);
    let is_present = certificate.exists() && key.exists();
    if !is_present || LoadedCertificate::load(None, data_dir).is_ok() {
        return Ok(());
    }
    tracing::warn!(certificate = %certificate.display(), "the self-signed certificate cannot be used; a new one is created");
    fs::remove_file(certificate)?;
    fs::remove_file(key)
}

#[cfg(test)]
pub(crate) mod tests {
    use std::os::unix::fs::PermissionsExt;

    use rustls::pki_types::ServerName;
    use rustls::{ClientConfig, RootCertStore};
    use tempfile::TempDir;
    use tokio::io::{AsyncRead, AsyncWrite};
    use tokio_rustls::{TlsConnector, client, server};

    use super::{
        Arc, CERTIFICATE_FILE, CertificateDer, CertificateFiles, Greeting, KEY_FILE, PemObject, Tls, remove_unusable_self_signed,
        ring,
    };

    /// The two ends of an encrypted connection over these streams.
    pub(crate) async fn encrypted_pair<A, B>(accepting: A, connecting: B) -> (server::TlsStream<A>, client::TlsStream<B>)
    where
        A: AsyncRead + AsyncWrite + Unpin,
        B: AsyncRead + AsyncWrite + Unpin,
    {
        let dir = TempDir::new().unwrap();
        let acceptor = Tls::load(None, dir.path()).unwrap().acceptor();
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(dir.path().join(CERTIFICATE_FILE)).unwrap()).unwrap();
        let trusting = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector = TlsConnector::from(Arc::new(trusting));
        let name = ServerName::try_from("papo").unwrap();
        tokio::try_join!(acceptor.accept(accepting), connector.connect(name, connecting)).unwrap()
    }

    #[test]
    fn a_certificate_is_created_once_and_its_key_is_private() {
        let dir = TempDir::new().unwrap();
        let first = Tls::load(None, dir.path()).unwrap().fingerprint();
        let again = Tls::load(None, dir.path()).unwrap().fingerprint();
        assert_eq!(first, again);
        let mode = dir.path().join(KEY_FILE).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let other = Tls::load(None, TempDir::new().unwrap().path()).unwrap().fingerprint();
        assert_ne!(first, other);
    }

    #[test]
    fn an_unusable_certificate_is_replaced_on_request_only() {
        let dir = TempDir::new().unwrap();
        for (name, content) in [(CERTIFICATE_FILE, ""), (KEY_FILE, ""), (KEY_FILE, "-----BEGIN PRIVATE KEY-----\nMIGH")] {
            let before = Tls::load(None, dir.path()).unwrap().fingerprint();
            remove_unusable_self_signed(dir.path()).unwrap();
            assert_eq!(Tls::load(None, dir.path()).unwrap().fingerprint(), before, "a usable one is kept");
            std::fs::write(dir.path().join(name), content).unwrap();
            assert!(Tls::load(None, dir.path()).err().unwrap().file.ends_with(name), "clients may know its fingerprint");
            remove_unusable_self_signed(dir.path()).unwrap();
            assert_ne!(Tls::load(None, dir.path()).unwrap().fingerprint(), before);
        }
        let left = dir.path().read_dir().unwrap().count();
        assert_eq!(left, 2, "no temporary files");
    }

    #[test]
    fn errors_name_the_file() {
        let dir = TempDir::new().unwrap();
        Tls::load(None, dir.path()).unwrap();
        let certificate = dir.path().join(CERTIFICATE_FILE);
        let no_key = CertificateFiles { certificate: certificate.clone(), key: dir.path().join("none.pem") };
        assert!(Tls::load(Some(no_key), dir.path()).err().unwrap().file.ends_with("none.pem"));
        let no_certificate = CertificateFiles { certificate: dir.path().join("empty.pem"), key: dir.path().join(KEY_FILE) };
        std::fs::write(&no_certificate.certificate, "").unwrap();
        assert!(Tls::load(Some(no_certificate), dir.path()).err().unwrap().file.ends_with("empty.pem"));
    }

    #[test]
    fn tls_is_detected_by_the_first_byte() {
        assert_eq!(Greeting::of(0x16), Greeting::Tls);
        assert_eq!(Greeting::of(b'{'), Greeting::Plain);
        assert_eq!(Greeting::of(b'G'), Greeting::Plain);
    }
}
