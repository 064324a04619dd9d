//! `tiaokuai run`.

use super::asking::AskingArgs;
use super::queries::Folder;
use crate::cli::context::{Context, Source};
use crate::cli::exit::{Ended, Failure, Outcome};
use crate::cli::output;
use crate::database::{Interrupt, query, saved_query};

/// Run a saved query
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai run most-needed sample-catalogs/guangdong
  tiaokuai run needs-of-a-place -p region=440106 --format csv
  tiaokuai queries                      lists them, with what they take")]
pub(in crate::cli) struct Args {
    /// The query's name
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    folder: Folder,
    #[command(flatten)]
    asking: AskingArgs,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    let saved = saved_query(&args.name, args.folder.queries.as_deref())?;
    let given = args.asking.parameters()?;
    let given = given.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let parameters =
        saved.values(given).map_err(|e| Failure::Usage(context.say(&e.message.en, &e.message.zh).to_owned()))?;
    let snapshot = context.snapshot(&args.source)?;
    args.asking.with(context, &saved.text, &parameters, &Interrupt::default(), |asking| {
        query(&snapshot, &saved.text, asking, |rows| output::rows(context, rows.in_own_words()))?.map(|_| Ended::Well)
    })
}
