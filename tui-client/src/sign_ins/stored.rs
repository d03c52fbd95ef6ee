//! The entries of the stored sign-ins, in the keyring and in the file.
//!
//! | key | value | where |
//! | --- | --- | --- |
//! | `SERVER_ID/USERNAME` | the token | the keyring, or else the file |
//! | `SERVER_ID` | the user that signed in last, or `-` after they signed out | the file |
//! | `ADDRESS/SERVER_ID/USERNAME`, `ADDRESS/SERVER_ID` | the same, stored by an older papo | the same |
//! | `ADDRESS` | a token of a still older papo, which stored neither server nor user | the keyring, or else the file |
//!
//! The keys contain no address, so that a sign-in is found at every address of its community. Any server can claim any id:
//! `known_servers` decides whether it is believed, before a sign-in is looked up. Entries of an older papo are read wherever the
//! community answers, and replaced when the user signs in.

use std::path::{Path, PathBuf};

use papo_shared::model::{ServerId, Username};

use super::keyring::{Keyring, KeyringError};
use crate::device_token::{DeviceToken, Lookup, StoredSignIn, TokenLocation};
use crate::keyed_file::{KeyedFile, KeyedFileError};
use crate::known_servers::KnownServers;

/// The value if no user is signed in automatically: the last one signed out, or the token of an older papo was refused.
const NO_USER: &str = "-";

/// The sign-ins stored on this machine, as seen from the addresses of one community.
pub struct StoredSignIns<K> {
    pub(super) keyring: K,
    pub(super) entries: Entries,
}

/// The entries of the file, which needs no keyring.
#[derive(Clone)]
pub(super) struct Entries {
    path: PathBuf,
    /// The addresses under which an older papo stored sign-ins.
    addresses: Vec<String>,
    /// The user to look up; `None` for the one who signed in last.
    user: Option<Username>,
}

impl<K: Keyring> StoredSignIns<K> {
    /// The sign-ins of one user or (`None`) of the user who signed in last. `addresses` are the keys under which an older papo stored
    /// the sign-ins of this target.
    pub fn at(addresses: &[String], user: Option<Username>, keyring: K, file: &Path) -> Self {
        Self { keyring, entries: Entries { path: file.to_owned(), addresses: addresses.to_owned(), user } }
    }

    /// Looks up a sign-in for this server, without changing anything. Blocks as long as the keyring does.
    ///
    /// # Errors
    /// The file exists and cannot be read.
    pub fn find(&self, server: ServerId) -> Result<Lookup, KeyedFileError> {
        let older = self.entries.older_addresses(server)?;
        let current = self.entries.file().get(&last_user_key(server))?;
        let last = self.entries.last_user(current.clone(), server, &older)?;
        let last_user = last.as_deref().and_then(|name| Username::parse(name).ok());
        let found = |username: Option<Username>, (token, token_location), is_default| {
            Ok(Lookup::Found(StoredSignIn { server, username, token, token_location, is_default }))
        };
        if let Some(username) = self.entries.user.clone().or_else(|| last_user.clone()) {
            if let Some(stored) = self.read(&token_key(server, &username))? {
                let is_default = current.as_deref() == Some(username.as_str());
                return found(Some(username), stored, is_default);
            }
            for address in &older {
                if let Some(stored) = self.read(&older_token_key(address, server, &username))? {
                    return found(Some(username), stored, false);
                }
            }
        }
        if last.is_none() {
            for address in &self.entries.addresses {
                if let Some(stored) = self.read(address)? {
                    return found(None, stored, false);
                }
            }
        }
        Ok(if self.entries.has_other_server(server)? { Lookup::OtherServer } else { Lookup::Nothing })
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

    /// Stores a sign-in as the one that is used without `--user`, and returns its location. Entries of an older papo that it replaces
    /// are removed.
    pub fn store(&self, server: ServerId, username: &Username, token: &DeviceToken) -> TokenLocation {
        let is_first = self.entries.file().get(&last_user_key(server)).is_ok_and(|last| last.is_none());
        let older = self.entries.older_addresses(server).unwrap_or_default();
        let in_keyring = self.store_in_keyring(&token_key(server, username), token);
        let in_file = self.entries.store(server, username, token, in_keyring.is_err());
        if is_first && (in_keyring.is_ok() || in_file.is_ok()) {
            let replaced = self.entries.addresses.iter();
            let replaced =
                replaced.filter(|address| self.keyring.get(address).is_ok_and(|older| older.as_ref() == Some(&token.0)));
            let older = older.iter().map(|address| older_token_key(address, server, username));
            for key in replaced.cloned().chain(older) {
                let _ = self.keyring.remove(&key);
            }
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
        let key = token_key(stored.server, username);
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
        let older = self.entries.older_addresses(server).unwrap_or_default();
        let older = older.iter().map(|address| older_token_key(address, server, username));
        for key in std::iter::once(token_key(server, username)).chain(older) {
            if let Err(error) = self.keyring.remove(&key) {
                tracing::info!(%error, "the sign-in could not be removed from the keyring");
            }
        }
    }
}

impl Entries {
    fn file(&self) -> KeyedFile {
        KeyedFile::at(&self.path)
    }

    /// The addresses under which an older papo stored sign-ins for this server, beginning with those of this target. Their tokens may
    /// be in the keyring, but the user that signed in last is in the file.
    fn older_addresses(&self, server: ServerId) -> Result<Vec<String>, KeyedFileError> {
        let suffix = format!("/{server}");
        let entries = self.file().entries()?.into_iter();
        let mut addresses: Vec<_> = entries.filter_map(|(key, _)| Some(key.strip_suffix(&suffix)?.to_owned())).collect();
        addresses.sort_by_key(|address| !self.addresses.contains(address));
        Ok(addresses)
    }

    /// The user that signed in last: the current entry, or else the one that an older papo stored for the first of its addresses.
    fn last_user(&self, current: Option<String>, server: ServerId, older: &[String]) -> Result<Option<String>, KeyedFileError> {
        match (current, older.first()) {
            (None, Some(address)) => self.file().get(&format!("{address}/{server}")),
            (current, _) => Ok(current),
        }
    }

    /// Whether a user is signed in to another server that was at these addresses.
    fn has_other_server(&self, server: ServerId) -> Result<bool, KeyedFileError> {
        let server = server.to_string();
        let entries = self.file().entries()?;
        let is_signed_in = |key: &str| entries.iter().any(|(other, user)| other == key && user != NO_USER);
        let has_older = entries.iter().any(|(key, _)| {
            let at_address = key.split_once('/').filter(|(address, _)| self.addresses.iter().any(|own| own == address));
            at_address.is_some_and(|(_, id)| !id.contains('/') && id != server && is_signed_in(key))
        });
        let known = self.path.parent().map(KnownServers::in_folder);
        let addresses = self.addresses.iter();
        let mut communities = addresses.filter_map(|address| known.as_ref()?.communities_at(address).ok()).flatten();
        Ok(has_older || communities.any(|id| id != server && is_signed_in(&id)))
    }

    /// Stores the user who signed in last, and with `with_token` also the token.
    pub(super) fn store(
        &self,
        server: ServerId,
        username: &Username,
        token: &DeviceToken,
        with_token: bool,
    ) -> Result<(), KeyedFileError> {
        let token = token.0.as_str();
        let older = self.older_addresses(server)?.into_iter().map(|address| older_token_key(&address, server, username));
        let mut removed: Vec<String> = older.collect();
        for address in &self.addresses {
            if self.file().get(address)?.as_deref() == Some(token) {
                removed.push(address.clone());
            }
        }
        let (last_user, key) = (last_user_key(server), token_key(server, username));
        let mut changes = vec![(last_user.as_str(), Some(username.as_str())), (key.as_str(), with_token.then_some(token))];
        changes.extend(removed.iter().map(|key| (key.as_str(), None)));
        self.file().update(&changes)
    }

    pub(super) fn remove(&self, server: ServerId, username: Option<&Username>) -> Result<(), KeyedFileError> {
        let last_user = last_user_key(server);
        let Some(username) = username else { return self.file().set(&last_user, Some(NO_USER)) };
        let older = self.older_addresses(server)?;
        let last = self.last_user(self.file().get(&last_user)?, server, &older)?;
        let keys = older.iter().map(|address| older_token_key(address, server, username));
        let keys: Vec<String> = std::iter::once(token_key(server, username)).chain(keys).collect();
        let mut changes: Vec<_> = keys.iter().map(|key| (key.as_str(), None)).collect();
        if last.as_deref() == Some(username.as_str()) {
            changes.push((last_user.as_str(), Some(NO_USER)));
        }
        self.file().update(&changes)
    }
}

fn last_user_key(server: ServerId) -> String {
    server.to_string()
}

fn token_key(server: ServerId, username: &Username) -> String {
    format!("{server}/{username}")
}

/// The key of a token of an older papo.
fn older_token_key(address: &str, server: ServerId, username: &Username) -> String {
    format!("{address}/{server}/{username}")
}
