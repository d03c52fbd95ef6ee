//! Runs the completion scripts in their shells. The test of a shell that is not installed is skipped with a message; the checks
//! in `cli.rs` need no shell.

use std::io::{Read, Write};
use std::process::Command;
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use tempfile::TempDir;

/// The time limit, reached by failing tests only.
const PATIENCE: Duration = Duration::from_secs(60);

/// Whether a shell is installed.
fn is_installed(shell: &str) -> bool {
    let there = Command::new(shell).args(["-c", "exit 0"]).status().is_ok_and(|status| status.success());
    #[allow(clippy::print_stderr, reason = "who reads what the tests print should know")]
    if !there {
        eprintln!("{shell} is not installed: its completion was not tried");
    }
    there
}

/// A folder with the completion script for a shell.
fn script(shell: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    let script =
        Command::new(env!("CARGO_BIN_EXE_papo")).args(["completions", shell]).env("HOME", folder.path()).output().unwrap();
    assert!(script.status.success(), "{script:?}");
    std::fs::write(folder.path().join("script"), script.stdout).unwrap();
    // This file would be offered if the script completed file names.
    std::fs::write(folder.path().join("a-file"), "").unwrap();
    folder
}

#[test]
fn fish_offers_values_and_no_files() {
    if !is_installed("fish") {
        return;
    }
    let folder = script("fish");
    let offered = |line: &str| {
        let ask = format!("source script; complete -C '{line}'");
        let ran = Command::new("fish").args(["--no-config", "-c", &ask]).current_dir(&folder).env("HOME", folder.path()).output();
        let ran = ran.unwrap();
        assert!(ran.status.success() && ran.stderr.is_empty(), "{ran:?}");
        String::from_utf8(ran.stdout).unwrap()
    };
    for line in ["papo --lang ", "papo --plaintext --lang ", "papo send --lang "] {
        let lang = offered(line);
        assert!(lang.contains("en\t") && lang.contains("pt-BR\t") && !lang.contains("a-file"), "{line}: {lang}");
    }
    for line in ["papo --port ", "papo --user ", "papo --server "] {
        assert!(!offered(line).contains("a-file"), "{line}: {}", offered(line));
    }
    assert!(offered("papo export bia -o ").contains("a-file"));
    assert!(offered("papo ").contains("export\t"));
}

#[test]
fn zsh_executes_no_part_of_a_value_name() {
    if !is_installed("zsh") {
        return;
    }
    let folder = script("zsh");
    let size = PtySize { rows: 40, cols: 200, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size).unwrap();
    let mut zsh = CommandBuilder::new("zsh");
    zsh.args(["-f", "-i"]);
    zsh.cwd(folder.path());
    zsh.env("HOME", folder.path());
    zsh.env("TERM", "xterm");
    zsh.env("PS1", "> ");
    let mut child = pair.slave.spawn_command(zsh).unwrap();
    drop(pair.slave);
    let mut keyboard = pair.master.take_writer().unwrap();
    let mut output = pair.master.try_clone_reader().unwrap();
    let (sender, pieces) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(count @ 1..) = output.read(&mut bytes) {
            if sender.send(String::from_utf8_lossy(&bytes[..count]).into_owned()).is_err() {
                return;
            }
        }
    });
    let mut written = String::new();
    let mut see = |text: &str| {
        let deadline = Instant::now() + PATIENCE;
        let from = written.len();
        while !written[from..].contains(text) {
            let left = deadline.saturating_duration_since(Instant::now());
            written.push_str(&pieces.recv_timeout(left).unwrap_or_else(|_| panic!("waited for {text}: {written}")));
        }
        written[from..].to_owned()
    };
    let mut press = |keys: &str| keyboard.write_all(keys.as_bytes()).unwrap();
    // The quotes make the echo of the input differ from its output.
    press("autoload -Uz compinit && compinit -D && source ./script && echo rea''dy\r");
    see("ready");
    for (line, offered) in [("papo --lang ", "pt-BR"), ("papo --server ", ""), ("papo --port ", ""), ("papo send --server ", "")]
    {
        press(&format!("{line}\t"));
        see(offered);
        press("\x15echo en''ded\r");
        let shown = see("ended");
        assert!(!shown.contains("not found"), "{line}: {shown}");
    }
    press("exit\r");
    child.wait().unwrap();
}
