//! claims (公布数字核对): what saved queries count, counted over the records one by one.

use serde_json::{Value, json};

use super::super::union::Union;
use super::super::words::plain;
use super::super::{Catalog, Claim, Row, World, text};
use super::{is_in, row};

/// *Choice*: by subject and measure, then by day, source and what is claimed, nothing before something.
pub fn claims(world: &World) -> Vec<Row> {
    let union = world.union();
    let mut rows = Vec::new();
    for catalog in &world.catalogs {
        rows.extend(catalog.claims.iter().map(|claim| of_claim(world, &union, catalog, claim)));
    }
    let day = |row: &Row| row.get("as_of")["$date"].as_str().unwrap_or("").to_string();
    let words = |row: &Row| {
        let [subject, measure, source, op] = ["subject", "measure", "source", "op"].map(|c| row.text(c).to_string());
        (subject, measure, day(row), source, op)
    };
    let claimed = |row: &Row| row.get("claimed").as_f64().unwrap_or(0.0);
    rows.sort_by(|a, b| words(a).cmp(&words(b)).then_with(|| claimed(a).total_cmp(&claimed(b))));
    rows
}

fn of_claim(world: &World, union: &Union, catalog: &Catalog, claim: &Claim) -> Row {
    let (subject, is_there) = subject(world, union, catalog, &claim.subject);
    let counted = if is_there { count(union, &claim.measure, &subject) } else { None };
    let verdict = counted.map_or("uncheckable", |counted| verdict(&claim.op, claim.value, counted));
    let columns = vec![
        ("subject", subject.into()),
        ("measure", claim.measure.clone().into()),
        ("op", claim.op.clone().into()),
        ("claimed", claim.value.into()),
        ("counted", counted.map_or(Value::Null, Value::from)),
        ("verdict", verdict.into()),
        ("as_of", claim.as_of.as_ref().map_or(Value::Null, |day| json!({ "$date": day }))),
        ("source", text(claim.source.as_deref())),
    ];
    let severity = if verdict == "under" || verdict == "over" { "warning" } else { "note" };
    row("claims", 2, columns, severity, false)
}

/// *Choice*: a word of the shared vocabulary is meant where it is one; what is defined nowhere stays as it is stated.
fn subject(world: &World, union: &Union, catalog: &Catalog, stated: &str) -> (String, bool) {
    let shared = union.catalogs.contains(stated)
        || union.tiers.contains_key(stated)
        || union.regions.contains_key(stated)
        || union.lines.contains_key(stated)
        || union.sectors.contains_key(stated);
    let full = catalog.full(stated);
    let service = |catalog: &Catalog| catalog.services.iter().any(|service| catalog.full(&service.id) == full);
    let policy = |catalog: &Catalog| catalog.policies.iter().any(|policy| catalog.full(&policy.id) == full);
    let own = union.departments.contains_key(&full)
        || union.platforms.contains_key(&full)
        || union.datasets.contains_key(&full)
        || union.pilots.contains_key(&full)
        || world.catalogs.iter().any(|catalog| service(catalog) || policy(catalog));
    match (shared, own) {
        (false, true) => (full, true),
        (there, _) => (stated.to_string(), there),
    }
}

/// What the saved query of a measure counts; none where there is no such query, or nothing that it counts of.
fn count(union: &Union, measure: &str, subject: &str) -> Option<usize> {
    let places = || union.regions.contains_key(subject).then_some(());
    let inside = |department: &Option<String>| {
        let region = department.as_deref().and_then(|department| union.region_of(department));
        region.is_some_and(|region| is_in(union, &region.code, subject))
    };
    let active = |kind: &str, here: &dyn Fn(&str, &str) -> bool| {
        let statements = union.edges.iter().filter(|edge| edge.kind() == kind && here(edge.from(), edge.to()));
        let statements = statements.flat_map(|edge| &edge.statements);
        statements.filter(|(_, share)| share.status.as_deref().is_none_or(|status| plain(status) == "active")).count()
    };
    match measure {
        "departments" => places().map(|()| union.departments.keys().filter(|id| inside(&Some((*id).clone()))).count()),
        "datasets" => places().map(|()| union.datasets.values().filter(|dataset| inside(&dataset.holder)).count()),
        "platforms" => places().map(|()| union.platforms.values().filter(|p| inside(&p.operator)).count()),
        "departments-connected" => union
            .platforms
            .contains_key(subject)
            .then(|| active("SERVES", &|from, to| from == subject && union.departments.contains_key(to))),
        "systems-connected" => union
            .platforms
            .contains_key(subject)
            .then(|| active("CASCADES_TO", &|from, to| to == subject && union.platforms.contains_key(from))),
        _ => None,
    }
}

fn verdict(op: &str, claimed: f64, counted: usize) -> &'static str {
    let counted = counted as f64;
    let (least, most) = match op {
        ">=" => (claimed, f64::INFINITY),
        "<=" => (f64::NEG_INFINITY, claimed),
        // Claims of random worlds are multiples of ten, so that a tenth of one is exact.
        "~" => (claimed - claimed / 10.0, claimed + claimed / 10.0),
        _ => (claimed, claimed),
    };
    match counted {
        counted if counted < least => "under",
        counted if counted > most => "over",
        _ => "match",
    }
}
