//! `tiaokuai export`.

use crate::cli::context::{Context, Source};
use crate::cli::exit::{Ended, Failure, Outcome};
use crate::cli::output;
use crate::database::{ExportFormat, ExportTarget, export};

/// A snapshot out, of a store, of a region's subtree, or of an earlier state: a catalog directory, JSON lines, GraphML,
/// Graphviz, or a folder of CSV files
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai export --format catalog --out snapshot/      a catalog directory, which imports back as it was
  tiaokuai export --format graphml --out graph.graphml
  tiaokuai export --format dot --region 510131000000 | dot -Tsvg > county.svg
  tiaokuai export --format jsonl --at 2026-01-01 | sort > january.jsonl")]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    source: Source,
    /// Keep to the subtree of this region
    #[arg(long, value_name = "CODE")]
    region: Option<String>,
    /// Draw every node and relationship (dot)
    #[arg(long)]
    everything: bool,
    /// Begin CSV files with the mark by which spreadsheets know UTF-8 (csv)
    #[arg(long)]
    bom: bool,
    /// Replace what an earlier export left in the folder (catalog, csv)
    #[arg(long)]
    replace: bool,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    let word = context.global.format.as_deref().unwrap_or("catalog");
    let format = match word {
        "catalog" => ExportFormat::Catalog,
        "jsonl" => ExportFormat::Jsonl,
        "graphml" => ExportFormat::Graphml,
        "dot" => ExportFormat::Dot { everything: args.everything },
        "csv" => ExportFormat::Csv { byte_order_mark: args.bom },
        other => {
            return Err(Failure::Usage(format!(
                "there is no export as {other}; there are catalog, jsonl, graphml, dot and csv"
            )));
        }
    };
    let snapshot = context.snapshot(&args.source)?;
    let region = args.region.as_deref();
    let notes = if format.is_folder() {
        let Some(path) = &context.global.out else {
            return Err(Failure::Usage(format!("`export --format {word}` writes a folder: name it with --out")));
        };
        output::outside_stores(path)?;
        export(&snapshot, region, format, ExportTarget::Folder { path, replace: args.replace })?
    } else {
        output::write_to(context, |out| Ok(export(&snapshot, region, format, ExportTarget::Stream(out))?))?
    };
    let chinese = context.language == crate::database::Language::Chinese;
    context.tell(&if chinese {
        format!("{} 个节点，{} 条关系，其中 {} 个节点无记录", notes.nodes, notes.relationships, notes.dangling)
    } else {
        format!(
            "{} nodes, {} relationships; {} of the nodes have no record",
            notes.nodes, notes.relationships, notes.dangling
        )
    });
    Ok(Ended::Well)
}
