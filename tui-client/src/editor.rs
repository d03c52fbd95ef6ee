//! Runs the user's external editor on a private file that contains a draft.
//!
//! The editor owns the terminal and the keyboard while it runs. Meanwhile the main loop continues without drawing, so that
//! the connection stays alive. Deliberately absent: taking the terminal back, which the main loop does.

use std::io::{self, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitStatus};

use papo_shared::model::ConversationId;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use crate::event::{EditorError, Event};
use crate::input::{self, Keyboard};
use crate::terminal;

/// The fallback if neither `VISUAL` nor `EDITOR` is set; nearly every Unix system has it.
const DEFAULT_EDITOR: &str = "vi";
/// The exit code of a shell that did not find the program.
const EXIT_NOT_FOUND: i32 = 127;
/// The largest file accepted from the editor, in bytes; the composer could not handle more.
pub const MAX_EDITED_BYTES: u64 = 64 * 1024;

/// Starts the user's editor.
#[derive(Clone)]
pub struct Editor {
    command: String,
    keyboard: Keyboard,
    events: mpsc::Sender<Event>,
}

impl Editor {
    /// Chooses the editor by `VISUAL`, then `EDITOR`. Results are sent to `events`.
    #[must_use]
    pub fn from_environment(variable: impl Fn(&str) -> Option<String>, keyboard: Keyboard, events: mpsc::Sender<Event>) -> Self {
        let named = ["VISUAL", "EDITOR"].into_iter().filter_map(variable).find(|command| !command.trim().is_empty());
        Self { command: named.unwrap_or_else(|| DEFAULT_EDITOR.to_owned()), keyboard, events }
    }

    /// Starts editing the draft in the background. [`Event::EditorClosed`] reports the result; until then nothing else may
    /// write to the terminal.
    pub fn start(&self, conversation: ConversationId, draft: String) {
        let Self { command, keyboard, events } = self.clone();
        tokio::spawn(async move {
            // In this order, so that everything typed after the screen changed goes to the editor.
            keyboard.pause().await;
            terminal::restore();
            let edited = spawn_blocking(move || edit(&command, &draft)).await;
            let text = edited.unwrap_or_else(|panic| Err(EditorError::Io(panic.to_string())));
            let _ = events.send(Event::EditorClosed { conversation, text }).await;
        });
    }

    /// Continues an editor that stopped itself, as Ctrl-Z in it does.
    pub fn resume(&self) {
        input::continue_process_group();
    }

    /// Resumes reading the keyboard, once papo owns the terminal again.
    pub fn release_keyboard(&self) {
        self.keyboard.resume();
    }
}

/// Runs the editor on a new file with the draft, readable by its owner only, and returns the contents afterwards. The file
/// remains if it holds text that papo could not take over.
fn edit(command: &str, draft: &str) -> Result<String, EditorError> {
    let io_error = |error: io::Error| EditorError::Io(error.to_string());
    let mut file = tempfile::Builder::new().prefix("papo-").suffix(".md").tempfile().map_err(io_error)?;
    file.write_all(draft.as_bytes()).map_err(io_error)?;
    // From here on the file is not deleted automatically: the saved text must survive if this process is killed.
    let path = file.into_temp_path().keep().map_err(|error| io_error(error.error))?;
    // Through a shell, because the command may have arguments: `code --wait`.
    let status = Command::new("sh").arg("-c").arg(format!("{command} \"$1\"")).arg("papo").arg(&path).status();
    let text = outcome(command, draft, &path, status);
    if !matches!(text, Err(EditorError::Failed { saved: Some(_), .. } | EditorError::TooLong { .. })) {
        let _ = std::fs::remove_file(&path);
    }
    text
}

fn outcome(command: &str, draft: &str, path: &Path, status: io::Result<ExitStatus>) -> Result<String, EditorError> {
    let command = command.to_owned();
    let status = match status {
        Ok(status) if status.code() == Some(EXIT_NOT_FOUND) => return Err(EditorError::NotFound { command }),
        Err(error) => return Err(EditorError::Io(error.to_string())),
        Ok(status) => status,
    };
    let saved = path.display().to_string();
    if std::fs::metadata(path).is_ok_and(|file| file.len() > MAX_EDITED_BYTES) {
        return Err(EditorError::TooLong { saved });
    }
    let bytes = std::fs::read(path);
    if !status.success() {
        let why = match status.signal() {
            Some(signal) => format!("signal {signal}"),
            None => format!("{}", status.code().unwrap_or_default()),
        };
        // An editor that crashed may have saved the file before.
        let changed = bytes.is_ok_and(|bytes| bytes != draft.as_bytes());
        return Err(EditorError::Failed { command, why, saved: changed.then_some(saved) });
    }
    let text = String::from_utf8_lossy(&bytes.map_err(|error| EditorError::Io(error.to_string()))?).into_owned();
    // Editors append a newline to the last line.
    Ok(text.strip_suffix('\n').map_or(text.clone(), str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::{MAX_EDITED_BYTES, edit};
    use crate::event::EditorError;

    /// Runs a shell script as the editor; `$1` is the file.
    fn edited(script: &str) -> Result<String, EditorError> {
        edit(&format!("f() {{ {script}; }}; f"), "rascunho")
    }

    #[test]
    fn the_saved_text_is_returned() {
        assert_eq!(edited(r#"printf 'duas\nlinhas\n' > "$1""#), Ok("duas\nlinhas".to_owned()));
        assert_eq!(edited(r#"printf ' e mais' >> "$1""#), Ok("rascunho e mais".to_owned()));
        assert_eq!(edited(r#"printf '\377' > "$1""#), Ok("\u{fffd}".to_owned()));
    }

    #[test]
    fn the_file_is_private_and_deleted_afterwards() {
        let output = edited(r#"ls -l "$1" | cut -c1-10 > "$1.mode"; { cat "$1.mode"; rm "$1.mode"; printf %s "$1"; } > "$1""#);
        let output = output.unwrap();
        let (mode, path) = output.split_once('\n').unwrap();
        assert_eq!(mode, "-rw-------");
        assert!(path.contains("papo-") && !std::path::Path::new(path).exists(), "{path}");
    }

    #[test]
    fn a_missing_or_failing_editor_is_reported() {
        let missing = edit("papo-has-no-such-editor", "rascunho");
        assert_eq!(missing, Err(EditorError::NotFound { command: "papo-has-no-such-editor".to_owned() }));
        let failed = edited("exit 3");
        assert!(matches!(&failed, Err(EditorError::Failed { why, saved: None, .. }) if why == "3"), "{failed:?}");
    }

    #[test]
    fn text_that_cannot_be_taken_over_stays_in_the_file() {
        let failed = edited(r#"printf 'salvo' > "$1"; exit 1"#);
        let Err(EditorError::Failed { saved: Some(saved), .. }) = failed else { panic!("{failed:?}") };
        assert_eq!(std::fs::read_to_string(&saved).unwrap(), "salvo");
        std::fs::remove_file(saved).unwrap();

        let fill = |bytes: u64| format!(r#"head -c {bytes} /dev/zero | tr '\0' x > "$1""#);
        assert_eq!(edited(&fill(MAX_EDITED_BYTES)).map(|text| text.len() as u64), Ok(MAX_EDITED_BYTES));
        let long = edited(&fill(MAX_EDITED_BYTES + 1));
        let Err(EditorError::TooLong { saved }) = long else { panic!("{long:?}") };
        assert_eq!(std::fs::metadata(&saved).unwrap().len(), MAX_EDITED_BYTES + 1);
        std::fs::remove_file(saved).unwrap();
    }
}
