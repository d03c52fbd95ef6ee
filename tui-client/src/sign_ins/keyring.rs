//! The boundary to the system's keyring.

/// The boundary to the system's keyring: secrets by key. A call may block until the user unlocks the keyring.
pub trait Keyring: Send {
    /// Returns the secret of a key, if there is one.
    ///
    /// # Errors
    /// The keyring is missing or locked.
    fn get(&self, key: &str) -> Result<Option<String>, KeyringError>;
    /// Stores the secret of a key, replacing an earlier one.
    ///
    /// # Errors
    /// The keyring is missing or locked.
    fn set(&self, key: &str, secret: &str) -> Result<(), KeyringError>;
    /// Deletes the secret of a key, if there is one.
    ///
    /// # Errors
    /// The keyring is missing or locked.
    fn remove(&self, key: &str) -> Result<(), KeyringError>;
}

/// The keyring is missing, locked or failing; its error.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no keyring: {0}")]
pub struct KeyringError(pub String);
