//! A stop: what was asked is answered whole, and nobody holds the server up.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use crate::serve_support::Served;
use crate::support::guangdong;

const ASK: &str = "GET /v1/findings/silos?format=csv HTTP/1.1\r\nHost: localhost\r\n";

/// A request that takes time, in proportion to the square of this number.
fn counting(size: u32) -> String {
    let statement = format!("UNWIND range(1, {size}) AS a UNWIND range(1, {size}) AS b RETURN count(*) AS n");
    let body = format!("{{\"query\":\"{statement}\"}}");
    format!("POST /v1/query HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

/// Whether this is a whole answer of the status 200.
fn is_whole(answer: &str) -> bool {
    let Some((head, body)) = answer.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    head.starts_with("HTTP/1.1 200") && body.len() == length.parse::<usize>().unwrap()
}

#[test]
fn nothing_that_was_asked_is_lost_at_a_stop() {
    let place = guangdong();
    let served = Served::of(&place, &["--concurrency", "64", "--verbose"]);
    let host = served.host().to_owned();
    let askers: Vec<_> = (0..8)
        .map(|_| {
            let host = host.clone();
            thread::spawn(move || {
                let mut answered = 0;
                // A connection each: whoever is refused was not taken in.
                while let Ok(mut connection) = TcpStream::connect(&host) {
                    let sent = connection.write_all(format!("{ASK}Connection: close\r\n\r\n").as_bytes());
                    let mut answer = String::new();
                    if sent.is_err() || connection.read_to_string(&mut answer).is_err() {
                        // Nor was whoever came in the very moment in which it ceased to listen.
                        assert!(answer.is_empty() && TcpStream::connect(&host).is_err(), "{answer:?} after {answered}");
                        break;
                    }
                    assert!(is_whole(&answer), "{answer:?} after {answered}");
                    answered += 1;
                }
                answered
            })
        })
        .collect();
    thread::sleep(Duration::from_millis(500));
    let stopped = served.stop();
    let answered: usize = askers.into_iter().map(|asker| asker.join().unwrap()).sum();
    assert_eq!(stopped.code, Some(0));
    assert!(answered > 16, "{answered}");
    // Every answer that was given has come.
    assert_eq!(stopped.said.matches("GET /v1/findings/silos 200").count(), answered, "{}", stopped.said);
    assert!(stopped.said.ends_with("stopped"), "no connection was cut: {}", stopped.said);
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
    waits.write_all(counting(2000).as_bytes()).unwrap();
    thread::sleep(Duration::from_millis(100));
    served.tell("INT");
    let start = Instant::now();
    let mut answer = String::new();
    waits.read_to_string(&mut answer).unwrap();
    assert!(is_whole(&answer) && answer.contains("4000000"), "{answer}");
    while TcpStream::connect(served.host()).is_ok() {
        assert!(start.elapsed() < Duration::from_secs(5), "it takes others in");
        thread::sleep(Duration::from_millis(20));
    }
    let stopped = served.ended();
    assert_eq!(stopped.code, Some(0));
    assert!(stopped.took < Duration::from_secs(8), "{stopped:?}");
    drop((stays, silent));
}

#[test]
fn who_says_it_twice_means_at_once() {
    let place = guangdong();
    let served = Served::of(&place, &["--verbose"]);
    let mut waits = TcpStream::connect(served.host()).unwrap();
    waits.write_all(counting(900_000).as_bytes()).unwrap();
    thread::sleep(Duration::from_millis(100));
    served.tell("TERM");
    served.says("stopping");
    let stopped = served.stop();
    assert!(stopped.code == Some(0) && stopped.took < Duration::from_secs(5), "{stopped:?}");
    assert!(stopped.said.ends_with("stopped; connections cut: 1"), "{stopped:?}");
}
