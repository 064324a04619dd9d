//! Asking in the query language.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::error::{Error, Result};
use super::findings::{Question, ask};
use super::{Arguments, Procedure, Snapshot, procedures};
use crate::model::{Value, date};
use crate::query::algorithms;
use crate::query::catalog::CatalogGraph;
use crate::query::engine::Session;
use crate::query::error::{Detail, ErrorType, QueryError};
use crate::query::exec::budget::{Interrupt, Limits};
use crate::query::functions::{Surroundings, Type};
use crate::query::outward::outward;
use crate::query::plan::rules::RuleSet;
use crate::query::procedure::{self, ProcedureParameter, ProcedureRows, Procedures};
use crate::query::registry::Bilingual;
use crate::query::rows::Rows;
use crate::query::source::PropertyGraph;
use crate::query::temporal::{Clock, Temporal, civil};
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
    /// The day that findings are held against, and that `date()` gives.
    pub today: Date,
}

impl Asking<'_> {
    /// The clock of a statement: the present, or the beginning of another day that was asked for.
    fn clock(&self) -> Clock {
        let now = jiff::Timestamp::now();
        if jiff::tz::TimeZone::UTC.to_datetime(now).date() == self.today {
            return Clock::fixed(now.as_second(), now.subsec_nanosecond().unsigned_abs());
        }
        Clock::fixed(date::to_days(self.today) * 86_400, 0)
    }
}

/// Runs a statement that reads, over a snapshot, and hands its rows over as they come.
///
/// # Errors
/// What is wrong with the statement, or went wrong while it ran; then what was handed over is not all.
pub fn query<R>(snapshot: &Snapshot, text: &str, asking: &Asking<'_>, take: impl FnOnce(Rows<'_>) -> R) -> Result<R> {
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
    };
    let failed: RefCell<Option<Box<QueryError>>> = RefCell::new(None);
    let taken = session.stream(text, |graph, columns, rows| {
        let names = columns.iter().map(|name| name.to_string()).collect();
        let rows = std::iter::from_fn(|| match rows.next()? {
            Ok(row) => Some(row.iter().map(|value| outward(graph, value)).collect()),
            Err(error) => {
                *failed.borrow_mut() = Some(error);
                None
            }
        });
        take(Rows::named(names, rows))
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

/// Every procedure that can be called on a snapshot.
pub(super) fn procedures_of(snapshot: &Snapshot, today: Date) -> Procedures {
    let findings = procedures().into_iter();
    let all = findings.map(|p| Arc::new(Finding::new(snapshot, p, today)) as Arc<dyn procedure::Procedure>);
    Procedures::new(all.chain(algorithms::all()).collect())
}

/// A finding as a procedure of the language: the same rows as its command gives.
struct Finding {
    snapshot: Snapshot,
    procedure: &'static Procedure,
    today: Date,
    parameters: Vec<ProcedureParameter>,
    columns: Vec<(String, Type)>,
}

impl std::fmt::Debug for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Finding").field(&self.procedure.name).finish()
    }
}

impl Finding {
    fn new(snapshot: &Snapshot, procedure: &'static Procedure, today: Date) -> Self {
        let required = procedure.parameters.iter().filter(|p| p.default.is_none() && procedure.region_by.is_none());
        let mut parameters: Vec<ProcedureParameter> = required
            .map(|p| ProcedureParameter {
                name: p.name.to_owned(),
                ty: Type::String,
                default: None,
                about: p.about.en.to_owned(),
            })
            .collect();
        if parameters.is_empty() {
            let mut names: Vec<&str> = procedure.parameters.iter().map(|p| p.name).collect();
            if procedure.region_by.is_some() {
                names.push("region");
            }
            parameters.push(ProcedureParameter {
                name: "options".to_owned(),
                ty: Type::Map,
                default: Some(Inner::map([])),
                about: names.join(", "),
            });
        }
        let columns = procedure.columns.iter().map(|name| ((*name).to_owned(), Type::Any)).collect();
        Self { snapshot: snapshot.clone(), procedure, today, parameters, columns }
    }

    /// The arguments of a call, as findings take them, and the region.
    fn arguments(&self, given: &[Inner]) -> crate::query::error::Result<(Arguments, Option<String>)> {
        let mut arguments = Arguments::new();
        if let [options] = given
            && self.parameters[0].name == "options"
        {
            let Inner::Map(options) = options else { return Ok((arguments, None)) };
            let mut region = None;
            for (name, value) in options.iter() {
                if **name == *"region" && self.procedure.region_by.is_some() {
                    region = value.as_text().map(str::to_owned);
                    continue;
                }
                arguments = arguments.with(name, argument(name, value)?);
            }
            return Ok((arguments, region));
        }
        for (parameter, value) in self.parameters.iter().zip(given) {
            arguments = arguments.with(&parameter.name, argument(&parameter.name, value)?);
        }
        Ok((arguments, None))
    }
}

/// A value that a finding takes as an argument.
fn argument(name: &str, value: &Inner) -> crate::query::error::Result<Value<'static>> {
    Ok(match value {
        Inner::Null => Value::Null,
        Inner::Boolean(b) => Value::Boolean(*b),
        Inner::Integer(i) => Value::Integer(*i),
        Inner::Float(f) => Value::Float(*f),
        Inner::Text(text) => Value::owned(text.to_string()),
        Inner::List(items) => {
            let items: crate::query::error::Result<Vec<Value<'static>>> =
                items.iter().map(|item| argument(name, item)).collect();
            Value::List(items?)
        }
        Inner::Map(entries) => {
            let entry = |(key, value): (&Arc<str>, &Inner)| Ok((key.to_string().into(), argument(name, value)?));
            Value::Map(entries.iter().map(entry).collect::<crate::query::error::Result<_>>()?)
        }
        Inner::Temporal(temporal) => Value::owned(temporal.to_string()),
        other => {
            return Err(unfit(
                format!("{name}: a value of type {} is not taken here", other.type_name()),
                format!("{name}：此处不接受 {} 类型的值", other.type_name()),
            ));
        }
    })
}

fn unfit(en: String, zh: String) -> Box<QueryError> {
    QueryError::runtime(ErrorType::ProcedureError, Detail::InvalidArgumentValue, en, zh)
}

/// A value of a finding's row, as the engine has it.
fn inward(value: Value<'_>) -> Inner {
    match value {
        Value::Null => Inner::Null,
        Value::Boolean(b) => Inner::Boolean(b),
        Value::Integer(i) => Inner::Integer(i),
        Value::Float(f) => Inner::Float(f),
        Value::Text(text) => Inner::text(text.as_ref()),
        Value::Date(day) => civil::Date::from_epoch_day(date::to_days(day))
            .map_or(Inner::Null, |day| Inner::temporal(Temporal::Date(day))),
        Value::List(items) => Inner::list(items.into_iter().map(inward).collect()),
        Value::Map(entries) => Inner::map(entries.into_iter().map(|(k, v)| (Arc::from(k.as_ref()), inward(v)))),
    }
}

impl procedure::Procedure for Finding {
    fn name(&self) -> &str {
        self.procedure.name
    }

    fn about(&self) -> Bilingual {
        self.procedure.about
    }

    fn parameters(&self) -> &[ProcedureParameter] {
        &self.parameters
    }

    fn columns(&self) -> &[(String, Type)] {
        &self.columns
    }

    fn call<'a>(&'a self, _: &Surroundings<'a>, given: &[Inner]) -> crate::query::error::Result<ProcedureRows<'a>> {
        let (arguments, region) = self.arguments(given)?;
        let question = Question { region: region.as_deref(), today: self.today, waived: false };
        let asked = ask(&self.snapshot, self.procedure, &arguments, &question)
            .map_err(|e| unfit(e.to_string(), e.to_string()))?;
        Ok(Box::new(asked.rows.map(|row| Ok(row.into_iter().map(inward).collect()))))
    }
}
