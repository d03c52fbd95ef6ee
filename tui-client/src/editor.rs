//! The person's own editor, on a private file with a draft in it.
//!
//! The editor has the terminal and the keys while it runs; the loop goes on meanwhile without drawing, so that whatever
//! comes over the connection is taken and answered. Deliberately absent: taking the terminal again, which the loop does.

use std::io::{self, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitStatus};

use papo_shared::model::ConversationId;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use crate::event::{EditorTrouble, Event};
use crate::input;
use crate::input::Keyboard;
use crate::terminal;

/// What is started where the person names no editor: there is one of this name on nearly every machine.
const USUAL_EDITOR: &str = "vi";
/// What a shell answers where it does not find a program.
const NOT_FOUND: i32 = 127;
/// Most that is taken back from the editor, in bytes: of more, no part could be worked on in the composer.
pub const MAX_EDITED_BYTES: u64 = 64 * 1024;

/// Starts the person's editor.
#[derive(Clone)]
pub struct Editor {
    command: String,
    keyboard: Keyboard,
    events: mpsc::Sender<Event>,
}

impl Editor {
    /// The editor that the environment names, `VISUAL` before `EDITOR`. What becomes of the text is told to `events`.
    #[must_use]
    pub fn of_environment(variable: impl Fn(&str) -> Option<String>, keyboard: Keyboard, events: mpsc::Sender<Event>) -> Self {
        let named = ["VISUAL", "EDITOR"].into_iter().filter_map(variable).find(|command| !command.trim().is_empty());
        Self { command: named.unwrap_or_else(|| USUAL_EDITOR.to_owned()), keyboard, events }
    }

    /// Lets the person edit the text; [`Event::EditorClosed`] tells how it ended, and that the
    /// terminal can be taken again. Until then nothing else may write to it.
    pub fn start(&self, conversation: ConversationId, draft: String) {
        let Self { command, keyboard, events } = self.clone();
        tokio::spawn(async move {
            // In this order: whatever is typed once the screen has changed is the editor's.
            keyboard.rest().await;
            terminal::restore();
            let edited = spawn_blocking(move || edit(&command, &draft)).await;
            let text = edited.unwrap_or_else(|panic| Err(EditorTrouble::NoFile(panic.to_string())));
            let _ = events.send(Event::EditorClosed { conversation, text }).await;
        });
    }

    /// The editor stopped itself, as Ctrl-Z in it does, and goes on.
    pub fn go_on(&self) {
        input::continue_others();
    }

    /// The terminal is ours again: its keys are read again.
    pub fn closed(&self) {
        self.keyboard.listen();
    }
}

/// Runs the editor on a file with the draft, which only its owner can read, and returns what is in it then.
fn edit(command: &str, draft: &str) -> Result<String, EditorTrouble> {
    let cannot = |error: io::Error| EditorTrouble::NoFile(error.to_string());
    let mut file = tempfile::Builder::new().prefix("papo-").suffix(".md").tempfile().map_err(cannot)?;
    file.write_all(draft.as_bytes()).map_err(cannot)?;
    // Kept from here on: whatever ends this program, what the editor saved is not taken away behind the person's back.
    let path = file.into_temp_path().keep().map_err(|error| cannot(error.error))?;
    // By a shell, since what is named can have arguments: `code --wait`.
    let status = Command::new("sh").arg("-c").arg(format!("{command} \"$1\"")).arg("papo").arg(&path).status();
    let text = outcome(command, draft, &path, status);
    if !matches!(text, Err(EditorTrouble::Failed { saved: Some(_), .. } | EditorTrouble::TooLong { .. })) {
        let _ = std::fs::remove_file(&path);
    }
    text
}

fn outcome(command: &str, draft: &str, path: &Path, status: io::Result<ExitStatus>) -> Result<String, EditorTrouble> {
    let command = command.to_owned();
    let status = match status {
        Ok(status) if status.code() == Some(NOT_FOUND) => return Err(EditorTrouble::NotFound { command }),
        Err(error) => return Err(EditorTrouble::NoFile(error.to_string())),
        Ok(status) => status,
    };
    let saved = path.display().to_string();
    if std::fs::metadata(path).is_ok_and(|file| file.len() > MAX_EDITED_BYTES) {
        return Err(EditorTrouble::TooLong { saved });
    }
    let bytes = std::fs::read(path);
    if !status.success() {
        let why = match status.signal() {
            Some(signal) => format!("signal {signal}"),
            None => format!("{}", status.code().unwrap_or_default()),
        };
        // An editor that crashed may have saved something before.
        let changed = bytes.is_ok_and(|bytes| bytes != draft.as_bytes());
        return Err(EditorTrouble::Failed { command, why, saved: changed.then_some(saved) });
    }
    let text = String::from_utf8_lossy(&bytes.map_err(|error| EditorTrouble::NoFile(error.to_string()))?).into_owned();
    // Editors end the last line.
    Ok(text.strip_suffix('\n').map_or(text.clone(), str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::{MAX_EDITED_BYTES, edit};
    use crate::event::EditorTrouble;

    /// A shell command is as good an editor as any: `$1` is the file.
    fn edited(script: &str) -> Result<String, EditorTrouble> {
        edit(&format!("f() {{ {script}; }}; f"), "rascunho")
    }

    #[test]
    fn what_was_saved_comes_back() {
        assert_eq!(edited(r#"printf 'duas\nlinhas\n' > "$1""#), Ok("duas\nlinhas".to_owned()));
        assert_eq!(edited(r#"printf ' e mais' >> "$1""#), Ok("rascunho e mais".to_owned()));
        assert_eq!(edited(r#"printf '\377' > "$1""#), Ok("\u{fffd}".to_owned()));
    }

    #[test]
    fn only_the_owner_can_read_the_file_and_it_is_gone_afterwards() {
        let told = edited(r#"ls -l "$1" | cut -c1-10 > "$1.mode"; { cat "$1.mode"; rm "$1.mode"; printf %s "$1"; } > "$1""#);
        let told = told.unwrap();
        let (mode, path) = told.split_once('\n').unwrap();
        assert_eq!(mode, "-rw-------");
        assert!(path.contains("papo-") && !std::path::Path::new(path).exists(), "{path}");
    }

    #[test]
    fn an_editor_that_is_not_there_or_fails_is_told() {
        let missing = edit("papo-has-no-such-editor", "rascunho");
        assert_eq!(missing, Err(EditorTrouble::NotFound { command: "papo-has-no-such-editor".to_owned() }));
        let failed = edited("exit 3");
        assert!(matches!(&failed, Err(EditorTrouble::Failed { why, saved: None, .. }) if why == "3"), "{failed:?}");
    }

    #[test]
    fn what_a_failing_editor_saved_and_what_is_too_long_stays_on_the_disk() {
        let failed = edited(r#"printf 'salvo' > "$1"; exit 1"#);
        let Err(EditorTrouble::Failed { saved: Some(saved), .. }) = failed else { panic!("{failed:?}") };
        assert_eq!(std::fs::read_to_string(&saved).unwrap(), "salvo");
        std::fs::remove_file(saved).unwrap();

        let fill = |bytes: u64| format!(r#"head -c {bytes} /dev/zero | tr '\0' x > "$1""#);
        assert_eq!(edited(&fill(MAX_EDITED_BYTES)).map(|text| text.len() as u64), Ok(MAX_EDITED_BYTES));
        let long = edited(&fill(MAX_EDITED_BYTES + 1));
        let Err(EditorTrouble::TooLong { saved }) = long else { panic!("{long:?}") };
        assert_eq!(std::fs::metadata(&saved).unwrap().len(), MAX_EDITED_BYTES + 1);
        std::fs::remove_file(saved).unwrap();
    }
}
