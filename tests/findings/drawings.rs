//! What the report's drawings count, held against the oracle's needs.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tiaokuai::findings::flow::Flow;
use tiaokuai::findings::needs_grid;
use tiaokuai::model::Kind;
use tiaokuai::query::exec::budget::Stop;

use crate::answer::snapshot;
use crate::oracle::further::asymmetry::asymmetry;
use crate::oracle::further::{is_in, judged, place};
use crate::oracle::random::worlds;
use crate::trying;

proptest! {
    #![proptest_config(trying(200))]

    #[test]
    fn the_needs_of_drawings_are_those_that_count(world in worlds()) {
        let snapshot = snapshot(&world)?;
        let graph = snapshot.graph.as_ref();
        let flow = Flow::new(graph, &Stop::default());
        let union = world.union();
        let judged = judged(&union);
        let outers = union.regions.keys().map(|code| Some(code.as_str())).chain([None]);
        for outer in outers {
            let mut expected: BTreeMap<(String, Option<String>), (u64, u64)> = BTreeMap::new();
            for one in &judged {
                let Some(region) = place(&union, &one.consumer) else { continue };
                if outer.is_none_or(|outer| is_in(&union, region, outer)) {
                    let cell = expected.entry((region.to_string(), one.dataset.sector.clone())).or_default();
                    cell.0 += 1;
                    cell.1 += u64::from(one.met);
                }
            }
            let grid = needs_grid(&flow, outer.and_then(|code| graph.find(Kind::Region, code)));
            let place = |&(region, sector): &(u32, Option<&str>)| (graph.id(region).to_string(), sector.map(str::to_string));
            let found: BTreeMap<_, _> =
                grid.by_place.iter().map(|(cell, needs)| (place(cell), (needs.needs, needs.met))).collect();
            prop_assert_eq!(&found, &expected, "in {:?}", outer);
        }
        let all = needs_grid(&flow, None);
        for row in asymmetry(&world) {
            let counted = all.between_tiers[&(row.text("from_tier"), row.text("to_tier"))];
            let stated = ["needs", "met"].map(|column| row.get(column).as_u64().unwrap());
            prop_assert_eq!([counted.needs, counted.met], stated);
        }
    }
}
