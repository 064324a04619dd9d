//! `tiaokuai overdue`.

use std::path::{Path, PathBuf};

use super::finding::{self, Finding};
use crate::cli::context::Context;
use crate::cli::exit::{Failure, Outcome};
use crate::database::{Arguments, Value, date};

/// Requests for data that have waited for an answer longer than they may (答复超期)
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai overdue sample-catalogs/guangdong --today 2026-11-01
  tiaokuai overdue --holidays holidays.txt --fail-on violation
  tiaokuai overdue --conditional 20 --region 440100

Saturdays and Sundays do not count, nor do the dates of the file of holidays: one a line, as
2026-10-01; a line that begins with # is passed over, and so is what follows a comma.")]
pub(in crate::cli) struct Args {
    /// Working days to answer a request for unconditional data
    #[arg(long, default_value_t = 1, value_name = "DAYS")]
    unconditional: u32,
    /// Working days to answer any other request
    #[arg(long, default_value_t = 10, value_name = "DAYS")]
    conditional: u32,
    /// A file of dates that do not count
    #[arg(long, value_name = "FILE")]
    holidays: Option<PathBuf>,
    #[command(flatten)]
    finding: Finding,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    let mut arguments = Arguments::new()
        .with("unconditional", Value::Integer(i64::from(args.unconditional)))
        .with("conditional", Value::Integer(i64::from(args.conditional)));
    if let Some(file) = &args.holidays {
        arguments = arguments.with("holidays", Value::List(holidays(file)?));
    }
    finding::run("overdue", arguments, &args.finding, context)
}

/// Reads a file of dates.
fn holidays(file: &Path) -> Result<Vec<Value<'static>>, Failure> {
    let name = file.display();
    let text = std::fs::read_to_string(file).map_err(|e| Failure::Usage(format!("{name}: {e}")))?;
    let mut days = Vec::new();
    for (i, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let word = line.split(',').next().unwrap_or_default().trim();
        if word.is_empty() || word.starts_with('#') {
            continue;
        }
        let day = date::parse(word).ok_or_else(|| {
            Failure::Usage(format!("{name}, line {}: `{word}` is no date; write it as 2026-10-01", i + 1))
        })?;
        days.push(Value::Date(day));
    }
    Ok(days)
}
