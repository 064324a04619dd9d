//! `tiaokuai key`.

use crate::cli::context::Context;
use crate::cli::exit::{Ended, Outcome};
use crate::cli::output;
use crate::database::{TrustGiven, key_generate, key_revoke, key_rows, key_trust};

/// The key that signs the home catalog's log, and the keys that are trusted for others
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai key generate
  tiaokuai key show
  tiaokuai key trust cn-cq ed25519:… --authority 500000
  tiaokuai key revoke ed25519:…")]
pub(in crate::cli) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Clone, clap::Subcommand)]
enum Command {
    /// Make the home catalog's key
    #[command(after_help = "Examples:\n  tiaokuai key generate")]
    Generate {
        /// Make a new one in place of the one that there is; others then have to trust it
        #[arg(long)]
        replace: bool,
    },
    /// Show the home catalog's public key, and those that are trusted or were revoked
    #[command(after_help = "Examples:\n  tiaokuai key show --format csv")]
    Show,
    /// Trust a key for a catalog
    #[command(after_help = "Examples:
  tiaokuai key trust cn-cq ed25519:… --authority 500000
  tiaokuai key trust cn-mps --unsigned")]
    Trust(Trust),
    /// Trust a key no more, ever
    #[command(after_help = "Examples:\n  tiaokuai key revoke ed25519:…")]
    Revoke {
        /// The public key
        key: String,
        /// Of this catalog alone
        #[arg(long, value_name = "ID")]
        catalog: Option<String>,
    },
}

#[derive(Debug, Clone, clap::Args)]
struct Trust {
    /// The catalog
    catalog: String,
    /// The public key, as its owner reads it out with `tiaokuai key show`
    #[arg(required_unless_present = "unsigned", conflicts_with = "unsigned")]
    key: Option<String>,
    /// Take what nobody signed
    #[arg(long)]
    unsigned: bool,
    /// The regions whose whole subtree the catalog may speak for [default: those that it names itself]
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    authority: Option<Vec<String>>,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    let database = context.store()?;
    let layout = database.layout()?;
    match &args.command {
        Command::Generate { replace } => {
            let (public, path) = context.with_environment(|e| key_generate(layout, *replace, e))?;
            let path = path.display();
            context.tell(context.say(
                &format!(
                    "the secret key is in {path}: keep a copy where nobody else comes; the public one is {public}"
                ),
                &format!("私钥在 {path}，请另存一份于他人不可及之处；公钥为 {public}"),
            ));
        }
        Command::Show => drop(output::rows(context, key_rows(layout)?)?),
        Command::Trust(trust) => {
            let given = TrustGiven {
                key: trust.key.as_deref(),
                unsigned: trust.unsigned,
                authority: trust.authority.as_deref(),
            };
            key_trust(layout, &trust.catalog, given)?;
        }
        Command::Revoke { key, catalog } => {
            context.with_environment(|e| key_revoke(layout, catalog.as_deref(), key, e))?;
        }
    }
    Ok(Ended::Well)
}
