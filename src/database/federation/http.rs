//! A server as a client sees it: what it says of a log, and the log page by page.

use std::fs;
use std::io::Read;
use std::net::IpAddr;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use ureq::http::Uri;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

use super::serving::LogOffer;
use crate::database::error::{Error, Result};
use crate::federation::Remote;
use crate::store::CommitId;

/// The longest description of a log, in bytes.
const MAX_OFFER: u64 = 1 << 20;
/// The longest page, in bytes: a page has one commit at least, however long.
const MAX_PAGE: u64 = 1 << 30;
/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);
/// How long an answer may take to begin.
const BEGIN: Duration = Duration::from_secs(90);
/// How long a page may take.
const WHOLE: Duration = Duration::from_secs(600);
/// How often a server that has too much to do is asked again, and after how long.
const AGAIN: (u32, Duration) = (5, Duration::from_secs(1));

/// A server, as a source names it.
pub(super) struct Server<'r> {
    agent: ureq::Agent,
    remote: &'r Remote,
    token: Option<String>,
}

impl<'r> Server<'r> {
    pub(super) fn new(remote: &'r Remote) -> Result<Self> {
        let token = remote.token.as_deref().map(read_text).transpose()?;
        let mut tls = TlsConfig::builder();
        if let Some(path) = &remote.ca {
            tls = tls.root_certs(RootCerts::new_with_certs(&certificates(path)?));
        }
        let config = ureq::Agent::config_builder()
            .timeout_connect(Some(CONNECT))
            .timeout_recv_response(Some(BEGIN))
            .timeout_global(Some(WHOLE))
            // A token goes to whom it was given, and nowhere else.
            .max_redirects(0)
            .http_status_as_error(false)
            .tls_config(tls.build())
            .build();
        Ok(Self { agent: config.new_agent(), remote, token: token.map(|t| t.trim().to_owned()) })
    }

    /// What the server says of the log.
    pub(super) fn offer(&self) -> Result<LogOffer> {
        let path = format!("/v1/logs/{}", encoded(&self.remote.catalog));
        let mut body = Vec::new();
        let status = self.get(&path, MAX_OFFER, &mut body)?;
        if status != 200 {
            return Err(self.refused(status, &body));
        }
        let offer: LogOffer = serde_json::from_slice(&body).map_err(|e| self.strange(&e.to_string()))?;
        if offer.catalog != self.remote.catalog {
            return Err(self.strange("it speaks of another catalog"));
        }
        Ok(offer)
    }

    /// Reads the commits that follow one, as a bundle holds them, on from what is there of that page. False where the
    /// server does not know the commit. What came before a failure stays in the page.
    pub(super) fn page(&self, since: Option<CommitId>, page: &mut Vec<u8>) -> Result<bool> {
        let since = since.map(|id| format!("&since={id}")).unwrap_or_default();
        let from = page.len();
        let path = format!("/v1/logs/{}/commits?from={from}{since}", encoded(&self.remote.catalog));
        match self.get(&path, MAX_PAGE.saturating_sub(from as u64), page)? {
            200 => Ok(true),
            404 => {
                page.clear();
                Ok(false)
            }
            status => Err(self.refused(status, &page.split_off(from))),
        }
    }

    /// Asks, and asks again where the server has too much to do. The body comes behind what is there already.
    fn get(&self, path: &str, most: u64, body: &mut Vec<u8>) -> Result<u16> {
        let (attempts, pause) = AGAIN;
        let there = body.len();
        for _ in 1..attempts {
            let status = self.get_once(path, most, body)?;
            if status != 503 {
                return Ok(status);
            }
            body.truncate(there);
            sleep(pause);
        }
        self.get_once(path, most, body)
    }

    fn get_once(&self, path: &str, most: u64, body: &mut Vec<u8>) -> Result<u16> {
        let address = format!("{}{path}", self.remote.source.trim_end_matches('/'));
        let failed = |why: String| Error::Refused(format!("{}: {why}", self.remote.source));
        let mut request = self.agent.get(&address);
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        let mut response = request.call().map_err(|e| failed(e.to_string()))?;
        let status = response.status().as_u16();
        let there = body.len();
        let mut reader = response.body_mut().as_reader().take(most + 1);
        let read = reader.read_to_end(body);
        if read.is_err() && status != 200 {
            body.truncate(there);
        }
        let read = read.map_err(|e| failed(format!("the connection broke off: {e}")))?;
        if read as u64 > most {
            body.clear();
            return Err(self.strange("it never ends"));
        }
        Ok(status)
    }

    fn refused(&self, status: u16, body: &[u8]) -> Error {
        #[derive(serde::Deserialize)]
        struct Told {
            error: String,
        }
        let told = serde_json::from_slice::<Told>(body).map(|t| format!(": {}", t.error)).unwrap_or_default();
        Error::Refused(format!("{} answers {status}{told}", self.remote.source))
    }

    /// What is said where an answer cannot be used.
    pub(super) fn strange(&self, why: &str) -> Error {
        Error::Refused(format!("what {} answers cannot be used: {why}", self.remote.source))
    }
}

fn read_text(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|source| Error::Io { path: path.to_owned(), source })
}

/// The certificates in a file.
fn certificates(path: &Path) -> Result<Vec<Certificate<'static>>> {
    let pem = read_text(path)?;
    let found: Vec<_> = parse_pem(pem.as_bytes())
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    if found.is_empty() { Err(Error::User(format!("{} holds no certificate", path.display()))) } else { Ok(found) }
}

/// A catalog's id within an address: what is not plain is written by its bytes.
fn encoded(id: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    id.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// Holds the address of a source against what can be one. A token goes to this machine alone in the clear.
pub(super) fn check_address(address: &str, has_token: bool) -> Result<()> {
    let wrong = |why: &str| Error::User(format!("`{address}` cannot be fetched from: {why}"));
    let uri: Uri = address.parse().map_err(|_| wrong("it is no address"))?;
    let Some(authority) = uri.authority().filter(|a| !a.host().is_empty()) else {
        return Err(wrong("it names no host"));
    };
    if authority.as_str().contains('@') {
        return Err(wrong("an address with a name and password is not taken; a token stands in --token-file"));
    }
    if uri.query().is_some() {
        return Err(wrong("it goes on after a `?`"));
    }
    let host = authority.host().trim_matches(['[', ']']);
    let is_here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    if has_token && uri.scheme_str() == Some("http") && !is_here {
        return Err(wrong("the token would cross the network in the clear; use https"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_held_against_what_can_be_one() {
        for (address, has_token) in [
            ("http://127.0.0.1:7357", true),
            ("http://[::1]:7357", true),
            ("http://10.0.0.5", false),
            ("https://catalog.example:7357/province/", true),
        ] {
            check_address(address, has_token).unwrap();
        }
        for address in ["http://", "https://u:p@catalog.example", "http://a b", "http://10.0.0.5", "https://x/?since=1"]
        {
            assert!(check_address(address, true).is_err(), "{address}");
        }
    }

    #[test]
    fn ids_are_written_by_their_bytes_where_they_are_not_plain() {
        assert_eq!(encoded("cn-sc.1_a"), "cn-sc.1_a");
        assert_eq!(encoded("a/../b?川"), "a%2F..%2Fb%3F%E5%B7%9D");
    }
}
