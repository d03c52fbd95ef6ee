//! A network path to a database that a test can cut.

use std::net::SocketAddr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::client::ANY_PORT;

/// What happens to connections on the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PathState {
    /// They carry everything.
    Open,
    /// They break, and new ones are closed: the database has stopped.
    Broken,
    /// They and new ones stay open, and carry nothing: the database hangs, or a firewall drops its packets.
    Silent,
}

/// Forwards connections to a server. Stops when dropped.
pub(crate) struct UnreliablePath {
    address: SocketAddr,
    state: watch::Sender<PathState>,
}

impl UnreliablePath {
    pub(crate) async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind(ANY_PORT).await.unwrap();
        let (address, state) = (listener.local_addr().unwrap(), watch::Sender::new(PathState::Open));
        let mut following = state.subscribe();
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    accepted = listener.accept() => {
                        let (client, _) = accepted.unwrap();
                        tokio::spawn(carry(client, server, following.clone()));
                    }
                    // Fails when the path is dropped.
                    changed = following.changed() => if changed.is_err() { return },
                }
            }
        });
        Self { address, state }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn set(&self, state: PathState) {
        self.state.send_replace(state);
    }
}

async fn carry(mut client: TcpStream, server: SocketAddr, mut state: watch::Receiver<PathState>) {
    let Ok(mut server) = TcpStream::connect(server).await else { return };
    loop {
        let now = *state.borrow_and_update();
        let changed = match now {
            PathState::Broken => return,
            PathState::Silent => state.changed().await,
            PathState::Open => tokio::select! {
                // A change of state cuts a copy off between two bytes of a message, as on a real network. What was read but not
                // written is lost, so a silent connection never carries anything again.
                _ = copy_bidirectional(&mut client, &mut server) => return,
                changed = state.changed() => changed,
            },
        };
        if changed.is_err() {
            return;
        }
        if now == PathState::Silent {
            // The packets that were dropped are never sent again.
            return;
        }
    }
}
