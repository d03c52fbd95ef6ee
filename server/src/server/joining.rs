//! What a server needs to join the other servers of a configured bus.

use super::start_error::StartError;
use crate::cluster::Joining;
use crate::config::Config;
use crate::domain::storage::StorageLimits;

/// Opens the configured database, and connects to the bus with these addresses.
///
/// # Errors
/// The database or the bus cannot be used. A bus that is only not reachable is no error.
#[cfg(feature = "cluster")]
pub(super) async fn prepare(config: &Config, addresses: &str, limits: StorageLimits) -> Result<Joining, StartError> {
    use std::sync::Arc;

    use super::{database, password_file::read_password};
    use crate::cluster::nats::{NatsAddress, NatsNetwork};
    use crate::domain::NodeId;

    let password = read_password(&config.bus_password_file).map_err(|(file, error)| StartError::Bus {
        bus: file,
        reason: format!("{error}. `bus_password_file` names a file with the password."),
    })?;
    let ca = Some(&config.bus_ca).filter(|ca| !ca.as_os_str().is_empty()).cloned();
    let address = NatsAddress::parse(addresses, password.as_deref(), ca)
        .map_err(|error| StartError::Bus { bus: "the addresses `bus`".to_owned(), reason: error.to_string() })?;
    let Some(database) = config.store.get() else { return Err(without_database()) };
    let store = database::open(config, database, limits).await?;
    let (node, name) = (NodeId::random(), config.node_name());
    let network = NatsNetwork::connect(&address, store.server_id(), node, &name).await;
    let network = network.map_err(|error| StartError::Bus { bus: address.to_string(), reason: error.to_string() })?;
    Ok(Joining { node, name, store, network: Arc::new(network) })
}

/// The error of a configuration that an embedding program made. That of an operator is checked when it is read.
#[cfg(feature = "cluster")]
fn without_database() -> StartError {
    let reason = "several servers share a PostgreSQL database. Set `store` to the address of one, or leave `bus` empty.";
    StartError::Bus { bus: "the addresses `bus`".to_owned(), reason: reason.to_owned() }
}

/// Connects to no bus, since this program has no driver.
#[cfg(not(feature = "cluster"))]
pub(super) async fn prepare(_: &Config, _: &str, _: StorageLimits) -> Result<Joining, StartError> {
    let reason = "this program was built without NATS. Build it with `cargo build --release -p papo-server --features cluster`.";
    Err(StartError::Bus { bus: "the addresses `bus`".to_owned(), reason: reason.to_owned() })
}
