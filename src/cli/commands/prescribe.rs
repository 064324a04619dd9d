//! `tiaokuai prescribe`.

use super::finding::{self, Finding};
use crate::cli::context::Context;
use crate::cli::exit::Outcome;
use crate::database::Arguments;
use crate::database::Value;

/// A plan: which few sharing edges to open so that the most unmet needs are met (开方)
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai prescribe sample-catalogs/guangdong -k 5
  tiaokuai prescribe -k 20 --format json --out plan.json")]
pub(in crate::cli) struct Args {
    /// How many sharing edges may be opened at most
    #[arg(short = 'k', long = "edges", default_value_t = 10, value_name = "N")]
    edges: u32,
    #[command(flatten)]
    finding: Finding,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    let arguments = Arguments::new().with("k", Value::Integer(i64::from(args.edges)));
    finding::run("prescribe", arguments, &args.finding, context)
}
