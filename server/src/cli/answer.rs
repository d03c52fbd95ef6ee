//! Output of answers: text for people or, with `--json`, JSON for programs.

use std::fmt::Display;
use std::io::{self, Write};

use serde::Serialize;

/// Writes an answer to standard output, as text or as one line of JSON.
pub(super) fn write(answer: &(impl Display + Serialize), json: bool) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    if json {
        serde_json::to_writer(&mut out, answer)?;
        writeln!(out)?;
    } else {
        writeln!(out, "{answer}")?;
    }
    Ok(out.flush()?)
}
