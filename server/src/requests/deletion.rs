//! Deleting accounts, and erasing step by step what deleted accounts and groups leave behind.

use std::time::Duration;

use papo_shared::model::Username;
use papo_shared::protocol::{AccountDeleted, DeleteAccount, Event, Reply};
use tokio::time::timeout;

use super::accounts::verify_password;
use super::{AccountLimit, AccountRequest, Caller, RequestError, RequestResult, Services};
use crate::bus::{Announcement, Delivery, Recipients};
use crate::domain::{AccountId, Authentication, SecondFactorCode, SessionId};
use crate::store::{Outcome, Write};

/// Pause between two steps, in which other writes are committed.
const PAUSE: Duration = Duration::from_millis(10);

/// How often pending erasures are looked for at least. Another server may have stopped before it completed one.
const INTERVAL: Duration = Duration::from_secs(60);

/// Pause after a step failed, for example because the disk is full.
const PAUSE_AFTER_FAULT: Duration = Duration::from_secs(10);

/// Deletes the caller's account. The caller's session ends after the reply, and all others of the account before it.
/// Refusals: `WrongCredentials`, `SecondFactorRequired`, `WrongCode`, `TooFast`, `Busy`.
impl AccountRequest for DeleteAccount {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::PasswordChanges);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let verified_hash = verify_password(services, caller, self.password).await?;
        let code = self.code.as_deref().map(SecondFactorCode::parse);
        let delete = Write::DeleteAccount {
            account: caller.who.id,
            authentication: Some(Authentication { verified_hash, code }),
            erase_messages: self.erase_messages,
            at: services.clock.now(),
        };
        match services.committer.commit(caller, delete).await? {
            Outcome::AccountDeleted(_) => {
                // The account is deleted, even if telling others about it fails.
                if let Err(error) = account_deleted(services, caller.who.id, caller.who.username.clone()).await {
                    drop(error.into_refusal());
                }
                Ok(Reply::Done)
            }
            other => Err(RequestError::from_outcome(other)),
        }
    }
}

/// Tells everybody who knew the account that it is deleted, and then begins erasing what it leaves behind. Call it after
/// [`Write::DeleteAccount`].
///
/// # Errors
/// A fault, if the store fails. The account is deleted nevertheless.
pub(crate) async fn account_deleted(services: &Services, account: AccountId, username: Username) -> RequestResult<()> {
    let announced = announce_deletion(services, account, username).await;
    // Afterwards, so that its departures are announced under a name that clients already know.
    services.erasing.notify_one();
    announced
}

async fn announce_deletion(services: &Services, account: AccountId, username: Username) -> RequestResult<()> {
    let contacts = services.store.contacts(account).await?;
    let Some(now) = services.store.accounts(&[account]).await?.pop() else { return Ok(()) };
    let event = Event::AccountDeleted(AccountDeleted { username, now: now.username });
    let recipients = [Recipients::AccountsNotWatching(contacts.into()), Recipients::Watchers];
    let announcements = recipients.map(|to| Delivery::Event(Announcement { event: event.clone(), to, except: None }));
    services.bus.publish(announcements.into());
    Ok(())
}

/// Continues pending erasures until the task is aborted, also those that were begun before the last start, or on a server that has
/// stopped since.
pub(crate) async fn continue_erasures(services: &Services) {
    loop {
        let step = Write::ContinueErasure { at: services.clock.now() };
        match services.committer.commit(SessionId::NONE, step).await {
            // Returns early if an erasure begins here.
            Ok(Outcome::Done) => _ = timeout(INTERVAL, services.erasing.notified()).await,
            Ok(Outcome::Posted(_) | Outcome::ErasureContinued(_)) => tokio::time::sleep(PAUSE).await,
            Ok(other) => {
                drop(RequestError::from_outcome(other).into_refusal());
                tokio::time::sleep(PAUSE_AFTER_FAULT).await;
            }
            Err(error) => {
                drop(RequestError::from(error).into_refusal());
                tokio::time::sleep(PAUSE_AFTER_FAULT).await;
            }
        }
    }
}
