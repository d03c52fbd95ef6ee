//! Registration, sign-in, sign-out and password changes.

use papo_shared::model::{DeviceId, DeviceName, DisplayName, Timestamp, Username};
use papo_shared::protocol::{
    AccountDetails, ChangePassword, GetAccount, GoodbyeReason, Refusal, Register, Reply, SignIn, SignInWithToken, SignedIn,
};

use super::devices::commit_sign_out;
use super::{
    AccountLimit, AccountRequest, Caller, RequestError, RequestResult, Services, SignInAttempt, SignInRequest, SignInResult,
    presence,
};
use crate::domain::{Account, DeviceToken, InviteHash, ReservedNames, SecondFactorCode, SessionId, TokenHash, new_names, rules};
use crate::passwords::{Precedence, Verdict};
use crate::store::{NewDevice, Outcome, StoreError, Write};

/// Creates an account and signs it in. Refusals: `RegistrationClosed`, `InviteNeeded`, `InviteInvalid`,
/// `UsernameTooAlike`, and those of [`check_new_account`].
impl SignInRequest for Register {
    fn attempt(&self) -> SignInAttempt<'_> {
        SignInAttempt::Registration
    }

    async fn handle(self, services: &Services, session: SessionId, precedence: Precedence) -> RequestResult<SignInResult> {
        let invite = rules::may_register(services.registration, self.invite.as_deref())?;
        // Decided in the transaction, but checked first as well, so that nobody without an invite learns which usernames
        // are taken.
        if let Some(invite) = &invite
            && !services.store.invite(invite).await?.is_some_and(|invite| invite.is_valid(services.clock.now()))
        {
            return Err(Refusal::InviteInvalid.into());
        }
        let (token, device) = new_device(self.device.clone())?;
        let new = check_new_account(services, self, Some(&services.reserved_names), precedence).await?;
        let (username, display_name, at) = (new.username.clone(), new.display_name.clone(), new.at);
        match services.committer.commit(session, new.into_write(Some(device), invite)).await? {
            Outcome::AccountCreated(id, Some(device)) => {
                let account = Account {
                    id,
                    username,
                    display_name,
                    status: None,
                    last_seen: None,
                    created_at: at,
                    suspended_at: None,
                    is_deleted: false,
                };
                Ok(signed_in(session, account, device, at, token.text()))
            }
            other => Err(RequestError::from_outcome(other)),
        }
    }
}

/// A new account that passed all checks made outside the transaction.
pub(crate) struct NewAccount {
    pub(crate) username: Username,
    display_name: DisplayName,
    password_hash: String,
    at: Timestamp,
}

impl NewAccount {
    /// The write that creates the account, signed in on `device` if given, and redeems the invite.
    pub(crate) fn into_write(self, device: Option<NewDevice>, invite: Option<InviteHash>) -> Write {
        let Self { username, display_name, password_hash, at } = self;
        Write::CreateAccount { username, display_name, password_hash, device, invite, at }
    }
}

/// Checks the fields of a new account, and hashes its password. `reserved` is `None` for the operator.
///
/// # Errors
/// `UsernameInvalid`, `UsernameTaken`, `DisplayNameInvalid`, `PasswordInvalid`, `Busy`.
pub(crate) async fn check_new_account(
    services: &Services,
    request: Register,
    reserved: Option<&ReservedNames>,
    precedence: Precedence,
) -> RequestResult<NewAccount> {
    let username = Username::parse(&request.username).map_err(|problem| Refusal::UsernameInvalid { problem })?;
    let display_name = DisplayName::parse(request.display_name.as_deref().unwrap_or(&request.username))
        .map_err(|problem| Refusal::DisplayNameInvalid { problem })?;
    new_names::check_username(&username, reserved).map_err(|problem| Refusal::UsernameInvalid { problem })?;
    new_names::check_display_name(&display_name, &username, &services.reserved_names)
        .map_err(|problem| Refusal::DisplayNameInvalid { problem })?;
    check_new_password(services, &request.password, &username, precedence).await?;
    // Decided in the transaction; checking it here usually saves the hash.
    if services.store.account(&username).await?.is_some() {
        return Err(Refusal::UsernameTaken.into());
    }
    let password_hash = hash(services, request.password, precedence).await?;
    Ok(NewAccount { username, display_name, password_hash, at: services.clock.now() })
}

/// Signs in with a password. Refusals: `WrongCredentials`, after the same time whether the username or the password is
/// wrong; `AccountSuspended`, `SecondFactorRequired` and `WrongCode` if both are right; `Busy`.
impl SignInRequest for SignIn {
    fn attempt(&self) -> SignInAttempt<'_> {
        SignInAttempt::Password { username: &self.username }
    }

    async fn handle(self, services: &Services, session: SessionId, precedence: Precedence) -> RequestResult<SignInResult> {
        // Text that is not a username has no account, and takes as long as an unknown username.
        let credentials = match Username::parse(&self.username) {
            Ok(username) => services.store.credentials(&username).await?,
            Err(_) => None,
        };
        let stored = credentials.as_ref().map(|credentials| credentials.password_hash.clone());
        let verdict = services.passwords.verify(self.password.clone(), stored, precedence).await?;
        let (Some(credentials), Verdict::Right { renew }) = (credentials, verdict) else {
            return Err(Refusal::WrongCredentials.into());
        };
        let account = credentials.account;
        rules::may_act(account.suspended_at)?;
        let mut verified_hash = credentials.password_hash;
        if renew {
            let new_hash = hash(services, self.password, precedence).await?;
            let renewed = Write::SetPassword {
                account: account.id,
                current_hash: verified_hash,
                new_hash: new_hash.clone(),
                keep_only: None,
            };
            let Outcome::DevicesRemoved(_) = services.committer.commit(session, renewed).await? else {
                return Err(Refusal::WrongCredentials.into());
            };
            verified_hash = new_hash;
        }
        let (token, device) = new_device(self.device)?;
        let at = services.clock.now();
        let code = self.code.as_deref().map(SecondFactorCode::parse);
        let add = Write::AddDevice { account: account.id, verified_hash, device, code, at };
        match services.committer.commit(session, add).await? {
            Outcome::DeviceAdded { device, .. } => Ok(signed_in(session, account, device, at, token.text())),
            other => Err(RequestError::from_outcome(other)),
        }
    }
}

/// Signs in with the token of a device. Refusals: `TokenUnknown`, `AccountSuspended`.
impl SignInRequest for SignInWithToken {
    fn attempt(&self) -> SignInAttempt<'_> {
        SignInAttempt::Token { token: TokenHash::of(&self.token) }
    }

    async fn handle(self, services: &Services, session: SessionId, _: Precedence) -> RequestResult<SignInResult> {
        let (device, account) = services.store.device(&TokenHash::of(&self.token)).await?.ok_or(Refusal::TokenUnknown)?;
        rules::may_act(account.suspended_at)?;
        Ok(signed_in(session, account, device.id, device.last_used, self.token))
    }
}

/// Why a session that has just signed in must end after all, if it must: its device may have been signed out, or its
/// account suspended, between the check of the credentials and the moment from which the session receives events.
///
/// # Errors
/// A fault, if the store fails.
pub(crate) async fn eviction_reason(services: &Services, caller: &Caller) -> RequestResult<Option<GoodbyeReason>> {
    if !services.store.is_device_valid(caller.device).await? {
        return Ok(Some(GoodbyeReason::SignedOut));
    }
    let account = services.store.accounts(&[caller.who.id]).await?.pop();
    let may_act = rules::may_act(account.and_then(|account| account.suspended_at));
    Ok(may_act.err().map(|_| GoodbyeReason::Suspended))
}

/// Signs out the caller's device and ends its other sessions. The session ends the requesting one after the reply. Not
/// counted by a limit of the account.
///
/// # Errors
/// A fault, if the store fails.
pub(crate) async fn sign_out(services: &Services, caller: &Caller) -> RequestResult {
    commit_sign_out(services, caller, Write::RemoveDevice { device: caller.device }).await
}

/// Sets a new password, and signs out the caller's other devices. Refusals: `WrongCredentials`, `PasswordInvalid`,
/// `Busy`; `TokenUnknown` if the caller's own device was signed out meanwhile.
impl AccountRequest for ChangePassword {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::PasswordChanges);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let current_hash = verify_password(services, caller, self.current).await?;
        let new_hash = hash_new_password(services, self.new, &caller.who.username, Precedence::Normal).await?;
        let (account, keep_only) = (caller.who.id, Some(caller.device));
        commit_sign_out(services, caller, Write::SetPassword { account, current_hash, new_hash, keep_only }).await
    }
}

/// Verifies the caller's password, and returns the stored hash for the write that depends on it.
///
/// # Errors
/// `WrongCredentials`; `Busy` if too many passwords are being hashed; a fault, if the store fails.
pub(super) async fn verify_password(services: &Services, caller: &Caller, password: String) -> RequestResult<String> {
    let stored = services.store.credentials(&caller.who.username).await?.map(|credentials| credentials.password_hash);
    match (stored.clone(), services.passwords.verify(password, stored, Precedence::Normal).await?) {
        (Some(hash), Verdict::Right { .. }) => Ok(hash),
        _ => Err(Refusal::WrongCredentials.into()),
    }
}

/// Returns the caller's own account.
impl AccountRequest for GetAccount {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::Pages);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let account = services.store.account(&caller.who.username).await?.ok_or(Refusal::TokenUnknown)?;
        let second_factor = services.store.second_factor(account.id).await?.filter(|second_factor| second_factor.confirmed);
        let created_at = account.created_at;
        let you = presence::person(services, account);
        let totp = second_factor.is_some();
        let recovery_codes_left = second_factor.map_or(0, |second_factor| second_factor.recovery_codes.len());
        let recovery_codes_left = u32::try_from(recovery_codes_left).unwrap_or(u32::MAX);
        Ok(Reply::Account(AccountDetails { you, created_at, totp, recovery_codes_left }))
    }
}

/// The account with this username, as typed.
///
/// # Errors
/// `NoSuchUser`, also if the text is not a username; a fault, if the store fails.
pub(crate) async fn find_account(services: &Services, typed: &str) -> RequestResult<Account> {
    let username = Username::parse(typed).map_err(|_| Refusal::NoSuchUser)?;
    Ok(services.store.account(&username).await?.ok_or(Refusal::NoSuchUser)?)
}

fn signed_in(session: SessionId, account: Account, device: DeviceId, last_used: Timestamp, token: String) -> SignInResult {
    let caller = Caller { session, who: account.account_ref(), device };
    SignInResult { caller, last_used, reply: SignedIn { you: account.into_person(true, false), token } }
}

/// Checks a new password and returns the hash to store for it.
///
/// # Errors
/// `PasswordInvalid`; `Busy` if too many passwords are being hashed; a fault, if hashing fails.
pub(crate) async fn hash_new_password(
    services: &Services,
    password: String,
    username: &Username,
    precedence: Precedence,
) -> RequestResult<String> {
    check_new_password(services, &password, username, precedence).await?;
    hash(services, password, precedence).await
}

async fn check_new_password(
    services: &Services,
    password: &str,
    username: &Username,
    precedence: Precedence,
) -> RequestResult<()> {
    let checked = services.passwords.check(password.to_owned(), username.clone(), precedence).await?;
    checked.map_err(|problem| Refusal::PasswordInvalid { problem }.into())
}

async fn hash(services: &Services, password: String, precedence: Precedence) -> RequestResult<String> {
    let hashed = services.passwords.hash(password, precedence).await?;
    hashed.map_err(|error| StoreError::new(format!("a password could not be hashed: {error}")).into())
}

fn new_device(name: Option<String>) -> RequestResult<(DeviceToken, NewDevice)> {
    let token = DeviceToken::new(random()?);
    let device = NewDevice { token: TokenHash::of(&token.text()), name: DeviceName::from(name.unwrap_or_default()) };
    Ok((token, device))
}

/// Unpredictable bytes, from the operating system.
///
/// # Errors
/// A fault, if the operating system provides none.
pub(crate) fn random<const N: usize>() -> RequestResult<[u8; N]> {
    let mut random = [0; N];
    getrandom::fill(&mut random).map_err(|error| StoreError::new(format!("the system gives no random bytes: {error}")))?;
    Ok(random)
}
