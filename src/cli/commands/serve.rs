//! `tiaokuai serve`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::cli::context::{Context, probe};
use crate::cli::exit::{Ended, Failure, Outcome};
use crate::database::Language;
use crate::server::{Event, Options, serve};

/// Answer over HTTP, read-only: queries, findings, and the logs that others fetch
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:
  tiaokuai serve                                  on this machine alone
  tiaokuai token dashboard --role reader --file tokens.toml
  tiaokuai serve --listen 10.0.0.5:7357 --tokens tokens.toml --tls-cert cert.pem --tls-key key.pem
  curl 'http://127.0.0.1:7357/v1/findings/silos?scope=region'
  curl http://127.0.0.1:7357/v1/query -d '{\"query\": \"MATCH (d:Dataset) RETURN count(*)\"}'
  curl http://127.0.0.1:7357/openapi.json         everything that can be asked for

It stops when it is told to (Ctrl-C, SIGTERM), once what is being answered is answered.")]
pub(in crate::cli) struct Args {
    /// Where to listen; port 0 takes any that is free
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:7357")]
    listen: SocketAddr,
    /// Who may ask for what: a file that `tiaokuai token` makes
    #[arg(long, value_name = "FILE")]
    tokens: Option<PathBuf>,
    /// The certificate, as PEM
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The certificate's key, as PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Listen without TLS where other machines can reach it, since something before it encrypts
    #[arg(long, conflicts_with = "tls_cert")]
    insecure: bool,
    /// How many seconds a request may take
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    timeout: u64,
    /// How many requests are answered at a time
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=512))]
    concurrency: u16,
    /// How much memory a query may gather rows in
    #[arg(long, value_name = "MIB", default_value_t = 256)]
    max_memory: u64,
    /// Tell of every request, and of the stop, on standard error
    #[arg(long, short)]
    verbose: bool,
}

pub(in crate::cli) fn run(args: &Args, context: &Context) -> Outcome {
    let database = context.store()?;
    let scheme = if args.tls_cert.is_some() { "https" } else { "http" };
    let (language, verbose) = (context.language, args.verbose);
    let hear = move |event: &Event| {
        if let Some(line) = told(event, scheme, language, verbose) {
            eprintln!("{line}");
        }
    };
    let options = Options {
        listen: args.listen,
        tokens: args.tokens.clone(),
        tls: args.tls_cert.clone().zip(args.tls_key.clone()),
        insecure: args.insecure,
        timeout: Duration::from_secs(args.timeout),
        concurrency: usize::from(args.concurrency),
        query_memory: args.max_memory.saturating_mul(1 << 20),
        probe: probe(),
        hear: Arc::new(hear),
    };
    serve(database, options).map_err(|error| {
        Failure::Usage(match context.language {
            Language::English => error.to_string(),
            Language::Chinese => error.chinese(),
        })
    })?;
    Ok(Ended::Well)
}

/// The line that tells of an event, where it is to be told: always where it listens, and what went wrong.
fn told(event: &Event, scheme: &str, language: Language, verbose: bool) -> Option<String> {
    let pick = |en, zh| language.pick(en, zh);
    match event {
        Event::Listening(address) => Some(format!("{} {scheme}://{address}", pick("listening on", "正在监听"))),
        Event::Failed { path, why } => {
            // A line is a line, whatever a path or a message holds.
            Some(format!("{}: {}: {}", pick("error", "错误"), path.escape_debug(), why.replace(['\n', '\r'], " ")))
        }
        _ if !verbose => None,
        Event::Stopping => {
            Some(pick("stopping: what is being answered is answered", "正在停止：先完成进行中的应答").to_owned())
        }
        Event::Stopped { cut: 0 } => Some(pick("stopped", "已停止").to_owned()),
        Event::Stopped { cut } => Some(match language {
            Language::English => format!("stopped; connections cut: {cut}"),
            Language::Chinese => format!("已停止；中断的连接：{cut}"),
        }),
        Event::Answered { who, method, path, status, took } => {
            let who = who.as_deref().unwrap_or("-");
            Some(format!("{} {method} {} {status} {} ms", who.escape_debug(), path.escape_debug(), took.as_millis()))
        }
    }
}
