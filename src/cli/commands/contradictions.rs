//! `tiaokuai contradictions`.

use super::finding::{self, Finding};
use crate::cli::context::Context;
use crate::cli::exit::Outcome;
use crate::database::Arguments;

/// Records that cannot all be true (台账矛盾)
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai contradictions sample-catalogs/guangdong
  tiaokuai contradictions --fail-on warning --today 2026-11-01")]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    finding: Finding,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    finding::run("contradictions", Arguments::new(), &args.finding, context)
}
