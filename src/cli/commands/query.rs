//! `tiaokuai query`.

use std::io::Read as _;
use std::path::PathBuf;

use super::asking::{AskingArgs, values};
use crate::cli::context::{Context, Source};
use crate::cli::exit::{Ended, Failure, Outcome};
use crate::cli::output;
use crate::database::{Interrupt, Workspace, query, query_scratch};

/// Ask in openCypher, or change the home catalog
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai query 'MATCH (d:Dataset) RETURN d.share, count(*)' sample-catalogs/guangdong
  tiaokuai query 'MATCH (d:数据集 {share: $share}) RETURN d.title LIMIT 5' -p share=withheld --format json
  tiaokuai query 'CALL silos({scope: \"tier\"}) YIELD dataset, cause RETURN cause, count(*)'
  tiaokuai query --file report.cypher --out report.csv
  tiaokuai query 'EXPLAIN MATCH (a)-[:SERVES]->(b) RETURN count(*)'
  tiaokuai query 'SHOW PROCEDURES'
  tiaokuai query 'CREATE (a:X)-[:Y]->(b) RETURN a' --scratch")]
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
    args.asking.with(context, &parameters, &interrupt, |asking| {
        let rendered = if args.scratch {
            query_scratch(&Workspace::new(), &text, asking, |rows| output::rows(context, rows))?
        } else {
            let snapshot = context.snapshot(&args.source())?;
            query(&snapshot, &text, asking, |rows| output::rows(context, rows))?
        };
        rendered.map(|_| Ended::Well)
    })
}
