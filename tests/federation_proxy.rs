//! Two processes and a bad line between them: whatever it does to the bytes, the store that fetches is as before or has all
//! that was to come, and says what was wrong. When the line behaves at last, both hold the same.
#![allow(clippy::unwrap_used, missing_docs)]

mod federation_support;
mod serve_support;
mod support;

use std::collections::BTreeSet;
use std::time::Duration;

use federation_support::{add, commit, digest, key, log, member, retitle};
use serve_support::{Line, Mood, Served, token};
use support::Numbers;

fn mood(numbers: &mut Numbers) -> Mood {
    // The description of a log takes about 900 bytes, a commit of these about as many.
    let place = numbers.below(1700) as u64;
    match numbers.below(8) {
        0..=2 => Mood::Cuts(place),
        3..=5 => Mood::Bends(place),
        6 => Mood::BendsAsked(place % 300),
        _ => Mood::Dawdles(Duration::from_millis(place % 50)),
    }
}

#[test]
fn a_bad_line_costs_time_and_nothing_else() {
    let (a, b) = (member("a", "510000"), member("b", "500000"));
    commit(&a);
    let b_key = key(&b);
    commit(&b);
    let federate = token(&b, "a", "federate");
    a.write("b.token", &federate);
    let served = Served::of(&b, &["--tokens", "tokens.toml"]);
    let line = Line::to(&served);
    let words = ["remote", "add", "b", &line.address, "--catalog", "b", "--key", &b_key, "--token-file", "b.token"];
    a.run(words).well();
    let mut numbers = Numbers(0x7157);
    let (mut refused, mut came, mut reasons) = (0, 0, BTreeSet::new());
    for round in 0..50 {
        if round % 2 == 0 {
            retitle(&b, &format!("第{round}次"));
        }
        // The newest commit of every log, and the digest of all records.
        let head = || a.read(".tiaokuai/HEAD");
        let before = head();
        let mood = mood(&mut numbers);
        line.set(mood);
        let ran = a.run(["fetch", "b"]);
        if ran.code == Some(0) {
            assert_eq!(log(&a, "b"), log(&b, "b"), "{mood:?}: all of it");
            came += 1;
        } else {
            assert_eq!(head(), before, "{mood:?}: {}", ran.err);
            let reason = ran.err.trim().strip_prefix("error: ").unwrap_or_else(|| panic!("{mood:?}: {}", ran.err));
            reasons.insert(reason.chars().filter(|c| c.is_alphabetic()).take(60).collect::<String>());
            refused += 1;
        }
        if round % 6 == 0 {
            a.run(["check"]).well();
        }
    }
    assert!(refused > 12 && came > 5 && reasons.len() > 3, "{refused} refused, {came} came: {reasons:#?}");
    line.set(Mood::Fine);
    retitle(&b, "终");
    a.run(["fetch", "b"]).well();
    assert_eq!(log(&a, "b"), log(&b, "b"));
    a.run(["check"]).well();
    assert!(served.is_up());
    // The same as whoever has the folder at hand: another store of the same home holds the same.
    let near = member("a", "510000");
    commit(&near);
    add(&near, "b", &b, "b", &b_key);
    near.run(["fetch"]).well();
    assert_eq!(digest(&near), digest(&a));
    assert_eq!(served.stop().code, Some(0));
}
