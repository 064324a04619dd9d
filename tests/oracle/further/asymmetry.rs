//! asymmetry (上行易下行难): what one tier gets of another, against the opposite direction.

use serde_json::Value;

use super::super::{Row, World, flow::is_withheld};
use super::{Figures, Judged, in_chain, in_order, judged, place, ratio, row};

/// A row for each ordered pair of different tiers.
pub fn asymmetry(world: &World) -> Vec<Row> {
    let union = world.union();
    let judged = judged(&union);
    let between = |from: &str, to: &str| {
        let counts = |one: &&Judged| {
            let Some(holder) = union.holder_of(&one.dataset).filter(|_| !is_withheld(&one.dataset)) else {
                return false;
            };
            let places = place(&union, holder).zip(place(&union, &one.consumer));
            let tiers = union.tier_of(holder) == Some(from) && union.tier_of(&one.consumer) == Some(to);
            tiers && places.is_some_and(|(a, b)| in_chain(&union, a, b))
        };
        Figures::of(judged.iter().filter(counts))
    };
    let mut rows = Vec::new();
    for from in union.tiers.values() {
        for to in union.tiers.values().filter(|to| to.id != from.id) {
            let (this, opposite) = (between(&from.id, &to.id), between(&to.id, &from.id));
            // The gap stands on the rows that go down, where both ratios are there.
            let has_gap = from.rank < to.rank && this.needs > 0 && opposite.needs > 0;
            let share = |figures: Figures| figures.met as f64 / figures.needs as f64;
            let gap = if has_gap { Value::from(share(opposite) - share(this)) } else { Value::Null };
            // 0.2 or more, told by whole numbers: a/b - c/d >= 1/5.
            let (a, b, c, d) = (opposite.met, opposite.needs, this.met, this.needs);
            let wide = has_gap && 5 * (a * d) >= 5 * (c * b) + b * d;
            let columns = vec![
                ("from_tier", from.id.clone().into()),
                ("to_tier", to.id.clone().into()),
                ("needs", this.needs.into()),
                ("met", this.met.into()),
                ("ratio", ratio(this.met, this.needs)),
                ("gap", gap),
            ];
            rows.push(row("asymmetry", 2, columns, if wide { "warning" } else { "note" }, this.suspected));
        }
    }
    in_order(rows, 2)
}
