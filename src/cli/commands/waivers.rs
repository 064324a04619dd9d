//! `tiaokuai waivers`.

use crate::cli::context::{Context, Source, day};
use crate::cli::exit::{Ended, Outcome};
use crate::cli::output;
use crate::database::waivers;

/// Findings that catalogs accept: those of the home catalog count until their date, those of members are requests
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai waivers
  tiaokuai waivers sample-catalogs/guangdong --today 2026-05-01")]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    source: Source,
    /// The day that waivers are held against, as 2026-05-01 [default: today]
    #[arg(long, value_name = "DATE")]
    today: Option<String>,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    let today = day(args.today.as_deref())?;
    output::rows(context, waivers(&context.snapshot(&args.source)?, today))?;
    Ok(Ended::Well)
}
