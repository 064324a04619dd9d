//! The past as rows: the log, a commit, the difference between two states.

use std::sync::Arc;

use super::Snapshot;
use super::environment::Environment;
use super::error::{Error, Result};
use crate::graph::CellRef;
use crate::graph::diff::{Difference, differences};
use crate::graph::records::{Record, of_row};
use crate::model::change::ORDINAL;
use crate::model::table::{number_value, text_value};
use crate::model::{Operation, Value, ValueType};
use crate::query::rows::{Row, Rows};
use crate::store::{Commit, CommitId, Layout, Ledger};

/// The columns of [`log_rows`].
const LOG: [&str; 9] = ["state", "commit", "catalog", "time", "author", "message", "put", "changed", "deleted"];

/// The commits of the store, or of one catalog, the newest first.
///
/// # Errors
/// When the ledger cannot be read.
pub fn log_rows(layout: &Layout, catalog: Option<&str>, environment: &Environment<'_>) -> Result<Rows<'static>> {
    let ledger = environment.with_access(|access| Ledger::open_for_reading(layout, access))?;
    let held: Vec<&str> = ledger.head().catalogs.iter().map(|c| c.catalog.as_str()).collect();
    if let Some(unknown) = catalog.filter(|id| !held.contains(id) && *id != ledger.head().home) {
        return Err(Error::User(match held[..] {
            [] => format!("no log of `{unknown}` is here, nor of any other catalog yet"),
            _ => format!("no log of `{unknown}` is here; there are those of {}", held.join(", ")),
        }));
    }
    let mut rows: Vec<Row<'static>> = Vec::new();
    for state in ledger.states().iter().rev() {
        for id in state.arrived.iter().rev() {
            let Some(commit) = ledger.commit(*id).filter(|c| catalog.is_none_or(|wanted| c.catalog == wanted)) else {
                continue;
            };
            rows.push(log_row(state.number, commit, environment));
        }
    }
    ledger.close()?;
    Ok(Rows::new(LOG.to_vec(), rows.into_iter()))
}

fn log_row(state: u64, commit: &Commit, environment: &Environment<'_>) -> Row<'static> {
    let sum = |of: fn(&crate::model::change::Counts) -> u64| {
        Value::Integer(commit.counts.iter().map(|(_, c)| of(c)).sum::<u64>() as i64)
    };
    let time = commit.time.to_zoned_datetime(environment.zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
    vec![
        Value::Integer(state as i64),
        Value::owned(commit.id.to_string()),
        Value::owned(commit.catalog.clone()),
        Value::owned(time),
        Value::owned(commit.author.clone()),
        Value::owned(commit.message.clone()),
        sum(|c| c.put),
        sum(|c| c.changed),
        sum(|c| c.deleted),
    ]
}

/// The columns of [`commit_rows`] and [`differences`]: a property that does not differ has no row.
const CHANGES: [&str; 6] = ["change", "kind", "record", "property", "old", "new"];

/// A commit, and the records that it puts and deletes.
///
/// # Errors
/// When no commit or several begin with those digits, or the ledger cannot be read.
pub fn commit_rows(layout: &Layout, prefix: &str, environment: &Environment<'_>) -> Result<(Commit, Rows<'static>)> {
    if prefix.is_empty() {
        return Err(Error::User("an empty text names no commit; `tiaokuai log` lists them".to_owned()));
    }
    let ledger = environment.with_access(|access| Ledger::open_for_reading(layout, access))?;
    let matching: Vec<CommitId> =
        ledger.commits().iter().map(|c| c.id).filter(|id| id.starts_with(&prefix.to_lowercase())).collect();
    let id = match matching[..] {
        [id] => id,
        [] => return Err(Error::User(format!("no commit begins with `{prefix}`; `tiaokuai log` lists them"))),
        _ => return Err(Error::User(format!("{} commits begin with `{prefix}`: give more digits", matching.len()))),
    };
    let commit = ledger.commit(id).cloned().ok_or_else(|| Error::User(format!("no commit `{prefix}`")))?;
    let changes = Arc::new(ledger.changes(id)?);
    ledger.close()?;
    let places: Vec<(usize, usize)> =
        changes.batches.iter().enumerate().flat_map(|(b, batch)| (0..batch.table.len()).map(move |r| (b, r))).collect();
    let rows = places.into_iter().flat_map(move |(b, row)| {
        let batch = &changes.batches[b];
        let record = of_row(&changes.symbols, &batch.table, row);
        let (word, is_put) = match batch.operation {
            Operation::Put => ("put", true),
            Operation::Delete => ("deleted", false),
        };
        property_rows(word, (!is_put).then_some(&record), is_put.then_some(&record))
    });
    Ok((commit, Rows::new(CHANGES.to_vec(), rows)))
}

/// Every record that differs between two snapshots, property by property.
#[must_use]
pub fn differences_rows(before: &Snapshot, after: &Snapshot) -> Rows<'static> {
    let mut rows = Vec::new();
    differences(before.graph.as_ref(), after.graph.as_ref(), &mut |difference| match difference {
        Difference::Put { new, .. } => rows.extend(property_rows("put", None, Some(&new))),
        Difference::Deleted(old) => rows.extend(property_rows("deleted", Some(&old), None)),
        Difference::Changed { old, new } => rows.extend(property_rows("changed", Some(&old), Some(&new))),
    });
    rows.sort_by(|a: &Row<'static>, b| {
        let key = |row: &Row<'static>| {
            let text = |i: usize| row[i].as_text().unwrap_or_default().to_owned();
            (text(1), text(2), text(0), text(3))
        };
        key(a).cmp(&key(b))
    });
    Rows::new(CHANGES.to_vec(), rows.into_iter())
}

/// The name of a record for readers: its identity's cells.
fn name(record: &Record<'_>) -> String {
    let parts = record.kind.spec().identity.iter().filter_map(|&c| match record.cell(record.kind.columns()[c].name) {
        CellRef::Absent => None,
        CellRef::Text(text) => Some(text.to_owned()),
        CellRef::Number(days) => Some(crate::model::date::from_days(days).to_string()),
    });
    parts.collect::<Vec<_>>().join(" ")
}

fn property_rows(change: &'static str, old: Option<&Record<'_>>, new: Option<&Record<'_>>) -> Vec<Row<'static>> {
    let Some(one) = new.or(old) else { return Vec::new() };
    let names: Vec<(String, ValueType)> = {
        let mut names: Vec<(String, ValueType)> = Vec::new();
        for record in [old, new].into_iter().flatten() {
            for &(name, ty, _) in record.cells.iter().filter(|(name, ..)| *name != ORDINAL) {
                if !names.iter().any(|(n, t)| n == name && *t == ty) {
                    names.push((name.to_owned(), ty));
                }
            }
        }
        names
    };
    let identity: Vec<&str> = one.kind.spec().identity.iter().map(|&c| one.kind.columns()[c].name).collect();
    let cell = |record: Option<&Record<'_>>, name: &str, ty: ValueType| -> Value<'static> {
        let found = record.and_then(|r| r.cells.iter().find(|(n, t, _)| *n == name && *t == ty));
        match found.map(|(.., cell)| *cell) {
            None | Some(CellRef::Absent) => Value::Null,
            Some(CellRef::Text(text)) => text_value(ty, Some(text)).into_owned(),
            Some(CellRef::Number(number)) => number_value(ty, number),
        }
    };
    let row = |property: Value<'static>, old: Value<'static>, new: Value<'static>| {
        vec![
            Value::text(Some(change)),
            Value::text(Some(one.kind.label())),
            Value::owned(name(one)),
            property,
            old,
            new,
        ]
    };
    let mut rows: Vec<Row<'static>> = names
        .iter()
        .filter(|(name, _)| !identity.contains(&name.as_str()))
        .map(|(name, ty)| (name, cell(old, name, *ty), cell(new, name, *ty)))
        .filter(|(_, old, new)| old != new)
        .map(|(name, old, new)| row(Value::owned(name.clone()), old, new))
        .collect();
    if rows.is_empty() {
        rows.push(row(Value::Null, Value::Null, Value::Null));
    }
    rows
}
