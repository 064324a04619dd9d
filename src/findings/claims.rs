//! Claims (公布数字核对): published figures held against what the records count.
//!
//! What is counted is said by a saved query that takes `$subject`, so that whoever publishes a new kind of figure writes a
//! query for it, and no code.

use std::collections::{BTreeMap, HashMap};

use super::row::{row, rows};
use super::today::date_of;
use crate::graph::{Graph, Node, Presence};
use crate::model::table::number_value;
use crate::model::{ColumnType, Kind, Value, ValueType, date};
use crate::query::algorithms;
use crate::query::catalog::CatalogGraph;
use crate::query::engine::Session;
use crate::query::exec::budget::{Limits, Stop};
use crate::query::plan::rules::RuleSet;
use crate::query::procedure::Procedures;
use crate::query::registry::{ArgumentError, Arguments, Bilingual, Column, Parameter, Procedure, RegionBy};
use crate::query::rows::Rows;
use crate::query::saved::{Saved, built_in, parse};
use crate::query::temporal::Clock;
use crate::query::value::Value as Inner;

/// The parameter of a measure that takes what a claim is about.
const SUBJECT: &str = "subject";

pub(super) static PROCEDURE: Procedure = Procedure {
    name: "claims",
    about: Bilingual {
        en: "Published figures, and what the records count of the same",
        zh: "公布的数字，与台账中同一指标的计数",
    },
    parameters: &[
        Parameter {
            name: "measures",
            about: Bilingual {
                en: "Saved queries beside those that come with the program: a map of names and texts",
                zh: "随程序提供的查询之外的保存的查询：名称与文本的映射",
            },
            choices: &[],
            default: Some("{}"),
        },
        super::today::PARAMETER,
    ],
    key: &["subject", "measure"],
    columns: &[
        Column::text("finding_id"),
        Column::text("subject"),
        Column::text("measure"),
        Column::text("op"),
        Column::float("claimed"),
        Column::float("counted"),
        Column::text("verdict"),
        Column::date("as_of"),
        Column::text("source"),
        Column::text("severity"),
        Column::text("certainty"),
    ],
    region_by: Some(RegionBy::Record("subject")),
    call,
};

fn call<'g>(graph: &'g dyn Graph, arguments: &Arguments) -> Result<Rows<'g>, ArgumentError> {
    arguments.check(&PROCEDURE)?;
    let own = own_measures(arguments)?;
    let mut counting = Counting::new(graph, &own, date::to_days(date_of(arguments)?), arguments.stop());
    let mut claims: Vec<Claim<'g>> = graph.nodes(Kind::Claim).filter_map(|node| Claim::read(graph, node)).collect();
    claims.sort_by(|a, b| a.order().cmp(&b.order()).then_with(|| a.value.total_cmp(&b.value)));
    let found = claims.into_iter().map(|claim| {
        let counted = if claim.is_there { counting.count(claim.measure, &claim.subject) } else { None };
        let verdict = counted.map_or("uncheckable", |counted| verdict(claim.op, claim.value, counted));
        let severity = if matches!(verdict, "under" | "over") { "warning" } else { "note" };
        let cells = vec![
            Value::owned(claim.subject),
            Value::text(Some(claim.measure)),
            Value::text(Some(claim.op)),
            Value::Float(claim.value),
            counted.map_or(Value::Null, Value::Float),
            Value::text(Some(verdict)),
            claim.as_of.map_or(Value::Null, |day| number_value(ValueType::Date, day)),
            Value::text(claim.source),
        ];
        row(&PROCEDURE, cells, severity, false)
    });
    Ok(rows(&PROCEDURE, found.collect()))
}

/// How what is counted compares with what is claimed. Nothing is divided, so that whole numbers are held exactly.
fn verdict(op: &str, claimed: f64, counted: f64) -> &'static str {
    let holds = match op {
        ">=" => counted >= claimed,
        "<=" => counted <= claimed,
        "~" => 10.0 * (counted - claimed).abs() <= claimed.abs(),
        _ => counted == claimed,
    };
    match holds {
        true => "match",
        false if counted < claimed => "under",
        false => "over",
    }
}

/// A published figure.
struct Claim<'g> {
    /// The record that it is about, in full.
    subject: String,
    /// Whether that record is defined.
    is_there: bool,
    measure: &'g str,
    op: &'g str,
    value: f64,
    /// In days since 1970-01-01.
    as_of: Option<i64>,
    source: Option<&'g str>,
}

impl<'g> Claim<'g> {
    fn read(graph: &'g dyn Graph, node: Node) -> Option<Self> {
        let text = |column| graph.text(node, column);
        let (subject, is_there) = subject(graph, node, text("subject")?);
        Some(Self {
            subject,
            is_there,
            measure: text("measure")?,
            op: text("op")?,
            value: f64::from_bits(graph.number(node, "value")?.cast_unsigned()),
            as_of: graph.number(node, "as_of"),
            source: text("source"),
        })
    }

    fn order(&self) -> (&str, &str, Option<i64>, Option<&str>, &str) {
        (&self.subject, self.measure, self.as_of, self.source, self.op)
    }
}

/// The record that a claim is about: one of the vocabulary that all catalogs share, else one of its own catalog or of the
/// catalog that the id names. What is defined nowhere stays as it is stated.
fn subject(graph: &dyn Graph, claim: Node, stated: &str) -> (String, bool) {
    let full = match stated.contains(':') {
        true => stated.to_owned(),
        false => format!("{}:{stated}", graph.node_catalog(claim)),
    };
    let is_defined =
        |kind: Kind, id: &str| graph.find(kind, id).is_some_and(|node| graph.presence(node) == Presence::Defined);
    let is_own = |kind: &Kind| matches!(kind.columns()[0].ty, ColumnType::OwnId);
    let subjects = || Kind::NODES.into_iter().filter(|kind| !matches!(kind, Kind::Claim | Kind::Waiver));
    if subjects().filter(|kind| !is_own(kind)).any(|kind| is_defined(kind, stated)) {
        return (stated.to_owned(), true);
    }
    match subjects().filter(is_own).any(|kind| is_defined(kind, &full)) {
        true => (full, true),
        false => (stated.to_owned(), false),
    }
}

/// Runs measures, each once for a subject.
struct Counting<'g, 'm> {
    graph: CatalogGraph<'g>,
    measures: HashMap<&'m str, &'m Saved>,
    clock: Clock,
    stop: &'m Stop,
    counted: HashMap<(&'g str, String), Option<f64>>,
}

impl<'g, 'm> Counting<'g, 'm> {
    /// A measure of one's own stands in place of one of its name that comes with the program.
    fn new(graph: &'g dyn Graph, own: &'m [Saved], today: i64, stop: &'m Stop) -> Self {
        let measures = built_in().iter().chain(own).map(|saved| (saved.name.as_str(), saved)).collect();
        let clock = Clock::fixed(today * 86_400, 0);
        Self { graph: CatalogGraph::new(graph), measures, clock, stop, counted: HashMap::new() }
    }

    fn count(&mut self, measure: &'g str, subject: &str) -> Option<f64> {
        let key = (measure, subject.to_owned());
        if let Some(counted) = self.counted.get(&key) {
            return *counted;
        }
        let saved = self.measures.get(measure);
        let counted = saved.and_then(|saved| self.run(saved, subject));
        self.counted.insert(key, counted);
        counted
    }

    /// The one number that a measure gives; none where it takes no subject, fails, or gives anything else.
    fn run(&self, saved: &Saved, subject: &str) -> Option<f64> {
        if self.stop.is_due() {
            // Whoever asked hears that it broke off.
            return None;
        }
        let parameters: BTreeMap<String, Inner> = saved.values([(SUBJECT, subject)]).ok()?;
        let session = Session {
            graph: &self.graph,
            workspace: None,
            procedures: &Procedures::new(algorithms::all()),
            parameters: &parameters,
            clock: &self.clock,
            limits: Limits::default(),
            interrupt: self.stop.interrupt(),
            rules: RuleSet::all(),
            warnings: None,
        };
        let only = session.stream(&saved.text, |_, columns, rows| match (columns, rows.next(), rows.next()) {
            ([_], Some(Ok(row)), None) => row.into_iter().next(),
            _ => None,
        });
        match only.ok()?? {
            Inner::Integer(number) => Some(number as f64),
            Inner::Float(number) if number.is_finite() => Some(number),
            _ => None,
        }
    }
}

/// The saved queries that are given as an argument.
fn own_measures(arguments: &Arguments) -> Result<Vec<Saved>, ArgumentError> {
    let wrong = |reason: String| ArgumentError::new("measures", reason);
    let entries = match arguments.get("measures") {
        None => return Ok(Vec::new()),
        Some(Value::Map(entries)) => entries,
        Some(_) => return Err(wrong("a map of names and the texts of saved queries is wanted".to_owned())),
    };
    let read = |(name, text): &(_, Value<'_>)| {
        let name: &std::borrow::Cow<'_, str> = name;
        let text = text.as_text().ok_or_else(|| wrong(format!("`{name}` is no text of a saved query")))?;
        parse(name, text).map_err(|error| wrong(error.to_string()))
    };
    entries.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::verdict;

    #[test]
    fn a_figure_holds_by_its_word() {
        for (op, claimed, counted, expected) in [
            ("=", 5.0, 5.0, "match"),
            ("=", 5.0, 4.0, "under"),
            ("=", 5.0, 6.0, "over"),
            (">=", 5.0, 5.0, "match"),
            (">=", 5.0, 9.0, "match"),
            (">=", 5.0, 4.0, "under"),
            ("<=", 5.0, 5.0, "match"),
            ("<=", 5.0, 1.0, "match"),
            ("<=", 5.0, 6.0, "over"),
            ("~", 30.0, 27.0, "match"),
            ("~", 30.0, 33.0, "match"),
            ("~", 30.0, 26.9, "under"),
            ("~", 30.0, 33.1, "over"),
            ("~", 0.0, 0.0, "match"),
            ("~", 0.0, 1.0, "over"),
            ("~", -30.0, -33.0, "match"),
        ] {
            assert_eq!(verdict(op, claimed, counted), expected, "{op} {claimed}, counted {counted}");
        }
    }
}
