//! `tiaokuai dangling`.

use crate::cli::context::{Context, Source};
use crate::cli::exit::{Ended, Outcome};
use crate::cli::output;
use crate::database::dangling;

/// References to records that no catalog defines: broken (its catalog is here) and absent (it is not)
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai dangling
  tiaokuai dangling sample-catalogs/sichuan-chongqing --lang zh")]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    source: Source,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    output::rows(context, dangling(&context.snapshot(&args.source)?))?;
    Ok(Ended::Well)
}
