//! `tiaokuai report`.

use std::path::PathBuf;

use crate::cli::context::{Context, Source, day};
use crate::cli::exit::{Ended, Failure, Outcome};
use crate::cli::output;
use crate::database::{Question, report, scorecards};
use crate::report::{Form, Format, page};

/// What a person needs to know: the figures, and the worst of each finding with its reason and repair
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai report sample-catalogs/sichuan-chongqing
  tiaokuai report --region 510100 --lang zh
  tiaokuai report --out report.md
  tiaokuai report --by region --region 510000 --format csv
  tiaokuai report --what-if plan/")]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    source: Source,
    /// Keep to this region and those under it
    #[arg(long, value_name = "CODE")]
    region: Option<String>,
    /// Report as if the catalog files in this directory were put; nothing is written
    #[arg(long, value_name = "DIR")]
    what_if: Option<PathBuf>,
    /// The tier whose needs are looked at: a tier's id, `grassroots` or `all`
    #[arg(long, default_value = "grassroots")]
    tier: String,
    /// Rank groups instead, by needs met, silos, redundancy and governance; as rows in any format
    #[arg(long, value_parser = ["region", "sector", "line", "tier"])]
    by: Option<String>,
    /// How many of each finding to show
    #[arg(long, default_value_t = 5, value_name = "N")]
    top: usize,
    /// The day that waivers and dates are held against, as 2026-05-01 [default: today]
    #[arg(long, value_name = "DATE")]
    today: Option<String>,
    /// Exit with 1 when there is a finding of this severity or above that is not waived
    #[arg(long, value_name = "SEVERITY", value_parser = ["violation", "warning", "note"])]
    fail_on: Option<String>,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    let mut snapshot = context.snapshot(&args.source)?;
    if let Some(dir) = &args.what_if {
        snapshot = context.what_if(&snapshot, dir, &args.source)?;
    }
    let question = Question { region: args.region.as_deref(), today: day(args.today.as_deref())?, waived: false };
    if let Some(by) = &args.by {
        output::rows(context, scorecards(&snapshot, by.parse()?, &question)?)?;
        return Ok(Ended::Well);
    }
    let source = args.source.dir.as_ref().map(|d| d.display().to_string());
    let made = report(&snapshot, &args.tier, args.top, source.as_deref(), context.language, &question)?;
    let form = match context.format()? {
        Format::Table => Some(Form::Terminal { width: context.width(), styled: context.styled() }),
        Format::Markdown => Some(Form::Markdown),
        Format::Json => None,
        other => {
            let reason = format!("a report is written as table, markdown or json, not as {other}");
            return Err(Failure::Usage(reason));
        }
    };
    output::write_to(context, |out| {
        match form {
            Some(form) => page::write(&made.report, form, context.language, out)?,
            None => {
                serde_json::to_writer_pretty(&mut *out, &made.report).map_err(std::io::Error::from)?;
                writeln!(out)?;
            }
        }
        Ok(())
    })?;
    let found = args.fail_on.as_ref().is_some_and(|severity| made.tally.reaches(severity));
    Ok(if found { Ended::Found } else { Ended::Well })
}
