//! HEAD: the file that says what the newest state is. Writing it is what commits.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::commit::{CommitId, hex, unhex};
use super::error::{Error, Result};
use super::files;
use super::layout::FORMAT;
use crate::model::Kind;

/// The newest commit of a catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogHead {
    /// The catalog.
    pub catalog: String,
    /// Its newest commit.
    pub commit: CommitId,
    /// How many commits its log has.
    pub length: u64,
}

/// What whoever projects a state tells of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeadExtras {
    /// The state digest.
    pub digest: [u8; 32],
    /// How many records of each kind the state holds.
    pub counts: BTreeMap<Kind, u64>,
    /// The name of the projection in the folder of projections.
    pub projection: String,
    /// The names of the delta files on top of it, in the order in which they apply.
    pub deltas: Vec<String>,
}

/// The newest state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its number in the journal; 0 while nothing was recorded.
    pub state: u64,
    /// When it was recorded here.
    pub time: Timestamp,
    /// The catalog that imports and write queries change.
    pub home: String,
    /// The heads, in the order of the catalogs' ids.
    pub catalogs: Vec<CatalogHead>,
    /// How many commits all logs have together.
    pub commits: u64,
    /// What the projection says; none where it must be made from the ledger first.
    pub extras: Option<HeadExtras>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    head: Fields,
    /// SHA-256 over the compact JSON of `head`.
    sha256: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    format: u32,
    state: u64,
    time: String,
    home: String,
    catalogs: Vec<CatalogFields>,
    commits: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    counts: Option<BTreeMap<String, u64>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    projection: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    deltas: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CatalogFields {
    catalog: String,
    commit: String,
    length: u64,
}

impl Head {
    /// The text of the file.
    pub(crate) fn to_text(&self) -> Result<String> {
        let extras = self.extras.as_ref();
        let head = Fields {
            format: FORMAT,
            state: self.state,
            time: self.time.to_string(),
            home: self.home.clone(),
            catalogs: self
                .catalogs
                .iter()
                .map(|c| CatalogFields { catalog: c.catalog.clone(), commit: c.commit.to_string(), length: c.length })
                .collect(),
            commits: self.commits,
            digest: extras.map(|e| hex(&e.digest)),
            counts: extras.map(|e| e.counts.iter().map(|(k, n)| (k.label().to_owned(), *n)).collect()),
            projection: extras.map(|e| e.projection.clone()),
            deltas: extras.map(|e| e.deltas.clone()).unwrap_or_default(),
        };
        let internal = |e: serde_json::Error| Error::Internal(format!("HEAD cannot be written: {e}"));
        let sha256 = hex(&Sha256::digest(serde_json::to_vec(&head).map_err(internal)?));
        Ok(serde_json::to_string_pretty(&File { head, sha256 }).map_err(internal)? + "\n")
    }

    /// Reads the text of the file.
    ///
    /// # Errors
    /// What is wrong with it, in words; [`Error::NewerFormat`] is told by the caller, who knows the path.
    pub(crate) fn from_text(text: &[u8], path: &Path) -> Result<Self> {
        let bad = |why: &str| {
            Error::damaged(
                path.display().to_string(),
                format!("{why}; `check --repair` makes it anew from the journal"),
            )
        };
        #[derive(Deserialize)]
        struct Probe {
            head: FormatOnly,
        }
        #[derive(Deserialize)]
        struct FormatOnly {
            format: u32,
        }
        if let Ok(probe) = serde_json::from_slice::<Probe>(text)
            && probe.head.format > FORMAT
        {
            return Err(Error::NewerFormat { path: path.to_owned(), found: probe.head.format, known: FORMAT });
        }
        let file: File = serde_json::from_slice(text).map_err(|e| bad(&e.to_string()))?;
        let bytes = serde_json::to_vec(&file.head).map_err(|e| bad(&e.to_string()))?;
        if hex(&Sha256::digest(bytes)) != file.sha256 {
            return Err(bad("it fails its checksum"));
        }
        let fields = file.head;
        if fields.format != FORMAT {
            return Err(bad("its format does not exist"));
        }
        let catalogs = fields
            .catalogs
            .into_iter()
            .map(|c| Some(CatalogHead { commit: CommitId::parse(&c.commit)?, catalog: c.catalog, length: c.length }));
        let catalogs = catalogs.collect::<Option<Vec<_>>>().ok_or_else(|| bad("a commit's id is none"))?;
        let extras = match (fields.digest, fields.counts, fields.projection) {
            (Some(digest), Some(counts), Some(projection)) => {
                let digest = unhex(&digest).ok_or_else(|| bad("its digest is none"))?;
                let kind = |label: &str| Kind::ALL.into_iter().find(|k| k.label() == label);
                let counts = counts.into_iter().map(|(label, n)| kind(&label).map(|k| (k, n)));
                let counts = counts.collect::<Option<_>>().ok_or_else(|| bad("it counts an unknown kind"))?;
                Some(HeadExtras { digest, counts, projection, deltas: fields.deltas })
            }
            (None, None, None) => None,
            _ => return Err(bad("it tells a part of its projection only")),
        };
        let time = fields.time.parse().map_err(|_| bad("its time is none"))?;
        Ok(Self { state: fields.state, time, home: fields.home, catalogs, commits: fields.commits, extras })
    }

    /// Reads the file, without opening the ledger.
    ///
    /// # Errors
    /// [`Error::Damaged`], [`Error::NewerFormat`] and those of files.
    pub fn read(path: &Path) -> Result<Self> {
        match fs::read(path) {
            Ok(text) => Self::from_text(&text, path),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Err(Error::damaged(
                path.display().to_string(),
                "it is missing; `check --repair` makes it anew from the journal",
            )),
            Err(e) => Err(Error::io("read", path, e)),
        }
    }

    /// Writes the file whole or not at all; when it returns, the state survives a power cut.
    pub(crate) fn write(&self, path: &Path) -> Result<()> {
        files::write_whole(path, self.to_text()?.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> Head {
        Head {
            state: 12,
            time: "2026-01-02T03:04:05.000006Z".parse().unwrap(),
            home: "川".to_owned(),
            catalogs: vec![CatalogHead { catalog: "川".to_owned(), commit: CommitId([7; 32]), length: 3 }],
            commits: 3,
            extras: Some(HeadExtras {
                digest: [9; 32],
                counts: [(Kind::Dataset, 4), (Kind::Share, 5)].into(),
                projection: "abc".to_owned(),
                deltas: vec!["d1".to_owned()],
            }),
        }
    }

    #[test]
    fn head_comes_back_and_no_changed_bit_goes_unnoticed() {
        let path = Path::new("HEAD");
        for head in [head(), Head { extras: None, catalogs: vec![], ..head() }] {
            let text = head.to_text().unwrap().into_bytes();
            assert_eq!(Head::from_text(&text, path).unwrap(), head);
            for at in 0..text.len() {
                for bit in [1, 4, 32] {
                    let mut other = text.clone();
                    other[at] ^= bit;
                    if let Ok(read) = Head::from_text(&other, path) {
                        assert_eq!(read, head, "byte {at} read otherwise");
                    }
                }
                if at + 1 < text.len() {
                    assert!(Head::from_text(&text[..at], path).is_err(), "cut at {at}");
                }
            }
        }
    }
}
