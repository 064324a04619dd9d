//! `tiaokuai import`.

use std::path::PathBuf;

use crate::cli::context::{Context, Reading};
use crate::cli::exit::{Ended, Failure, Outcome};
use crate::cli::output;
use crate::database::{Import, Imported, Rejection};
use crate::database::{Kind, Language, Value};
use crate::database::{Row, Rows};

/// Put a catalog directory into the store: whole or not at all, as one commit
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai import sample-catalogs/guangdong
  tiaokuai import --dry-run my-catalog/             what would be put, changed and deleted
  tiaokuai import --lenient my-catalog/             take the good records, list the others

A file that is present states all records of its kind: a stored record without a row is
deleted. A file that is absent says nothing about its kind.")]
pub(in crate::cli) struct Args {
    /// The catalog directory
    dir: PathBuf,
    /// Write nothing; tell what would be put, changed and deleted
    #[arg(long)]
    dry_run: bool,
    /// Let a file with only a header delete every record of its kind
    #[arg(long)]
    allow_empty: bool,
    /// Let over a fifth of the records of a kind be deleted
    #[arg(long)]
    allow_deletes: bool,
    /// Why: the commit's message
    #[arg(long, short, default_value = "")]
    message: String,
    #[command(flatten)]
    reading: Reading,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    let database = context.store()?;
    let import = Import {
        dir: &args.dir,
        reader: context.reader(&args.reading),
        dry_run: args.dry_run,
        allow_empty: args.allow_empty,
        allow_deletes: args.allow_deletes,
        message: &args.message,
    };
    let imported = context.with_environment(|e| import.run(&database, e))?;
    tell(&imported, args.dry_run, context)?;
    Ok(Ended::Well)
}

fn tell(imported: &Imported, dry_run: bool, context: &Context) -> Result<(), Failure> {
    for note in &imported.notes {
        context.tell(&note.message(context.language));
    }
    context.print_rejections(&imported.rejections, usize::MAX);
    let chinese = context.language == Language::Chinese;
    let rejected = Rejection::records(&imported.rejections);
    if rejected > 0 {
        context.tell(&if chinese {
            format!("{rejected} 条记录未采用")
        } else {
            format!("{rejected} {} left out", if rejected == 1 { "record was" } else { "records were" })
        });
    }
    let counts: Vec<Row<'static>> = Kind::ALL
        .into_iter()
        .filter_map(|kind| {
            let read = imported.read.iter().find(|(k, _)| *k == kind).map(|(_, n)| *n);
            let counts = imported.counts.iter().find(|(k, _)| *k == kind).map(|(_, c)| *c);
            if read.is_none() && counts.is_none() {
                return None;
            }
            let counts = counts.unwrap_or_default();
            let number = |n: u64| Value::Integer(n as i64);
            Some(vec![
                Value::text(Some(kind.label())),
                read.map_or(Value::Null, number),
                number(counts.put),
                number(counts.changed),
                number(counts.deleted),
            ])
        })
        .collect();
    output::rows(context, Rows::new(vec!["kind", "read", "put", "changed", "deleted"], counts.into_iter()))?;
    let (broken, absent) = imported.dangling;
    if broken + absent > 0 {
        context.tell(&if chinese {
            format!("{broken} 个失效引用、{absent} 个目录缺席的引用，已保留（tiaokuai dangling 可列出）")
        } else {
            format!("{broken} broken and {absent} absent references, kept (list them with tiaokuai dangling)")
        });
    }
    context.tell(&match (imported.committed, dry_run) {
        (Some((state, commit)), _) if chinese => format!("状态 {state}，提交 {commit}"),
        (Some((state, commit)), _) => format!("state {state}, commit {commit}"),
        (None, true) if chinese => "试运行：未写入任何内容".to_owned(),
        (None, true) => "dry run: nothing was written".to_owned(),
        (None, false) if chinese => "没有变化，未产生提交".to_owned(),
        (None, false) => "nothing differs, no commit was made".to_owned(),
    });
    Ok(())
}
