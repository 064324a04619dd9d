//! The findings, held against an independent reading of the contract (`tests/oracle`) on random worlds: row by row, in
//! order, every column whose value the contract settles.
//!
//! Every run tries the same worlds, so that a failure comes back. `TIAOKUAI_SEED` picks others, and `TIAOKUAI_CASES` (1000
//! unless told) more of them, in proportion to what each test takes:
//!
//! ```text
//! TIAOKUAI_CASES=20000 TIAOKUAI_SEED=7 cargo test --test findings
//! ```

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod answer;
mod changes;
mod drawings;
mod further;
mod kept;
mod look_alike;
#[path = "../oracle/mod.rs"]
mod oracle;
mod regions;
mod rows;
mod stores;
mod waivers;
mod why;

use proptest::test_runner::{Config, RngSeed};

/// How many worlds the branches of the contract are looked for in: what [`rows`] tries has them all many times over.
const CENSUS: usize = 3000;

/// What a test tries: so many worlds, or as many as the environment says, in proportion.
fn trying(worlds: u32) -> Config {
    let told = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let cases = match told("TIAOKUAI_CASES") {
        Some(cases) => u32::try_from(cases * u64::from(worlds) / 1000).unwrap_or(u32::MAX).max(1),
        None => worlds,
    };
    let rng_seed = RngSeed::Fixed(told("TIAOKUAI_SEED").unwrap_or(1));
    Config { cases, rng_seed, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() }
}

/// The comparison means something: random worlds come to every branch of the contract.
#[test]
fn random_worlds_meet_every_branch() {
    let missing = oracle::census::census(CENSUS).missing();
    assert!(missing.is_empty(), "no world has {missing:?}");
}
