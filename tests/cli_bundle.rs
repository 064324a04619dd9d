//! Bundles at the command line: what crosses on a disk, and everything that is refused.
#![allow(clippy::unwrap_used, missing_docs)]

mod federation_support;
mod support;

use std::fs;

use federation_support::{commit, key, log, member, retitle, shown_key, states};
use support::{Place, Ran};

/// Makes a bundle in a place and copies it into another, as a disk would.
fn carry(from: &Place, to: &Place, name: &str, more: &[&str]) {
    from.run(["bundle", "create", "--out", name].iter().chain(more)).well();
    fs::copy(from.path(name), to.path(name)).unwrap();
}

fn apply(place: &Place, name: &str) -> Ran {
    place.run(["bundle", "apply", name])
}

/// A store that trusts another one, both with a commit.
fn pair() -> (Place, Place) {
    let (a, b) = (member("a", "510000"), member("b", "500000"));
    commit(&a);
    commit(&b);
    let b_key = key(&b);
    a.run(["key", "trust", "b", &b_key]).well();
    (a, b)
}

/// What a reader sees of a store, to be held against itself.
fn face(place: &Place) -> (String, String, u64) {
    (place.run(["export", "--format", "jsonl"]).well().out, place.read(".tiaokuai/HEAD"), states(place))
}

#[test]
fn bundles_bring_what_is_new_and_again_nothing() {
    let (a, b) = pair();
    carry(&b, &a, "first.bundle", &[]);
    let said = a.run(["bundle", "verify", "first.bundle"]).well();
    assert!(said.err.contains("b: 1 new commit") && said.err.contains("can be applied"), "{}", said.err);
    apply(&a, "first.bundle").well();
    assert_eq!(log(&a, "b"), log(&b, "b"));
    let before = face(&a);
    let again = apply(&a, "first.bundle").well();
    assert!(again.err.contains("already applied"), "{}", again.err);
    assert_eq!(face(&a), before);
    let since = log(&b, "b").pop().unwrap();
    retitle(&b, "二");
    retitle(&b, "三");
    carry(&b, &a, "second.bundle", &["--since", &since]);
    let said = apply(&a, "second.bundle").well();
    assert!(said.err.contains("b: 2 new commits") && said.err.contains("state 3"), "{}", said.err);
    assert_eq!(log(&a, "b"), log(&b, "b"));
    // An old bundle is no step back.
    assert!(apply(&a, "first.bundle").well().err.contains("already applied"));
    assert_eq!(log(&a, "b"), log(&b, "b"));
    // A whole bundle over a part that is here brings the rest.
    retitle(&b, "四");
    carry(&b, &a, "whole.bundle", &[]);
    assert!(apply(&a, "whole.bundle").well().err.contains("b: 1 new commit"));
    a.run(["check"]).well();
}

#[test]
fn bundles_out_of_order_are_refused_with_what_would_help() {
    let (a, b) = pair();
    let first = log(&b, "b").pop().unwrap();
    retitle(&b, "二");
    let second = log(&b, "b").pop().unwrap();
    retitle(&b, "三");
    carry(&b, &a, "later.bundle", &["--since", &second[..12]]);
    let before = face(&a);
    apply(&a, "later.bundle").fails(&["goes on from commit", &second, "a whole one"]);
    carry(&b, &a, "one.bundle", &["--catalog", "b", "--since", &first[..12]]);
    apply(&a, "one.bundle").fails(&["goes on from commit", &first]);
    assert_eq!(face(&a), before);
    // The way back is a whole bundle.
    carry(&b, &a, "whole.bundle", &[]);
    apply(&a, "whole.bundle").well();
    assert!(apply(&a, "later.bundle").well().err.contains("already applied"));
}

#[test]
fn what_was_altered_or_cut_is_refused_wherever_that_was() {
    let (a, b) = pair();
    carry(&b, &a, "good.bundle", &[]);
    let good = fs::read(a.path("good.bundle")).unwrap();
    let before = face(&a);
    // Every class of position: the beginning, lengths, description, signature, records, chunks; and many more between.
    let description = u32::from_le_bytes(good[8..12].try_into().unwrap()) as usize;
    let signature = 12 + description;
    let signed = signature + 4 + u32::from_le_bytes(good[signature..signature + 4].try_into().unwrap()) as usize;
    let mut places = vec![0, 7, 8, 11, 12, 12 + description / 2, signature - 1, signature, signature + 10, signed - 2];
    places.extend([signed, signed + 3, signed + 4, signed + 40, good.len() - 1]);
    places.extend((signed..good.len()).step_by((good.len() - signed) / 20));
    for at in places {
        let mut bent = good.clone();
        bent[at] ^= 0x04;
        fs::write(a.path("bent.bundle"), &bent).unwrap();
        let ran = apply(&a, "bent.bundle");
        assert_eq!(ran.code, Some(2), "byte {at}: {}", ran.err);
        let reasons = ["altered", "no bundle", "cut short", "newer program", "signature", "signed by"];
        assert!(reasons.iter().any(|reason| ran.err.contains(reason)), "byte {at}: {}", ran.err);
    }
    for end in
        [0, 4, 8, 11, 12, 12 + description / 2, signature, signed - 1, signed, signed + 2, signed + 30, good.len() - 1]
    {
        fs::write(a.path("cut.bundle"), &good[..end]).unwrap();
        let ran = apply(&a, "cut.bundle").fails(&[]);
        assert!(ran.err.contains("cut short") || ran.err.contains("no bundle"), "cut at {end}: {}", ran.err);
    }
    fs::write(a.path("long.bundle"), [&good[..], b"x"].concat()).unwrap();
    apply(&a, "long.bundle").fails(&["after its end"]);
    assert_eq!(face(&a), before, "nothing was changed");
    apply(&a, "good.bundle").well();
}

#[test]
fn who_signs_matters() {
    let (a, b) = pair();
    let other = member("z", "440000");
    commit(&other);
    other.run(["bundle", "create", "--out", "x.bundle"]).fails(&["key generate", "--unsigned"]);
    other.run(["bundle", "create", "--unsigned", "--out", "x.bundle"]).well();
    fs::copy(other.path("x.bundle"), a.path("x.bundle")).unwrap();
    let before = face(&a);
    apply(&a, "x.bundle").fails(&["no key of catalog z is trusted here"]);
    let z_key = key(&other);
    carry(&other, &a, "z.bundle", &[]);
    apply(&a, "z.bundle").fails(&["no key of catalog z"]);
    a.run(["key", "trust", "z", &shown_key(&b)]).well();
    apply(&a, "z.bundle").fails(&["is signed by", &z_key]);
    apply(&a, "x.bundle").fails(&["the bundle is not signed"]);
    a.run(["key", "trust", "z", &z_key]).well();
    apply(&a, "x.bundle").fails(&["the bundle is not signed"]);
    assert_eq!(face(&a), before);
    a.run(["key", "revoke", &z_key]).well();
    apply(&a, "z.bundle").fails(&["revoked"]);
    assert_eq!(face(&a), before);
    let trusting = member("t", "330000");
    trusting.run(["key", "trust", "z", "--unsigned"]).well();
    fs::copy(other.path("x.bundle"), trusting.path("x.bundle")).unwrap();
    apply(&trusting, "x.bundle").well();
    // A bundle of one's own is no news.
    b.run(["bundle", "create", "--out", "own.bundle"]).well();
    apply(&b, "own.bundle").fails(&["own home"]);
}

#[test]
fn a_bundle_expires() {
    let (a, b) = pair();
    carry(&b, &a, "short.bundle", &["--expires", "1s"]);
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let before = face(&a);
    apply(&a, "short.bundle").fails(&["expired on", "ask b"]);
    a.run(["bundle", "verify", "short.bundle"]).fails(&["expired on"]);
    a.run(["bundle", "inspect", "short.bundle"]).well();
    assert_eq!(face(&a), before);
    b.run(["bundle", "create", "--expires", "soon", "--out", "y.bundle"]).fails(&["no length of time"]);
    b.run(["bundle", "create", "--expires", "0d", "--out", "y.bundle"]).fails(&["no length of time"]);
    b.run(["bundle", "create"]).fails(&["--out"]);
}

#[test]
fn a_citys_log_travels_within_the_provinces_bundle_and_is_held_against_the_citys_key() {
    let (ministry, province, city) = (member("m", "110000"), member("p", "510000"), member("c", "510100"));
    for place in [&ministry, &province, &city] {
        commit(place);
    }
    let (p_key, c_key) = (key(&province), key(&city));
    province.run(["key", "trust", "c", &c_key]).well();
    carry(&city, &province, "city.bundle", &[]);
    apply(&province, "city.bundle").well();
    carry(&province, &ministry, "both.bundle", &[]);
    let inside = ministry.run(["bundle", "inspect", "both.bundle", "--format", "csv"]).well();
    let rows = inside.rows();
    assert_eq!(rows.iter().map(|r| &*r["key"]).collect::<Vec<_>>(), [&c_key, &p_key]);
    assert!(rows.iter().all(|r| r["signature"] == "fits"), "{rows:?}");
    assert!(inside.err.contains("made by p"), "{}", inside.err);
    ministry.run(["key", "trust", "p", &p_key]).well();
    let before = face(&ministry);
    // The province's word is not the city's.
    apply(&ministry, "both.bundle").fails(&["no key of catalog c is trusted here"]);
    ministry.run(["key", "trust", "c", &p_key]).well();
    apply(&ministry, "both.bundle").fails(&["the log of catalog c is signed by", &c_key]);
    assert_eq!(face(&ministry), before);
    ministry.run(["key", "trust", "c", &c_key]).well();
    apply(&ministry, "both.bundle").well();
    assert_eq!(log(&ministry, "c"), log(&city, "c"));
    assert_eq!(states(&ministry), 2, "both logs are one arrival");
    // What a city did not sign, a province cannot pass on in its name.
    retitle(&city, "未签");
    let folder = city.path("");
    province.run(["key", "trust", "c", "--unsigned"]).well();
    province.run(["remote", "add", "city", folder.to_str().unwrap(), "--catalog", "c"]).well();
    fs::remove_file(city.path(".tiaokuai/federation/statements.json")).unwrap();
    province.run(["fetch", "city"]).well();
    carry(&province, &ministry, "unsigned.bundle", &[]);
    apply(&ministry, "unsigned.bundle").fails(&["the log of catalog c is not signed"]);
}

#[test]
fn home_comes_back_within_anothers_bundle_and_is_passed_over() {
    let (a, b) = pair();
    let a_key = key(&a);
    b.run(["key", "trust", "a", &a_key]).well();
    carry(&a, &b, "a.bundle", &[]);
    apply(&b, "a.bundle").well();
    carry(&b, &a, "back.bundle", &[]);
    let said = apply(&a, "back.bundle").well();
    assert!(said.err.contains("b: 1 new commit") && !said.err.contains("a: "), "{}", said.err);
    assert_eq!(log(&a, "a").len(), 1);
}

#[test]
fn bundles_name_what_they_are_asked_for() {
    let (a, b) = pair();
    b.run(["bundle", "create", "--since", "ffffffff", "--out", "x.bundle"]).fails(&["no commit begins with"]);
    b.run(["bundle", "create", "--since", "x", "--out", "x.bundle"]).fails(&["no commit begins with"]);
    b.run(["bundle", "create", "--catalog", "q", "--out", "x.bundle"]).fails(&["no log of `q`"]);
    assert!(!b.path("x.bundle").exists(), "a bundle appears whole or not at all");
    a.run(["bundle", "inspect", "catalog/catalog.toml"]).fails(&["no bundle"]);
    apply(&a, "nowhere.bundle").fails(&["nowhere.bundle"]);
    let zh = a.run(["bundle", "inspect", "nowhere.bundle", "--lang", "zh"]).fails(&[]);
    assert!(zh.err.contains("错误"), "{}", zh.err);
}
