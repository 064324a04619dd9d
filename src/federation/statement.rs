//! What the owner of a log says of it, signed: which commit is its newest, and when that was said. Since a commit's id is
//! a hash over its parent's, this holds the whole log.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::key::{SecretKey, Signed};
use crate::model::hex;

/// What a statement is signed as.
const CONTEXT: &str = "tiaokuai log 1";

/// A statement about a log, with its owner's signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogStatement {
    /// The catalog whose log it is.
    pub catalog: String,
    /// The id of its newest commit, in hex.
    pub head: String,
    /// How many commits it has.
    pub length: u64,
    /// When this was said.
    pub time: Timestamp,
    /// The owner's signature; none where the owner has no key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<Signed>,
}

impl LogStatement {
    /// A statement that nobody signed.
    #[must_use]
    pub fn unsigned(catalog: &str, head: &[u8; 32], length: u64, time: Timestamp) -> Self {
        Self { catalog: catalog.to_owned(), head: hex::encode(head), length, time, signed: None }
    }

    /// The statement, signed.
    #[must_use]
    pub fn sign(mut self, key: &SecretKey) -> Self {
        self.signed = Some(Signed::with(key, CONTEXT, &self.message()));
        self
    }

    /// Whether its signature is the one of the key that it names.
    #[must_use]
    pub fn verifies(&self) -> bool {
        self.signed.is_some_and(|signed| signed.verifies(CONTEXT, &self.message()))
    }

    /// Whether this is the head that it speaks of.
    #[must_use]
    pub fn is_of(&self, head: &[u8; 32]) -> bool {
        hex::decode(&self.head).is_some_and(|stated: [u8; 32]| stated == *head)
    }

    /// The bytes that are signed: a line each. A catalog's id holds no line break.
    fn message(&self) -> Vec<u8> {
        format!("{}\n{}\n{}\n{}\n", self.catalog, self.head, self.length, self.time.as_microsecond()).into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_a_statement_is_signed() {
        let key = SecretKey::generate().unwrap();
        let time: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        let statement = LogStatement::unsigned("cn-sc", &[7; 32], 3, time).sign(&key);
        assert!(statement.verifies());
        let edits: [&dyn Fn(&mut LogStatement); 5] = [
            &|s| s.catalog.push('x'),
            &|s| s.head = hex::encode(&[8; 32]),
            &|s| s.length += 1,
            &|s| s.time = "2026-01-02T03:04:06Z".parse().unwrap(),
            &|s| s.signed = None,
        ];
        for (i, edit) in edits.iter().enumerate() {
            let mut other = statement.clone();
            edit(&mut other);
            assert!(!other.verifies(), "edit {i}");
        }
    }
}
