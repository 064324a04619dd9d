//! `tiaokuai disparity`.

use super::finding::{self, Finding};
use crate::cli::context::Context;
use crate::cli::exit::Outcome;
use crate::database::Arguments;
use crate::database::Value;

/// How well needs are met, region against region, bloc against bloc, tier against tier, and across compacts (区域差异)
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai disparity sample-catalogs/zhejiang --by region
  tiaokuai disparity --by compact --lang zh")]
pub(in crate::cli) struct Args {
    /// Groups of one kind alone
    #[arg(long, value_parser = ["region", "bloc", "tier", "compact"])]
    by: Option<String>,
    #[command(flatten)]
    finding: Finding,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    let mut arguments = Arguments::new();
    if let Some(by) = &args.by {
        arguments = arguments.with("by", Value::owned(by.clone()));
    }
    finding::run("disparity", arguments, &args.finding, context)
}
