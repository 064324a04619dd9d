//! `tiaokuai query`.

use std::io::Read as _;
use std::path::PathBuf;

use super::asking::{AskingArgs, values};
use crate::cli::context::{Context, Source};
use crate::cli::exit::{Ended, Failure, Outcome};
use crate::cli::output;
use crate::database::{
    Asking, Counts, Interrupt, Language, Row, Rows, Value, Workspace, is_write, query, query_scratch, write,
};

/// Ask in openCypher, or change the home catalog
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai query 'MATCH (d:Dataset) RETURN d.share, count(*)' sample-catalogs/guangdong
  tiaokuai query 'MATCH (d:数据集 {share: $share}) RETURN d.title LIMIT 5' -p share=withheld --format json
  tiaokuai query 'CALL silos({scope: \"tier\"}) YIELD dataset, cause RETURN cause, count(*)'
  tiaokuai query --file report.cypher --out report.csv
  tiaokuai query 'EXPLAIN MATCH (a)-[:SERVES]->(b) RETURN count(*)'
  tiaokuai query 'SHOW PROCEDURES'
  tiaokuai query 'MATCH (d:Dataset {id: $id}) SET d.share = \"unconditional\"' -p id=cn-gd:x -m 'Opened'
  tiaokuai query 'CREATE (a:X)-[:Y]->(b) RETURN a' --scratch

A query that writes changes the store's home catalog, in one commit, whole or not at all.")]
pub(in crate::cli) struct Args {
    /// The query; `-` reads it from standard input
    #[arg(value_name = "QUERY", required_unless_present = "file")]
    query: Option<String>,
    /// Read the query from this file; then the first argument is the catalog directory
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Ask an empty graph of its own, where any labels and types can be written
    #[arg(long)]
    scratch: bool,
    /// The message of the commit, for a query that writes [default: the query]
    #[arg(long, short, value_name = "TEXT")]
    message: Option<String>,
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    asking: AskingArgs,
}

impl Args {
    /// Where the records are: with a file, the query's place is the directory's.
    fn source(&self) -> Source {
        let named = self.file.as_ref().and(self.query.as_ref()).map(PathBuf::from);
        Source { dir: self.source.dir.clone().or(named), ..self.source.clone() }
    }

    fn text(&self) -> Result<String, Failure> {
        match (&self.file, self.query.as_deref()) {
            (Some(path), _) => {
                std::fs::read_to_string(path).map_err(|e| Failure::Usage(format!("{}: {e}", path.display())))
            }
            (None, Some("-")) => {
                let mut text = String::new();
                std::io::stdin().read_to_string(&mut text)?;
                Ok(text)
            }
            (None, query) => Ok(query.unwrap_or_default().to_owned()),
        }
    }
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    let text = args.text()?;
    let parameters = values(&args.asking.parameters()?);
    let interrupt = Interrupt::default();
    args.asking.with(context, &text, &parameters, &interrupt, |asking| {
        let rendered = if args.scratch {
            query_scratch(&Workspace::new(), &text, asking, |rows| output::rows(context, rows))?
        } else if is_write(&text) {
            return change(args, &text, asking, context);
        } else {
            let snapshot = context.snapshot(&args.source())?;
            query(&snapshot, &text, asking, |rows| output::rows(context, rows))?
        };
        rendered.map(|_| Ended::Well)
    })
}

/// Runs a statement that writes, as one commit on the store's home catalog.
fn change(args: &Args, text: &str, asking: &Asking<'_>, context: &Context) -> Outcome {
    if args.source.at.is_some() {
        return Err(Failure::Usage("--at names the past, which cannot be changed".to_owned()));
    }
    let database = context.database(args.source().dir.as_deref())?;
    let message = args.message.as_deref().unwrap_or(text);
    let written = context.with_environment(|environment| {
        write(&database, text, message, asking, environment, |rows| {
            let columns = rows.columns().iter().map(|c| c.to_string()).collect();
            let kept: Vec<Row<'static>> = rows.map(|row| row.into_iter().map(Value::into_owned).collect()).collect();
            (columns, kept)
        })
    })?;
    let (columns, rows): (Vec<String>, _) = written.taken;
    if !columns.is_empty() {
        output::rows(context, Rows::named(columns, rows.into_iter()))?;
    }
    for (kind, counts) in &written.counts {
        let Counts { put, changed, deleted } = counts;
        context.tell(&match context.language {
            Language::English => format!("{}: {put} put, {changed} changed, {deleted} deleted", kind.label()),
            Language::Chinese => format!("{}：新增 {put}，更改 {changed}，删除 {deleted}", kind.spec().chinese),
        });
    }
    context.tell(&match &written.committed {
        Some((state, commit)) => {
            format!("{} {state}, {} {commit}", context.say("state", "状态"), context.say("commit", "提交"))
        }
        None => context.say("nothing differs, no commit was made", "没有差异，未产生提交").to_owned(),
    });
    Ok(Ended::Well)
}
