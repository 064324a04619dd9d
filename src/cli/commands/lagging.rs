//! `tiaokuai lagging`.

use super::finding::{self, Finding};
use crate::cli::context::Context;
use crate::cli::exit::Outcome;
use crate::database::Arguments;

/// Regions without a running exchange platform, or with under half of their grassroots' needs met (省级兜底)
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai lagging sample-catalogs/sichuan-chongqing
  tiaokuai lagging --region 510000 --format markdown")]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    finding: Finding,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    finding::run("lagging", Arguments::new(), &args.finding, context)
}
