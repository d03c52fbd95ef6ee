//! The entries of stored sign-ins at one address, in the keyring and in the file.
//!
//! | key | value | where |
//! | --- | --- | --- |
//! | `ADDRESS/SERVER_ID/USERNAME` | the token | the keyring, or else the file |
//! | `ADDRESS/SERVER_ID` | the user that signed in last, or `-` after they signed out | the file |
//! | `ADDRESS` | a token of an older papo, which stored neither server nor user | the keyring, or else the file |
//!
//! The address is part of the key because anybody can claim to be the server of some id; at the address the certificate holds.

use std::path::{Path, PathBuf};

use papo_shared::model::{ServerId, Username};

use super::keyring::{Keyring, NoKeyring};
use crate::device_token::{DeviceToken, KeptIn, Lookup, StoredSignIn};
use crate::keyed_file::{KeyedFile, KeyedFileError};

/// Stands where no user signs in without being asked: they signed out, or an older papo's token was refused.
const NOBODY: &str = "-";

/// The stored sign-ins at one address.
pub struct StoredSignIns<K> {
    pub(super) keyring: K,
    pub(super) entries: Entries,
}

/// The part of it that needs no keyring.
#[derive(Clone)]
pub(super) struct Entries {
    path: PathBuf,
    address: String,
    /// Whose sign-in is looked for; without it, that of the user who signed in last.
    user: Option<Username>,
}

impl<K: Keyring> StoredSignIns<K> {
    /// The sign-ins at this address, of one user or (`None`) of the one who signed in last.
    pub fn at(address: &str, user: Option<Username>, keyring: K, file: &Path) -> Self {
        Self { keyring, entries: Entries { path: file.to_owned(), address: address.to_owned(), user } }
    }

    /// Looks for a sign-in to this server. Takes as long as the keyring does, and changes nothing.
    ///
    /// # Errors
    /// The file exists and cannot be read.
    pub fn find(&self, server: ServerId) -> Result<Lookup, KeyedFileError> {
        let Entries { address, user, .. } = &self.entries;
        let last = self.entries.file().get(&self.entries.last_user_key(server))?;
        let last_user = last.as_deref().and_then(|name| Username::parse(name).ok());
        let found = |username: Option<Username>, (token, kept_in), is_default| {
            Ok(Lookup::Found(StoredSignIn { server, username, token, kept_in, is_default }))
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
        let is_others = |(key, user): &(String, String)| {
            let server_id = key.strip_prefix(address.as_str()).and_then(|key| key.strip_prefix('/'));
            server_id.is_some_and(|id| !id.contains('/') && *id != server.to_string()) && user != NOBODY
        };
        Ok(if entries.any(|entry| is_others(&entry)) { Lookup::OtherServer } else { Lookup::Nothing })
    }

    /// The file first: it answers at once.
    fn read(&self, key: &str) -> Result<Option<(DeviceToken, KeptIn)>, KeyedFileError> {
        if let Some(token) = self.entries.file().get(key)? {
            return Ok(Some((DeviceToken(token), KeptIn::File(self.entries.path.clone()))));
        }
        let in_keyring = self.keyring.get(key).unwrap_or_else(|error| {
            tracing::info!(%error, "sign-ins are kept in the file");
            None
        });
        Ok(in_keyring.map(|token| (DeviceToken(token), KeptIn::Keyring)))
    }

    /// Stores a sign-in, which becomes the one that is found without naming a user, and says where it is. The entry of an older papo
    /// with the same token is removed, since the server and the user that belong to it are known now.
    pub fn keep(&self, server: ServerId, username: &Username, token: &DeviceToken) -> KeptIn {
        let address = &self.entries.address;
        let is_first = self.entries.file().get(&self.entries.last_user_key(server)).is_ok_and(|last| last.is_none());
        let in_keyring = self.keep_in_keyring(&self.entries.token_key(server, username), token);
        let kept = self.entries.keep(server, username, token, in_keyring.is_err());
        if is_first && self.keyring.get(address).is_ok_and(|older| older.as_ref() == Some(&token.0)) {
            let _ = self.keyring.remove(address);
        }
        match (in_keyring, kept) {
            (Ok(()), Ok(())) => KeptIn::Keyring,
            (Err(error), Ok(())) => {
                tracing::info!(%error, "the sign-in is kept in the file");
                KeptIn::File(self.entries.path.clone())
            }
            (_, Err(error)) => KeptIn::Nowhere(error.to_string()),
        }
    }

    /// Moves a sign-in that is stored in the file to a keyring that works by now.
    ///
    /// # Errors
    /// There is no such keyring; the file keeps it.
    pub fn move_to_keyring(&self, stored: &StoredSignIn) -> Result<(), NoKeyring> {
        let Some(username) = &stored.username else { return Err(NoKeyring("its user is not known yet".to_owned())) };
        let key = self.entries.token_key(stored.server, username);
        self.keep_in_keyring(&key, &stored.token)?;
        if let Err(error) = self.entries.file().set(&key, None) {
            tracing::error!(%error, "the sign-in is in the file as well");
        }
        Ok(())
    }

    /// The keyring has it only once it gives it back.
    fn keep_in_keyring(&self, key: &str, token: &DeviceToken) -> Result<(), NoKeyring> {
        self.keyring.set(key, &token.0)?;
        if self.keyring.get(key)?.as_ref() == Some(&token.0) {
            Ok(())
        } else {
            Err(NoKeyring("it gives back something else".to_owned()))
        }
    }

    /// Removes a user's sign-in to this server. Without a user: does not offer it the token of an older papo again, which may be
    /// another server's.
    pub fn forget(&self, server: ServerId, username: Option<&Username>) {
        if let Err(error) = self.entries.forget(server, username) {
            tracing::error!(%error, "the sign-in could not be removed");
        }
        let Some(username) = username else { return };
        if let Err(error) = self.keyring.remove(&self.entries.token_key(server, username)) {
            tracing::info!(%error, "nothing to remove from the keyring");
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

    /// Stores who signed in last, and the token if the file has to hold it.
    pub(super) fn keep(
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

    pub(super) fn forget(&self, server: ServerId, username: Option<&Username>) -> Result<(), KeyedFileError> {
        let last_user = self.last_user_key(server);
        let Some(username) = username else { return self.file().set(&last_user, Some(NOBODY)) };
        let key = self.token_key(server, username);
        let mut changes = vec![(key.as_str(), None)];
        if self.file().get(&last_user)?.as_deref() == Some(username.as_str()) {
            changes.push((last_user.as_str(), Some(NOBODY)));
        }
        self.file().update(&changes)
    }
}
