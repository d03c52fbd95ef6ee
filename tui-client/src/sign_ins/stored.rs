//! The entries of the sign-ins stored for one server address, in the keyring and in the file.
//!
//! | key | value | where |
//! | --- | --- | --- |
//! | `ADDRESS/SERVER_ID/USERNAME` | the token | the keyring, or else the file |
//! | `ADDRESS/SERVER_ID` | the user that signed in last, or `-` after they signed out | the file |
//! | `ADDRESS` | a token of an older papo, which stored neither server nor user | the keyring, or else the file |
//!
//! The key contains the address because any server can claim any id; the address is authenticated by the certificate.

use std::path::{Path, PathBuf};

use papo_shared::model::{ServerId, Username};

use super::keyring::{Keyring, KeyringError};
use crate::device_token::{DeviceToken, Lookup, StoredSignIn, TokenLocation};
use crate::keyed_file::{KeyedFile, KeyedFileError};

/// The value if no user is signed in automatically: the last one signed out, or the token of an older papo was refused.
const NO_USER: &str = "-";

/// The sign-ins stored for one server address.
pub struct StoredSignIns<K> {
    pub(super) keyring: K,
    pub(super) entries: Entries,
}

/// The entries of the file, which needs no keyring.
#[derive(Clone)]
pub(super) struct Entries {
    path: PathBuf,
    address: String,
    /// The user to look up; `None` for the one who signed in last.
    user: Option<Username>,
}

impl<K: Keyring> StoredSignIns<K> {
    /// The sign-ins for this address, of one user or (`None`) of the user who signed in last.
    pub fn at(address: &str, user: Option<Username>, keyring: K, file: &Path) -> Self {
        Self { keyring, entries: Entries { path: file.to_owned(), address: address.to_owned(), user } }
    }

    /// Looks up a sign-in for this server, without changing anything. Blocks as long as the keyring does.
    ///
    /// # Errors
    /// The file exists and cannot be read.
    pub fn find(&self, server: ServerId) -> Result<Lookup, KeyedFileError> {
        let Entries { address, user, .. } = &self.entries;
        let last = self.entries.file().get(&self.entries.last_user_key(server))?;
        let last_user = last.as_deref().and_then(|name| Username::parse(name).ok());
        let found = |username: Option<Username>, (token, token_location), is_default| {
            Ok(Lookup::Found(StoredSignIn { server, username, token, token_location, is_default }))
        };
        if let Some(username) = user.clone().or_else(|| last_user.clone())
            && let Some(stored) = self.read(&self.entries.token_key(server, &username))?
        {
            let is_default = last_user.as_ref() == Some(&username);
            return found(Some(username), stored, is_default);
        }
        if last.is_none()
            && let Some(stored) = self.read(address)?
        {
            return found(None, stored, false);
        }
        let mut entries = self.entries.file().entries()?.into_iter();
        let is_of_other_server = |(key, user): &(String, String)| {
            let server_id = key.strip_prefix(address.as_str()).and_then(|key| key.strip_prefix('/'));
            server_id.is_some_and(|id| !id.contains('/') && *id != server.to_string()) && user != NO_USER
        };
        Ok(if entries.any(|entry| is_of_other_server(&entry)) { Lookup::OtherServer } else { Lookup::Nothing })
    }

    /// Reads a token from the file, which does not block, or else from the keyring.
    fn read(&self, key: &str) -> Result<Option<(DeviceToken, TokenLocation)>, KeyedFileError> {
        if let Some(token) = self.entries.file().get(key)? {
            return Ok(Some((DeviceToken(token), TokenLocation::File(self.entries.path.clone()))));
        }
        let in_keyring = self.keyring.get(key).unwrap_or_else(|error| {
            tracing::info!(%error, "no keyring: sign-ins are stored in the file");
            None
        });
        Ok(in_keyring.map(|token| (DeviceToken(token), TokenLocation::Keyring)))
    }

    /// Stores a sign-in as the one that is used without `--user`, and returns its location. An entry of an older papo with the
    /// same token is removed, since its server and user are known now.
    pub fn store(&self, server: ServerId, username: &Username, token: &DeviceToken) -> TokenLocation {
        let address = &self.entries.address;
        let is_first = self.entries.file().get(&self.entries.last_user_key(server)).is_ok_and(|last| last.is_none());
        let in_keyring = self.store_in_keyring(&self.entries.token_key(server, username), token);
        let in_file = self.entries.store(server, username, token, in_keyring.is_err());
        if is_first && self.keyring.get(address).is_ok_and(|older| older.as_ref() == Some(&token.0)) {
            let _ = self.keyring.remove(address);
        }
        match (in_keyring, in_file) {
            (Ok(()), Ok(())) => TokenLocation::Keyring,
            (Err(error), Ok(())) => {
                tracing::info!(%error, "no keyring: the sign-in is stored in the file");
                TokenLocation::File(self.entries.path.clone())
            }
            (_, Err(error)) => TokenLocation::NotStored(error.to_string()),
        }
    }

    /// Moves a sign-in from the file to the keyring, if that works now.
    ///
    /// # Errors
    /// The keyring failed, and the sign-in stays in the file.
    pub fn move_to_keyring(&self, stored: &StoredSignIn) -> Result<(), KeyringError> {
        let Some(username) = &stored.username else { return Err(KeyringError("the user of the token is unknown".to_owned())) };
        let key = self.entries.token_key(stored.server, username);
        self.store_in_keyring(&key, &stored.token)?;
        if let Err(error) = self.entries.file().set(&key, None) {
            tracing::error!(%error, "the sign-in could not be removed from the file");
        }
        Ok(())
    }

    /// Stores a token in the keyring, and verifies that it can be read back.
    fn store_in_keyring(&self, key: &str, token: &DeviceToken) -> Result<(), KeyringError> {
        self.keyring.set(key, &token.0)?;
        if self.keyring.get(key)?.as_ref() == Some(&token.0) {
            Ok(())
        } else {
            Err(KeyringError("it returned another secret than it was given".to_owned()))
        }
    }

    /// Removes a user's sign-in. Without a user, records that this server must not be offered the token of an older papo again,
    /// because that token may belong to another server.
    pub fn remove(&self, server: ServerId, username: Option<&Username>) {
        if let Err(error) = self.entries.remove(server, username) {
            tracing::error!(%error, "the sign-in could not be removed");
        }
        let Some(username) = username else { return };
        if let Err(error) = self.keyring.remove(&self.entries.token_key(server, username)) {
            tracing::info!(%error, "the sign-in could not be removed from the keyring");
        }
    }
}

impl Entries {
    fn file(&self) -> KeyedFile {
        KeyedFile::at(&self.path)
    }

    fn last_user_key(&self, server: ServerId) -> String {
        format!("{}/{server}", self.address)
    }

    fn token_key(&self, server: ServerId, username: &Username) -> String {
        format!("{}/{server}/{username}", self.address)
    }

    /// Stores the user who signed in last, and with `with_token` also the token.
    pub(super) fn store(
        &self,
        server: ServerId,
        username: &Username,
        token: &DeviceToken,
        with_token: bool,
    ) -> Result<(), KeyedFileError> {
        let (last_user, key) = (self.last_user_key(server), self.token_key(server, username));
        let token = token.0.as_str();
        let mut changes = vec![(last_user.as_str(), Some(username.as_str())), (key.as_str(), with_token.then_some(token))];
        if self.file().get(&self.address)?.as_deref() == Some(token) {
            changes.push((self.address.as_str(), None));
        }
        self.file().update(&changes)
    }

    pub(super) fn remove(&self, server: ServerId, username: Option<&Username>) -> Result<(), KeyedFileError> {
        let last_user = self.last_user_key(server);
        let Some(username) = username else { return self.file().set(&last_user, Some(NO_USER)) };
        let key = self.token_key(server, username);
        let mut changes = vec![(key.as_str(), None)];
        if self.file().get(&last_user)?.as_deref() == Some(username.as_str()) {
            changes.push((last_user.as_str(), Some(NO_USER)));
        }
        self.file().update(&changes)
    }
}
