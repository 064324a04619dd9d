//! `tiaokuai findings`.

use crate::cli::context::{Context, Reading, day};
use crate::cli::exit::{Ended, Outcome};
use crate::cli::output;
use crate::database::Arguments;
use crate::database::Value;
use crate::database::{Procedure, Question, findings_diff, procedures};

/// All findings together: what opened, closed or was waived between two states
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai findings diff 1 2
  tiaokuai findings diff last-year/ this-year/      two catalog directories")]
pub(in crate::cli) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum Command {
    /// What opened, closed or was waived between two states
    #[command(after_help = "Examples:
  tiaokuai findings diff 1 2
  tiaokuai findings diff 2026-01-01 2026-06-30 --finding silos --region 510000
  tiaokuai findings diff last-year/ this-year/      two catalog directories")]
    Diff(Diff),
}

#[derive(Debug, Clone, clap::Args)]
struct Diff {
    /// The earlier state (a number, a commit, a time) or a catalog directory
    before: String,
    /// The later one
    after: String,
    /// One finding alone
    #[arg(long, value_parser = [
        "silos", "unreachable", "redundant", "paper-sharing", "asymmetry", "stovepipes", "barriers", "burden",
        "recollected", "cohesion", "disparity", "governance", "reuse", "lagging", "idle", "overdue", "chokepoints",
        "claims", "prescribe", "contradictions",
    ])]
    finding: Option<String>,
    /// The scope in which silos are looked for
    #[arg(long, value_parser = ["any", "tier", "line", "region", "sector", "platform"], default_value = "any")]
    scope: String,
    /// The tier whose unmet needs are looked at: a tier's id, `grassroots` or `all`
    #[arg(long, default_value = "grassroots")]
    tier: String,
    /// Keep the rows of this region and those under it
    #[arg(long, value_name = "CODE")]
    region: Option<String>,
    /// The day that waivers are held against, as 2026-05-01 [default: today]
    #[arg(long, value_name = "DATE")]
    today: Option<String>,
    #[command(flatten)]
    reading: Reading,
}

/// What answers for one pair or makes a plan, and is compared only where it is named.
const NOT_COMPARED: [&str; 2] = ["why", "prescribe"];

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    let Command::Diff(diff) = &args.command;
    let (before, after) = (context.side(&diff.before, &diff.reading)?, context.side(&diff.after, &diff.reading)?);
    let question = Question { region: diff.region.as_deref(), today: day(diff.today.as_deref())?, waived: false };
    let arguments = |name: &str| match name {
        "silos" => Arguments::new().with("scope", Value::owned(diff.scope.clone())),
        "unreachable" => Arguments::new().with("tier", Value::owned(diff.tier.clone())),
        _ => Arguments::new(),
    };
    let wanted = |procedure: &Procedure| match &diff.finding {
        Some(name) => procedure.name == name,
        // A plan does not open or close by itself; what has no region is not asked for of one.
        None => !NOT_COMPARED.contains(&procedure.name) && (diff.region.is_none() || procedure.region_by.is_some()),
    };
    let asked = procedures().into_iter().filter(|p| wanted(p)).map(|p| (p, arguments(p.name)));
    let procedures: Vec<_> = asked.collect();
    output::rows(context, findings_diff(&before, &after, &procedures, &question)?)?;
    Ok(Ended::Well)
}
