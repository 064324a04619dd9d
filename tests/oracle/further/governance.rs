//! governance (数据基础制度): what is left unsaid, and what is not ruled.

use serde_json::Value;

use super::super::{Dataset, Row, World, finding_id, text};
use super::{TODAY, in_order, place};

const COUNTED: [&str; 7] =
    ["datasets", "no_share", "no_sensitivity", "no_owner", "no_revenue", "no_security", "no_standard"];

pub fn by_holder(world: &World) -> Vec<Row> {
    let union = world.union();
    let mut rows = Vec::new();
    for holder in union.departments.keys() {
        let held: Vec<_> = union.datasets.values().filter(|d| d.holder.as_ref() == Some(holder)).collect();
        let without = |stated: &dyn Fn(&Dataset) -> bool| held.iter().filter(|d| !stated(d)).count();
        let counts = [
            held.len(),
            without(&|d| d.share.is_some()),
            without(&|d| d.sensitivity.is_some()),
            without(&|d| d.owner_right.is_some()),
            without(&|d| d.revenue_rule.is_some()),
            without(&|d| d.security_rule.is_some()),
            without(&|d| d.standard.is_some()),
        ];
        if counts[1..].iter().any(|count| *count > 0) {
            let id = finding_id("governance", &[holder]);
            let placed = text(place(&union, holder));
            rows.push(row(id, holder.clone().into(), placed, Value::Null, counts.map(Value::from)));
        }
    }
    rows
}

/// The four kinds, where none in force applies there or above.
///
/// *Choice*: a policy is in force from its date on, and always where it has none.
pub fn by_region(world: &World) -> Vec<Row> {
    let union = world.union();
    let mut rows = Vec::new();
    for region in union.regions.keys() {
        for kind in ["property", "circulation", "revenue", "security"] {
            let chain: Vec<String> = std::iter::once(region.clone()).chain(union.above(region)).collect();
            let ruled = union.policies.iter().any(|policy| {
                let in_force = policy.since.as_deref().is_none_or(|since| since <= TODAY);
                let applies =
                    policy.region.as_ref().is_some_and(|code| chain.contains(code) && union.regions.contains_key(code));
                policy.kind.as_deref() == Some(kind) && in_force && applies
            });
            if !ruled {
                let id = finding_id("governance", &[region, kind]);
                let empty = [const { Value::Null }; 7];
                rows.push(row(id, Value::Null, region.clone().into(), kind.into(), empty));
            }
        }
    }
    in_order(rows, 3)
}

fn row(id: String, holder: Value, region: Value, kind: Value, counts: [Value; 7]) -> Row {
    let mut columns = vec![("finding_id", id.into()), ("holder", holder), ("region", region), ("kind", kind)];
    columns.extend(COUNTED.into_iter().zip(counts));
    columns.extend([("severity", "warning".into()), ("certainty", "certain".into())]);
    Row { columns }
}
