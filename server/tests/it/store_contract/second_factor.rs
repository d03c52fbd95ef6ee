//! Second factors.

use papo_server::domain::{
    AccountRef, MAX_WRONG_CODES, RecoveryCode, RecoveryCodeHash, SecondFactor, SecondFactorChange, SecondFactorCode, TimeStep,
    TotpSecret,
};
use papo_server::store::{Outcome, Store, Write};
use papo_shared::model::Timestamp;
use papo_shared::protocol::Refusal;

use super::{account, one, people, refused, token};

const NOW: Timestamp = Timestamp(1_800_000_000_000);
const SECRET: TotpSecret = TotpSecret([7; 20]);

fn totp(at: Timestamp) -> SecondFactorCode {
    SecondFactorCode::Totp(SECRET.code(TimeStep::at(at)))
}

fn later(steps: i64) -> Timestamp {
    Timestamp(NOW.0 + steps * 30_000)
}

fn hash(number: u8) -> RecoveryCodeHash {
    RecoveryCode::new([number; 10]).hash()
}

fn change(who: &AccountRef, change: SecondFactorChange, at: Timestamp) -> Write {
    Write::ChangeSecondFactor { account: who.id, change, at }
}

fn enable(who: &AccountRef) -> Write {
    let verified_hash = format!("hash of {}", who.username);
    change(who, SecondFactorChange::Enable { verified_hash, secret: SECRET }, NOW)
}

fn confirm(who: &AccountRef, code: SecondFactorCode, at: Timestamp) -> Write {
    change(who, SecondFactorChange::Confirm { code, recovery_codes: vec![hash(1), hash(2)] }, at)
}

fn disable(who: &AccountRef, code: SecondFactorCode, at: Timestamp) -> Write {
    let verified_hash = format!("hash of {}", who.username);
    change(who, SecondFactorChange::Disable { verified_hash, code }, at)
}

fn sign_in(who: &AccountRef, device: &str, code: Option<SecondFactorCode>, at: Timestamp) -> Write {
    let verified_hash = format!("hash of {}", who.username);
    Write::AddDevice { account: who.id, verified_hash, device: token(device), code, at }
}

async fn stored(store: &dyn Store, who: &AccountRef) -> SecondFactor {
    store.second_factor(who.id).await.unwrap().expect("should have a second factor")
}

/// Turns the second factor on, with the code of [`NOW`].
pub(super) async fn turn_on(store: &dyn Store, who: &AccountRef) {
    assert!(matches!(one(store, enable(who)).await, Outcome::Done));
    assert!(matches!(one(store, confirm(who, totp(NOW), NOW)).await, Outcome::Done));
}

pub(super) async fn a_second_factor_is_required_once_it_is_confirmed(store: &dyn Store) {
    let [ana, rui] = people(store, ["ana", "rui"]).await;
    assert_eq!(refused(store, confirm(&ana, totp(NOW), NOW)).await, Refusal::TotpNotEnabled);
    let wrong_hash = SecondFactorChange::Enable { verified_hash: "another".to_owned(), secret: SECRET };
    let wrong_hash = change(&ana, wrong_hash, NOW);
    assert_eq!(refused(store, wrong_hash).await, Refusal::WrongCredentials);
    one(store, enable(&ana)).await;
    assert!(matches!(one(store, sign_in(&ana, "one", None, NOW)).await, Outcome::DeviceAdded { .. }), "not confirmed yet");
    assert!(matches!(one(store, confirm(&ana, totp(later(5)), NOW)).await, Outcome::WrongCode));
    assert!(!stored(store, &ana).await.confirmed);

    one(store, confirm(&ana, totp(NOW), NOW)).await;
    assert_eq!(stored(store, &ana).await.recovery_codes, [hash(1), hash(2)]);
    assert_eq!(refused(store, enable(&ana)).await, Refusal::TotpAlreadyEnabled);
    assert_eq!(refused(store, confirm(&ana, totp(later(1)), later(1))).await, Refusal::TotpAlreadyEnabled);
    assert_eq!(refused(store, sign_in(&ana, "two", None, NOW)).await, Refusal::SecondFactorRequired);
    let outcome = one(store, sign_in(&ana, "two", Some(totp(later(1))), later(1))).await;
    assert!(matches!(outcome, Outcome::DeviceAdded { .. }), "{outcome:?}");
    assert!(matches!(one(store, sign_in(&rui, "his", None, NOW)).await, Outcome::DeviceAdded { .. }), "others are not affected");
}

pub(super) async fn a_code_can_be_used_once(store: &dyn Store) {
    let ana = account(store, "ana").await;
    turn_on(store, &ana).await;
    let attempts = [totp(NOW), totp(later(1)), totp(later(1)), totp(NOW)];
    // In one batch, so that each decision must see the one before.
    let batch = attempts.iter().enumerate().map(|(number, code)| sign_in(&ana, &format!("{number}"), Some(*code), later(1)));
    let outcomes = store.commit(batch.collect()).await.unwrap();
    let right: Vec<bool> = outcomes.iter().map(|outcome| matches!(outcome, Outcome::DeviceAdded { .. })).collect();
    assert_eq!(right, [false, true, false, false], "{outcomes:?}");

    let recovery = Some(SecondFactorCode::Recovery(hash(1)));
    let batch = ["first", "second"].map(|device| sign_in(&ana, device, recovery, later(1)));
    let outcomes = store.commit(batch.to_vec()).await.unwrap();
    assert!(matches!(outcomes[..], [Outcome::DeviceAdded { .. }, Outcome::WrongCode]), "{outcomes:?}");
    assert_eq!(stored(store, &ana).await.recovery_codes, [hash(2)]);
}

pub(super) async fn wrong_codes_are_limited_for_all_uses_together(store: &dyn Store) {
    let ana = account(store, "ana").await;
    turn_on(store, &ana).await;
    let wrong = totp(later(9));
    for _ in 1..MAX_WRONG_CODES {
        assert!(matches!(one(store, sign_in(&ana, "x", Some(wrong), later(1))).await, Outcome::WrongCode));
    }
    assert!(matches!(one(store, disable(&ana, wrong, later(1))).await, Outcome::WrongCode), "the last of them");
    let retry_after_ms = 60 * 60 * 1000;
    let too_fast = Refusal::TooFast { retry_after_ms };
    assert_eq!(refused(store, sign_in(&ana, "x", Some(totp(later(1))), later(1))).await, too_fast);
    assert_eq!(refused(store, disable(&ana, totp(later(1)), later(1))).await, too_fast);
    let recovery = Some(SecondFactorCode::Recovery(hash(1)));
    assert!(matches!(one(store, sign_in(&ana, "x", recovery, later(1))).await, Outcome::DeviceAdded { .. }));
}

pub(super) async fn a_second_factor_is_removed_with_a_code_or_by_the_operator(store: &dyn Store) {
    let ana = account(store, "ana").await;
    assert_eq!(refused(store, disable(&ana, totp(NOW), NOW)).await, Refusal::TotpNotEnabled);
    assert_eq!(refused(store, change(&ana, SecondFactorChange::Reset, NOW)).await, Refusal::TotpNotEnabled);
    turn_on(store, &ana).await;
    assert!(matches!(one(store, disable(&ana, totp(NOW), NOW)).await, Outcome::WrongCode), "used before");
    assert!(matches!(one(store, disable(&ana, totp(later(1)), later(1))).await, Outcome::Done));
    assert_eq!(store.second_factor(ana.id).await.unwrap(), None);
    assert!(matches!(one(store, sign_in(&ana, "one", None, NOW)).await, Outcome::DeviceAdded { .. }));

    turn_on(store, &ana).await;
    assert!(matches!(one(store, change(&ana, SecondFactorChange::Reset, NOW)).await, Outcome::Done));
    assert_eq!(store.second_factor(ana.id).await.unwrap(), None);
}

pub(super) async fn recovery_codes_are_replaced_with_a_code(store: &dyn Store) {
    let ana = account(store, "ana").await;
    let replace = |code, at| {
        let (verified_hash, recovery_codes) = ("hash of ana".to_owned(), vec![hash(3)]);
        change(&ana, SecondFactorChange::ReplaceRecoveryCodes { verified_hash, code, recovery_codes }, at)
    };
    assert_eq!(refused(store, replace(totp(NOW), NOW)).await, Refusal::TotpNotEnabled);
    turn_on(store, &ana).await;
    assert!(matches!(one(store, replace(totp(NOW), NOW)).await, Outcome::WrongCode));
    assert_eq!(stored(store, &ana).await.recovery_codes, [hash(1), hash(2)]);
    assert!(matches!(one(store, replace(SecondFactorCode::Recovery(hash(1)), NOW)).await, Outcome::Done));
    assert_eq!(stored(store, &ana).await.recovery_codes, [hash(3)]);
}
