//! The stored sign-in that a command uses.

use std::sync::Arc;
use std::time::Duration;

use papo_shared::model::{ServerId, Username};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::failure::{Exit, Failure, place};
use crate::connection::Target;
use crate::device_token::{DeviceToken, Lookup, StoredSignIn};
use crate::sign_ins::{StoredSignIns, SystemKeyring};
use crate::state::phrase::Phrase;

/// How long the system's keyring may take to answer: time enough for a person to open it, and less than the whole sign-in may take.
const KEYRING_PATIENCE: Duration = Duration::from_secs(45);

/// The stored sign-in that a command uses, from the first server that answers on.
pub(super) struct ScriptSignIn {
    stored: Arc<StoredSignIns<SystemKeyring>>,
    /// Who is to be signed in, if the command line names somebody.
    user: Option<Username>,
    found: Option<StoredSignIn>,
}

impl ScriptSignIn {
    pub(super) fn new(stored: StoredSignIns<SystemKeyring>, user: Option<Username>) -> Self {
        Self { stored: Arc::new(stored), user, found: None }
    }

    /// The token for this server, which is the same one each time.
    ///
    /// # Errors
    /// None is stored for this server, or it cannot be read.
    pub(super) async fn token(&mut self, server: ServerId, target: &Target) -> Result<DeviceToken, Failure> {
        if let Some(found) = &self.found {
            return Ok(found.token.clone());
        }
        let stored = self.stored.clone();
        let looked_up = timeout(KEYRING_PATIENCE, spawn_blocking(move || stored.find(server))).await;
        let words = match looked_up {
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
        Err(Failure::told(Exit::NotSignedIn, words.text("server", place(target))))
    }

    /// The server accepted the token and says whose it is. The token of an older papo is stored anew with what is known now.
    ///
    /// # Errors
    /// It is not the user that the command line names.
    pub(super) async fn accepted(&mut self, you: &Username) -> Result<(), Failure> {
        if let Some(found) = self.found.as_mut().filter(|found| found.username.is_none()) {
            found.username = Some(you.clone());
            let (stored, found, you) = (self.stored.clone(), found.clone(), you.clone());
            // Where that fails, it is done the next time.
            let _ = timeout(KEYRING_PATIENCE, spawn_blocking(move || stored.keep(found.server, &you, &found.token))).await;
        }
        match &self.user {
            Some(user) if user != you => {
                let words = Phrase::new("script-somebody-else").text("you", you).text("user", user);
                Err(Failure::told(Exit::NotSignedIn, words))
            }
            _ => Ok(()),
        }
    }

    /// The server does not know the token: that of an older papo, which may be another server's, is not offered to it again.
    pub(super) async fn refused(&self) {
        if let Some(found) = self.found.as_ref().filter(|found| found.username.is_none()) {
            let (stored, server) = (self.stored.clone(), found.server);
            let _ = spawn_blocking(move || stored.forget(server, None)).await;
        }
    }
}
