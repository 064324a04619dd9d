//! `tiaokuai log`.

use crate::cli::context::Context;
use crate::cli::exit::{Ended, Outcome};
use crate::cli::output;
use crate::database::log_rows;

/// The commits of the store, the newest first
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai log
  tiaokuai log --catalog cn-sc --format jsonl")]
pub(in crate::cli) struct Args {
    /// The log of one catalog alone
    #[arg(long, value_name = "ID")]
    catalog: Option<String>,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    let database = context.store()?;
    let layout = database.layout()?;
    let rows = context.with_environment(|e| log_rows(layout, args.catalog.as_deref(), e))?;
    output::rows(context, rows)?;
    Ok(Ended::Well)
}
