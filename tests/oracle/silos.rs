//! silos (数据孤岛): datasets that nobody else has, or nobody past a scope.

use super::flow::{is_withheld, share_of};
use super::union::Union;
use super::{Dataset, Row, World, finding_id, text};

pub const SCOPES: [&str; 6] = ["any", "tier", "line", "region", "sector", "platform"];

/// The silos in a scope; those withheld by law only if asked for. `needed_by` down, then `dataset`.
pub fn silos(world: &World, scope: &str, withheld: bool) -> Vec<Row> {
    let union = world.union();
    let datasets = union.datasets.values();
    let asked_for = datasets.filter(|dataset| withheld || !is_withheld(dataset));
    let mut rows: Vec<Row> = asked_for.filter_map(|dataset| row(&union, scope, dataset)).collect();
    rows.sort_by_key(|row| {
        let needed_by = row.get("needed_by").as_u64();
        (std::cmp::Reverse(needed_by), row.text("dataset").to_string())
    });
    rows
}

/// A dataset without a holder, or whose holder dangles, is left out.
fn row(union: &Union, scope: &str, dataset: &Dataset) -> Option<Row> {
    let holder = union.holder_of(dataset)?;
    if !is_silo(union, scope, dataset, holder) {
        return None;
    }
    let cause = match is_withheld(dataset) {
        true => "withheld",
        false => union.stopped(dataset).unwrap_or("confined"),
    };
    let needed_by = needed_by(union, dataset, holder);
    // Needed is a violation, withheld or not: the contract names no exception here.
    let severity = if needed_by > 0 { "violation" } else { "note" };
    let region = union.region_of(holder).map(|region| region.code.as_str());
    let line = union.line_of(holder).map(|line| line.id.as_str());
    Some(Row {
        columns: vec![
            ("finding_id", finding_id("silos", &[scope, &dataset.id]).into()),
            ("scope", scope.into()),
            ("dataset", dataset.id.clone().into()),
            ("title", text(dataset.title.as_deref())),
            ("holder", holder.into()),
            ("tier", text(union.tier_of(holder))),
            ("region", text(region)),
            ("line", text(line)),
            ("sector", text(dataset.sector.as_deref())),
            // *Choice*: the class that counts, conditional where none is stated.
            ("share", share_of(dataset).into()),
            ("cause", cause.into()),
            ("barrier", text(union.barrier(dataset).as_deref())),
            ("needed_by", needed_by.into()),
            ("severity", severity.into()),
            ("certainty", union.certainty(dataset).into()),
        ],
    })
}

/// *Choice*: "every department other than the holder" holds where there is none, so a silo in scope `any` is one in
/// `tier`, `line`, `region` and `sector` as well, whatever is left empty.
fn is_silo(union: &Union, scope: &str, dataset: &Dataset, holder: &str) -> bool {
    let reach = union.reach(dataset);
    let mut others = reach.iter().map(String::as_str).filter(|other| *other != holder);
    // An empty tier, line or region equals nothing: not even another empty one.
    let same = |a: Option<&str>, b: Option<&str>| a.is_some() && a == b;
    match scope {
        "any" => others.next().is_none(),
        "tier" => {
            // Tiers are equal when their ranks are.
            let rank = |department| union.tier_of(department).and_then(|tier| union.rank(tier));
            others.all(|other| rank(other).is_some() && rank(other) == rank(holder))
        }
        "line" => {
            let line = |department| union.line_of(department).map(|line| line.id.as_str());
            others.all(|other| same(line(other), line(holder)))
        }
        "region" => {
            let region = |department| union.region_of(department).map(|region| region.code.as_str());
            others.all(|other| same(region(other), region(holder)))
        }
        "sector" => others.all(|other| {
            let line = union.line_of(other);
            let sector = dataset.sector.as_ref();
            sector.is_some_and(|sector| line.is_some_and(|line| line.sectors.contains(sector)))
        }),
        "platform" => is_platform_silo(union, dataset),
        other => panic!("{other} is no scope"),
    }
}

/// Stored on a platform other than an exchange, and from the dataset no path of open edges reaches another platform.
/// An absent platform counts as reached.
///
/// *Choice*: a dataset whose platform is defined nowhere is not stored on one, as far as this store knows.
fn is_platform_silo(union: &Union, dataset: &Dataset) -> bool {
    let stored_on = dataset.platform.as_ref().and_then(|id| union.platforms.get(id));
    let Some(stored_on) = stored_on else {
        return false;
    };
    if stored_on.function.as_deref() == Some("data-exchange") {
        return false;
    }
    let from_dataset = union.spread(dataset, [dataset.id.clone()].into());
    // An absent record is what the edges that lead to it say that it is.
    let is_platform = |record: &str| {
        let mut to_it = union.edges.iter().filter(|edge| edge.to() == record);
        to_it.any(|edge| ["PUBLISHED_ON", "CASCADES_TO"].contains(&edge.kind()))
    };
    !from_dataset.iter().any(|record| *record != stored_on.id && is_platform(record))
}

/// How many departments other than the holder need the dataset.
fn needed_by(union: &Union, dataset: &Dataset, holder: &str) -> usize {
    let departments = union.departments.keys().filter(|department| *department != holder);
    let needs_it = |department: &&String| {
        let mut needs = union.needs.iter();
        needs.any(|need| need.consumer == **department && need.dataset == dataset.id)
    };
    departments.filter(needs_it).count()
}
