//! The system's own keyring: the Secret Service on Linux, the Keychain on macOS.

use keyring::{Entry, Error};

use super::keyring::{Keyring, NoKeyring};

/// What our secrets stand under in the keyring.
const SERVICE: &str = "papo";

/// The system's own keyring.
pub struct SystemKeyring;

impl Keyring for SystemKeyring {
    fn get(&self, key: &str) -> Result<Option<String>, NoKeyring> {
        match entry(key)?.get_password() {
            Ok(secret) => Ok(Some(secret)),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(no_keyring(&error)),
        }
    }

    fn set(&self, key: &str, secret: &str) -> Result<(), NoKeyring> {
        entry(key)?.set_password(secret).map_err(|error| no_keyring(&error))
    }

    fn remove(&self, key: &str) -> Result<(), NoKeyring> {
        match entry(key)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(no_keyring(&error)),
        }
    }
}

fn entry(key: &str) -> Result<Entry, NoKeyring> {
    Entry::new(SERVICE, key).map_err(|error| no_keyring(&error))
}

fn no_keyring(error: &Error) -> NoKeyring {
    NoKeyring(error.to_string())
}
