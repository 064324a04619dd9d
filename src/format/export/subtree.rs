//! The part of a snapshot that belongs to a region and those under it.
//!
//! *Inside* are the region and every region under it by `WITHIN`. Kept are:
//!
//! - the regions inside, and those above as far as the root, so that every parent resolves;
//! - the departments in a region inside, the platforms that they operate, the datasets that they hold, the services that
//!   they deliver;
//! - the sharing edges and needs with an end among these: the other end may dangle;
//! - the compacts of a region inside, the pilots first built and the adoptions made there;
//! - the policies of a region inside or above, since a rule in force above is in force here;
//! - the claims whose subject is a region inside or another record that is kept;
//! - the lines, sectors, tiers and waivers whole (a waiver names its finding by a digest, which tells no region);
//! - the catalogs that state a record that is kept.
//!
//! What is left out dangles where it is still named. As its catalog may be here, it counts as broken, not absent, in a
//! store that holds nothing but the subtree.

use hashbrown::{HashMap, HashSet};

use crate::model::{Kind, Sym, Table};

use super::{ExportError, Snapshot};

/// The records of a region and those under it, in tables of their own with the snapshot's symbols.
///
/// # Errors
///
/// [`ExportError::NoSuchRegion`] when no row defines the region.
pub fn subtree(snapshot: Snapshot<'_>, region: &str) -> Result<Vec<Table>, ExportError> {
    let missing = || ExportError::NoSuchRegion(region.to_owned());
    let root = snapshot.symbols.find(region).ok_or_else(missing)?;
    let column = |kind: Kind, name: &str| kind.column(name).unwrap_or(0);
    let rows = |kind: Kind| {
        let tables = snapshot.tables.iter().filter(move |t| t.kind == kind);
        tables.flat_map(|t| (0..t.len()).map(move |row| (t, row)))
    };

    let parent = column(Kind::Region, "parent");
    let mut below: HashMap<Sym, Vec<Sym>> = HashMap::new();
    let mut above: HashMap<Sym, Vec<Sym>> = HashMap::new();
    let mut known = false;
    for (table, row) in rows(Kind::Region) {
        let (code, parent) = (table.sym(0, row), table.sym(parent, row));
        known |= code == root;
        if parent.is_some() {
            below.entry(parent).or_default().push(code);
            above.entry(code).or_default().push(parent);
        }
    }
    if !known {
        return Err(missing());
    }
    let inside = reached(root, &below);
    let chain = reached(root, &above);

    // The records that belong to a kept one by a column, kind by kind: a department is known before what it holds.
    let belonging = |kind: Kind, name: &str, owners: &HashSet<Sym>| -> HashSet<Sym> {
        let owner = column(kind, name);
        rows(kind).filter(|(t, row)| owners.contains(&t.sym(owner, *row))).map(|(t, row)| t.sym(0, row)).collect()
    };
    let departments = belonging(Kind::Department, "region", &inside);
    let platforms = belonging(Kind::Platform, "operator", &departments);
    let datasets = belonging(Kind::Dataset, "holder", &departments);
    let services = belonging(Kind::Service, "department", &departments);
    let pilots = belonging(Kind::Pilot, "region", &inside);
    let policies: HashSet<Sym> = {
        let ruled: HashSet<Sym> = inside.union(&chain).copied().collect();
        belonging(Kind::Policy, "region", &ruled)
    };
    let of_share = |sym: Sym| departments.contains(&sym) || platforms.contains(&sym) || datasets.contains(&sym);

    let keep = |table: &Table, row: usize| {
        let key = table.sym(0, row);
        match table.kind {
            Kind::Tier | Kind::Line | Kind::Sector | Kind::Waiver => true,
            Kind::Region => inside.contains(&key) || chain.contains(&key),
            Kind::Department => departments.contains(&key),
            Kind::Platform => platforms.contains(&key),
            Kind::Dataset => datasets.contains(&key),
            Kind::Service => services.contains(&key),
            Kind::Pilot => pilots.contains(&key),
            Kind::Policy => policies.contains(&key),
            Kind::Claim => {
                inside.contains(&key)
                    || of_share(key)
                    || [&services, &pilots, &policies].iter().any(|s| s.contains(&key))
            }
            Kind::Share => of_share(table.sym(1, row)) || of_share(table.sym(2, row)),
            Kind::Need => departments.contains(&key) || datasets.contains(&table.sym(1, row)),
            Kind::Compact => inside.contains(&key) || inside.contains(&table.sym(1, row)),
            Kind::Adoption => inside.contains(&table.sym(1, row)),
            // By the catalogs of the records that are kept, below.
            Kind::Catalog => true,
        }
    };
    let mut kept: Vec<Table> = Vec::new();
    let mut catalogs: HashSet<Sym> = HashSet::new();
    for table in snapshot.tables {
        let rows: Vec<usize> = (0..table.len()).filter(|&row| keep(table, row)).collect();
        if table.kind != Kind::Catalog {
            catalogs.extend(rows.iter().map(|&row| table.catalog[row]));
        }
        let mut part = Table::new(table.kind);
        for row in rows {
            part.append_row(table, row);
        }
        kept.push(part);
    }
    for table in kept.iter_mut().filter(|t| t.kind == Kind::Catalog) {
        table.retain(|t, row| catalogs.contains(&t.catalog[row]));
    }
    kept.retain(|t| !t.is_empty());
    Ok(kept)
}

/// What is reached from a region step by step, itself included. A loop ends.
fn reached(from: Sym, next: &HashMap<Sym, Vec<Sym>>) -> HashSet<Sym> {
    let mut seen = HashSet::from([from]);
    let mut open = vec![from];
    while let Some(region) = open.pop() {
        for &other in next.get(&region).into_iter().flatten() {
            if seen.insert(other) {
                open.push(other);
            }
        }
    }
    seen
}
