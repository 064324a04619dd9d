//! `tiaokuai backup`.

use std::path::PathBuf;

use crate::cli::context::Context;
use crate::cli::exit::{Ended, Outcome};
use crate::cli::output;
use crate::database::{backup, verify_backup};

/// Everything that the store holds, as one file that verifies itself
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai backup /media/disk/cn-gd-2026-06.tkb
  tiaokuai backup --verify /media/disk/cn-gd-2026-06.tkb")]
pub(in crate::cli) struct Args {
    /// The file
    file: PathBuf,
    /// Verify the file instead of writing it
    #[arg(long)]
    verify: bool,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    let report = if args.verify {
        verify_backup(&args.file)?
    } else {
        output::outside_stores(&args.file)?;
        let database = context.store()?;
        let layout = database.layout()?;
        context.with_environment(|e| backup(layout, &args.file, e))?
    };
    output::figures(
        context,
        &[
            ("states", report.states),
            ("commits", report.commits),
            ("newest_state", report.head.state),
            ("bytes", report.bytes),
        ],
    )?;
    Ok(Ended::Well)
}
