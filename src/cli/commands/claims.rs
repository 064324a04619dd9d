//! `tiaokuai claims`.

use super::finding::{self, Finding};
use super::queries::Folder;
use crate::cli::context::Context;
use crate::cli::exit::{Failure, Outcome};
use crate::database::{Arguments, Value, saved_queries};

/// Published figures, and what the records count of the same (公布数字核对)
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai claims sample-catalogs/shanghai
  tiaokuai claims --fail-on warning
  tiaokuai claims --queries my-folder --region 440000
  tiaokuai run departments -p subject=440000     counts one figure by hand

A claim's `measure` names a saved query that takes `subject` and gives one number: one that comes
with the program, or one of your own folder. A figure is uncheckable where there is no such query,
where what it is about is not there, and where the query gives no number.")]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    folder: Folder,
    #[command(flatten)]
    finding: Finding,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    finding::run("claims", Arguments::new().with("measures", measures(&args.folder)?), &args.finding, context)
}

/// The saved queries of a reader's own folder, as the finding takes them.
fn measures(folder: &Folder) -> Result<Value<'static>, Failure> {
    let Some(folder) = folder.queries.as_deref() else { return Ok(Value::Map(Vec::new())) };
    let all = saved_queries(Some(folder))?.into_iter();
    Ok(Value::Map(all.map(|saved| (saved.name.into(), Value::owned(saved.text))).collect()))
}
