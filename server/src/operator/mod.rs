//! Administration of accounts and invites. No permissions are checked: callers control the machine anyway.
//!
//! Deliberately absent: how requests of the operator reach the server (see `admin`).

mod bans;
mod moderation;

use std::num::NonZero;
use std::sync::Arc;

use papo_shared::model::{Timestamp, Username};
use papo_shared::protocol::{Refusal, Register};

use crate::domain::{
    Account, AuditEntry, AuditNote, Invite, InviteCode, InviteId, SecondFactorChange, SessionId, Totals, normalise_query,
};
use crate::open_sessions::OpenSessions;
use crate::passwords::Precedence;
use crate::requests::accounts::random;
use crate::requests::{RequestError, Services, accounts};
use crate::store::{Outcome, StoreError, Write};

/// A handle for administration, which can be cloned.
#[derive(Clone)]
pub struct Operator {
    services: Arc<Services>,
    sessions: OpenSessions,
    /// Name of the operator in the audit log.
    by: Arc<str>,
}

/// A new ban.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewBan {
    /// When it expires.
    pub until: Timestamp,
    /// Number of sessions that it ended.
    pub closed_sessions: usize,
}

/// A new invite with its code.
pub struct NewInvite {
    /// The id by which [`Operator::revoke_invite`] revokes it.
    pub id: InviteId,
    /// The code to pass on. The server only stores its hash.
    pub code: String,
    /// `None`: it does not expire.
    pub expires_at: Option<Timestamp>,
}

impl Operator {
    /// `sessions` are those of the running server; none if it is stopped.
    pub(crate) fn new(services: Arc<Services>, sessions: OpenSessions, by: &str) -> Self {
        Self { services, sessions, by: by.into() }
    }

    /// A handle whose actions are recorded under another name.
    pub(crate) fn acting_as(&self, by: &str) -> Self {
        Self::new(self.services.clone(), self.sessions.clone(), by)
    }

    /// Current time of the server clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.services.clock.now()
    }

    /// Accounts after `after` whose names contain `query`, ordered by username.
    ///
    /// # Errors
    /// `Failed` if the store fails.
    pub async fn accounts(&self, query: Option<&str>, after: Option<&Username>, limit: usize) -> Result<Vec<Account>, Refusal> {
        let found = self.services.store.users(normalise_query(query).as_deref(), after, limit).await;
        found.map_err(|error| RequestError::from(error).into_refusal())
    }

    /// Totals of the store.
    ///
    /// # Errors
    /// `Failed` if the store fails.
    pub async fn totals(&self) -> Result<Totals, Refusal> {
        self.services.store.totals().await.map_err(|error| RequestError::from(error).into_refusal())
    }

    /// Creates an account without a signed-in device.
    ///
    /// # Errors
    /// As for a registration, but without the registration policy, reserved names, invites and rate limits.
    pub async fn add_account(&self, username: &str, password: String) -> Result<(), Refusal> {
        let ask = Register { username: username.to_owned(), password, display_name: None, device: None, invite: None };
        let new =
            accounts::check_new_account(&self.services, ask, None, Precedence::High).await.map_err(RequestError::into_refusal)?;
        let target = new.username.clone();
        match self.audited("user add", target.as_str(), Some(new.into_write(None, None))).await {
            Ok(Outcome::AccountCreated(..)) => Ok(()),
            Ok(other) => Err(RequestError::from_outcome(other).into_refusal()),
            Err(error) => Err(RequestError::from(error).into_refusal()),
        }
    }

    /// Closes the account's sessions and prevents sign-in until [`Self::resume`]. Once this returns, no further writes of
    /// the account are stored.
    ///
    /// # Errors
    /// `NoSuchUser`; `Failed` if the store fails.
    pub async fn suspend(&self, username: &str) -> Result<(), Refusal> {
        let account = self.account(username).await?.id;
        self.commit("user suspend", username, Write::SuspendAccount { account, at: self.now() }).await.map(drop)
    }

    /// Lifts a suspension. The devices of the account are still signed in.
    ///
    /// # Errors
    /// `NoSuchUser`; `Failed` if the store fails.
    pub async fn resume(&self, username: &str) -> Result<(), Refusal> {
        let account = self.account(username).await?.id;
        self.commit("user resume", username, Write::ResumeAccount { account }).await.map(drop)
    }

    /// Sets a new password and signs out all devices.
    ///
    /// # Errors
    /// `NoSuchUser`; `PasswordInvalid`; `Busy` if too many passwords are being hashed; `Failed` if the store fails.
    pub async fn set_password(&self, username: &str, new: String) -> Result<(), Refusal> {
        let Account { id: account, username, .. } = self.account(username).await?;
        let hashed = accounts::hash_new_password(&self.services, new, &username, Precedence::High).await;
        let new_hash = hashed.map_err(RequestError::into_refusal)?;
        self.commit("user set-password", username.as_str(), Write::ReplacePassword { account, new_hash }).await.map(drop)
    }

    /// Signs out all devices and returns their number.
    ///
    /// # Errors
    /// `NoSuchUser`; `Failed` if the store fails.
    pub async fn remove_devices(&self, username: &str) -> Result<usize, Refusal> {
        let account = self.account(username).await?.id;
        self.commit("user remove-devices", username, Write::RemoveDevices { account }).await
    }

    /// Turns the second factor off. The password and the devices stay.
    ///
    /// # Errors
    /// `NoSuchUser`; `TotpNotEnabled`; `Failed` if the store fails.
    pub async fn reset_totp(&self, username: &str) -> Result<(), Refusal> {
        let Account { id: account, username, .. } = self.account(username).await?;
        let reset = Write::ChangeSecondFactor { account, change: SecondFactorChange::Reset, at: self.now() };
        self.commit("user reset-totp", username.as_str(), reset).await.map(drop)
    }

    /// Creates an invite with which `uses` accounts can be created, at most `valid_ms` milliseconds from now.
    ///
    /// # Errors
    /// `Failed` if the store fails.
    pub async fn create_invite(&self, uses: NonZero<u32>, valid_ms: Option<i64>) -> Result<NewInvite, Refusal> {
        let code = InviteCode::new(random().map_err(RequestError::into_refusal)?);
        let (uses, by, at) = (uses.get(), self.by.to_string(), self.now());
        let expires_at = valid_ms.map(|valid_ms| Timestamp(at.0 + valid_ms));
        let create = Write::CreateInvite { code: code.hash(), uses, expires_at, by, at };
        match self.audited("invite create", "", Some(create)).await {
            Ok(Outcome::InviteCreated(id)) => Ok(NewInvite { id, code: code.text(), expires_at }),
            Ok(other) => Err(RequestError::from_outcome(other).into_refusal()),
            Err(error) => Err(RequestError::from(error).into_refusal()),
        }
    }

    /// Invites after `after`, ordered by id. Includes expired ones; used-up ones are deleted.
    ///
    /// # Errors
    /// `Failed` if the store fails.
    pub async fn invites(&self, after: Option<InviteId>, limit: usize) -> Result<Vec<Invite>, Refusal> {
        self.services.store.invites(after, limit).await.map_err(|error| RequestError::from(error).into_refusal())
    }

    /// Revokes an invite. Accounts created with it are not affected.
    ///
    /// # Errors
    /// `InviteInvalid` if it does not exist; `Failed` if the store fails.
    pub async fn revoke_invite(&self, invite: InviteId) -> Result<(), Refusal> {
        self.commit("invite revoke", &invite.0.to_string(), Write::RevokeInvite { invite }).await.map(drop)
    }

    /// Audit entries before `before`, newest first.
    ///
    /// # Errors
    /// `Failed` if the store fails.
    pub async fn audit(&self, before: Option<i64>, limit: usize) -> Result<Vec<AuditEntry>, Refusal> {
        self.services.store.audit(before, limit).await.map_err(|error| RequestError::from(error).into_refusal())
    }

    /// Records an action that changes nothing in the store.
    ///
    /// # Errors
    /// `Failed` if the store fails.
    pub(crate) async fn note(&self, action: &str, target: &str) -> Result<(), Refusal> {
        let noted = self.audited(action, target, None).await;
        noted.map(drop).map_err(|error| RequestError::from(error).into_refusal())
    }

    async fn audited(&self, action: &str, target: &str, write: Option<Write>) -> Result<Outcome, StoreError> {
        let (at, by) = (self.now(), self.by.to_string());
        let note = AuditNote { at, by, action: action.to_owned(), target: target.to_owned() };
        self.services.committer.commit(SessionId::NONE, Write::Audited { note, write: write.map(Box::new) }).await
    }

    async fn account(&self, username: &str) -> Result<Account, Refusal> {
        accounts::find_account(&self.services, username).await.map_err(RequestError::into_refusal)
    }

    /// Executes an audited write, and returns the number of devices that it signed out.
    async fn commit(&self, action: &str, target: &str, write: Write) -> Result<usize, Refusal> {
        match self.audited(action, target, Some(write)).await {
            Ok(
                Outcome::Done
                | Outcome::AccountSuspended(_)
                | Outcome::Posted(_)
                | Outcome::GroupDeleted(_)
                | Outcome::ErasureContinued(_),
            ) => Ok(0),
            Ok(Outcome::DevicesRemoved(devices) | Outcome::AccountDeleted(devices)) => Ok(devices.len()),
            Ok(other) => Err(RequestError::from_outcome(other).into_refusal()),
            Err(error) => Err(RequestError::from(error).into_refusal()),
        }
    }
}
