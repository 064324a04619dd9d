//! The server: what a store answers and offers, read-only, over HTTP.
//!
//! The only place of async code: it takes requests and hands each over to a thread of its own, where everything is as the
//! library has it. A request sees one state from beginning to end, and holds no lock while it is answered.

mod access;
mod answers;
mod asking;
mod connections;
mod door;
mod logs;
mod openapi;
mod refusal;
mod routes;

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

pub use access::{Role, Tokens, TokensError, new_token, remove_token};

use crate::database::{Database, ProbeCommand};
use answers::App;

/// How a server is to run.
pub struct Options {
    /// Where it listens.
    pub listen: SocketAddr,
    /// The file that says who may ask for what; none where everybody who comes by the loopback address may ask for what
    /// leaves the store. It is read for every request, so that a token that is taken out is refused at once.
    pub tokens: Option<PathBuf>,
    /// The certificate and its key, as PEM files; without them, HTTP is spoken in the clear.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// Whether tokens and answers may cross a network in the clear.
    pub insecure: bool,
    /// How long a request may take, and how long a stop waits for those that are being answered.
    pub timeout: Duration,
    /// How many requests are answered at a time; whoever comes then is asked to come again.
    pub concurrency: usize,
    /// How many bytes of rows a query may gather.
    pub query_memory: u64,
    /// How to try a ledger that may be damaged in a child process, if one can be started.
    pub probe: Option<ProbeCommand>,
    /// Who hears what happens.
    pub hear: Arc<dyn Fn(&Event) + Send + Sync>,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").field("listen", &self.listen).finish_non_exhaustive()
    }
}

/// Something that whoever runs a server may want to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// It listens here.
    Listening(SocketAddr),
    /// It was told to stop, and takes nobody in any more.
    Stopping,
    /// It has stopped; so many connections were not waited for to the end.
    Stopped {
        /// The connections that were cut.
        cut: usize,
    },
    /// A request was answered. What was asked is not told: it may name what is not for every eye.
    Answered {
        /// The name of the token, where one was shown that is known.
        who: Option<String>,
        /// The method.
        method: String,
        /// The path.
        path: String,
        /// The status.
        status: u16,
        /// How long it took.
        took: Duration,
    },
    /// A request could not be answered, and whoever asked is not to blame.
    Failed {
        /// The path.
        path: String,
        /// Why.
        why: String,
    },
}

/// Why a server could not run.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// Others could reach it, and nothing says who they may be.
    #[error("{0} can be reached from other machines: --tokens FILE has to say who may ask (`tiaokuai token`)")]
    Open(SocketAddr),
    /// Secrets would cross a network in the clear.
    #[error(
        "{0} can be reached from other machines: --tls-cert and --tls-key keep tokens secret on the way (or --insecure, \
         where something else does)"
    )]
    Clear(SocketAddr),
    /// The file of tokens cannot be used.
    #[error(transparent)]
    Tokens(#[from] TokensError),
    /// The certificate or its key cannot be used.
    #[error("the certificate {cert} with the key {key} cannot be used: {why}", cert = .cert.display(), key = .key.display())]
    Tls {
        /// The certificate.
        cert: PathBuf,
        /// Its key.
        key: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// It cannot listen, or stopped listening.
    #[error("{listen}: {source}")]
    Listen {
        /// Where.
        listen: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
}

impl ServerError {
    /// The same in Chinese.
    #[must_use]
    pub fn chinese(&self) -> String {
        match self {
            Self::Open(listen) => format!("其他机器可以访问 {listen}：须用 --tokens 指明谁可以访问（tiaokuai token）"),
            Self::Clear(listen) => format!(
                "其他机器可以访问 {listen}：须用 --tls-cert 和 --tls-key 加密传输（已由其他设施加密的，用 --insecure）"
            ),
            Self::Tokens(error) => error.chinese(),
            Self::Tls { cert, key, why } => {
                format!("证书 {} 及其私钥 {} 不能使用：{why}", cert.display(), key.display())
            }
            Self::Listen { listen, source } => format!("{listen}：{source}"),
        }
    }
}

/// Serves a store until the process is told to stop, and then until what is being answered is answered.
///
/// # Errors
/// When it may not or cannot listen there.
pub fn serve(database: Database, options: Options) -> Result<(), ServerError> {
    let listen = options.listen;
    if !listen.ip().is_loopback() {
        if options.tokens.is_none() {
            return Err(ServerError::Open(listen));
        }
        if options.tls.is_none() && !options.insecure {
            return Err(ServerError::Clear(listen));
        }
    }
    if let Some(path) = &options.tokens {
        Tokens::read(path)?;
    }
    let failed = |source| ServerError::Listen { listen, source };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        // Each question has a thread, and so does whoever asks for the server's health.
        .max_blocking_threads(options.concurrency.saturating_add(4))
        .enable_all()
        .build()
        .map_err(failed)?;
    let ended = runtime.block_on(connections::run(Arc::new(App::new(database, options))));
    // A question that nobody waits for any more is not waited for here either.
    runtime.shutdown_background();
    ended
}
