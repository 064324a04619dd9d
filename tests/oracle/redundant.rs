//! redundant (重复建设): platforms that were built where another was meant to serve. Without the rule `look-alike`,
//! whose similarity is not of the graph.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::union::{Union, or};
use super::{Platform, Region, Row, World, finding_id, text};

/// The rows of `built-above`, `could-unify` and `twice-here`: `cost` down, then `rule`, `platform`, `region`,
/// `function`.
pub fn redundant(world: &World) -> Vec<Row> {
    let union = world.union();
    let mut rows = Vec::new();
    for platform in counted(&union) {
        rows.extend(built_above(&union, platform));
    }
    for function in functions(&union) {
        for region in union.regions.values() {
            rows.extend(could_unify(&union, region, &function));
            rows.extend(twice_here(&union, region, &function));
        }
    }
    rows.sort_by_key(|row| {
        let keys = ["rule", "platform", "region", "function"];
        (Reverse(row.get("cost").as_i64()), keys.map(|key| row.text(key).to_string()))
    });
    rows
}

/// Only soft platforms that are not retired count (without `nature` soft, without `status` running), and only a
/// function that is stated can be the same.
pub fn counted(union: &Union) -> Vec<&Platform> {
    let platforms = union.platforms.values();
    let kept = platforms.filter(|platform| {
        let soft = or(&platform.nature, "soft") == "soft";
        soft && status(platform) != "retired" && platform.function.is_some()
    });
    kept.collect()
}

fn functions(union: &Union) -> BTreeSet<String> {
    let counted = counted(union).into_iter();
    counted.filter_map(|platform| platform.function.clone()).collect()
}

fn status(platform: &Platform) -> &str {
    or(&platform.status, "running")
}

/// Without `scope` a platform is its region's own.
fn is_unified(platform: &Platform) -> bool {
    or(&platform.scope, "own") == "unified"
}

/// The platforms of a function operated in a region, by id.
///
/// *Choice*: a platform whose operator is missing, dangles or has no region is operated nowhere, and in no row.
fn operated_in<'a>(union: &'a Union, code: &str, function: &str) -> Vec<&'a Platform> {
    let counted = counted(union).into_iter();
    let here = counted.filter(|platform| union.operated_in(platform).is_some_and(|region| region.code == code));
    here.filter(|platform| platform.function.as_deref() == Some(function)).collect()
}

/// The nearest unified platform of the function above a region; of several in one region the first by id.
pub fn unified_above<'a>(union: &'a Union, code: &str, function: &str) -> Option<&'a Platform> {
    for above in union.above(code) {
        let platforms = operated_in(union, &above, function).into_iter();
        if let Some(first) = platforms.filter(|platform| is_unified(platform)).min_by_key(|platform| &platform.id) {
            return Some(first);
        }
    }
    None
}

/// The rule's own exception: `exempt` is set, and the platform is operated at city tier. At any other it counts for
/// nothing.
pub fn is_excepted(union: &Union, platform: &Platform) -> bool {
    let tier = union.operated_in(platform).and_then(|region| region.tier.as_deref());
    platform.exempt.is_some() && tier == Some("city")
}

/// A node of the national exchange system: an exchange platform of city tier or above, by rank. It breaks neither
/// `built-above` nor `could-unify`. An exchange in a region without a tier is judged as any other.
pub fn is_exchange_node(union: &Union, platform: &Platform) -> bool {
    let tier = union.operated_in(platform).and_then(|region| region.tier.as_deref());
    let rank = tier.and_then(|tier| union.rank(tier));
    let city = union.rank("city");
    platform.function.as_deref() == Some("data-exchange") && rank.is_some_and(|rank| Some(rank) <= city)
}

fn built_above(union: &Union, platform: &Platform) -> Option<Row> {
    let region = union.operated_in(platform)?;
    let function = platform.function.as_deref()?;
    let counterpart = unified_above(union, &region.code, function)?;
    if is_excepted(union, platform) || is_exchange_node(union, platform) {
        return None;
    }
    let row = Judged {
        rule: "built-above",
        platform: Some(platform),
        function,
        region,
        counterpart: Some(counterpart),
        members: None,
        cost: platform.cost.unwrap_or(0),
        severity: if is_to_blame(platform, counterpart) { "violation" } else { "warning" },
        certainty: "certain",
    };
    Some(row.row())
}

/// The one above runs, and the one below is planned or building, or was built no earlier, by two known dates.
///
/// *Choice*: that the one above runs is asked for in either case, since one that does not run yet is only a warning.
pub fn is_to_blame(platform: &Platform, above: &Platform) -> bool {
    let not_yet = ["planned", "building"].contains(&status(platform));
    let no_earlier = match (&platform.built, &above.built) {
        (Some(built), Some(above)) => built >= above,
        _ => false,
    };
    status(above) == "running" && (not_yet || no_earlier)
}

fn could_unify(union: &Union, region: &Region, function: &str) -> Option<Row> {
    let members = members_to_unify(union, region, function)?;
    // Only the highest such region is a row.
    let above = union.above(&region.code);
    let regions_above = above.iter().filter_map(|code| union.regions.get(code));
    if regions_above.into_iter().any(|higher| members_to_unify(union, higher, function).is_some()) {
        return None;
    }
    // *Choice*: a parent that is defined nowhere is above the row's region too, and nobody who is not heard may have
    // authority over it; an empty parent is missing, not absent.
    let heard_of_all = above.iter().all(|code| union.has_authority(code));
    let row = Judged {
        rule: "could-unify",
        platform: None,
        function,
        region,
        counterpart: None,
        cost: all_but_the_dearest(&members),
        members: Some(members),
        severity: "warning",
        certainty: if heard_of_all { "certain" } else { "suspected" },
    };
    Some(row.row())
}

/// What a region of tier province or city could unify: no platform of the function is unified there or above, and two
/// or more of the regions directly in it have one in their subtree, themselves counted. All of these, by id, but
/// exchange platforms of city tier or above. `exempt` changes nothing.
///
/// *Choice*: what is no member does not make its region one of the two, but a unified exchange platform still keeps a
/// region above or around it from being a row.
pub fn members_to_unify<'a>(union: &'a Union, region: &Region, function: &str) -> Option<Vec<&'a Platform>> {
    if !["province", "city"].contains(&region.tier.as_deref().unwrap_or("")) {
        return None;
    }
    let mut here = operated_in(union, &region.code, function).into_iter();
    if here.any(is_unified) || unified_above(union, &region.code, function).is_some() {
        return None;
    }
    let mut having = BTreeSet::new();
    let mut members = BTreeMap::new();
    for child in union.directly_in(&region.code) {
        let in_subtree = |code: &String| *code == child.code || union.above(code).contains(&child.code);
        for code in union.regions.keys().filter(|code| in_subtree(code)) {
            for platform in operated_in(union, code, function) {
                if !is_exchange_node(union, platform) {
                    having.insert(&child.code);
                    members.insert(&platform.id, platform);
                }
            }
        }
    }
    (having.len() >= 2).then(|| members.into_values().collect())
}

/// Exempt or not, exchange or not.
fn twice_here(union: &Union, region: &Region, function: &str) -> Option<Row> {
    let members = operated_in(union, &region.code, function);
    let row = Judged {
        rule: "twice-here",
        platform: None,
        function,
        region,
        counterpart: None,
        cost: all_but_the_dearest(&members),
        members: Some(members),
        severity: "violation",
        certainty: "certain",
    };
    (row.members.as_ref()?.len() >= 2).then(|| row.row())
}

/// What could have been saved of a group; a missing cost counts 0.
fn all_but_the_dearest(members: &[&Platform]) -> i64 {
    let costs = members.iter().map(|platform| platform.cost.unwrap_or(0));
    costs.clone().sum::<i64>() - costs.max().unwrap_or(0)
}

/// What a rule found, before it is a row.
struct Judged<'a> {
    rule: &'static str,
    platform: Option<&'a Platform>,
    function: &'a str,
    region: &'a Region,
    counterpart: Option<&'a Platform>,
    members: Option<Vec<&'a Platform>>,
    cost: i64,
    severity: &'static str,
    certainty: &'static str,
}

impl Judged<'_> {
    /// *Choice*: `name` and `operator` are of the platform, so empty where the row is of a group, as `members` is
    /// where it is not; `tier` is of the region. `reason` is left null, see [`super::NOT_COMPARED`].
    fn row(&self) -> Row {
        let id = |platform: Option<&Platform>| text(platform.map(|platform| platform.id.as_str()));
        let platform = self.platform.map_or("", |platform| platform.id.as_str());
        let keys = [self.rule, platform, self.function, &self.region.code];
        let ids = |members: &Vec<&Platform>| members.iter().map(|platform| platform.id.clone().into()).collect();
        Row {
            columns: vec![
                ("finding_id", finding_id("redundant", &keys).into()),
                ("rule", self.rule.into()),
                ("platform", id(self.platform)),
                ("function", self.function.into()),
                ("region", self.region.code.clone().into()),
                ("counterpart", id(self.counterpart)),
                ("name", text(self.platform.and_then(|platform| platform.name.as_deref()))),
                ("operator", text(self.platform.and_then(|platform| platform.operator.as_deref()))),
                ("tier", text(self.region.tier.as_deref())),
                ("members", self.members.as_ref().map_or(Value::Null, |members| Value::Array(ids(members)))),
                ("cost", self.cost.into()),
                ("reason", Value::Null),
                ("severity", self.severity.into()),
                ("certainty", self.certainty.into()),
            ],
        }
    }
}
