//! The command `tiaokuai`.

use std::process::ExitCode;

fn main() -> ExitCode {
    tiaokuai::cli::run()
}
