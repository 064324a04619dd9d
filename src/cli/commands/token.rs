//! `tiaokuai token`.

use std::path::PathBuf;

use crate::cli::context::Context;
use crate::cli::exit::{Ended, Failure, Outcome};
use crate::cli::output;
use crate::database::Language;
use crate::server::{Role, TokensError, new_token, remove_token};

/// Make a token for `serve`: it is printed once, and only its hash is kept
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai token dashboard --role reader --file tokens.toml
  tiaokuai token audit-office --role auditor --file tokens.toml
  tiaokuai token ministry --role federate --file tokens.toml
  tiaokuai token dashboard --remove --file tokens.toml      refused from now on")]
pub(in crate::cli) struct Args {
    /// Whose it is
    name: String,
    /// What it is for: answers as they leave, answers in full, or the published logs
    #[arg(long, value_parser = ["reader", "auditor", "federate"], required_unless_present = "remove")]
    role: Option<String>,
    /// Take the token of this name out
    #[arg(long, conflicts_with = "role")]
    remove: bool,
    /// The file of tokens, which is made where there is none
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    let failed = |error: TokensError| {
        Failure::Usage(match context.language {
            Language::English => error.to_string(),
            Language::Chinese => error.chinese(),
        })
    };
    match args.role.as_deref().and_then(Role::parse) {
        None => remove_token(&args.file, &args.name).map_err(failed)?,
        Some(role) => {
            let token = new_token(&args.file, &args.name, role).map_err(failed)?;
            output::write_to(context, |out| Ok(writeln!(out, "{token}")?))?;
        }
    }
    Ok(Ended::Well)
}
