//! The second factor: signing in with a code, turning it on and off, and recovery codes.

use papo::effect::Effect;
use papo::state::{Overlay, Screen};
use papo_shared::model::Timestamp;
use papo_shared::protocol::{
    AccountDetails, ConfirmTotp, DisableTotp, EnableTotp, RecoveryCodes, Refusal, ReplaceRecoveryCodes, Reply, Request, SignIn,
    SignedIn, TotpSecret,
};

use super::chatting_with_bia;
use crate::driver::{Driver, person};

const PASSWORD: &str = "um cavalo come";

/// A client that was asked for a code after the right password.
pub(crate) fn asked_for_a_code(width: u16, height: u16) -> Driver {
    let mut client = Driver::start(width, height);
    client.connect();
    client.type_text("ana");
    client.keys("Tab");
    client.type_text(PASSWORD);
    client.keys("Enter");
    refuse_sign_in(&mut client, &Refusal::SecondFactorRequired);
    client
}

fn refuse_sign_in(client: &mut Driver, refusal: &Refusal) {
    client.answer(|request| matches!(request, Request::SignIn(_)).then(|| Reply::Refused(refusal.clone())));
}

/// The sign-in request that was sent last.
fn sign_in(client: &mut Driver) -> SignIn {
    let sent = client.sent();
    let request = sent.into_iter().find_map(|frame| match frame.request {
        Request::SignIn(request) => Some(request),
        _ => None,
    });
    request.expect("should have sent a sign-in")
}

/// A client that shows the secret for the app.
pub(crate) fn shown_the_secret(width: u16, height: u16) -> Driver {
    let mut client = Driver::signed_in(width, height, Vec::new());
    run(&mut client, "/2fa", details(false, 0));
    client.type_text(PASSWORD);
    client.keys("Enter");
    let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".to_owned();
    let uri = format!("otpauth://totp/papo:ana?secret={secret}&issuer=papo&algorithm=SHA1&digits=6&period=30");
    client.answer(|request| match request {
        Request::EnableTotp(EnableTotp { password }) if password == PASSWORD => {
            Some(Reply::TotpSecret(TotpSecret { secret: secret.clone(), uri: uri.clone() }))
        }
        _ => None,
    });
    client
}

/// A client that shows new recovery codes.
pub(crate) fn shown_recovery_codes(width: u16, height: u16) -> Driver {
    let mut client = shown_the_secret(width, height);
    client.type_text("123456");
    client.keys("Enter");
    client.answer(|request| match request {
        Request::ConfirmTotp(ConfirmTotp { code }) if code == "123456" => Some(recovery_codes()),
        _ => None,
    });
    client
}

fn recovery_codes() -> Reply {
    let codes = (0..10).map(|number| format!("ABCD-EFGH-IJKL-MNO{number}")).collect();
    Reply::RecoveryCodes(RecoveryCodes { codes })
}

fn details(totp: bool, recovery_codes_left: u32) -> Reply {
    Reply::Account(AccountDetails { you: person("ana", true), created_at: Timestamp(0), totp, recovery_codes_left })
}

/// Runs a command from the palette, and answers the request for the account.
fn run(client: &mut Driver, command: &str, account: Reply) {
    client.keys("Ctrl-k");
    client.type_text(if command == "/2fa" { "two-factor" } else { "recovery codes" });
    client.keys("Enter");
    client.answer(|request| matches!(request, Request::GetAccount(_)).then(|| account.clone()));
}

#[test]
fn the_sign_in_form_asks_for_a_code_and_keeps_what_was_typed() {
    let mut client = asked_for_a_code(80, 24);
    assert!(client.screen().contains("Enter the code of your authenticator app"), "{}", client.screen());
    client.type_text("111111");
    client.keys("Enter");
    let request = sign_in(&mut client);
    assert_eq!((request.username.as_str(), request.password.as_str()), ("ana", PASSWORD));
    assert_eq!(request.code.as_deref(), Some("111111"));
}

#[test]
fn a_wrong_code_is_discarded_and_another_one_signs_in() {
    let mut client = asked_for_a_code(80, 24);
    client.type_text("111111");
    client.keys("Enter");
    refuse_sign_in(&mut client, &Refusal::WrongCode);
    assert!(client.screen().contains("Wrong code"), "{}", client.screen());
    client.type_text("abcd-efgh-ijkl-mnop");
    client.keys("Enter");
    client.answer(|request| match request {
        Request::SignIn(SignIn { code: Some(code), .. }) if code == "abcd-efgh-ijkl-mnop" => {
            Some(Reply::SignedIn(SignedIn { you: person("ana", true), token: "token".into() }))
        }
        _ => None,
    });
    assert_eq!(client.state.screen, Screen::Menu);
    assert!(!client.state.sign_in.requires_code, "the next sign-in begins without a code");
}

#[test]
fn another_username_is_not_asked_for_a_code() {
    let mut client = asked_for_a_code(80, 24);
    client.keys("Up Up");
    client.type_text("b");
    client.keys("Enter");
    assert_eq!(sign_in(&mut client).code, None);
}

#[test]
fn turning_it_on_shows_the_secret_and_then_the_recovery_codes_once() {
    let mut client = shown_the_secret(80, 24);
    let screen = client.screen();
    assert!(screen.contains("GEZD GNBV GY3T QOJQ") && screen.contains("otpauth://totp/papo:ana"), "{screen}");
    client.type_text("111111");
    client.keys("Enter");
    client.answer(|request| matches!(request, Request::ConfirmTotp(_)).then_some(Reply::Refused(Refusal::WrongCode)));
    assert!(client.screen().contains("GEZD GNBV"), "the secret stays: {}", client.screen());

    let mut client = shown_recovery_codes(80, 24);
    assert!(client.screen().contains("ABCD-EFGH-IJKL-MNO9"), "{}", client.screen());
    client.effects.clear();
    client.keys("c");
    let copied = (0..10).map(|number| format!("ABCD-EFGH-IJKL-MNO{number}")).collect::<Vec<_>>().join("\n");
    assert!(client.effects.contains(&Effect::Copy(copied)));
    client.keys("Esc");
    assert!(client.state.overlay.is_none());
}

#[test]
fn turning_it_off_and_new_recovery_codes_require_password_and_code() {
    let mut client = Driver::signed_in(80, 24, Vec::new());
    run(&mut client, "/2fa", details(true, 3));
    assert!(client.screen().contains("and 3 recovery codes are"), "{}", client.screen());
    client.type_text(PASSWORD);
    client.keys("Enter");
    client.type_text("123456");
    client.keys("Enter");
    client.answer(|request| match request {
        Request::DisableTotp(DisableTotp { password, code }) if password == PASSWORD && code == "123456" => Some(Reply::Done),
        _ => None,
    });
    assert!(client.screen().contains("Two-factor sign-in is off."), "{}", client.screen());

    run(&mut client, "/recovery", Reply::Done);
    client.type_text(PASSWORD);
    client.keys("Tab");
    client.type_text("123456");
    client.keys("Enter");
    client.answer(|request| match request {
        Request::ReplaceRecoveryCodes(ReplaceRecoveryCodes { password, code }) if password == PASSWORD && code == "123456" => {
            Some(recovery_codes())
        }
        _ => None,
    });
    assert!(matches!(client.state.overlay, Some(Overlay::RecoveryCodes(_))), "{}", client.screen());
}

#[test]
fn a_hostile_server_cannot_write_to_the_terminal_with_a_secret() {
    let mut client = chatting_with_bia(&[]);
    client.type_text("/2fa");
    client.keys("Enter");
    client.answer(|request| matches!(request, Request::GetAccount(_)).then(|| details(false, 0)));
    client.type_text(PASSWORD);
    client.keys("Enter");
    let secret = "AB\u{1b}]0;x\u{7}CD".to_owned();
    let reply = Reply::TotpSecret(TotpSecret { secret: secret.clone(), uri: secret });
    client.answer(|request| matches!(request, Request::EnableTotp(_)).then(|| reply.clone()));
    assert!(!client.screen().contains(['\u{1b}', '\u{7}']), "{}", client.screen());
}
