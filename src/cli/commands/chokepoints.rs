//! `tiaokuai chokepoints`.

use super::finding::{self, Finding};
use crate::cli::context::Context;
use crate::cli::exit::Outcome;
use crate::database::Arguments;

/// Platforms and departments whose loss alone would cut others off from what they have (关键节点)
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai chokepoints sample-catalogs/sichuan-chongqing
  tiaokuai chokepoints --region 510100 --format csv")]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    finding: Finding,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    finding::run("chokepoints", Arguments::new(), &args.finding, context)
}
