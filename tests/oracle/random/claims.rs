//! Random published figures: of regions and of platforms, mostly with a measure that counts such.

use super::super::Claim;
use super::{Dice, Pick};

pub struct RawClaim {
    pub catalog: usize,
    pub subject: RawSubject,
    pub rest: Claim,
}

/// What a claim is about: a region, by its number among those that the world has; a platform or a department; a word as it
/// stands.
pub enum RawSubject {
    Region(usize),
    Platform(Pick),
    Department(Pick),
    Word(&'static str),
}

pub fn claim(mut dice: Dice) -> RawClaim {
    const COUNTS: [&str; 6] = ["departments", "departments", "datasets", "platforms", "who-has", "never-heard-of"];
    const CONNECTED: [&str; 4] = ["departments-connected", "departments-connected", "systems-connected", "departments"];
    let catalog = dice.below(3);
    let of_region = dice.chance(50);
    let measure = dice.one(if of_region { &COUNTS[..] } else { &CONNECTED[..] });
    let subject = match of_region {
        true => RawSubject::Region(dice.below(18)),
        false => match dice.below(8) {
            0..6 => RawSubject::Platform(dice.pick(0, 14, 1, 1)),
            6 => RawSubject::Department(dice.pick(0, 4, 1, 1)),
            _ => RawSubject::Word(dice.one(&["s1", "l1", "city", "a", "i0", "v1", "y0"])),
        },
    };
    let rest = Claim {
        measure: measure.to_string(),
        op: dice.one(&["=", "=", ">=", "<=", "~", "~"]).to_string(),
        value: dice.one(&[0.0, 0.0, 1.0, 1.0, 2.0, 10.0, 2.5]),
        as_of: dice.word(&["", "2026-04-30", "2025-12-31"]),
        source: dice.word(&["", "A", "B"]),
        ..Claim::default()
    };
    RawClaim { catalog, subject, rest }
}
