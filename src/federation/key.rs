//! Keys and signatures. The scheme is named wherever a key or a signature is written (`ed25519:…`), so that another one can
//! join it without a new format.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::model::hex;

/// The one scheme that this program knows: Ed25519 (RFC 8032).
const SCHEME: &str = "ed25519";
/// What the file of a secret key begins with.
const SECRET_TITLE: &str = "tiaokuai secret key: keep it from everybody";

/// Why a text is no key or signature.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// A scheme that this program does not know.
    #[error("`{0}` is a signature scheme that this program does not know; it knows {SCHEME}")]
    Scheme(String),
    /// Not of the form of a key.
    #[error("this is no {what}: {SCHEME}: and {digits} hex digits are wanted")]
    Form {
        /// What was wanted.
        what: &'static str,
        /// How many digits it has.
        digits: usize,
    },
    /// The system gave no random numbers.
    #[error("the system gives no random numbers: {0}")]
    Random(String),
}

/// The part of a written key or signature after its scheme.
fn without_scheme<'t>(text: &'t str, what: &'static str, digits: usize) -> Result<&'t str, KeyError> {
    match text.trim().split_once(':') {
        Some((SCHEME, rest)) => Ok(rest),
        Some((other, _)) if other.bytes().all(|b| b.is_ascii_alphanumeric()) && !other.is_empty() => {
            Err(KeyError::Scheme(other.to_owned()))
        }
        _ => Err(KeyError::Form { what, digits }),
    }
}

/// A key that signatures are checked with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// Whether a signature over a message, said in a context, was made with this key's secret one.
    #[must_use]
    pub fn verifies(&self, context: &str, message: &[u8], signature: &Signature) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
        let key = VerifyingKey::from_bytes(&self.0);
        // Strict: a signature has one form only, and weak keys sign nothing.
        key.is_ok_and(|key| key.verify_strict(&in_context(context, message), &signature).is_ok())
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}:{}", hex::encode(&self.0))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let form = KeyError::Form { what: "public key", digits: 64 };
        let bytes = hex::decode(without_scheme(text, "public key", 64)?).ok_or_else(|| form.clone())?;
        VerifyingKey::from_bytes(&bytes).ok().filter(|key| !key.is_weak()).map(|key| Self(key.to_bytes())).ok_or(form)
    }
}

/// A key that signs.
pub struct SecretKey(SigningKey);

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey of {}", self.public())
    }
}

impl SecretKey {
    /// A new key, from the system's random numbers.
    ///
    /// # Errors
    /// When the system has none to give.
    pub fn generate() -> Result<Self, KeyError> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|e| KeyError::Random(e.to_string()))?;
        Ok(Self(SigningKey::from_bytes(&seed)))
    }

    /// The key that others check its signatures with.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// Signs a message, said in a context: the same bytes mean nothing elsewhere.
    #[must_use]
    pub fn sign(&self, context: &str, message: &[u8]) -> Signature {
        Signature(self.0.sign(&in_context(context, message)).to_bytes())
    }

    /// The text of its file.
    #[must_use]
    pub fn to_file(&self) -> String {
        format!("{SECRET_TITLE}\n{SCHEME}:{}\n", hex::encode(self.0.as_bytes()))
    }

    /// Reads the text of its file.
    ///
    /// # Errors
    /// When it is none.
    pub fn from_file(text: &str) -> Result<Self, KeyError> {
        let form = KeyError::Form { what: "secret key", digits: 64 };
        let key = text.strip_prefix(SECRET_TITLE).ok_or_else(|| form.clone())?;
        let seed = hex::decode(without_scheme(key, "secret key", 64)?).ok_or(form)?;
        Ok(Self(SigningKey::from_bytes(&seed)))
    }
}

fn in_context(context: &str, message: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(context.len() + 1 + message.len());
    bytes.extend(context.as_bytes());
    bytes.push(b'\n');
    bytes.extend(message);
    bytes
}

/// A signature.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature([u8; 64]);

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}:{}", hex::encode(&self.0))
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Signature {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let form = KeyError::Form { what: "signature", digits: 128 };
        hex::decode(without_scheme(text, "signature", 128)?).map(Self).ok_or(form)
    }
}

/// A signature with the key that it says it was made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    /// The key.
    pub key: PublicKey,
    /// The signature.
    pub signature: Signature,
}

impl Signed {
    /// Signs a message in a context.
    #[must_use]
    pub fn with(key: &SecretKey, context: &str, message: &[u8]) -> Self {
        Self { key: key.public(), signature: key.sign(context, message) }
    }

    /// Whether the signature is the key's over this message.
    #[must_use]
    pub fn verifies(&self, context: &str, message: &[u8]) -> bool {
        self.key.verifies(context, message, &self.signature)
    }
}

macro_rules! written_as_text {
    ($($ty:ident)*) => {$(
        impl Serialize for $ty {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $ty {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

written_as_text! { PublicKey Signature }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_signatures_come_back_from_their_texts() {
        let secret = SecretKey::generate().unwrap();
        let public = secret.public();
        assert_eq!(public.to_string().parse::<PublicKey>().unwrap(), public);
        let again = SecretKey::from_file(&secret.to_file()).unwrap();
        assert_eq!(again.public(), public);
        let signature = again.sign("a context", b"a message");
        assert_eq!(signature.to_string().parse::<Signature>().unwrap(), signature);
        assert!(public.verifies("a context", b"a message", &signature));
        assert!(!format!("{secret:?}").contains(&secret.to_file()[60..100]), "a secret shows nowhere");
    }

    #[test]
    fn a_signature_holds_for_its_message_context_and_key_alone() {
        let (secret, other) = (SecretKey::generate().unwrap(), SecretKey::generate().unwrap());
        let signature = secret.sign("c", b"message");
        assert!(!secret.public().verifies("c", b"messagf", &signature));
        assert!(!secret.public().verifies("d", b"message", &signature));
        assert!(!other.public().verifies("c", b"message", &signature));
        for byte in 0..64 {
            let mut bent = signature;
            bent.0[byte] ^= 1;
            assert!(!secret.public().verifies("c", b"message", &bent), "byte {byte}");
        }
    }

    #[test]
    fn other_schemes_and_other_texts_are_told_apart() {
        assert_eq!("sm2:00".parse::<PublicKey>(), Err(KeyError::Scheme("sm2".to_owned())));
        for text in ["", "ed25519:", "ed25519:00", "hello", &format!("ed25519:{}", "0".repeat(64))] {
            assert!(matches!(text.parse::<PublicKey>(), Err(KeyError::Form { .. })), "{text}");
        }
        assert!(SecretKey::from_file("ed25519:00").is_err());
    }
}
