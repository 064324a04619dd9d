//! `tiaokuai check`.

use crate::cli::context::Context;
use crate::cli::exit::{Ended, Outcome};
use crate::cli::output;
use crate::database::{Row, Rows, Value, check, repair};
use crate::report::Format;

/// Verify everything that the store holds: checksums, hashes, chains, HEAD, and the projection against the ledger
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai check
  tiaokuai check --repair        keep what is whole; a damaged ledger is kept aside

Exit code 1 when anything is wrong.")]
pub(in crate::cli) struct Args {
    /// Rebuild what can be: the projection from the ledger, the ledger from its whole commits
    #[arg(long)]
    repair: bool,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    let database = context.damaged_store()?;
    let layout = database.layout()?;
    let checked = context.with_environment(|e| check(layout, e, &mut |_, _| {}))?;
    let row = |part: &'static str, problem: &str| -> Row<'static> {
        vec![Value::text(Some(part)), Value::owned(problem.to_owned())]
    };
    let problems: Vec<Row<'static>> = checked
        .ledger
        .problems
        .iter()
        .map(|p| row("ledger", p))
        .chain(checked.projection.iter().map(|p| row("projection", p)))
        .collect();
    let ledger = &checked.ledger;
    context.tell(&match context.language {
        crate::database::Language::English => format!(
            "ledger: {} states, {} commits, {} rows, {} bytes",
            ledger.states, ledger.commits, ledger.rows, ledger.bytes
        ),
        crate::database::Language::Chinese => format!(
            "账本：{} 个状态，{} 个提交，{} 行，{} 字节",
            ledger.states, ledger.commits, ledger.rows, ledger.bytes
        ),
    });
    if checked.is_sound() {
        // A script gets its empty list; a reader the good news alone.
        if context.format()? != Format::Table {
            output::rows(context, Rows::new(vec!["part", "problem"], std::iter::empty()))?;
        }
        context.tell(context.say("everything is whole", "一切完好"));
        return Ok(Ended::Well);
    }
    output::rows(context, Rows::new(vec!["part", "problem"], problems.into_iter()))?;
    if !args.repair {
        context.tell(
            context
                .say("`tiaokuai check --repair` rebuilds what can be", "用 tiaokuai check --repair 重建能重建的部分"),
        );
        return Ok(Ended::Found);
    }
    let repaired = context.with_environment(|e| repair(layout, &checked, e, &mut |_, _| {}))?;
    let aside = repaired.aside.map(|path| path.display().to_string());
    context.tell(&match (context.language, aside) {
        (crate::database::Language::English, Some(path)) => format!("repaired; the damaged ledger is kept at {path}"),
        (crate::database::Language::English, None) => "repaired".to_owned(),
        (crate::database::Language::Chinese, Some(path)) => format!("已修复；损坏的账本保留在 {path}"),
        (crate::database::Language::Chinese, None) => "已修复".to_owned(),
    });
    Ok(Ended::Found)
}
