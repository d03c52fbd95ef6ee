//! What the server's operator can do with accounts. The rules for everybody else do not hold here: whoever can call this has
//! the machine.
//!
//! Deliberately absent: how the operator's words reach the server.

use std::num::NonZero;
use std::sync::Arc;

use papo_shared::model::{Timestamp, Username, check_password};
use papo_shared::protocol::{GoodbyeReason, Refusal, Register};

use crate::domain::{Account, AuditEntry, AuditNote, Invite, InviteCode, InviteId, SessionId, Totals, normalise_query};
use crate::requests::accounts::random;
use crate::requests::{RequestError, Services, accounts};
use crate::store::{Outcome, StoreError, Write};

/// A handle for the operator. Cloning gives another one.
#[derive(Clone)]
pub struct Operator {
    services: Arc<Services>,
    /// Who it is, for the audit.
    by: Arc<str>,
}

/// An invite that was just made.
pub struct NewInvite {
    /// By which it can be revoked.
    pub id: InviteId,
    /// What to give to whoever is invited.
    pub code: String,
}

impl Operator {
    pub(crate) fn new(services: Arc<Services>, by: &str) -> Self {
        Self { services, by: by.into() }
    }

    /// The same, for what this one does.
    pub(crate) fn acting_as(&self, by: &str) -> Self {
        Self::new(self.services.clone(), by)
    }

    /// What time it is.
    pub(crate) fn now(&self) -> Timestamp {
        self.services.clock.now()
    }

    /// Accounts ordered by username: those after `after`, whose names contain `query`.
    ///
    /// # Errors
    /// `Failed`.
    pub async fn accounts(&self, query: Option<&str>, after: Option<&Username>, limit: usize) -> Result<Vec<Account>, Refusal> {
        let found = self.services.store.users(normalise_query(query).as_deref(), after, limit).await;
        found.map_err(|error| RequestError::from(error).into_refusal())
    }

    /// How much there is of everything.
    ///
    /// # Errors
    /// `Failed`.
    pub async fn totals(&self) -> Result<Totals, Refusal> {
        self.services.store.totals().await.map_err(|error| RequestError::from(error).into_refusal())
    }

    /// Makes an account, which is signed in nowhere.
    ///
    /// # Errors
    /// As of registering, without what keeps strangers out.
    pub async fn add_account(&self, username: &str, password: String) -> Result<(), Refusal> {
        let ask = Register { username: username.to_owned(), password, display_name: None, device: None, invite: None };
        let new = accounts::check_new_account(&self.services, ask).await.map_err(RequestError::into_refusal)?;
        let target = new.username.clone();
        match self.audited("user add", target.as_str(), Some(new.into_write(None, None))).await {
            Ok(Outcome::AccountCreated(..)) => Ok(()),
            Ok(other) => Err(RequestError::from_outcome(other).into_refusal()),
            Err(error) => Err(RequestError::from(error).into_refusal()),
        }
    }

    /// Closes the account's sessions and lets nobody in until [`Self::resume`]. When this returns, nothing further is stored
    /// in its name.
    ///
    /// # Errors
    /// `NoSuchUser`, `Failed`.
    pub async fn suspend(&self, username: &str) -> Result<(), Refusal> {
        let account = self.account(username).await?.id;
        self.commit("user suspend", username, Write::SuspendAccount { account, at: self.now() }).await?;
        self.services.bus.end_account(account, GoodbyeReason::Suspended);
        Ok(())
    }

    /// Takes back [`Self::suspend`]. The devices of the account are as they were.
    ///
    /// # Errors
    /// `NoSuchUser`, `Failed`.
    pub async fn resume(&self, username: &str) -> Result<(), Refusal> {
        let account = self.account(username).await?.id;
        self.commit("user resume", username, Write::ResumeAccount { account }).await.map(drop)
    }

    /// Sets another password and signs out every device.
    ///
    /// # Errors
    /// `NoSuchUser`, `PasswordInvalid`, `Busy`, `Failed`.
    pub async fn set_password(&self, username: &str, new: String) -> Result<(), Refusal> {
        let Account { id: account, username, .. } = self.account(username).await?;
        check_password(&new, &username).map_err(|problem| Refusal::PasswordInvalid { problem })?;
        let new_hash = accounts::hash(&self.services, new).await.map_err(RequestError::into_refusal)?;
        self.commit("user set-password", username.as_str(), Write::ReplacePassword { account, new_hash }).await.map(drop)
    }

    /// Signs out every device, and says how many there were.
    ///
    /// # Errors
    /// `NoSuchUser`, `Failed`.
    pub async fn remove_devices(&self, username: &str) -> Result<usize, Refusal> {
        let account = self.account(username).await?.id;
        self.commit("user remove-devices", username, Write::RemoveDevices { account }).await
    }

    /// Makes an invite for so many accounts, and gives its code, which is not kept.
    ///
    /// # Errors
    /// `Failed`.
    pub async fn create_invite(&self, uses: NonZero<u32>, expires_at: Option<Timestamp>) -> Result<NewInvite, Refusal> {
        let code = InviteCode::new(random().map_err(RequestError::into_refusal)?);
        let (uses, by, at) = (uses.get(), self.by.to_string(), self.now());
        let create = Write::CreateInvite { code: code.hash(), uses, expires_at, by, at };
        match self.audited("invite create", "", Some(create)).await {
            Ok(Outcome::InviteCreated(id)) => Ok(NewInvite { id, code: code.text() }),
            Ok(other) => Err(RequestError::from_outcome(other).into_refusal()),
            Err(error) => Err(RequestError::from(error).into_refusal()),
        }
    }

    /// Invites ordered by id, those after `after`; used up ones are gone, expired ones are not.
    ///
    /// # Errors
    /// `Failed`.
    pub async fn invites(&self, after: Option<InviteId>, limit: usize) -> Result<Vec<Invite>, Refusal> {
        self.services.store.invites(after, limit).await.map_err(|error| RequestError::from(error).into_refusal())
    }

    /// Makes an invite good for nothing.
    ///
    /// # Errors
    /// `InviteInvalid` where there is none such; `Failed`.
    pub async fn revoke_invite(&self, invite: InviteId) -> Result<(), Refusal> {
        self.commit("invite revoke", &invite.0.to_string(), Write::RevokeInvite { invite }).await.map(drop)
    }

    /// What operators did: the newest first, those before this number.
    ///
    /// # Errors
    /// `Failed`.
    pub async fn audit(&self, before: Option<i64>, limit: usize) -> Result<Vec<AuditEntry>, Refusal> {
        self.services.store.audit(before, limit).await.map_err(|error| RequestError::from(error).into_refusal())
    }

    /// Notes what was done outside of the store.
    ///
    /// # Errors
    /// `Failed`.
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

    /// Writes with a note of it, ends the sessions of the devices that are gone by it, and says how many devices these were.
    async fn commit(&self, action: &str, target: &str, write: Write) -> Result<usize, Refusal> {
        match self.audited(action, target, Some(write)).await {
            Ok(Outcome::Done) => Ok(0),
            Ok(Outcome::DevicesRemoved(devices)) => {
                self.services.bus.end_sessions(&devices, SessionId::NONE, GoodbyeReason::SignedOut);
                Ok(devices.len())
            }
            Ok(other) => Err(RequestError::from_outcome(other).into_refusal()),
            Err(error) => Err(RequestError::from(error).into_refusal()),
        }
    }
}
