//! `tiaokuai barriers`.

use super::finding::{self, Finding};
use crate::cli::context::Context;
use crate::cli::exit::Outcome;
use crate::database::Arguments;

/// What is said to keep data from being shared, and what the records say against it (不敢、不愿、不能、标准不一)
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai barriers sample-catalogs/shanghai
  tiaokuai barriers --format csv --out barriers.csv")]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    finding: Finding,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    finding::run("barriers", Arguments::new(), &args.finding, context)
}
