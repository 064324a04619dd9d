//! A log that comes page by page. Each page is held against itself and the one before as it comes, and kept, so that a
//! connection that is cut costs nothing that came; a log is believed once all of it is there.

use std::fs::{self, File, TryLockError};
use std::path::PathBuf;

use super::arrival::Incoming;
use super::files::Folder;
use super::http::Server;
use super::serving::LogOffer;
use crate::database::error::{Error, Result};
use crate::federation::{Trust, bundle};
use crate::store::{CommitId, RawCommit};

/// The pages that came of a log and are not taken yet. One process at a time has them.
pub(super) struct Pages {
    folder: PathBuf,
    _lock: File,
}

impl Pages {
    /// The pages of a source.
    pub(super) fn open(folder: &Folder, name: &str) -> Result<Self> {
        let folder = folder.incoming().join(name);
        let failed = |source| Error::Io { path: folder.clone(), source };
        fs::create_dir_all(&folder).map_err(failed)?;
        let lock = File::create(folder.join("LOCK")).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { folder, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(Error::User(format!("another fetch from {name} is under way"))),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }

    fn path(&self, number: usize) -> PathBuf {
        self.folder.join(format!("{number:08}.page"))
    }

    /// The pages that came before a cut, where they go on from what is held.
    fn kept(&self, held: Option<CommitId>) -> Vec<RawCommit> {
        let mut kept = Vec::new();
        let mut number = 0;
        while let Ok(page) = fs::read(self.path(number)) {
            match unpack(&page, kept.last().map(RawCommit::id)) {
                Ok(commits) if !commits.is_empty() => kept.extend(commits),
                _ => break,
            }
            number += 1;
        }
        self.forget_from(number);
        let begins = kept.first().and_then(|first| first.open().ok()).map(|(first, _)| first.parent);
        let goes_on = begins.is_some_and(|parent| parent.is_none() || parent == held);
        if goes_on || kept.iter().any(|c| Some(c.id()) == held) {
            return kept;
        }
        self.forget_from(0);
        Vec::new()
    }

    /// Where the part of a page is that came before a cut: of the page that follows this commit.
    fn part(&self, since: Option<CommitId>) -> PathBuf {
        self.folder.join(format!("{}.part", since.map_or("first".to_owned(), |id| id.to_string())))
    }

    /// The page that follows a commit, from the server and from what came of it before; none where the server does not
    /// know that commit. What came before a failure is kept.
    fn next(&self, server: &Server<'_>, since: Option<CommitId>) -> Result<Option<(Vec<u8>, Vec<RawCommit>)>> {
        let part = self.part(since);
        let mut page = fs::read(&part).unwrap_or_default();
        let goes_on = !page.is_empty();
        // What is kept is good for one attempt: where it is not what it should be, the next one begins anew.
        let _ = fs::remove_file(&part);
        let known = server.page(since, &mut page);
        if known.is_err() && !page.is_empty() {
            let _ = fs::write(&part, &page);
        }
        if !known? {
            return Ok(None);
        }
        match unpack(&page, since) {
            Ok(commits) => Ok(Some((page, commits))),
            Err(_) if goes_on => self.next(server, since),
            Err(error) => Err(server.strange(&error.to_string())),
        }
    }

    fn keep(&self, page: &[u8]) -> Result<()> {
        let path = (0..).map(|number| self.path(number)).find(|path| !path.is_file()).unwrap_or_default();
        let failed = |source| Error::Io { path: path.clone(), source };
        // Under another name first: a page that is there is whole.
        let new = path.with_extension("new");
        fs::write(&new, page).map_err(failed)?;
        fs::rename(&new, &path).map_err(failed)
    }

    /// Forgets the pages from this one on.
    fn forget_from(&self, number: usize) {
        for number in (number..).take_while(|&number| self.path(number).is_file()) {
            let _ = fs::remove_file(self.path(number));
        }
    }

    /// Forgets whatever came.
    pub(super) fn forget(&self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Reads a page: commits that are whole, each after the one before. `after` is the one before the first, where that is
/// known.
fn unpack(page: &[u8], after: Option<CommitId>) -> Result<Vec<RawCommit>> {
    let mut before = after;
    let mut commits = Vec::new();
    for packed in bundle::read_commits(page)? {
        let raw = RawCommit { record: packed.record, chunks: packed.chunks };
        let (commit, _) = raw.open()?;
        if before.is_some() && commit.parent != before {
            return Err(Error::Refused(format!("commit {} does not follow the one before it", commit.id)));
        }
        before = Some(commit.id);
        commits.push(raw);
    }
    Ok(commits)
}

/// Fetches what is new of a log, page by page, going on where a cut left off. `by` is the name of the source, and `held` the
/// newest commit that is here.
pub(super) fn read_log(
    server: &Server<'_>,
    by: &str,
    offer: LogOffer,
    pages: &Pages,
    held: Option<CommitId>,
    trust: &Trust,
) -> Result<Incoming> {
    let catalog = offer.catalog.as_str();
    let strange = |why: &str| server.strange(why);
    // Whom it comes from is judged before anything is fetched. What is signed may end before the log does: its owner
    // writes on. Whoever needs no signature takes all.
    let needs_signature = trust.catalog.get(catalog).is_none_or(|t| !t.unsigned);
    let statement = offer.statement.clone().filter(|s| needs_signature || s.head == offer.head);
    let (head, length) = statement.as_ref().map_or((&offer.head, offer.length), |s| (&s.head, s.length));
    let head = CommitId::parse(head).ok_or_else(|| strange("its head is no commit"))?;
    trust.judge_log(catalog, &head.0, length, statement.as_ref())?;
    if held == Some(head) {
        return Ok(Incoming {
            catalog: offer.catalog,
            by: by.to_owned(),
            commits: Vec::new(),
            statement,
            as_of: offer.as_of,
        });
    }
    let mut commits = pages.kept(held);
    let mut since = commits.last().map(RawCommit::id).or(held);
    let mut began_anew = false;
    loop {
        if let Some(end) = commits.iter().position(|c| c.id() == head) {
            commits.truncate(end + 1);
            break;
        }
        if commits.len() as u64 > length {
            return Err(strange("it has more commits than it says"));
        }
        let (page, came) = match pages.next(server, since)? {
            Some(next) => next,
            // The server does not know what is held here, or the pages that came: all of it shows where the logs part.
            None if since.is_some() && !began_anew => {
                pages.forget_from(0);
                commits.clear();
                since = None;
                began_anew = true;
                continue;
            }
            None => return Err(strange("it does not know what it sent itself")),
        };
        let Some(last) = came.last() else { return Err(strange("its head is not in its log")) };
        since = Some(last.id());
        pages.keep(&page)?;
        commits.extend(came);
    }
    Ok(Incoming { catalog: offer.catalog, by: by.to_owned(), commits, statement, as_of: offer.as_of })
}
