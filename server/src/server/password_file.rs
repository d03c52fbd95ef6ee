//! Files with the password for a service.

use std::io;
use std::path::Path;

/// The first line of a file; `None` if no file is named.
///
/// # Errors
/// The name of the file, and why it cannot be read.
pub(super) fn read_password(file: &Path) -> Result<Option<String>, (String, io::Error)> {
    if file.as_os_str().is_empty() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(file).map_err(|error| (file.display().to_string(), error))?;
    Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
}
