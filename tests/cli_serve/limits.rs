//! What the server bears: long, slow, malformed and many requests.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use crate::serve_support::Served;
use crate::support::{Numbers, guangdong};

/// A statement that takes longer than anybody waits.
pub(crate) const ENDLESS: &str =
    "UNWIND range(1, 9999) AS a UNWIND range(1, 9999) AS b UNWIND range(1, 9999) AS c RETURN count(*)";

#[test]
fn what_is_too_long_too_slow_or_too_much_is_refused() {
    let place = guangdong();
    let served = Served::of(&place, &["--timeout", "2", "--concurrency", "1", "--max-memory", "16"]);
    // 413: by what is said of the length, and by the length.
    let long = format!("RETURN '{}'", "x".repeat(2 << 20));
    assert!(
        served
            .raw(b"POST /v1/query HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n")
            .starts_with("HTTP/1.1 413")
    );
    let chunked = "POST /v1/query HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    let answer = served.raw(format!("{chunked}{:x}\r\n{long}\r\n0\r\n\r\n", long.len()).as_bytes());
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 413"), "{answer}");
    // 431: a head without end.
    let head = format!("GET /health HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n", "x".repeat(100_000));
    // The rest of it, which nobody reads, may take the answer with it.
    let answer = served.raw(head.as_bytes());
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    // 408: a body that does not come.
    let mut slow = TcpStream::connect(served.host()).unwrap();
    slow.write_all(b"POST /v1/query HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{").unwrap();
    let mut answer = [0; 12];
    slow.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 408");
    // 504, and meanwhile 503 for whoever comes; health is told all the same.
    thread::scope(|scope| {
        let endless = scope.spawn(|| served.query("", ENDLESS, "{}", None));
        thread::sleep(Duration::from_millis(500));
        let turned_away = served.get("/v1/state", None);
        assert!(turned_away.status == 503 && turned_away.body.contains("busy"), "{turned_away:?}");
        assert!(served.is_up());
        let endless = endless.join().unwrap();
        assert_eq!(endless.status, 504, "{endless:?}");
    });
    // Its place is free again.
    let start = Instant::now();
    while served.get("/v1/state", None).status != 200 {
        assert!(start.elapsed() < Duration::from_secs(2), "the query goes on");
        thread::sleep(Duration::from_millis(20));
    }
    let greedy = served.query("", "RETURN range(1, 1000000)", "{}", None);
    assert!(greedy.status == 400 && greedy.body.contains("MemoryExceeded"), "{greedy:?}");
}

#[test]
fn an_answer_without_end_is_refused_and_memory_stays_bounded() {
    let place = guangdong();
    let served = Served::of(&place, &[]);
    let wide = "UNWIND range(1, 3000000) AS x RETURN x, 'abcdefghijklmnopqrstuvwxyz' AS letters";
    let answer = served.query("", wide, "{}", None);
    assert!(answer.status == 400 && answer.body.contains("too long"), "{} {}", answer.status, answer.body.len());
    // Those who take nothing in hold no more than is allowed to all of them together.
    let half = "UNWIND range(1, 600000) AS x RETURN x, 'abcdefghijklmnopqrstuvwxyz' AS letters";
    let body = format!("{{\"query\":\"{half}\"}}");
    let ask = format!("POST /v1/query HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let idle: Vec<TcpStream> = (0..12)
        .map(|_| {
            let mut connection = TcpStream::connect(served.host()).unwrap();
            connection.write_all(ask.as_bytes()).unwrap();
            connection
        })
        .collect();
    let refused = idle.into_iter().filter(|connection| {
        let mut answer = [0; 12];
        let mut connection = connection;
        connection.read_exact(&mut answer).unwrap();
        answer == *b"HTTP/1.1 503"
    });
    assert!(refused.count() > 0, "all were answered");
    assert!(served.memory().is_none_or(|memory| memory < 900 << 20), "{:?}", served.memory());
    assert!(served.is_up());
}

/// Bytes that are no request, or nearly one: what is nearly right goes further than what is not.
fn malformed(numbers: &mut Numbers) -> Vec<u8> {
    const NEARLY: [&str; 4] = [
        "GET /v1/findings/silos?format=csv HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "POST /v1/query HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20\r\nConnection: close\r\n\r\n{\"query\":\"RETURN 1\"}",
        "GET /v1/logs/cn-gd/commits?since=00 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "POST /v1/query HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"que\r\n0\r\n\r\n",
    ];
    if numbers.below(2) == 0 {
        return (0..numbers.below(300)).map(|_| numbers.below(256) as u8).collect();
    }
    let mut bytes = NEARLY[numbers.below(NEARLY.len())].as_bytes().to_vec();
    for _ in 0..=numbers.below(6) {
        let at = numbers.below(bytes.len());
        match numbers.below(3) {
            0 => bytes[at] = numbers.below(256) as u8,
            1 => drop(bytes.remove(at)),
            _ => bytes.insert(at, b"\r\n%/?&=\0 "[numbers.below(9)]),
        }
    }
    bytes
}

#[test]
fn malformed_requests_are_borne() {
    let place = guangdong();
    let served = Served::of(&place, &["--concurrency", "64"]);
    thread::scope(|scope| {
        for seed in 1..=16 {
            let served = &served;
            scope.spawn(move || {
                let mut numbers = Numbers(0x5eed << 8 | seed);
                for _ in 0..30 {
                    let bytes = malformed(&mut numbers);
                    let answer = served.raw(&bytes);
                    let status = answer.get(9..12).unwrap_or("none");
                    let sent = String::from_utf8_lossy(&bytes);
                    assert!(!status.starts_with('5') || status == "505", "{answer}: {sent:?}");
                }
            });
        }
    });
    assert!(served.is_up());
    assert_eq!(served.stop().code, Some(0));
}

#[test]
fn many_ask_at_once_and_each_is_answered() {
    let place = guangdong();
    let served = Served::of(&place, &["--concurrency", "64"]);
    let right = served.get("/v1/findings/silos?format=csv", None).body;
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let agent = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build().new_agent();
                for _ in 0..25 {
                    let path = format!("{}/v1/findings/silos?format=csv", served.address);
                    let mut response = agent.get(path).call().unwrap();
                    assert_eq!(response.status(), 200);
                    assert_eq!(response.body_mut().read_to_string().unwrap(), right);
                }
            });
        }
    });
    assert!(served.memory().is_none_or(|memory| memory < 400 << 20), "{:?}", served.memory());
}
