//! `tiaokuai paper-sharing`.

use super::finding::{self, Finding};
use crate::cli::context::Context;
use crate::cli::exit::Outcome;
use crate::database::Arguments;

/// Sharing edges between catalogs that one side alone states, or that both state differently (有名无实)
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai paper-sharing sample-catalogs/sichuan-chongqing
  tiaokuai paper-sharing --fail-on warning --format json
  tiaokuai silos --agreed-only                    what flows on the word of both sides alone")]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    finding: Finding,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    finding::run("paper-sharing", Arguments::new(), &args.finding, context)
}
