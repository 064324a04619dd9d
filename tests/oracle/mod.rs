//! An independent reading of the contract, to hold the real findings against.
//!
//! Every rule is written down from the sentences of the contract, in the slowest way that can be read beside them:
//! sets are closed by going over all edges until nothing changes, nothing is indexed, nothing is shared with the
//! project's own code. Where the contract is silent, the choice made is in the doc comment at the place, marked
//! *Choice*.
//!
//! A [`World`] is a set of catalogs as they stand in files, [`World::write_to`] writes them, [`random::worlds`] makes
//! them up, and [`silos::silos`], [`unreachable::unreachable`], [`redundant::redundant`], [`why::why`] and those of
//! [`further`] answer.
//!
//! *Choice*: ids are unique over datasets, platforms and departments, so a record is named by its id alone.

#![allow(dead_code, unreachable_pub, reason = "each test takes from here what it needs")]

mod branches;
mod build;
pub mod census;
mod files;
pub mod flow;
pub mod further;
pub mod random;
pub mod redundant;
pub mod silos;
#[cfg(test)]
mod tests;
pub mod union;
pub mod unreachable;
pub mod why;
mod words;

use serde_json::Value;
use sha2::{Digest, Sha256};

/// A set of catalogs: what a directory of catalog directories holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct World {
    pub catalogs: Vec<Catalog>,
}

/// One catalog as its files state it. Ids and references are in the form that stands in the file: without `:` they
/// are this catalog's, with one they are taken as they stand. `None` and an empty list are empty cells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalog {
    pub id: String,
    pub title: Option<String>,
    pub authority: Vec<String>,
    pub issued: Option<String>,
    pub tiers: Vec<Tier>,
    pub regions: Vec<Region>,
    pub lines: Vec<Line>,
    pub sectors: Vec<Sector>,
    pub departments: Vec<Department>,
    pub platforms: Vec<Platform>,
    pub datasets: Vec<Dataset>,
    pub shares: Vec<Share>,
    pub needs: Vec<Need>,
    pub services: Vec<Service>,
    pub compacts: Vec<Compact>,
    pub pilots: Vec<Pilot>,
    pub adoptions: Vec<Adoption>,
    pub policies: Vec<Policy>,
    pub claims: Vec<Claim>,
    pub waivers: Vec<Waiver>,
}

/// A `[[tier]]` entry of `catalog.toml`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tier {
    pub id: String,
    pub rank: i64,
    pub name: String,
    pub grassroots: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Region {
    pub code: String,
    pub name: Option<String>,
    pub tier: Option<String>,
    pub parent: Option<String>,
    pub bloc: Option<String>,
    pub investment: Option<i64>,
    pub staff: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    pub id: String,
    pub name: Option<String>,
    pub sectors: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sector {
    pub id: String,
    pub name: Option<String>,
    pub lead: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Department {
    pub id: String,
    pub name: Option<String>,
    pub region: Option<String>,
    pub line: Option<String>,
    pub superior: Option<String>,
    pub kind: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Platform {
    pub id: String,
    pub name: Option<String>,
    pub function: Option<String>,
    pub operator: Option<String>,
    pub nature: Option<String>,
    pub scope: Option<String>,
    pub status: Option<String>,
    pub built: Option<String>,
    pub cost: Option<i64>,
    pub utilisation: Option<f64>,
    pub exempt: Option<String>,
    pub description: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dataset {
    pub id: String,
    pub title: Option<String>,
    pub holder: Option<String>,
    pub platform: Option<String>,
    pub sector: Option<String>,
    pub share: Option<String>,
    pub sensitivity: Option<i64>,
    pub standard: Option<String>,
    pub frequency: Option<String>,
    pub quality: Option<f64>,
    pub owner_right: Option<String>,
    pub revenue_rule: Option<String>,
    pub security_rule: Option<String>,
    pub barrier: Option<String>,
    pub fields: Vec<String>,
    pub description: Option<String>,
}

/// A row of `shares.csv`: one catalog's statement of a sharing edge. `kind` is the column `type`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Share {
    pub kind: String,
    pub from: String,
    pub to: String,
    pub status: Option<String>,
    pub carries: Option<String>,
    pub ceiling: Option<i64>,
    pub sectors: Vec<String>,
    pub standards: Vec<String>,
    pub since: Option<String>,
    pub barrier: Option<String>,
    pub id: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Need {
    pub consumer: String,
    pub dataset: String,
    pub service: Option<String>,
    pub priority: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Service {
    pub id: String,
    pub name: Option<String>,
    pub department: Option<String>,
    pub volume: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Compact {
    pub a: String,
    pub b: String,
    pub name: Option<String>,
    pub since: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pilot {
    pub id: String,
    pub name: Option<String>,
    pub function: Option<String>,
    pub region: Option<String>,
    pub since: Option<String>,
    pub standard: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Adoption {
    pub pilot: String,
    pub region: String,
    pub since: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policy {
    pub id: String,
    pub title: Option<String>,
    pub region: Option<String>,
    pub kind: Option<String>,
    pub since: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Claim {
    pub subject: String,
    pub measure: String,
    pub op: String,
    pub value: f64,
    pub as_of: Option<String>,
    pub source: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Waiver {
    pub finding_id: String,
    pub reason: Option<String>,
    pub by: Option<String>,
    pub until: Option<String>,
}

/// A finding's row: its columns by name, in order.
///
/// *Choice*: `finding_id`, then the columns that the contract lists for the finding, then `severity` and `certainty`.
/// An empty value is null; record ids are in full, vocabulary is bare.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub columns: Vec<(&'static str, Value)>,
}

/// Columns whose values the contract leaves open: of equally cheap repairs any may be named (see
/// [`unreachable::check_repair`]), and what `reason` says of a redundant platform is not laid down.
pub const NOT_COMPARED: [&str; 2] = ["repair", "reason"];

impl Row {
    /// The value of a column; null if there is no such column.
    pub fn get(&self, column: &str) -> &Value {
        let found = self.columns.iter().find(|(name, _)| *name == column);
        found.map_or(&Value::Null, |(_, value)| value)
    }

    /// The value of a column of text, empty where it is null.
    pub fn text(&self, column: &str) -> &str {
        self.get(column).as_str().unwrap_or("")
    }

    /// The row without [`NOT_COMPARED`].
    pub fn comparable(&self) -> Row {
        let kept = self.columns.iter();
        let kept = kept.filter(|(name, _)| !NOT_COMPARED.contains(name));
        Row { columns: kept.cloned().collect() }
    }
}

/// The first 16 hex digits of SHA-256 over the JSON array of the finding's name and its key columns, an empty one as
/// `""`.
///
/// *Choice*: the array is written without spaces and with nothing escaped that JSON does not require.
pub fn finding_id(finding: &str, keys: &[&str]) -> String {
    let mut array = vec![finding];
    array.extend(keys);
    let digest = Sha256::digest(Value::from(array).to_string().as_bytes());
    digest[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Text as a JSON value, null where there is none.
fn text(value: Option<&str>) -> Value {
    value.map_or(Value::Null, Value::from)
}
