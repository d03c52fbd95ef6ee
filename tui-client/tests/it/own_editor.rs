//! The user's editor, played by a small script, with the real program in a pseudo-terminal.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::TempDir;

use crate::pty::{Modes, PersonAtTerminal, free_port};

const ENTER: &str = "\r";
const ALT_E: &str = "\x1be";
const CTRL_C: &str = "\x03";

/// An editor that prints a marker, reads a line from the terminal, and appends it to the file.
const APPENDS_A_LINE: &str = r#"#!/bin/sh
echo "the editor has the terminal and $(grep -c "" "$1") lines"
read -r line || exit 1
printf ' %s\nfim\n' "$line" >> "$1"
"#;

/// Starts ana with this editor, in a group without other members.
fn ana_with_editor(home: &Path, port: &str, variable: &str, editor: &str) -> PersonAtTerminal {
    let mut ana = PersonAtTerminal::start_in(home, &["--port", port], (80, 24), &[(variable, editor)]);
    ana.register("ana");
    ana.create_group("diario");
    ana
}

fn script(home: &Path, text: &str) -> String {
    let path = home.join("my editor.sh");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
    format!("'{}'", path.display())
}

#[test]
fn a_draft_is_edited_in_the_external_editor_while_messages_arrive() {
    let home = TempDir::new().unwrap();
    let port = free_port();
    let mut ana = ana_with_editor(home.path(), &port, "VISUAL", &script(home.path(), APPENDS_A_LINE));
    let inside = ana.line_settings();
    ana.press("era uma vez");
    ana.see("era uma vez");
    ana.press(ALT_E);
    ana.see("the editor has the terminal and 1 lines");
    assert_eq!(ana.modes(), Modes::SHELL);
    let lent = ana.line_settings();
    assert!(lent.contains("ECHO") && lent.contains("ICANON"), "{lent}");

    // The hosted server keeps running in the same process: another device of ana sends a message.
    // It has its own home folder, since it would otherwise restore the position of the first client.
    let other_home = TempDir::new().unwrap();
    let mut other = PersonAtTerminal::start(other_home.path(), &["--port", &port]);
    other.sign_in("ana");
    other.press("3");
    other.see("▸ # diario");
    other.press(ENTER);
    other.see("ana created the group diario");
    other.enter("do outro aparelho");
    other.see("✓");

    ana.enter("um gato q");
    ana.see("do outro aparelho");
    ana.see("era uma vez um gato q");
    ana.see("fim");
    let modes = ana.modes();
    assert!(modes.alternate_screen && modes.bracketed_paste && modes.mouse, "{modes:?}");
    assert_eq!(ana.line_settings(), inside, "raw mode is enabled again");
    assert!(!other.screen().contains("um gato"), "nothing was sent:\n{}", other.screen());
    // papo reads the keyboard again, and the editor can be opened once more.
    ana.press("!");
    ana.see("fim!");
    ana.press(ALT_E);
    ana.see("the editor has the terminal and 2 lines");
    ana.press(ENTER);
    ana.see("connected");
    ana.press(ENTER);
    other.see("era uma vez um gato q");
}

#[test]
fn an_interrupted_editor_changes_neither_the_draft_nor_papo() {
    let home = TempDir::new().unwrap();
    let port = free_port();
    let mut ana = ana_with_editor(home.path(), &port, "EDITOR", &script(home.path(), APPENDS_A_LINE));
    ana.press("rascunho");
    ana.see("rascunho");
    ana.press(ALT_E);
    ana.see("the editor has the terminal");
    ana.press(CTRL_C);
    ana.see("Your draft is unchanged.");
    ana.see("rascunho");
    ana.press("!");
    ana.see("rascunho!");
}

#[test]
fn error_output_of_an_editor_is_visible() {
    let home = TempDir::new().unwrap();
    let port = free_port();
    let complains = "#!/bin/sh\necho the editor complains >&2\nread -r line\n";
    let mut ana = ana_with_editor(home.path(), &port, "EDITOR", &script(home.path(), complains));
    ana.press(ALT_E);
    ana.see("the editor complains");
    ana.press(ENTER);
    ana.see("connected");
}

#[test]
fn a_missing_editor_is_reported() {
    let home = TempDir::new().unwrap();
    let port = free_port();
    let mut ana = ana_with_editor(home.path(), &port, "VISUAL", "papo-has-no-such-editor");
    ana.press("rascunho");
    ana.see("rascunho");
    ana.press(ALT_E);
    ana.see("Editor papo-has-no-such-editor not found");
    ana.see("rascunho");
    assert!(ana.modes().alternate_screen);
}
