//! `tiaokuai idle`.

use super::finding::{self, Finding};
use crate::cli::context::Context;
use crate::cli::exit::Outcome;
use crate::database::Arguments;
use crate::database::Value;

/// Hardware that runs and is hardly used (硬件闲置)
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai idle sample-catalogs/shanghai
  tiaokuai idle --below 0.1 --region 310000")]
pub(in crate::cli) struct Args {
    /// The utilisation under which hardware is idle, above 0 and up to 1
    #[arg(long, default_value_t = 0.2)]
    below: f64,
    #[command(flatten)]
    finding: Finding,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    let arguments = Arguments::new().with("below", Value::Float(args.below));
    finding::run("idle", arguments, &args.finding, context)
}
