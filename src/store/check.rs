//! Checking a store's ledger, and repairing what a check finds.

use std::fs;
use std::path::PathBuf;

use super::carve::Carved;
use super::entry::Name;
use super::error::{Error, Result};
use super::files;
use super::head::Head;
use super::layout::Layout;
use super::ledger::{Access, head_of};
use super::lock::Lock;
use super::rebuild::Rebuilder;
use super::sled_engine::SledEngine;
use super::state::State;
use super::survey::{self, EngineSource, Source, Survey};

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// Everything that is wrong or lost, each in a sentence; empty where all is well.
    pub problems: Vec<String>,
    /// How many states are whole before the first damage, the empty one counted.
    pub states: u64,
    /// How many states a repair would keep: those whose blocks are whole, whether or not the engine finds them, and the empty
    /// one in any case.
    pub recoverable: u64,
    /// How many commits are.
    pub commits: u64,
    /// How many chunks were read and are as their commits say.
    pub chunks: u64,
    /// How many rows they hold.
    pub rows: u64,
    /// The length of the ledger's files, in bytes.
    pub bytes: u64,
}

impl CheckReport {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }

    fn take(&mut self, survey: Survey) {
        self.states = survey.states.len() as u64;
        self.commits = survey.commits.len() as u64;
        self.chunks = survey.chunks;
        self.rows = survey.rows;
        self.problems.extend(survey.problems);
    }
}

/// Reads everything that a store's ledger holds and reports what is wrong. The ledger itself is not touched: the
/// engine, which may change its files even in opening them, gets a copy, and a child process tries that first.
/// `progress` is told how many states are done, and of how many.
///
/// # Errors
/// Those that keep it from checking: [`Error::NotAStore`], [`Error::NewerFormat`], [`Error::Busy`], no room for the copy.
pub fn check(layout: &Layout, access: &mut Access<'_>, progress: &mut dyn FnMut(u64, u64)) -> Result<CheckReport> {
    let mut report = CheckReport::default();
    let head = verify_texts(layout, &mut report)?;
    let _lock = Lock::wait(&layout.ledger_lock(), access.command, access.patience, access.on_wait)?;
    layout.settle()?;
    if !layout.ledger().is_dir() {
        report.problems.push("the ledger is missing, and all commits with it".to_owned());
        return Ok(report);
    }
    report.bytes = files::folder_bytes(&layout.ledger())?;
    let aside = files::copy_aside(layout)?;
    let copy = aside.path().join("ledger");
    let engine = match &access.probe {
        Some(probe) => probe.run(&copy).and_then(|()| SledEngine::open(&copy)),
        None => SledEngine::open(&copy),
    };
    let engine = engine.map_err(|e| e.told_of(&layout.ledger(), &copy));
    let found = engine.map(|engine| survey::survey(&EngineSource(&engine), head.as_ref(), progress));
    if let Ok(survey) = &found
        && survey.problems.is_empty()
    {
        report.recoverable = survey.states.len() as u64;
        report.take(found?);
        return Ok(report);
    }
    // What the engine does not find may be there all the same: the blocks themselves tell what a repair can keep.
    let carved = survey::survey(&Carved::search(&layout.ledger())?, head.as_ref(), &mut |_, _| {});
    report.recoverable = kept(&carved);
    match found {
        Ok(survey) => report.take(survey),
        Err(e) => {
            report.problems.push(match e {
                Error::Engine(why) => format!("the ledger's engine cannot read it: {why}"),
                other => other.to_string(),
            });
            report.take(carved);
        }
    }
    Ok(report)
}

/// How many states a repair keeps of those found: the empty one, which needs no block, in any case.
fn kept(survey: &Survey) -> u64 {
    survey.states.len().max(1) as u64
}

/// Reads FORMAT and HEAD, noting what is wrong with them.
fn verify_texts(layout: &Layout, report: &mut CheckReport) -> Result<Option<Head>> {
    match layout.verify() {
        Ok(()) => {}
        Err(e @ Error::NewerFormat { .. }) => return Err(e),
        Err(e) if !layout.root().is_dir() => return Err(e),
        Err(Error::NotAStore { .. }) => {
            let path = layout.format();
            report.problems.push(format!("{} is missing; `check --repair` writes it anew", path.display()));
        }
        Err(e) => report.problems.push(e.to_string()),
    }
    match Head::read(&layout.head()) {
        Ok(head) => Ok(Some(head)),
        Err(e @ Error::NewerFormat { .. }) => Err(e),
        Err(e) => {
            report.problems.push(e.to_string());
            Ok(None)
        }
    }
}

/// What a repair did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RepairReport {
    /// What the ledger held, and what of it is lost.
    pub found: CheckReport,
    /// Where the old ledger lies now; none where it was kept as it was.
    pub aside: Option<PathBuf>,
    /// Whether HEAD now names an earlier state than before, or was made anew.
    pub head_changed: bool,
}

/// Makes a new ledger of the whole states up to the first damage, and HEAD and FORMAT anew where they need it. The old
/// ledger is kept aside as `ledger.damaged-1`, `-2`, …. Its files are searched for blocks, without their engine.
///
/// # Errors
/// [`Error::Lost`] where nothing says what the home catalog was; those of locks and files, which leave the old ledger
/// in its place.
pub fn repair(layout: &Layout, access: &mut Access<'_>, progress: &mut dyn FnMut(u64, u64)) -> Result<RepairReport> {
    let mut report = RepairReport::default();
    let head = verify_texts(layout, &mut report.found)?;
    let _writer = Lock::take(&layout.lock(), access.command)?;
    let _lock = Lock::wait(&layout.ledger_lock(), access.command, access.patience, access.on_wait)?;
    layout.settle()?;
    let carved = Carved::search(&layout.ledger())?;
    let survey = survey::survey(&carved, head.as_ref(), progress);
    let home = survey.home.clone().or_else(|| head.as_ref().map(|h| h.home.clone())).ok_or_else(|| {
        Error::Lost("neither HEAD nor the ledger says what the home catalog was; restore a backup".to_owned())
    })?;
    let new = layout.ledger_new();
    let newest = rebuild(&new, &carved, &survey, &home, head.as_ref())?;
    if layout.ledger().is_dir() {
        let aside = (1..).map(|n| layout.root().join(format!("ledger.damaged-{n}"))).find(|p| !p.exists());
        let aside = aside.ok_or_else(|| Error::Internal("no name is free".to_owned()))?;
        // Copied rather than renamed: at no moment is there only half of either.
        files::copy_folder(&layout.ledger(), &aside)?;
        files::sync_folder(layout.root())?;
        layout.exchange_ledger()?;
        report.aside = Some(aside);
    } else {
        fs::rename(&new, layout.ledger()).map_err(|e| Error::io("rename", &new, e))?;
        files::sync_folder(layout.root())?;
    }
    let extras = head.as_ref().filter(|h| h.state == newest.number && h.catalogs == newest.heads);
    let repaired = head_of(&newest, &home, extras.and_then(|h| h.extras.clone()));
    if head.as_ref() != Some(&repaired) {
        repaired.write(&layout.head())?;
        report.head_changed = true;
    }
    if layout.verify().is_err() {
        layout.restore_format()?;
    }
    layout.settle()?;
    report.found.recoverable = kept(&survey);
    report.found.take(survey);
    report.found.bytes = files::folder_bytes(&layout.ledger())?;
    Ok(report)
}

/// Writes the whole states of a survey into a new ledger; returns the last.
fn rebuild(
    folder: &std::path::Path,
    source: &dyn Source,
    survey: &Survey,
    home: &str,
    head: Option<&Head>,
) -> Result<State> {
    let mut rebuilder = Rebuilder::create(folder, home)?;
    let empty = [State::empty(head.map_or(jiff::Timestamp::UNIX_EPOCH, |h| h.time))];
    let states = if survey.states.is_empty() { &empty[..] } else { &survey.states[..] };
    let mut commits = survey.commits.iter().zip(0..);
    for state in states {
        for (commit, position) in commits.by_ref().take(state.arrived.len()) {
            rebuilder.commit(&commit.to_bytes()?)?;
            for (i, info) in commit.chunks.iter().enumerate() {
                let name = Name::chunk(position, i as u32);
                rebuilder
                    .chunk(&survey::chunk(source, name, info).map_err(|why| Error::damaged(name.to_string(), why))?)?;
            }
        }
        rebuilder.state(state)?;
    }
    rebuilder.finish()?;
    Ok(states.last().cloned().unwrap_or_else(|| empty[0].clone()))
}
