//! The sources that a store fetches from, and what became of it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The sources of a store, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remotes {
    /// The sources.
    #[serde(default)]
    pub remote: BTreeMap<String, Remote>,
}

/// A source of one catalog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remote {
    /// Where: a folder that holds another store, a catalog directory, or the address of a server.
    pub source: String,
    /// The catalog whose log it brings.
    pub catalog: String,
    /// The file that holds the token which a server asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<PathBuf>,
    /// The file of the certificates that vouch for the server; without it, those that the world trusts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca: Option<PathBuf>,
}

/// What became of fetching: told with answers, and no part of what a state holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sources {
    /// By catalog.
    #[serde(default)]
    pub catalog: BTreeMap<String, Heard>,
    /// By the name of the source: the newest failure, cleared by a success.
    #[serde(default)]
    pub failed: BTreeMap<String, Failed>,
}

/// When a catalog was last heard of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heard {
    /// As of when what is held of it is all that its owner had said.
    pub as_of: Timestamp,
    /// How it came: the name of the source, or `bundle`.
    pub by: String,
}

/// A fetch that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failed {
    /// When.
    pub time: Timestamp,
    /// Why.
    pub reason: String,
}

impl Remote {
    /// Whether the source is a server.
    #[must_use]
    pub fn is_server(&self) -> bool {
        is_address(&self.source)
    }
}

/// Whether a source is the address of a server, not a folder.
#[must_use]
pub fn is_address(source: &str) -> bool {
    source.starts_with("http://") || source.starts_with("https://")
}

impl Sources {
    /// Remembers that a catalog was heard of. What is known to be newer stays.
    pub fn heard(&mut self, catalog: &str, as_of: Timestamp, by: &str) {
        let newer = self.catalog.get(catalog).is_some_and(|known| known.as_of > as_of);
        if !newer {
            self.catalog.insert(catalog.to_owned(), Heard { as_of, by: by.to_owned() });
        }
    }
}

/// Whether this can be the name of a source: letters, digits, `.`, `_` and `-`, beginning with a letter or a digit.
#[must_use]
pub fn is_name(name: &str) -> bool {
    crate::model::id::is_catalog_id(name)
}
