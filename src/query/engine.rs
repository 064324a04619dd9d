//! The life of a query, on one page.
//!
//! 1. [`parser::parse`] turns text into a syntax tree ([`super::ast`]).
//! 2. [`bind::bind`] resolves names, refuses what cannot mean anything, and writes a plan in which patterns stay whole.
//! 3. [`rules::optimize`] puts patterns in an order ([`super::plan::lower`]) and applies the rules that are on.
//! 4. [`Running`] makes operators of the plan, which pull rows from one another.
//! 5. Rows go to whoever asked, as they come. A statement that writes has written for all of its rows before the first
//!    is given, in a [`Workspace`] that its owner then commits, or drops.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::ast::{Body, Mode, Query};
use super::bind::{self, Environment};
use super::error::{Detail, ErrorType, Phase, QueryError, Result, Text};
use super::exec::budget::{Budget, Interrupt, Limits};
use super::exec::{Context, Profile, Running};
use super::parser;
use super::plan::rules::{self, RuleSet};
use super::plan::{Prepared, show};
use super::procedure::Procedures;
use super::restricted::Restricted;
use super::schema;
use super::source::PropertyGraph;
use super::temporal::Clock;
use super::value::Value;
use super::workspace::Workspace;

/// Everything that a query is run with.
#[derive(Clone, Copy)]
pub struct Session<'s> {
    /// The graph.
    pub graph: &'s dyn PropertyGraph,
    /// The same graph as it can be written; without it, what writes is refused.
    pub workspace: Option<&'s Workspace<'s>>,
    /// The procedures that may be called.
    pub procedures: &'s Procedures,
    /// The values of parameters.
    pub parameters: &'s BTreeMap<String, Value>,
    /// The time.
    pub clock: &'s Clock,
    /// What a query may use.
    pub limits: Limits,
    /// What interrupts it.
    pub interrupt: &'s Interrupt,
    /// The rules that are on.
    pub rules: RuleSet,
    /// Where warnings go: what may be a mistake, though the query means something.
    pub warnings: Option<&'s Warnings>,
}

/// Warnings about a query, as they are gathered.
pub type Warnings = RefCell<Vec<QueryError>>;

/// Named columns, and rows of values.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The columns' names; none for a statement that only writes.
    pub columns: Vec<Arc<str>>,
    /// The rows.
    pub rows: Vec<Vec<Value>>,
}

/// The rows of an answer, as they come. After an error there are no more.
pub type RowStream<'r> = &'r mut dyn Iterator<Item = Result<Vec<Value>>>;

impl Session<'_> {
    /// Runs a statement, and gathers its answer.
    ///
    /// # Errors
    /// What is wrong with the statement, or goes wrong while it runs.
    pub fn run(&self, text: &str) -> Result<Answer> {
        self.stream(text, |_, columns, rows| {
            let rows: Result<Vec<Vec<Value>>> = rows.collect();
            Ok(Answer { columns: columns.to_vec(), rows: rows? })
        })?
    }

    /// Runs a statement, and hands its rows over as they come, with the graph that they are of.
    ///
    /// # Errors
    /// What is wrong with the statement. What goes wrong while it runs is among the rows, but for a statement that
    /// writes: that has run when the rows are handed over.
    pub fn stream<R>(
        &self,
        text: &str,
        take: impl FnOnce(&dyn PropertyGraph, &[Arc<str>], RowStream<'_>) -> R,
    ) -> Result<R> {
        let statement = parser::parse(text)?;
        let query = match &statement.body {
            Body::Query(query) => query,
            Body::Show(shown, _) => {
                let answer = schema::show(*shown, self.graph, self.procedures);
                return Ok(take(self.graph, &answer.columns, &mut answer.rows.into_iter().map(Ok)));
            }
        };
        let restricted = self.restricted(query)?;
        let graph = restricted.as_ref().map_or(self.graph, |r| r as &dyn PropertyGraph);
        let session = Session { graph, ..*self };
        let mut prepared = session.prepare(text, query)?;
        if let Some(warnings) = self.warnings {
            warnings.borrow_mut().append(&mut prepared.warnings);
        }
        if statement.writes() && (self.workspace.is_none() || restricted.is_some()) {
            return Err(read_only());
        }
        match statement.mode {
            Mode::Explain => {
                let answer = explained(&prepared, text, None);
                Ok(take(graph, &answer.columns, &mut answer.rows.into_iter().map(Ok)))
            }
            Mode::Profile => {
                let profile = Profile::default();
                session.whole(&prepared, || {
                    session.execute(&prepared, Some(&profile)).try_for_each(|row| row.map(drop))
                })?;
                let answer = explained(&prepared, text, Some(&profile));
                Ok(take(graph, &answer.columns, &mut answer.rows.into_iter().map(Ok)))
            }
            Mode::Run => {
                let columns: Vec<Arc<str>> = prepared.columns.iter().map(|(name, _)| Arc::clone(name)).collect();
                let mut rows = session.execute(&prepared, None);
                // A statement without columns gives no rows, however many it goes through.
                if prepared.writes || columns.is_empty() {
                    let rows = rows.filter(|row| !matches!(row, Ok(v) if v.is_empty()));
                    let all: Vec<Vec<Value>> = session.whole(&prepared, || rows.collect())?;
                    return Ok(take(graph, &columns, &mut all.into_iter().map(Ok)));
                }
                Ok(take(graph, &columns, &mut rows))
            }
        }
    }

    /// Binds a query and makes its plan.
    ///
    /// # Errors
    /// What is wrong with the query.
    pub fn prepare(&self, text: &str, query: &Query) -> Result<Prepared> {
        let (graph, procedures, parameters) = (self.graph, self.procedures, self.parameters);
        let bound = bind::bind(query, Environment { text, graph, procedures, parameters })?;
        Ok(rules::optimize(bound, graph, self.clock, self.rules))
    }

    fn restricted(&self, query: &Query) -> Result<Option<Restricted<'_>>> {
        let Some(catalog) = &query.catalog else { return Ok(None) };
        let known = self.graph.catalogs();
        if known.iter().any(|c| **c == *catalog.text) {
            return Ok(Some(Restricted::new(self.graph, &catalog.text)));
        }
        let error = QueryError::compile(
            ErrorType::SemanticError,
            Detail::UnknownCatalog,
            catalog.span,
            format!("there is no catalog `{}` here", catalog.text),
            format!("此处没有目录 `{}`", catalog.text),
        );
        let list = Text::new("list them with SHOW CATALOGS", "可用 SHOW CATALOGS 列出");
        Err(error.did_you_mean(&catalog.text, known.iter().map(AsRef::as_ref), list))
    }

    fn execute<'x>(&'x self, prepared: &'x Prepared, profile: Option<&'x Profile>) -> Execution<'x> {
        Execution {
            session: self,
            prepared,
            running: Running::new(&prepared.plan, prepared.slots, profile),
            budget: Budget::new(self.limits, self.interrupt.clone()),
            given: 0,
            over: false,
        }
    }

    /// Runs a statement to its end, and holds what it wrote against the rules of a graph. What fails has written nothing.
    fn whole<T>(&self, prepared: &Prepared, statement: impl FnOnce() -> Result<T>) -> Result<T> {
        match self.workspace.filter(|_| prepared.writes) {
            Some(workspace) => workspace.whole(|| statement().and_then(|done| workspace.check().map(|()| done))),
            None => statement(),
        }
    }
}

fn read_only() -> Box<QueryError> {
    let en = "nothing can be written here";
    let mut error = QueryError::runtime(ErrorType::SemanticError, Detail::ReadOnly, en, "此处不能写入");
    error.phase = Phase::CompileTime;
    error
}

/// A plan as an answer.
fn explained(prepared: &Prepared, text: &str, profile: Option<&Profile>) -> Answer {
    let measured = profile.map(Profile::measured);
    let mut columns: Vec<Arc<str>> = vec![Arc::from("operator"), Arc::from("details")];
    if measured.is_some() {
        columns.extend([Arc::from("rows"), Arc::from("milliseconds")]);
    }
    let mut rows = Vec::new();
    for (i, line) in show::lines(prepared, text).into_iter().enumerate() {
        let operator = format!("{}{}", "  ".repeat(line.depth), line.operator);
        let mut row = vec![Value::text(operator), Value::text(line.details)];
        if let Some(measured) = &measured {
            let own = measured.get(i).copied().unwrap_or_default();
            row.push(Value::Integer(own.rows.cast_signed()));
            row.push(Value::Float((own.time.as_secs_f64() * 1e6).round() / 1e3));
        }
        rows.push(row);
    }
    for (rule, effect) in &prepared.effects {
        let mut row = vec![Value::text(format!("rule {rule}")), Value::text(effect.as_str())];
        row.resize(columns.len(), Value::Null);
        rows.push(row);
    }
    Answer { columns, rows }
}

/// Rows of a running plan.
struct Execution<'x> {
    session: &'x Session<'x>,
    prepared: &'x Prepared,
    running: Running<'x>,
    budget: Budget,
    given: u64,
    over: bool,
}

impl Iterator for Execution<'_> {
    type Item = Result<Vec<Value>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let Session { graph, workspace, clock, .. } = *self.session;
        let cx = Context { graph, workspace, clock, budget: &self.budget };
        let columns = &self.prepared.columns;
        let found = self.running.next(&cx).and_then(|found| {
            self.given += u64::from(found && !columns.is_empty());
            self.budget.answer(self.given)?;
            Ok(found)
        });
        match found {
            Ok(true) => Some(Ok(columns.iter().map(|(_, slot)| self.running.value(*slot).clone()).collect())),
            Ok(false) => {
                self.over = true;
                None
            }
            Err(error) => {
                self.over = true;
                Some(Err(error))
            }
        }
    }
}
