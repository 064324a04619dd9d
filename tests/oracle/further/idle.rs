//! idle (硬件闲置): hardware that runs for little.

use std::cmp::Reverse;

use serde_json::Value;

use super::super::union::or;
use super::super::{Row, World, text};
use super::row;

/// `cost` down, a cost that is not stated as 0, then by id.
pub fn idle(world: &World, below: f64) -> Vec<Row> {
    let union = world.union();
    let mut rows = Vec::new();
    for (id, platform) in &union.platforms {
        let hard = or(&platform.nature, "soft") == "hard" && or(&platform.status, "running") == "running";
        let Some(utilisation) = platform.utilisation.filter(|used| hard && *used < below) else { continue };
        let region = union.operated_in(platform);
        let columns = vec![
            ("platform", id.clone().into()),
            ("name", text(platform.name.as_deref())),
            ("operator", text(platform.operator.as_deref())),
            ("region", text(region.map(|region| region.code.as_str()))),
            ("tier", text(region.and_then(|region| region.tier.as_deref()))),
            ("utilisation", utilisation.into()),
            ("cost", platform.cost.map_or(Value::Null, Value::from)),
        ];
        rows.push(row("idle", 1, columns, "warning", false));
    }
    rows.sort_by_key(|row| (Reverse(row.get("cost").as_i64().unwrap_or(0)), row.text("platform").to_string()));
    rows
}
