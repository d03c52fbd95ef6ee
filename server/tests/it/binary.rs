//! The binary: its output and exit codes.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use papo_shared::model::Fingerprint;
use papo_shared::protocol::{GoodbyeReason, Request};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::client::{Client, TestServer};

/// A server in its own process; killed when dropped.
pub(crate) struct Running {
    child: Child,
    pub(crate) line: String,
    pub(crate) address: SocketAddr,
}

impl Running {
    pub(crate) fn start(data: &Path) -> Self {
        Self::of(papo_server(&["--listen", "127.0.0.1:0", "--data"]).arg(data))
    }

    pub(crate) fn of(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split_whitespace().find_map(|word| word.trim_end_matches(',').parse().ok());
        let address = address.unwrap_or_else(|| panic!("no address in {line:?}"));
        Self { child, line, address }
    }

    /// Kills it with SIGKILL.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Stops it cleanly and returns its log output.
    pub(crate) fn end(mut self) -> String {
        self.signal("TERM");
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        log
    }

    pub(crate) fn stop(&mut self) {
        self.signal("TERM");
        assert!(self.child.wait().unwrap().success());
    }

    /// Waits until it ends by itself and returns its exit code.
    pub(crate) fn wait(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    fn signal(&self, name: &str) {
        let status = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status().unwrap();
        assert!(status.success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may already have exited.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn papo_server(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_papo-server"));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Checks that a message is a single line of complete sentences: no cause follows the end of a sentence or is repeated.
#[track_caller]
fn check_sentences(said: &str) {
    assert_eq!(said.lines().count(), 1, "expected a single line: {said}");
    let text =
        said.strip_prefix("papo-server: ").unwrap_or_else(|| panic!("expected the program's name first: {said}")).trim_end();
    assert!(text.ends_with(['.', '?']), "expected a complete sentence: {said}");
    for broken in [".:", ": :", "..", ",.", " .", "::"] {
        assert!(!text.contains(broken), "found {broken:?} in: {said}");
    }
    let causes: Vec<&str> = text.split([':', '.', ',']).map(str::trim).filter(|part| part.contains("(os error")).collect();
    assert!(causes.len() <= 1, "expected the cause only once: {said}");
}

/// Runs a command that must fail, and checks that it reports these words in a single line.
#[track_caller]
pub(crate) fn check_refused(command: &mut Command, words: &[&str]) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let said = String::from_utf8(stderr).unwrap();
    assert!(!status.success(), "the command must fail");
    assert!(!said.contains("panicked"), "{said}");
    assert_eq!(status.code(), Some(1), "{said}");
    check_sentences(&said);
    for word in words {
        assert!(said.contains(word), "{word:?} is not in: {said}");
    }
    assert_eq!(String::from_utf8(stdout).unwrap(), "");
}

#[test]
fn it_prints_its_address_on_one_line() {
    let dir = tempfile::tempdir().unwrap();
    let running = Running::start(dir.path());
    assert!(running.line.starts_with("papo-server listens on 127.0.0.1:"), "{}", running.line);
    assert!(running.line.contains(&dir.path().display().to_string()));
}

#[tokio::test]
async fn sigterm_and_sigint_stop_it_cleanly() {
    for signal in ["TERM", "INT"] {
        let dir = tempfile::tempdir().unwrap();
        let mut running = Running::start(dir.path());
        let mut client = Client::greeted(running.address).await;
        running.signal(signal);
        assert_eq!(client.goodbye().await, Some(GoodbyeReason::Stopping));
        drop(client);
        assert_eq!(running.child.wait().unwrap().code(), Some(0));
        assert!(!dir.path().join("chat.db-wal").exists(), "the log must be folded into the file");
    }
}

#[tokio::test]
async fn a_failed_start_gives_one_line_and_an_exit_code() {
    let server = TestServer::start().await;
    let dir = tempfile::tempdir().unwrap();
    let port = server.address().to_string();
    check_refused(papo_server(&["--listen", &port, "--data"]).arg(dir.path()), &[&port, "--listen"]);
    let anywhere = ["--listen", "127.0.0.1:0", "--data"];
    check_refused(papo_server(&anywhere).arg(server.dir.path()), &["Another papo server", "--data"]);

    let file = dir.path().join("chat.db");
    std::fs::write(&file, "no database at all").unwrap();
    check_refused(papo_server(&anywhere).arg(dir.path()), &["not a papo database", "--data"]);
    check_refused(papo_server(&anywhere).arg(&file), &["chat.db", "writable"]);
}

#[test]
fn the_printed_fingerprint_survives_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let fingerprint = |running: &Running| running.line.trim_end().rsplit(' ').next().unwrap().parse::<Fingerprint>().unwrap();
    let mut first = Running::start(dir.path());
    first.kill();
    let again = Running::start(dir.path());
    assert_eq!(fingerprint(&first), fingerprint(&again));
}

#[test]
fn an_unusable_certificate_is_reported_with_its_file() {
    let dir = tempfile::tempdir().unwrap();
    let flags = ["--listen", "127.0.0.1:0", "--certificate", "none.pem", "--key", "none.key", "--data"];
    check_refused(papo_server(&flags).arg(dir.path()), &["none.pem", "--certificate"]);
}

#[tokio::test]
async fn sighup_reloads_the_certificate_without_dropping_connections() {
    let dir = tempfile::tempdir().unwrap();
    let running = Running::start(dir.path());
    let shown = |server: &Running| server.line.trim_end().rsplit(' ').next().unwrap().parse::<Fingerprint>().unwrap();
    let before = shown(&running);
    let mut ana = Client::greeted(running.address).await;
    ana.register("ana").await;
    // Without certificate files, the server generates new ones.
    std::fs::remove_file(dir.path().join("certificate.pem")).unwrap();
    running.signal("HUP");
    let after = loop {
        let certificate = crate::tls::certificate_shown_by(running.address).await;
        if certificate != before {
            break certificate;
        }
    };
    let on_file = CertificateDer::from_pem_file(dir.path().join("certificate.pem")).unwrap();
    assert_eq!(after, Fingerprint::of(&on_file));
    ana.ask(Request::Ping).await;
}

#[test]
fn the_printed_default_configuration_is_valid() {
    let dir = tempfile::tempdir().unwrap();
    let printed = papo_server(&["config", "default"]).output().unwrap();
    let file = dir.path().join("server.toml");
    std::fs::write(&file, &printed.stdout).unwrap();
    let checked = papo_server(&["config", "check"]).arg(&file).output().unwrap();
    assert!(checked.status.success(), "{checked:?}");

    std::fs::write(&file, "\nlistne = \"127.0.0.1:0\"\n").unwrap();
    let words = [":2: ", "`listne`", "`listen`"];
    check_refused(papo_server(&["config", "check"]).arg(&file), &words);
    check_refused(papo_server(&["--config"]).arg(&file), &words);
    check_refused(papo_server(&["config", "check"]).env("PAPO_CONFIG", &file), &words);
}

#[test]
fn flags_override_the_environment_which_overrides_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("server.toml");
    std::fs::write(&file, "listen = \"127.0.0.1:1\"\npassword_cost = 1").unwrap();
    let data = dir.path().join("data");
    let mut command = papo_server(&["--listen", "127.0.0.1:0", "--config"]);
    let running = Running::of(command.arg(&file).env("PAPO_DATA", &data).env("PAPO_PASSWORD_COST", "4"));
    assert!(running.line.contains(&data.display().to_string()), "{}", running.line);
    assert!(data.join("chat.db").exists());
}

/// Every failing command reports complete sentences, for all kinds of causes.
#[test]
fn every_failing_command_reports_complete_sentences() {
    let dir = tempfile::tempdir().unwrap();
    let (data, missing) = (dir.path().join("data"), dir.path().join("missing"));
    drop(papo_server::store::sqlite::SqliteStore::open(&data).unwrap());
    let on = |data: &Path, arguments: &[&str]| {
        let mut command = papo_server(&["--data"]);
        command.arg(data).args(arguments);
        command
    };
    for arguments in
        [&["stats"][..], &["user", "list"], &["invite", "list"], &["backup", "copy.db"], &["verify"], &["fingerprint"]]
    {
        check_refused(&mut on(&missing, arguments), &[]);
    }
    let nowhere = missing.join("copy.db");
    check_refused(&mut on(&data, &["backup", nowhere.to_str().unwrap()]), &["cannot be written"]);
    check_refused(&mut on(&data, &["backup", data.to_str().unwrap()]), &["already exists"]);
    check_refused(&mut on(&data, &["restore", nowhere.to_str().unwrap()]), &["cannot be used"]);
    check_refused(&mut on(&data, &["restore", data.to_str().unwrap()]), &["cannot be used"]);
    check_refused(&mut on(&data, &["verify", dir.path().to_str().unwrap()]), &["Cannot verify"]);
    check_refused(&mut on(&data, &["user", "suspend", "ana"]), &["no such user"]);
    check_refused(&mut on(&data, &["user", "add", "ana"]), &[]);
    check_refused(&mut on(&data, &["user", "add", "a b"]), &[]);
    check_refused(&mut on(&data, &["invite", "revoke", "7"]), &["no invite 7"]);
    check_refused(&mut on(&data, &["session", "close", "7"]), &["no sessions"]);

    let file = dir.path().join("server.toml");
    for text in
        ["listen", "listen = 7", "listen = \"x\"", "password_cost = 99", "data = 7", "[tls]\ncertificate = \"a\"", "x = 1"]
    {
        std::fs::write(&file, text).unwrap();
        check_refused(papo_server(&["config", "check"]).arg(&file), &["server.toml"]);
        check_refused(papo_server(&["--config"]).arg(&file), &["server.toml"]);
    }
    check_refused(papo_server(&["config", "check"]).arg(&missing), &["missing"]);
    check_refused(papo_server(&["--config"]).arg(&missing), &["missing"]);
    check_refused(&mut on(&data, &["--listen", "127.0.0.1:99999"]), &["--listen"]);
    check_refused(&mut on(&data, &["--listen", "192.0.2.1:0"]), &["Cannot listen", "--listen"]);
    check_refused(&mut on(&data, &["--log-level", "loud"]), &["--log-level"]);
    check_refused(papo_server(&["config", "check"]).env("PAPO_PASSWORD_COST", "many"), &["PAPO_PASSWORD_COST"]);
}
