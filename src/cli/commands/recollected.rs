//! `tiaokuai recollected`.

use super::finding::{self, Finding};
use crate::cli::context::Context;
use crate::cli::exit::Outcome;
use crate::database::Arguments;
use crate::database::Value;

/// The same data collected by several departments of one chain of regions (重复采集)
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai recollected sample-catalogs/zhejiang
  tiaokuai recollected --threshold 0.9 --format json")]
pub(in crate::cli) struct Args {
    /// How alike two lists of fields are at least, above 0 and up to 1
    #[arg(long, default_value_t = 0.8)]
    threshold: f64,
    #[command(flatten)]
    finding: Finding,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    let arguments = Arguments::new().with("threshold", Value::Float(args.threshold));
    finding::run("recollected", arguments, &args.finding, context)
}
