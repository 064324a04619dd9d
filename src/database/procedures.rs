//! What `CALL` runs on a catalog: every finding as its command gives it, and the algorithms of the language.

use std::sync::Arc;

use jiff::civil::Date;

use super::findings::{Question, ask};
use super::{Arguments, Procedure, Snapshot, procedures};
use crate::model::{Value, date};
use crate::query::algorithms;
use crate::query::error::{Detail, ErrorType, QueryError, Text};
use crate::query::functions::{Surroundings, Type};
use crate::query::procedure::{self, ProcedureParameter, ProcedureRows, Procedures};
use crate::query::registry::Bilingual;
use crate::query::rows::Row;
use crate::query::temporal::{Temporal, civil};
use crate::query::value::Value as Inner;

/// A procedure, as `--help` and the documentation tell of it.
#[derive(Clone, Debug)]
pub struct Described {
    /// The name, as `CALL` takes it.
    pub name: String,
    /// The name with its parameters and columns, and their types.
    pub signature: String,
    /// What it answers, in a line.
    pub about: Bilingual,
    /// What its parameters mean.
    pub parameters: Vec<ProcedureParameter>,
}

/// Every procedure that can be called on a catalog, in the order of their names.
#[must_use]
pub fn described_procedures() -> Vec<Described> {
    let findings = procedures().into_iter().map(|p| {
        let (name, parameters) = (callable(p), parameters(p));
        let signature = procedure::signature(&name, &parameters, &columns(p));
        Described { name, signature, about: p.about, parameters }
    });
    let algorithms = algorithms::all().into_iter().map(|p| Described {
        name: p.name().to_owned(),
        signature: procedure::signature(p.name(), p.parameters(), p.columns()),
        about: p.about(),
        parameters: p.parameters().to_vec(),
    });
    let mut all: Vec<Described> = findings.chain(algorithms).collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

/// The name of a finding in the language, where a hyphen would be a minus.
fn callable(finding: &Procedure) -> String {
    finding.name.replace('-', "_")
}

/// The parameters of a finding: what must be given, in its place; else a map of options.
fn parameters(finding: &Procedure) -> Vec<ProcedureParameter> {
    let required = finding.parameters.iter().filter(|p| p.default.is_none() && finding.region_by.is_none());
    let required: Vec<ProcedureParameter> = required
        .map(|p| ProcedureParameter {
            name: p.name.to_owned(),
            ty: Type::String,
            default: None,
            about: Text::new(p.about.en, p.about.zh),
        })
        .collect();
    if !required.is_empty() {
        return required;
    }
    let region = finding.region_by.map(|_| REGION);
    let options = finding.parameters.iter().map(|p| (p.name, p.about)).chain(region);
    let (en, zh): (Vec<String>, Vec<String>) =
        options.map(|(name, about)| (format!("{name} ({})", about.en), format!("{name}（{}）", about.zh))).unzip();
    vec![ProcedureParameter {
        name: OPTIONS.to_owned(),
        ty: Type::Map,
        default: Some(Inner::map([])),
        about: Text::new(en.join("; "), zh.join("；")),
    }]
}

/// The parameter that holds options.
const OPTIONS: &str = "options";

/// The option that keeps the rows of a region.
const REGION: (&str, Bilingual) =
    ("region", Bilingual { en: "keep the rows of this region and those under it", zh: "仅保留该区划及其下级的行" });

fn columns(finding: &Procedure) -> Vec<(String, Type)> {
    finding.columns.iter().map(|c| (c.name.to_owned(), c.ty)).collect()
}

/// Every procedure that can be called on a snapshot.
pub(super) fn procedures_of(snapshot: &Snapshot, today: Date) -> Procedures {
    let findings = procedures().into_iter();
    let all = findings.map(|p| Arc::new(Finding::new(snapshot, p, today)) as Arc<dyn procedure::Procedure>);
    Procedures::new(all.chain(algorithms::all()).collect())
}

/// A finding as a procedure of the language: the same rows as its command gives.
struct Finding {
    name: String,
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
        let (name, parameters, columns) = (callable(procedure), parameters(procedure), columns(procedure));
        Self { name, snapshot: snapshot.clone(), procedure, today, parameters, columns }
    }

    /// The arguments of a call, as findings take them, and the region.
    fn arguments(&self, given: &[Inner]) -> crate::query::error::Result<(Arguments, Option<String>)> {
        let mut arguments = Arguments::new();
        if let [options] = given
            && self.parameters[0].name == OPTIONS
        {
            let Inner::Map(options) = options else { return Ok((arguments, None)) };
            let mut region = None;
            for (name, value) in options.iter() {
                if **name == *REGION.0 && self.procedure.region_by.is_some() {
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
        &self.name
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

    fn call<'a>(
        &'a self,
        around: &Surroundings<'_>,
        given: &[Inner],
        wanted: &[usize],
    ) -> crate::query::error::Result<ProcedureRows<'a>> {
        let (arguments, region) = self.arguments(given)?;
        let arguments = arguments.until(around.budget.stop());
        let question = Question { region: region.as_deref(), today: self.today, waived: false };
        let asked = ask(&self.snapshot, self.procedure, &arguments, &question)
            .map_err(|e| unfit(e.to_string(), e.to_string()))?;
        // A finding that was told to stop has stopped without a word.
        around.budget.look()?;
        asked.reading.narrow(wanted.iter().copied());
        let is_wanted: Vec<bool> = (0..self.columns.len()).map(|column| wanted.contains(&column)).collect();
        let cells = move |row: Row<'a>| {
            let cells = row.into_iter().zip(&is_wanted);
            Ok(cells.map(|(value, wanted)| if *wanted { inward(value) } else { Inner::Null }).collect())
        };
        Ok(Box::new(asked.rows.map(cells)))
    }
}
