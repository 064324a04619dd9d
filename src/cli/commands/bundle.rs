//! `tiaokuai bundle`.

use std::path::{Path, PathBuf};

use crate::cli::context::Context;
use crate::cli::exit::{Ended, Failure, Outcome};
use crate::cli::output;
use crate::database::duration;
use crate::database::{
    Arrived, BundleRequest, Language, Value, bundle_apply, bundle_create, bundle_inspect, bundle_verify,
};

/// Commits in a file, signed, for networks that only a disk crosses
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai bundle create --out spring.bundle
  tiaokuai bundle create --since 3f2a91c4 --expires 7d --out week.bundle
  tiaokuai bundle inspect week.bundle
  tiaokuai bundle verify week.bundle
  tiaokuai bundle apply week.bundle")]
pub(in crate::cli) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum Command {
    /// Write the commits that the other side lacks, signed, to the file named by --out
    #[command(after_help = "Examples:
  tiaokuai bundle create --out whole.bundle                     every log, whole
  tiaokuai bundle create --since 3f2a91c4 --out week.bundle     what followed a commit
  tiaokuai bundle create --catalog cn-sc --out sichuan.bundle   one log alone")]
    Create(Create),
    /// Say what a bundle says of itself, whether or not anything of it is trusted
    #[command(after_help = "Examples:\n  tiaokuai bundle inspect week.bundle --format json")]
    Inspect {
        /// The bundle
        file: PathBuf,
    },
    /// Check whether a bundle could be applied here; nothing is changed
    #[command(after_help = "Examples:\n  tiaokuai bundle verify week.bundle")]
    Verify {
        /// The bundle
        file: PathBuf,
    },
    /// Take what a bundle brings: all of it, or nothing
    #[command(after_help = "Examples:\n  tiaokuai bundle apply week.bundle")]
    Apply {
        /// The bundle
        file: PathBuf,
    },
}

#[derive(Debug, Clone, clap::Args)]
struct Create {
    /// A commit that the other side has: what follows it is in the bundle. Once for each log; a log without is whole
    #[arg(long, value_name = "COMMIT")]
    since: Vec<String>,
    /// A catalog whose log is in the bundle [default: all that are here]
    #[arg(long, value_name = "ID")]
    catalog: Vec<String>,
    /// After how long the bundle is refused: 12h, 30d
    #[arg(long, value_name = "TIME", default_value = "30d")]
    expires: String,
    /// Do without a signature
    #[arg(long)]
    unsigned: bool,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    match &args.command {
        Command::Create(create) => write(create, context)?,
        Command::Inspect { file } => inspect(file, context)?,
        Command::Verify { file } => {
            let database = context.store()?;
            let arrived = context.with_environment(|e| bundle_verify(database.layout()?, file, e))?;
            tell(&arrived, false, context);
        }
        Command::Apply { file } => {
            let database = context.store()?;
            let arrived = context.with_environment(|e| bundle_apply(database.layout()?, file, e))?;
            tell(&arrived, true, context);
        }
    }
    Ok(Ended::Well)
}

fn write(create: &Create, context: &Context) -> Result<(), Failure> {
    let database = context.store()?;
    if context.global.out.is_none() {
        return Err(Failure::Usage("a bundle is a file: name it with --out".to_owned()));
    }
    let expires_in = duration::parse(&create.expires)
        .filter(|seconds| *seconds > 0)
        .ok_or_else(|| Failure::Usage(format!("`{}` is no length of time; write it as 12h or 30d", create.expires)))?;
    let request =
        BundleRequest { since: &create.since, catalogs: &create.catalog, expires_in, unsigned: create.unsigned };
    let rows = output::write_to(context, |mut out| {
        Ok(context.with_environment(|e| bundle_create(database.layout()?, &request, &mut out, e))?)
    })?;
    for row in rows {
        let text = |i: usize| row[i].as_text().unwrap_or_default().to_owned();
        let Value::Integer(commits) = row[4] else { continue };
        let signed =
            if text(8) == "none" { context.say("not signed", "未签名") } else { context.say("signed", "已签名") };
        context.tell(context.say(
            &format!(
                "{}: {commits} {}, up to {:.12}, {signed}",
                text(0),
                if commits == 1 { "commit" } else { "commits" },
                text(2)
            ),
            &format!("{}：{commits} 个提交，至 {:.12}，{signed}", text(0), text(2)),
        ));
    }
    Ok(())
}

fn inspect(file: &Path, context: &Context) -> Result<(), Failure> {
    let (summary, rows) = bundle_inspect(file)?;
    let signature = match (&summary.key, summary.fits) {
        (None, _) => context.say("not signed", "未签名").to_owned(),
        (Some(key), true) => format!("{} {key}", context.say("signed by", "签名公钥")),
        (Some(key), false) => format!("{} {key}", context.say("the signature does not fit its key", "签名与公钥不符")),
    };
    let (from, created, expires) = (&summary.from, summary.created, summary.expires);
    context.tell(context.say(
        &format!("made by {from} on {created}, expires on {expires}, {signature}"),
        &format!("{from} 于 {created} 制作，{expires} 到期，{signature}"),
    ));
    output::rows(context, rows)?;
    Ok(())
}

fn tell(arrived: &Arrived, is_applied: bool, context: &Context) {
    let chinese = context.language == Language::Chinese;
    for (catalog, commits) in &arrived.catalogs {
        context.tell(&match (commits, chinese) {
            (0, false) => format!("{catalog}: all of it is here already"),
            (0, true) => format!("{catalog}：均已在库"),
            (n, false) => format!("{catalog}: {n} new {}", if *n == 1 { "commit" } else { "commits" }),
            (n, true) => format!("{catalog}：{n} 个新提交"),
        });
    }
    context.tell(&match (arrived.state, is_applied, chinese) {
        (Some(state), _, false) => format!("state {state}"),
        (Some(state), _, true) => format!("状态 {state}"),
        (None, true, false) => "already applied, nothing was changed".to_owned(),
        (None, true, true) => "早已应用，未作更改".to_owned(),
        (None, false, false) => "it can be applied".to_owned(),
        (None, false, true) => "可以应用".to_owned(),
    });
}
