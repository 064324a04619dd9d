//! The sources of a store: added, listed, removed.

use std::path::Path;

use super::files::Folder;
use super::http::check_address;
use super::keys::{TrustGiven, give};
use crate::database::environment::Environment;
use crate::database::error::{Error, Result};
use crate::federation::Remote;
use crate::federation::duration;
use crate::federation::remote::{is_address, is_name};
use crate::model::Value;
use crate::query::rows::{Row, Rows};
use crate::store::{Head, Layout};

/// A source to be added.
#[derive(Clone, Copy, Debug)]
pub struct NewRemote<'a> {
    /// Its name.
    pub name: &'a str,
    /// The folder of another store, a catalog directory, or the address of a server.
    pub source: &'a str,
    /// The catalog whose log it brings.
    pub catalog: &'a str,
    /// What is trusted of that catalog.
    pub trust: TrustGiven<'a>,
    /// The file of a server's token.
    pub token: Option<&'a Path>,
    /// The file of the certificates that vouch for a server.
    pub ca: Option<&'a Path>,
}

/// Adds a source. Nothing is fetched yet.
///
/// # Errors
/// When there is one of the name, or of the catalog; when nothing would be trusted of what comes; when the store cannot
/// be written.
pub fn remote_add(layout: &Layout, new: NewRemote<'_>) -> Result<()> {
    let folder = Folder::of(layout);
    let NewRemote { name, source, catalog, trust, token, ca } = new;
    if !is_name(name) {
        return Err(Error::User(format!("`{name}` cannot be a name: letters, digits, `.`, `_` and `-`")));
    }
    let mut remotes = folder.remotes()?;
    if remotes.remote.contains_key(name) {
        return Err(Error::User(format!(
            "there is a source `{name}` already; `tiaokuai remote remove {name}` takes it out"
        )));
    }
    if let Some((other, _)) = remotes.remote.iter().find(|(_, r)| r.catalog == catalog) {
        return Err(Error::User(format!("`{other}` is a source of catalog {catalog} already")));
    }
    let known = folder.trust()?.catalog.get(catalog).is_some_and(|t| t.unsigned || !t.keys.is_empty());
    if trust.key.is_none() && !trust.unsigned && !known {
        return Err(Error::User(format!(
            "whose signature shows that it is {catalog} who speaks? Give its --key (its owner reads it out with \
             `tiaokuai key show`), or --unsigned to take what comes"
        )));
    }
    let absolute = |path: &Path| {
        // The plain path where there is such a file already.
        let found = path.canonicalize().or_else(|_| std::path::absolute(path));
        found.map_err(|source| Error::Io { path: path.to_owned(), source })
    };
    let source = if is_address(source) {
        check_address(source, token.is_some())?;
        source.to_owned()
    } else {
        absolute(Path::new(source))?
            .to_str()
            .map(str::to_owned)
            .ok_or_else(|| Error::User(format!("the path of `{source}` is no UTF-8, and cannot be written down")))?
    };
    let (token, ca) = (token.map(absolute).transpose()?, ca.map(absolute).transpose()?);
    if !is_address(&source) && (token.is_some() || ca.is_some()) {
        return Err(Error::User("a token and certificates are for a server, and this source is a folder".to_owned()));
    }
    give(&folder, layout, catalog, trust, false)?;
    remotes.remote.insert(name.to_owned(), Remote { source, catalog: catalog.to_owned(), token, ca });
    folder.set_remotes(&remotes)
}

/// Takes a source out. What was fetched from it stays, and so does the trust in its catalog.
///
/// # Errors
/// When there is none of the name.
pub fn remote_remove(layout: &Layout, name: &str) -> Result<()> {
    let folder = Folder::of(layout);
    let mut remotes = folder.remotes()?;
    if remotes.remote.remove(name).is_none() {
        return Err(unknown(name, remotes.remote.keys()));
    }
    folder.set_remotes(&remotes)?;
    let mut sources = folder.sources()?;
    if sources.failed.remove(name).is_some() {
        folder.set_sources(&sources)?;
    }
    Ok(())
}

/// Trusts another key of a source's catalog, in place of those before.
///
/// # Errors
/// When there is no source of the name, or it is no key.
pub fn remote_set_key(layout: &Layout, name: &str, key: &str) -> Result<()> {
    let folder = Folder::of(layout);
    let remotes = folder.remotes()?;
    let remote = remotes.remote.get(name).ok_or_else(|| unknown(name, remotes.remote.keys()))?;
    let given = TrustGiven { key: Some(key), unsigned: false, authority: None };
    give(&folder, layout, &remote.catalog, given, true)
}

pub(super) fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a String>) -> Error {
    let known: Vec<&str> = known.map(String::as_str).collect();
    let there =
        if known.is_empty() { "there are none yet".to_owned() } else { format!("there are {}", known.join(", ")) };
    Error::User(format!("there is no source `{name}`: {there}"))
}

/// Every source, with what is held of it and how the newest fetch ended.
///
/// # Errors
/// When a file of the store cannot be read.
pub fn remote_rows(layout: &Layout, environment: &Environment<'_>) -> Result<Rows<'static>> {
    let folder = Folder::of(layout);
    let (remotes, sources, trust) = (folder.remotes()?, folder.sources()?, folder.trust()?);
    let head = Head::read(&layout.head())?;
    let rows: Vec<Row<'static>> = remotes
        .remote
        .into_iter()
        .map(|(name, remote)| {
            let held = head.catalogs.iter().find(|c| c.catalog == remote.catalog);
            let heard = sources.catalog.get(&remote.catalog);
            let trusted = trust.catalog.get(&remote.catalog);
            let signed = match trusted {
                Some(t) if !t.keys.is_empty() => "key",
                Some(t) if t.unsigned => "unsigned",
                _ => "nothing",
            };
            let age = heard.map(|h| duration::told(environment.now.duration_since(h.as_of).as_secs()));
            vec![
                Value::owned(name.clone()),
                Value::owned(remote.catalog),
                Value::owned(remote.source),
                Value::text(Some(signed)),
                held.map_or(Value::Null, |h| Value::Integer(h.length as i64)),
                age.map_or(Value::Null, Value::owned),
                sources.failed.get(&name).map_or(Value::Null, |f| Value::owned(f.reason.clone())),
            ]
        })
        .collect();
    Ok(Rows::new(vec!["name", "catalog", "source", "trusted", "commits", "age", "failure"], rows.into_iter()))
}
