//! `tiaokuai diff`.

use crate::cli::context::{Context, Reading};
use crate::cli::exit::{Ended, Outcome};
use crate::cli::output;
use crate::database::differences_rows;

/// What differs between two states: records and properties
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai diff 1 2
  tiaokuai diff 2026-01-01 2026-06-30 --format jsonl
  tiaokuai diff old-catalog/ new-catalog/           two catalog directories

Exit code 1 with --exit-code when anything differs.")]
pub(in crate::cli) struct Args {
    /// The earlier state (a number, a commit, a time) or a catalog directory
    before: String,
    /// The later one
    after: String,
    /// Exit with 1 when anything differs
    #[arg(long)]
    exit_code: bool,
    #[command(flatten)]
    reading: Reading,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    let (before, after) = (context.side(&args.before, &args.reading)?, context.side(&args.after, &args.reading)?);
    let rendered = output::rows(context, differences_rows(&before, &after))?;
    Ok(if args.exit_code && rendered.rows > 0 { Ended::Found } else { Ended::Well })
}
