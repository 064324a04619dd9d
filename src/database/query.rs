//! Asking in the query language.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::Snapshot;
use super::environment::Environment;
use super::error::{Error, Result};
use super::procedures::procedures_of;
use crate::model::date;
use crate::query::algorithms;
use crate::query::catalog::{CatalogGraph, reads_commits};
use crate::query::engine::{Session, Warnings};
use crate::query::error::QueryError;
use crate::query::exec::budget::{Interrupt, Limits};
use crate::query::outward::outward;
use crate::query::plan::rules::RuleSet;
use crate::query::procedure::Procedures;
use crate::query::rows::Rows;
use crate::query::source::PropertyGraph;
use crate::query::temporal::Clock;
use crate::query::value::Value as Inner;
use crate::query::workspace::Workspace;

/// What a statement is run with beside the graph.
#[derive(Clone, Debug)]
pub struct Asking<'a> {
    /// The values of parameters.
    pub parameters: &'a BTreeMap<String, Inner>,
    /// What it may use.
    pub limits: Limits,
    /// What interrupts it.
    pub interrupt: &'a Interrupt,
    /// The rules of the optimizer that are on.
    pub rules: RuleSet,
    /// The day that findings are held against. Where it is not the present day here, the statement's clock stands at its
    /// beginning; else the clock is the system's, in UTC.
    pub today: Date,
    /// Where warnings go; nowhere without it.
    pub warnings: Option<&'a Warnings>,
}

impl Asking<'_> {
    /// The clock of a statement: the present, or the beginning of another day that was asked for.
    fn clock(&self) -> Clock {
        if jiff::tz::TimeZone::system().to_datetime(jiff::Timestamp::now()).date() == self.today {
            return Clock::system();
        }
        Clock::fixed(date::to_days(self.today) * 86_400, 0)
    }
}

/// Runs a statement that reads, over a snapshot, and hands its rows over as they come.
///
/// # Errors
/// What is wrong with the statement, or went wrong while it ran; then what was handed over is not all.
pub fn query<R>(snapshot: &Snapshot, text: &str, asking: &Asking<'_>, take: impl FnOnce(Rows<'_>) -> R) -> Result<R> {
    let with_commits;
    let mut snapshot = snapshot;
    if reads_commits(text) {
        with_commits = snapshot.clone().with_commits(&Environment::quiet())?;
        snapshot = &with_commits;
    }
    let graph = CatalogGraph::new(snapshot.graph.as_ref());
    run(&graph, None, &procedures_of(snapshot, asking.today), text, asking, take)
}

/// Runs a statement on a graph of its own, where any labels, types and keys go. What is written there is there for the
/// next statement.
///
/// # Errors
/// As [`query`].
pub fn query_scratch<R>(
    scratch: &Workspace<'_>,
    text: &str,
    asking: &Asking<'_>,
    take: impl FnOnce(Rows<'_>) -> R,
) -> Result<R> {
    run(scratch, Some(scratch), &Procedures::new(algorithms::all()), text, asking, take)
}

/// Runs a statement on a graph, and turns its rows into those that renderers take.
pub(super) fn run<R>(
    graph: &dyn PropertyGraph,
    workspace: Option<&Workspace<'_>>,
    procedures: &Procedures,
    text: &str,
    asking: &Asking<'_>,
    take: impl FnOnce(Rows<'_>) -> R,
) -> Result<R> {
    let clock = asking.clock();
    let session = Session {
        graph,
        workspace,
        procedures,
        parameters: asking.parameters,
        clock: &clock,
        limits: asking.limits,
        interrupt: asking.interrupt,
        rules: asking.rules,
        warnings: asking.warnings,
    };
    let failed: RefCell<Option<Box<QueryError>>> = RefCell::new(None);
    let broken = Cell::new(false);
    let taken = session.stream(text, |graph, columns, rows| {
        let names = columns.iter().map(|name| name.to_string()).collect();
        let rows = std::iter::from_fn(|| match rows.next()? {
            Ok(row) => Some(row.iter().map(|value| outward(graph, value)).collect()),
            Err(error) => {
                *failed.borrow_mut() = Some(error);
                broken.set(true);
                None
            }
        });
        take(Rows::named(names, rows).that_may_break_off(&broken))
    });
    let taken = taken.map_err(|error| Error::Query { text: text.to_owned(), error })?;
    match failed.into_inner() {
        Some(error) => Err(Error::Query { text: text.to_owned(), error }),
        None => Ok(taken),
    }
}

/// The value of a parameter as it is written on a command line: JSON where it is that, else a text.
#[must_use]
pub fn parameter(text: &str) -> Inner {
    serde_json::from_str(text).map_or_else(|_| Inner::text(text), of_json)
}

fn of_json(value: serde_json::Value) -> Inner {
    use serde_json::Value as Json;
    match value {
        Json::Null => Inner::Null,
        Json::Bool(b) => Inner::Boolean(b),
        Json::Number(n) => n.as_i64().map_or_else(|| Inner::Float(n.as_f64().unwrap_or(f64::NAN)), Inner::Integer),
        Json::String(text) => Inner::text(text),
        Json::Array(items) => Inner::list(items.into_iter().map(of_json).collect()),
        Json::Object(entries) => Inner::map(entries.into_iter().map(|(k, v)| (Arc::from(k), of_json(v)))),
    }
}
