//! The system's own keyring: the Secret Service on Linux and other systems with D-Bus, the Keychain on macOS.

use std::sync::Arc;

#[cfg(target_os = "macos")]
use apple_native_keyring_store::keychain::Store;
#[cfg(not(target_os = "macos"))]
use dbus_secret_service_keyring_store::Store;
use keyring_core::api::CredentialStoreApi;
use keyring_core::{Entry, Error};

use super::keyring::{Keyring, KeyringError};

/// The service name of papo's secrets in the keyring. Secrets of earlier versions are found by it and by their key.
const SERVICE: &str = "papo";

/// Attempts to open the keyring. A call over D-Bus fails after two seconds, which is too short for a service that the bus has to
/// start first on a slow machine; where there is no service or no bus, each attempt fails at once.
const OPEN_ATTEMPTS: usize = 3;

/// The system's own keyring.
pub struct SystemKeyring;

impl Keyring for SystemKeyring {
    fn get(&self, key: &str) -> Result<Option<String>, KeyringError> {
        match entry(key).and_then(|entry| entry.get_password()) {
            Ok(secret) => Ok(Some(secret)),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(KeyringError(error.to_string())),
        }
    }

    fn set(&self, key: &str, secret: &str) -> Result<(), KeyringError> {
        entry(key).and_then(|entry| entry.set_password(secret)).map_err(|error| KeyringError(error.to_string()))
    }

    fn remove(&self, key: &str) -> Result<(), KeyringError> {
        match entry(key).and_then(|entry| entry.delete_credential()) {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(KeyringError(error.to_string())),
        }
    }
}

/// The entry of a key, which need not exist. Opens the keyring each time, so that one that starts later is found.
fn entry(key: &str) -> Result<Entry, Error> {
    open()?.build(SERVICE, key, None)
}

fn open() -> Result<Arc<Store>, Error> {
    let earlier_attempt = (1..OPEN_ATTEMPTS).find_map(|_| Store::new().ok());
    earlier_attempt.map_or_else(Store::new, Ok)
}
