//! The second factor with a real server: turned on in one session, required in the next.

use data_encoding::BASE32_NOPAD;
use papo_server::domain::{TimeStep, TotpSecret};
use papo_shared::model::Timestamp;
use tempfile::TempDir;

use crate::pty::{PersonAtTerminal, free_port};

const PASSWORD: &str = "um cavalo come ana";
const ENTER: &str = "\r";
const ESC: &str = "\x1b";

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

/// Signs out, and in again with the password and this code.
fn sign_in_again(person: &mut PersonAtTerminal, code: &str) {
    let (question, not_connected) = ("Enter the code of your authenticator app", "Not connected to the server");
    person.enter("/signout");
    person.see("Welcome");
    person.fill(PASSWORD);
    person.press(ENTER);
    // Signing out ends the connection, and the client connects again at about the time of this attempt.
    person.see_that("an answer", |screen| screen.contains(question) || screen.contains(not_connected));
    if person.screen().contains(not_connected) {
        person.see("● connected");
        person.press(ENTER);
        person.see(question);
    }
    person.fill(code);
    person.press(ENTER);
    person.see("papo · ana");
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

    // A code of the app. The one of the next step is accepted early, and the one of this step was used.
    sign_in_again(&mut ana, &code(&secret, 1));

    ana.create_group("outro");
    sign_in_again(&mut ana, &recovery);
}
