//! One request: statements that set a graph up, the query that is asked about, and its answer.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value as Json, json};
use tiaokuai::query::engine::{Answer, Session};
use tiaokuai::query::error::QueryError;
use tiaokuai::query::exec::budget::{Interrupt, Limits};
use tiaokuai::query::outward::outward;
use tiaokuai::query::plan::rules::RuleSet;
use tiaokuai::query::procedure::{Procedure, Procedures};
use tiaokuai::query::source::PropertyGraph;
use tiaokuai::query::temporal::Clock;
use tiaokuai::query::value::Value;
use tiaokuai::query::workspace::Workspace;
use tiaokuai::report::json_text;

use super::effects::Snapshot;
use super::fixture::{Description, Fixture};
use super::wire;

/// No scenario takes this long.
const TIME: Duration = Duration::from_secs(8);

#[derive(Deserialize)]
struct Request {
    #[serde(default)]
    setup: Vec<String>,
    query: String,
    #[serde(default)]
    params: BTreeMap<String, Json>,
    #[serde(default)]
    procedures: Vec<Description>,
}

/// The answer to a request, both as a line of JSON, with these rules of the optimizer.
pub(crate) fn answer(request: &str, rules: RuleSet) -> String {
    let request: Request = match serde_json::from_str(request) {
        Ok(request) => request,
        Err(e) => return unsupported(&format!("no request: {e}")),
    };
    let parameters: Option<BTreeMap<String, Value>> =
        request.params.iter().map(|(name, json)| Some((name.clone(), wire::value(json)?))).collect();
    let fixtures: Option<Vec<Arc<dyn Procedure>>> =
        request.procedures.iter().map(|d| Some(Arc::new(Fixture::new(d)?) as Arc<dyn Procedure>)).collect();
    let (Some(parameters), Some(fixtures)) = (parameters, fixtures) else {
        return unsupported("a value that cannot be given from outside");
    };
    let (graph, procedures) = (Workspace::new(), Procedures::new(fixtures));
    let (clock, interrupt) = (Clock::system(), Interrupt::default());
    let session = Session {
        graph: &graph,
        workspace: Some(&graph),
        procedures: &procedures,
        parameters: &parameters,
        clock: &clock,
        limits: Limits { time: Some(TIME), ..Limits::default() },
        interrupt: &interrupt,
        rules,
        warnings: None,
    };
    for statement in &request.setup {
        if let Err(error) = session.run(statement) {
            return refusal("setup", &error);
        }
    }
    let before = Snapshot::of(&graph);
    match session.run(&request.query) {
        Ok(answer) => told(&graph, &answer, &before.to(&Snapshot::of(&graph))),
        Err(error) => refusal("query", &error),
    }
}

fn told(graph: &dyn PropertyGraph, answer: &Answer, effects: &BTreeMap<String, usize>) -> String {
    let value = |value: &Value| json_text(&outward(graph, value));
    let row = |row: &Vec<Value>| format!("[{}]", row.iter().map(value).collect::<Vec<_>>().join(", "));
    let rows: Vec<String> = answer.rows.iter().map(row).collect();
    let columns: Vec<&str> = answer.columns.iter().map(|column| &**column).collect();
    // Values are put in as they were written, so that no float loses a digit on its way through a parser.
    format!("{{\"columns\": {}, \"rows\": [{}], \"effects\": {}}}", json!(columns), rows.join(", "), json!(effects))
}

fn refusal(stage: &str, error: &QueryError) -> String {
    json!({
        "error": error.message.en,
        "stage": stage,
        "type": error.ty.name(),
        "phase": error.phase.name(),
        "detail": error.detail.name(),
    })
    .to_string()
}

fn unsupported(reason: &str) -> String {
    json!({ "unsupported": reason }).to_string()
}
