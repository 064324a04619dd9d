//! Logs of other catalogs, fetched from folders: what comes, what is refused, and how old it is.
#![allow(clippy::unwrap_used, missing_docs)]

mod federation_support;
mod support;

use std::collections::BTreeMap;
use std::fs;

use federation_support::{add, commit, digest, folder, key, log, member, provinces, retitle, states};
use support::Place;

#[test]
fn two_stores_that_fetch_each_other_hold_the_union_and_the_same_digest() {
    let (sc, cq) = provinces();
    let (sc_key, cq_key) = (key(&sc), key(&cq));
    add(&sc, "chongqing", &cq, "cn-cq", &cq_key);
    add(&cq, "sichuan", &sc, "cn-sc", &sc_key);
    let fetched = sc.run(["fetch", "--format", "csv"]).well().rows();
    assert_eq!((&*fetched[0]["commits"], &*fetched[0]["state"]), ("1", "2"));
    cq.run(["fetch", "sichuan"]).well();
    let union = support::sample("sichuan-chongqing");
    let union = union.to_str().unwrap();
    // A waiver counts at home alone: on a day when none is in force, both answer as the directory of both does.
    for finding in ["silos", "unreachable", "redundant", "paper-sharing"] {
        let all = |more: &[&str], place: &Place| {
            place.run([finding, "--format", "csv", "--today", "2099-01-01"].iter().chain(more)).well().out
        };
        let whole = all(&[union], &sc);
        assert_eq!(all(&[], &sc), whole, "{finding}");
        assert_eq!(all(&[], &cq), whole, "{finding}");
    }
    assert_eq!(digest(&sc), digest(&cq));
    // The log is its owner's, byte for byte.
    assert_eq!(log(&sc, "cn-cq"), log(&cq, "cn-cq"));
}

#[test]
fn a_fetch_brings_what_is_new_and_nothing_twice() {
    let (a, b) = (member("a", "510000"), member("b", "500000"));
    commit(&a);
    commit(&b);
    let b_key = key(&b);
    add(&a, "b", &b, "b", &b_key);
    let fetch = || a.run(["fetch", "b", "--format", "csv"]).well().rows()[0]["commits"].clone();
    assert_eq!(fetch(), "1");
    assert_eq!(fetch(), "0");
    for title in ["二", "三", "四"] {
        retitle(&b, title);
    }
    let before = states(&a);
    assert_eq!(fetch(), "3");
    assert_eq!(states(&a), before + 1, "an arrival is one state");
    assert_eq!(log(&a, "b"), log(&b, "b"));
    let silos = a.run(["silos", "--format", "csv"]).well();
    assert!(silos.out.contains("四") && !silos.out.contains("三"), "{}", silos.out);
    assert!(silos.err.contains("age of sources: b 0 s"), "{}", silos.err);
    // An import at home leaves what came from others alone, and the other way round.
    retitle(&a, "家");
    let silos = a.run(["silos", "--format", "csv"]).well().out;
    assert!(silos.contains("四") && silos.contains("家"), "{silos}");
    a.run(["check"]).well();
}

#[test]
fn a_source_that_is_down_costs_the_others_nothing() {
    let (a, b, c) = (member("a", "510000"), member("b", "500000"), member("c", "440000"));
    for place in [&a, &b, &c] {
        commit(place);
    }
    let (b_key, c_key) = (key(&b), key(&c));
    add(&a, "b", &b, "b", &b_key);
    add(&a, "c", &c, "c", &c_key);
    fs::rename(b.path(".tiaokuai"), b.path("gone")).unwrap();
    let ran = a.run(["fetch", "--format", "csv"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("error: b: "), "{}", ran.err);
    assert_eq!(ran.rows().len(), 1, "c came all the same");
    let rows = a.run(["remote", "list", "--format", "csv"]).well().rows();
    assert!(rows[0]["failure"].contains("neither a store") && rows[1]["failure"].is_empty(), "{rows:?}");
    fs::rename(b.path("gone"), b.path(".tiaokuai")).unwrap();
    a.run(["fetch"]).well();
    let rows = a.run(["remote", "list", "--format", "csv"]).well().rows();
    assert!(rows[0]["failure"].is_empty(), "a success clears it");
}

#[test]
fn what_several_sources_bring_is_one_state() {
    let (a, b, c, d) = (member("a", "510000"), member("b", "500000"), member("c", "440000"), member("d", "330000"));
    for place in [&a, &b, &c, &d] {
        commit(place);
    }
    let add = |name: &str, source: &Place, catalog: &str, authority: &str| {
        let folder = folder(source);
        let folder = folder.to_str().unwrap();
        a.run(["remote", "add", name, folder, "--catalog", catalog, "--unsigned", "--authority", authority]).well();
    };
    let came = |rows: Vec<BTreeMap<String, String>>| -> Vec<(String, String, String)> {
        rows.iter().map(|r| (r["name"].clone(), r["commits"].clone(), r["state"].clone())).collect()
    };
    let of = |name: &str, commits: &str, state: &str| (name.to_owned(), commits.to_owned(), state.to_owned());
    add("b", &b, "b", "500000");
    add("c", &c, "c", "440000");
    let rows = a.run(["fetch", "--format", "csv"]).well().rows();
    assert_eq!(came(rows), [of("b", "1", "2"), of("c", "1", "2")]);
    retitle(&b, "新");
    retitle(&c, "新");
    let rows = a.run(["fetch", "--format", "csv"]).well().rows();
    assert_eq!(came(rows), [of("b", "1", "3"), of("c", "1", "3")]);
    // One that is refused costs the others nothing: they are one state without it.
    add("d", &d, "d", "110000");
    retitle(&b, "又");
    retitle(&c, "又");
    let ran = a.run(["fetch", "--format", "csv"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("error: d: ") && ran.err.contains("authority over 330000"), "{}", ran.err);
    assert_eq!(came(ran.rows()), [of("b", "1", "4"), of("c", "1", "4")]);
    assert_eq!((log(&a, "b"), log(&a, "c")), (log(&b, "b"), log(&c, "c")));
    let failures = a.run(["remote", "list", "--format", "csv"]).well().rows();
    let failed: Vec<&str> = failures.iter().filter(|r| !r["failure"].is_empty()).map(|r| &*r["name"]).collect();
    assert_eq!(failed, ["d"]);
    a.run(["check"]).well();
}

#[test]
fn only_what_its_owner_signed_comes() {
    let (a, b, other) = (member("a", "510000"), member("b", "500000"), member("z", "440000"));
    commit(&a);
    commit(&b);
    let stranger = key(&other);
    let source = folder(&b);
    let source = source.to_str().unwrap();
    a.run(["remote", "add", "b", source, "--catalog", "b"]).fails(&["--key", "--unsigned"]);
    a.run(["remote", "add", "b", source, "--catalog", "b", "--key", "hello"]).fails(&["no public key"]);
    a.run(["remote", "add", "b", source, "--catalog", "b", "--key", "sm2:00"]).fails(&["sm2", "ed25519"]);
    a.run(["remote", "add", "me", source, "--catalog", "a", "--unsigned"]).fails(&["this store's home"]);
    add(&a, "b", &b, "b", &stranger);
    let before = a.store_files();
    a.run(["fetch", "b"]).fails(&["not signed"]);
    let b_key = key(&b);
    a.run(["fetch", "b"]).fails(&["is signed by", "no key of catalog b"]);
    let unchanged = |name: &str| {
        a.store_files().iter().filter(|(p, _)| p.ends_with(name)).eq(before.iter().filter(|(p, _)| p.ends_with(name)))
    };
    assert!(unchanged("HEAD"), "nothing came");
    a.run(["remote", "set-key", "b", &b_key]).well();
    a.run(["fetch", "b"]).well();
    a.run(["key", "revoke", &b_key]).well();
    retitle(&b, "新");
    a.run(["fetch", "b"]).fails(&["revoked"]);
    a.run(["key", "trust", "b", &b_key]).fails(&["revoked", "for good"]);
    let b_key = {
        b.run(["key", "generate", "--replace"]).well();
        federation_support::shown_key(&b)
    };
    a.run(["remote", "set-key", "b", &b_key]).well();
    a.run(["fetch", "b"]).well();
}

#[test]
fn a_log_that_was_written_anew_is_a_fork_and_both_commits_are_named() {
    let (a, b) = (member("a", "510000"), member("b", "500000"));
    commit(&a);
    commit(&b);
    let source = folder(&b);
    a.run(["remote", "add", "b", source.to_str().unwrap(), "--catalog", "b", "--unsigned"]).well();
    a.run(["fetch"]).well();
    let ours = log(&a, "b");
    fs::remove_dir_all(b.path(".tiaokuai")).unwrap();
    b.run(["init", "--catalog", "b"]).well();
    retitle(&b, "另");
    let theirs = log(&b, "b");
    a.run(["fetch", "b"]).fails(&["forks", &ours[0], &theirs[0]]);
    assert_eq!(log(&a, "b"), ours);
}

#[test]
fn a_catalog_speaks_for_no_more_than_it_may() {
    let (a, b) = (member("a", "510000"), member("b", "500000"));
    commit(&a);
    commit(&b);
    let source = folder(&b);
    let source = source.to_str().unwrap();
    a.run(["remote", "add", "b", source, "--catalog", "b", "--unsigned", "--authority", "440000"]).well();
    a.run(["fetch", "b"]).fails(&["authority over 500000", "440000"]);
    a.run(["key", "trust", "b", "--unsigned", "--authority", "500000,440000"]).well();
    a.run(["fetch", "b"]).well();
}

#[test]
fn a_catalog_directory_is_harvested_by_the_difference() {
    let (a, b) = (member("a", "510000"), member("b", "500000"));
    commit(&a);
    let source = b.path("catalog");
    let source = source.to_str().unwrap();
    a.run(["remote", "add", "list", source, "--catalog", "b", "--unsigned"]).well();
    a.run(["fetch"]).well();
    assert_eq!(log(&a, "b").len(), 1);
    a.run(["fetch"]).well();
    assert_eq!(log(&a, "b").len(), 1, "nothing differs, no commit");
    b.edit("catalog/datasets.csv", "数据b", "改名");
    a.run(["fetch"]).well();
    assert_eq!(log(&a, "b").len(), 2);
    let shown = a.run(["show", &log(&a, "b")[1], "--format", "csv"]).well().out;
    assert!(shown.contains("数据b") || shown.contains("改名"), "{shown}");
    // Deleting much needs a word.
    b.write("catalog/datasets.csv", "id,title,holder,sector,share,sensitivity\n");
    a.run(["fetch", "list"]).fails(&["rows"]);
    a.run(["fetch", "list", "--allow-deletes"]).well();
    // Home is untouched, and another's folder is not taken for it.
    assert_eq!(log(&a, "a").len(), 1);
    a.run(["remote", "add", "wrong", source, "--catalog", "c", "--unsigned"]).well();
    a.run(["fetch", "wrong"]).fails(&["catalog `b`"]);
}

#[test]
fn old_news_is_an_error_where_that_is_asked_for() {
    let (a, b) = (member("a", "510000"), member("b", "500000"));
    commit(&a);
    commit(&b);
    let source = folder(&b);
    a.run(["remote", "add", "b", source.to_str().unwrap(), "--catalog", "b", "--unsigned"]).well();
    a.run(["silos", "--max-age", "0s"]).well();
    a.run(["fetch"]).well();
    a.run(["silos", "--max-age", "1d"]).well();
    let sources = a.read(".tiaokuai/federation/sources.json");
    let now = sources.split("\"as_of\": \"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    a.edit(".tiaokuai/federation/sources.json", &now, "2026-01-01T00:00:00Z");
    a.run(["silos", "--max-age", "1d"]).fails(&["what is held of b", "--max-age is 1d"]);
    a.run(["silos", "--max-age", "soon"]).fails(&["no length of time"]);
    a.run(["silos", "--at", "1", "--max-age", "1d"]).well();
    let told = a.run(["silos"]).well();
    assert!(told.err.contains("age of sources: b "), "{}", told.err);
}

#[test]
fn members_change_by_their_owners_alone() {
    let (a, b) = (member("a", "510000"), member("b", "500000"));
    commit(&a);
    commit(&b);
    let source = folder(&b);
    a.run(["remote", "add", "b", source.to_str().unwrap(), "--catalog", "b", "--unsigned"]).well();
    a.run(["fetch"]).well();
    let catalog = b.path("catalog");
    a.run(["import", catalog.to_str().unwrap()]).fails(&["home is `a`"]);
    a.run(["remote", "add", "b", "elsewhere", "--catalog", "c", "--unsigned"]).fails(&["already"]);
    a.run(["remote", "add", "again", "elsewhere", "--catalog", "b", "--unsigned"]).fails(&["source of catalog b"]);
    a.run(["remote", "remove", "b"]).well();
    a.run(["remote", "remove", "b"]).fails(&["no source `b`"]);
    a.run(["fetch", "b"]).fails(&["no source `b`"]);
    assert_eq!(log(&a, "b").len(), 1, "what was fetched stays");
}
