//! `tiaokuai probe-ledger`: what a child process does so that an engine that hangs or aborts takes only it along.

use std::path::PathBuf;

use crate::cli::exit::{Ended, Failure, Outcome};
use crate::database::probe;

/// Open a ledger's engine and read everything
#[derive(Debug, Clone, clap::Args)]
pub(in crate::cli) struct Args {
    /// The ledger's folder
    folder: PathBuf,
}

pub(in crate::cli) fn run(args: &Args) -> Outcome {
    match probe(&args.folder) {
        Ok(_) => Ok(Ended::Well),
        Err(e) => {
            // The parent reads standard output.
            println!("{e}");
            Err(Failure::Told)
        }
    }
}
