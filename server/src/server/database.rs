//! The PostgreSQL database of a configuration.

use std::path::Path;
use std::sync::Arc;

use super::start_error::StartError;
use crate::config::Config;
use crate::domain::storage::StorageLimits;
#[cfg(feature = "cluster")]
use crate::store::copy::copy as copy_file;
use crate::store::copy::{CopyReport, Progress};
#[cfg(feature = "cluster")]
use crate::store::postgres::{OpenError, PostgresAddress, PostgresStore, verify as verify_store};
#[cfg(feature = "cluster")]
use crate::store::private::private_dir;
use crate::store::{Finding, Store};

/// Opens the database with this address.
#[cfg(feature = "cluster")]
pub(super) async fn open(config: &Config, address: &str, limits: StorageLimits) -> Result<Arc<dyn Store>, StartError> {
    let address = parse(config, address)?;
    // For the certificate and the administration socket.
    private_dir(&config.data_dir)
        .map_err(|error| StartError::DataUnusable { file: config.data_dir.clone(), reason: error.to_string() })?;
    let store = PostgresStore::open_with(&address, limits).await;
    Ok(Arc::new(store.map_err(|error| unusable(&address.to_string(), &error))?))
}

/// Verifies the configured database. Gives its description, and the findings.
///
/// # Errors
/// It cannot be read, or none is configured.
#[cfg(feature = "cluster")]
pub(crate) async fn verify(config: &Config) -> Result<(String, Vec<Finding>), StartError> {
    let address = parse(config, config.store.get().unwrap_or_default())?;
    let findings = verify_store(&address).await.map_err(|error| unusable(&address.to_string(), &error))?;
    Ok((address.to_string(), findings))
}

/// Copies the data of a file into the configured database.
///
/// # Errors
/// A text that says what happened and what to do next.
#[cfg(feature = "cluster")]
pub(crate) async fn copy(config: &Config, file: &Path, progress: impl FnMut(Progress<'_>)) -> anyhow::Result<CopyReport> {
    let address = parse(config, config.store.get().unwrap_or_default())?;
    Ok(copy_file(file, &address, progress).await?)
}

#[cfg(feature = "cluster")]
fn parse(config: &Config, address: &str) -> Result<PostgresAddress, StartError> {
    let read = |file: &Path| {
        std::fs::read_to_string(file).map_err(|error| StartError::Database {
            database: file.display().to_string(),
            reason: format!("{error}. `store_password_file` names a file with the password."),
        })
    };
    let (password_file, ca) = (&config.store_password_file, &config.store_ca);
    let password = if password_file.as_os_str().is_empty() { None } else { Some(read(password_file)?) };
    let password = password.as_deref().map(|text| text.trim_end_matches(['\r', '\n']));
    let ca = (!ca.as_os_str().is_empty()).then(|| ca.clone());
    PostgresAddress::parse(address, password, ca).map_err(|error| unusable("the address `store`", &error))
}

#[cfg(feature = "cluster")]
fn unusable(database: &str, error: &OpenError) -> StartError {
    StartError::Database { database: database.to_owned(), reason: error.to_string() }
}

/// Opens no database, since this program has no driver.
#[cfg(not(feature = "cluster"))]
pub(super) async fn open(_: &Config, _: &str, _: StorageLimits) -> Result<Arc<dyn Store>, StartError> {
    Err(without_driver())
}

/// Verifies no database, since this program has no driver.
#[cfg(not(feature = "cluster"))]
pub(crate) async fn verify(_: &Config) -> Result<(String, Vec<Finding>), StartError> {
    Err(without_driver())
}

/// Copies nothing, since this program has no driver.
#[cfg(not(feature = "cluster"))]
pub(crate) async fn copy(_: &Config, _: &Path, _: impl FnMut(Progress<'_>)) -> anyhow::Result<CopyReport> {
    Err(without_driver().into())
}

#[cfg(not(feature = "cluster"))]
fn without_driver() -> StartError {
    StartError::Database {
        database: "the address `store`".to_owned(),
        reason:
            "this program was built without PostgreSQL. Build it with `cargo build --release -p papo-server --features cluster`."
                .to_owned(),
    }
}
