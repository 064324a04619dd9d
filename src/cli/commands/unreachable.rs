//! `tiaokuai unreachable`.

use super::finding::{self, Finding};
use crate::cli::context::Context;
use crate::cli::exit::Outcome;
use crate::database::Arguments;
use crate::database::Value;

/// Needs of grassroots units that no open path meets, with the cheapest repair (基层够不着)
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai unreachable sample-catalogs/guangdong
  tiaokuai unreachable --tier county --region 510100
  tiaokuai unreachable --what-if plan/            what a plan would open and close
  tiaokuai unreachable --out unmet.csv")]
pub(in crate::cli) struct Args {
    /// The consumers' tier: a tier's id, `grassroots` or `all`
    #[arg(long, default_value = "grassroots")]
    tier: String,
    #[command(flatten)]
    finding: Finding,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    let arguments = Arguments::new().with("tier", Value::owned(args.tier.clone()));
    finding::run("unreachable", arguments, &args.finding, context)
}
