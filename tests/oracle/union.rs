//! The catalogs of a world as one graph: every record once, every id in full, shared vocabulary agreed upon.

use std::collections::{BTreeMap, BTreeSet};

use super::flow::Edge;
use super::words::{cell, plain};
use super::{
    Adoption, Catalog, Compact, Dataset, Department, Line, Need, Pilot, Platform, Policy, Region, Share, Tier, World,
};

/// The union graph. Records hold plain words, and references in full, dangling ones too.
#[derive(Clone)]
pub struct Union {
    /// The ids of the catalogs held.
    pub catalogs: BTreeSet<String>,
    /// The region codes that some catalog held has authority over, subtrees included.
    pub authority: BTreeSet<String>,
    pub tiers: BTreeMap<String, Tier>,
    pub regions: BTreeMap<String, Region>,
    pub lines: BTreeMap<String, Line>,
    pub departments: BTreeMap<String, Department>,
    pub platforms: BTreeMap<String, Platform>,
    pub datasets: BTreeMap<String, Dataset>,
    pub needs: Vec<Need>,
    pub edges: Vec<Edge>,
    /// The departments that lead each sector, by any catalog's word.
    pub sectors: BTreeMap<String, BTreeSet<String>>,
    pub compacts: Vec<Compact>,
    pub pilots: BTreeMap<String, Pilot>,
    pub adoptions: Vec<Adoption>,
    pub policies: Vec<Policy>,
}

/// What a reference comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Defined,
    /// Defined nowhere, though the catalog that the id names is held: it passes nothing.
    Broken,
    /// The catalog that the id names is not held: it may exist, so it passes data on.
    Absent,
}

impl World {
    pub fn union(&self) -> Union {
        let mut union = Union {
            catalogs: self.catalogs.iter().map(|c| c.id.clone()).collect(),
            authority: self.catalogs.iter().flat_map(|c| c.authority.clone()).collect(),
            tiers: tiers(self),
            regions: regions(self),
            lines: lines(self),
            departments: BTreeMap::new(),
            platforms: BTreeMap::new(),
            datasets: BTreeMap::new(),
            needs: Vec::new(),
            edges: super::flow::edges(self),
            sectors: BTreeMap::new(),
            compacts: Vec::new(),
            pilots: BTreeMap::new(),
            adoptions: Vec::new(),
            policies: Vec::new(),
        };
        for catalog in &self.catalogs {
            union.add_records(catalog);
            union.add_rest(catalog);
        }
        union
    }

    /// The catalogs by id, the smallest first.
    pub fn by_id(&self) -> Vec<&Catalog> {
        let mut catalogs: Vec<&Catalog> = self.catalogs.iter().collect();
        catalogs.sort_by(|a, b| a.id.cmp(&b.id));
        catalogs
    }
}

impl Catalog {
    /// An id that holds no `:` belongs to this catalog; one that holds a `:` is taken as it stands.
    pub fn full(&self, id: &str) -> String {
        match id.contains(':') {
            true => id.to_string(),
            false => format!("{}:{id}", self.id),
        }
    }

    fn full_cell(&self, id: &Option<String>) -> Option<String> {
        id.as_ref().map(|id| self.full(id))
    }

    /// A share with its ids in full and its words plain.
    pub fn full_share(&self, share: &Share) -> Share {
        Share {
            from: self.full(&share.from),
            to: self.full(&share.to),
            status: cell(&share.status),
            carries: cell(&share.carries),
            barrier: cell(&share.barrier),
            ..share.clone()
        }
    }
}

impl Union {
    fn add_records(&mut self, catalog: &Catalog) {
        for department in &catalog.departments {
            let mut department = department.clone();
            department.id = catalog.full(&department.id);
            department.superior = catalog.full_cell(&department.superior);
            department.kind = cell(&department.kind);
            self.departments.insert(department.id.clone(), department);
        }
        for platform in &catalog.platforms {
            let mut platform = platform.clone();
            platform.id = catalog.full(&platform.id);
            platform.operator = catalog.full_cell(&platform.operator);
            platform.nature = cell(&platform.nature);
            platform.scope = cell(&platform.scope);
            platform.status = cell(&platform.status);
            self.platforms.insert(platform.id.clone(), platform);
        }
        for dataset in &catalog.datasets {
            let mut dataset = dataset.clone();
            dataset.id = catalog.full(&dataset.id);
            dataset.holder = catalog.full_cell(&dataset.holder);
            dataset.platform = catalog.full_cell(&dataset.platform);
            dataset.share = cell(&dataset.share);
            dataset.barrier = cell(&dataset.barrier);
            self.datasets.insert(dataset.id.clone(), dataset);
        }
        for need in &catalog.needs {
            let mut need = need.clone();
            need.consumer = catalog.full(&need.consumer);
            need.dataset = catalog.full(&need.dataset);
            need.service = catalog.full_cell(&need.service);
            self.needs.push(need);
        }
    }

    fn add_rest(&mut self, catalog: &Catalog) {
        for sector in &catalog.sectors {
            let leads = self.sectors.entry(sector.id.clone()).or_default();
            leads.extend(sector.lead.iter().map(|lead| catalog.full(lead)));
        }
        self.compacts.extend(catalog.compacts.iter().cloned());
        for pilot in &catalog.pilots {
            let id = catalog.full(&pilot.id);
            self.pilots.insert(id.clone(), Pilot { id, ..pilot.clone() });
        }
        let adoptions = catalog.adoptions.iter();
        self.adoptions.extend(adoptions.map(|a| Adoption { pilot: catalog.full(&a.pilot), ..a.clone() }));
        self.policies.extend(catalog.policies.iter().cloned());
    }

    /// What the id of a dataset, platform or department comes to.
    pub fn standing(&self, id: &str) -> Standing {
        let defined =
            self.departments.contains_key(id) || self.platforms.contains_key(id) || self.datasets.contains_key(id);
        let catalog = id.split(':').next().unwrap_or("");
        match defined {
            true => Standing::Defined,
            false if self.catalogs.contains(catalog) => Standing::Broken,
            false => Standing::Absent,
        }
    }

    /// The region of a department.
    ///
    /// *Choice*: a region, line or operator that is defined nowhere is as none. It is in no row, equals nothing and
    /// is under nothing.
    pub fn region_of(&self, department: &str) -> Option<&Region> {
        let department = self.departments.get(department)?;
        self.regions.get(department.region.as_ref()?)
    }

    /// The tier of a department is that of its region.
    pub fn tier_of(&self, department: &str) -> Option<&str> {
        self.region_of(department)?.tier.as_deref()
    }

    pub fn line_of(&self, department: &str) -> Option<&Line> {
        let department = self.departments.get(department)?;
        self.lines.get(department.line.as_ref()?)
    }

    /// The region in which a platform is operated is that of its operator.
    pub fn operated_in(&self, platform: &Platform) -> Option<&Region> {
        self.region_of(platform.operator.as_ref()?)
    }

    pub fn rank(&self, tier: &str) -> Option<i64> {
        self.tiers.get(tier).map(|tier| tier.rank)
    }

    /// Grassroots is the flag of the tier, whatever the department's kind. A department without a tier is not.
    pub fn is_grassroots(&self, department: &str) -> bool {
        let tier = self.tier_of(department).and_then(|tier| self.tiers.get(tier));
        tier.is_some_and(|tier| tier.grassroots)
    }

    /// The codes of the regions above a region by `WITHIN`, the nearest first. A parent that is defined nowhere is
    /// the last: nothing is known of what is above it.
    pub fn above(&self, code: &str) -> Vec<String> {
        let mut above = Vec::new();
        let mut next = self.regions.get(code).and_then(|region| region.parent.clone());
        while let Some(parent) = next.filter(|parent| !above.contains(parent)) {
            next = self.regions.get(&parent).and_then(|region| region.parent.clone());
            above.push(parent);
        }
        above
    }

    /// The regions directly in a region.
    pub fn directly_in(&self, code: &str) -> Vec<&Region> {
        let children = self.regions.values();
        children.filter(|region| region.parent.as_deref() == Some(code)).collect()
    }

    /// Does a catalog held have authority over this region: does it speak for it, or for one above it?
    ///
    /// *Choice*: whose whole subtree is spoken for is by `WITHIN`, as the findings' *under* is; the division code
    /// only decides between two definitions of one region.
    pub fn has_authority(&self, code: &str) -> bool {
        self.authority.contains(code) || self.above(code).iter().any(|c| self.authority.contains(c))
    }
}

/// The default tiers, and over them each tier that a catalog defines; of several the smallest catalog id's.
///
/// *Choice*: the defaults are nobody's definition. A catalog that is content with them does not outvote one that has
/// an entry.
fn tiers(world: &World) -> BTreeMap<String, Tier> {
    let mut tiers = BTreeMap::new();
    let defaults = ["national", "province", "city", "county", "township", "village"];
    for (rank, id) in (0..).zip(defaults) {
        let (id, name) = (id.to_string(), String::new());
        let grassroots = id == "township" || id == "village";
        tiers.insert(id.clone(), Tier { id, rank, name, grassroots });
    }
    for catalog in world.by_id().into_iter().rev() {
        for tier in &catalog.tiers {
            tiers.insert(tier.id.clone(), tier.clone());
        }
    }
    tiers
}

/// Each region as the catalog whose authority is nearest by division code defines it; of equally near ones the
/// smallest catalog id.
///
/// *Choice*: the winner's whole record stands; what it leaves empty is not filled from another's. An authority that
/// the region does not lie in by its code is no authority over it, however alike the codes.
fn regions(world: &World) -> BTreeMap<String, Region> {
    let mut regions: BTreeMap<String, (Option<usize>, Region)> = BTreeMap::new();
    for catalog in world.by_id() {
        for region in &catalog.regions {
            let near = nearness(catalog, &region.code);
            let held = regions.get(&region.code);
            if held.is_none_or(|(best, _)| near > *best) {
                let tier = cell(&region.tier);
                let region = Region { tier, bloc: cell(&region.bloc), ..region.clone() };
                regions.insert(region.code.clone(), (near, region));
            }
        }
    }
    regions.into_iter().map(|(code, (_, region))| (code, region)).collect()
}

/// How near a catalog's authority comes to a region: the digits of the longest of its codes that the region lies in,
/// `None` where it lies in none.
pub fn nearness(catalog: &Catalog, code: &str) -> Option<usize> {
    let digits = catalog.authority.iter().map(|authority| division(authority));
    digits.filter(|digits| code.starts_with(digits)).map(str::len).max()
}

/// The digits of a division code that say which division it is: two of a province, four of a city, six of a county,
/// nine of a township, twelve of a village, and none of the country, 100000.
pub fn division(code: &str) -> &str {
    if code == "100000" {
        return "";
    }
    let widths = [2, 4, 6, 9].into_iter();
    let rest_is_zero = |width: &usize| code.get(*width..).is_some_and(|rest| rest.bytes().all(|b| b == b'0'));
    widths.filter(rest_is_zero).map(|width| &code[..width]).next().unwrap_or(code)
}

/// Each line as the smallest catalog id defines it; the sectors that it serves are those of all.
fn lines(world: &World) -> BTreeMap<String, Line> {
    let mut lines: BTreeMap<String, Line> = BTreeMap::new();
    for catalog in world.by_id() {
        for line in &catalog.lines {
            let union = lines.entry(line.id.clone()).or_insert_with(|| line.clone());
            union.sectors.extend(line.sectors.clone());
        }
    }
    lines
}

/// The plain word of a property that may be left out, given what it counts as then.
pub fn or<'a>(value: &'a Option<String>, default: &'a str) -> &'a str {
    plain(value.as_deref().unwrap_or(default))
}
