//! The oracle held against small worlds made by hand, and against still slower readings of the same sentences.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::flow::{EdgeName, closed_by};
use super::redundant::redundant;
use super::silos::{SCOPES, silos};
use super::union::{Standing, Union};
use super::unreachable::{cheapest_repair, check_repair, unreachable};
use super::why::{Closed, check_certificate, check_path, why};
use super::{Catalog, Dataset, Department, Line, Need, Platform, Region, Share, World, finding_id};

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_string())
}

fn catalog(id: &str, authority: &str) -> Catalog {
    Catalog { id: id.to_string(), authority: some(authority).into_iter().collect(), ..Catalog::default() }
}

fn region(code: &str, tier: &str, parent: &str) -> Region {
    Region { code: code.to_string(), tier: some(tier), parent: some(parent), ..Region::default() }
}

fn department(id: &str, region: &str, line: &str) -> Department {
    Department { id: id.to_string(), region: some(region), line: some(line), ..Department::default() }
}

fn dataset(id: &str, holder: &str) -> Dataset {
    let share = some("unconditional");
    Dataset { id: id.to_string(), holder: some(holder), share, sensitivity: Some(1), ..Dataset::default() }
}

fn share(kind: &str, from: &str, to: &str) -> Share {
    Share { kind: kind.to_string(), from: from.to_string(), to: to.to_string(), ..Share::default() }
}

fn need(consumer: &str, dataset: &str) -> Need {
    Need { consumer: consumer.to_string(), dataset: dataset.to_string(), ..Need::default() }
}

fn platform(id: &str, operator: &str, scope: &str) -> Platform {
    let function = some("f");
    Platform { id: id.to_string(), operator: some(operator), scope: some(scope), function, ..Platform::default() }
}

/// A nation, two provinces, two cities in one of them, a county and a township below, one department in each.
fn country() -> Catalog {
    let regions = vec![
        region("100000", "national", ""),
        region("510000", "province", "100000"),
        region("520000", "province", "100000"),
        region("510100", "city", "510000"),
        region("510200", "city", "510000"),
        region("510101", "county", "510100"),
        region("510101001000", "township", "510101"),
    ];
    let places = ["100000", "510000", "520000", "510100", "510200", "510101", "510101001000"];
    let department = |(n, code): (usize, &&str)| department(&format!("o{n}"), code, "l1");
    let departments = places.iter().enumerate().map(department).collect();
    let lines = vec![Line { id: "l1".to_string(), ..Line::default() }];
    Catalog { regions, departments, lines, ..catalog("a", "100000") }
}

fn world(catalogs: Vec<Catalog>) -> World {
    World { catalogs }
}

fn name(share: &Share) -> EdgeName {
    let (kind, from, to) = (share.kind.clone(), share.from.clone(), share.to.clone());
    EdgeName { kind, from, to, id: share.id.clone() }
}

#[test]
fn finding_ids_are_the_start_of_a_digest_of_the_key() {
    // Computed with another program: printf '["unreachable","a:o1","a:d1",""]' | sha256sum
    assert_eq!(finding_id("unreachable", &["a:o1", "a:d1", ""]), "9d8414e0318cfc5e");
    assert_eq!(finding_id("silos", &["any", "市:\"一\""]), "f1f033666c05cd6d");
}

#[test]
fn each_condition_closes_on_its_own() {
    let dataset = Dataset { sector: some("s1"), standard: some("g1"), ..dataset("d", "") };
    let open = share("SERVES", "p", "o");
    assert!(closed_by(&open, &dataset).is_empty());
    let closed = |share: Share| closed_by(&share, &dataset).into_iter().collect::<Vec<_>>();
    assert_eq!(closed(Share { status: some("suspended"), ..open.clone() }), [1]);
    let sectors = vec!["s2".to_string()];
    assert_eq!(closed(Share { sectors, ..open.clone() }), [4]);
    let standards = vec!["g2".to_string()];
    assert_eq!(closed(Share { standards, ..open.clone() }), [5]);

    // Left out, a share is conditional, which only a grant carries unless it says so; a sensitivity is 4.
    let unsaid = Dataset::default();
    assert_eq!(closed_by(&open, &unsaid), [2].into());
    assert_eq!(closed_by(&share("GRANTED_TO", "d", "o"), &unsaid), [].into());
    let low = Share { ceiling: Some(3), sectors: vec!["s1".to_string()], ..share("GRANTED_TO", "d", "o") };
    assert_eq!(closed_by(&low, &unsaid), [3, 4].into());
}

#[test]
fn an_edge_stated_by_both_sides_is_open_when_each_statement_is() {
    let open = share("GRANTED_TO", "a:d", "b:o");
    let shut = Share { status: some("refused"), ..open.clone() };
    let with_id = |id: &str, share: &Share| Share { id: some(id), ..share.clone() };
    let has = |ours: Vec<Share>, theirs: Vec<Share>| {
        let a = Catalog { datasets: vec![dataset("d", "")], shares: ours, ..catalog("a", "") };
        let b = Catalog { departments: vec![department("o", "", "")], shares: theirs, ..catalog("b", "") };
        let union = world(vec![a, b]).union();
        union.reach(&union.datasets["a:d"]).contains("b:o")
    };
    assert!(has(vec![open.clone()], vec![]));
    assert!(has(vec![open.clone()], vec![open.clone()]));
    assert!(!has(vec![open.clone()], vec![shut.clone()]));
    // Two on one side and one on the other do not match, and each flows as stated.
    assert!(has(vec![open.clone(), shut.clone()], vec![shut.clone()]));
    // By an agreed id they do, each with its own.
    let ours = vec![with_id("x", &open), with_id("y", &shut)];
    assert!(!has(ours.clone(), vec![with_id("x", &shut), with_id("y", &open)]));
    assert!(has(ours, vec![with_id("y", &shut), with_id("z", &shut)]));
}

#[test]
fn broken_records_pass_nothing_and_absent_ones_pass_data_on() {
    let through = |platform: &str| {
        let mut a = country();
        a.datasets = vec![dataset("d", "o1")];
        a.shares = vec![share("PUBLISHED_ON", "d", platform), share("SERVES", platform, "o6")];
        let world = world(vec![a]);
        let union = world.union();
        let dataset = &union.datasets["a:d"];
        (union.reach(dataset).contains("a:o6"), union.certainty(dataset))
    };
    assert_eq!(through("p9"), (false, "certain"));
    assert_eq!(through("gone:p"), (true, "suspected"));
}

#[test]
fn a_silo_is_judged_by_whom_it_reaches() {
    let mut a = country();
    a.datasets = vec![Dataset { platform: some("p"), ..dataset("d", "o3") }];
    a.platforms = vec![platform("p", "o3", "")];
    a.needs = vec![need("o6", "d"), need("o3", "d")];
    let found = |a: &Catalog| {
        let world = world(vec![a.clone()]);
        SCOPES.map(|scope| silos(&world, scope, false).first().map(|row| row.text("cause").to_string()))
    };
    let every = |cause: &str| SCOPES.map(|_| some(cause));
    assert_eq!(found(&a), every("unshared"));
    a.shares = vec![Share { status: some("requested"), barrier: some("risk"), ..share("GRANTED_TO", "d", "o4") }];
    assert_eq!(found(&a), every("inactive"));
    a.shares.push(share("RELAYS_TO", "o3", "o99"));
    assert_eq!(found(&a), every("blocked"));
    a.shares.push(share("PUBLISHED_ON", "d", "p"));
    assert_eq!(found(&a), every("confined"));
    let row = silos(&world(vec![a.clone()]), "any", false).remove(0);
    assert_eq!((row.text("barrier"), row.text("severity"), row.get("needed_by")), ("risk", "violation", &1.into()));
    // Another city's department has it: the same tier and line, another region, and no sector.
    a.shares.push(share("GRANTED_TO", "d", "o4"));
    let confined = some("confined");
    assert_eq!(found(&a), [None, confined.clone(), confined.clone(), None, None, confined]);
}

#[test]
fn an_unmet_need_is_repaired_along_the_cheapest_path() {
    let mut a = country();
    a.datasets = vec![dataset("d", "o1")];
    a.platforms = vec![platform("p", "o1", ""), platform("q", "o5", "")];
    let suspended = |share: Share| Share { status: some("suspended"), ..share };
    a.shares = vec![
        share("PUBLISHED_ON", "d", "p"),
        suspended(share("CASCADES_TO", "p", "q")),
        suspended(share("SERVES", "q", "o6")),
        share("SERVES", "p", "o99"),
    ];
    a.needs = vec![need("o6", "d")];
    let rows = unreachable(&world(vec![a.clone()]), "grassroots");
    assert_eq!((rows[0].text("cause"), rows[0].get("repair_cost")), ("cut", &2.into()));
    assert!(unreachable(&world(vec![a.clone()]), "county").is_empty());

    let repair = EdgeName::list_from_json(rows[0].get("repair")).unwrap();
    let check = |repair: &[EdgeName]| check_repair(&world(vec![a.clone()]), "a:d", "a:o6", repair);
    assert_eq!(check(&repair), Ok(()));
    assert!(check(&repair[..1]).is_err());
    assert!(check(&[repair[1].clone(), repair[0].clone()]).is_err());
    let withheld = Dataset { share: some("不予共享"), ..a.datasets[0].clone() };
    let rows = unreachable(&world(vec![Catalog { datasets: vec![withheld], ..a.clone() }]), "all");
    assert_eq!((rows[0].text("cause"), rows[0].text("severity")), ("withheld", "note"));
    assert!(rows[0].get("repair_cost").is_null());
}

#[test]
fn what_is_built_below_a_unified_platform_is_redundant() {
    let mut a = country();
    let dated = |built: &str, platform: Platform| Platform { built: some(built), cost: Some(5), ..platform };
    a.platforms = vec![
        dated("2020-01-01", platform("p1", "o1", "统建")),
        dated("2019-01-01", platform("p4", "o4", "")),
        dated("2020-01-01", platform("p5", "o5", "")),
        Platform { exempt: some("trial"), ..dated("2021-01-01", platform("p3", "o3", "")) },
    ];
    let rows = redundant(&world(vec![a.clone()]));
    let found: Vec<_> = rows.iter().map(|row| (row.text("platform"), row.text("severity"))).collect();
    assert_eq!(found, [("a:p4", "warning"), ("a:p5", "violation")]);
    // Without it the province could unify the three, and nobody is missing who may have done so.
    a.platforms[0].scope = None;
    let rows = redundant(&world(vec![a.clone()]));
    let only = rows.first().filter(|_| rows.len() == 1).unwrap();
    assert_eq!((only.text("region"), only.text("certainty")), ("510000", "certain"));
    assert_eq!(only.get("members"), &serde_json::json!(["a:p3", "a:p4", "a:p5"]));
    assert_eq!(only.get("cost").as_i64(), Some(10));
    // The nation's catalog is not held: it may have.
    a.authority = vec!["510000".to_string()];
    a.regions.remove(0);
    assert_eq!(redundant(&world(vec![a]))[0].text("certainty"), "suspected");
}

#[test]
fn the_nearest_authority_by_division_code_defines_a_region() {
    let defined = |id: &str, authority: &str, name: &str| {
        let named = Region { name: some(name), ..region("510101", "county", "") };
        Catalog { regions: vec![named], ..catalog(id, authority) }
    };
    let name = |catalogs: Vec<Catalog>| world(catalogs).union().regions["510101"].name.clone();
    let (nation, province) = (defined("a", "100000", "nation's"), defined("b", "510000", "province's"));
    let (other, city) = (defined("c", "520000", "other's"), defined("d", "510100", "city's"));
    assert_eq!(name(vec![nation.clone(), province.clone(), other.clone()]), some("province's"));
    assert_eq!(name(vec![city, province, nation.clone()]), some("city's"));
    assert_eq!(name(vec![other.clone(), nation]), some("nation's"));
    assert_eq!(name(vec![other, defined("0", "", "nobody's")]), some("nobody's"));
}

#[test]
fn files_hold_what_the_world_holds() {
    let mut a = country();
    a.regions[0].name = some("全\"国\",\n一");
    a.lines[0].sectors = vec!["x;y".to_string(), "\\".to_string()];
    let dir = tempfile::tempdir().unwrap();
    world(vec![a.clone()]).write_to(dir.path()).unwrap();
    let mut regions = csv::Reader::from_path(dir.path().join("regions.csv")).unwrap();
    let first = regions.records().next().unwrap().unwrap();
    assert_eq!((&first[0], &first[1], &first[3]), ("100000", "全\"国\",\n一", ""));
    let mut lines = csv::Reader::from_path(dir.path().join("lines.csv")).unwrap();
    assert_eq!(&lines.records().next().unwrap().unwrap()[2], "x\\;y;\\\\");
    assert!(!dir.path().join("needs.csv").exists());
    // Several catalogs are a subfolder each.
    let dir = tempfile::tempdir().unwrap();
    world(vec![a, catalog("b", "")]).write_to(dir.path()).unwrap();
    assert!(dir.path().join("a/regions.csv").exists() && dir.path().join("b/catalog.toml").exists());
}

/// The records that simple paths of edges run to, each path walked on its own.
fn walk(union: &Union, dataset: &Dataset, path: &mut Vec<String>, found: &mut BTreeSet<String>) {
    let at = path[path.len() - 1].clone();
    found.insert(at.clone());
    for edge in union.edges.iter().filter(|edge| edge.from() == at) {
        let next = edge.to().to_string();
        if edge.is_open_for(dataset) && union.standing(&next) != Standing::Broken && !path.contains(&next) {
            path.push(next);
            walk(union, dataset, path, found);
            path.pop();
        }
    }
}

/// The fewest of the closed edges, up to three, that bring the dataset to the consumer once they are open.
fn fewest_to_open(union: &Union, dataset: &Dataset, consumer: &str) -> Option<usize> {
    let closed: Vec<usize> = (0..union.edges.len()).filter(|n| !union.edges[*n].is_open_for(dataset)).collect();
    let has = |opened: &[usize]| {
        let mut reached = union.sources(dataset);
        for _ in 0..=union.edges.len() {
            for (n, edge) in union.edges.iter().enumerate() {
                let passes = edge.is_open_for(dataset) || opened.contains(&n);
                if passes && reached.contains(edge.from()) && union.standing(edge.to()) != Standing::Broken {
                    reached.insert(edge.to().to_string());
                }
            }
        }
        reached.contains(consumer)
    };
    let each = || closed.iter().copied();
    if each().any(|one| has(&[one])) {
        return Some(1);
    }
    if each().any(|one| each().any(|two| has(&[one, two]))) {
        return Some(2);
    }
    let three = |one: usize, two: usize| each().filter(|n| *n > two).any(|three| has(&[one, two, three]));
    let pairs = |one: usize| each().filter(|n| *n > one).any(|two| three(one, two));
    each().any(pairs).then_some(3)
}

/// The certificate that the oracle itself would give.
fn certificate(union: &Union, dataset: &Dataset) -> (BTreeSet<String>, Vec<Closed>) {
    let set = union.reached(dataset);
    let leaving = union.edges.iter().filter(|edge| set.contains(edge.from()) && !set.contains(edge.to()));
    let closed = leaving.map(|edge| (edge.name(), edge.closed_by(dataset).first().copied())).collect();
    (set, closed)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// What an import would refuse does not come up.
    #[test]
    fn random_worlds_can_be_imported(world in super::random::worlds()) {
        for catalog in &world.catalogs {
            let mut identities = BTreeSet::new();
            for need in &catalog.needs {
                let identity = (catalog.full(&need.consumer), catalog.full(&need.dataset));
                prop_assert!(identity.0.starts_with(&format!("{}:", catalog.id)), "{need:?}");
                let service = need.service.as_ref().map(|id| catalog.full(id));
                prop_assert!(identities.insert((identity, service)), "{need:?}");
            }
            let mut identities = BTreeSet::new();
            for share in catalog.shares.iter().map(|share| catalog.full_share(share)) {
                let sides = [&share.from, &share.to].map(|end| end.split(':').next().unwrap_or("").to_string());
                prop_assert!(sides.contains(&catalog.id), "{share:?}");
                prop_assert!(share.id.is_none() || identities.insert(name(&share)), "{share:?}");
            }
            for region in &catalog.regions {
                prop_assert!(region.parent.as_ref().is_none_or(|parent| *parent != region.code));
            }
        }
        let union = world.union();
        for code in union.regions.keys() {
            let above = union.above(code);
            prop_assert!(!above.contains(code), "{code} is in a loop");
            prop_assert!(above.iter().collect::<BTreeSet<_>>().len() == above.len(), "above {code}: {above:?}");
        }
        for region in union.regions.values() {
            prop_assert!(region.tier.as_ref().is_none_or(|tier| union.tiers.contains_key(tier)), "{region:?}");
        }
        let ranks: BTreeSet<i64> = union.tiers.values().map(|tier| tier.rank).collect();
        prop_assert_eq!(ranks.len(), union.tiers.len());
    }

    #[test]
    fn reach_is_what_paths_run_to(world in super::random::worlds()) {
        let union = world.union();
        for dataset in union.datasets.values() {
            let mut found = BTreeSet::new();
            for source in union.sources(dataset) {
                walk(&union, dataset, &mut vec![source], &mut found);
            }
            prop_assert_eq!(&found, &union.reached(dataset));
        }
    }

    #[test]
    fn no_fewer_edges_repair(world in super::random::worlds()) {
        let union = world.union();
        for row in unreachable(&world, "all").iter().take(2) {
            let dataset = &union.datasets[row.text("dataset")];
            let consumer = row.text("consumer");
            let repair = cheapest_repair(&union, dataset, consumer);
            if row.text("cause") != "withheld" {
                let cost = repair.as_ref().map(Vec::len).filter(|cost| *cost <= 3);
                prop_assert_eq!(cost, fewest_to_open(&union, dataset, consumer));
            }
            let listed = EdgeName::list_from_json(row.get("repair")).unwrap();
            prop_assert_eq!(check_repair(&world, &dataset.id, consumer, &listed), Ok(()));
        }
    }

    #[test]
    fn why_is_answered_by_a_path_or_a_certificate(world in super::random::worlds()) {
        let union = world.union();
        for need in &union.needs {
            let (consumer, dataset) = (&need.consumer, &need.dataset);
            let Ok(answer) = why(&world, consumer, dataset) else { continue };
            let (set, mut closed) = certificate(&union, &union.datasets[dataset]);
            let check = |closed: &[Closed]| check_certificate(&world, consumer, dataset, &set, closed);
            match answer {
                Some(length) => {
                    prop_assert!(check(&closed).is_err());
                    prop_assert_eq!(check_path(&world, consumer, dataset, &[]).is_ok(), length == 0);
                }
                None => {
                    prop_assert_eq!(check(&closed), Ok(()));
                    if let Some((edge, _)) = closed.pop() {
                        prop_assert!(check(&closed).is_err());
                        closed.push((edge, Some(9)));
                        prop_assert!(check(&closed).is_err());
                    }
                }
            }
        }
    }
}
