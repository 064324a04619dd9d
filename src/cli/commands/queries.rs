//! `tiaokuai queries`.

use std::path::PathBuf;

use crate::cli::context::Context;
use crate::cli::exit::{Ended, Outcome};
use crate::cli::output;
use crate::database::{saved_queries, saved_query, saved_row, saved_rows};

/// List the saved queries, or show one
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai queries --lang zh
  tiaokuai queries most-needed          its text, to read and to change
  tiaokuai queries --queries my-folder")]
pub(in crate::cli) struct Args {
    /// Show the text of this one
    #[arg(value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    folder: Folder,
}

/// A reader's own folder of saved queries, as an argument.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Folder {
    /// A folder of saved queries (NAME.cypher) of your own, beside those that come with the program
    #[arg(long, value_name = "DIR", env = "TIAOKUAI_QUERIES")]
    pub(super) queries: Option<PathBuf>,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    let folder = args.folder.queries.as_deref();
    match &args.name {
        Some(name) => {
            let saved = saved_query(name, folder)?;
            if context.names_format() {
                output::rows(context, saved_row(&saved, context.language))?;
            } else {
                output::write_to(context, |out| Ok(out.write_all(saved.text.as_bytes())?))?;
            }
        }
        None => {
            output::rows(context, saved_rows(&saved_queries(folder)?, context.language))?;
        }
    }
    Ok(Ended::Well)
}
