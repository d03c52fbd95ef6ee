//! The system's own keyring: the Secret Service on Linux, the Keychain on macOS.

use keyring::{Entry, Error};

use super::keyring::{Keyring, KeyringError};

/// What our secrets stand under in the keyring.
const SERVICE: &str = "papo";

/// The system's own keyring.
pub struct SystemKeyring;

impl Keyring for SystemKeyring {
    fn get(&self, key: &str) -> Result<Option<String>, KeyringError> {
        match entry(key)?.get_password() {
            Ok(secret) => Ok(Some(secret)),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(no_keyring(&error)),
        }
    }

    fn set(&self, key: &str, secret: &str) -> Result<(), KeyringError> {
        entry(key)?.set_password(secret).map_err(|error| no_keyring(&error))
    }

    fn remove(&self, key: &str) -> Result<(), KeyringError> {
        match entry(key)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(no_keyring(&error)),
        }
    }
}

fn entry(key: &str) -> Result<Entry, KeyringError> {
    Entry::new(SERVICE, key).map_err(|error| no_keyring(&error))
}

fn no_keyring(error: &Error) -> KeyringError {
    KeyringError(error.to_string())
}
