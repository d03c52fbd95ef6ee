//! The second factor: codes of an authenticator app, and recovery codes.

use std::sync::Arc;

use data_encoding::BASE32_NOPAD;
use papo_server::clock::StoppedClock;
use papo_server::domain::{MAX_WRONG_CODES, RECOVERY_CODES, TimeStep, TotpSecret, WRONG_CODES_WINDOW_MS};
use papo_shared::model::Timestamp;
use papo_shared::protocol::{
    AccountDetails, ChangePassword, ConfirmTotp, DisableTotp, EnableTotp, GetAccount, Refusal, ReplaceRecoveryCodes, Reply,
    Request, SignIn,
};

use crate::client::{Client, PASSWORD, TestServer, sign_in};

const STEP_MS: i64 = 30_000;

/// An authenticator app, whose clock is the server's.
pub(crate) struct App {
    secret: TotpSecret,
    clock: Arc<StoppedClock>,
    now: Timestamp,
}

impl App {
    /// The code of the current step.
    fn code(&self) -> String {
        format!("{:06}", self.secret.code(TimeStep::at(self.now)))
    }

    /// The code of the next step, once it has begun.
    fn next_code(&mut self) -> String {
        self.now = Timestamp(self.now.0 + STEP_MS);
        self.clock.set(self.now);
        self.code()
    }
}

/// The code for a secret as the server shows it.
pub(crate) fn code_at(secret: &str, now: Timestamp) -> String {
    let secret = BASE32_NOPAD.decode(secret.as_bytes()).unwrap().try_into().unwrap();
    format!("{:06}", TotpSecret(secret).code(TimeStep::at(now)))
}

pub(crate) fn enable(password: &str) -> Request {
    Request::EnableTotp(EnableTotp { password: password.to_owned() })
}

pub(crate) fn confirm(code: &str) -> Request {
    Request::ConfirmTotp(ConfirmTotp { code: code.to_owned() })
}

fn disable(password: &str, code: &str) -> Request {
    Request::DisableTotp(DisableTotp { password: password.to_owned(), code: code.to_owned() })
}

fn replace(password: &str, code: &str) -> Request {
    Request::ReplaceRecoveryCodes(ReplaceRecoveryCodes { password: password.to_owned(), code: code.to_owned() })
}

pub(crate) fn with_code(username: &str, password: &str, code: &str) -> Request {
    let (username, password, code) = (username.to_owned(), password.to_owned(), Some(code.to_owned()));
    Request::SignIn(SignIn { username, password, device: None, code })
}

async fn details(client: &mut Client) -> AccountDetails {
    match client.ask(Request::GetAccount(GetAccount {})).await {
        Reply::Account(details) => details,
        other => panic!("{other:?}"),
    }
}

async fn codes(client: &mut Client, request: Request) -> Vec<String> {
    match client.ask(request).await {
        Reply::RecoveryCodes(codes) => codes.codes,
        other => panic!("{other:?}"),
    }
}

/// A server on a stopped clock, with an account that has a second factor.
async fn with_a_second_factor() -> (TestServer, Client, App, Vec<String>) {
    let now = Timestamp(1_800_000_000_000);
    let clock = Arc::new(StoppedClock::at(now));
    let server = TestServer::with(|config| config.clock = clock.clone()).await;
    let mut ana = server.register("ana").await;
    let Reply::TotpSecret(issued) = ana.ask(enable(PASSWORD)).await else { panic!("expected a secret") };
    let secret = TotpSecret(BASE32_NOPAD.decode(issued.secret.as_bytes()).unwrap().try_into().unwrap());
    assert!(issued.uri.contains(&issued.secret) && issued.uri.starts_with("otpauth://totp/papo:ana?"), "{}", issued.uri);
    let app = App { secret, clock, now };
    let recovery_codes = codes(&mut ana, confirm(&app.code())).await;
    assert_eq!(recovery_codes.len(), RECOVERY_CODES);
    (server, ana, app, recovery_codes)
}

#[tokio::test]
async fn signing_in_with_a_password_requires_a_code_once() {
    let (server, mut ana, mut app, recovery_codes) = with_a_second_factor().await;
    let found = details(&mut ana).await;
    assert_eq!((found.totp, found.recovery_codes_left), (true, 10));
    let mut phone = server.client().await;
    assert_eq!(phone.refused(sign_in("ana", PASSWORD)).await, Refusal::SecondFactorRequired);
    assert_eq!(phone.refused(sign_in("ana", "errada")).await, Refusal::WrongCredentials, "only revealed with the password");
    assert_eq!(phone.refused(with_code("ana", "errada", &app.code())).await, Refusal::WrongCredentials);
    assert_eq!(phone.refused(with_code("ana", PASSWORD, &app.code())).await, Refusal::WrongCode, "used to confirm");
    let code = app.next_code();
    let reply = phone.ask(with_code("ana", PASSWORD, &code)).await;
    phone.signed_in(reply);

    let mut thief = server.client().await;
    assert_eq!(thief.refused(with_code("ana", PASSWORD, &code)).await, Refusal::WrongCode, "read over the shoulder");
    let mut tablet = server.client().await;
    let typed = recovery_codes[3].to_lowercase().replace('-', " ");
    let reply = tablet.ask(with_code("ana", PASSWORD, &typed)).await;
    tablet.signed_in(reply);
    assert_eq!(thief.refused(with_code("ana", PASSWORD, &recovery_codes[3])).await, Refusal::WrongCode);
    assert_eq!(details(&mut ana).await.recovery_codes_left, 9);
    server.another_client(&ana).await;
}

#[tokio::test]
async fn an_account_without_a_second_factor_needs_no_code() {
    let server = TestServer::start().await;
    let mut ana = server.register("ana").await;
    assert!(matches!(ana.ask(enable(PASSWORD)).await, Reply::TotpSecret(_)));
    let found = details(&mut ana).await;
    assert_eq!((found.totp, found.recovery_codes_left), (false, 0), "it waits for confirmation");
    for request in [sign_in("ana", PASSWORD), with_code("ana", PASSWORD, "123456")] {
        let mut phone = server.client().await;
        let reply = phone.ask(request).await;
        phone.signed_in(reply);
    }
}

#[tokio::test]
async fn the_second_factor_is_turned_off_with_password_and_code() {
    let (server, mut ana, mut app, recovery_codes) = with_a_second_factor().await;
    let code = app.next_code();
    assert_eq!(ana.refused(enable(PASSWORD)).await, Refusal::TotpAlreadyEnabled);
    assert_eq!(ana.refused(disable("errada", &code)).await, Refusal::WrongCredentials);
    assert_eq!(ana.refused(disable(PASSWORD, "not a code")).await, Refusal::WrongCode);
    assert_eq!(ana.refused(replace("errada", &code)).await, Refusal::WrongCredentials);
    let renewed = codes(&mut ana, replace(PASSWORD, &code)).await;
    let mut phone = server.client().await;
    assert_eq!(phone.refused(with_code("ana", PASSWORD, &recovery_codes[0])).await, Refusal::WrongCode, "replaced");
    ana.done(disable(PASSWORD, &renewed[0])).await;
    let reply = phone.ask(sign_in("ana", PASSWORD)).await;
    phone.signed_in(reply);
    assert_eq!(ana.refused(disable(PASSWORD, &renewed[1])).await, Refusal::TotpNotEnabled);
}

/// A device that is signed in has passed the second factor, and its owner must be able to lock out a thief of the password.
#[tokio::test]
async fn changing_the_password_requires_no_code_and_keeps_the_second_factor() {
    let (server, mut ana, _, _) = with_a_second_factor().await;
    let new = "sete girafas dançam tango".to_owned();
    ana.done(Request::ChangePassword(ChangePassword { current: PASSWORD.to_owned(), new: new.clone() })).await;
    let mut phone = server.client().await;
    assert_eq!(phone.refused(sign_in("ana", &new)).await, Refusal::SecondFactorRequired);
}

#[tokio::test]
async fn guessing_codes_is_limited_and_a_recovery_code_still_works() {
    let (server, _, mut app, recovery_codes) = with_a_second_factor().await;
    let code = app.next_code();
    // Not one of the codes that are accepted.
    let wrong = (0..)
        .map(|number| format!("{number:06}"))
        .find(|wrong| (-1..=1).all(|step| format!("{:06}", app.secret.code(TimeStep(TimeStep::at(app.now).0 + step))) != *wrong));
    let wrong = wrong.unwrap();
    let mut thief = server.client().await;
    for _ in 0..MAX_WRONG_CODES {
        assert_eq!(thief.refused(with_code("ana", PASSWORD, &wrong)).await, Refusal::WrongCode);
    }
    let retry_after_ms = WRONG_CODES_WINDOW_MS.unsigned_abs();
    assert_eq!(thief.refused(with_code("ana", PASSWORD, &code)).await, Refusal::TooFast { retry_after_ms });
    let mut owner = server.client().await;
    let reply = owner.ask(with_code("ana", PASSWORD, &recovery_codes[0])).await;
    owner.signed_in(reply);
}

#[tokio::test]
async fn the_operator_turns_the_second_factor_off() {
    let (server, mut ana, _, _) = with_a_second_factor().await;
    let operator = server.operator();
    operator.reset_totp("Ana").await.unwrap();
    assert_eq!(operator.reset_totp("ana").await, Err(Refusal::TotpNotEnabled));
    let audit = operator.audit(None, 1).await.unwrap();
    assert_eq!((audit[0].note.action.as_str(), audit[0].note.target.as_str()), ("user reset-totp", "ana"));
    assert!(!details(&mut ana).await.totp);
    let mut phone = server.client().await;
    let reply = phone.ask(sign_in("ana", PASSWORD)).await;
    phone.signed_in(reply);
}
