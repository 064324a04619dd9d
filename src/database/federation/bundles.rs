//! Bundles of a store: made, looked into, verified, applied.

use std::fs::File;
use std::io::{BufReader, Write};
use std::path::Path;

use jiff::Timestamp;

use super::arrival::{self, Arrived, Incoming};
use super::files::Folder;
use super::published::{self, Published};
use crate::database::environment::Environment;
use crate::database::error::{Error, Result};
use crate::database::projections;
use crate::federation::bundle::{self, FORMAT, Header, Log};
use crate::federation::{Bundle, LogStatement, PackedCommit, Trust};
use crate::model::Value;
use crate::query::rows::{Row, Rows};
use crate::store::{CommitId, Layout, Ledger, RawCommit};

/// What a bundle is to hold.
#[derive(Clone, Copy, Debug)]
pub struct BundleRequest<'a> {
    /// Commits that the other side has, one a log at most, by the beginnings of their ids: what follows them is in the
    /// bundle. A log of which none is named is in it whole.
    pub since: &'a [String],
    /// The catalogs whose logs are in it; all that are here, where none is named.
    pub catalogs: &'a [String],
    /// After how many seconds it is refused.
    pub expires_in: i64,
    /// Whether it may leave without a signature.
    pub unsigned: bool,
}

/// Writes a bundle of what this store holds. What leaves of the home catalog is its published log.
///
/// # Errors
/// When a commit or a catalog is not here, when there is no key to sign with, when it cannot be written.
pub fn bundle_create(
    layout: &Layout,
    request: &BundleRequest<'_>,
    out: &mut dyn Write,
    environment: &Environment<'_>,
) -> Result<Rows<'static>> {
    let folder = Folder::of(layout);
    let key = folder.key()?;
    if key.is_none() && !request.unsigned {
        return Err(Error::User(
            "the home catalog has no key to sign with: `tiaokuai key generate` makes one; --unsigned does without"
                .to_owned(),
        ));
    }
    let key = key.filter(|_| !request.unsigned);
    let ledger = environment.with_access(|access| Ledger::open_for_reading(layout, access))?;
    let home = ledger.head().home.clone();
    let published = published::sync(&ledger, environment)?;
    let mut sections = Sections { ledger: &ledger, published: published.as_ref(), home: &home };
    let since = sections.points(request.since)?;
    let held: Vec<String> = ledger.head().catalogs.iter().map(|c| c.catalog.clone()).collect();
    if let Some(unknown) = request.catalogs.iter().find(|id| !held.contains(id)) {
        return Err(Error::User(format!("no log of `{unknown}` is here; there are those of {}", held.join(", "))));
    }
    let statements = folder.statements()?;
    let (mut logs, mut commits) = (Vec::new(), Vec::new());
    for catalog in held.iter().filter(|id| request.catalogs.is_empty() || request.catalogs.contains(id)) {
        let from = since.iter().find(|(of, _)| of == catalog).map(|(_, id)| *id);
        let (head, length, of_log) = sections.after(catalog, from)?;
        let fresh = LogStatement::unsigned(catalog, &head.0, length, whole_second(environment.now));
        let statement = match &key {
            Some(key) if *catalog == home => fresh.sign(key),
            _ => statements.get(catalog).filter(|s| s.is_of(&head.0)).cloned().unwrap_or(LogStatement {
                time: folder.sources()?.catalog.get(catalog).map_or(environment.now, |heard| heard.as_of),
                ..fresh
            }),
        };
        let since = from.map(|id| id.to_string());
        logs.push(Log { statement, since, commits: 0, bytes: 0, sha256: String::new() });
        commits.push(of_log.into_iter().map(|raw| PackedCommit { record: raw.record, chunks: raw.chunks }).collect());
    }
    let created = whole_second(environment.now);
    let expires = created
        .checked_add(jiff::SignedDuration::from_secs(request.expires_in.max(0)))
        .map_err(|_| Error::User("the bundle would expire after the end of the calendar".to_owned()))?;
    let header = Header { format: FORMAT, from: home.clone(), created, expires, logs };
    let whole = |source| Error::Io { path: "the bundle".into(), source };
    let written = bundle::write(header, commits, key.as_ref(), out).map_err(whole)?;
    if let Some(published) = published {
        published.close()?;
    }
    ledger.close()?;
    Ok(rows(&written))
}

/// The logs that leave.
struct Sections<'a> {
    ledger: &'a Ledger,
    published: Option<&'a Published>,
    home: &'a str,
}

impl Sections<'_> {
    fn source(&self, catalog: &str) -> &Ledger {
        self.published.filter(|_| catalog == self.home).map_or(self.ledger, |p| &p.0)
    }

    /// The commits that beginnings of ids name, each with its catalog. One of the home catalog's private log names the
    /// published one that comes from it.
    fn points(&mut self, prefixes: &[String]) -> Result<Vec<(String, CommitId)>> {
        let mut points: Vec<(String, CommitId)> = Vec::new();
        for prefix in prefixes {
            let hex = prefix.len() >= 4 && prefix.bytes().all(|b| b.is_ascii_hexdigit());
            let published = self.published.iter().flat_map(|p| p.0.commits());
            let mut found: Vec<(String, CommitId)> = self
                .ledger
                .commits()
                .iter()
                .chain(published)
                .filter(|c| hex && c.id.starts_with(prefix))
                .map(|c| {
                    let leaves = self.published.filter(|_| c.catalog == self.home);
                    let id = leaves.and_then(|p| p.of(self.home, c.id)).unwrap_or(c.id);
                    (c.catalog.clone(), id)
                })
                .collect();
            found.sort_unstable_by_key(|(_, id)| *id);
            found.dedup();
            match <[(String, CommitId); 1]>::try_from(found) {
                Ok([(catalog, _)]) if points.iter().any(|(of, _)| *of == catalog) => {
                    return Err(Error::User(format!("--since names two commits of catalog {catalog}")));
                }
                Ok([point]) => points.push(point),
                Err(found) if found.is_empty() => {
                    return Err(Error::User(format!("no commit begins with `{prefix}`; `tiaokuai log` lists them")));
                }
                Err(_) => return Err(Error::User(format!("several commits begin with `{prefix}`: give more digits"))),
            }
        }
        Ok(points)
    }

    /// The newest commit of a log, its length, and the commits after a point.
    fn after(&self, catalog: &str, from: Option<CommitId>) -> Result<(CommitId, u64, Vec<RawCommit>)> {
        let source = self.source(catalog);
        let ids: Vec<CommitId> = source.log(catalog).map(|c| c.id).collect();
        let Some(head) = ids.last().copied() else {
            return Err(Error::User(format!("catalog {catalog} has no commit yet")));
        };
        let start = from.and_then(|from| ids.iter().position(|id| *id == from)).map_or(0, |i| i + 1);
        let commits = ids[start..].iter().map(|id| Ok(source.raw(*id)?)).collect::<Result<_>>()?;
        Ok((head, ids.len() as u64, commits))
    }
}

/// A time as people read it.
pub(super) fn whole_second(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
}

fn open(file: &Path) -> Result<Bundle> {
    let opened = File::open(file).map_err(|source| Error::Io { path: file.to_owned(), source })?;
    Ok(bundle::read(&mut BufReader::with_capacity(1 << 20, opened))?)
}

/// The columns of a bundle's logs.
const COLUMNS: [&str; 9] = ["catalog", "since", "head", "length", "commits", "bytes", "time", "key", "signature"];

fn rows(bundle: &Bundle) -> Rows<'static> {
    let rows: Vec<Row<'static>> = bundle.header.logs.iter().map(log_row).collect();
    Rows::new(COLUMNS.to_vec(), rows.into_iter())
}

fn log_row(log: &Log) -> Row<'static> {
    let statement = &log.statement;
    let signature = match statement.signed {
        None => "none",
        Some(_) if statement.verifies() => "fits",
        Some(_) => "does not fit",
    };
    let number = |n: u64| i64::try_from(n).map_or(Value::Null, Value::Integer);
    vec![
        Value::owned(statement.catalog.clone()),
        log.since.clone().map_or(Value::Null, Value::owned),
        Value::owned(statement.head.clone()),
        number(statement.length),
        number(log.commits),
        number(log.bytes),
        Value::owned(statement.time.to_string()),
        statement.signed.map_or(Value::Null, |s| Value::owned(s.key.to_string())),
        Value::text(Some(signature)),
    ]
}

/// What a bundle says of itself, whether or not anything of it is trusted: who made it, when, until when it can be
/// applied, the key that signed it and whether that fits; and its logs.
///
/// # Errors
/// When it is none, was cut short or altered.
pub fn bundle_inspect(file: &Path) -> Result<(BundleSummary, Rows<'static>)> {
    let bundle = open(file)?;
    let summary = BundleSummary {
        from: bundle.header.from.clone(),
        created: bundle.header.created,
        expires: bundle.header.expires,
        key: bundle.signed.map(|s| s.key.to_string()),
        fits: bundle.verifies(),
    };
    Ok((summary, rows(&bundle)))
}

/// What a bundle says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleSummary {
    /// The home catalog of the store that made it.
    pub from: String,
    /// When it was made.
    pub created: Timestamp,
    /// From when on it is refused.
    pub expires: Timestamp,
    /// The key that signed it.
    pub key: Option<String>,
    /// Whether the signature is that key's.
    pub fits: bool,
}

/// Does everything that [`bundle_apply`] does, short of recording anything.
///
/// # Errors
/// As [`bundle_apply`].
pub fn bundle_verify(layout: &Layout, file: &Path, environment: &Environment<'_>) -> Result<Arrived> {
    let ledger = environment.with_access(|access| Ledger::open_for_reading(layout, access))?;
    let trust = Folder::of(layout).trust()?;
    let incoming = trusted(&ledger, open(file)?, &trust, environment)?;
    let arrived = arrival::check(&ledger, &incoming, &trust, environment)?;
    ledger.close()?;
    Ok(arrived)
}

/// Takes what a bundle brings: all of it, as one state, or nothing. What is here already is passed over.
///
/// # Errors
/// When it is no bundle, was cut short or altered, has expired, is signed by nobody or by a key that is not trusted for
/// its maker; when a log in it is not signed by its owner, does not follow what is here, or states what it may not.
pub fn bundle_apply(layout: &Layout, file: &Path, environment: &Environment<'_>) -> Result<Arrived> {
    let bundle = open(file)?;
    let trust = Folder::of(layout).trust()?;
    let mut ledger = projections::open_for_writing(layout, environment)?;
    let incoming = trusted(&ledger, bundle, &trust, environment)?;
    let arrived = arrival::take(&mut ledger, &incoming, &trust, environment)?;
    projections::clean_up(layout, false)?;
    ledger.close()?;
    Ok(arrived)
}

/// The logs of a bundle, once it and each of them is signed by whom it should be.
fn trusted(ledger: &Ledger, bundle: Bundle, trust: &Trust, environment: &Environment<'_>) -> Result<Vec<Incoming>> {
    let home = &ledger.head().home;
    let header = &bundle.header;
    if header.from == *home {
        return Err(Error::Refused(format!("the bundle was made by {home}, which is this store's own home")));
    }
    trust.judge(&header.from, "the bundle", bundle.signed.as_ref(), || bundle.verifies())?;
    if environment.now >= header.expires {
        return Err(Error::Refused(format!(
            "the bundle expired on {}; ask {} for a new one",
            header.expires, header.from
        )));
    }
    let mut incoming = Vec::new();
    for (log, commits) in bundle.header.logs.into_iter().zip(bundle.logs) {
        let Log { statement, since, .. } = log;
        // What this store itself sent out may come back within another's bundle.
        if statement.catalog == *home {
            continue;
        }
        let commits: Vec<RawCommit> =
            commits.into_iter().map(|c| RawCommit { record: c.record, chunks: c.chunks }).collect();
        let ends_with = commits.last().map(RawCommit::id).or_else(|| since.as_deref().and_then(CommitId::parse));
        let head = ends_with.filter(|id| statement.is_of(&id.0)).ok_or_else(|| {
            let catalog = &statement.catalog;
            Error::Refused(format!("the log of {catalog} does not end where the bundle says that it does"))
        })?;
        trust.judge_log(&statement.catalog, &head.0, statement.length, Some(&statement))?;
        let follows = commits.is_empty() || since.is_none() || ledger.commit(head).is_some();
        let point = since.as_deref().and_then(CommitId::parse);
        if !follows && point.is_none_or(|point| ledger.commit(point).is_none()) {
            return Err(out_of_order(ledger, &statement, since.as_deref()));
        }
        let as_of = statement.time;
        let (catalog, by) = (statement.catalog.clone(), "bundle".to_owned());
        incoming.push(Incoming { catalog, by, commits, statement: Some(statement), as_of });
    }
    Ok(incoming)
}

/// The bundle begins after what is here.
fn out_of_order(ledger: &Ledger, statement: &LogStatement, since: Option<&str>) -> Error {
    let catalog = &statement.catalog;
    let held = ledger.states().last().and_then(|s| s.head(catalog));
    let ask = match held {
        Some(head) => format!("a bundle --since {} ", head.commit),
        None => String::new(),
    };
    Error::Refused(format!(
        "the bundle goes on from commit {} of {catalog}, which is not here: apply the one before it first, or ask for \
         {ask}{}a whole one",
        since.unwrap_or_default(),
        if held.is_some() { "or for " } else { "" }
    ))
}
