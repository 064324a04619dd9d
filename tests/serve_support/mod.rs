//! A server as others meet it, and a line to it that misbehaves as it is told.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, missing_docs)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::support::{PROGRAM, Place};

/// A server of a place's store, stopped when it is let go.
pub struct Served {
    child: Child,
    pub address: String,
    lines: Arc<Mutex<Vec<String>>>,
    hearing: Option<JoinHandle<()>>,
}

/// How a server ended.
#[derive(Debug)]
pub struct Stopped {
    pub code: Option<i32>,
    pub took: Duration,
    /// All that it said on standard error since it listened.
    pub said: String,
}

/// What was answered.
#[derive(Debug, PartialEq, Eq)]
pub struct Answered {
    pub status: u16,
    pub body: String,
}

impl Served {
    pub fn of(place: &Place, more: &[&str]) -> Self {
        let mut child = Command::new(PROGRAM)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(more)
            .current_dir(place.path(""))
            .env_remove("TIAOKUAI_STORE")
            .env_remove("TIAOKUAI_LANG")
            .env("TZ", "UTC")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on ").unwrap_or_else(|| panic!("{line}")).to_owned();
        let lines = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&lines);
        let hear = move || said.lines().map_while(Result::ok).for_each(|line| kept.lock().unwrap().push(line));
        Self { child, address, lines, hearing: Some(thread::spawn(hear)) }
    }

    /// The host and port.
    pub fn host(&self) -> &str {
        self.address.split_once("://").unwrap().1
    }

    /// What it said on standard error since it listens.
    pub fn said(&self) -> String {
        self.lines.lock().unwrap().join("\n")
    }

    /// What it said, once this is part of it.
    pub fn says(&self, part: &str) -> String {
        let start = Instant::now();
        while !self.said().contains(part) {
            assert!(start.elapsed() < Duration::from_secs(5), "no {part:?} in {}", self.said());
            thread::sleep(Duration::from_millis(10));
        }
        self.said()
    }

    pub fn get(&self, path: &str, token: Option<&str>) -> Answered {
        let mut request = agent().get(format!("{}{path}", self.address));
        if let Some(token) = token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        answered(request.call().unwrap())
    }

    /// Posts a statement, and parameters as JSON.
    pub fn query(&self, options: &str, statement: &str, parameters: &str, token: Option<&str>) -> Answered {
        let mut request = agent().post(format!("{}/v1/query{options}", self.address));
        if let Some(token) = token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let statement = serde_json::to_string(statement).unwrap();
        answered(request.send(format!("{{\"query\":{statement},\"parameters\":{parameters}}}")).unwrap())
    }

    /// Sends bytes and reads what comes until the connection ends, or nothing came for a while.
    pub fn raw(&self, bytes: &[u8]) -> String {
        let mut connection = TcpStream::connect(self.host()).unwrap();
        connection.set_read_timeout(Some(Duration::from_millis(400))).unwrap();
        let _ = connection.write_all(bytes);
        let (mut answer, mut buffer) = (Vec::new(), [0; 4096]);
        while let Ok(read @ 1..) = connection.read(&mut buffer) {
            answer.extend_from_slice(&buffer[..read]);
        }
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Whether it still answers.
    pub fn is_up(&self) -> bool {
        self.get("/health", None).status == 200
    }

    /// The memory that it has, in bytes, where the system tells.
    pub fn memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        Some(line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()? << 10)
    }

    /// Tells it to stop.
    pub fn tell(&self, signal: &str) {
        Command::new("kill").args(["-s", signal, &self.child.id().to_string()]).status().unwrap();
    }

    /// Tells it to stop, and waits until it has.
    pub fn stop(self) -> Stopped {
        self.tell("TERM");
        self.ended()
    }

    /// Waits until it has stopped.
    pub fn ended(mut self) -> Stopped {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                self.hearing.take().unwrap().join().unwrap();
                let stopped = Stopped { code: status.code(), took: start.elapsed(), said: self.said() };
                assert!(!stopped.said.contains("panicked"), "{stopped:?}");
                return stopped;
            }
            assert!(start.elapsed() < Duration::from_secs(30), "it does not stop");
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build().new_agent()
}

fn answered(mut response: ureq::http::Response<ureq::Body>) -> Answered {
    let status = response.status().as_u16();
    // A page of a log is no text.
    let body = response.body_mut().with_config().limit(256 << 20).read_to_vec().unwrap();
    Answered { status, body: String::from_utf8_lossy(&body).into_owned() }
}

/// Makes a token in the file `tokens.toml` of a place.
pub fn token(place: &Place, name: &str, role: &str) -> String {
    place.run(["token", name, "--role", role, "--file", "tokens.toml"]).well().out.trim().to_owned()
}

/// What a line does to the bytes of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// Nothing.
    Fine,
    /// It ends after so many bytes of answers.
    Cuts(u64),
    /// It flips a bit of the answers, after so many bytes.
    Bends(u64),
    /// It flips a bit of what is asked, after so many bytes.
    BendsAsked(u64),
    /// It waits before whatever it passes on.
    Dawdles(Duration),
    /// It takes a connection in and passes nothing on.
    Swallows,
}

/// A line to a server.
pub struct Line {
    pub address: String,
    mood: Arc<Mutex<Mood>>,
    passed: Arc<AtomicU64>,
}

/// A connection on which nothing came for so long ends.
const IDLE: Duration = Duration::from_millis(1500);

impl Line {
    pub fn to(served: &Served) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let target = served.host().to_owned();
        let line = Self { address, mood: Arc::new(Mutex::new(Mood::Fine)), passed: Arc::default() };
        let (mood, passed) = (Arc::clone(&line.mood), Arc::clone(&line.passed));
        thread::spawn(move || {
            for client in listener.incoming() {
                let (Ok(client), Ok(server)) = (client, TcpStream::connect(&target)) else { continue };
                let mood = *mood.lock().unwrap();
                let (asked, back) = match mood {
                    Mood::BendsAsked(at) => (Mood::Bends(at), Mood::Fine),
                    Mood::Swallows => (Mood::Swallows, Mood::Fine),
                    mood => (Mood::Fine, mood),
                };
                let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                thread::spawn(move || pump(from, to, asked, &AtomicU64::new(0)));
                let passed = Arc::clone(&passed);
                thread::spawn(move || pump(server, client, back, &passed));
            }
        });
        line
    }

    pub fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// How many bytes of answers passed since this was asked last.
    pub fn passed(&self) -> u64 {
        self.passed.swap(0, Ordering::SeqCst)
    }
}

fn pump(mut from: TcpStream, mut to: TcpStream, mood: Mood, passed: &AtomicU64) {
    from.set_read_timeout(Some(IDLE)).unwrap();
    let (mut buffer, mut at) = ([0; 4096], 0);
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        let mut bytes = &mut buffer[..read];
        match mood {
            Mood::Cuts(most) => bytes = &mut bytes[..read.min(usize::try_from(most.saturating_sub(at)).unwrap())],
            Mood::Bends(place) if (at..at + read as u64).contains(&place) => {
                bytes[usize::try_from(place - at).unwrap()] ^= 1 << (place % 8);
            }
            Mood::Dawdles(pause) => thread::sleep(pause),
            Mood::Swallows => continue,
            _ => {}
        }
        at += read as u64;
        passed.fetch_add(bytes.len() as u64, Ordering::SeqCst);
        if to.write_all(bytes).is_err() || bytes.len() < read {
            break;
        }
    }
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}
