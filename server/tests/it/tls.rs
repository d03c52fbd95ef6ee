//! TLS, on the same port as plain text.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::BytesMut;
use papo_server::{Config, Plaintext, Server};
use papo_shared::model::Fingerprint;
use papo_shared::protocol::{Hello, PROTOCOL_VERSION, Reply, Request, RequestFrame, ServerFrame, encode_line};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::client::{config, within};

#[tokio::test]
async fn one_port_accepts_both_and_presents_the_announced_certificate() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(config(dir.path())).await.unwrap();
    let certificate = CertificateDer::from_pem_file(dir.path().join("certificate.pem")).unwrap();
    assert_eq!(Fingerprint::of(&certificate), server.fingerprint());

    let mut roots = RootCertStore::empty();
    roots.add(certificate).unwrap();
    let trusting = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let plain = TcpStream::connect(server.local_addr()).await.unwrap();
    let name = ServerName::try_from("papo").unwrap();
    let encrypted = TlsConnector::from(Arc::new(trusting)).connect(name, plain).await.unwrap();
    assert_is_greeted(encrypted).await;
    assert_is_greeted(TcpStream::connect(server.local_addr()).await.unwrap()).await;
    within(server.stop()).await;
}

#[tokio::test]
async fn a_stalled_handshake_times_out() {
    let dir = tempfile::tempdir().unwrap();
    let mut config = config(dir.path());
    config.tls_timeout = std::time::Duration::from_millis(50);
    let server = Server::start(config).await.unwrap();
    let mut stuck = TcpStream::connect(server.local_addr()).await.unwrap();
    // The start of a handshake record, and nothing more.
    stuck.write_all(&[0x16, 0x03, 0x01]).await.unwrap();
    let mut rest = Vec::new();
    within(stuck.read_to_end(&mut rest)).await.ok();
    assert_is_greeted(TcpStream::connect(server.local_addr()).await.unwrap()).await;
}

#[tokio::test]
async fn remote_clients_must_use_tls() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(Config { plaintext: Plaintext::FromNowhere, ..config(dir.path()) }).await.unwrap();
    assert_wants_tls(server.local_addr()).await;
    assert_is_greeted(encrypted(server.local_addr()).await).await;
    within(server.stop()).await;
}

/// The default configuration, with a non-loopback address of this machine, if it has one.
#[tokio::test]
async fn only_loopback_addresses_may_use_plain_text() {
    let socket = std::net::UdpSocket::bind("0.0.0.0:0").unwrap();
    // Sends nothing, only selects a route. Fails on a machine without a network.
    if socket.connect("198.51.100.1:9").is_err() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let server = Server::start(Config { listen: ([0, 0, 0, 0], 0).into(), ..config(dir.path()) }).await.unwrap();
    let port = server.local_addr().port();
    let by_network = SocketAddr::new(socket.local_addr().unwrap().ip(), port);
    assert_wants_tls(by_network).await;
    assert_is_greeted(encrypted(by_network).await).await;
    assert_is_greeted(TcpStream::connect(("127.0.0.1", port)).await.unwrap()).await;
    within(server.stop()).await;
}

/// Says hello without TLS, and expects a single refusal and a clean end.
async fn assert_wants_tls(address: SocketAddr) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"{\"id\":1,\"type\":\"hello\",\"protocol\":1,\"client\":\"test\"}\n").await.unwrap();
    let mut said = String::new();
    within(stream.read_to_string(&mut said)).await.unwrap();
    assert_eq!(said, "{\"type\":\"refused\",\"code\":\"tls_required\"}\n");
}

/// A TLS connection that accepts any certificate.
pub(crate) async fn encrypted(address: SocketAddr) -> TlsStream<TcpStream> {
    encrypt(TcpStream::connect(address).await.unwrap()).await
}

/// Begins TLS on this connection, and accepts any certificate.
pub(crate) async fn encrypt(plain: TcpStream) -> TlsStream<TcpStream> {
    let curious = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(BelievesAnything))
        .with_no_client_auth();
    let name = ServerName::try_from("papo").unwrap();
    within(TlsConnector::from(Arc::new(curious)).connect(name, plain)).await.unwrap()
}

pub(crate) async fn assert_is_greeted(stream: impl tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin) {
    let mut stream = BufReader::new(stream);
    let hello = Request::Hello(Hello { protocol: PROTOCOL_VERSION, client: "test".to_owned() });
    let mut line = BytesMut::new();
    encode_line(&RequestFrame { id: 1, request: hello }, &mut line);
    stream.get_mut().write_all(&line).await.unwrap();
    stream.get_mut().flush().await.unwrap();
    let mut answer = String::new();
    within(stream.read_line(&mut answer)).await.unwrap();
    let ServerFrame::Reply(frame) = ServerFrame::decode(answer.trim_end().as_bytes()).unwrap() else { panic!("{answer}") };
    assert!(matches!(frame.reply, Reply::Welcome(_)), "{answer}");
}

/// The fingerprint of the certificate presented at this address.
pub(crate) async fn certificate_shown_by(address: SocketAddr) -> Fingerprint {
    Fingerprint::of(&encrypted(address).await.get_ref().1.peer_certificates().unwrap()[0])
}

/// Accepts any certificate, in order to inspect it.
#[derive(Debug)]
struct BelievesAnything;

impl ServerCertVerifier for BelievesAnything {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        rustls::crypto::ring::default_provider().signature_verification_algorithms.supported_schemes()
    }
}
