//! How often each branch of the contract comes up in random worlds, so that a comparison over them is known to have
//! met all of them.

use std::collections::{BTreeMap, BTreeSet};

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::branches::branches;
use super::flow::Edge;
use super::redundant::{
    counted, is_excepted, is_exchange_node, is_to_blame, members_to_unify, redundant, unified_above,
};
use super::silos::{SCOPES, silos};
use super::union::{Standing, Union, nearness, or};
use super::unreachable::unreachable;
use super::why::why;
use super::{Dataset, Platform, Row, World};

/// How often each branch came up: in how many worlds, rows, edges or whatever it is a branch of.
#[derive(Debug, Default)]
pub struct Census {
    pub counts: BTreeMap<String, usize>,
}

/// The branches that came up in this many random worlds, the same ones on every run.
pub fn census(worlds: usize) -> Census {
    let mut runner = TestRunner::deterministic();
    let strategy = super::random::worlds();
    let mut census = Census::default();
    for _ in 0..worlds {
        match strategy.new_tree(&mut runner) {
            Ok(tree) => census.take(&tree.current()),
            Err(reason) => panic!("no world: {reason}"),
        }
    }
    census
}

impl Census {
    /// The branches that never came up.
    pub fn missing(&self) -> Vec<String> {
        branches().into_iter().filter(|branch| !self.counts.contains_key(branch)).collect()
    }

    pub fn take(&mut self, world: &World) {
        let union = world.union();
        self.count(format!("world: {} catalogs", world.catalogs.len()));
        self.take_vocabulary(world, &union);
        self.take_edges(&union);
        for dataset in union.datasets.values() {
            self.take_flow(&union, dataset);
        }
        self.take_silos(world);
        self.take_unreachable(world, &union);
        self.take_why(world, &union);
        self.take_redundant(world, &union);
        super::further::census::take(world, &mut |branch| self.count(branch));
    }

    fn count(&mut self, branch: impl Into<String>) {
        *self.counts.entry(branch.into()).or_default() += 1;
    }

    fn count_if(&mut self, comes_up: bool, branch: &str) {
        if comes_up {
            self.count(branch);
        }
    }

    fn take_vocabulary(&mut self, world: &World, union: &Union) {
        for region in union.regions.values() {
            let by_id = world.by_id().into_iter();
            let defined = |catalog: &super::Catalog| catalog.regions.iter().any(|other| other.code == region.code);
            let by: Vec<_> = by_id.filter(|catalog| defined(catalog)).collect();
            let near: Vec<_> = by.iter().map(|catalog| nearness(catalog, &region.code)).collect();
            if let [first, second, ..] = near[..] {
                self.count_if(second > first && first.is_some(), "region: of two with authority the nearer");
                self.count_if(second > first && first.is_none(), "region: the one with authority");
                self.count_if(first == second && first.is_some(), "region: tie of two with authority");
                self.count_if(first == second && first.is_none(), "region: tie of two without");
            }
            let parent = region.parent.as_ref();
            self.count_if(parent.is_none(), "region: no parent");
            self.count_if(parent.is_some_and(|parent| !union.regions.contains_key(parent)), "region: parent dangles");
            self.count_if(region.tier.is_none(), "region: no tier");
            let rank = |region: &super::Region| union.rank(region.tier.as_deref()?);
            let above = parent.and_then(|parent| union.regions.get(parent)).and_then(rank);
            let skips = rank(region).zip(above).is_some_and(|(rank, above)| rank > above + 1);
            self.count_if(skips, "region: skips a tier");
            let inside = |outer: &String| region.code.starts_with(super::union::division(outer));
            self.count_if(
                union.above(&region.code).iter().any(|above| !inside(above)),
                "region: not where its code is",
            );
        }
        let tiers = |id: &str| {
            let entries = world.catalogs.iter().flat_map(|catalog| &catalog.tiers);
            entries.filter(|tier| tier.id == id).cloned().collect::<Vec<_>>()
        };
        for id in union.tiers.keys() {
            let entries = tiers(id);
            self.count_if(!entries.is_empty(), "tier: defined by a catalog");
            self.count_if(entries.windows(2).any(|pair| pair[0] != pair[1]), "tier: catalogs disagree");
        }
        for line in union.lines.values() {
            let entries = world.catalogs.iter().flat_map(|catalog| &catalog.lines);
            let mut entries = entries.filter(|other| other.id == line.id);
            let gains = entries.any(|entry| line.sectors.iter().any(|sector| !entry.sectors.contains(sector)));
            self.count_if(gains, "line: sectors of two catalogs");
        }
        for (id, department) in &union.departments {
            self.count_if(department.region.is_none(), "department: no region");
            self.count_if(department.region.is_some() && union.region_of(id).is_none(), "department: region dangles");
            self.count_if(department.line.is_none(), "department: no line");
            self.count_if(department.line.is_some() && union.line_of(id).is_none(), "department: line dangles");
        }
        for need in &union.needs {
            let consumer = union.standing(&need.consumer);
            self.count(format!("need: consumer {consumer:?}"));
            self.count(format!("need: dataset {:?}", union.standing(&need.dataset)));
            let dataset = union.datasets.get(&need.dataset);
            let own = dataset.is_some_and(|dataset| dataset.holder.as_ref() == Some(&need.consumer));
            self.count_if(own, "need: by the holder");
        }
    }

    fn take_edges(&mut self, union: &Union) {
        for edge in &union.edges {
            self.count(format!("edge: {}", edge.kind()));
            self.count(format!("edge: from {:?}", union.standing(edge.from())));
            self.count(format!("edge: to {:?}", union.standing(edge.to())));
            let parallel: Vec<&Edge> = union.edges.iter().filter(|other| other.name() == edge.name()).collect();
            self.count_if(parallel.len() > 1, "edge: parallel");
            let catalogs: BTreeSet<&String> =
                parallel.iter().flat_map(|edge| edge.statements.iter()).map(|s| &s.0).collect();
            let one_sided = parallel.len() > 1 && catalogs.len() > 1;
            self.count_if(one_sided, "edge: stated by both sides, but not one on each");
            if let [(_, one), (_, other)] = &edge.statements[..] {
                let by = if one.id.is_some() { "by id" } else { "one on each side" };
                self.count(format!("edge: doubly stated, {by}"));
                for dataset in union.datasets.values() {
                    let (one, other) = (super::flow::closed_by(one, dataset), super::flow::closed_by(other, dataset));
                    for condition in one.symmetric_difference(&other) {
                        self.count(format!("edge: doubly stated, one side by condition {condition}"));
                    }
                }
            }
        }
    }

    fn take_flow(&mut self, union: &Union, dataset: &Dataset) {
        self.count(format!("dataset: share {}", dataset.share.as_deref().unwrap_or("left out")));
        self.count_if(dataset.sensitivity.is_none(), "dataset: sensitivity left out");
        self.count_if(dataset.sector.is_none(), "dataset: no sector");
        self.count_if(dataset.standard.is_none(), "dataset: no standard");
        match &dataset.holder {
            None => self.count("dataset: no holder"),
            Some(holder) => self.count(format!("dataset: holder {:?}", union.standing(holder))),
        }
        match &dataset.platform {
            None => self.count("dataset: no platform"),
            Some(platform) => self.count(format!("dataset: platform {:?}", union.standing(platform))),
        }
        let reached = union.reached(dataset);
        for edge in union.edges.iter().filter(|edge| reached.contains(edge.from())) {
            let closed: Vec<u8> = edge.closed_by(dataset).into_iter().collect();
            match closed[..] {
                [] => self.count_open(union, dataset, edge, &reached),
                [condition] => self.count(format!("flow: closed by condition {condition} alone")),
                _ => self.count("flow: closed by several conditions"),
            }
        }
        // What is lost if absent records pass nothing, and gained if broken ones pass.
        let sources = union.sources(dataset);
        let holder = dataset.holder.iter().cloned();
        let with_holder: BTreeSet<String> = sources.iter().cloned().chain(holder).collect();
        let lost_holder = union.spread(dataset, [dataset.id.clone()].into());
        let relayed = reached.difference(&lost_holder).count() > 1;
        self.count_if(relayed, "flow: relayed by the holder");
        let absent_holder = dataset.holder.as_ref().is_some_and(|holder| union.standing(holder) == Standing::Absent);
        self.count_if(relayed && absent_holder, "flow: relayed by an absent holder");
        let from_broken = union.spread(dataset, with_holder).len() > reached.len() + 1;
        self.count_if(from_broken, "flow: not relayed by a broken holder");
        let absent = union.reached_absent(dataset);
        for record in &absent {
            let beyond = union.spread(dataset, [record.clone()].into());
            let on = beyond.iter().any(|other| union.standing(other) == Standing::Defined);
            self.count_if(on, "flow: passed on by an absent record");
        }
        let again = absent.iter().any(|one| absent.iter().any(|other| one != other));
        self.count_if(again, "flow: two absent records");
    }

    fn count_open(&mut self, union: &Union, dataset: &Dataset, edge: &Edge, reached: &BTreeSet<String>) {
        if union.standing(edge.to()) == Standing::Broken {
            self.count("flow: open to a broken record");
            let beyond = union.spread(dataset, [edge.to().to_string()].into());
            self.count_if(!beyond.is_subset(reached) && beyond.len() > 1, "flow: kept by a broken record");
        }
        let back = union.spread(dataset, [edge.to().to_string()].into()).contains(edge.from());
        self.count_if(back && edge.from() == edge.to(), "flow: loop of one");
        self.count_if(back && edge.from() != edge.to(), "flow: cycle");
        let share = &edge.statements[0].1;
        self.count_if(share.status.is_none(), "flow: open with status left out");
        self.count_if(share.carries.is_none(), "flow: open with carries left out");
        self.count_if(share.ceiling.is_none(), "flow: open with ceiling left out");
        self.count_if(share.ceiling == dataset.sensitivity && share.ceiling.is_some(), "flow: open up to the ceiling");
        self.count_if(!share.sectors.is_empty(), "flow: open with sectors");
        self.count_if(!share.standards.is_empty(), "flow: open with standards");
    }

    fn take_silos(&mut self, world: &World) {
        for scope in SCOPES {
            for row in silos(world, scope, true) {
                self.count(format!("silos: {scope} {}", row.text("cause")));
                self.count(format!("silos: {scope} {}", row.text("severity")));
                self.count(format!("silos: {scope} {}", row.text("certainty")));
                for column in ["tier", "region", "line", "sector", "title"] {
                    self.count_if(row.get(column).is_null(), &format!("silos: no {column}"));
                }
                self.count_barrier("silos", &row);
                let needed_by = row.get("needed_by").as_u64().unwrap_or(0).min(2);
                self.count(format!("silos: needed by {needed_by}"));
            }
        }
    }

    fn count_barrier(&mut self, finding: &str, row: &Row) {
        let barrier = row.text("barrier");
        let how_many = barrier.split(';').filter(|barrier| !barrier.is_empty()).count().min(2);
        self.count(format!("{finding}: {how_many} barriers"));
    }

    fn take_unreachable(&mut self, world: &World, union: &Union) {
        for row in unreachable(world, "all") {
            let (cause, cost) = (row.text("cause"), row.get("repair_cost"));
            self.count(format!("unreachable: {cause}"));
            self.count(format!("unreachable: cost {cost}"));
            self.count_if(cause == "cut" && cost.is_null(), "unreachable: cut beyond repair");
            self.count(format!("unreachable: {}", row.text("severity")));
            self.count(format!("unreachable: {} {cause}", row.text("certainty")));
            self.count_barrier("unreachable", &row);
            for column in ["service", "consumer_region", "holder", "holder_tier"] {
                self.count_if(row.get(column).is_null(), &format!("unreachable: no {column}"));
            }
            let twin = union.edges.iter().filter(|edge| {
                let named = row.get("repair").as_array().is_some_and(|repair| repair.contains(&edge.name().to_json()));
                named && edge.statements.len() > 1
            });
            self.count_if(twin.count() > 0, "unreachable: repair of a doubly stated edge");
        }
        let county = unreachable(world, "county").into_iter();
        let grassroots = unreachable(world, "grassroots");
        self.count_if(county.into_iter().any(|row| grassroots.contains(&row)), "unreachable: grassroots county");
        self.count_if(!unreachable(world, "district").is_empty(), "unreachable: tier of a catalog's own");
        for row in grassroots {
            let tier = union.tier_of(row.text("consumer")).unwrap_or("none");
            self.count(format!("unreachable: grassroots of tier {tier}"));
        }
    }

    fn take_why(&mut self, world: &World, union: &Union) {
        for need in &union.needs {
            match why(world, &need.consumer, &need.dataset) {
                Ok(Some(length)) => self.count(format!("why: path of {length}")),
                Ok(None) => self.count("why: no path"),
                Err(_) => self.count("why: nothing to ask about"),
            }
        }
    }

    fn take_redundant(&mut self, world: &World, union: &Union) {
        for row in redundant(world) {
            let (rule, severity, certainty) = (row.text("rule"), row.text("severity"), row.text("certainty"));
            self.count(format!("redundant: {rule} {severity} {certainty}"));
            self.count_if(row.get("cost").as_i64() == Some(0), &format!("redundant: {rule} of no cost"));
            let members = row.get("members").as_array().map_or(0, Vec::len).min(3);
            self.count(format!("redundant: {rule} with {members} members"));
        }
        for platform in union.platforms.values() {
            let [nature, scope, status] =
                [("nature", &platform.nature), ("scope", &platform.scope), ("status", &platform.status)]
                    .map(|(column, value)| format!("platform: {column} {}", value.as_deref().unwrap_or("left out")));
            [nature, scope, status].into_iter().for_each(|branch| self.count(branch));
            match &platform.operator {
                None => self.count("platform: no operator"),
                Some(operator) => self.count(format!("platform: operator {:?}", union.standing(operator))),
            }
        }
        for platform in counted(union) {
            self.take_built_above(union, platform);
        }
        for region in union.regions.values() {
            for function in ["f1", "f2", "data-exchange"] {
                self.take_unify(union, region, function);
            }
        }
    }

    fn take_built_above(&mut self, union: &Union, platform: &Platform) {
        let function = platform.function.as_deref().unwrap_or("");
        let Some(region) = union.operated_in(platform) else {
            self.count("redundant: operated nowhere");
            return;
        };
        let Some(counterpart) = unified_above(union, &region.code, function) else {
            return;
        };
        let tier = region.tier.as_deref().unwrap_or("none");
        if platform.exempt.is_some() {
            self.count(format!("redundant: exempt at tier {tier}"));
        }
        let exchange = function == "data-exchange";
        let node = is_exchange_node(union, platform);
        self.count_if(exchange && tier == "none", "redundant: exchange without a tier");
        self.count_if(exchange && node, "redundant: exchange of city tier or above under a unified one");
        self.count_if(exchange && !node, "redundant: exchange below city tier under a unified one");
        if is_excepted(union, platform) || node {
            return;
        }
        let there = union.operated_in(counterpart).map_or("", |region| region.code.as_str());
        self.count_if(
            unified_above(union, there, function).is_some(),
            "redundant: two unified ones, one above another",
        );
        let all = counted(union).into_iter();
        let in_one = all.filter(|other| {
            let there_too = union.operated_in(other).is_some_and(|region| region.code == there);
            there_too && other.function == platform.function && or(&other.scope, "own") == "unified"
        });
        self.count_if(in_one.count() > 1, "redundant: two unified ones in one region");
        let above_is_direct = region.parent.as_deref() == Some(there);
        self.count_if(!above_is_direct, "redundant: unified two steps above");
        let status = |platform: &Platform| or(&platform.status, "running").to_string();
        let below = status(platform);
        let not_yet = below == "planned" || below == "building";
        let verdict = if is_to_blame(platform, counterpart) { "blamed" } else { "not blamed" };
        match (status(counterpart).as_str(), &platform.built, &counterpart.built) {
            ("running", ..) if not_yet => self.count(format!("redundant: {verdict}, {below}")),
            ("running", Some(built), Some(above)) => {
                self.count(format!("redundant: {verdict}, built {:?}", built.cmp(above)));
            }
            ("running", ..) => self.count(format!("redundant: {verdict}, a date unknown")),
            (_, Some(built), Some(above)) if built >= above => {
                self.count(format!("redundant: {verdict}, later than one that does not run"));
            }
            _ => self.count(format!("redundant: {verdict}, the one above does not run")),
        }
    }

    fn take_unify(&mut self, union: &Union, region: &super::Region, function: &str) {
        let above = union.above(&region.code);
        let Some(members) = members_to_unify(union, region, function) else {
            return;
        };
        let tier = region.tier.as_deref().unwrap_or("none");
        self.count(format!("redundant: could unify at tier {tier}"));
        let mut higher = above.iter().filter_map(|code| union.regions.get(code));
        let covered = higher.any(|higher| members_to_unify(union, higher, function).is_some());
        self.count_if(covered, "redundant: could unify higher");
        let exempt = members.iter().any(|member| is_excepted(union, member));
        self.count_if(exempt, "redundant: could unify the exempt");
        let in_subtree = |platform: &&Platform| {
            let there = union.operated_in(platform).map(|region| region.code.clone()).unwrap_or_default();
            union.above(&there).contains(&region.code) && platform.function.as_deref() == Some(function)
        };
        let all: Vec<_> = counted(union).into_iter().filter(in_subtree).collect();
        self.count_if(all.len() > members.len(), "redundant: could unify all but the exchange nodes");
        let deep = members.iter().filter_map(|member| union.operated_in(member));
        let deep = deep.into_iter().any(|place| place.parent.as_ref() != Some(&region.code));
        self.count_if(deep, "redundant: could unify deep in a subtree");
        let dangling = above.last().is_some_and(|last| !union.regions.contains_key(last));
        let heard = above.iter().all(|code| union.has_authority(code));
        self.count_if(dangling && !heard, "redundant: could unify under a parent that dangles");
        self.count_if(dangling && heard, "redundant: could unify under an authority that dangles");
        self.count_if(above.is_empty(), "redundant: could unify under nothing");
    }
}
