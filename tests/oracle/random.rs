//! Random small worlds, dense enough that every branch of the contract comes up.
//!
//! What is generated is a [`Raw`] world: vectors of records whose references are small numbers. [`build`] gives the
//! records ids, points the references at what is there, and leaves out what an import would refuse: a need or an id
//! of an edge stated twice, an end of the wrong label or with nothing to point at, a statement by a catalog of neither
//! end. Since any raw world can be built, a failing one shrinks by dropping records and lowering numbers.

use std::fmt::Debug;
use std::ops::RangeInclusive;

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;

use super::build::build;
use super::{Dataset, Department, Line, Platform, Share, Tier, World};

/// The regions that a world picks from, with the tier that each is of as a rule. What a region lies in comes before it.
pub const REGIONS: [(&str, &str); 10] = [
    ("100000", "national"),
    ("510000", "province"),
    ("510100", "city"),
    ("510101", "county"),
    ("510101001000", "township"),
    ("510101001001", "village"),
    ("510102", "county"),
    ("510200", "city"),
    ("510201", "county"),
    ("520000", "province"),
];

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Department,
    Platform,
    Dataset,
    Service,
}

impl Kind {
    /// The first letter of an id: o(rgan), p, d, v.
    pub fn letter(self) -> char {
        match self {
            Kind::Department => 'o',
            Kind::Platform => 'p',
            Kind::Dataset => 'd',
            Kind::Service => 'v',
        }
    }
}

/// What a reference points at.
#[derive(Clone, Debug)]
pub enum Pick {
    Nothing,
    /// One of the records of its kind, named with its catalog even where that is not called for.
    Here(usize, bool),
    /// A record that a present catalog does not have.
    Broken(usize),
    /// A record of a catalog that is not there.
    Absent(usize),
}

#[derive(Clone, Debug)]
pub struct RawRegion {
    /// The catalogs that define it, with the way in which each names parent and tier.
    pub definitions: Vec<(usize, usize, usize)>,
}

#[derive(Clone, Debug)]
pub struct RawDepartment {
    pub catalog: usize,
    pub region: Option<usize>,
    pub superior: Pick,
    pub rest: Department,
}

#[derive(Clone, Debug)]
pub struct RawPlatform {
    pub catalog: usize,
    pub operator: Pick,
    pub rest: Platform,
}

#[derive(Clone, Debug)]
pub struct RawDataset {
    pub catalog: usize,
    pub holder: Pick,
    pub platform: Pick,
    pub rest: Dataset,
}

#[derive(Clone, Debug)]
pub struct RawShare {
    pub kind: usize,
    pub from: Pick,
    pub to: Pick,
    /// Each made by the side of `from` (false) or of `to`.
    pub statements: Vec<(bool, Share)>,
}

#[derive(Clone, Debug)]
pub struct RawNeed {
    pub consumer: Pick,
    pub dataset: Pick,
    pub service: Pick,
    pub priority: Option<i64>,
}

#[derive(Clone, Debug)]
pub struct Raw {
    pub authority: Vec<Vec<&'static str>>,
    pub tiers: Vec<(usize, Tier)>,
    pub codes: Vec<(&'static str, &'static str)>,
    pub regions: Vec<RawRegion>,
    pub lines: Vec<(usize, Line)>,
    pub departments: Vec<RawDepartment>,
    pub platforms: Vec<RawPlatform>,
    pub datasets: Vec<RawDataset>,
    pub shares: Vec<RawShare>,
    pub services: Vec<(usize, Pick)>,
    pub needs: Vec<RawNeed>,
}

/// Random worlds.
pub fn worlds() -> impl Strategy<Value = World> {
    raw().prop_map(|raw| build(&raw))
}

fn raw() -> impl Strategy<Value = Raw> {
    let authority = select(vec![vec!["100000"], vec!["510000"], vec!["510100"], vec!["520000", "510101"], vec![]]);
    let authority = prop_oneof![
        4 => vec(authority.clone(), 1),
        5 => vec(authority.clone(), 2),
        1 => vec(authority, 3),
    ];
    let tiers = prop_oneof![5 => Just(Vec::new()), 1 => vec((0..3usize, tier()), 1..=3)];
    let definition = (0..3usize, 0..16usize, 0..16usize);
    let region = vec(definition, 1..=2).prop_map(|definitions| RawRegion { definitions });
    let regions = vec(weighted(0.7, region), REGIONS.len());
    let lines = some((0..3usize, line()), 2..=7);
    let vocabulary = (authority, tiers, regions, lines);
    let records = (some(department(), 3..=10), some(platforms(), 0..=5), some(dataset(), 0..=5));
    let service = (0..3usize, pick(1, 6, 1, 1));
    let flows = (some(share(), 0..=12), some(route(), 0..=4), some(service, 0..=2), some(need(), 0..=10));
    (vocabulary, records, flows).prop_map(|(vocabulary, records, flows)| {
        let (authority, tiers, regions, lines) = vocabulary;
        let (departments, platforms, datasets) = records;
        let (mut shares, routes, services, mut needs) = flows;
        for (hops, need) in routes {
            shares.extend(hops);
            needs.push(need);
        }
        let platforms = platforms.concat();
        let picked = REGIONS.iter().zip(regions).filter_map(|(region, raw)| raw.map(|raw| (*region, raw)));
        let (codes, regions) = picked.unzip();
        Raw { authority, tiers, codes, regions, lines, departments, platforms, datasets, shares, services, needs }
    })
}

/// Most of so many. In shrinking each can be dropped, however many there were.
fn some<T: Clone + Debug>(of: impl Strategy<Value = T>, count: RangeInclusive<usize>) -> impl Strategy<Value = Vec<T>> {
    vec(weighted(0.8, of), count).prop_map(|some| some.into_iter().flatten().collect())
}

/// A reference that points at nothing, at a record, at a broken and at an absent one as often as these weights say.
fn pick(nothing: u32, here: u32, broken: u32, absent: u32) -> BoxedStrategy<Pick> {
    let ways: [(u32, BoxedStrategy<Pick>); 4] = [
        (nothing, Just(Pick::Nothing).boxed()),
        (here, (0..12usize, prop::bool::weighted(0.1)).prop_map(|(n, full)| Pick::Here(n, full)).boxed()),
        (broken, select(vec![0, 0, 1]).prop_map(Pick::Broken).boxed()),
        (absent, select(vec![0, 0, 1]).prop_map(Pick::Absent).boxed()),
    ];
    let ways: Vec<_> = ways.into_iter().filter(|(weight, _)| *weight > 0).collect();
    proptest::strategy::Union::new_weighted(ways).boxed()
}

/// A cell: one of the words, an empty one standing for an empty cell. A word stands as often as it is listed.
fn word(words: &[&'static str]) -> impl Strategy<Value = Option<String>> + Clone + use<> {
    select(words.to_vec()).prop_map(|word| (!word.is_empty()).then(|| word.to_string()))
}

fn list(words: &[&'static str]) -> impl Strategy<Value = Vec<String>> + Clone + use<> {
    let split = |word: &str| word.split(' ').filter(|word| !word.is_empty()).map(str::to_string).collect();
    select(words.to_vec()).prop_map(split)
}

/// Ranks are such that no two tiers ever share one.
fn tier() -> impl Strategy<Value = Tier> {
    let id = select(vec![("district", 6), ("district", 7), ("county", 3), ("township", 4), ("city", 2), ("city", 8)]);
    (id, any::<bool>()).prop_map(|((id, rank), grassroots)| Tier {
        id: id.to_string(),
        name: format!("tier {id}"),
        rank,
        grassroots,
    })
}

fn line() -> impl Strategy<Value = Line> {
    let id = select(vec!["l1", "l2"]);
    (id, word(&["", "税务", "Tax"]), list(&["s1", "s1 s2", "s2", ""])).prop_map(|(id, name, sectors)| Line {
        id: id.to_string(),
        name,
        sectors,
    })
}

fn department() -> impl Strategy<Value = RawDepartment> {
    let region = weighted(0.95, 0..40usize);
    let rest = (word(&["A", "A", "", "公安, \"B\""]), word(&["l1", "l1", "l1", "l2", "l2", "l2", "", "l9"]));
    let kind = word(&["organ", "", "grassroots", "data-agency", "基层单位"]);
    (0..3usize, region, pick(5, 5, 1, 1), rest, kind).prop_map(|(catalog, region, superior, (name, line), kind)| {
        let rest = Department { name, line, kind, ..Department::default() };
        RawDepartment { catalog, region, superior, rest }
    })
}

/// One, or the same one built by several departments, one after another.
fn platforms() -> impl Strategy<Value = Vec<RawPlatform>> {
    let catalogs = prop_oneof![2 => vec(0..3usize, 1), 1 => vec(0..3usize, 2..=5)];
    (platform(), pick(1, 16, 1, 1), catalogs).prop_map(|(platform, builder, catalogs)| {
        let built = |(n, catalog)| {
            let operator = match builder {
                Pick::Here(first, full) => Pick::Here(first + n, full),
                ref other => other.clone(),
            };
            RawPlatform { catalog, operator, rest: platform.clone() }
        };
        catalogs.into_iter().enumerate().map(built).collect()
    })
}

fn platform() -> impl Strategy<Value = Platform> {
    let function = word(&[
        "f1",
        "f1",
        "f1",
        "f1",
        "f1",
        "f1",
        "data-exchange",
        "data-exchange",
        "data-exchange",
        "data-exchange",
        "f2",
        "",
    ]);
    let nature = word(&["", "", "", "", "soft", "soft", "软", "soft", "", "", "hard", "硬"]);
    let scope = word(&["", "", "own", "own", "自建", "unified", "unified", "统建"]);
    let running = ["", "", "running", "running", "running", "running", "运行"];
    let status = word(&[&running[..], &["planned", "building", "retired", "在建"]].concat());
    let what = (function, nature, scope, status);
    let built = word(&["2019-01-01", "2020-06-30", "2020-06-30", "2021-12-31", "", ""]);
    let exempt = word(&["", "", "trial", "试点, 省里\n同意"]);
    let numbers = (built, weighted(0.7, 0..5i64), weighted(0.5, select(vec![0.1, 0.5, 1.0])), exempt);
    let texts = (word(&["P", "P", "Q", ""]), word(&["", "x;y"]));
    (what, numbers, texts).prop_map(|(what, numbers, texts)| {
        let (function, nature, scope, status) = what;
        let (built, cost, utilisation, exempt) = numbers;
        let (name, description) = texts;
        let cost = cost.map(|cost| cost * 10);
        let (id, operator) = Default::default();
        Platform { id, name, function, operator, nature, scope, status, built, cost, utilisation, exempt, description }
    })
}

fn dataset() -> impl Strategy<Value = RawDataset> {
    let often = [
        "unconditional",
        "unconditional",
        "unconditional",
        "conditional",
        "conditional",
        "conditional",
        "conditional",
        "无条件共享",
    ];
    let share = word(&[&often[..], &["", "", "有条件共享", "withheld", "不予共享"]].concat());
    let flow = (share, weighted(0.85, 1..=4i64), word(&["s1", "s1", "s2", ""]), word(&["g1", "g1", "g2", ""]));
    let title = word(&["T", "T", "人口\"基础库\", 一", "two\nlines", ""]);
    let barrier = word(&["", "", "", "", "risk", "标准不一"]);
    let rest = (title, barrier, weighted(0.5, select(vec![0.5, 0.9])), list(&["", "a b c", "a;b \\ c"]));
    let ends = (pick(1, 16, 2, 2), pick(4, 8, 1, 1));
    (0..3usize, ends, flow, rest).prop_map(|(catalog, (holder, platform), flow, rest)| {
        let (share, sensitivity, sector, standard) = flow;
        let (title, barrier, quality, fields) = rest;
        let rest =
            Dataset { title, sector, share, sensitivity, standard, quality, barrier, fields, ..Dataset::default() };
        RawDataset { catalog, holder, platform, rest }
    })
}

fn share() -> impl Strategy<Value = RawShare> {
    let ends = (pick(0, 24, 1, 2), pick(0, 24, 1, 2));
    (0..5usize, ends, statements()).prop_map(|(kind, (from, to), statements)| RawShare { kind, from, to, statements })
}

/// The statements of an edge: mostly one, else parallel ones, or one of each side.
fn statements() -> impl Strategy<Value = Vec<(bool, Share)>> {
    let statement = (prop::bool::weighted(0.4), statement());
    prop_oneof![6 => vec(statement.clone(), 1), 4 => vec(statement, 2..=3)]
}

/// Edges one after another, and the need that they would meet, so that not all paths are short.
fn route() -> impl Strategy<Value = (Vec<RawShare>, RawNeed)> {
    let hops = vec![vec![1, 2, 3], vec![0, 4, 4], vec![1, 3, 4], vec![1, 2, 2, 3], vec![1, 2, 3, 4, 4]];
    let stops = (pick(0, 1, 0, 0), vec(pick(0, 24, 1, 2), 4), pick(0, 1, 0, 0));
    let stated = vec(weighted(0.95, statements()), 5);
    (select(hops), stops, stated).prop_map(|(hops, (dataset, between, consumer), stated)| {
        let mut from = dataset.clone();
        let mut shares = Vec::new();
        let last = hops.len() - 1;
        for (n, (kind, statements)) in hops.into_iter().zip(stated).enumerate() {
            let to = if n == last { consumer.clone() } else { between[n].clone() };
            shares.extend(statements.map(|statements| RawShare { kind, from, to: to.clone(), statements }));
            from = to;
        }
        (shares, RawNeed { consumer, dataset, service: Pick::Nothing, priority: None })
    })
}

/// What a row of `shares.csv` says of an edge: often that anything shared may pass.
fn statement() -> impl Strategy<Value = Share> + Clone {
    let anything = Share { carries: Some("conditional".to_string()), ..Share::default() };
    let any = prop_oneof![1 => Just(anything), 1 => restricted()];
    let id = word(&["", "", "", "", "e1", "e1", "e2"]);
    (any, id).prop_map(|(share, id)| Share { id, ..share })
}

fn restricted() -> impl Strategy<Value = Share> + Clone {
    let active = ["", "", "active", "active", "active", "active", "生效"];
    let status = word(&[&active[..], &["requested", "suspended", "refused", "申请中"]].concat());
    let carries = word(&["", "conditional", "conditional", "conditional", "unconditional", "有条件共享"]);
    let ceiling = prop_oneof![4 => Just(None), 1 => Just(Some(4)), 2 => (1..=3i64).prop_map(Some)];
    let sectors = list(&["", "", "", "", "", "s1", "s1 s2", "s2", "s9"]);
    let standards = list(&["", "", "", "", "", "g1", "g2 g1", "g2", "g9"]);
    let rest = (word(&["", "2024-05-01"]), word(&["", "", "risk", "interest", "不能"]));
    (status, carries, ceiling, sectors, standards, rest).prop_map(
        |(status, carries, ceiling, sectors, standards, (since, barrier))| {
            let (kind, from, to, id) = Default::default();
            Share { kind, from, to, status, carries, ceiling, sectors, standards, since, barrier, id }
        },
    )
}

fn need() -> impl Strategy<Value = RawNeed> {
    let ends = (pick(0, 16, 1, 0), pick(0, 16, 1, 1), pick(6, 4, 1, 1));
    (ends, weighted(0.5, 1..=5i64)).prop_map(|((consumer, dataset, service), priority)| RawNeed {
        consumer,
        dataset,
        service,
        priority,
    })
}
