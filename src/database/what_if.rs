//! The state as it would be if some catalog files were put.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use super::Snapshot;
use super::assemble::{Reader, rule};
use super::error::{Error, Result};
use crate::format::catalog;
use crate::graph::build_in_memory;
use crate::graph::integrity::{self, Violation};
use crate::graph::records::{self, of_row};
use crate::model::table::Cell;
use crate::model::{Kind, Sym, Symbols, Table};

/// Puts the records of a catalog directory over a snapshot: it only puts, never deletes. A record of the directory takes
/// the place of the one with its identity; the catalog's own description and what it does not speak of stay.
///
/// # Errors
/// When the directory cannot be read, or a record cannot be taken.
pub fn what_if(snapshot: &Snapshot, dir: &Path, reader: &Reader<'_>) -> Result<Snapshot> {
    let folders = if catalog::is_catalog(dir) { vec![dir.to_owned()] } else { catalog::members(dir)? };
    let graph = snapshot.graph.as_ref();
    let mut symbols = Symbols::new();
    let mut tables = records::to_tables(graph, &mut symbols, |_, _| true);
    let known: HashSet<String> = graph.catalogs().into_iter().map(str::to_owned).collect();
    // What is stored may refer to what another catalog has made a record of another kind: that is none of the plan's.
    let stored: HashSet<(Kind, String)> =
        integrity::check(&symbols, &tables).iter().map(|v| named(&symbols, &tables, v)).collect();
    for folder in folders {
        let reading = reader.one(&folder)?;
        if !reading.rejections.is_empty() && !reader.lenient {
            return Err(Error::Rejected { rejections: reading.rejections, import: false });
        }
        let numbers: Vec<_> = reading.symbols.iter().map(|t| symbols.intern(t)).collect();
        let describes_new = !known.contains(&reading.id);
        for file in reading.files {
            // Only a catalog that is new brings its description along.
            if matches!(file.kind, Kind::Catalog | Kind::Tier) && !describes_new {
                continue;
            }
            let mut put = file.table;
            put.map_symbols(|sym| if sym.is_some() { numbers[sym.index()] } else { sym });
            put_rows(&mut tables, put);
        }
    }
    let violations = integrity::check(&symbols, &tables);
    if let Some(first) = violations.iter().find(|v| !stored.contains(&named(&symbols, &tables, v))) {
        let record = of_row(&symbols, &tables[first.table], first.row);
        let (kind, column) = (record.kind.spec().file, record.kind.columns()[first.column].name);
        let value = symbols.get(tables[first.table].sym(first.column, first.row)).unwrap_or_default();
        let breach = rule(&first.breach).message(crate::model::Language::English);
        return Err(Error::User(format!(
            "{}: with it put, {kind}, column {column}, `{value}`: {breach}",
            dir.display()
        )));
    }
    // Built anew: rows of a directory bear no numbers by which an overlay could tell parallel edges apart.
    let (after, _) = build_in_memory(&symbols, &tables, [0; 32])?;
    Ok(Snapshot { graph: Arc::new(after), ..snapshot.clone() })
}

/// The record that breaks a rule: its kind and identity.
fn named(symbols: &Symbols, tables: &[Table], violation: &Violation) -> (Kind, String) {
    let table = &tables[violation.table];
    let key = table.kind.spec().identity.iter().map(|&c| symbols.get(table.sym(c, violation.row)).unwrap_or_default());
    (table.kind, key.collect::<Vec<_>>().join("\u{1}"))
}

/// The references that lead nowhere in the second snapshot and were not there in the first, in the order of kind and
/// id: what a plan probably misspells.
#[must_use]
pub fn newly_dangling(before: &Snapshot, after: &Snapshot) -> Vec<(Kind, String)> {
    let graph = after.graph.as_ref();
    let new = graph.dangling().map(|node| (graph.kind(node), graph.id(node)));
    new.filter(|(kind, id)| before.graph.find(*kind, id).is_none()).map(|(kind, id)| (kind, id.to_owned())).collect()
}

/// Puts rows into the tables of a state: over the rows of their identity, or beside them. Sharing edges without an id of
/// their own are all of one type and ends replaced together, since nothing tells which of parallel ones is meant.
fn put_rows(tables: &mut Vec<Table>, put: Table) {
    let identity = |table: &Table, row: usize| -> (Sym, Vec<Cell>) {
        (table.catalog[row], table.kind.spec().identity.iter().map(|&c| table.cell(c, row)).collect())
    };
    let keys: HashSet<(Sym, Vec<Cell>)> = (0..put.len()).map(|row| identity(&put, row)).collect();
    for table in tables.iter_mut().filter(|t| t.kind == put.kind) {
        table.retain(|table, row| !keys.contains(&identity(table, row)));
    }
    tables.push(put);
}
