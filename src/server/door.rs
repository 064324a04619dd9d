//! The door: every request passes it on its way in and out. It says who asks, and what everybody is told.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Event;
use super::access::{Role, Tokens};
use super::answers::App;
use super::refusal::Refusal;

/// Who asks: a role, or why nobody is known.
#[derive(Clone, Debug)]
pub(super) struct Caller(Result<Role, Refusal>);

impl Caller {
    /// The role, where it may do this.
    pub(super) fn who(&self, may: impl Fn(Role) -> bool) -> Result<Role, Refusal> {
        let role = self.0.clone()?;
        if may(role) { Ok(role) } else { Err(Refusal::not_allowed()) }
    }
}

/// Lets a request in, and tells what came of it.
pub(super) async fn pass(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
    let (who, role) = match caller(&app, request.headers()) {
        Ok((who, role)) => (who, Ok(role)),
        Err(refusal) => (None, Err(refusal)),
    };
    request.extensions_mut().insert(Caller(role));
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Some(why) = response.extensions().get::<Refusal>().and_then(|refusal| refusal.detail.clone()) {
        (app.options.hear)(&Event::Failed { path: path.clone(), why });
    }
    let status = response.status().as_u16();
    (app.options.hear)(&Event::Answered { who, method, path, status, took: begun.elapsed() });
    response
}

/// The name and role of whoever asks.
fn caller(app: &App, headers: &HeaderMap) -> Result<(Option<String>, Role), Refusal> {
    let Some(path) = &app.options.tokens else {
        // A page in a browser on this machine can be made to ask by a name of its own that leads here.
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        return if is_this_machine(host) { Ok((None, Role::Local)) } else { Err(elsewhere()) };
    };
    let shown = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()?.strip_prefix("Bearer "));
    let shown = shown.ok_or_else(Refusal::no_token)?;
    // A file that cannot be read lets nobody in.
    let tokens = Tokens::read(path).map_err(|e| Refusal::failed(e.to_string()))?;
    let (name, role) = tokens.holder(shown.trim()).ok_or_else(Refusal::no_token)?;
    Ok((Some(name.to_owned()), role))
}

fn elsewhere() -> Refusal {
    Refusal::new(
        StatusCode::MISDIRECTED_REQUEST,
        "misdirected",
        "without tokens this server answers to the names of this machine alone: 127.0.0.1, [::1], localhost",
        "未设令牌的服务器只应答本机名称：127.0.0.1、[::1]、localhost",
    )
}

/// Whether a host that is asked for is this machine by its plain names.
fn is_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    name.eq_ignore_ascii_case("localhost") || address.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// What is answered at an address that does not exist.
pub(super) async fn nowhere() -> Response {
    let en = "there is no such address; /openapi.json lists them";
    Refusal::not_found(en, "没有此地址；/openapi.json 列有全部地址").into_response()
}

/// What is answered to a method that an address does not take.
pub(super) async fn no_method() -> Response {
    let (en, zh) = ("this address does not take that method", "此地址不接受该方法");
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "no-method", en, zh).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_this_machine() {
        for host in ["127.0.0.1", "127.0.0.1:7357", "localhost", "LOCALHOST:80", "[::1]:7357", "[::1]"] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in ["", "example.org", "127.0.0.1.example.org", "localhost.evil:80", "10.0.0.5:7357", "[::]:1"] {
            assert!(!is_this_machine(host), "{host}");
        }
    }
}
