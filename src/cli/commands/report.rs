//! `tiaokuai report`.

use std::path::{Path, PathBuf};

use crate::cli::context::{Context, Source, day};
use crate::cli::exit::{Ended, Failure, Outcome};
use crate::cli::output;
use crate::database::{Beside, Question, ReportMade, Snapshot, drawings, report, scorecards};
use crate::report::{Form, Format, html, page};

/// What a person needs to know: the figures, and the worst of each finding with its reason and repair
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai report sample-catalogs/sichuan-chongqing
  tiaokuai report --region 510100 --lang zh
  tiaokuai report --out report.md
  tiaokuai report --html report.html --since 2026-06-30
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
    /// Write the report to this file as one HTML page, with drawings and proofs, that needs no network and no script
    #[arg(long, value_name = "FILE", conflicts_with = "by")]
    html: Option<PathBuf>,
    /// On the HTML page, hold the figures against an earlier state, or a catalog directory
    #[arg(long, value_name = "STATE|COMMIT|TIME", requires = "html")]
    since: Option<String>,
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
    if args.html.is_some() && (context.global.out.is_some() || context.global.format.is_some()) {
        let reason = "--html names the file and the format of the page: leave out --out and --format";
        return Err(Failure::Usage(reason.to_owned()));
    }
    let is = context.snapshot(&args.source)?;
    let planned = args.what_if.as_ref().map(|dir| context.what_if(&is, dir, &args.source)).transpose()?;
    let snapshot = planned.as_ref().unwrap_or(&is);
    let question = Question { region: args.region.as_deref(), today: day(args.today.as_deref())?, waived: false };
    if let Some(by) = &args.by {
        output::rows(context, scorecards(snapshot, by.parse()?, &question)?)?;
        return Ok(Ended::Well);
    }
    let form = match context.format()? {
        Format::Table => Some(Form::Terminal { width: context.width(), styled: context.styled() }),
        Format::Markdown => Some(Form::Markdown),
        Format::Json => None,
        other => {
            let reason = format!("a report is written as table, markdown or json, not as {other}");
            return Err(Failure::Usage(reason));
        }
    };
    let source = args.source.dir.as_ref().map(|d| d.display().to_string());
    let mut made = report(snapshot, &args.tier, args.top, source.as_deref(), context.language, &question)?;
    made.report.plan = args.what_if.as_ref().map(|dir| dir.display().to_string()).unwrap_or_default();
    if let Some(path) = &args.html {
        // Without an earlier state, a plan is held against what is.
        let unplanned = planned.as_ref().map(|_| &is);
        write_html(args, path, snapshot, unplanned, &made, &question, context)?;
        return Ok(ended(args, &made));
    }
    let written = output::write_to(context, |out| {
        match form {
            Some(form) => page::write(&made.report, form, context.language, out)?,
            None => {
                serde_json::to_writer_pretty(&mut *out, &made.report).map_err(std::io::Error::from)?;
                writeln!(out)?;
            }
        }
        Ok(())
    });
    match written {
        // Whoever reads has had enough; what was found is known.
        Err(failure) if !failure.is_reader_gone() => Err(failure),
        _ => Ok(ended(args, &made)),
    }
}

fn ended(args: &Args, made: &ReportMade) -> Ended {
    let found = args.fail_on.as_ref().is_some_and(|severity| made.tally.reaches(severity));
    if found { Ended::Found } else { Ended::Well }
}

/// Writes the HTML page: whole, or not at all.
fn write_html(
    args: &Args,
    path: &Path,
    snapshot: &Snapshot,
    unplanned: Option<&Snapshot>,
    made: &ReportMade,
    question: &Question<'_>,
    context: &Context,
) -> Result<(), Failure> {
    let agreed = |side: Snapshot| if args.source.agreed_only { side.agreed_only() } else { side };
    let since = args.since.as_deref();
    let earlier = since.map(|word| context.side(word, &args.source.reading).map(agreed)).transpose()?;
    let plan = args.what_if.as_ref().map(|dir| dir.display().to_string()).unwrap_or_default();
    let beside = Beside {
        tier: &args.tier,
        earlier: earlier.as_ref().or(unplanned).map(|earlier| (earlier, since.unwrap_or_default())),
        plan: &plan,
    };
    let drawn = drawings(snapshot, made, &beside, context.language, question)?;
    output::write_file(path, |out| Ok(html::write(&made.report, &drawn, context.language, out)?))
}
