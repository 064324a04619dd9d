//! `tiaokuai why`.

use super::finding;
use crate::cli::context::{Context, Source, day};
use crate::cli::exit::{Ended, Outcome};
use crate::cli::output;
use crate::database::Arguments;
use crate::database::Value;
use crate::database::{Question, ask, explain_why};
use crate::report::{Form, Format, explain};

/// Why a department has a dataset: the shortest path; or the certificate that it cannot get it
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai why 440106-minzheng 440000-gongan-hukou sample-catalogs/guangdong
  tiaokuai why cn-gd:440106-minzheng cn-gd:440000-gongan-hukou --format json

An id without its catalog will do where only one catalog has it. In a table and in Markdown the
answer is in words; the other formats give its rows.")]
pub(in crate::cli) struct Args {
    /// The department's id
    consumer: String,
    /// The dataset's id
    dataset: String,
    #[command(flatten)]
    source: Source,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    let snapshot = context.snapshot(&args.source)?;
    let arguments = Arguments::new()
        .with("consumer", Value::owned(args.consumer.clone()))
        .with("dataset", Value::owned(args.dataset.clone()));
    let form = match context.format()? {
        Format::Table => Some(Form::Terminal { width: context.width(), styled: context.styled() }),
        Format::Markdown => Some(Form::Markdown),
        _ => None,
    };
    match form {
        Some(form) => {
            let answer = explain_why(&snapshot, &args.consumer, &args.dataset)?;
            output::write_to(context, |out| Ok(explain::write(&answer, form, context.language, out)?))?;
        }
        None => {
            let question = Question { region: None, today: day(None)?, waived: false };
            let asked = ask(&snapshot, finding::procedure("why")?, &arguments, &question)?;
            output::rows(context, asked.rows)?;
        }
    }
    Ok(Ended::Well)
}
