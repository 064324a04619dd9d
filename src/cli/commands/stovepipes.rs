//! `tiaokuai stovepipes`.

use super::finding::{self, Finding};
use crate::cli::context::Context;
use crate::cli::exit::Outcome;
use crate::database::Arguments;

/// Lines whose data stays within the line (数据烟囱)
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai stovepipes sample-catalogs/guangdong
  tiaokuai stovepipes --fail-on warning --lang zh")]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    finding: Finding,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    finding::run("stovepipes", Arguments::new(), &args.finding, context)
}
