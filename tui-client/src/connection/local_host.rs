//! The server this process hosts when none listens on this machine.

use std::path::Path;
use std::time::Duration;

use papo_server::{Config, Server, StartError};

use crate::event::Lost;

/// How long its clients may take to hear that it stops: whoever quits waits for it.
const CLOSING_GRACE: Duration = Duration::from_millis(500);

/// The server this process hosts, if any.
#[derive(Default)]
pub(super) struct LocalHost {
    server: Option<Server>,
}

impl LocalHost {
    /// Hosts a server at this address. Where another process was quicker that is fine: it is there to be joined.
    pub(super) async fn start(&mut self, address: &str, data: &Path) -> Result<(), Lost> {
        // Our own server that cannot be reached is of no use to anybody.
        self.stop().await;
        let listen = address.parse().map_err(|_| Lost::CannotHost(format!("{address} is no address")))?;
        let config = Config { closing_grace: CLOSING_GRACE, ..Config::new(listen, data.to_owned()) };
        match Server::start(config).await {
            Ok(server) => {
                self.server = Some(server);
                Ok(())
            }
            Err(StartError::AddressInUse { .. } | StartError::DataInUse { .. }) => Ok(()),
            Err(error) => Err(Lost::CannotHost(error.to_string())),
        }
    }

    /// Whether this process hosts the server.
    pub(super) fn is_hosting(&self) -> bool {
        self.server.is_some()
    }

    /// Stops the server, if there is one, in good order.
    pub(super) async fn stop(&mut self) {
        if let Some(server) = self.server.take() {
            server.stop().await;
        }
    }
}
