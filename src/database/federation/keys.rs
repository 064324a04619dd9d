//! The keys of a store: its own, and those that it trusts.

use std::path::PathBuf;

use super::files::Folder;
use super::published::after_commit;
use crate::database::environment::Environment;
use crate::database::error::{Error, Result};
use crate::federation::{PublicKey, SecretKey};
use crate::model::id::is_catalog_id;
use crate::model::{Value, division};
use crate::query::rows::{Row, Rows};
use crate::store::{Head, Layout, Ledger};

/// What is to be trusted of a catalog.
#[derive(Clone, Copy, Debug)]
pub struct TrustGiven<'a> {
    /// A key whose signatures count.
    pub key: Option<&'a str>,
    /// Whether what nobody signed is taken.
    pub unsigned: bool,
    /// The division codes whose whole subtree it may speak for.
    pub authority: Option<&'a [String]>,
}

/// Makes the home catalog's key, and signs the newest commit of its log with it. Returns the public key, and where the
/// secret one lies.
///
/// # Errors
/// When there is one already, unless it is to be replaced; when the store cannot be written.
pub fn key_generate(layout: &Layout, replace: bool, environment: &Environment<'_>) -> Result<(String, PathBuf)> {
    let folder = Folder::of(layout);
    let ledger = environment.with_access(|access| Ledger::open_for_writing(layout, access))?;
    if !replace && folder.key()?.is_some() {
        return Err(Error::User(
            "the home catalog has a key already; with --replace it gets a new one, which others then have to trust"
                .to_owned(),
        ));
    }
    let key = SecretKey::generate()?;
    let path = folder.set_key(&key)?;
    after_commit(&ledger, environment)?;
    ledger.close()?;
    Ok((key.public().to_string(), path))
}

/// Every key that is known here: the store's own, those that are trusted, those that were revoked.
///
/// # Errors
/// When a file of the store cannot be read.
pub fn key_rows(layout: &Layout) -> Result<Rows<'static>> {
    let folder = Folder::of(layout);
    let mut rows: Vec<Row<'static>> = Vec::new();
    let text = |text: String| if text.is_empty() { Value::Null } else { Value::owned(text) };
    let mut add = |catalog: &str, standing: &'static str, key: String, authority: String, since: String| {
        rows.push(vec![text(catalog.to_owned()), Value::text(Some(standing)), text(key), text(authority), text(since)]);
    };
    if let Some(key) = folder.key()? {
        add(&Head::read(&layout.head())?.home, "own", key.public().to_string(), String::new(), String::new());
    }
    for (catalog, trusted) in folder.trust()?.catalog {
        let authority = trusted.authority.map(|codes| codes.join(";")).unwrap_or_default();
        for key in &trusted.keys {
            add(&catalog, "trusted", key.to_string(), authority.clone(), String::new());
        }
        if trusted.unsigned {
            add(&catalog, "unsigned", String::new(), authority.clone(), String::new());
        }
        for revoked in &trusted.revoked {
            add(&catalog, "revoked", revoked.key.to_string(), String::new(), revoked.since.to_string());
        }
    }
    Ok(Rows::new(vec!["catalog", "standing", "key", "authority", "since"], rows.into_iter()))
}

/// Trusts a key for a catalog, beside those that are trusted for it already.
///
/// # Errors
/// When it is no key, no catalog's id or no division code, or was revoked.
pub fn key_trust(layout: &Layout, catalog: &str, given: TrustGiven<'_>) -> Result<()> {
    let folder = Folder::of(layout);
    give(&folder, layout, catalog, given, false)
}

/// Gives trust; with `instead`, in place of the keys that were trusted before.
pub(super) fn give(
    folder: &Folder,
    layout: &Layout,
    catalog: &str,
    given: TrustGiven<'_>,
    instead: bool,
) -> Result<()> {
    if !is_catalog_id(catalog) {
        return Err(Error::User(format!("`{catalog}` cannot be a catalog's id")));
    }
    if Head::read(&layout.head())?.home == catalog {
        return Err(Error::User(format!("{catalog} is this store's home: only this store writes its log")));
    }
    let key: Option<PublicKey> = given.key.map(str::parse).transpose()?;
    let mut trust = folder.trust()?;
    if let Some(revoked) = trust.catalog.values().flat_map(|t| &t.revoked).find(|r| Some(r.key) == key) {
        return Err(Error::User(format!("{} was revoked on {}, and that is for good", revoked.key, revoked.since)));
    }
    let trusted = trust.of_mut(catalog);
    if let Some(codes) = given.authority {
        if let Some(code) = codes.iter().find(|code| code.is_empty() || !code.bytes().all(|b| b.is_ascii_digit())) {
            return Err(Error::User(format!("`{code}` is no division code")));
        }
        let mut codes = codes.to_vec();
        codes.sort_by_key(|code| division::significant(code).to_owned());
        codes.dedup();
        trusted.authority = Some(codes);
    }
    if let Some(key) = key {
        if instead {
            trusted.keys.clear();
        }
        if !trusted.keys.contains(&key) {
            trusted.keys.push(key);
        }
        // A key is there to be used: what nobody signed is no longer taken.
        trusted.unsigned = given.unsigned;
    } else if given.unsigned {
        trusted.unsigned = true;
    }
    folder.set_trust(&trust)
}

/// Takes the trust in a key back for good, of one catalog or wherever it was given.
///
/// # Errors
/// When it is no key, or is trusted nowhere.
pub fn key_revoke(layout: &Layout, catalog: Option<&str>, key: &str, environment: &Environment<'_>) -> Result<()> {
    let folder = Folder::of(layout);
    let key: PublicKey = key.parse()?;
    let mut trust = folder.trust()?;
    if !trust.revoke(catalog, key, environment.now) {
        let of = catalog.map(|id| format!(" for {id}")).unwrap_or_default();
        return Err(Error::User(format!("{key} is not trusted here{of}")));
    }
    folder.set_trust(&trust)
}
