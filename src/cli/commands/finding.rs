//! What the commands of findings have in common.

use std::path::PathBuf;

use crate::cli::context::{Context, Source, day};
use crate::cli::exit::{Ended, Failure, Outcome};
use crate::cli::output;
use crate::database::{Arguments, Procedure, Question, Snapshot, ask, findings_diff, procedures};

/// What every finding takes beside its own options.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Finding {
    #[command(flatten)]
    pub(super) source: Source,
    /// Keep the rows of this region and those under it
    #[arg(long, value_name = "CODE")]
    pub(super) region: Option<String>,
    /// Print what would open and close if the catalog files in this directory were put; nothing is written
    #[arg(long, value_name = "DIR")]
    pub(super) what_if: Option<PathBuf>,
    /// The day that waivers are held against, as 2026-05-01 [default: today]
    #[arg(long, value_name = "DATE")]
    pub(super) today: Option<String>,
    /// Exit with 1 when there is a row of this severity or above that is not waived
    #[arg(long, value_name = "SEVERITY", value_parser = ["violation", "warning", "note"])]
    pub(super) fail_on: Option<String>,
    /// List the rows that are waived, instead of those that count
    #[arg(long)]
    pub(super) waived: bool,
}

/// The finding of this name.
pub(super) fn procedure(name: &str) -> Result<&'static Procedure, Failure> {
    procedures()
        .into_iter()
        .find(|p| p.name == name)
        .ok_or_else(|| Failure::Usage(format!("there is no finding `{name}`")))
}

/// Runs a finding with its options.
pub(super) fn run(name: &str, arguments: Arguments, finding: &Finding, context: &Context) -> Outcome {
    let procedure = procedure(name)?;
    let snapshot = context.snapshot(&finding.source)?;
    let question =
        Question { region: finding.region.as_deref(), today: day(finding.today.as_deref())?, waived: finding.waived };
    if let Some(dir) = &finding.what_if {
        let after = context.what_if(&snapshot, dir, &finding.source)?;
        let rows = findings_diff(&snapshot, &after, &[(procedure, arguments.clone())], &question)?;
        let written = output::rows(context, rows).map(drop);
        return ended(written, &after, procedure, &arguments, &question, finding.fail_on.as_deref());
    }
    let asked = ask(&snapshot, procedure, &arguments, &question)?;
    let written = output::rows(context, asked.rows).map(drop);
    if written.is_err() {
        return ended(written, &snapshot, procedure, &arguments, &question, finding.fail_on.as_deref());
    }
    let tally = asked.tally.borrow();
    if tally.waived > 0 && !finding.waived {
        let waived = tally.waived;
        context.tell(&match context.language {
            crate::database::Language::English => format!("{waived} more waived (list them with --waived)"),
            crate::database::Language::Chinese => format!("另有 {waived} 条已豁免（用 --waived 列出）"),
        });
    }
    let found = finding.fail_on.as_ref().is_some_and(|severity| tally.reaches(severity));
    Ok(if found { Ended::Found } else { Ended::Well })
}

/// How a finding ends whose rows were not all read as they were written: whoever reads the output may have had enough of it,
/// and whoever looks at the exit code is to know all the same.
fn ended(
    written: Result<(), Failure>,
    snapshot: &Snapshot,
    procedure: &Procedure,
    arguments: &Arguments,
    question: &Question<'_>,
    fail_on: Option<&str>,
) -> Outcome {
    let Some(severity) = fail_on else { return written.map(|()| Ended::Well) };
    if let Err(failure) = written
        && !failure.is_reader_gone()
    {
        return Err(failure);
    }
    let asked = ask(snapshot, procedure, arguments, question)?;
    asked.rows.for_each(drop);
    let found = asked.tally.borrow().reaches(severity);
    Ok(if found { Ended::Found } else { Ended::Well })
}
