//! Any bytes sent to a server: it answers or lets the connection go, fails at nothing that it was asked, and answers the next.
//! The first byte says what the rest is: a whole request, the rest of one, or what stands in one.
#![no_main]

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::Path;
use std::sync::{Arc, OnceLock, mpsc};
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use tiaokuai::database::{Database, Environment, Import, Reader};
use tiaokuai::server::{Event, Options, serve};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../sample-catalogs/guangdong");
const PATIENCE: Duration = Duration::from_secs(20);

/// The address of a server of a sample catalog, which runs as long as the process.
fn address() -> SocketAddr {
    static ADDRESS: OnceLock<SocketAddr> = OnceLock::new();
    *ADDRESS.get_or_init(|| {
        let environment = Environment::quiet();
        // The store is there until the process ends: nobody takes it down.
        let folder = tempfile::tempdir().expect("a temporary folder").keep();
        let database = Database::create(&folder, "cn-gd", &environment).expect("a store");
        let import = Import {
            dir: Path::new(SAMPLE),
            reader: Reader::default(),
            dry_run: false,
            allow_empty: true,
            allow_deletes: false,
            message: "",
        };
        import.run(&database, &environment).expect("a sample catalog");
        let (tell, told) = mpsc::channel();
        let hear = move |event: &Event| match event {
            Event::Listening(address) => drop(tell.send(*address)),
            Event::Failed { path, why } => panic!("{path}: {why}"),
            _ => {}
        };
        let options = Options {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            tokens: None,
            tls: None,
            insecure: false,
            timeout: Duration::from_secs(5),
            concurrency: 4,
            query_memory: 64 << 20,
            probe: None,
            hear: Arc::new(hear),
        };
        std::thread::spawn(move || serve(database, options));
        told.recv().expect("a server that listens")
    })
}

/// What the server answers to some bytes. Where nothing more is to be sent, it does not wait for the rest of a request, nor
/// need it answer one.
fn answer(bytes: &[u8], ends: bool) -> Vec<u8> {
    let mut stream = TcpStream::connect(address()).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time limit");
    let mut answer = Vec::new();
    // The server may have let go before it has read all.
    let sent = stream.write_all(bytes).and_then(|()| if ends { stream.shutdown(Shutdown::Write) } else { Ok(()) });
    if let Err(error) = stream.read_to_end(&mut answer) {
        assert!(sent.is_err() || error.kind() == std::io::ErrorKind::ConnectionReset, "{error}");
    }
    answer
}

/// The status of an answer; none where the connection was let go without one.
fn status(answer: &[u8]) -> Option<u16> {
    let digits = answer.strip_prefix(b"HTTP/1.1 ").or_else(|| answer.strip_prefix(b"HTTP/1.0 "))?.get(..3)?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

fuzz_target!(|data: &[u8]| {
    const END: &[u8] = b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let Some((&first, rest)) = data.split_first() else { return };
    let request = match first % 6 {
        0 => rest.to_vec(),
        1 => [b"GET /".as_slice(), rest, END].concat(),
        2 => [b"GET /v1/findings/silos?".as_slice(), rest, END].concat(),
        3 => [b"GET /v1/logs/cn-gd/commits?".as_slice(), rest, END].concat(),
        4 => [b"GET /v1/state HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n".as_slice(), rest, b"\r\n\r\n"]
            .concat(),
        _ => {
            let head =
                "POST /v1/query HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n";
            [format!("{head}Content-Length: {}\r\n\r\n", rest.len()).as_bytes(), rest].concat()
        }
    };
    // A query may take longer than it may, and HTTP/0.9 is not spoken; nothing else is the server's fault.
    if let Some(status) = status(&answer(&request, true)) {
        assert!(status < 500 || [503, 504, 505].contains(&status), "{status}");
    }
    let health = answer(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", false);
    assert_eq!(status(&health), Some(200), "{}", String::from_utf8_lossy(&health));
});
