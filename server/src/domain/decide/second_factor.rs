//! The second factor: codes are checked and used up in the transaction, so that none can be used twice.

use papo_shared::model::Timestamp;
use papo_shared::protocol::Refusal;

use super::accounts;
use super::decision::{Decided, Decision};
use crate::domain::account::AccountId;
use crate::domain::change::Change;
use crate::domain::facts::{All, Facts};
use crate::domain::outcome::Outcome;
use crate::domain::second_factor::{CheckedCode, RecoveryCodeHash, SecondFactor, SecondFactorCode};
use crate::domain::second_factor_change::SecondFactorChange;
use crate::domain::totp::TotpSecret;

/// Checks the code that the account requires. `None` for an account without a confirmed second factor.
pub(super) fn check_required(
    second_factor: Option<&SecondFactor>,
    code: Option<SecondFactorCode>,
    at: Timestamp,
) -> Result<Option<CheckedCode>, Refusal> {
    let Some(second_factor) = second_factor.filter(|second_factor| second_factor.confirmed) else { return Ok(None) };
    second_factor.check(code.ok_or(Refusal::SecondFactorRequired)?, at).map(Some)
}

pub(super) fn change<'a>(facts: &Facts, account: AccountId, change: &SecondFactorChange, at: Timestamp) -> Decided<'a> {
    match change {
        SecondFactorChange::Enable { verified_hash, secret } => enable(facts, account, verified_hash, secret),
        SecondFactorChange::Confirm { code, recovery_codes } => confirm(facts, account, *code, recovery_codes, at),
        SecondFactorChange::Disable { verified_hash, code } => {
            change_confirmed(facts, account, verified_hash, *code, at, |_| None)
        }
        SecondFactorChange::ReplaceRecoveryCodes { verified_hash, code, recovery_codes } => {
            let replaced = |after| Some(SecondFactor { recovery_codes: recovery_codes.clone(), ..after });
            change_confirmed(facts, account, verified_hash, *code, at, replaced)
        }
        SecondFactorChange::Reset => reset(facts, account),
    }
}

fn enable<'a>(facts: &Facts, account: AccountId, verified_hash: &str, secret: &TotpSecret) -> Decided<'a> {
    let (hash, known) = (facts.password_hashes.get(&account), facts.second_factors.get(&account)).all()?;
    accounts::require_verified(hash.as_deref(), verified_hash)?;
    if known.as_ref().is_some_and(|known| known.confirmed) {
        return Err(Refusal::TotpAlreadyEnabled.into());
    }
    Ok(Decision::new(Outcome::Done, set(account, Some(SecondFactor::new(secret.clone())))))
}

fn confirm<'a>(
    facts: &Facts,
    account: AccountId,
    code: SecondFactorCode,
    recovery_codes: &[RecoveryCodeHash],
    at: Timestamp,
) -> Decided<'a> {
    let waiting = facts.second_factors.get(&account)?.as_ref().ok_or(Refusal::TotpNotEnabled)?;
    if waiting.confirmed {
        return Err(Refusal::TotpAlreadyEnabled.into());
    }
    Ok(match waiting.check(code, at)? {
        CheckedCode::Right(after) => {
            let confirmed = SecondFactor { confirmed: true, recovery_codes: recovery_codes.to_vec(), ..after };
            Decision::new(Outcome::Done, set(account, Some(confirmed)))
        }
        CheckedCode::Wrong(after) => wrong_code(account, after),
    })
}

/// Changes a confirmed second factor, by its password and a code.
fn change_confirmed<'a>(
    facts: &Facts,
    account: AccountId,
    verified_hash: &str,
    code: SecondFactorCode,
    at: Timestamp,
    change: impl FnOnce(SecondFactor) -> Option<SecondFactor>,
) -> Decided<'a> {
    let (hash, known) = (facts.password_hashes.get(&account), facts.second_factors.get(&account)).all()?;
    accounts::require_verified(hash.as_deref(), verified_hash)?;
    let known = known.as_ref().filter(|known| known.confirmed).ok_or(Refusal::TotpNotEnabled)?;
    Ok(match known.check(code, at)? {
        CheckedCode::Right(after) => Decision::new(Outcome::Done, set(account, change(after))),
        CheckedCode::Wrong(after) => wrong_code(account, after),
    })
}

fn reset<'a>(facts: &Facts, account: AccountId) -> Decided<'a> {
    match facts.second_factors.get(&account)? {
        Some(_) => Ok(Decision::new(Outcome::Done, set(account, None))),
        None => Err(Refusal::TotpNotEnabled.into()),
    }
}

/// The decision about a wrong code, which only counts the attempt.
pub(super) fn wrong_code<'a>(account: AccountId, after: SecondFactor) -> Decision<'a> {
    Decision::new(Outcome::WrongCode, set(account, Some(after)))
}

/// The change that stores a second factor, or removes it.
pub(super) fn set<'a>(account: AccountId, second_factor: Option<SecondFactor>) -> Change<'a> {
    Change::SetSecondFactor { account, second_factor }
}
