//! How old what is held of each member is, told with every answer.

use jiff::Timestamp;

use super::files::Folder;
use crate::database::error::Result;
use crate::store::{Head, Layout};

/// How old what is held of a member is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceAge {
    /// The catalog.
    pub catalog: String,
    /// As of when it is all that its owner had said; none where that was never told here.
    pub as_of: Option<Timestamp>,
    /// How many seconds ago that was.
    pub seconds: Option<i64>,
    /// Why the newest attempt to fetch it failed, if it did.
    pub failed: Option<String>,
}

/// The age of each member's log, in the order of their ids. The home catalog speaks for itself.
///
/// # Errors
/// When HEAD or the file of sources cannot be read.
pub fn source_ages(layout: &Layout, now: Timestamp) -> Result<Vec<SourceAge>> {
    let head = Head::read(&layout.head())?;
    if head.catalogs.iter().all(|c| c.catalog == head.home) {
        return Ok(Vec::new());
    }
    let folder = Folder::of(layout);
    let (sources, remotes) = (folder.sources()?, folder.remotes()?);
    let ages = head.catalogs.into_iter().filter(|c| c.catalog != head.home).map(|c| {
        let as_of = sources.catalog.get(&c.catalog).map(|heard| heard.as_of);
        let names = remotes.remote.iter().filter(|(_, r)| r.catalog == c.catalog).map(|(name, _)| name);
        SourceAge {
            as_of,
            seconds: as_of.map(|t| now.duration_since(t).as_secs().max(0)),
            failed: names.filter_map(|n| sources.failed.get(n)).map(|f| f.reason.clone()).next(),
            catalog: c.catalog,
        }
    });
    Ok(ages.collect())
}
