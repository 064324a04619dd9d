//! Random small worlds, dense enough that every branch of the contract comes up.
//!
//! What is generated is a vector of records for each kind, a record being small numbers ([`Dice`]). From these a
//! [`Raw`] world is read, whose references are numbers as well; [`build`] gives the records ids, points the references
//! at what is there, and leaves out what an import would refuse: a need or an id of an edge stated twice, a statement
//! by a catalog of neither end. Since any numbers make a world, a failing one shrinks by dropping records and lowering
//! numbers, and 0 is always the plainest choice.

mod claims;

use proptest::collection::vec;
use proptest::prelude::*;

pub use claims::{RawClaim, RawSubject};

use super::build::build;
use super::{Dataset, Department, Line, Pilot, Platform, Policy, Share, Tier, World};

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

const AUTHORITIES: [&[&str]; 5] = [&["100000"], &["510000"], &["510100"], &["520000", "510101"], &[]];

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

/// A catalog that defines a region, and the ways in which it names parent and tier.
pub struct RawDefinition {
    pub catalog: usize,
    pub parent: usize,
    pub tier: usize,
}

pub struct RawDepartment {
    pub catalog: usize,
    pub region: Option<usize>,
    pub superior: Pick,
    pub rest: Department,
}

pub struct RawPlatform {
    pub catalog: usize,
    pub operator: Pick,
    pub rest: Platform,
}

pub struct RawDataset {
    pub catalog: usize,
    pub holder: Pick,
    pub platform: Pick,
    pub rest: Dataset,
}

pub struct RawShare {
    /// Which of the five types.
    pub kind: usize,
    pub from: Pick,
    pub to: Pick,
    /// Each made by the side of `from` (false) or of `to`.
    pub statements: Vec<(bool, Share)>,
}

pub struct RawNeed {
    pub consumer: Pick,
    pub dataset: Pick,
    pub service: Pick,
    pub priority: Option<i64>,
}

pub struct RawCompact {
    pub catalog: usize,
    /// Two regions, by their numbers among those that the world has; 16 and above are defined nowhere.
    pub regions: [usize; 2],
}

pub struct RawPilot {
    pub catalog: usize,
    pub region: usize,
    pub rest: Pilot,
    /// By which catalog, in which region, and since when.
    pub adoptions: Vec<(usize, usize, Option<String>)>,
}

pub struct RawPolicy {
    pub catalog: usize,
    pub region: usize,
    pub rest: Policy,
}

/// A world whose references are numbers.
pub struct Raw {
    /// One for each catalog.
    pub authorities: Vec<&'static [&'static str]>,
    pub tiers: Vec<(usize, Tier)>,
    /// In the order of [`REGIONS`], by their number there.
    pub regions: Vec<(usize, Vec<RawDefinition>)>,
    pub lines: Vec<(usize, Line)>,
    pub departments: Vec<RawDepartment>,
    pub platforms: Vec<RawPlatform>,
    pub datasets: Vec<RawDataset>,
    pub shares: Vec<RawShare>,
    pub services: Vec<(usize, Pick)>,
    pub needs: Vec<RawNeed>,
    /// Which sector, by which catalog, and who leads it.
    pub leads: Vec<(usize, usize, Pick)>,
    pub compacts: Vec<RawCompact>,
    pub pilots: Vec<RawPilot>,
    pub policies: Vec<RawPolicy>,
    pub claims: Vec<RawClaim>,
}

/// How many numbers a record of each kind takes, how many records are drawn and how many of these are kept at most:
/// more are drawn than kept, since small worlds are the dull ones.
const DRAWN: [(usize, usize, usize); 16] = [
    (4, 9, 1),   // the catalogs, all in one
    (7, 9, 3),   // tiers
    (8, 16, 10), // regions
    (4, 10, 6),  // lines
    (8, 14, 8),  // departments
    (20, 9, 5),  // platforms, some of them built several times
    (18, 8, 5),  // datasets
    (36, 16, 9), // edges
    (120, 5, 3), // routes
    (3, 3, 2),   // services
    (7, 18, 10), // needs
    (4, 5, 3),   // leads
    (3, 6, 4),   // compacts
    (16, 4, 2),  // pilots
    (4, 8, 6),   // policies
    (9, 8, 5),   // claims
];

/// Random worlds. Give a test that shrinks them many steps: `max_shrink_iters` of some ten thousands.
pub fn worlds() -> BoxedStrategy<World> {
    let records = |(numbers, drawn, _): (usize, usize, usize)| vec(vec(0..100u8, numbers), 0..=drawn);
    let kinds: Vec<_> = DRAWN.into_iter().map(records).collect();
    kinds.prop_map(|kinds| build(&raw(&kinds))).boxed()
}

fn raw(kinds: &[Vec<Vec<u8>>]) -> Raw {
    let records = |kind: usize| kinds[kind].iter().take(DRAWN[kind].2).map(|numbers| Dice { numbers, at: 0 });
    let regions: Vec<_> = records(2).map(region).collect();
    let of_number = |number| regions.iter().position(|(other, _)| *other == number);
    let mut shares: Vec<_> = records(7).map(|mut dice| share(&mut dice)).collect();
    let mut needs: Vec<_> = records(10).map(need).collect();
    for (hops, need) in records(8).map(route) {
        shares.extend(hops);
        needs.push(need);
    }
    let drawn = (0..REGIONS.len()).filter_map(of_number).collect::<Vec<_>>();
    let mut regions: Vec<_> = regions.into_iter().map(Some).collect();
    Raw {
        authorities: records(0).next().map_or(vec![AUTHORITIES[0]], authorities),
        tiers: records(1).flat_map(tier).collect(),
        regions: drawn.into_iter().filter_map(|at| regions[at].take()).collect(),
        lines: records(3).map(line).collect(),
        departments: records(4).map(department).collect(),
        platforms: records(5).flat_map(platforms).collect(),
        datasets: records(6).map(dataset).collect(),
        shares,
        services: records(9).map(|mut dice| (dice.below(3), dice.pick(1, 6, 1, 1))).collect(),
        needs,
        leads: records(11).map(lead).collect(),
        compacts: records(12).map(compact).collect(),
        pilots: records(13).map(pilot).collect(),
        policies: records(14).map(policy).collect(),
        claims: records(15).map(claims::claim).collect(),
    }
}

/// The numbers of a record, 0 to 99, read one after another.
struct Dice<'a> {
    numbers: &'a [u8],
    at: usize,
}

impl Dice<'_> {
    fn next(&mut self) -> usize {
        let number = self.numbers.get(self.at);
        self.at += 1;
        number.copied().unwrap_or(0).into()
    }

    fn below(&mut self, bound: usize) -> usize {
        self.next() * bound / 100
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.next() >= 100 - percent
    }

    /// One of these; each as often as it is listed.
    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// A cell; an empty word stands for an empty one.
    fn word(&mut self, words: &[&str]) -> Option<String> {
        Some(self.one(words)).filter(|word| !word.is_empty()).map(str::to_string)
    }

    fn list(&mut self, lists: &[&str]) -> Vec<String> {
        self.one(lists).split(' ').filter(|word| !word.is_empty()).map(str::to_string).collect()
    }

    /// A reference that points at nothing, at a record, at a broken and at an absent one as often as these weights say.
    fn pick(&mut self, nothing: usize, here: usize, broken: usize, absent: usize) -> Pick {
        let way = self.below(nothing + here + broken + absent);
        let which = self.next();
        match way {
            way if way < nothing => Pick::Nothing,
            way if way < nothing + here => Pick::Here(which / 8, which % 8 == 7),
            way if way < nothing + here + broken => Pick::Broken(which / 67),
            _ => Pick::Absent(which / 67),
        }
    }
}

fn authorities(mut dice: Dice) -> Vec<&'static [&'static str]> {
    let catalogs = dice.one(&[1, 1, 1, 1, 2, 2, 2, 2, 2, 3]);
    (0..catalogs).map(|_| dice.one(&AUTHORITIES)).collect()
}

/// Few worlds have tiers of their own, some of these by two catalogs. Ranks are such that no two tiers ever share one.
fn tier(mut dice: Dice) -> Vec<(usize, Tier)> {
    let entries = [("district", 6), ("district", 7), ("county", 3), ("township", 4), ("city", 2), ("city", 8)];
    let Some(catalog) = dice.below(36).checked_sub(33) else {
        return Vec::new();
    };
    let (id, _) = dice.one(&entries);
    let of_id: Vec<_> = entries.into_iter().filter(|entry| entry.0 == id).collect();
    let catalogs = catalog..=catalog + dice.below(2);
    let entry = |catalog| {
        let (id, rank) = dice.one(&of_id);
        let (id, name, grassroots) = (id.to_string(), format!("tier {id}"), dice.chance(50));
        (catalog, Tier { id, rank, name, grassroots })
    };
    catalogs.map(entry).collect()
}

fn region(mut dice: Dice) -> (usize, Vec<RawDefinition>) {
    let number = dice.below(REGIONS.len());
    let definitions = dice.one(&[1, 2]);
    let definition = |_| RawDefinition { catalog: dice.below(3), parent: dice.below(16), tier: dice.below(16) };
    (number, (0..definitions).map(definition).collect())
}

fn line(mut dice: Dice) -> (usize, Line) {
    let catalog = dice.below(3);
    let id = dice.one(&["l1", "l2"]).to_string();
    let sectors = dice.list(&["s1", "s1 s2", "s2", ""]);
    (catalog, Line { id, name: dice.word(&["", "税务", "Tax"]), sectors })
}

fn department(mut dice: Dice) -> RawDepartment {
    RawDepartment {
        catalog: dice.below(3),
        region: Some(dice.below(42)).filter(|region| *region < 40),
        superior: dice.pick(5, 5, 1, 1),
        rest: Department {
            line: dice.word(&["l1", "l1", "l1", "l2", "l2", "l2", "", "l9"]),
            name: dice.word(&["A", "A", "", "公安, \"B\""]),
            kind: dice.word(&["", "organ", "grassroots", "data-agency", "基层单位"]),
            ..Department::default()
        },
    }
}

/// One, or the same one built by several departments, one after another.
fn platforms(mut dice: Dice) -> Vec<RawPlatform> {
    let platform = platform(&mut dice);
    let builder = dice.pick(1, 16, 1, 1);
    let built = dice.one(&[1, 1, 1, 1, 1, 1, 1, 1, 2, 3, 4, 5]);
    let copy = |n| {
        let operator = match builder {
            Pick::Here(first, full) => Pick::Here(first + n, full),
            ref other => other.clone(),
        };
        RawPlatform { catalog: dice.below(3), operator, rest: platform.clone() }
    };
    (0..built).map(copy).collect()
}

fn platform(dice: &mut Dice) -> Platform {
    let functions = ["f1", "f1", "f1", "f1", "f1", "f1", "f2", "", "data-exchange"];
    let exchanges = ["data-exchange"; 3];
    let running = ["running", "", "", "running", "running", "running", "运行"];
    Platform {
        function: dice.word(&[&functions[..], &exchanges].concat()),
        scope: dice.word(&["", "", "own", "own", "自建", "unified", "unified", "统建"]),
        status: dice.word(&[&running[..], &["planned", "building", "retired", "在建"]].concat()),
        nature: dice.word(&["", "", "", "", "", "soft", "soft", "soft", "软", "soft", "hard", "硬"]),
        built: dice.word(&["", "", "2019-01-01", "2020-06-30", "2020-06-30", "2021-12-31", "2026-12-31"]),
        cost: Some(10 * dice.below(7) as i64 - 10).filter(|cost| *cost >= 0),
        exempt: dice.word(&["", "", "trial", "试点, 省里\n同意"]),
        utilisation: dice.one(&[None, Some(0.1), Some(0.2), Some(1.0)]),
        name: dice.word(&["P", "P", "Q", ""]),
        description: dice.word(&["", "x;y"]),
        ..Platform::default()
    }
}

fn dataset(mut dice: Dice) -> RawDataset {
    let shares = ["unconditional", "unconditional", "unconditional", "无条件共享", "conditional", "conditional"];
    let others = ["conditional", "conditional", "", "", "有条件共享", "withheld", "不予共享"];
    RawDataset {
        catalog: dice.below(3),
        holder: dice.pick(1, 16, 2, 2),
        platform: dice.pick(4, 8, 1, 1),
        rest: Dataset {
            share: dice.word(&[&shares[..], &others].concat()),
            sensitivity: dice.one(&[Some(1), Some(2), None, Some(3), Some(4), Some(1), Some(2)]),
            sector: dice.word(&["s1", "s1", "s2", ""]),
            standard: dice.word(&["g1", "g1", "g2", ""]),
            barrier: dice.word(&["", "", "", "", "risk", "标准不一", "不能"]),
            title: dice.word(&["T", "T", "人口\"基础库\", 一", "two\nlines", "", "R1 Ｔ", "t", "資料", "资料", "R0"]),
            quality: dice.one(&[None, Some(0.5), Some(0.8), Some(0.9)]),
            fields: dice.list(&["", "a b c", "a;b \\ c", "a b c d", "a b c d e", "a b", "b a c"]),
            owner_right: dice.word(&["", "shared"]),
            revenue_rule: dice.word(&["", "cost"]),
            security_rule: dice.word(&["", "masked", "masked"]),
            ..Dataset::default()
        },
    }
}

fn share(dice: &mut Dice) -> RawShare {
    let kind = dice.below(5);
    let (from, to) = (dice.pick(0, 24, 1, 2), dice.pick(0, 24, 1, 2));
    RawShare { kind, from, to, statements: statements(dice) }
}

/// The statements of an edge: mostly one, else parallel ones, or one of each side.
fn statements(dice: &mut Dice) -> Vec<(bool, Share)> {
    let statements = dice.one(&[1, 1, 1, 2, 2, 3]);
    (0..statements).map(|_| (dice.chance(40), statement(dice))).collect()
}

/// Edges one after another, and the need that they would meet, so that not all paths are short.
fn route(mut dice: Dice) -> (Vec<RawShare>, RawNeed) {
    let hops: [&[usize]; 5] = [&[1, 2, 3], &[0, 4, 4], &[1, 3, 4], &[1, 2, 2, 3], &[1, 2, 3, 4, 4]];
    let hops = dice.one(&hops);
    let dataset = dice.pick(0, 1, 0, 0);
    let mut shares = Vec::new();
    let mut at = dataset.clone();
    for kind in hops {
        let to = dice.pick(0, 24, 1, 2);
        shares.push(RawShare { kind: *kind, from: at, to: to.clone(), statements: statements(&mut dice) });
        at = to;
    }
    let consumer = match at {
        Pick::Absent(n) => Pick::Here(n, false),
        other => other,
    };
    (shares, RawNeed { consumer, dataset, service: Pick::Nothing, priority: None })
}

/// What a row of `shares.csv` says of an edge: often that anything shared may pass.
fn statement(dice: &mut Dice) -> Share {
    let id = dice.word(&["", "", "", "", "e1", "e1", "e2"]);
    if dice.chance(50) {
        return Share { id, ..restricted(dice) };
    }
    Share { id, carries: Some("conditional".to_string()), ..Share::default() }
}

fn restricted(dice: &mut Dice) -> Share {
    let active = ["", "", "active", "active", "active", "active", "生效"];
    Share {
        status: dice.word(&[&active[..], &["requested", "suspended", "refused", "申请中"]].concat()),
        carries: dice.word(&["", "conditional", "conditional", "conditional", "unconditional", "有条件共享"]),
        ceiling: dice.one(&[None, None, None, None, Some(4), Some(3), Some(2), Some(1)]),
        sectors: dice.list(&["", "", "", "", "", "s1", "s1 s2", "s2", "s9"]),
        standards: dice.list(&["", "", "", "", "", "g1", "g2 g1", "g2", "g9"]),
        barrier: dice.word(&["", "", "risk", "interest", "不能"]),
        since: dice.word(&["", "2024-05-01", "2026-04-30", "2026-04-29", "2026-04-17", "2026-04-16", "2026-06-01"]),
        ..Share::default()
    }
}

fn need(mut dice: Dice) -> RawNeed {
    RawNeed {
        consumer: dice.pick(0, 16, 1, 0),
        dataset: dice.pick(0, 16, 1, 1),
        service: dice.pick(6, 4, 1, 1),
        priority: Some(dice.below(6) as i64).filter(|priority| *priority > 0),
    }
}

fn lead(mut dice: Dice) -> (usize, usize, Pick) {
    (dice.below(2), dice.below(3), dice.pick(0, 10, 1, 1))
}

fn compact(mut dice: Dice) -> RawCompact {
    RawCompact { catalog: dice.below(3), regions: [dice.below(17), dice.below(17)] }
}

fn pilot(mut dice: Dice) -> RawPilot {
    let dates = ["", "2019-06-01", "2020-01-01", "2024-05-01", "2024-05-02", "2025-01-01"];
    let catalog = dice.below(3);
    let region = dice.below(18);
    let rest = Pilot {
        name: dice.word(&["", "N"]),
        function: dice.word(&["f1", "f1", "f2", "data-exchange", ""]),
        since: dice.word(&dates),
        ..Pilot::default()
    };
    let adoptions = dice.one(&[0, 1, 2, 3]);
    let adoption = |_| (dice.below(3), dice.below(17), dice.word(&dates));
    RawPilot { catalog, region, rest, adoptions: (0..adoptions).map(adoption).collect() }
}

fn policy(mut dice: Dice) -> RawPolicy {
    let kinds = ["property", "circulation", "revenue", "security", "security", "implementation", ""];
    let (catalog, region) = (dice.below(3), dice.below(18));
    let rest = Policy {
        kind: dice.word(&kinds),
        since: dice.word(&["", "2020-01-01", "2026-05-01", "2026-05-02"]),
        ..Policy::default()
    };
    RawPolicy { catalog, region, rest }
}
