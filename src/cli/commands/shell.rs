//! `tiaokuai shell`.

use super::asking::AskingArgs;
use crate::cli::context::{Context, Source};
use crate::cli::exit::{Failure, Outcome};
use crate::cli::shell::{self, Ground};

/// Ask query after query, with history and completion; or run a script
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "\
A query ends with `;` and may take several lines. Lines that begin with `:` are commands of the shell: `:help` lists them.
Ctrl-C interrupts a running query, or drops what is typed; Ctrl-D leaves. Input that is not a terminal is a script.

Examples:
  tiaokuai shell                                 over the store of this folder
  tiaokuai shell sample-catalogs/guangdong       over a catalog directory
  tiaokuai shell --scratch                       an empty graph to write into, gone at the end
  tiaokuai shell -p share=withheld --format csv < report.cypher > report.csv")]
pub(in crate::cli) struct Args {
    /// Ask an empty graph of its own, where any labels and types can be written; it lives as long as the shell
    #[arg(long, conflicts_with = "dir")]
    scratch: bool,
    /// In a script, go on after an error
    #[arg(long)]
    keep_going: bool,
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    asking: AskingArgs,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    if context.global.out.is_some() {
        let reason = "a shell has many answers: write one to a file with `:export FILE`, or all with `>`";
        return Err(Failure::Usage(reason.to_owned()));
    }
    let ground = if args.scratch {
        Ground::Scratch(Box::default())
    } else {
        Ground::Catalog(Box::new(context.snapshot(&args.source)?))
    };
    shell::run(context, &args.asking, &ground, args.keep_going)
}
