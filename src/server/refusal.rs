//! Why there is no answer: its status, and the words of it in English and Chinese.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::database::{Error, ErrorKind, QueryError};

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The status.
    pub(super) status: StatusCode,
    /// A word that programs can rely on.
    code: &'static str,
    en: String,
    /// The same in Chinese, where there are such words.
    zh: Option<String>,
    /// Where in a query it is wrong, in bytes.
    span: Option<(u32, u32)>,
    /// What the operator alone is told.
    pub(super) detail: Option<String>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, code: &'static str, en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { status, code, en: en.into(), zh: Some(zh.into()), span: None, detail: None }
    }

    /// The question is wrong.
    pub(super) fn wrong(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "wrong", en, zh)
    }

    /// What was asked for is not there.
    pub(super) fn not_found(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", en, zh)
    }

    /// Too much is asked at once.
    pub(super) fn busy() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            "too much is asked at once; try again",
            "同时提出的请求过多，请稍后再试",
        )
    }

    /// It took too long.
    pub(super) fn timed_out() -> Self {
        Self::new(StatusCode::GATEWAY_TIMEOUT, "timed-out", "it took too long", "处理超时")
    }

    /// The request did not come in time.
    pub(super) fn too_slow() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "too-slow", "the request did not come in time", "请求未能及时送达")
    }

    /// The request is too long.
    pub(super) fn too_long(most: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-long",
            format!("a request may have {most} bytes"),
            format!("请求最多 {most} 字节"),
        )
    }

    /// No token was shown, or none that is known.
    pub(super) fn no_token() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "no-token",
            "a token is wanted: Authorization: Bearer TOKEN",
            "需要令牌：Authorization: Bearer TOKEN",
        )
    }

    /// The token is for something else.
    pub(super) fn not_allowed() -> Self {
        Self::new(StatusCode::FORBIDDEN, "not-allowed", "this token is not for that", "此令牌无此权限")
    }

    /// It would change something.
    pub(super) fn read_only() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "read-only",
            "nothing is changed over HTTP: statements that write are refused",
            "HTTP 接口只读，不接受写入语句",
        )
    }

    /// Ours: whoever asks is told nothing of the machine.
    pub(super) fn failed(detail: impl Into<String>) -> Self {
        let said = Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "failed",
            "the server could not answer; its operator is told why",
            "服务器未能作答，原因已告知其管理员",
        );
        Self { detail: Some(detail.into()), ..said }
    }

    /// A query means nothing, or failed.
    fn of_query(error: &QueryError) -> Self {
        let status = match error.detail.name() {
            "TimeExceeded" | "Interrupted" => StatusCode::GATEWAY_TIMEOUT,
            "ReadOnly" => StatusCode::FORBIDDEN,
            _ => StatusCode::BAD_REQUEST,
        };
        let span = error.span.map(|span| (span.start, span.end));
        let said = Self::new(status, error.detail.name(), &error.message.en, &error.message.zh);
        Self { span, ..said }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match &error {
            Error::Query { error, .. } => Self::of_query(error),
            error if error.kind() == ErrorKind::User => {
                Self { zh: None, ..Self::wrong(error.to_string(), String::new()) }
            }
            error => Self::failed(error.to_string()),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut body = json!({ "code": self.code, "error": self.en });
        if let Some(zh) = &self.zh {
            body["error_zh"] = json!(zh);
        }
        if let Some((start, end)) = self.span {
            body["at"] = json!([start, end]);
        }
        let mut response = (self.status, Json(body)).into_response();
        let mut add = |name, value| drop(response.headers_mut().insert(name, HeaderValue::from_static(value)));
        match self.status {
            StatusCode::SERVICE_UNAVAILABLE => add(header::RETRY_AFTER, "1"),
            StatusCode::UNAUTHORIZED => add(header::WWW_AUTHENTICATE, "Bearer"),
            _ => {}
        }
        response.extensions_mut().insert(self);
        response
    }
}
