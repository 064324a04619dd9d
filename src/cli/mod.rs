//! The command line: what is asked, before anything is done about it; then one file a command.

mod commands;
mod context;
mod exit;
mod output;
mod progress;
mod shell;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

use crate::database::{Language, catch_corruption, described_procedures, discard_damaged};
use context::Context;
use exit::{Failure, Outcome};

const EXAMPLES: &str = "\
Examples:
  tiaokuai report sample-catalogs/guangdong      what stands in the way, no set-up needed
  tiaokuai init --catalog cn-gd                  make a store in this folder
  tiaokuai import sample-catalogs/guangdong      put a catalog directory into it
  tiaokuai silos --scope region --format csv     datasets that never leave a region
  tiaokuai unreachable --region 440100           what a city's grassroots cannot get
  tiaokuai why CONSUMER DATASET                  the path, or the proof that there is none
  tiaokuai findings diff 1 2                     what opened and closed between two states
  tiaokuai query 'MATCH (n) RETURN count(*)'     ask in openCypher

Exit codes: 0 done, and nothing found at or above --fail-on; 1 something found; 2 an error.";

/// 条块: a data-catalog graph database. Finds datasets that nobody else can get, grassroots units that cannot get what they
/// need, and platforms built twice, each with its proof
#[derive(Debug, Parser)]
#[command(name = "tiaokuai", version, after_help = EXAMPLES)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// The heading of what every command takes, so that a command's own options stand first and together.
const EVERYWHERE: &str = "Options of every command";

/// What every command takes.
#[derive(Debug, Clone, Args)]
struct Global {
    /// The store, or the folder that holds it; without it, the nearest one from here upwards
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "DIR", env = "TIAOKUAI_STORE")]
    store: Option<PathBuf>,
    /// The language of everything a reader sees
    #[arg(long, global = true, help_heading = EVERYWHERE, env = "TIAOKUAI_LANG", default_value = "en")]
    #[arg(value_parser = ["en", "zh"])]
    lang: String,
    /// How rows are written [default: table]; catalog, graphml and dot are forms of `export` alone
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    #[arg(value_parser = ["table", "csv", "tsv", "json", "jsonl", "markdown", "catalog", "graphml", "dot"])]
    format: Option<String>,
    /// Write to this file instead of standard output (it appears whole or not at all)
    #[arg(long, short, global = true, help_heading = EVERYWHERE, value_name = "FILE")]
    out: Option<PathBuf>,
    /// When to use colours
    #[arg(long, global = true, help_heading = EVERYWHERE, default_value = "auto")]
    #[arg(value_parser = ["auto", "always", "never"])]
    color: String,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(commands::init::Args),
    Import(commands::import::Args),
    Report(commands::report::Args),
    Silos(commands::silos::Args),
    Unreachable(commands::unreachable::Args),
    Redundant(commands::redundant::Args),
    PaperSharing(commands::paper_sharing::Args),
    Why(commands::why::Args),
    Asymmetry(commands::asymmetry::Args),
    Stovepipes(commands::stovepipes::Args),
    Barriers(commands::barriers::Args),
    Burden(commands::burden::Args),
    Recollected(commands::recollected::Args),
    Cohesion(commands::cohesion::Args),
    Disparity(commands::disparity::Args),
    Governance(commands::governance::Args),
    Reuse(commands::reuse::Args),
    Lagging(commands::lagging::Args),
    Idle(commands::idle::Args),
    Overdue(commands::overdue::Args),
    Chokepoints(commands::chokepoints::Args),
    Claims(commands::claims::Args),
    Prescribe(commands::prescribe::Args),
    Contradictions(commands::contradictions::Args),
    Findings(commands::findings::Args),
    Query(commands::query::Args),
    Run(commands::run::Args),
    Queries(commands::queries::Args),
    Shell(commands::shell::Args),
    Stats(commands::stats::Args),
    Dangling(commands::dangling::Args),
    Conflicts(commands::conflicts::Args),
    Waivers(commands::waivers::Args),
    Remote(commands::remote::Args),
    Fetch(commands::fetch::Args),
    Bundle(commands::bundle::Args),
    Key(commands::key::Args),
    Serve(commands::serve::Args),
    Token(commands::token::Args),
    Log(commands::log::Args),
    Show(commands::show::Args),
    Diff(commands::diff::Args),
    Export(commands::export::Args),
    Check(commands::check::Args),
    Backup(commands::backup::Args),
    Restore(commands::restore::Args),
    Compact(commands::compact::Args),
    Completions(commands::completions::Args),
    #[command(hide = true)]
    ProbeLedger(commands::probe::Args),
}

/// The commands, where those of findings say how a query calls the same.
fn described(mut command: clap::Command) -> clap::Command {
    for procedure in described_procedures() {
        let name = procedure.name.replace('_', "-");
        if command.find_subcommand(&name).is_some() {
            let call = format!("In a query:\n  CALL {}", procedure.signature);
            command = command.mut_subcommand(name, |c| {
                let help = c.get_after_help().map(|examples| format!("{examples}\n\n{call}")).unwrap_or(call);
                c.after_help(help)
            });
        }
    }
    command
}

/// Reads the command line, does what it asks, and tells the exit code.
#[must_use]
pub fn run() -> ExitCode {
    let matches = match described(Cli::command()).try_get_matches() {
        Ok(matches) => matches,
        Err(e) => {
            // Help and version are answers, not errors.
            let code = if e.use_stderr() { 2 } else { 0 };
            let _ = e.print();
            return ExitCode::from(code);
        }
    };
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(e) => e.exit(),
    };
    let context = Context::new(cli.global);
    let outcome = past_damage(&context, || dispatch(&cli.command, &context));
    exit::report(outcome, &context)
}

/// Runs a command. A projection is verified as it is read: where it turns out to be damaged, it is deleted, and the
/// command runs again with one that is made anew from the ledger.
fn past_damage(context: &Context, run: impl Fn() -> Outcome) -> Outcome {
    /// Damage that comes back is not the file's.
    const ATTEMPTS: usize = 3;
    let mut attempts = 0;
    loop {
        let corrupt = match catch_corruption(&run) {
            Ok(outcome) => return outcome,
            Err(corrupt) => corrupt,
        };
        attempts += 1;
        discard_damaged(&corrupt)?;
        if context.has_printed() {
            let reason = format!(
                "{corrupt}; what was printed is not all. The projection is made anew from the ledger when the command \
                 is run again"
            );
            return Err(Failure::Usage(reason));
        }
        context.tell(&match context.language {
            Language::English => format!("{corrupt}; it is made anew from the ledger"),
            Language::Chinese => format!("{corrupt}；将由账本重建"),
        });
        if attempts == ATTEMPTS {
            return Err(Failure::Usage(format!("{corrupt}, again and again: is the disk or the memory sound?")));
        }
    }
}

fn dispatch(command: &Command, context: &Context) -> Outcome {
    match command {
        Command::Init(args) => commands::init::run(args, context),
        Command::Import(args) => commands::import::run(args, context),
        Command::Report(args) => commands::report::run(args, context),
        Command::Silos(args) => commands::silos::run(args, context),
        Command::Unreachable(args) => commands::unreachable::run(args, context),
        Command::Redundant(args) => commands::redundant::run(args, context),
        Command::PaperSharing(args) => commands::paper_sharing::run(args, context),
        Command::Why(args) => commands::why::run(args, context),
        Command::Asymmetry(args) => commands::asymmetry::run(args, context),
        Command::Stovepipes(args) => commands::stovepipes::run(args, context),
        Command::Barriers(args) => commands::barriers::run(args, context),
        Command::Burden(args) => commands::burden::run(args, context),
        Command::Recollected(args) => commands::recollected::run(args, context),
        Command::Cohesion(args) => commands::cohesion::run(args, context),
        Command::Disparity(args) => commands::disparity::run(args, context),
        Command::Governance(args) => commands::governance::run(args, context),
        Command::Reuse(args) => commands::reuse::run(args, context),
        Command::Lagging(args) => commands::lagging::run(args, context),
        Command::Idle(args) => commands::idle::run(args, context),
        Command::Overdue(args) => commands::overdue::run(args, context),
        Command::Chokepoints(args) => commands::chokepoints::run(args, context),
        Command::Claims(args) => commands::claims::run(args, context),
        Command::Prescribe(args) => commands::prescribe::run(args, context),
        Command::Contradictions(args) => commands::contradictions::run(args, context),
        Command::Findings(args) => commands::findings::run(args, context),
        Command::Query(args) => commands::query::run(args, context),
        Command::Run(args) => commands::run::run(args, context),
        Command::Queries(args) => commands::queries::run(args, context),
        Command::Shell(args) => commands::shell::run(args, context),
        Command::Stats(args) => commands::stats::run(args, context),
        Command::Dangling(args) => commands::dangling::run(args, context),
        Command::Conflicts(args) => commands::conflicts::run(args, context),
        Command::Waivers(args) => commands::waivers::run(args, context),
        Command::Remote(args) => commands::remote::run(args, context),
        Command::Fetch(args) => commands::fetch::run(args, context),
        Command::Bundle(args) => commands::bundle::run(args, context),
        Command::Serve(args) => commands::serve::run(args, context),
        Command::Token(args) => commands::token::run(args, context),
        Command::Key(args) => commands::key::run(args, context),
        Command::Log(args) => commands::log::run(args, context),
        Command::Show(args) => commands::show::run(args, context),
        Command::Diff(args) => commands::diff::run(args, context),
        Command::Export(args) => commands::export::run(args, context),
        Command::Check(args) => commands::check::run(args, context),
        Command::Backup(args) => commands::backup::run(args, context),
        Command::Restore(args) => commands::restore::run(args, context),
        Command::Compact(args) => commands::compact::run(args, context),
        Command::Completions(args) => commands::completions::run(args, &mut Cli::command(), context),
        Command::ProbeLedger(args) => commands::probe::run(args),
    }
}

/// The language that a word of `--lang` means.
fn language(word: &str) -> Language {
    if word == "zh" { Language::Chinese } else { Language::English }
}
