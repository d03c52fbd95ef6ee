//! A non-blocking connection, encrypted or not.

use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use mio::net::TcpStream;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

pub(crate) enum Wire {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Wire {
    pub(crate) fn connect(address: SocketAddr, tls: Option<&Arc<ClientConfig>>) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        // Without this, sent data could wait until earlier data is acknowledged.
        stream.set_nodelay(true).unwrap();
        match tls {
            None => Self::Plain(stream),
            Some(config) => {
                let name = ServerName::try_from("papo").unwrap();
                let connection = ClientConnection::new(config.clone(), name).unwrap();
                Self::Tls(Box::new(StreamOwned::new(connection, stream)))
            }
        }
    }

    pub(crate) fn stream(&mut self) -> &mut TcpStream {
        match self {
            Self::Plain(stream) => stream,
            Self::Tls(stream) => stream.get_mut(),
        }
    }

    /// Reads available data; 0 means the end of the stream.
    ///
    /// # Errors
    /// `WouldBlock` if no data is available.
    pub(crate) fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(into),
            Self::Tls(stream) => stream.read(into),
        }
    }

    /// Writes as much as the kernel accepts, and keeps the rest.
    pub(crate) fn write(&mut self, bytes: &mut Vec<u8>) -> io::Result<()> {
        let mut written = 0;
        let result = loop {
            let rest = &bytes[written..];
            let took = match self {
                Self::Plain(_) | Self::Tls(_) if rest.is_empty() => break Ok(()),
                Self::Plain(stream) => stream.write(rest),
                Self::Tls(stream) => stream.write(rest),
            };
            match took {
                Ok(bytes) => written += bytes,
                Err(error) => break Err(error),
            }
        };
        bytes.drain(..written);
        let result = match self {
            Self::Plain(_) => result,
            // Accepted data may be encrypted but not yet written.
            Self::Tls(stream) => result.and_then(|()| stream.flush()),
        };
        match result {
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::NotConnected) => Ok(()),
            other => other,
        }
    }
}

/// Trusts the certificate that the server in this directory generated.
pub(crate) fn trusting(data: &Path) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(data.join("certificate.pem")).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    Arc::new(config)
}
