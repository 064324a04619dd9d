//! Connections: taken in, bounded in number and in what they may be slow at, and let go in good order at a stop.

use std::io;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

use super::answers::App;
use super::{Event, ServerError, routes};

/// How many connections there may be; whoever comes then waits until one goes.
const MOST: usize = 1024;
/// The longest head of a request, in bytes: what is read at once may be as long again.
const MAX_HEAD: usize = 32 << 10;
/// How long the head of a request may take to come, and a handshake, and how long a connection may stay between requests.
const HEAD: Duration = Duration::from_secs(10);
/// How long whoever asked may take in nothing of the answer.
const STALLED: Duration = Duration::from_secs(30);
/// How long a stop waits for requests that were sent before it and are not read yet, where anybody is connected.
const ON_THE_WAY: Duration = Duration::from_secs(1);

/// What every connection is served with.
#[derive(Clone)]
struct Service {
    router: Router,
    tls: Option<TlsAcceptor>,
    stop: watch::Receiver<bool>,
}

/// Listens and serves until the process is told to stop, and then until the last answer is out.
pub(super) async fn run(app: Arc<App>) -> Result<(), ServerError> {
    let listen = app.options.listen;
    let tls = app.options.tls.as_ref().map(|(cert, key)| acceptor(cert, key)).transpose()?;
    let failed = |source| ServerError::Listen { listen, source };
    let mut listener = TcpListener::bind(listen).await.map_err(failed)?;
    let (tell, stop) = watch::channel(false);
    let service = Service { router: routes::router(Arc::clone(&app)), tls, stop };
    let mut asked = Asked::new().map_err(failed)?;
    (app.options.hear)(&Event::Listening(listener.local_addr().map_err(failed)?));
    let places = Arc::new(Semaphore::new(MOST));
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = asked.again() => break,
            (stream, place) = next(&mut listener, &places) => drop(connections.spawn(serve(stream, place, service.clone()))),
            // Those that ended are forgotten as they end.
            Some(_) = connections.join_next() => {}
        }
    }
    (app.options.hear)(&Event::Stopping);
    // Whoever had connected by now counts as taken in; then nobody can connect any more.
    for stream in waiting(listener) {
        let place = Arc::clone(&places).try_acquire_owned().ok();
        drop(connections.spawn(serve(stream, place, service.clone())));
    }
    let patience = app.options.timeout + HEAD;
    let answered = async {
        let _ = timeout(ON_THE_WAY, all(&mut connections)).await;
        let _ = tell.send(true);
        all(&mut connections).await;
    };
    tokio::select! {
        _ = timeout(patience, answered) => {}
        // Who says it twice means at once.
        () = asked.again() => {}
    }
    (app.options.hear)(&Event::Stopped { cut: connections.len() });
    Ok(())
}

/// Comes back when no connection is left.
async fn all(connections: &mut JoinSet<()>) {
    while connections.join_next().await.is_some() {}
}

/// The next connection, once there is a place for it.
async fn next(listener: &mut TcpListener, places: &Arc<Semaphore>) -> (TcpStream, Option<OwnedSemaphorePermit>) {
    let place = Arc::clone(places).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return (stream, place),
            // Whoever connected is gone, or there are no descriptors left: that passes.
            Err(_) => sleep(Duration::from_millis(50)).await,
        }
    }
}

/// The connections that nobody took in yet. The listener ends here, as soon after the last of them as can be: whoever
/// connects in between is turned away with nothing answered.
fn waiting(listener: TcpListener) -> Vec<TcpStream> {
    let Ok(listener) = listener.into_std() else { return Vec::new() };
    // It does not block: an error is that nobody waits.
    let streams: Vec<_> = std::iter::from_fn(|| listener.accept().ok()).take(MOST).collect();
    drop(listener);
    let usable = |stream: std::net::TcpStream| stream.set_nonblocking(true).and_then(|()| TcpStream::from_std(stream));
    streams.into_iter().filter_map(|(stream, _)| usable(stream).ok()).collect()
}

/// Serves a connection to its end. Whatever goes wrong with it is its own matter.
async fn serve(stream: TcpStream, _place: Option<OwnedSemaphorePermit>, service: Service) {
    let _ = stream.set_nodelay(true);
    match service.tls.clone() {
        None => speak(stream, service).await,
        Some(tls) => {
            if let Ok(Ok(stream)) = timeout(HEAD, tls.accept(stream)).await {
                speak(stream, service).await;
            }
        }
    }
}

async fn speak(stream: impl AsyncRead + AsyncWrite + Send + 'static, service: Service) {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(STALLED));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(MAX_HEAD)
        .serve_connection(TokioIo::new(Box::pin(stream)), TowerToHyperService::new(service.router));
    let mut connection = pin!(connection);
    let mut stop = service.stop;
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stop.wait_for(|stop| *stop) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

/// What TLS is spoken with.
fn acceptor(cert: &Path, key: &Path) -> Result<TlsAcceptor, ServerError> {
    let unusable = |why: String| ServerError::Tls { cert: cert.to_owned(), key: key.to_owned(), why };
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_file_iter(cert).and_then(Iterator::collect);
    let certificates = certificates.map_err(|e| unusable(e.to_string()))?;
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|e| unusable(e.to_string()))?;
    let config = || -> Result<ServerConfig, rustls::Error> {
        let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let builder = builder.with_safe_default_protocol_versions()?;
        builder.with_no_client_auth().with_single_cert(certificates, secret)
    };
    let mut config = config().map_err(|e| unusable(e.to_string()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// The ways in which a process is told to stop.
#[cfg(unix)]
struct Asked(tokio::signal::unix::Signal, tokio::signal::unix::Signal);

#[cfg(unix)]
impl Asked {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self(signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?))
    }

    /// Comes back when it is told so once more.
    async fn again(&mut self) {
        tokio::select! {
            _ = self.0.recv() => {}
            _ = self.1.recv() => {}
        }
    }
}

/// The way in which a process is told to stop.
#[cfg(not(unix))]
struct Asked;

#[cfg(not(unix))]
impl Asked {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    /// Comes back when it is told so once more.
    async fn again(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
