//! `tiaokuai burden`.

use super::finding::{self, Finding};
use crate::cli::context::Context;
use crate::cli::exit::Outcome;
use crate::database::Arguments;

/// To how many lines and platforms grassroots departments hand data, and how much comes back (上面千根线，下面一根针)
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai burden sample-catalogs/zhejiang --region 330521
  tiaokuai burden --format csv")]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    finding: Finding,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    finding::run("burden", Arguments::new(), &args.finding, context)
}
