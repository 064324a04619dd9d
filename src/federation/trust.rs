//! Whom a store trusts: for each catalog, the keys whose signatures count, and the regions that it may speak for. Trust
//! belongs to a catalog's id, whichever way its log arrives.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::key::{PublicKey, Signed};
use super::statement::LogStatement;

/// The trust of a store, by catalog.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trust {
    /// What is trusted of each catalog.
    #[serde(default)]
    pub catalog: BTreeMap<String, Trusted>,
}

/// What is trusted of one catalog.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trusted {
    /// The keys whose signatures count.
    #[serde(default)]
    pub keys: Vec<PublicKey>,
    /// Whether what nobody signed is taken.
    #[serde(default)]
    pub unsigned: bool,
    /// The division codes whose whole subtree it may speak for; without them, those that it names itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<Vec<String>>,
    /// Keys that counted once and never will again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub revoked: Vec<Revoked>,
}

/// A key that no longer counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revoked {
    /// The key.
    pub key: PublicKey,
    /// Since when.
    pub since: Timestamp,
}

/// Why something signed, or not signed, is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing is known of the catalog.
    #[error(
        "no key of catalog {0} is trusted here: `tiaokuai key trust {0} PUBLIC_KEY` (its owner reads it out with \
         `tiaokuai key show`)"
    )]
    Unknown(String),
    /// Nobody signed it, and that is not enough.
    #[error("{0} is not signed, and catalog {1} is not trusted without")]
    Unsigned(String, String),
    /// Another key signed it.
    #[error("{what} is signed by {found}, which is no key of catalog {catalog} that is trusted here")]
    WrongKey {
        /// What was signed.
        what: String,
        /// Whose it should be.
        catalog: String,
        /// The key that signed.
        found: PublicKey,
    },
    /// A key signed it that no longer counts.
    #[error("{what} is signed by {key}, which was revoked on {since}")]
    Revoked {
        /// What was signed.
        what: String,
        /// The key.
        key: PublicKey,
        /// Since when it does not count.
        since: Timestamp,
    },
    /// The signature does not fit what it should sign.
    #[error("the signature of {0} does not fit it: one of the two was altered")]
    BadSignature(String),
}

impl Trust {
    /// What is trusted of a catalog, made where there was nothing.
    pub fn of_mut(&mut self, catalog: &str) -> &mut Trusted {
        self.catalog.entry(catalog.to_owned()).or_default()
    }

    /// Judges who signed something for a catalog, and whether the signature `fits`.
    ///
    /// # Errors
    /// Why it is not to be taken.
    pub fn judge(
        &self,
        catalog: &str,
        what: &str,
        signed: Option<&Signed>,
        fits: impl FnOnce() -> bool,
    ) -> Result<(), Refusal> {
        // A key that was revoked for one catalog is in wrong hands for all.
        let revoked = signed.and_then(|s| self.catalog.values().flat_map(|t| &t.revoked).find(|r| r.key == s.key));
        if let Some(Revoked { key, since }) = revoked {
            return Err(Refusal::Revoked { what: what.to_owned(), key: *key, since: *since });
        }
        let trusted = self.catalog.get(catalog).filter(|t| t.unsigned || !t.keys.is_empty());
        let Some(trusted) = trusted else { return Err(Refusal::Unknown(catalog.to_owned())) };
        match signed {
            None if trusted.unsigned => Ok(()),
            None => Err(Refusal::Unsigned(what.to_owned(), catalog.to_owned())),
            // Where signatures do not count, an unknown key is as good as none.
            Some(signed) if !trusted.keys.is_empty() && !trusted.keys.contains(&signed.key) => {
                Err(Refusal::WrongKey { what: what.to_owned(), catalog: catalog.to_owned(), found: signed.key })
            }
            Some(_) if !fits() => Err(Refusal::BadSignature(what.to_owned())),
            Some(_) => Ok(()),
        }
    }

    /// Judges a log that ends with this commit by what its owner says of it.
    ///
    /// # Errors
    /// Why it is not to be taken.
    pub fn judge_log(
        &self,
        catalog: &str,
        head: &[u8; 32],
        length: u64,
        statement: Option<&LogStatement>,
    ) -> Result<(), Refusal> {
        let what = format!("the log of catalog {catalog}");
        let signed = statement.and_then(|s| s.signed.as_ref());
        self.judge(catalog, &what, signed, || {
            statement.is_some_and(|s| s.catalog == catalog && s.is_of(head) && s.length == length && s.verifies())
        })
    }

    /// Takes the trust in a key back, wherever it was given. False where it was given nowhere.
    pub fn revoke(&mut self, catalog: Option<&str>, key: PublicKey, now: Timestamp) -> bool {
        let mut known = false;
        for trusted in self.catalog.iter_mut().filter(|(id, _)| catalog.is_none_or(|c| c == *id)).map(|(_, t)| t) {
            if trusted.keys.contains(&key) {
                known = true;
                trusted.keys.retain(|k| *k != key);
                trusted.revoked.push(Revoked { key, since: now });
            }
        }
        known
    }

    /// The division codes that a catalog may speak for; none where that is left to itself.
    #[must_use]
    pub fn authority(&self, catalog: &str) -> Option<&[String]> {
        self.catalog.get(catalog)?.authority.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::super::key::SecretKey;
    use super::*;

    fn time() -> Timestamp {
        "2026-01-02T03:04:05Z".parse().unwrap()
    }

    #[test]
    fn a_log_is_taken_from_its_owner_alone() {
        let (owner, other) = (SecretKey::generate().unwrap(), SecretKey::generate().unwrap());
        let statement = LogStatement::unsigned("a", &[1; 32], 2, time());
        let by_owner = statement.clone().sign(&owner);
        let judge = |trust: &Trust, statement: &LogStatement| trust.judge_log("a", &[1; 32], 2, Some(statement));
        let mut trust = Trust::default();
        assert_eq!(judge(&trust, &by_owner), Err(Refusal::Unknown("a".to_owned())));
        trust.of_mut("a").keys.push(owner.public());
        assert_eq!(judge(&trust, &by_owner), Ok(()));
        assert!(matches!(judge(&trust, &statement), Err(Refusal::Unsigned(..))));
        assert!(matches!(judge(&trust, &statement.clone().sign(&other)), Err(Refusal::WrongKey { .. })));
        let altered = LogStatement { length: 3, ..by_owner.clone() };
        assert!(matches!(judge(&trust, &altered), Err(Refusal::BadSignature(_))));
        assert!(matches!(trust.judge_log("a", &[2; 32], 2, Some(&by_owner)), Err(Refusal::BadSignature(_))));
        assert!(matches!(trust.judge_log("b", &[1; 32], 2, Some(&by_owner)), Err(Refusal::Unknown(_))));
        assert!(trust.revoke(None, owner.public(), time()));
        assert!(matches!(judge(&trust, &by_owner), Err(Refusal::Revoked { .. })));
        assert!(!trust.revoke(None, owner.public(), time()));
    }

    #[test]
    fn what_is_trusted_unsigned_may_be_signed_and_a_false_signature_is_still_false() {
        let owner = SecretKey::generate().unwrap();
        let mut trust = Trust::default();
        trust.of_mut("a").unsigned = true;
        let statement = LogStatement::unsigned("a", &[1; 32], 2, time());
        assert_eq!(trust.judge_log("a", &[1; 32], 2, None), Ok(()));
        assert_eq!(trust.judge_log("a", &[1; 32], 2, Some(&statement)), Ok(()));
        assert_eq!(trust.judge_log("a", &[1; 32], 2, Some(&statement.sign(&owner))), Ok(()));
        let false_one = LogStatement::unsigned("a", &[9; 32], 2, time()).sign(&owner);
        assert!(matches!(trust.judge_log("a", &[1; 32], 2, Some(&false_one)), Err(Refusal::BadSignature(_))));
    }
}
