//! lagging (省级兜底): regions that cannot serve their own.

use super::super::{Row, World, text};
use super::{Figures, Judged, in_order, is_in, judged, place, ratio, row, runs_exchange};

pub fn lagging(world: &World) -> Vec<Row> {
    let union = world.union();
    let judged = judged(&union);
    let mut rows = Vec::new();
    for (code, region) in &union.regions {
        let inside = |one: &&Judged| {
            let there = place(&union, &one.consumer).is_some_and(|place| is_in(&union, place, code));
            there && union.is_grassroots(&one.consumer)
        };
        let figures = Figures::of(judged.iter().filter(inside));
        let above = union.above(code);
        let backstop = above.iter().find(|above| runs_exchange(&union, above)).map(String::as_str);
        let mut add = |reason: &str| {
            let columns = vec![
                ("region", code.clone().into()),
                ("reason", reason.into()),
                ("needs", figures.needs.into()),
                ("met", figures.met.into()),
                ("ratio", ratio(figures.met, figures.needs)),
                ("backstop", text(backstop)),
            ];
            rows.push(row("lagging", 2, columns, "warning", figures.suspected));
        };
        // Down to county tier, by rank.
        let rank = region.tier.as_deref().and_then(|tier| union.rank(tier));
        if rank.is_some_and(|rank| Some(rank) <= union.rank("county")) && !runs_exchange(&union, code) {
            add("no-exchange");
        }
        if figures.met * 2 < figures.needs {
            add("half-met");
        }
    }
    in_order(rows, 2)
}
