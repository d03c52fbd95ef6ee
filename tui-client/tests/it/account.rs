//! Changes of the own account with a real server: a second factor is turned on in one session and required in the next, and an
//! account is deleted.

use data_encoding::BASE32_NOPAD;
use papo_server::domain::{TimeStep, TotpSecret};
use papo_shared::model::Timestamp;
use tempfile::TempDir;

use crate::pty::{PersonAtTerminal, free_port};

const PASSWORD: &str = "um cavalo come ana";
const ENTER: &str = "\r";
const ESC: &str = "\x1b";
const CTRL_Q: &str = "\x11";

/// The code of the step that is `steps` after the current one, for a secret in base32.
fn code(secret: &str, steps: i64) -> String {
    let bytes = BASE32_NOPAD.decode(secret.as_bytes()).unwrap().try_into().unwrap();
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let now = TimeStep::at(Timestamp(since.as_millis().try_into().unwrap()));
    format!("{:06}", TotpSecret(bytes).code(TimeStep(now.0 + steps)))
}

/// The text between the borders of the row after the one that contains `before`.
fn row_after(screen: &str, before: &str) -> String {
    let mut rows = screen.lines().skip_while(|row| !row.contains(before)).skip(1);
    rows.next().unwrap().trim_matches(|c: char| c.is_whitespace() || c == '│').to_owned()
}

#[test]
fn a_second_factor_is_turned_on_and_then_required() {
    let home = TempDir::new().unwrap();
    let port = free_port();
    let mut ana = PersonAtTerminal::start(home.path(), &["--port", &port]);
    ana.register("ana");
    ana.create_group("diario");
    ana.enter("/2fa");
    ana.see("Turn on two-factor sign-in");
    ana.fill(PASSWORD);
    ana.press(ENTER);
    ana.see("Then enter the code that the app shows.");
    let secret = row_after(&ana.screen(), "Add this secret").replace(' ', "");
    ana.fill(&code(&secret, 0));
    ana.press(ENTER);
    ana.see("Your recovery codes");
    let screen = ana.screen();
    let recovery = screen.split_whitespace().find(|word| word.len() == 19 && word.matches('-').count() == 3).unwrap().to_owned();
    ana.press(ESC);
    ana.see_no("Your recovery codes");

    ana.press(CTRL_Q);
    assert!(ana.ended());

    // The code of the next step is accepted early; the one of this step was used.
    let next_code = code(&secret, 1);
    for code in [next_code, recovery] {
        let mut ana = PersonAtTerminal::start(home.path(), &["--port", &port]);
        ana.see("Welcome");
        ana.see("connected");
        ana.fill_sign_in("ana");
        ana.press(ENTER);
        ana.see("Enter the code of your authenticator app");
        ana.fill(&code);
        ana.press(ENTER);
        ana.see("papo · ana");
        ana.press(CTRL_Q);
        assert!(ana.ended());
    }
}

#[test]
fn an_account_is_deleted_with_its_password() {
    let home = TempDir::new().unwrap();
    let port = free_port();
    let mut ana = PersonAtTerminal::start(home.path(), &["--port", &port]);
    ana.register_to_stay("ana");
    ana.create_group("diario");
    ana.enter("/deleteaccount");
    ana.see("This cannot be undone.");
    ana.enter(PASSWORD);
    ana.fill("keep");
    ana.press(ENTER);
    ana.see("The account is deleted.");
    ana.press(CTRL_Q);
    assert!(ana.ended());

    // The stored sign-in is removed, and the password is not accepted any more.
    let mut ana = PersonAtTerminal::start(home.path(), &["--port", &port]);
    ana.see("Welcome");
    ana.see("connected");
    ana.fill_sign_in("ana");
    ana.press(ENTER);
    ana.see("Wrong name or password.");
}
