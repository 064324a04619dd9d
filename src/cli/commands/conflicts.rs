//! `tiaokuai conflicts`.

use crate::cli::context::{Context, Source};
use crate::cli::exit::{Ended, Outcome};
use crate::cli::output;
use crate::database::conflicts;

/// Where catalogs disagree: shared vocabulary that several define, and sharing edges that both sides state differently
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai conflicts
  tiaokuai conflicts sample-catalogs/sichuan-chongqing --lang zh")]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    source: Source,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    output::rows(context, conflicts(&context.snapshot(&args.source)?))?;
    Ok(Ended::Well)
}
