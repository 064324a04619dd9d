//! `tiaokuai init`.

use std::path::PathBuf;

use crate::cli::context::Context;
use crate::cli::exit::{Ended, Outcome};
use crate::database::Database;

/// Make a store in a folder
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai init --catalog cn-gd
  tiaokuai init --catalog cn-gd /srv/catalogs")]
pub(in crate::cli) struct Args {
    /// The home catalog: the one that imports change. It is the `id` of its catalog.toml
    #[arg(long, value_name = "ID")]
    catalog: String,
    /// The folder that is to hold the store [default: this one]
    folder: Option<PathBuf>,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    let folder = context.new_store_folder(args.folder.as_deref())?;
    let database = context.with_environment(|e| Database::create(&folder, &args.catalog, e))?;
    let root = database.layout()?.root().display().to_string();
    context.tell(&match context.language {
        crate::database::Language::English => {
            format!("made a store at {root}, home catalog {}; next: tiaokuai import CATALOG_DIR", args.catalog)
        }
        crate::database::Language::Chinese => {
            format!("已在 {root} 建库，本级目录 {}；下一步：tiaokuai import 目录文件夹", args.catalog)
        }
    });
    Ok(Ended::Well)
}
