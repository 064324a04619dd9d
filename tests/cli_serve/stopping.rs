//! A stop: what was asked is answered whole, and nobody holds the server up.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use crate::serve_support::Served;
use crate::support::guangdong;

const ASK: &str = "GET /v1/findings/silos?format=csv HTTP/1.1\r\nHost: localhost\r\n";

/// Whether this is a whole answer of the status 200.
fn is_whole(answer: &str) -> bool {
    let Some((head, body)) = answer.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    head.starts_with("HTTP/1.1 200") && body.len() == length.parse::<usize>().unwrap()
}

#[test]
fn nothing_that_was_asked_is_lost_at_a_stop() {
    let place = guangdong();
    let served = Served::of(&place, &["--concurrency", "64"]);
    let host = served.host().to_owned();
    let askers: Vec<_> = (0..8)
        .map(|_| {
            let host = host.clone();
            thread::spawn(move || {
                let mut answered = 0;
                // A connection each: whoever is refused was not taken in.
                while let Ok(mut connection) = TcpStream::connect(&host) {
                    connection.write_all(format!("{ASK}Connection: close\r\n\r\n").as_bytes()).unwrap();
                    let mut answer = String::new();
                    connection.read_to_string(&mut answer).unwrap_or_else(|e| panic!("{e} after {answered}"));
                    assert!(is_whole(&answer), "{answer:?} after {answered}");
                    answered += 1;
                }
                answered
            })
        })
        .collect();
    thread::sleep(Duration::from_millis(500));
    assert_eq!(served.stop().0, Some(0));
    let answered: usize = askers.into_iter().map(|asker| asker.join().unwrap()).sum();
    assert!(answered > 16, "{answered}");
}

#[test]
fn a_stop_waits_for_answers_and_for_nobody_else() {
    let place = guangdong();
    let served = Served::of(&place, &["--verbose"]);
    let connect = || TcpStream::connect(served.host()).unwrap();
    // One that asked once and stays, one that says nothing, and one that waits for an answer that takes a while.
    let mut stays = connect();
    stays.write_all(format!("{ASK}\r\n").as_bytes()).unwrap();
    stays.read_exact(&mut [0; 64]).unwrap();
    let silent = connect();
    let mut waits = connect();
    let statement = "UNWIND range(1, 3000) AS a UNWIND range(1, 3000) AS b WITH a * b AS c RETURN count(c) AS n";
    let body = format!("{{\"query\":\"{statement}\"}}");
    let head = format!("POST /v1/query HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n", body.len());
    waits.write_all(format!("{head}{body}").as_bytes()).unwrap();
    thread::sleep(Duration::from_millis(100));
    served.tell("INT");
    let start = Instant::now();
    let mut answer = String::new();
    waits.read_to_string(&mut answer).unwrap();
    assert!(is_whole(&answer) && answer.contains("9000000"), "{answer}");
    while TcpStream::connect(served.host()).is_ok() {
        assert!(start.elapsed() < Duration::from_secs(5), "it takes others in");
        thread::sleep(Duration::from_millis(20));
    }
    let (code, took) = served.stop();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(8), "{took:?}");
    drop((stays, silent));
}
