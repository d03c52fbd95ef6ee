//! The `papo-server` binary. Its commands are in the library's `cli` module.

use std::process::ExitCode;

fn main() -> ExitCode {
    papo_server::cli::run()
}
