//! Opens a connection: TCP, TLS, and hosting a local server where none listens.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::local_host::{LocalHost, StartFailure};
use super::local_port::LocalPort;
use super::rotation::Rotation;
use super::target::{Encryption, Target};
use super::{tls, welcome};
use crate::event::{DisconnectReason, Privacy};
use crate::known_servers::KnownServers;

/// The host of the local server.
const LOOPBACK: &str = "127.0.0.1";

/// A new connection on which nothing was sent yet.
pub(super) struct OpenConnection {
    pub(super) server: SocketAddr,
    pub(super) privacy: Privacy,
    pub(super) stream: Box<dyn Stream>,
}

/// A TCP or TLS stream.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Opens a connection to the address in use. If no local server listens, hosts one first, provided that the target has a data folder.
pub(super) async fn open(
    target: &Target,
    rotation: &Rotation,
    known: &KnownServers,
    host: &mut LocalHost,
    local_port: Option<&LocalPort>,
) -> Result<OpenConnection, DisconnectReason> {
    let unreachable = |error: std::io::Error| DisconnectReason::Unreachable(error.to_string());
    match target {
        Target::Remote { addresses, encryption } => {
            let limit = rotation.patience().connect;
            let address = &addresses[rotation.current_index()];
            let stream = connect(&address.host, address.port, limit).await?;
            let server = stream.peer_addr().map_err(unreachable)?;
            if *encryption == Encryption::None {
                return Ok(OpenConnection { server, privacy: Privacy::Plain, stream: Box::new(stream) });
            }
            let trusted = welcome::certificates(known, rotation).await?;
            let encrypted = timeout(limit, tls::encrypt(stream, &address.host, trusted)).await;
            let (encrypted, privacy) = encrypted.map_err(|_| DisconnectReason::NoTls("no answer".to_owned()))??;
            Ok(OpenConnection { server, privacy, stream: Box::new(encrypted) })
        }
        Target::Local { data, port } => {
            let limit = rotation.patience().connect;
            let stream = match (connect(LOOPBACK, *port, limit).await, data, local_port) {
                (Err(_), Some(data), Some(local_port)) => match host.start(*port, data, local_port).await {
                    Ok(()) => connect(LOOPBACK, *port, limit).await?,
                    Err(StartFailure::OtherProcess(why)) => {
                        let connected = connect(LOOPBACK, *port, limit).await;
                        connected.map_err(|lost| why.map_or(lost, DisconnectReason::HostingFailed))?
                    }
                    Err(StartFailure::Other(why)) => return Err(why),
                },
                (connected, ..) => connected?,
            };
            let server = stream.peer_addr().map_err(unreachable)?;
            Ok(OpenConnection { server, privacy: Privacy::OnThisMachine, stream: Box::new(stream) })
        }
    }
}

async fn connect(host: &str, port: u16, limit: Duration) -> Result<TcpStream, DisconnectReason> {
    let unreachable = |error: std::io::Error| DisconnectReason::Unreachable(error.to_string());
    let connected = timeout(limit, TcpStream::connect((host, port))).await;
    let stream = connected.map_err(|_| DisconnectReason::Unreachable(format!("{host}: no answer")))?.map_err(unreachable)?;
    // The lines of a chat are short, and each should be sent immediately.
    stream.set_nodelay(true).map_err(unreachable)?;
    Ok(stream)
}
