//! The server as others meet it: what it answers to whom, what can be fetched from it, and how it stops.
#![allow(clippy::unwrap_used, missing_docs)]

mod federation_support;
mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

use federation_support::{commit, key, log, member, retitle, states};
use support::{PROGRAM, Place, copy, import, sample};

/// A server of a place's store, stopped when it is let go.
struct Served {
    child: Child,
    address: String,
}

impl Served {
    fn of(place: &Place, more: &[&str]) -> Self {
        let mut child = Command::new(PROGRAM)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(more)
            .current_dir(place.path(""))
            .env_remove("TIAOKUAI_STORE")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on ").unwrap_or_else(|| panic!("{line}")).to_owned();
        Self { child, address }
    }

    fn ask(&self, path: &str, token: Option<&str>) -> (u16, String) {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().new_agent();
        let mut request = agent.get(format!("{}{path}", self.address));
        if let Some(token) = token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let mut response = request.call().unwrap();
        (response.status().as_u16(), response.body_mut().read_to_string().unwrap())
    }

    /// Tells it to stop, and waits until it has.
    fn stop(mut self) -> Option<i32> {
        Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(start.elapsed() < Duration::from_secs(30), "it does not stop");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn token(place: &Place, name: &str, role: &str) -> String {
    place.run(["token", name, "--role", role, "--file", "tokens.toml"]).well().out.trim().to_owned()
}

#[test]
fn what_is_answered_is_what_the_commands_answer() {
    let place = Place::with_store("cn-gd");
    copy(&sample("guangdong"), &place.path("catalog"));
    import(&place, &["catalog"]).well();
    let served = Served::of(&place, &[]);
    assert_eq!(served.ask("/health", None), (200, "{\"status\":\"ok\"}".to_owned()));
    let csv = served.ask("/v1/findings/silos?scope=region&format=csv&today=2026-11-01", None);
    let said = place.run(["silos", "--scope", "region", "--format", "csv", "--today", "2026-11-01"]).well();
    assert_eq!(csv, (200, said.out));
    let json = served.ask("/v1/findings/unreachable?tier=all&region=440100&today=2026-11-01&lang=zh", None);
    let words = ["unreachable", "--tier", "all", "--region", "440100", "--today", "2026-11-01", "--lang", "zh"];
    assert_eq!(json.1, place.run(words.iter().chain(&["--format", "json"])).well().out);
    for (path, status, part) in [
        ("/v1/findings/nothing", 404, "no finding"),
        ("/v1/findings/silos?scope=moon", 400, "scope"),
        ("/v1/findings/silos?colour=red", 400, "colour"),
        ("/v1/findings/silos?region=999999", 400, "999999"),
        ("/v1/findings/silos?today=soon", 400, "today"),
        ("/v1/findings/silos?format=graphml", 400, "format"),
        ("/v1/findings/why", 400, "consumer"),
        ("/v1/logs/cn-nowhere", 404, "no log"),
        ("/v1/logs/cn-gd/commits?since=ff", 404, "not in the log"),
        ("/elsewhere", 404, "openapi"),
    ] {
        let (code, body) = served.ask(path, None);
        assert_eq!(code, status, "{path}: {body}");
        assert!(body.contains(part) && body.contains("error"), "{path}: {body}");
    }
    let (_, description) = served.ask("/openapi.json", None);
    for path in ["/v1/findings/silos", "/v1/findings/paper-sharing", "/v1/logs/{catalog}/commits", "/health"] {
        assert!(description.contains(path), "{path}");
    }
    // It answers from the newest state, whoever wrote it meanwhile.
    let state = |served: &Served| served.ask("/v1/state", None).1;
    assert!(state(&served).contains("\"state\":1"), "{}", state(&served));
    place.edit("catalog/datasets.csv", "conditional", "unconditional");
    import(&place, &["catalog"]).well();
    assert!(state(&served).contains("\"state\":2"), "{}", state(&served));
    assert_eq!(served.stop(), Some(0));
}

#[test]
fn tokens_open_what_their_role_is_for() {
    let place = member("a", "510000");
    let plain = place.read("catalog/catalog.toml");
    place.write(
        "catalog/catalog.toml",
        format!("{plain}\n[[policy.hide]]\nkind = \"Dataset\"\nproperties = [\"title\"]\n"),
    );
    commit(&place);
    let (reader, auditor, federate) =
        (token(&place, "r", "reader"), token(&place, "a", "auditor"), token(&place, "f", "federate"));
    let served = Served::of(&place, &["--tokens", "tokens.toml"]);
    let silos = "/v1/findings/silos";
    for (path, who, status) in [
        (silos, None, 401),
        (silos, Some("nonsense"), 401),
        (silos, Some(&*reader), 200),
        (silos, Some(&*auditor), 200),
        (silos, Some(&*federate), 403),
        ("/v1/logs/a", None, 401),
        ("/v1/logs/a", Some(&*reader), 403),
        ("/v1/logs/a", Some(&*auditor), 403),
        ("/v1/logs/a", Some(&*federate), 200),
        ("/v1/logs/a/commits", Some(&*reader), 403),
        ("/v1/state", None, 401),
        ("/health", None, 200),
    ] {
        assert_eq!(served.ask(path, who).0, status, "{path} {who:?}");
    }
    assert!(served.ask(silos, Some(&auditor)).1.contains("数据a"));
    assert!(!served.ask(silos, Some(&reader)).1.contains("数据a"), "what stays at home stays there");
    let other = member("b", "500000");
    other.run(["serve", "--listen", "0.0.0.0:0"]).fails(&["other machines", "--tokens"]);
    let tokens = place.path("tokens.toml");
    other.run(["serve", "--listen", "0.0.0.0:0", "--tokens", tokens.to_str().unwrap()]).fails(&["--tls-cert"]);
    other.run(["token", "x", "--role", "king", "--file", "t.toml"]).code.filter(|code| *code == 2).unwrap();
}

/// How a line to a server misbehaves.
const FINE: u8 = 0;
const CUTS: u8 = 1;
const BENDS: u8 = 2;

/// A line to a server that cuts or bends what comes back, as it is told.
fn line(to: &Served) -> (String, Arc<AtomicU8>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let target = to.address.strip_prefix("http://").unwrap().to_owned();
    let mood = Arc::new(AtomicU8::new(FINE));
    let told = Arc::clone(&mood);
    std::thread::spawn(move || {
        for from in listener.incoming() {
            let (mut from, mut to) = (from.unwrap(), TcpStream::connect(&target).unwrap());
            let mood = told.load(Ordering::SeqCst);
            let (mut asked, mut back) = (from.try_clone().unwrap(), to.try_clone().unwrap());
            std::thread::spawn(move || std::io::copy(&mut asked, &mut to));
            std::thread::spawn(move || {
                let (mut buffer, mut passed) = ([0; 512], 0);
                while let Ok(read) = back.read(&mut buffer) {
                    // What describes the log is short; the commits are not.
                    if read == 0 || (mood == CUTS && passed > 1024) {
                        break;
                    }
                    if mood == BENDS && passed > 1024 {
                        buffer[read / 2] ^= 1;
                    }
                    passed += read;
                    if from.write_all(&buffer[..read]).is_err() {
                        break;
                    }
                }
                let _ = from.shutdown(std::net::Shutdown::Both);
            });
        }
    });
    (address, mood)
}

#[test]
fn logs_come_over_the_wire_or_not_at_all() {
    let (a, b) = (member("a", "510000"), member("b", "500000"));
    commit(&a);
    // Enough of it that a page is many packets.
    let rows: String =
        (0..400).map(|i| format!("t{i},数据集第{i}号 {},d,,unconditional,2\n", i * 7919 % 1013)).collect();
    let datasets = b.read("catalog/datasets.csv");
    b.write("catalog/datasets.csv", datasets + &rows);
    let b_key = key(&b);
    commit(&b);
    let federate = token(&b, "a", "federate");
    a.write("b.token", format!("{federate}\n"));
    let served = Served::of(&b, &["--tokens", "tokens.toml"]);
    let (address, mood) = line(&served);
    let add = ["remote", "add", "b", &address, "--catalog", "b", "--key", &b_key];
    a.run(add).well();
    a.run(["fetch", "b"]).fails(&["401", "token"]);
    a.run(["remote", "remove", "b"]).well();
    a.run(add.iter().chain(&["--token-file", "b.token"])).well();
    let face = || (a.read(".tiaokuai/HEAD"), states(&a));
    let before = face();
    mood.store(CUTS, Ordering::SeqCst);
    a.run(["fetch", "b"]).fails(&["broke off"]);
    mood.store(BENDS, Ordering::SeqCst);
    a.run(["fetch", "b"]).fails(&[]);
    assert_eq!(face(), before, "nothing is half applied");
    mood.store(FINE, Ordering::SeqCst);
    a.run(["fetch", "b"]).well();
    assert_eq!(log(&a, "b"), log(&b, "b"));
    assert!(!a.path(".tiaokuai/federation/incoming/b").exists(), "nothing is left lying");
    retitle(&b, "二");
    retitle(&b, "三");
    let fetched = a.run(["fetch", "--format", "csv"]).well().rows();
    assert_eq!(fetched[0]["commits"], "2");
    assert_eq!(a.run(["fetch", "--format", "csv"]).well().rows()[0]["commits"], "0");
    assert_eq!(log(&a, "b"), log(&b, "b"));
    served.stop();
    a.run(["fetch"]).code.filter(|code| *code == 2).unwrap();
    assert_eq!(states(&a), 3);
}

#[test]
fn a_fetch_goes_on_with_the_pages_that_came_before_a_cut() {
    let (a, b) = (member("a", "510000"), member("b", "500000"));
    commit(&a);
    commit(&b);
    let served = Served::of(&b, &[]);
    let page = |since: &str| {
        let mut response = ureq::get(format!("{}/v1/logs/b/commits{since}", served.address)).call().unwrap();
        response.body_mut().read_to_vec().unwrap()
    };
    let first = page("");
    retitle(&b, "二");
    a.run(["remote", "add", "b", &served.address, "--catalog", "b", "--unsigned"]).well();
    // As a fetch leaves it that was cut after its first page.
    std::fs::create_dir_all(a.path(".tiaokuai/federation/incoming/b")).unwrap();
    a.write(".tiaokuai/federation/incoming/b/00000000.page", &first);
    a.run(["fetch", "b"]).well();
    assert_eq!(log(&a, "b"), log(&b, "b"));
    // What is left of another log is found out, and not asked for again.
    retitle(&b, "三");
    std::fs::create_dir_all(a.path(".tiaokuai/federation/incoming/b")).unwrap();
    a.write(".tiaokuai/federation/incoming/b/00000000.page", b"no commits at all");
    a.run(["fetch", "b"]).well();
    assert_eq!(log(&a, "b"), log(&b, "b"));
    assert!(page(&format!("?since={}", log(&b, "b")[2])).is_empty(), "nothing follows the newest");
}

#[test]
fn nothing_that_was_asked_is_lost_at_a_stop() {
    let place = Place::with_store("cn-gd");
    copy(&sample("guangdong"), &place.path("catalog"));
    import(&place, &["catalog"]).well();
    let served = Served::of(&place, &["--concurrency", "64"]);
    let address = served.address.clone();
    let askers: Vec<_> = (0..8)
        .map(|_| {
            let address = address.clone();
            std::thread::spawn(move || {
                let mut answered = 0;
                // A connection each: whoever is refused was not being answered.
                while let Ok(mut connection) = TcpStream::connect(address.strip_prefix("http://").unwrap()) {
                    let ask = "GET /v1/findings/silos?format=csv HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
                    if connection.write_all(ask.as_bytes()).is_err() {
                        break;
                    }
                    let mut answer = String::new();
                    match connection.read_to_string(&mut answer) {
                        // Closed before it was taken up.
                        Ok(0) | Err(_) => break,
                        Ok(_) => assert!(answer.starts_with("HTTP/1.1 200"), "{answer}"),
                    }
                    let length = answer.split("content-length: ").nth(1).unwrap().split('\r').next().unwrap();
                    let body = answer.split_once("\r\n\r\n").unwrap().1;
                    assert_eq!(body.len(), length.parse::<usize>().unwrap(), "a whole answer");
                    answered += 1;
                }
                answered
            })
        })
        .collect();
    std::thread::sleep(Duration::from_millis(400));
    assert_eq!(served.stop(), Some(0));
    let answered: usize = askers.into_iter().map(|asker| asker.join().unwrap()).sum();
    assert!(answered > 8, "{answered}");
}
