//! The description of the server's addresses (OpenAPI 3.1), made from the registry of findings.

use serde_json::{Value, json};

use super::asking::COMMON;
use crate::database::procedures;

/// The description.
pub(super) fn description() -> Value {
    let mut paths = serde_json::Map::new();
    for procedure in procedures() {
        let own = procedure.parameters.iter().filter(|p| !COMMON.contains(&p.name)).map(|p| {
            let mut schema = json!({ "type": "string" });
            if let Some(default) = p.default {
                schema["default"] = json!(default);
            }
            if !p.choices.is_empty() {
                schema["enum"] = json!(p.choices);
            }
            // What keeps rows by region can be asked without any argument.
            let (name, required) = (p.name, p.default.is_none() && procedure.region_by.is_none());
            json!({ "name": name, "in": "query", "description": p.about.en, "required": required, "schema": schema })
        });
        let region = procedure.region_by.map(|_| optional("region", "keep the rows of this region and those under it"));
        let parameters: Vec<Value> = own.chain(region).chain(common()).collect();
        let answers = answers("rows, in the format asked for", &ROWS);
        paths.insert(
            format!("/v1/findings/{}", procedure.name),
            json!({ "get": {
                "summary": procedure.about.en,
                "parameters": parameters,
                "responses": answers,
                "x-roles": ["reader", "auditor"],
            }}),
        );
    }
    let catalog = json!({ "name": "catalog", "in": "path", "required": true, "schema": { "type": "string" } });
    let since = json!({
        "name": "since",
        "in": "query",
        "description": "the commit that these follow, by its whole id; the log's first ones without it",
        "schema": { "type": "string" },
    });
    let from = optional("from", "how many bytes of the page are there already: the rest of it is answered");
    let mut add = |path: &str, summary: &str, parameters: Vec<Value>, content: &str, roles: &[&str]| {
        let answers = answers(summary, &[content]);
        let get = json!({ "summary": summary, "parameters": parameters, "responses": answers, "x-roles": roles });
        paths.insert(path.to_owned(), json!({ "get": get }));
    };
    let json_type = "application/json";
    add("/health", "whether the store can be read", vec![], json_type, &[]);
    add(
        "/v1/state",
        "the newest state, and the age of each source",
        vec![],
        json_type,
        &["reader", "auditor", "federate"],
    );
    add(
        "/v1/logs/{catalog}",
        "the head of a log, and what its owner signed",
        vec![catalog.clone()],
        json_type,
        &["federate"],
    );
    let summary = "commits of a log, as a bundle holds them: a page; none where nothing follows";
    add("/v1/logs/{catalog}/commits", summary, vec![catalog, since, from], "application/octet-stream", &["federate"]);
    paths.insert("/v1/query".to_owned(), query());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "tiaokuai",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What a catalog store answers and offers. The headers tiaokuai-state and tiaokuai-source-age \
                            tell which state an answer is of, and how many seconds old what is held of each member is.",
        },
        "security": [{ "token": [] }],
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
            "schemas": { "Refusal": refusal() },
        },
        "paths": paths,
    })
}

/// How a refusal is told.
fn refusal() -> Value {
    let text = |about: &str| json!({ "type": "string", "description": about });
    json!({
        "type": "object",
        "required": ["code", "error"],
        "properties": {
            "code": text("a word that programs can rely on"),
            "error": text("why, in English"),
            "error_zh": text("why, in Chinese"),
            "at": { "type": "array", "items": { "type": "integer" }, "description": "where in a query, in bytes: from, to" },
        },
    })
}

/// The forms in which rows come.
const ROWS: [&str; 4] = ["application/json", "application/x-ndjson", "text/csv", "text/plain"];

/// The description of asking in the query language.
fn query() -> Value {
    let schema = json!({
        "type": "object",
        "required": ["query"],
        "additionalProperties": false,
        "properties": {
            "query": { "type": "string", "description": "one statement of openCypher that reads" },
            "parameters": { "type": "object", "description": "the values of its parameters, by name" },
        },
    });
    let mut answers = answers("rows, in the format asked for", &ROWS);
    answers["408"] = failed("the request did not come in time");
    answers["413"] = failed("the request is longer than 1 MiB");
    json!({ "post": {
        "summary": "ask in openCypher; a statement that writes is refused",
        "parameters": common().collect::<Vec<_>>(),
        "requestBody": { "required": true, "content": { "application/json": { "schema": schema } } },
        "responses": answers,
        "x-roles": ["reader", "auditor"],
    }})
}

/// What every question takes.
fn common() -> impl Iterator<Item = Value> {
    const ABOUT: [&str; COMMON.len()] = [
        "the day that waivers are held against and that date() gives, as 2026-05-01",
        "json, jsonl, csv, tsv, markdown or table",
        "en or zh",
        "true: let nothing flow on the word of one side alone",
        "refuse to answer from older news of a member: 12h, 7d",
    ];
    COMMON.into_iter().zip(ABOUT).map(|(name, about)| optional(name, about))
}

/// A parameter that may be left out.
fn optional(name: &str, about: &str) -> Value {
    json!({ "name": name, "in": "query", "description": about, "schema": { "type": "string" } })
}

/// A description of a failure.
fn failed(why: &str) -> Value {
    let schema = json!({ "$ref": "#/components/schemas/Refusal" });
    json!({ "description": why, "content": { "application/json": { "schema": schema } } })
}

fn answers(what: &str, types: &[&str]) -> Value {
    let content: serde_json::Map<String, Value> = types.iter().map(|ty| ((*ty).to_owned(), json!({}))).collect();
    json!({
        "200": { "description": what, "content": content },
        "400": failed("the question is wrong"),
        "401": failed("no token, or none that is known"),
        "403": failed("the token is not for that, or the statement writes"),
        "404": failed("there is no such thing"),
        "409": failed("what is held is older than max_age"),
        "500": failed("the server could not answer"),
        "503": failed("too much is asked at once"),
        "504": failed("it took too long"),
    })
}
