//! `tiaokuai restore`.

use std::path::PathBuf;

use crate::cli::context::Context;
use crate::cli::exit::{Ended, Outcome};
use crate::cli::output;
use crate::database::restore;

/// Make a store of a backup: the same commits, states and digests
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai restore /media/disk/cn-gd-2026-06.tkb
  tiaokuai restore cn-gd-2026-06.tkb /srv/catalogs")]
pub(in crate::cli) struct Args {
    /// The backup
    file: PathBuf,
    /// The folder that is to hold the store [default: this one]
    folder: Option<PathBuf>,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    let folder = context.new_store_folder(args.folder.as_deref())?;
    let report = context.with_environment(|e| restore(&args.file, &folder, e))?;
    output::figures(
        context,
        &[("states", report.states), ("commits", report.commits), ("newest_state", report.head.state)],
    )?;
    Ok(Ended::Well)
}
