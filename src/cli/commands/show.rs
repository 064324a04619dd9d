//! `tiaokuai show`.

use jiff::tz::TimeZone;

use crate::cli::context::Context;
use crate::cli::exit::{Ended, Outcome};
use crate::cli::output;
use crate::database::commit_rows;

/// A commit: who, when, why, and every record that it puts and deletes
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai show 3f9a1c
  tiaokuai show 3f9a1c --format jsonl")]
pub(in crate::cli) struct Args {
    /// The commit's id, or how it begins
    commit: String,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    let database = context.store()?;
    let layout = database.layout()?;
    let (commit, rows) = context.with_environment(|e| commit_rows(layout, &args.commit, e))?;
    // The heading is for people; rows go on alone.
    context.tell(&format!(
        "{} {}\n{} {}\n{} {}\n{} {}\n{} {}\n{} {}",
        context.say("commit ", "提交"),
        commit.id,
        context.say("parent ", "上一提交"),
        commit.parent.map_or_else(|| "–".to_owned(), |p| p.to_string()),
        context.say("catalog", "目录"),
        commit.catalog,
        context.say("time   ", "时间"),
        commit.time.to_zoned_datetime(TimeZone::system()).strftime("%Y-%m-%dT%H:%M:%S%:z"),
        context.say("author ", "作者"),
        commit.author,
        context.say("message", "说明"),
        commit.message,
    ));
    output::rows(context, rows)?;
    Ok(Ended::Well)
}
