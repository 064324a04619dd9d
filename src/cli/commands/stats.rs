//! `tiaokuai stats`.

use crate::cli::context::{Context, Source};
use crate::cli::exit::{Ended, Outcome};
use crate::cli::output;
use crate::database::stats;

/// How many records and relationships there are, and what dangles
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai stats
  tiaokuai stats sample-catalogs/shanghai --format json
  tiaokuai stats --at 3")]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    source: Source,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    output::rows(context, stats(&context.snapshot(&args.source)?))?;
    Ok(Ended::Well)
}
