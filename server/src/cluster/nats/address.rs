//! Where NATS is, and how to connect to it.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use async_nats::ConnectOptions;

use super::connect_error::ConnectError;
use crate::config::{BusServer, BusServers};
use crate::service_tls::client_config;

/// How often a silent connection is tested. One that does not respond to the third test is replaced.
const PING_INTERVAL: Duration = Duration::from_secs(5);

/// Maximum time to connect to one server.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Pause before the n-th attempt to connect, in multiples of this, up to [`MAX_PAUSE`].
const PAUSE: Duration = Duration::from_millis(100);
const MAX_PAUSE: Duration = Duration::from_secs(2);

/// Frames of one subject that wait to be received. Further ones are dropped.
const WAITING_FRAMES: usize = 4096;

/// Frames that wait in the driver to be written. Those before them wait in [`super::sending`].
const WRITTEN_FRAMES: usize = 64;

/// The NATS servers, and what is needed to connect to them.
#[derive(Clone)]
pub struct NatsAddress {
    servers: Vec<BusServer>,
    user: Option<String>,
    /// Of the user. A token if there is no user.
    password: Option<String>,
    /// The certificate of the authority that signed those of the servers, in PEM. `None`: those that the system trusts.
    ca: Option<PathBuf>,
}

impl NatsAddress {
    /// Parses addresses such as `nats://papo@one.example.org,nats://papo@two.example.org`. The password, or a token if they have no
    /// user, can also be given separately. A user without a password is a token.
    ///
    /// # Errors
    /// An address is invalid. The text does not contain it, since it may contain a password.
    pub fn parse(addresses: &str, password: Option<&str>, ca: Option<PathBuf>) -> Result<Self, ConnectError> {
        let BusServers { servers, user, password: included } =
            BusServers::parse(addresses).map_err(|message| ConnectError::Setting(format!("{message}.")))?;
        let password = password.map(str::to_owned).or(included);
        let (user, password) = if password.is_none() { (None, user) } else { (user, password) };
        Ok(Self { servers, user, password, ca })
    }

    /// The addresses without user and password, for the driver.
    pub(super) fn urls(&self) -> Vec<String> {
        self.servers.iter().map(|server| format!("{}://{}", scheme(server), host_and_port(server))).collect()
    }

    /// The settings of a connection by the node of this name.
    ///
    /// # Errors
    /// The certificate of the authority cannot be used.
    pub(super) fn options(&self, node_name: &str) -> Result<ConnectOptions, ConnectError> {
        let tls = client_config(self.ca.as_deref())
            .map_err(|error| ConnectError::Setting(format!("{error}. `bus_ca` names a PEM file.")))?;
        let options = ConnectOptions::new()
            .name(format!("papo-server {node_name}"))
            .tls_client_config(tls)
            .no_echo()
            // They could be on other machines, and unencrypted.
            .ignore_discovered_servers()
            .connection_timeout(CONNECT_TIMEOUT)
            .ping_interval(PING_INTERVAL)
            .subscription_capacity(WAITING_FRAMES)
            .client_capacity(WRITTEN_FRAMES)
            .reconnect_delay_callback(|attempt| PAUSE.saturating_mul(u32::try_from(attempt).unwrap_or(u32::MAX)).min(MAX_PAUSE));
        Ok(match (self.user.clone(), self.password.clone()) {
            (Some(user), Some(password)) => options.user_and_password(user, password),
            (_, Some(token)) => options.token(token),
            (_, None) => options,
        })
    }
}

/// Without the user and the password.
impl fmt::Display for NatsAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let servers: Vec<_> = self.servers.iter().map(host_and_port).collect();
        write!(f, "the bus on {}", servers.join(", "))
    }
}

fn scheme(server: &BusServer) -> &'static str {
    if server.is_encrypted { "tls" } else { "nats" }
}

fn host_and_port(BusServer { host, port, .. }: &BusServer) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

#[cfg(test)]
mod tests {
    use super::NatsAddress;

    #[test]
    fn the_password_is_shown_nowhere() {
        let address = NatsAddress::parse("nats://papo:girafa@um.example.org,nats://[::1]:9", None, None).unwrap();
        assert_eq!(address.to_string(), "the bus on um.example.org:4222, [::1]:9");
        assert_eq!(address.urls(), ["tls://um.example.org:4222", "nats://[::1]:9"]);
        let separate = NatsAddress::parse("nats://papo@um.example.org", Some("girafa"), None).unwrap();
        assert_eq!((separate.user.as_deref(), separate.password.as_deref()), (Some("papo"), Some("girafa")));
        for token in [
            NatsAddress::parse("nats://girafa@um.example.org", None, None),
            NatsAddress::parse("nats://um.example.org", Some("girafa"), None),
        ] {
            let token = token.unwrap();
            assert_eq!((token.user.as_deref(), token.password.as_deref()), (None, Some("girafa")));
            assert!(!format!("{:?}{token}", token.options("um").unwrap()).contains("girafa"));
        }
    }
}
