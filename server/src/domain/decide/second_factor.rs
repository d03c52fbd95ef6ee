//! The second factor: codes are checked and used up in the transaction, so that none can be used twice.

use papo_shared::model::Timestamp;
use papo_shared::protocol::Refusal;

use super::decision::{Decided, Decision};
use crate::domain::account::AccountId;
use crate::domain::change::Change;
use crate::domain::facts::{All, Facts};
use crate::domain::outcome::Outcome;
use crate::domain::second_factor::{CheckedCode, RecoveryCodeHash, SecondFactor, SecondFactorCode};
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

pub(super) fn enable<'a>(facts: &Facts, account: AccountId, verified_hash: &str, secret: &TotpSecret) -> Decided<'a> {
    let (hash, known) = (facts.password_hashes.get(&account), facts.second_factors.get(&account)).all()?;
    if hash.as_deref() != Some(verified_hash) {
        return Err(Refusal::WrongCredentials.into());
    }
    if known.as_ref().is_some_and(|known| known.confirmed) {
        return Err(Refusal::TotpAlreadyEnabled.into());
    }
    Ok(Decision::new(Outcome::Done, set(account, Some(SecondFactor::new(secret.clone())))))
}

pub(super) fn confirm<'a>(
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

pub(super) fn disable<'a>(
    facts: &Facts,
    account: AccountId,
    verified_hash: &str,
    code: SecondFactorCode,
    at: Timestamp,
) -> Decided<'a> {
    change(facts, account, verified_hash, code, at, |_| None)
}

pub(super) fn replace_recovery_codes<'a>(
    facts: &Facts,
    account: AccountId,
    verified_hash: &str,
    code: SecondFactorCode,
    recovery_codes: &[RecoveryCodeHash],
    at: Timestamp,
) -> Decided<'a> {
    let replaced = |after| Some(SecondFactor { recovery_codes: recovery_codes.to_vec(), ..after });
    change(facts, account, verified_hash, code, at, replaced)
}

/// Changes a confirmed second factor, by its password and a code.
fn change<'a>(
    facts: &Facts,
    account: AccountId,
    verified_hash: &str,
    code: SecondFactorCode,
    at: Timestamp,
    change: impl FnOnce(SecondFactor) -> Option<SecondFactor>,
) -> Decided<'a> {
    let (hash, known) = (facts.password_hashes.get(&account), facts.second_factors.get(&account)).all()?;
    if hash.as_deref() != Some(verified_hash) {
        return Err(Refusal::WrongCredentials.into());
    }
    let known = known.as_ref().filter(|known| known.confirmed).ok_or(Refusal::TotpNotEnabled)?;
    Ok(match known.check(code, at)? {
        CheckedCode::Right(after) => Decision::new(Outcome::Done, set(account, change(after))),
        CheckedCode::Wrong(after) => wrong_code(account, after),
    })
}

pub(super) fn reset<'a>(facts: &Facts, account: AccountId) -> Decided<'a> {
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
