//! `tiaokuai fetch`.

use crate::cli::context::Context;
use crate::cli::exit::{Ended, Failure, Outcome, tell_rejections};
use crate::cli::output;
use crate::database::{Row, Rows, Value, fetch, remote_names};

/// Fetch what is new from sources: from each all of it, or nothing
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai fetch                                  from every source
  tiaokuai fetch chongqing
  tiaokuai fetch --all --format json

A source that cannot be reached costs the others nothing; the exit code then is 2.")]
pub(in crate::cli) struct Args {
    /// The source; every one, without it
    name: Option<String>,
    /// Every source
    #[arg(long, conflicts_with = "name")]
    all: bool,
    /// Let a catalog directory delete over a fifth of the records of a kind, or all of them
    #[arg(long)]
    allow_deletes: bool,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    let database = context.store()?;
    let layout = database.layout()?;
    let names = match &args.name {
        Some(name) => vec![name.clone()],
        None => remote_names(layout)?,
    };
    if names.is_empty() {
        context.tell(context.say(
            "there are no sources yet; `tiaokuai remote add` adds one",
            "还没有来源；用 tiaokuai remote add 添加",
        ));
    }
    let (mut rows, mut failures): (Vec<Row<'static>>, _) = (Vec::new(), 0);
    for (name, outcome) in context.with_environment(|e| fetch(layout, &names, args.allow_deletes, e))? {
        match outcome {
            Ok(fetched) => rows.push(vec![
                Value::owned(fetched.name),
                Value::owned(fetched.catalog),
                Value::Integer(fetched.commits as i64),
                fetched.state.map_or(Value::Null, |n| Value::Integer(n as i64)),
            ]),
            Err(error) if args.name.is_some() => return Err(error.into()),
            Err(error) => {
                failures += 1;
                tell_rejections(&error, context);
                let label = context.styled_error(context.say("error", "错误"));
                context.tell(&format!("{label}: {name}: {error}"));
            }
        }
    }
    output::rows(context, Rows::new(vec!["name", "catalog", "commits", "state"], rows.into_iter()))?;
    if failures > 0 { Err(Failure::Told) } else { Ok(Ended::Well) }
}
