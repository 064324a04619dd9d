//! `tiaokuai silos`.

use super::finding::{self, Finding};
use crate::cli::context::Context;
use crate::cli::exit::Outcome;
use crate::database::Arguments;
use crate::database::Value;

/// Datasets that nobody but their holder can get, or nobody beyond a scope (数据孤岛)
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai silos sample-catalogs/zhejiang
  tiaokuai silos --scope tier --region 330100 --lang zh
  tiaokuai silos --fail-on violation --format json")]
pub(in crate::cli) struct Args {
    /// What the dataset does not get beyond
    #[arg(long, value_parser = ["any", "tier", "line", "region", "sector", "platform"], default_value = "any")]
    scope: String,
    /// Also list withheld datasets, which are silos by law
    #[arg(long)]
    withheld: bool,
    #[command(flatten)]
    finding: Finding,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    let arguments = Arguments::new()
        .with("scope", Value::owned(args.scope.clone()))
        .with("withheld", Value::Boolean(args.withheld));
    finding::run("silos", arguments, &args.finding, context)
}
