//! `tiaokuai cohesion`.

use super::finding::{self, Finding};
use crate::cli::context::Context;
use crate::cli::exit::Outcome;
use crate::database::Arguments;

/// Whether departments of a region that work for one sector have data of each other, and who leads (分板块统筹)
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai cohesion sample-catalogs/guangdong --region 440100
  tiaokuai cohesion --fail-on warning")]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    finding: Finding,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    finding::run("cohesion", Arguments::new(), &args.finding, context)
}
