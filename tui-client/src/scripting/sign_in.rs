//! The stored sign-in that a command uses.

use std::sync::Arc;
use std::time::Duration;

use papo_shared::model::{ServerId, Username};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::failure::{Exit, Failure};
use crate::device_token::{DeviceToken, Lookup, StoredSignIn};
use crate::sign_ins::{StoredSignIns, SystemKeyring};
use crate::state::phrase::Phrase;

/// How long the system's keyring may take: enough for a person to unlock it, and less than the time limit of signing in.
const KEYRING_TIMEOUT: Duration = Duration::from_secs(45);

/// Looks up the stored sign-in for the server, and updates it after signing in.
pub(super) struct ScriptSignIn {
    stored: Arc<StoredSignIns<SystemKeyring>>,
    /// The user named by `--user`.
    user: Option<Username>,
    found: Option<StoredSignIn>,
}

impl ScriptSignIn {
    pub(super) fn new(stored: StoredSignIns<SystemKeyring>, user: Option<Username>) -> Self {
        Self { stored: Arc::new(stored), user, found: None }
    }

    /// The token for this server, which answers at this address. Later calls return the same token.
    ///
    /// # Errors
    /// No token is stored for this server, or it cannot be read.
    pub(super) async fn token(&mut self, server: ServerId, address: &str) -> Result<DeviceToken, Failure> {
        if let Some(found) = &self.found {
            return Ok(found.token.clone());
        }
        let stored = self.stored.clone();
        let looked_up = timeout(KEYRING_TIMEOUT, spawn_blocking(move || stored.find(server))).await;
        let message = match looked_up {
            Ok(Ok(Ok(Lookup::Found(found)))) => return Ok(self.found.insert(found).token.clone()),
            Ok(Ok(Ok(Lookup::OtherServer))) => Phrase::new("script-other-server"),
            Ok(Ok(Ok(Lookup::Nothing))) => match &self.user {
                Some(user) => Phrase::new("script-user-not-signed-in").text("user", user),
                None => Phrase::new("script-not-signed-in"),
            },
            Ok(Ok(Err(error))) => Phrase::new("script-sign-in-unreadable").text("why", error),
            Ok(Err(error)) => Phrase::new("script-sign-in-unreadable").text("why", error),
            Err(_) => Phrase::new("script-keyring-silent"),
        };
        Err(Failure::new(Exit::NotSignedIn, message.text("server", address)))
    }

    /// Handles an accepted token. A token stored by an older papo is stored again, now with its server and user.
    ///
    /// # Errors
    /// The token belongs to another user than `--user` names.
    pub(super) async fn handle_acceptance(&mut self, you: &Username) -> Result<(), Failure> {
        if let Some(found) = self.found.as_mut().filter(|found| found.username.is_none()) {
            found.username = Some(you.clone());
            let (stored, found, you) = (self.stored.clone(), found.clone(), you.clone());
            // A failure is harmless: the next sign-in tries again.
            let _ = timeout(KEYRING_TIMEOUT, spawn_blocking(move || stored.store(found.server, &you, &found.token))).await;
        }
        match &self.user {
            Some(user) if user != you => {
                let message = Phrase::new("script-other-user").text("you", you).text("user", user);
                Err(Failure::new(Exit::NotSignedIn, message))
            }
            _ => Ok(()),
        }
    }

    /// Handles a rejected token. A token stored by an older papo may belong to another server, and is not offered
    /// to this one again.
    pub(super) async fn handle_rejection(&self) {
        if let Some(found) = self.found.as_ref().filter(|found| found.username.is_none()) {
            let (stored, server) = (self.stored.clone(), found.server);
            let _ = spawn_blocking(move || stored.remove(server, None)).await;
        }
    }
}
