//! Turning the second factor on and off, and its recovery codes.

use papo_shared::protocol::{ConfirmTotp, DisableTotp, EnableTotp, RecoveryCodes, ReplaceRecoveryCodes, Reply};

use super::accounts::{random, verify_password};
use super::{AccountLimit, AccountRequest, Caller, RequestResult, Services, commit};
use crate::domain::{RECOVERY_CODES, RecoveryCode, RecoveryCodeHash, SecondFactorCode, TotpSecret};
use crate::store::Write;

/// Issues a secret that waits for confirmation. Refusals: `WrongCredentials`, `TotpAlreadyEnabled`, `Busy`.
impl AccountRequest for EnableTotp {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::PasswordChanges);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let verified_hash = verify_password(services, caller, self.password).await?;
        let secret = TotpSecret(random()?);
        let (text, uri) = (secret.text(), secret.uri(&caller.who.username));
        commit(services, caller, Write::EnableTotp { account: caller.who.id, verified_hash, secret }).await?;
        Ok(Reply::TotpSecret(papo_shared::protocol::TotpSecret { secret: text, uri }))
    }
}

/// Turns the second factor on, and issues recovery codes. Devices stay signed in. Refusals: `TotpNotEnabled`,
/// `TotpAlreadyEnabled`, `WrongCode`, `TooFast`.
impl AccountRequest for ConfirmTotp {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::PasswordChanges);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let (codes, recovery_codes) = new_recovery_codes()?;
        let (code, at) = (SecondFactorCode::parse(&self.code), services.clock.now());
        commit(services, caller, Write::ConfirmTotp { account: caller.who.id, code, recovery_codes, at }).await?;
        Ok(Reply::RecoveryCodes(codes))
    }
}

/// Turns the second factor off. Refusals: `WrongCredentials`, `TotpNotEnabled`, `WrongCode`, `TooFast`, `Busy`.
impl AccountRequest for DisableTotp {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::PasswordChanges);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let verified_hash = verify_password(services, caller, self.password).await?;
        let (code, at) = (SecondFactorCode::parse(&self.code), services.clock.now());
        commit(services, caller, Write::DisableTotp { account: caller.who.id, verified_hash, code, at }).await
    }
}

/// Issues new recovery codes in place of the earlier ones. Refusals as for [`DisableTotp`].
impl AccountRequest for ReplaceRecoveryCodes {
    const LIMIT: Option<AccountLimit> = Some(AccountLimit::PasswordChanges);

    async fn handle(self, services: &Services, caller: &Caller) -> RequestResult {
        let verified_hash = verify_password(services, caller, self.password).await?;
        let (codes, recovery_codes) = new_recovery_codes()?;
        let (code, at) = (SecondFactorCode::parse(&self.code), services.clock.now());
        let account = caller.who.id;
        commit(services, caller, Write::ReplaceRecoveryCodes { account, verified_hash, code, recovery_codes, at }).await?;
        Ok(Reply::RecoveryCodes(codes))
    }
}

/// New recovery codes, and their hashes.
///
/// # Errors
/// A fault, if the operating system provides no random bytes.
fn new_recovery_codes() -> RequestResult<(RecoveryCodes, Vec<RecoveryCodeHash>)> {
    let codes = (0..RECOVERY_CODES).map(|_| random().map(RecoveryCode::new)).collect::<RequestResult<Vec<_>>>()?;
    let texts = codes.iter().map(RecoveryCode::text).collect();
    Ok((RecoveryCodes { codes: texts }, codes.iter().map(RecoveryCode::hash).collect()))
}
