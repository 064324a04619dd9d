//! `tiaokuai completions`.

use clap_complete::Shell;

use crate::cli::context::Context;
use crate::cli::exit::{Ended, Outcome};
use crate::cli::output;

/// Completions for a shell
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai completions bash > ~/.local/share/bash-completion/completions/tiaokuai
  tiaokuai completions zsh > ~/.zfunc/_tiaokuai")]
pub(in crate::cli) struct Args {
    /// The shell
    shell: Shell,
}

pub(in crate::cli) fn run(args: &Args, command: &mut clap::Command, context: &Context) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, command, "tiaokuai", &mut script);
    output::write_to(context, |out| Ok(out.write_all(&script)?))?;
    Ok(Ended::Well)
}
