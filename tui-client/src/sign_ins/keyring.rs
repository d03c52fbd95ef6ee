//! The boundary to the system's keyring.

/// The boundary to the system's keyring: secrets by key. Each call may take as long as a person needs to open it.
pub trait Keyring: Send {
    /// The secret of a key.
    ///
    /// # Errors
    /// Where there is no keyring, or it stays closed.
    fn get(&self, key: &str) -> Result<Option<String>, NoKeyring>;
    /// Gives a key a secret.
    ///
    /// # Errors
    /// Where there is no keyring, or it stays closed.
    fn set(&self, key: &str, secret: &str) -> Result<(), NoKeyring>;
    /// Takes a key's secret away, if it has one.
    ///
    /// # Errors
    /// Where there is no keyring, or it stays closed.
    fn remove(&self, key: &str) -> Result<(), NoKeyring>;
}

/// There is no keyring here, or it stays closed; what it said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no keyring: {0}")]
pub struct NoKeyring(pub String);
