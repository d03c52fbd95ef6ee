//! The terminal is restored however the program ends or is suspended.

use rustix::process::Signal;
use tempfile::TempDir;

use crate::pty::{Modes, PersonAtTerminal, free_port, process_state};

const CTRL_Q: &str = "\x11";

/// Ends the program. The terminal must be as it was before the start.
fn check_restored(end: impl FnOnce(&mut PersonAtTerminal), in_good_order: bool) {
    let home = TempDir::new().unwrap();
    let port = free_port();
    let mut ana = PersonAtTerminal::start(home.path(), &["--port", &port]);
    ana.see("Welcome");
    let modes = ana.modes();
    assert!(modes.alternate_screen && modes.bracketed_paste && modes.mouse, "{modes:?}");
    let settings_inside = ana.line_settings();
    end(&mut ana);
    assert_eq!(ana.ended(), in_good_order);
    assert_eq!(ana.modes(), Modes::SHELL);
    let settings_after = ana.line_settings();
    assert_ne!(settings_after, settings_inside, "raw mode was left");
    assert!(settings_after.contains("ECHO") && settings_after.contains("ICANON"), "{settings_after}");
}

#[test]
fn quitting_restores_the_terminal() {
    check_restored(|ana| ana.press(CTRL_Q), true);
}

#[test]
fn a_signal_restores_the_terminal() {
    check_restored(|ana| ana.signal(Signal::TERM), true);
    check_restored(|ana| ana.signal(Signal::HUP), true);
    check_restored(|ana| ana.signal(Signal::INT), true);
}

#[test]
fn the_program_ends_when_its_terminal_goes_away() {
    let home = TempDir::new().unwrap();
    let port = free_port();
    let mut ana = PersonAtTerminal::start(home.path(), &["--port", &port]);
    ana.see("Welcome");
    ana.hang_up();
    ana.ended();
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_z_restores_the_terminal_until_papo_continues() {
    let home = TempDir::new().unwrap();
    let port = free_port();
    // The host cannot be suspended, so ana needs another one.
    let host = PersonAtTerminal::start(home.path(), &["--port", &port]);
    host.see("hosting on this machine ● connected");
    let mut ana = PersonAtTerminal::start(home.path(), &["--port", &port]);
    ana.see("● connected");
    ana.press("rascunho");
    ana.see("rascunho");
    ana.press("\x1a");
    while process_state(&ana) != 'T' {
        std::thread::yield_now();
    }
    ana.see_no("Welcome");
    assert_eq!(ana.modes(), Modes::SHELL);
    ana.signal(Signal::CONT);
    ana.see("rascunho");
    assert!(ana.modes().alternate_screen);
}
