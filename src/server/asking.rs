//! Findings and queries: the question as it comes over HTTP, and the answer in the format that it asks for.

use std::collections::BTreeMap;
use std::io;

use axum::body::{Body, Bytes};
use axum::extract::{Extension, FromRequest, Path, Query, Request, State};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde::Deserialize;

use super::access::Role;
use super::answers::{Answer, App};
use super::door::Caller;
use super::refusal::Refusal;
use super::routes::{MAX_BODY, Shared};
use crate::database::{
    Arguments, Asking, Interrupt, Language, Limits, Procedure, Question, RuleSet, Snapshot, SourceAge, Stop, Value,
    ask, date, duration, is_write, parameter, procedures, source_ages,
};
use crate::report::{Format, RenderOptions, Rendered, render};

/// The parameters of an address.
pub(super) type Parameters = BTreeMap<String, String>;

/// Reads the parameters of an address.
pub(super) fn parameters(uri: &Uri) -> Result<Parameters, Refusal> {
    let read = Query::try_from_uri(uri);
    read.map(|Query(all)| all).map_err(|e| Refusal::wrong(e.body_text(), "地址中的参数无法读取"))
}

/// The age of each source.
pub(super) fn ages(app: &App) -> Result<Vec<SourceAge>, Refusal> {
    Ok(source_ages(app.database.layout()?, app.environment().now)?)
}

/// Parameters that every question takes.
pub(super) const COMMON: [&str; 5] = ["today", "format", "lang", "agreed_only", "max_age"];

/// How a question is to be answered.
struct Manner {
    format: Format,
    language: Language,
    today: Date,
    agreed_only: bool,
    /// In seconds.
    max_age: Option<i64>,
}

impl Manner {
    fn read(app: &App, parameters: &Parameters) -> Result<Self, Refusal> {
        let get = |name: &str| parameters.get(name).map(String::as_str);
        let format = get("format").unwrap_or("json");
        let max_age = get("max_age").map(|word| {
            duration::parse(word)
                .ok_or_else(|| Refusal::wrong("max_age: write it as 12h or 7d", "max_age 写作 12h 或 7d"))
        });
        Ok(Self {
            format: format.parse().map_err(|e| Refusal::wrong(format!("format: {e}"), format!("没有格式 {format}")))?,
            language: match get("lang") {
                None | Some("en") => Language::English,
                Some("zh") => Language::Chinese,
                Some(_) => return Err(Refusal::wrong("lang: en or zh", "lang 为 en 或 zh")),
            },
            today: match get("today") {
                None => {
                    let now = app.environment();
                    now.zone.to_datetime(now.now).date()
                }
                Some(word) => date::parse(word)
                    .ok_or_else(|| Refusal::wrong("today: write it as 2026-05-01", "today 写作 2026-05-01"))?,
            },
            agreed_only: flag("agreed_only", get("agreed_only").unwrap_or("false"))?,
            max_age: max_age.transpose()?,
        })
    }

    /// What the answer rests on: the newest state, as whoever asks may see it, and the age of each source.
    fn basis(&self, app: &App, role: Role) -> Result<(Snapshot, Vec<SourceAge>), Refusal> {
        let sources = ages(app)?;
        let too_old = |s: &&SourceAge| self.max_age.is_some_and(|most| s.seconds.is_none_or(|seconds| seconds > most));
        if let Some(old) = sources.iter().find(too_old) {
            return Err(Refusal::new(
                StatusCode::CONFLICT,
                "stale",
                format!("what is held of {} is older than max_age", old.catalog),
                format!("所存的目录 {} 早于 max_age", old.catalog),
            ));
        }
        let snapshot = app.snapshot(role.sees_all())?;
        Ok((if self.agreed_only { snapshot.agreed_only() } else { snapshot }, sources))
    }

    fn content(&self) -> &'static str {
        match self.format {
            Format::Json => "application/json",
            Format::Jsonl => "application/x-ndjson",
            Format::Csv => "text/csv; charset=utf-8",
            _ => "text/plain; charset=utf-8",
        }
    }
}

fn flag(name: &str, text: &str) -> Result<bool, Refusal> {
    text.parse()
        .map_err(|_| Refusal::wrong(format!("{name}: true or false is wanted"), format!("{name} 为 true 或 false")))
}

/// What is answered, and what is told of it in headers.
pub(super) struct Told {
    answer: Answer,
    content: &'static str,
    state: Option<u64>,
    sources: String,
}

impl Told {
    /// Makes an answer of what `write` wrote.
    fn of(
        snapshot: &Snapshot,
        sources: &[SourceAge],
        manner: &Manner,
        mut answer: Answer,
        written: io::Result<Rendered>,
    ) -> Result<Self, Refusal> {
        written.map_err(|e| answer.why(&e))?;
        let age =
            |s: &SourceAge| format!("{} {}", s.catalog, s.seconds.map_or("unknown".to_owned(), |n| n.to_string()));
        let sources = sources.iter().map(age).collect::<Vec<_>>().join(", ");
        Ok(Self { answer, content: manner.content(), state: snapshot.state.as_ref().map(|s| s.number), sources })
    }
}

impl IntoResponse for Told {
    fn into_response(self) -> Response {
        let mut response = ([(header::CONTENT_TYPE, self.content)], Body::from(self.answer)).into_response();
        let mut add = |name: &'static str, value: &str| {
            if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
                response.headers_mut().insert(name, value);
            }
        };
        if let Some(state) = self.state {
            add("tiaokuai-state", &state.to_string());
        }
        if !self.sources.is_empty() {
            add("tiaokuai-source-age", &self.sources);
        }
        response
    }
}

/// Answers a finding.
pub(super) async fn finding(
    State(app): Shared,
    Extension(caller): Extension<Caller>,
    Path(name): Path<String>,
    uri: Uri,
) -> Result<Told, Refusal> {
    let role = caller.who(Role::may_read)?;
    let parameters = parameters(&uri)?;
    let waiting = Waiting(Interrupt::default());
    let stop = Stop::after(app.options.timeout, waiting.0.clone());
    app.answer(move |app| answer_finding(app, role, &name, &parameters, &stop)).await
}

fn answer_finding(app: &App, role: Role, name: &str, parameters: &Parameters, stop: &Stop) -> Result<Told, Refusal> {
    let procedure = procedures().into_iter().find(|p| p.name == name);
    let procedure = procedure
        .ok_or_else(|| Refusal::not_found(format!("there is no finding `{name}`"), format!("没有问题类型 {name}")))?;
    let manner = Manner::read(app, parameters)?;
    let arguments = arguments(procedure, parameters)?.until(stop.clone());
    let (snapshot, sources) = manner.basis(app, role)?;
    let region = parameters.get("region").map(String::as_str);
    let question = Question { region, today: manner.today, waived: false };
    let asked = ask(&snapshot, procedure, &arguments, &question)?;
    let mut answer = app.empty();
    // What was told to stop has not found everything.
    if stop.is_due() {
        return Err(Refusal::timed_out());
    }
    let written = render(asked.rows, manner.format, manner.language, &RenderOptions::default(), &mut answer);
    Told::of(&snapshot, &sources, &manner, answer, written)
}

/// The arguments of a procedure, as the types of their defaults ask for.
fn arguments(procedure: &Procedure, parameters: &Parameters) -> Result<Arguments, Refusal> {
    let mut arguments = Arguments::new();
    for (name, text) in parameters.iter().filter(|(name, _)| !COMMON.contains(&name.as_str()) && *name != "region") {
        let default = procedure.parameters.iter().find(|p| p.name == name).and_then(|p| p.default);
        let number = || {
            text.parse().map_err(|_| Refusal::wrong(format!("{name}: a number is wanted"), format!("{name} 为数字")))
        };
        let value = match default {
            Some("true" | "false") => Value::Boolean(flag(name, text)?),
            Some("[]") => Value::List(text.split(',').map(|item| Value::owned(item.to_owned())).collect()),
            Some(default) if default.parse::<f64>().is_ok() => Value::Float(number()?),
            _ => Value::owned(text.clone()),
        };
        arguments = arguments.with(name, value);
    }
    Ok(arguments)
}

/// A statement as it is posted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Statement {
    query: String,
    #[serde(default)]
    parameters: BTreeMap<String, serde_json::Value>,
}

impl Statement {
    async fn read(app: &App, request: Request) -> Result<Self, Refusal> {
        // What is said to be too long is not waited for.
        let said = request.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
        if said.is_some_and(|length| length > MAX_BODY as u64) {
            return Err(Refusal::too_long(MAX_BODY));
        }
        let body = tokio::time::timeout(app.options.timeout, Bytes::from_request(request, &()));
        let body = body.await.map_err(|_| Refusal::too_slow())?.map_err(|e| match e.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Refusal::too_long(MAX_BODY),
            _ => Refusal::wrong(e.body_text(), "请求内容未能完整送达"),
        })?;
        serde_json::from_slice(&body).map_err(|e| {
            let form = "{\"query\": TEXT, \"parameters\": {NAME: VALUE}}";
            Refusal::wrong(format!("{form} is wanted: {e}"), format!("请求内容应为 {form}：{e}"))
        })
    }
}

/// Interrupts a query or a finding when whoever asked waits no more.
struct Waiting(Interrupt);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.set();
    }
}

/// Answers a statement that reads.
pub(super) async fn query(
    State(app): Shared,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Result<Told, Refusal> {
    let role = caller.who(Role::may_read)?;
    let parameters = parameters(request.uri())?;
    if let Some(name) = parameters.keys().find(|name| !COMMON.contains(&name.as_str())) {
        let known = COMMON.join(", ");
        return Err(Refusal::wrong(format!("{name}: a query takes {known}"), format!("没有参数 {name}：可用 {known}")));
    }
    let statement = Statement::read(&app, request).await?;
    let waiting = Waiting(Interrupt::default());
    let interrupt = waiting.0.clone();
    app.answer(move |app| answer_query(app, role, &statement, &parameters, &interrupt)).await
}

fn answer_query(
    app: &App,
    role: Role,
    statement: &Statement,
    parameters: &Parameters,
    interrupt: &Interrupt,
) -> Result<Told, Refusal> {
    if is_write(&statement.query) {
        return Err(Refusal::read_only());
    }
    let manner = Manner::read(app, parameters)?;
    let (snapshot, sources) = manner.basis(app, role)?;
    let given =
        statement.parameters.iter().map(|(name, value)| (name.clone(), parameter(&value.to_string()))).collect();
    let limits = Limits { time: Some(app.options.timeout), memory: app.options.query_memory, rows: None };
    let asking =
        Asking { parameters: &given, limits, interrupt, rules: RuleSet::all(), today: manner.today, warnings: None };
    let mut answer = app.empty();
    let written = crate::database::query(&snapshot, &statement.query, &asking, |rows| {
        render(rows, manner.format, manner.language, &RenderOptions::default(), &mut answer)
    })?;
    Told::of(&snapshot, &sources, &manner, answer, written)
}
