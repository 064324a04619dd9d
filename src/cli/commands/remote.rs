//! `tiaokuai remote`.

use std::path::PathBuf;

use crate::cli::context::Context;
use crate::cli::exit::{Ended, Outcome};
use crate::cli::output;
use crate::database::{NewRemote, TrustGiven, remote_add, remote_remove, remote_rows, remote_set_key};

/// The sources that this store fetches other catalogs from
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai remote add chongqing /mnt/chongqing --catalog cn-cq --key ed25519:… --authority 500000
  tiaokuai remote add guizhou https://catalog.gz.example:7357 --catalog cn-gz --key ed25519:… --token-file gz.token
  tiaokuai remote add paper /mnt/lists/mps --catalog cn-mps --unsigned
  tiaokuai remote list")]
pub(in crate::cli) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum Command {
    /// Add a source: a folder with another store, or a catalog directory
    #[command(after_help = "Examples:
  tiaokuai remote add chongqing /mnt/chongqing --catalog cn-cq --key ed25519:… --authority 500000")]
    Add(Add),
    /// List the sources, what is held of each, and how the newest fetch ended
    #[command(after_help = "Examples:\n  tiaokuai remote list --format json")]
    List,
    /// Take a source out; what was fetched from it stays
    #[command(after_help = "Examples:\n  tiaokuai remote remove chongqing")]
    Remove {
        /// Its name
        name: String,
    },
    /// Trust another key of a source's catalog, in place of those before
    #[command(after_help = "Examples:\n  tiaokuai remote set-key chongqing ed25519:…")]
    SetKey {
        /// Its name
        name: String,
        /// The public key, as its owner reads it out with `tiaokuai key show`
        key: String,
    },
}

#[derive(Debug, Clone, clap::Args)]
struct Add {
    /// Its name
    name: String,
    /// The folder that holds another store, a catalog directory, or the address of a server
    source: String,
    /// The catalog whose log it brings
    #[arg(long, value_name = "ID")]
    catalog: String,
    /// The public key of that catalog's owner
    #[arg(long, value_name = "PUBLIC_KEY", conflicts_with = "unsigned")]
    key: Option<String>,
    /// Take what nobody signed
    #[arg(long)]
    unsigned: bool,
    /// The regions whose whole subtree the catalog may speak for [default: those that it names itself]
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    authority: Option<Vec<String>>,
    /// The file that holds the token which the server asks for
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// The certificates that vouch for the server, as PEM [default: those that the world trusts]
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    let database = context.store()?;
    let layout = database.layout()?;
    match &args.command {
        Command::Add(add) => {
            let trust =
                TrustGiven { key: add.key.as_deref(), unsigned: add.unsigned, authority: add.authority.as_deref() };
            let new = NewRemote {
                name: &add.name,
                source: &add.source,
                catalog: &add.catalog,
                trust,
                token: add.token_file.as_deref(),
                ca: add.ca.as_deref(),
            };
            remote_add(layout, new)?;
            let name = &add.name;
            context.tell(context.say(
                &format!("added {name}; next: tiaokuai fetch {name}"),
                &format!("已添加 {name}；下一步：tiaokuai fetch {name}"),
            ));
        }
        Command::List => drop(output::rows(context, context.with_environment(|e| remote_rows(layout, e))?)?),
        Command::Remove { name } => remote_remove(layout, name)?,
        Command::SetKey { name, key } => remote_set_key(layout, name, key)?,
    }
    Ok(Ended::Well)
}
