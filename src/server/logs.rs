//! The published logs, for those who fetch.

use axum::Json;
use axum::body::Body;
use axum::extract::{Extension, Path, State};
use axum::http::{Uri, header};
use axum::response::{IntoResponse, Response};

use super::access::Role;
use super::asking::parameters;
use super::door::Caller;
use super::refusal::Refusal;
use super::routes::Shared;
use crate::database::{LogOffer, log_offer, log_page};

/// The head of a log, and what its owner signed of it.
pub(super) async fn offer(
    State(app): Shared,
    Extension(caller): Extension<Caller>,
    Path(catalog): Path<String>,
) -> Result<Json<LogOffer>, Refusal> {
    caller.who(Role::may_fetch)?;
    let offer = app.answer(move |app| {
        let offer = log_offer(app.database.layout()?, &catalog, &app.environment())?;
        offer.ok_or_else(|| {
            Refusal::not_found(format!("no log of catalog {catalog} is here"), format!("此处没有目录 {catalog} 的日志"))
        })
    });
    Ok(Json(offer.await?))
}

/// A page of a log.
pub(super) async fn commits(
    State(app): Shared,
    Extension(caller): Extension<Caller>,
    Path(catalog): Path<String>,
    uri: Uri,
) -> Result<Response, Refusal> {
    caller.who(Role::may_fetch)?;
    let parameters = parameters(&uri)?;
    let page = app.answer(move |app| {
        let since = parameters.get("since").map(String::as_str);
        let layout = app.database.layout()?;
        let from = parameters.get("from").map_or(Ok(0), |from| from.parse());
        let from = from.map_err(|_| Refusal::wrong("from: a number of bytes is wanted", "from 为字节数"))?;
        let page = app.alone(|| log_page(layout, &catalog, since, &app.environment()))?;
        let mut page = page.ok_or_else(|| {
            Refusal::not_found(
                format!("that commit is not in the log of catalog {catalog}"),
                format!("目录 {catalog} 的日志中没有这个提交"),
            )
        })?;
        page.drain(..page.len().min(from));
        app.whole(page)
    });
    Ok(([(header::CONTENT_TYPE, "application/octet-stream")], Body::from(page.await?)).into_response())
}
