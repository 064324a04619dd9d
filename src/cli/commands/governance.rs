//! `tiaokuai governance`.

use super::finding::{self, Finding};
use crate::cli::context::Context;
use crate::cli::exit::Outcome;
use crate::database::Arguments;
use crate::database::Value;

/// What holders leave unsaid of their datasets; by region, which parts of the data regime are not ruled (数据基础制度)
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai governance sample-catalogs/guangdong
  tiaokuai governance --by region --region 440000")]
pub(in crate::cli) struct Args {
    /// What is listed: holders with what they leave unsaid, or regions with the policies that they lack
    #[arg(long, value_parser = ["holder", "region"], default_value = "holder")]
    by: String,
    #[command(flatten)]
    finding: Finding,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    let arguments = Arguments::new().with("by", Value::owned(args.by.clone()));
    finding::run("governance", arguments, &args.finding, context)
}
