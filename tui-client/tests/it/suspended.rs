//! The terminal, standard error and drafts while papo is stopped by Ctrl-Z.

#![cfg(target_os = "linux")]

use std::io::Write;
use std::path::PathBuf;

use rustix::process::Signal;
use tempfile::TempDir;

use crate::hosted::Hosted;
use crate::pty::PersonAtTerminal;

const CTRL_Q: &str = "\x11";
const CTRL_Z: &str = "\x1a";

fn wait_until_stopped(person: &PersonAtTerminal) {
    let state = || {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", person.pid().as_raw_pid())).unwrap();
        stat.rsplit_once(')').unwrap().1.trim_start().chars().next().unwrap()
    };
    while state() != 'T' {
        std::thread::yield_now();
    }
}

/// The file that standard error is redirected to.
fn stderr_of(person: &PersonAtTerminal) -> PathBuf {
    std::fs::read_link(format!("/proc/{}/fd/2", person.pid().as_raw_pid())).unwrap()
}

/// Drafts are saved after half a second, which a stopped process may not reach.
#[test]
fn text_typed_right_before_a_stop_survives_a_kill() {
    let (home, hosted) = (TempDir::new().unwrap(), Hosted::start());
    let address = hosted.address();
    let mut ana = PersonAtTerminal::start(home.path(), &["--server", &address, "--plaintext"]);
    ana.register("ana");
    ana.create_group("diario");
    ana.press("meio escrito");
    ana.see("meio escrito");
    ana.press(CTRL_Z);
    wait_until_stopped(&ana);
    ana.signal(Signal::KILL);
    ana.ended();
    let mut ana = PersonAtTerminal::start(home.path(), &["--server", &address, "--plaintext"]);
    ana.sign_in("ana");
    ana.see("meio escrito");
    ana.press(CTRL_Q);
    assert!(ana.ended());
    hosted.stop();
}

/// Neither a log that cannot be written nor error output of a library may appear on the screen.
#[test]
fn only_frames_are_written_to_the_terminal() {
    let (home, state, hosted) = (TempDir::new().unwrap(), TempDir::new().unwrap(), Hosted::start());
    let folder = state.path().join("papo");
    std::fs::create_dir(&folder).unwrap();
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    for day in [today, today.tomorrow().unwrap()] {
        std::os::unix::fs::symlink("/dev/full", folder.join(format!("papo.{day}.log"))).unwrap();
    }
    let address = hosted.address();
    let environment = [("XDG_STATE_HOME", state.path().to_str().unwrap()), ("PAPO_LOG", "trace")];
    let mut ana = PersonAtTerminal::start_in(home.path(), &["--server", &address, "--plaintext"], (80, 24), &environment);
    ana.register("ana");
    let file = folder.join("stderr.log");
    assert_eq!(stderr_of(&ana), file);
    let complain = |ana: &PersonAtTerminal| {
        let mut stderr = std::fs::File::options().append(true).open(stderr_of(ana)).unwrap();
        stderr.write_all(b"a library complains\n").unwrap();
    };
    complain(&ana);
    ana.press(CTRL_Z);
    wait_until_stopped(&ana);
    assert!(stderr_of(&ana).starts_with("/dev/pts"), "{:?}", stderr_of(&ana));
    complain(&ana);
    ana.see("a library complains");
    ana.signal(Signal::CONT);
    ana.see("papo · ana");
    assert_eq!(stderr_of(&ana), file, "it is taken again");
    ana.press(CTRL_Q);
    assert!(ana.ended());
    let written = String::from_utf8_lossy(&ana.written()).into_owned();
    assert_eq!(written.matches("a library complains").count(), 1, "{written}");
    assert!(!written.contains("tracing-subscriber") && !written.contains("No space left"), "{written}");
    assert_eq!(std::fs::read_to_string(file).unwrap(), "a library complains\n");
    hosted.stop();
}
