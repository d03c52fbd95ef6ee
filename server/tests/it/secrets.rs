//! User content and credentials must not appear in anything the server outputs about itself.
//!
//! Sends marked texts by every possible way to a real process that logs at the most detailed level, then searches all
//! of its output for them.

use std::fs::File;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;

use papo_server::clock::{Clock, SystemClock};
use papo_shared::model::ClientId;
use papo_shared::protocol::{ChangePassword, DeleteAccount, Refusal, Reply, Request, ServerFrame};
use tempfile::TempDir;

use crate::binary::{Running, papo_server};
use crate::client::{Client, send, sign_in, within};
use crate::monitor::get;
use crate::second_factor::{code_at, confirm, enable, with_code};

/// Marker that must not appear in any output.
const PLANTED: &str = "Xyzzy-Plugh-4711";

/// A marked text, long and unusual enough to be a password.
fn planted(what: &str) -> String {
    format!("{PLANTED} {what} girafa tango")
}

/// Sends a raw line and returns the next frame.
async fn line(client: &mut Client, line: &str) -> ServerFrame {
    client.raw(format!("{line}\n").as_bytes()).await;
    client.frame().await.unwrap()
}

/// Lines of broken clients, or of people who type into the wrong window.
async fn mistakes(address: SocketAddr) {
    let text = planted("mistake");
    let mut client = Client::silent(address).await;
    for wrong in [
        text.clone(),
        format!("{{\"id\":1,\"type\":\"{text}\"}}"),
        format!("{{\"id\":1,\"type\":\"hello\",\"protocol\":\"{text}\"}}"),
        format!("{{\"id\":1,\"type\":\"sign_in\",\"username\":\"ana\",\"password\":\"{text}\",\"password\":\"{text}\"}}"),
        format!("{{\"id\":1,\"type\":\"register\",\"username\":\"ana\",\"password\":\"{text}\",\"invite\":\"{text}\"}}"),
        format!("GET /{text} HTTP/1.1"),
    ] {
        line(&mut client, &wrong).await;
    }
    let mut long = Client::silent(address).await;
    line(&mut long, &text.repeat(9000)).await;
    let mut half = Client::silent(address).await;
    half.raw(text.as_bytes()).await;
    half.shutdown_write().await;
    assert_eq!(half.goodbye().await, None);
}

/// Ordinary use, with errors. Returns the secrets issued; codes of six digits also occur by chance.
async fn a_day(address: SocketAddr, file: &Path, code: &str) -> Vec<String> {
    let mut ana = Client::greeted(address).await;
    let register = |username: &str, password: String, invite: &str| {
        let (password, invite) = (serde_json::to_string(&password).unwrap(), serde_json::to_string(invite).unwrap());
        format!("{{\"id\":2,\"type\":\"register\",\"username\":\"{username}\",\"password\":{password},\"invite\":{invite}}}")
    };
    let ServerFrame::Reply(frame) = line(&mut ana, &register("ana", planted("password"), code)).await else {
        panic!("expected a reply")
    };
    let first = ana.signed_in(frame.reply).token;
    let mut guest = Client::greeted(address).await;
    line(&mut guest, &register("ana", planted("taken"), &planted("code"))).await;
    line(&mut guest, &register(&planted("name"), planted("refused"), &planted("code"))).await;
    assert_eq!(guest.refused(sign_in("ana", &planted("guess"))).await, Refusal::WrongCredentials);
    let token = papo_shared::protocol::SignInWithToken { token: planted("token") };
    assert!(matches!(guest.ask(Request::SignInWithToken(token)).await, Reply::Refused(_)));

    let group = ana.group("redes", &mut []).await;
    let id = ClientId::new();
    ana.stored(send(group, id, &planted("message"))).await;
    assert_eq!(ana.refused(send(group, id, &planted("another text"))).await, Refusal::ClientIdReused);
    let nowhere = papo_shared::model::ConversationId(999);
    assert_eq!(ana.refused(send(nowhere, ClientId::new(), &planted("nowhere"))).await, Refusal::NotAMember);
    let delete = DeleteAccount { password: planted("deletion"), code: Some(planted("code")), erase_messages: false };
    assert_eq!(ana.refused(Request::DeleteAccount(delete)).await, Refusal::WrongCredentials);
    let wrong = ChangePassword { current: planted("wrong"), new: planted("new password") };
    assert_eq!(ana.refused(Request::ChangePassword(wrong)).await, Refusal::WrongCredentials);
    ana.done(Request::ChangePassword(ChangePassword { current: planted("password"), new: planted("new password") })).await;

    // A second factor, with a wrong code, and with a typed password in place of a code.
    let password = planted("new password");
    let Reply::TotpSecret(issued) = ana.ask(enable(&password)).await else { panic!("expected a secret") };
    assert_eq!(ana.refused(confirm(&planted("code"))).await, Refusal::WrongCode);
    let now = SystemClock.now();
    let code = code_at(&issued.secret, now);
    let Reply::RecoveryCodes(recovery) = ana.ask(confirm(&code)).await else { panic!("expected recovery codes") };

    // A store failure during a write: SQLite's error message is logged.
    let broken = "CREATE TRIGGER broken BEFORE INSERT ON entry BEGIN SELECT RAISE(ABORT, 'a fault'); END";
    let connection = rusqlite::Connection::open(file).unwrap();
    connection.execute_batch(broken).unwrap();
    assert_eq!(ana.refused(send(group, ClientId::new(), &planted("not stored"))).await, Refusal::FAILED);
    connection.execute_batch("DROP TRIGGER broken").unwrap();

    let mut second = Client::greeted(address).await;
    assert_eq!(second.refused(sign_in("ana", &password)).await, Refusal::SecondFactorRequired);
    for wrong in [planted("code at sign-in"), code] {
        assert_eq!(second.refused(with_code("ana", &password, &wrong)).await, Refusal::WrongCode);
    }
    let reply = second.ask(with_code("ana", &password, &recovery.codes[0])).await;
    let mut secrets = vec![first, second.signed_in(reply).token, issued.secret];
    secrets.extend(recovery.codes);
    secrets
}

/// Runs the operator's commands and returns their output.
fn commands(data: &Path) -> String {
    let mut said = String::new();
    let password = planted("operator");
    let asked: [(&[&str], &str); 11] = [
        (&["user", "add", "eva"], &password),
        (&["user", "add", "ana"], &password),
        (&["user", "set-password", "eva"], &password),
        (&["user", "set-password", "nobody"], &password),
        (&["user", "reset-totp", "ana"], ""),
        (&["user", "list"], ""),
        (&["session", "list"], ""),
        (&["stats"], ""),
        (&["verify"], ""),
        (&["invite", "list"], ""),
        (&["audit", "list"], ""),
    ];
    for (arguments, input) in asked {
        for json in [&["--json"][..], &[]] {
            let mut command = papo_server(json);
            command.arg("--data").arg(data).args(arguments).stdin(Stdio::piped());
            let mut child = command.spawn().unwrap();
            child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
            let output = child.wait_with_output().unwrap();
            said += &String::from_utf8(output.stdout).unwrap();
            said += &String::from_utf8(output.stderr).unwrap();
        }
    }
    said
}

/// A port that is probably free.
fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

async fn check_says_nothing(format: &str) {
    let dir = TempDir::new().unwrap();
    let (data, log) = (dir.path().join("data"), dir.path().join("log"));
    let watched: SocketAddr = ([127, 0, 0, 1], free_port()).into();
    let mut command = papo_server(&["--listen", "127.0.0.1:0", "--log-level", "trace", "--log-format", format, "--data"]);
    command
        .arg(&data)
        .env("PAPO_METRICS_LISTEN", watched.to_string())
        .env("PAPO_REGISTRATION", "invite")
        .env("PAPO_PASSWORD_COST", "4");
    let mut running = Running::of(command.stderr(File::create(&log).unwrap()));

    let invite = papo_server(&["invite", "create", "--data"]).arg(&data).output().unwrap();
    let code = String::from_utf8(invite.stdout).unwrap().lines().next().unwrap().to_owned();
    let mut secrets = a_day(running.address, &data.join("chat.db"), &code).await;
    secrets.push(code);
    mistakes(running.address).await;
    let mut said = commands(&data);
    for page in ["/metrics", "/livez", "/readyz", &format!("/{PLANTED}")] {
        said += &get(watched, page).await.1;
    }
    running.stop();
    said += &running.line;
    let log = std::fs::read_to_string(&log).unwrap();

    // Check that the search is meaningful: the log identifies sessions and faults.
    for part in ["account", "ana", "a connection began", "a fault", "handling an admin request"] {
        assert!(log.contains(part), "{part:?} is not in the log:\n{log}");
    }
    for line in log.lines().chain(said.lines()) {
        assert!(!line.contains(PLANTED) && !line.contains("girafa"), "{line}");
        assert!(secrets.iter().all(|secret| !line.contains(secret)), "contains a token or a code: {line}");
    }
}

#[tokio::test]
async fn user_content_and_credentials_do_not_appear_in_any_output() {
    within(check_says_nothing("text")).await;
    within(check_says_nothing("json")).await;
}
