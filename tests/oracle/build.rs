//! From a raw world to catalogs: ids for the records, references to what is there, and nothing that an import would
//! refuse.

use std::collections::BTreeSet;

use super::random::{Pick, REGIONS, Raw, RawSubject};
use super::{
    Adoption, Catalog, Claim, Compact, Dataset, Department, Need, Pilot, Platform, Policy, Region, Sector, Service,
    Share, World,
};

const TIERS: [&str; 6] = ["national", "province", "city", "county", "township", "village"];

#[derive(Clone, Copy)]
enum Kind {
    Department,
    Platform,
    Dataset,
    Service,
}

/// What the two ends of each type of sharing edge are.
const TYPES: [(&str, Kind, Kind); 5] = [
    ("GRANTED_TO", Kind::Dataset, Kind::Department),
    ("PUBLISHED_ON", Kind::Dataset, Kind::Platform),
    ("CASCADES_TO", Kind::Platform, Kind::Platform),
    ("SERVES", Kind::Platform, Kind::Department),
    ("RELAYS_TO", Kind::Department, Kind::Department),
];

/// Where each record of a kind stands: its catalog, and its number there.
type Places = Vec<(usize, usize)>;

/// The records of each kind, by which a reference is written.
struct Names {
    catalogs: Vec<String>,
    departments: Places,
    platforms: Places,
    datasets: Places,
    services: Places,
}

impl Names {
    fn places(&self, kind: Kind) -> &Places {
        match kind {
            Kind::Department => &self.departments,
            Kind::Platform => &self.platforms,
            Kind::Dataset => &self.datasets,
            Kind::Service => &self.services,
        }
    }

    /// The catalog and the bare id that a reference points at; `None` where there is nothing of the kind. Records that
    /// are there are numbered from 1.
    fn target(&self, kind: Kind, pick: &Pick) -> Option<(String, String)> {
        let letter = match kind {
            Kind::Department => 'o',
            Kind::Platform => 'p',
            Kind::Dataset => 'd',
            Kind::Service => 'v',
        };
        let here = |n: usize| self.catalogs[n % self.catalogs.len()].clone();
        match pick {
            Pick::Nothing => None,
            Pick::Here(n, _) => {
                let places = self.places(kind);
                let (catalog, number) = *places.get(n % places.len().max(1))?;
                Some((here(catalog), format!("{letter}{number}")))
            }
            Pick::Broken(n) => Some((here(*n), format!("{letter}0"))),
            Pick::Absent(n) => Some(("gone".to_string(), format!("{letter}{n}"))),
        }
    }

    /// The reference as a catalog writes it: another's record with its catalog, its own mostly without.
    fn written(&self, by: &str, kind: Kind, pick: &Pick) -> Option<String> {
        let (catalog, id) = self.target(kind, pick)?;
        let in_full = catalog != by || matches!(pick, Pick::Here(_, true));
        Some(if in_full { format!("{catalog}:{id}") } else { id })
    }
}

/// Numbers records by their catalogs, so that those of two catalogs bear the same bare ids.
fn places(catalogs: usize, of: impl Iterator<Item = usize>) -> Places {
    let mut counts = vec![0; catalogs];
    let number = |catalog: usize| {
        let catalog = catalog % catalogs;
        counts[catalog] += 1;
        (catalog, counts[catalog])
    };
    of.map(number).collect()
}

/// The world that a raw one stands for.
pub fn build(raw: &Raw) -> World {
    let count = raw.authorities.len();
    let ids = ["b", "a", "c"].map(str::to_string);
    let names = Names {
        catalogs: ids[..count].to_vec(),
        departments: places(count, raw.departments.iter().map(|one| one.catalog)),
        platforms: places(count, raw.platforms.iter().map(|one| one.catalog)),
        datasets: places(count, raw.datasets.iter().map(|one| one.catalog)),
        services: places(count, raw.services.iter().map(|one| one.0)),
    };
    let catalog = |(id, authority): (&String, &&[&str])| Catalog {
        id: id.clone(),
        title: Some(format!("Catalog \"{id}\"")),
        authority: authority.iter().map(|code| code.to_string()).collect(),
        ..Catalog::default()
    };
    let mut catalogs: Vec<Catalog> = names.catalogs.iter().zip(&raw.authorities).map(catalog).collect();
    add_vocabulary(raw, &mut catalogs);
    add_records(raw, &names, &mut catalogs);
    add_shares(raw, &names, &mut catalogs);
    add_needs(raw, &names, &mut catalogs);
    add_leads(raw, &names, &mut catalogs);
    add_rest(raw, &mut catalogs);
    add_claims(raw, &names, &mut catalogs);
    World { catalogs }
}

/// The codes of the regions that a world has, with the tier that each is of as a rule.
fn regions(raw: &Raw) -> Vec<(&'static str, &'static str)> {
    raw.regions.iter().map(|(number, _)| REGIONS[*number]).collect()
}

/// A catalog defines a word of the vocabulary once: the first time stands.
fn add_vocabulary(raw: &Raw, catalogs: &mut [Catalog]) {
    let count = catalogs.len();
    for (catalog, tier) in &raw.tiers {
        let tiers = &mut catalogs[catalog % count].tiers;
        if !tiers.iter().any(|other| other.id == tier.id) {
            tiers.push(tier.clone());
        }
    }
    let regions = regions(raw);
    for (at, (_, definitions)) in raw.regions.iter().enumerate() {
        let (code, usual) = regions[at];
        for definition in definitions {
            let (parent, tier) = (definition.parent, definition.tier);
            let catalog = &mut catalogs[definition.catalog % count];
            let district = catalog.tiers.iter().any(|tier| tier.id == "district");
            if !catalog.regions.iter().any(|other| other.code == code) {
                let investment = (parent % 3 != 0).then_some(100 * at as i64);
                catalog.regions.push(Region {
                    code: code.to_string(),
                    name: (tier % 5 != 4).then(|| format!("R{at}")),
                    tier: tier_of(usual, tier, district),
                    parent: parent_of(code, &regions[..at], parent),
                    bloc: [(1, "西部"), (2, "east"), (3, "west")]
                        .iter()
                        .find(|(n, _)| *n == parent)
                        .map(|b| b.1.to_string()),
                    investment,
                    staff: (tier % 2 == 0).then_some(at as i64),
                });
            }
        }
    }
    for (catalog, line) in &raw.lines {
        let lines = &mut catalogs[catalog % count].lines;
        if !lines.iter().any(|other| other.id == line.id) {
            lines.push(line.clone());
        }
    }
    let sectors = if raw.lines.is_empty() { &[][..] } else { &[("s1", "市场监管"), ("s2", "民生保障")] };
    for (id, name) in sectors {
        let (name, lead) = (Some(name.to_string()), Vec::new());
        catalogs[0].sectors.push(Sector { id: id.to_string(), name, lead });
    }
}

/// The usual tier mostly, else none, the new one where the catalog defines that, or any other.
fn tier_of(usual: &str, way: usize, district: bool) -> Option<String> {
    match way {
        9 | 10 if district => Some("district".to_string()),
        0..11 => Some(usual.to_string()),
        11 if usual == "city" => Some("市级".to_string()),
        11 => None,
        way => Some(TIERS[(way * 5 + usual.len()) % TIERS.len()].to_string()),
    }
}

/// The nearest region that it lies in mostly, of those that the world has; else the division right above, be it
/// defined or not; the one before it, wherever that lies; or none. A parent always comes before it, so that no two
/// catalogs can make a loop together.
fn parent_of(code: &str, before: &[(&'static str, &'static str)], way: usize) -> Option<String> {
    let lies_in = |outer: &str| code.starts_with(super::union::division(outer)) && outer != code;
    let mut outer = before.iter().rev().map(|(code, _)| *code).filter(|outer| lies_in(outer));
    let right_above = REGIONS.iter().rev().map(|(code, _)| *code).find(|outer| lies_in(outer));
    let parent = match way {
        0..11 => outer.next(),
        11 => outer.next_back(),
        12..15 => right_above,
        15 if !before.len().is_multiple_of(3) => before.last().map(|(code, _)| *code),
        _ => None,
    };
    parent.map(str::to_string)
}

fn add_records(raw: &Raw, names: &Names, catalogs: &mut [Catalog]) {
    let regions = regions(raw);
    for (n, department) in raw.departments.iter().enumerate() {
        let (catalog, number) = names.departments[n];
        let catalog = &mut catalogs[catalog];
        // A superior comes before, so that no chain of them is a loop.
        let superior = match department.superior {
            Pick::Here(_, _) if n == 0 => Pick::Nothing,
            Pick::Here(superior, full) => Pick::Here(superior % n, full),
            ref other => other.clone(),
        };
        // Any region, or one after another, so that not all are in a few; the last number is that of a region that
        // nobody defines.
        let code = |at: usize| regions.get(at).map(|(code, _)| *code);
        let count = regions.len().max(1);
        let region = department.region.and_then(|region| match region {
            0..20 => code(region % count),
            20..39 => code(count - 1 - n % count),
            _ => Some("990000"),
        });
        catalog.departments.push(Department {
            id: format!("o{number}"),
            region: region.map(str::to_string),
            superior: names.written(&catalog.id, Kind::Department, &superior),
            ..department.rest.clone()
        });
    }
    for (n, platform) in raw.platforms.iter().enumerate() {
        let (catalog, number) = names.platforms[n];
        let catalog = &mut catalogs[catalog];
        // An id may stand in full in its own catalog too.
        let id = if n == 1 { format!("{}:p{number}", catalog.id) } else { format!("p{number}") };
        let operator = names.written(&catalog.id, Kind::Department, &platform.operator);
        catalog.platforms.push(Platform { id, operator, ..platform.rest.clone() });
    }
    for (n, dataset) in raw.datasets.iter().enumerate() {
        let (catalog, number) = names.datasets[n];
        let catalog = &mut catalogs[catalog];
        catalog.datasets.push(Dataset {
            id: format!("d{number}"),
            holder: names.written(&catalog.id, Kind::Department, &dataset.holder),
            platform: names.written(&catalog.id, Kind::Platform, &dataset.platform),
            ..dataset.rest.clone()
        });
    }
    for (n, (_, department)) in raw.services.iter().enumerate() {
        let (catalog, number) = names.services[n];
        let catalog = &mut catalogs[catalog];
        let department = names.written(&catalog.id, Kind::Department, department);
        let (id, name, volume) = (format!("v{number}"), Some("S".to_string()), Some(7));
        catalog.services.push(Service { id, name, department, volume });
    }
}

/// An edge is stated only by the catalog of one of its ends, and an edge with an `id` once in each.
fn add_shares(raw: &Raw, names: &Names, catalogs: &mut [Catalog]) {
    let mut identities = BTreeSet::new();
    for share in &raw.shares {
        let (kind, from_kind, to_kind) = TYPES[share.kind];
        let (from, to) = (names.target(from_kind, &share.from), names.target(to_kind, &share.to));
        let (Some((from_side, _)), Some((to_side, _))) = (from, to) else {
            continue;
        };
        for (by_to, statement) in &share.statements {
            // The side that is to state it, or the other where that is absent.
            let sides = if *by_to { [&to_side, &from_side] } else { [&from_side, &to_side] };
            let Some(by) = sides.into_iter().find_map(|side| names.catalogs.iter().position(|id| id == side)) else {
                continue;
            };
            let catalog = &mut catalogs[by];
            let written = |kind, pick| names.written(&catalog.id, kind, pick).unwrap_or_default();
            let (from, to) = (written(from_kind, &share.from), written(to_kind, &share.to));
            let stated = Share { kind: kind.to_string(), from, to, ..statement.clone() };
            let full = catalog.full_share(&stated);
            if full.id.is_none() || identities.insert((by, full.kind, full.from, full.to, full.id)) {
                catalog.shares.push(stated);
            }
        }
    }
}

/// A need is stated only by its consumer's catalog, and the same need once.
fn add_needs(raw: &Raw, names: &Names, catalogs: &mut [Catalog]) {
    let mut identities = BTreeSet::new();
    for need in &raw.needs {
        let consumer = names.target(Kind::Department, &need.consumer);
        let dataset = names.target(Kind::Dataset, &need.dataset);
        let (Some((by, _)), Some(_)) = (&consumer, &dataset) else {
            continue;
        };
        let written = |kind, pick| names.written(by, kind, pick);
        let stated = Need {
            consumer: written(Kind::Department, &need.consumer).unwrap_or_default(),
            dataset: written(Kind::Dataset, &need.dataset).unwrap_or_default(),
            service: written(Kind::Service, &need.service),
            priority: need.priority,
        };
        let catalog = catalogs.iter_mut().find(|catalog| catalog.id == *by);
        let service = names.target(Kind::Service, &need.service);
        if let Some(catalog) = catalog.filter(|_| identities.insert((consumer, dataset, service))) {
            catalog.needs.push(stated);
        }
    }
}

/// Who leads a sector, by any catalog: the sector's name is the same in all.
fn add_leads(raw: &Raw, names: &Names, catalogs: &mut [Catalog]) {
    let count = catalogs.len();
    for (sector, catalog, lead) in &raw.leads {
        let catalog = &mut catalogs[catalog % count];
        let Some(lead) = names.written(&catalog.id, Kind::Department, lead) else { continue };
        let (id, name) = [("s1", "市场监管"), ("s2", "民生保障")][*sector];
        if !catalog.sectors.iter().any(|other| other.id == id) {
            let (id, name) = (id.to_string(), Some(name.to_string()));
            catalog.sectors.push(Sector { id, name, lead: Vec::new() });
        }
        let sector = catalog.sectors.iter_mut().find(|other| other.id == id);
        if let Some(sector) = sector.filter(|sector| !sector.lead.contains(&lead)) {
            sector.lead.push(lead);
        }
    }
}

/// One of the regions that the world has; from 16 on, one that nobody defines.
fn code(raw: &Raw, number: usize) -> Option<String> {
    let regions = regions(raw);
    match regions.len() {
        0 => None,
        _ if number >= 16 => Some("990000".to_string()),
        len => Some(regions[number % len].0.to_string()),
    }
}

/// Compacts, pilots with their adoptions, and policies.
fn add_rest(raw: &Raw, catalogs: &mut [Catalog]) {
    let count = catalogs.len();
    let code = |number: usize| code(raw, number);
    for compact in &raw.compacts {
        let [a, b] = compact.regions.map(code);
        let (Some(a), Some(b)) = (a, b) else { continue };
        let compacts = &mut catalogs[compact.catalog % count].compacts;
        let same = |c: &Compact| (c.a == a && c.b == b) || (c.a == b && c.b == a);
        if a != b && !compacts.iter().any(same) {
            compacts.push(Compact { a, b, ..Compact::default() });
        }
    }
    for (n, pilot) in raw.pilots.iter().enumerate() {
        let by = pilot.catalog % count;
        let (id, region) = (format!("i{n}"), code(pilot.region).filter(|_| pilot.region < 17));
        let full = format!("{}:{id}", catalogs[by].id);
        catalogs[by].pilots.push(Pilot { id, region, ..pilot.rest.clone() });
        for (by, region, since) in &pilot.adoptions {
            let Some(region) = code(*region) else { continue };
            let adoptions = &mut catalogs[by % count].adoptions;
            if !adoptions.iter().any(|other| other.pilot == full && other.region == region) {
                adoptions.push(Adoption { pilot: full.clone(), region, since: since.clone() });
            }
        }
    }
    for (n, policy) in raw.policies.iter().enumerate() {
        let region = code(policy.region).filter(|_| policy.region < 17);
        let policies = &mut catalogs[policy.catalog % count].policies;
        policies.push(Policy { id: format!("y{n}"), region, ..policy.rest.clone() });
    }
}

/// Published figures. A catalog states one of the same day and source once.
fn add_claims(raw: &Raw, names: &Names, catalogs: &mut [Catalog]) {
    let count = catalogs.len();
    for claim in &raw.claims {
        let catalog = &mut catalogs[claim.catalog % count];
        let subject = match &claim.subject {
            RawSubject::Region(number) => code(raw, *number),
            RawSubject::Platform(pick) => names.written(&catalog.id, Kind::Platform, pick),
            RawSubject::Department(pick) => names.written(&catalog.id, Kind::Department, pick),
            RawSubject::Word(word) => Some(word.to_string()),
        };
        let Some(subject) = subject else { continue };
        let stated = Claim { subject, ..claim.rest.clone() };
        let same = |other: &Claim| {
            let same = (&other.subject, &other.measure) == (&stated.subject, &stated.measure);
            same && (&other.as_of, &other.source) == (&stated.as_of, &stated.source)
        };
        if !catalog.claims.iter().any(same) {
            catalog.claims.push(stated);
        }
    }
}
