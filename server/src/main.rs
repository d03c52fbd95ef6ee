//! The binary. What it can do is in the library's `cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    papo_server::cli::run()
}
