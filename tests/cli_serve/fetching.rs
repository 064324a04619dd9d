//! Fetching from a server: the same as from its folder, only what is new, and on from where a cut left off.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use crate::federation_support::{add, commit, digest, folder, key, log, member, provinces, retitle, states};
use crate::limits::ENDLESS;
use crate::serve_support::{Line, Mood, Served, token};
use crate::support::{Numbers, Place};

/// Adds a server as a source whose log nobody signed.
fn add_unsigned(place: &Place, address: &str, catalog: &str) {
    place.run(["remote", "add", catalog, address, "--catalog", catalog, "--unsigned"]).well();
}

/// How many commits a fetch brings.
fn fetched(place: &Place) -> String {
    place.run(["fetch", "--format", "csv"]).well().rows()[0]["commits"].clone()
}

#[test]
fn what_comes_from_a_server_is_what_comes_from_its_folder() {
    let (sc, cq) = provinces();
    let cq_key = key(&cq);
    let (by_folder, by_server) = (Place::with_store("reader"), Place::with_store("reader"));
    add(&by_folder, "cq", &cq, "cn-cq", &cq_key);
    by_folder.run(["fetch"]).well();
    let served = Served::of(&cq, &[]);
    by_server.run(["remote", "add", "cq", &served.address, "--catalog", "cn-cq", "--key", &cq_key]).well();
    by_server.run(["fetch"]).well();
    assert_eq!(digest(&by_folder), digest(&by_server));
    assert_eq!(log(&by_folder, "cn-cq"), log(&by_server, "cn-cq"));
    let exported = |place: &Place| place.run(["export", "--format", "jsonl"]).well().out;
    assert_eq!(exported(&by_folder), exported(&by_server));
    by_server.run(["check"]).well();
    // A store passes on what it heard, with its owner's signature.
    let passing_on = Served::of(&by_server, &[]);
    sc.run(["remote", "add", "cq", &passing_on.address, "--catalog", "cn-cq", "--key", &cq_key]).well();
    sc.run(["fetch"]).well();
    assert_eq!(log(&sc, "cn-cq"), log(&cq, "cn-cq"));
    // A server does not serve what it does not have, nor a stranger.
    sc.run(["remote", "add", "x", &served.address, "--catalog", "cn-x", "--unsigned"]).well();
    sc.run(["fetch", "x"]).fails(&["404", "no log of catalog cn-x"]);
    sc.run(["key", "revoke", &cq_key]).well();
    cq.edit("catalog/datasets.csv", ",conditional,", ",unconditional,");
    commit(&cq);
    assert_eq!(fetched(&by_server), "1");
    sc.run(["fetch", "cq"]).fails(&["revoked"]);
}

#[test]
fn only_what_is_new_travels() {
    let (a, b) = (member("a", "510000"), member("b", "500000"));
    commit(&a);
    let mut numbers = Numbers(7);
    add_rows(&b, &mut numbers, 2000);
    commit(&b);
    let served = Served::of(&b, &[]);
    let line = Line::to(&served);
    add_unsigned(&a, &line.address, "b");
    assert_eq!(fetched(&a), "1");
    let whole = line.passed();
    assert!(whole > 100_000, "{whole}");
    assert_eq!(fetched(&a), "0");
    let nothing = line.passed();
    assert!(nothing < 1500, "{nothing}");
    retitle(&b, "二");
    retitle(&b, "三");
    let before = states(&a);
    assert_eq!(fetched(&a), "2");
    let little = line.passed();
    assert!(little < 6000, "{little} of {whole}");
    assert_eq!((states(&a), log(&a, "b")), (before + 1, log(&b, "b")));
}

/// Adds datasets whose descriptions cannot be made shorter.
fn add_rows(place: &Place, numbers: &mut Numbers, rows: usize) {
    let datasets = place.read("catalog/datasets.csv");
    let first = datasets.lines().count();
    let mut digits = || format!("{:08x}", numbers.below(1 << 32));
    let mut random = || (0..12).map(|_| digits()).collect::<String>();
    let rows: String = (first..first + rows).map(|i| format!("t{i},{},d,,unconditional,2\n", random())).collect();
    place.write("catalog/datasets.csv", datasets + &rows);
}

/// A page of a log.
fn page(served: &Served, catalog: &str, since: &str) -> Vec<u8> {
    let address = format!("{}/v1/logs/{catalog}/commits{since}", served.address);
    ureq::get(address).call().unwrap().body_mut().read_to_vec().unwrap()
}

#[test]
fn a_fetch_goes_on_where_a_cut_left_off() {
    let (a, b) = (member("a", "510000"), member("b", "500000"));
    commit(&a);
    let b_key = key(&b);
    let mut numbers = Numbers(11);
    for _ in 0..2 {
        add_rows(&b, &mut numbers, 25_000);
        commit(&b);
    }
    let served = Served::of(&b, &[]);
    let line = Line::to(&served);
    a.run(["remote", "add", "b", &line.address, "--catalog", "b", "--key", &b_key]).well();
    let waiting = |ending: &str| {
        let folder = fs::read_dir(a.path(".tiaokuai/federation/incoming/b"));
        folder.map_or(0, |all| all.flatten().filter(|e| e.path().extension().is_some_and(|x| x == ending)).count())
    };
    let face = || (a.read(".tiaokuai/HEAD"), states(&a));
    let before = face();
    line.set(Mood::Cuts(7 << 19));
    a.run(["fetch", "b"]).fails(&[]);
    assert_eq!((face(), waiting("page"), waiting("part")), (before, 1, 1), "nothing is taken, and what came is kept");
    let first = line.passed();
    line.set(Mood::Fine);
    assert_eq!(fetched(&a), "2");
    let second = line.passed();
    let ids = log(&b, "b");
    let whole = page(&served, "b", "").len() + page(&served, "b", &format!("?since={}", ids[0])).len();
    // What is said beside the commits takes a thousand bytes or two each time.
    let (least, most) = (whole as u64, whole as u64 + 6000);
    assert!((least..most).contains(&(first + second)), "{first} before the cut, {second} after it, of {whole}");
    assert_eq!(log(&a, "b"), ids);
    assert!(!a.path(".tiaokuai/federation/incoming/b").exists(), "nothing is left lying");
    a.run(["check"]).well();
}

#[test]
fn what_is_left_of_another_fetch_is_used_only_where_it_fits() {
    let (a, b, c) = (member("a", "510000"), member("b", "500000"), member("c", "440000"));
    for place in [&a, &b, &c] {
        commit(place);
    }
    let (served, other) = (Served::of(&b, &[]), Served::of(&c, &[]));
    add_unsigned(&a, &served.address, "b");
    let left = ".tiaokuai/federation/incoming/b/00000000.page";
    let mut bent = page(&served, "b", "");
    let middle = bent.len() / 2;
    bent[middle] ^= 1;
    for lies in [page(&served, "b", ""), b"no commits at all".to_vec(), bent, page(&other, "c", ""), Vec::new()] {
        retitle(&b, &format!("{}", lies.len()));
        a.write(left, &lies);
        a.run(["fetch", "b"]).well();
        assert_eq!(log(&a, "b"), log(&b, "b"));
        assert!(!a.path(left).exists());
    }
}

#[test]
fn a_server_that_is_down_or_silent_costs_the_others_nothing() {
    let (a, b, c) = (member("a", "510000"), member("b", "500000"), member("c", "440000"));
    for place in [&a, &b, &c] {
        commit(place);
    }
    let federate = token(&b, "a", "federate");
    let served = Served::of(&b, &["--tokens", "tokens.toml"]);
    let line = Line::to(&served);
    add_unsigned(&a, &line.address, "b");
    a.run(["remote", "add", "c", folder(&c).to_str().unwrap(), "--catalog", "c", "--unsigned"]).well();
    let others_come = |why: &str| {
        retitle(&c, why);
        let start = Instant::now();
        let ran = a.run(["fetch", "--format", "csv"]);
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
        assert_eq!((ran.code, &*ran.rows()[0]["name"], &*ran.rows()[0]["commits"]), (Some(2), "c", "1"), "{}", ran.err);
        let rows = a.run(["remote", "list", "--format", "csv"]).well().rows();
        assert!(rows[0]["failure"].contains(why), "{rows:?}");
    };
    // The first fetch brings both commits of c.
    a.run(["fetch", "c"]).well();
    others_come("401");
    a.run(["remote", "remove", "b"]).well();
    a.write("b.token", &federate);
    let words = ["remote", "add", "b", &line.address, "--catalog", "b", "--unsigned", "--token-file", "b.token"];
    a.run(words).well();
    line.set(Mood::Swallows);
    others_come("http://127.0.0.1");
    line.set(Mood::Fine);
    a.run(["fetch", "b"]).well();
    served.stop();
    others_come("http");
    assert_eq!(log(&a, "b"), log(&b, "b"));
}

#[test]
fn a_server_that_has_too_much_to_do_is_asked_again() {
    let (a, b) = (member("a", "510000"), member("b", "500000"));
    commit(&a);
    commit(&b);
    let served = Served::of(&b, &["--concurrency", "1", "--timeout", "3", "--verbose"]);
    add_unsigned(&a, &served.address, "b");
    thread::scope(|scope| {
        let endless = scope.spawn(|| served.query("", ENDLESS, "{}", None));
        thread::sleep(Duration::from_millis(500));
        assert_eq!(fetched(&a), "1");
        assert_eq!(endless.join().unwrap().status, 504);
    });
    assert!(served.said().contains("GET /v1/logs/b 503"), "{}", served.said());
}

#[test]
fn an_answer_says_how_old_what_it_rests_on_is() {
    let (a, b) = (member("a", "510000"), member("b", "500000"));
    commit(&a);
    commit(&b);
    add_unsigned(&a, folder(&b).to_str().unwrap(), "b");
    a.run(["fetch"]).well();
    let served = Served::of(&a, &[]);
    let ask = |more: &str| served.get(&format!("/v1/findings/silos?max_age=1d{more}"), None);
    assert_eq!(ask("").status, 200);
    let answer = served.raw(b"GET /v1/findings/silos HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert!(answer.contains("tiaokuai-state: 2\r\n") && answer.contains("tiaokuai-source-age: b "), "{answer}");
    let sources = a.read(".tiaokuai/federation/sources.json");
    let heard = sources.split("\"as_of\": \"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    a.edit(".tiaokuai/federation/sources.json", &heard, "2026-01-01T00:00:00Z");
    let stale = ask("");
    assert!(stale.status == 409 && stale.body.contains("what is held of b is older"), "{stale:?}");
    assert_eq!(served.query("?max_age=1d", "RETURN 1", "{}", None).status, 409);
    assert_eq!(served.get("/v1/findings/silos", None).status, 200);
}
