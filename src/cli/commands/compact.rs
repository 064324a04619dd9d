//! `tiaokuai compact`.

use crate::cli::context::Context;
use crate::cli::exit::{Ended, Outcome};
use crate::cli::output;
use crate::database::compact;

/// Rewrite the ledger without the space that it no longer needs, fold deltas in, delete projections that nobody reads
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai compact
  tiaokuai compact --format json")]
pub(in crate::cli) struct Args {}

pub(in crate::cli) fn run(_: &Args, context: &Context) -> Outcome {
    let database = context.store()?;
    let layout = database.layout()?;
    let compacted = context.with_environment(|e| compact(layout, e))?;
    output::figures(
        context,
        &[
            ("ledger_bytes_before", compacted.ledger.before),
            ("ledger_bytes_after", compacted.ledger.after),
            ("projection_bytes_freed", compacted.projections),
        ],
    )?;
    Ok(Ended::Well)
}
