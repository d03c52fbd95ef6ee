//! A proxy in front of PostgreSQL, which encrypts connections, or cuts one at a commit.

use std::sync::{Arc, Mutex};

use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// As it is sent by the driver, and as the server answers.
const COMMIT: &[u8] = b"COMMIT\0";

/// The first message of a client that wants an encrypted connection.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// Where a connection is cut.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// The server does not receive the commit.
    BeforeCommit,
    /// The server commits, and its answers do not arrive.
    AfterCommit,
}

/// A proxy that ends with the test's runtime.
pub(super) struct Proxy {
    /// The address of the database through it.
    pub(super) address: String,
    cut: Arc<Mutex<Option<Cut>>>,
}

/// A certificate with its key.
pub(super) struct Certificate {
    pub(super) pem: String,
    config: Arc<ServerConfig>,
}

impl Certificate {
    /// A self-signed certificate for this name.
    pub(super) fn new(name: &str) -> Self {
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .unwrap();
        Self { pem: made.cert.pem(), config: Arc::new(config) }
    }
}

impl Proxy {
    /// A proxy that passes everything on until it is told to cut.
    pub(super) async fn start(address: &str) -> Self {
        let (listener, server, address) = listen(address).await;
        let cut = Arc::new(Mutex::new(None));
        let armed = cut.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(server.clone()).await.unwrap();
                tokio::spawn(pass_on(client, server, armed.clone()));
            }
        });
        Self { address, cut }
    }

    /// A proxy that encrypts connections with this certificate. The server behind it does not.
    pub(super) async fn with_tls(address: &str, certificate: &Certificate) -> Self {
        let (listener, server, address) = listen(address).await;
        let acceptor = TlsAcceptor::from(certificate.config.clone());
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let (acceptor, server) = (acceptor.clone(), server.clone());
                tokio::spawn(async move {
                    let mut request = [0; SSL_REQUEST.len()];
                    client.read_exact(&mut request).await.unwrap();
                    assert_eq!(request, SSL_REQUEST);
                    client.write_all(b"S").await.unwrap();
                    // Fails if the client does not accept the certificate.
                    if let Ok(mut client) = acceptor.accept(client).await {
                        let mut server = TcpStream::connect(server).await.unwrap();
                        _ = copy_bidirectional(&mut client, &mut server).await;
                    }
                });
            }
        });
        Self { address, cut: Arc::default() }
    }

    /// Cuts the connection that commits next.
    pub(super) fn cut_next(&self, cut: Cut) {
        *self.cut.lock().unwrap() = Some(cut);
    }
}

/// A listener, the server to connect to, and the address of the database with the listener in the place of the server.
async fn listen(address: &str) -> (TcpListener, String, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (user, rest) = address.split_once('@').unwrap();
    let (server, database) = rest.split_once('/').unwrap();
    let own = listener.local_addr().unwrap();
    let address = format!("{user}@{own}/{database}");
    (listener, server.to_owned(), address)
}

async fn pass_on(client: TcpStream, server: TcpStream, armed: Arc<Mutex<Option<Cut>>>) {
    let ((mut from_client, mut to_client), (mut from_server, mut to_server)) = (client.into_split(), server.into_split());
    let is_commit_sent = {
        let requests = async {
            while let Some(chunk) = next_chunk(&mut from_client).await {
                let cut = if contains_commit(&chunk) { armed.lock().unwrap().take() } else { None };
                if cut == Some(Cut::BeforeCommit) || to_server.write_all(&chunk).await.is_err() {
                    return false;
                }
                if cut == Some(Cut::AfterCommit) {
                    return true;
                }
            }
            false
        };
        let replies = async {
            while let Some(chunk) = next_chunk(&mut from_server).await {
                if to_client.write_all(&chunk).await.is_err() {
                    return;
                }
            }
        };
        tokio::select! {
            biased;
            is_commit_sent = requests => is_commit_sent,
            () = replies => false,
        }
    };
    // The answers are received and dropped, so that the commit has taken effect when the connection ends.
    let mut answers = Vec::new();
    while is_commit_sent
        && !contains_commit(&answers)
        && let Some(chunk) = next_chunk(&mut from_server).await
    {
        answers.extend(chunk);
    }
}

async fn next_chunk(from: &mut (impl AsyncRead + Unpin)) -> Option<Vec<u8>> {
    let mut chunk = vec![0; 1 << 16];
    let length = from.read(&mut chunk).await.ok().filter(|length| *length > 0)?;
    chunk.truncate(length);
    Some(chunk)
}

fn contains_commit(bytes: &[u8]) -> bool {
    bytes.windows(COMMIT.len()).any(|window| window == COMMIT)
}
