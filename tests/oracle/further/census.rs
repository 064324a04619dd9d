//! The branches of the further findings, and how a world comes to them.

use std::collections::BTreeMap;

use super::super::World;
use super::super::flow::is_withheld;
use super::disparity::pairs;
use super::{
    asymmetry, barriers, burden, chokepoints, claims, cohesion, contradictions, disparity, governance, idle, is_above,
    judged, lagging, overdue, place, recollected, reuse, stovepipes,
};

/// Every branch that has to come up.
pub const BRANCHES: [(&str, &[&str]); 16] = [
    ("asymmetry: ", &["warning", "a gap below", "a gap of none", "up", "no ratio", "suspected", "needs of withheld"]),
    ("stovepipes: ", &["warning certain", "warning suspected", "part inside", "no pairs", "none inside"]),
    (
        "barriers: ",
        &[
            "risk",
            "interest",
            "capacity",
            "standard",
            "unstated",
            "of several datasets",
            "unmet",
            "risk contradicted",
            "capacity contradicted",
            "capacity not contradicted",
            "suspected",
            "no tier",
            "no line",
            "no sector",
        ],
    ),
    ("burden: ", &["lines", "platforms", "given", "returned", "no ratio", "a ratio", "two lines"]),
    (
        "recollected: ",
        &["one region", "two regions", "by title", "by fields alone", "by both", "fields not equal", "folded"],
    ),
    ("cohesion: ", &["no lead", "lead here", "lead above", "few linked", "half linked or more", "suspected", "three"]),
    (
        "disparity: ",
        &[
            "region",
            "bloc",
            "tier",
            "pair",
            "other pairs",
            "pair with needs",
            "other pairs with needs",
            "nested pair",
            "spread up",
            "spread down",
            "no ratio",
            "investment",
            "no staff",
            "suspected",
        ],
    ),
    ("governance: ", &["holder", "region", "all ruled", "not in force yet", "ruled above"]),
    ("reuse: ", &["adopted", "reinvented", "open", "spread", "stalled", "no date", "lag below 0", "provinces"]),
    ("lagging: ", &["no-exchange", "half-met", "both", "backstop", "no backstop", "suspected", "half met exactly"]),
    ("idle: ", &["cost", "no cost", "no region", "at the threshold"]),
    ("overdue: ", &["unconditional", "conditional", "several datasets", "just in time", "a day late", "withheld"]),
    ("chokepoints: ", &["Platform", "Department", "several cuts"]),
    (
        "claims: ",
        &["match", "under", "over", "uncheckable", "= match", "~ match", ">= under", "<= over", "a record", "none"],
    ),
    ("contradictions: ", &["not-running", "withheld-granted", "superior-not-above", "built-in-future", "both ends"]),
    ("needs: ", &["met", "unmet certain", "unmet suspected"]),
];

/// The branches that a world comes to.
pub fn take(world: &World, count: &mut impl FnMut(String)) {
    let mut tell = |finding: &str, branch: &str, comes_up: bool| {
        if comes_up {
            count(format!("{finding}: {branch}"));
        }
    };
    let union = world.union();
    for one in judged(&union) {
        tell("needs", "met", one.met);
        tell("needs", "unmet certain", !one.met && !one.suspected);
        tell("needs", "unmet suspected", one.suspected);
        let chain = union.holder_of(&one.dataset).and_then(|h| place(&union, h)).zip(place(&union, &one.consumer));
        let apart = chain.is_some_and(|(a, b)| is_above(&union, a, b));
        tell("asymmetry", "needs of withheld", apart && is_withheld(&one.dataset));
    }
    for row in asymmetry::asymmetry(world) {
        let gap = row.get("gap").as_f64();
        tell("asymmetry", "warning", row.text("severity") == "warning");
        tell("asymmetry", "a gap below", gap.is_some_and(|gap| gap < 0.0));
        tell("asymmetry", "a gap of none", gap == Some(0.0));
        tell("asymmetry", "up", gap.is_none() && !row.get("ratio").is_null());
        tell("asymmetry", "no ratio", row.get("ratio").is_null());
        tell("asymmetry", "suspected", row.text("certainty") == "suspected");
    }
    for row in stovepipes::stovepipes(world) {
        let (pairs, inside) = (row.get("pairs").as_u64(), row.get("inside").as_u64());
        let warned = row.text("severity") == "warning";
        tell("stovepipes", &format!("warning {}", row.text("certainty")), warned);
        tell("stovepipes", "part inside", inside < pairs && inside > Some(0));
        tell("stovepipes", "no pairs", pairs == Some(0));
        tell("stovepipes", "none inside", pairs > Some(0) && inside == Some(0));
    }
    for row in barriers::barriers(world) {
        let barrier = row.text("barrier");
        let wrong = row.get("contradicted").as_u64() > Some(0);
        tell("barriers", barrier, true);
        tell("barriers", &format!("{barrier} contradicted"), wrong);
        let some = row.get("datasets").as_u64() > Some(0);
        tell("barriers", &format!("{barrier} not contradicted"), some && !wrong);
        tell("barriers", "of several datasets", row.get("edges").as_u64() > Some(0) && row.get("tier").is_null());
        tell("barriers", "unmet", row.get("unmet").as_u64() > Some(0));
        tell("barriers", "suspected", row.text("certainty") == "suspected");
        for column in ["tier", "line", "sector"] {
            tell("barriers", &format!("no {column}"), some && row.get(column).is_null());
        }
    }
    for row in burden::burden(world) {
        for column in ["lines", "platforms", "given", "returned"] {
            tell("burden", column, row.get(column).as_u64() > Some(0));
        }
        tell("burden", "two lines", row.get("lines").as_u64() > Some(1));
        tell("burden", if row.get("ratio").is_null() { "no ratio" } else { "a ratio" }, true);
    }
    for row in recollected::recollected(world, 0.8) {
        let [one, other] = ["dataset", "other"].map(|column| &union.datasets[row.text(column)]);
        let there = |column: &str| place(&union, row.text(column)).unwrap_or("");
        tell("recollected", "one region", there("holder") == there("other_holder"));
        tell("recollected", "two regions", there("holder") != there("other_holder"));
        let shared = row.get("shared").as_array().map_or(0, Vec::len);
        let titled = recollected::folded(&union, one, there("holder"));
        let titled = titled.is_some() && titled == recollected::folded(&union, other, there("other_holder"));
        tell("recollected", "by title", titled && shared == 1);
        tell("recollected", "by both", titled && shared > 1);
        tell("recollected", "by fields alone", !titled);
        tell("recollected", "fields not equal", row.get("score").as_f64() < Some(1.0));
        tell("recollected", "folded", titled && one.title != other.title);
    }
    for row in cohesion::cohesion(world) {
        let lead = place(&union, row.text("lead"));
        tell("cohesion", "no lead", row.get("lead").is_null());
        tell("cohesion", "lead here", lead == Some(row.text("region")));
        tell("cohesion", "lead above", lead.is_some_and(|lead| lead != row.text("region")));
        let few = row.get("ratio").as_f64() < Some(0.5);
        tell("cohesion", if few { "few linked" } else { "half linked or more" }, true);
        tell("cohesion", "suspected", row.text("certainty") == "suspected");
        tell("cohesion", "three", row.get("departments").as_u64() > Some(2));
    }
    for row in disparity::disparity(world) {
        let by = row.text("by");
        let needs = row.get("needs").as_u64() > Some(0);
        let kind = match by {
            "compact" if row.text("group").contains(';') => "pair",
            "compact" => "other pairs",
            other => other,
        };
        tell("disparity", kind, true);
        tell("disparity", &format!("{kind} with needs"), needs && by == "compact");
        tell("disparity", "spread up", row.get("spread").as_f64() > Some(0.0));
        tell("disparity", "spread down", row.get("spread").as_f64().is_some_and(|spread| spread < 0.0));
        tell("disparity", "no ratio", row.get("ratio").is_null());
        tell("disparity", "investment", row.get("investment").as_f64() > Some(0.0));
        tell("disparity", "no staff", row.get("staff").is_null());
        tell("disparity", "suspected", row.text("certainty") == "suspected");
    }
    let nested = |(a, b): &(String, String)| is_above(&union, a, b) || is_above(&union, b, a);
    tell("disparity", "nested pair", pairs(&union).iter().any(nested));
    tell("governance", "holder", !governance::by_holder(world).is_empty());
    let missing = governance::by_region(world);
    tell("governance", "region", !missing.is_empty());
    for policy in &union.policies {
        let later = policy.since.as_deref().is_some_and(|since| since > super::TODAY);
        tell("governance", "not in force yet", later);
        let rules = policy.region.as_deref().filter(|_| !later && policy.kind.as_deref() == Some("security"));
        let below = |code: &&String| rules.is_some_and(|region| is_above(&union, region, code));
        tell("governance", "ruled above", union.regions.keys().any(|code| below(&code)));
    }
    let mut lacks: BTreeMap<&str, usize> = union.regions.keys().map(|code| (code.as_str(), 0)).collect();
    missing.iter().for_each(|row| *lacks.entry(row.text("region")).or_default() += 1);
    tell("governance", "all ruled", lacks.values().any(|lacks| *lacks <= 1));
    for row in reuse::reuse(world) {
        tell("reuse", row.text("kind"), true);
        tell("reuse", "no date", row.get("since").is_null() && row.text("kind") == "adopted");
        tell("reuse", "lag below 0", row.get("lag_days").as_i64().is_some_and(|days| days < 0));
        tell("reuse", "provinces", row.get("provinces").as_u64() > Some(0));
    }
    let lagging = lagging::lagging(world);
    for row in &lagging {
        tell("lagging", row.text("reason"), true);
        let both = lagging.iter().filter(|other| other.text("region") == row.text("region")).count() > 1;
        tell("lagging", "both", both);
        tell("lagging", if row.get("backstop").is_null() { "no backstop" } else { "backstop" }, true);
        tell("lagging", "suspected", row.text("certainty") == "suspected");
        tell("lagging", "half met exactly", row.get("ratio").as_f64() == Some(0.5));
    }
    for row in idle::idle(world, 0.2) {
        tell("idle", if row.get("cost").is_null() { "no cost" } else { "cost" }, true);
        tell("idle", "no region", row.get("region").is_null());
    }
    let at = union.platforms.values().any(|p| p.utilisation == Some(0.2) && p.nature.as_deref() == Some("hard"));
    tell("idle", "at the threshold", at);
    for row in overdue::overdue(world, &[]) {
        let share = row.text("share");
        tell("overdue", if share.is_empty() { "several datasets" } else { share }, true);
        let late = row.get("working_days").as_u64() == row.get("limit").as_u64().map(|limit| limit + 1);
        tell("overdue", "a day late", late);
    }
    for edge in union.edges.iter().filter(|edge| edge.statements[0].1.status.as_deref() == Some("requested")) {
        let since = edge.statements[0].1.since.as_deref().unwrap_or("");
        let dataset = union.datasets.get(edge.from());
        tell("overdue", "just in time", since == "2026-04-17" && dataset.is_none());
        tell("overdue", "withheld", dataset.is_some_and(is_withheld));
    }
    for row in chokepoints::chokepoints(world) {
        tell("chokepoints", row.text("label"), true);
        tell("chokepoints", "several cuts", row.get("cuts").as_u64() > Some(1));
    }
    for row in claims::claims(world) {
        let (op, verdict) = (row.text("op"), row.text("verdict"));
        tell("claims", verdict, true);
        tell("claims", &format!("{op} {verdict}"), true);
        tell("claims", "a record", row.text("subject").contains(':') && verdict != "uncheckable");
        tell("claims", "none", row.get("counted").as_u64() == Some(0));
    }
    let found = contradictions::contradictions(world);
    for row in &found {
        tell("contradictions", row.text("reason"), true);
        let edge = |row: &super::Row| ["type", "from", "to"].map(|column| row.text(column).to_string());
        let same = found.iter().filter(|other| !row.text("type").is_empty() && edge(other) == edge(row));
        tell(
            "contradictions",
            "both ends",
            same.filter(|other| other.text("record") != row.text("record")).count() > 0,
        );
    }
}
