//! `tiaokuai reuse`.

use super::finding::{self, Finding};
use crate::cli::context::Context;
use crate::cli::exit::Outcome;
use crate::database::Arguments;

/// Where each pilot was adopted, reinvented or left aside, and whether it still spreads (一地创新、多地复用)
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai reuse sample-catalogs/zhejiang --today 2026-11-01
  tiaokuai reuse --region 330000 --fail-on warning")]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    finding: Finding,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    finding::run("reuse", Arguments::new(), &args.finding, context)
}
