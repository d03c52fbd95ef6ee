//! Registration, sign-in, sign-out and password changes.

use papo_shared::model::{DeviceId, DeviceName, DisplayName, Timestamp, Username, check_password};
use papo_shared::protocol::{ChangePassword, GoodbyeReason, Refusal, Register, Reply, SignIn, SignInWithToken, SignedIn};

use super::{Caller, RequestError, RequestResult, Services, devices};
use crate::domain::{Account, DeviceToken, InviteHash, SessionId, TokenHash, rules};
use crate::passwords::Verdict;
use crate::store::{NewDevice, Outcome, StoreError, Write};

/// Somebody who is signed in from now on, and what their client is told.
pub(crate) struct SignInResult {
    /// Who.
    pub caller: Caller,
    /// When the device was last used before, as far as it was written down.
    pub last_used: Timestamp,
    /// The reply.
    pub reply: SignedIn,
}

/// Creates an account and signs it in, for whoever may have one.
///
/// # Errors
/// `RegistrationClosed`, `InviteNeeded`, `InviteInvalid`, `UsernameTooAlike`, and those of [`check_new_account`].
pub(crate) async fn register(services: &Services, session: SessionId, ask: Register) -> RequestResult<SignInResult> {
    let invite = rules::may_register(services.registration, ask.invite.as_deref())?;
    // The transaction decides. Asked here as well, and first, so that whoever has none does not learn who exists.
    if let Some(invite) = &invite
        && !services.store.invite(invite).await?.is_some_and(|invite| invite.is_valid(services.clock.now()))
    {
        return Err(Refusal::InviteInvalid.into());
    }
    let (token, device) = new_device(ask.device.clone())?;
    let new = check_new_account(services, ask).await?;
    let (username, display_name, at) = (new.username.clone(), new.display_name.clone(), new.at);
    match services.committer.commit(session, new.into_write(Some(device), invite)).await? {
        Outcome::AccountCreated(id, Some(device)) => {
            let account =
                Account { id, username, display_name, status: None, last_seen: None, created_at: at, suspended_at: None };
            Ok(entered(session, account, device, at, token.text()))
        }
        other => Err(RequestError::from_outcome(other)),
    }
}

/// An account that may be created, as far as it is known before the transaction.
pub(crate) struct NewAccount {
    pub(crate) username: Username,
    display_name: DisplayName,
    password_hash: String,
    at: Timestamp,
}

impl NewAccount {
    /// The write that creates it, signed in on this device, with this invite.
    pub(crate) fn into_write(self, device: Option<NewDevice>, invite: Option<InviteHash>) -> Write {
        let Self { username, display_name, password_hash, at } = self;
        Write::CreateAccount { username, display_name, password_hash, device, invite, at }
    }
}

/// Checks what an account is to be, and hashes its password.
///
/// # Errors
/// `UsernameInvalid`, `UsernameTaken`, `DisplayNameInvalid`, `PasswordInvalid`, `Busy`.
pub(crate) async fn check_new_account(services: &Services, ask: Register) -> RequestResult<NewAccount> {
    let username = Username::parse(&ask.username).map_err(|problem| Refusal::UsernameInvalid { problem })?;
    let display_name = DisplayName::parse(ask.display_name.as_deref().unwrap_or(&ask.username))
        .map_err(|problem| Refusal::DisplayNameInvalid { problem })?;
    check_password(&ask.password, &username).map_err(|problem| Refusal::PasswordInvalid { problem })?;
    // The transaction decides; this spares the hash where the answer is known.
    if services.store.account(&username).await?.is_some() {
        return Err(Refusal::UsernameTaken.into());
    }
    let password_hash = hash(services, ask.password).await?;
    Ok(NewAccount { username, display_name, password_hash, at: services.clock.now() })
}

/// Signs in with a password.
///
/// # Errors
/// `WrongCredentials`, whichever of the two is wrong, after the same time; `AccountSuspended`, where both are right; `Busy`.
pub(crate) async fn sign_in(services: &Services, session: SessionId, ask: SignIn) -> RequestResult<SignInResult> {
    // What cannot be a name is nobody's, and costs as much as anybody's.
    let found = match Username::parse(&ask.username) {
        Ok(username) => services.store.credentials(&username).await?,
        Err(_) => None,
    };
    let stored = found.as_ref().map(|credentials| credentials.password_hash.clone());
    let verdict = services.passwords.verify(ask.password.clone(), stored).await?;
    let (Some(credentials), Verdict::Right { renew }) = (found, verdict) else {
        return Err(Refusal::WrongCredentials.into());
    };
    let account = credentials.account;
    rules::may_act(account.suspended_at)?;
    let mut verified_hash = credentials.password_hash;
    if renew {
        let new_hash = hash(services, ask.password).await?;
        let renewed =
            Write::SetPassword { account: account.id, current_hash: verified_hash, new_hash: new_hash.clone(), keep_only: None };
        let Outcome::DevicesRemoved(_) = services.committer.commit(session, renewed).await? else {
            return Err(Refusal::WrongCredentials.into());
        };
        verified_hash = new_hash;
    }
    let (token, device) = new_device(ask.device)?;
    let at = services.clock.now();
    let add = Write::AddDevice { account: account.id, verified_hash, device, at };
    match services.committer.commit(session, add).await? {
        Outcome::DeviceAdded(device) => Ok(entered(session, account, device, at, token.text())),
        other => Err(RequestError::from_outcome(other)),
    }
}

/// Signs in with the token of a device.
///
/// # Errors
/// `TokenUnknown`, `AccountSuspended`.
pub(crate) async fn sign_in_with_token(
    services: &Services,
    session: SessionId,
    ask: SignInWithToken,
) -> RequestResult<SignInResult> {
    match services.store.device(&TokenHash::of(&ask.token)).await? {
        Some((device, account)) => {
            rules::may_act(account.suspended_at)?;
            Ok(entered(session, account, device.id, device.last_used, ask.token))
        }
        None => Err(Refusal::TokenUnknown.into()),
    }
}

/// Why a session that has just begun may not stay after all; none where it may. Asked once the session can be reached: a
/// device that was signed out meanwhile, or an account that was suspended, would otherwise stay.
///
/// # Errors
/// Only faults.
pub(crate) async fn eviction_reason(services: &Services, caller: &Caller) -> RequestResult<Option<GoodbyeReason>> {
    if !services.store.is_device_valid(caller.device).await? {
        return Ok(Some(GoodbyeReason::SignedOut));
    }
    let account = services.store.accounts(&[caller.who.id]).await?.pop();
    let may_act = rules::may_act(account.and_then(|account| account.suspended_at));
    Ok(may_act.err().map(|_| GoodbyeReason::Suspended))
}

/// Forgets the device, and ends its other sessions. This one ends after the answer.
///
/// # Errors
/// Only faults.
pub(crate) async fn sign_out(services: &Services, caller: &Caller) -> RequestResult {
    let remove = Write::RemoveDevice { device: caller.device };
    match services.committer.commit(caller.session, remove).await? {
        Outcome::DevicesRemoved(_) => {
            services.bus.end_sessions(&[caller.device], caller.session, GoodbyeReason::SignedOut);
            devices::tell_changed(services, caller.who.id, caller.session);
            Ok(Reply::Done)
        }
        other => Err(RequestError::from_outcome(other)),
    }
}

/// Sets another password, and signs out the person's other devices.
///
/// # Errors
/// `WrongCredentials`, `PasswordInvalid`, `Busy`; `TokenUnknown` where this device was signed out meanwhile.
pub(crate) async fn change_password(services: &Services, caller: &Caller, ask: ChangePassword) -> RequestResult {
    let stored = services.store.credentials(&caller.who.username).await?.map(|credentials| credentials.password_hash);
    let verdict = services.passwords.verify(ask.current, stored.clone()).await?;
    let (Some(current_hash), Verdict::Right { .. }) = (stored, verdict) else {
        return Err(Refusal::WrongCredentials.into());
    };
    check_password(&ask.new, &caller.who.username).map_err(|problem| Refusal::PasswordInvalid { problem })?;
    let new_hash = hash(services, ask.new).await?;
    let set = Write::SetPassword { account: caller.who.id, current_hash, new_hash, keep_only: Some(caller.device) };
    match services.committer.commit(caller.session, set).await? {
        Outcome::DevicesRemoved(devices) => {
            services.bus.end_sessions(&devices, caller.session, GoodbyeReason::SignedOut);
            devices::tell_changed(services, caller.who.id, caller.session);
            Ok(Reply::Done)
        }
        other => Err(RequestError::from_outcome(other)),
    }
}

/// The account with this name, as somebody typed it.
///
/// # Errors
/// `NoSuchUser`.
pub(crate) async fn find_account(services: &Services, typed: &str) -> RequestResult<Account> {
    let username = Username::parse(typed).map_err(|_| Refusal::NoSuchUser)?;
    Ok(services.store.account(&username).await?.ok_or(Refusal::NoSuchUser)?)
}

fn entered(session: SessionId, account: Account, device: DeviceId, last_used: Timestamp, token: String) -> SignInResult {
    let caller = Caller { session, who: account.account_ref(), device };
    SignInResult { caller, last_used, reply: SignedIn { you: account.into_person(true, false), token } }
}

/// The hash to store for a new password.
///
/// # Errors
/// `Busy`.
pub(crate) async fn hash(services: &Services, password: String) -> RequestResult<String> {
    let hashed = services.passwords.hash(password).await?;
    hashed.map_err(|error| StoreError::new(format!("a password could not be hashed: {error}")).into())
}

fn new_device(name: Option<String>) -> RequestResult<(DeviceToken, NewDevice)> {
    let token = DeviceToken::new(random()?);
    let device = NewDevice { token: TokenHash::of(&token.text()), name: DeviceName::from(name.unwrap_or_default()) };
    Ok((token, device))
}

/// Bytes that nobody can guess.
///
/// # Errors
/// Only faults.
pub(crate) fn random<const N: usize>() -> RequestResult<[u8; N]> {
    let mut random = [0; N];
    getrandom::fill(&mut random).map_err(|error| StoreError::new(format!("the system gives no random bytes: {error}")))?;
    Ok(random)
}
