//! The `teledars` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    teledars::cli::run()
}
