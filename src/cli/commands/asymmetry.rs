//! `tiaokuai asymmetry`.

use super::finding::{self, Finding};
use crate::cli::context::Context;
use crate::cli::exit::Outcome;
use crate::database::Arguments;

/// How much of what one tier needs of another it gets, upwards and downwards (上行易下行难)
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai asymmetry sample-catalogs/zhejiang
  tiaokuai asymmetry --fail-on warning --format json")]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    finding: Finding,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    finding::run("asymmetry", Arguments::new(), &args.finding, context)
}
