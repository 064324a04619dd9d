//! `tiaokuai redundant`.

use super::finding::{self, Finding};
use crate::cli::context::Context;
use crate::cli::exit::Outcome;
use crate::database::Arguments;
use crate::database::Value;

/// Platforms built below what the level above already runs, or side by side (重复建设)
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai redundant sample-catalogs/shanghai
  tiaokuai redundant --rule built-above --fail-on violation
  tiaokuai redundant --threshold 0.9 --format markdown")]
pub(in crate::cli) struct Args {
    /// One rule alone
    #[arg(long, value_parser = ["built-above", "could-unify", "twice-here", "look-alike"])]
    rule: Option<String>,
    /// How alike look-alikes are at least, above 0 and up to 1
    #[arg(long, default_value_t = 0.8)]
    threshold: f64,
    #[command(flatten)]
    finding: Finding,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    let mut arguments = Arguments::new().with("threshold", Value::Float(args.threshold));
    if let Some(rule) = &args.rule {
        arguments = arguments.with("rule", Value::owned(rule.clone()));
    }
    finding::run("redundant", arguments, &args.finding, context)
}
