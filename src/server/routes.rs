//! What can be asked for.

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Extension, State};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use serde_json::{Value, json};

use super::answers::App;
use super::asking::{self, ages};
use super::door::{self, Caller};
use super::refusal::Refusal;
use super::{logs, openapi};

/// The longest body of a request, in bytes.
pub(super) const MAX_BODY: usize = 1 << 20;

/// What a handler is given of the server.
pub(super) type Shared = State<Arc<App>>;

/// Every address, behind the door.
pub(super) fn router(app: Arc<App>) -> Router {
    Router::new()
        .route("/health", get(health))
        .route("/openapi.json", get(async || Json(openapi::description())))
        .route("/v1/state", get(state))
        .route("/v1/findings/{name}", get(asking::finding))
        .route("/v1/query", post(asking::query))
        .route("/v1/logs/{catalog}", get(logs::offer))
        .route("/v1/logs/{catalog}/commits", get(logs::commits))
        .fallback(door::nowhere)
        .method_not_allowed_fallback(door::no_method)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), door::pass))
        .with_state(app)
}

/// Whether the store can be read: nothing of what it holds. It takes nobody's place, and is answered however many ask.
async fn health(State(app): Shared) -> Result<Json<Value>, Refusal> {
    let read = tokio::task::spawn_blocking(move || app.database.home());
    read.await.map_err(|broken| Refusal::failed(broken.to_string()))??;
    Ok(Json(json!({ "status": "ok" })))
}

/// The newest state, and the age of each source.
async fn state(State(app): Shared, Extension(caller): Extension<Caller>) -> Result<Json<Value>, Refusal> {
    caller.who(|_| true)?;
    let told = app.answer(|app| {
        let snapshot = app.snapshot(true)?;
        let sources: Vec<_> = ages(app)?
            .into_iter()
            .map(|s| json!({ "catalog": s.catalog, "as_of": s.as_of, "age_seconds": s.seconds }))
            .collect();
        let number = snapshot.state.as_ref().map(|s| s.number);
        Ok(json!({ "state": number, "home": snapshot.home, "sources": sources }))
    });
    Ok(Json(told.await?))
}
