//! Who may ask for what: tokens, of which only hashes are kept, and the role of each.

use std::fs;
use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use crate::database::hex;

/// What whoever asks may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Answers, as they leave the store.
    Reader,
    /// Answers in full, what the home catalog's policy keeps at home included.
    Auditor,
    /// The published logs.
    Federate,
    /// Whoever comes by the loopback address where there are no tokens: answers as they leave, and the published logs.
    #[serde(skip)]
    Local,
}

impl Role {
    /// The role of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "reader" => Some(Self::Reader),
            "auditor" => Some(Self::Auditor),
            "federate" => Some(Self::Federate),
            _ => None,
        }
    }

    /// Whether it may ask for answers.
    #[must_use]
    pub fn may_read(self) -> bool {
        self != Self::Federate
    }

    /// Whether it sees what the home catalog's policy keeps at home.
    #[must_use]
    pub fn sees_all(self) -> bool {
        self == Self::Auditor
    }

    /// Whether it may have logs.
    #[must_use]
    pub fn may_fetch(self) -> bool {
        matches!(self, Self::Federate | Self::Local)
    }
}

/// The tokens of a server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tokens {
    /// Each of them.
    #[serde(default)]
    token: Vec<Token>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Token {
    name: String,
    role: Role,
    /// SHA-256 over the token, in hex. A token is 32 random bytes: no salt and no slow hash makes it harder to guess.
    sha256: String,
}

/// Why the file of tokens cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TokensError {
    /// It cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is not written as one.
    #[error("{path}: {reason}")]
    Form {
        /// The file.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// There is one of that name.
    #[error("there is a token `{0}` already")]
    Known(String),
    /// There is none of that name.
    #[error("there is no token `{0}`")]
    Unknown(String),
    /// The system gave no random numbers.
    #[error("the system gives no random numbers: {0}")]
    Random(String),
}

impl TokensError {
    /// The same in Chinese.
    #[must_use]
    pub fn chinese(&self) -> String {
        match self {
            Self::Known(name) => format!("令牌 {name} 已存在"),
            Self::Unknown(name) => format!("没有令牌 {name}"),
            Self::Random(why) => format!("系统未能给出随机数：{why}"),
            Self::Io { path, source } => format!("{path}：{source}"),
            Self::Form { path, reason } => format!("{path}：{reason}"),
        }
    }
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

impl Tokens {
    /// Reads the file of tokens.
    ///
    /// # Errors
    /// When it cannot be read, or is none.
    pub fn read(path: &Path) -> Result<Self, TokensError> {
        let shown = path.display().to_string();
        let text = fs::read_to_string(path).map_err(|source| TokensError::Io { path: shown.clone(), source })?;
        let form = |reason: String| TokensError::Form { path: shown.clone(), reason };
        let tokens: Self = toml::from_str(&text).map_err(|e| form(e.message().to_owned()))?;
        match tokens.token.iter().find(|t| hex::decode::<32>(&t.sha256).is_none()) {
            Some(bad) => Err(form(format!("what stands for the token `{}` is no SHA-256", bad.name))),
            None => Ok(tokens),
        }
    }

    fn write(&self, path: &Path) -> Result<(), TokensError> {
        let shown = path.display().to_string();
        let text =
            toml::to_string(self).map_err(|e| TokensError::Form { path: shown.clone(), reason: e.to_string() })?;
        let write = || {
            let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            // A temporary file is its owner's alone from the beginning, and takes the place of the other whole.
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            file.write_all(text.as_bytes())?;
            file.as_file().sync_all()?;
            file.persist(path).map(drop).map_err(|e| e.error)
        };
        write().map_err(|source| TokensError::Io { path: shown, source })
    }

    /// The name and role of whoever shows this token. How long it takes tells nothing of how near a guess came.
    #[must_use]
    pub fn holder(&self, token: &str) -> Option<(&str, Role)> {
        let shown = hash(token);
        // One more than the place in the list, and 0 for none; every token is looked at, whichever it is.
        let found = self.token.iter().zip(1_u64..).fold(0, |found, (token, place)| {
            let known = hex::decode::<32>(&token.sha256);
            let is_it = known.map_or(Choice::from(0), |known| known.ct_eq(&shown));
            u64::conditional_select(&found, &place, is_it)
        });
        let token = self.token.get(usize::try_from(found).ok()?.checked_sub(1)?)?;
        Some((&token.name, token.role))
    }
}

/// Makes a token of a role, keeps its hash in the file, and returns it: it is shown this once.
///
/// # Errors
/// When the file cannot be read or written, or has a token of the name.
pub fn new_token(path: &Path, name: &str, role: Role) -> Result<String, TokensError> {
    let mut tokens = if path.exists() { Tokens::read(path)? } else { Tokens::default() };
    if tokens.token.iter().any(|t| t.name == name) {
        return Err(TokensError::Known(name.to_owned()));
    }
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|e| TokensError::Random(e.to_string()))?;
    let token = hex::encode(&bytes);
    tokens.token.push(Token { name: name.to_owned(), role, sha256: hex::encode(&hash(&token)) });
    tokens.write(path)?;
    Ok(token)
}

/// Takes a token out of the file. A server that runs refuses it from then on.
///
/// # Errors
/// When the file cannot be read or written, or has no token of the name.
pub fn remove_token(path: &Path, name: &str) -> Result<(), TokensError> {
    let mut tokens = Tokens::read(path)?;
    let before = tokens.token.len();
    tokens.token.retain(|t| t.name != name);
    if tokens.token.len() == before {
        return Err(TokensError::Unknown(name.to_owned()));
    }
    tokens.write(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_known_by_its_hash_alone_and_has_its_role() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tokens.toml");
        let reader = new_token(&path, "dashboard", Role::Reader).unwrap();
        let auditor = new_token(&path, "audit", Role::Auditor).unwrap();
        assert!(matches!(new_token(&path, "audit", Role::Reader), Err(TokensError::Known(_))));
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains(&reader) && !text.contains(&auditor));
        let tokens = Tokens::read(&path).unwrap();
        assert_eq!(tokens.holder(&reader), Some(("dashboard", Role::Reader)));
        assert_eq!(tokens.holder(&auditor), Some(("audit", Role::Auditor)));
        assert_eq!(tokens.holder(""), None);
        assert_eq!(tokens.holder(&hex::encode(&hash(&reader))), None, "the hash is no token");
        remove_token(&path, "dashboard").unwrap();
        assert!(matches!(remove_token(&path, "dashboard"), Err(TokensError::Unknown(_))));
        let left = Tokens::read(&path).unwrap();
        assert_eq!((left.holder(&reader), left.holder(&auditor)), (None, Some(("audit", Role::Auditor))));
        for text in
            ["token = 3", "[[token]]\nname = 'x'\nrole = 'reader'\nsha256 = 'ff'\n", "[[token]]\nrole = 'king'\n"]
        {
            fs::write(&path, text).unwrap();
            assert!(matches!(Tokens::read(&path), Err(TokensError::Form { .. })), "{text}");
        }
    }

    #[test]
    fn roles_see_what_they_should() {
        let rights = |r: Role| (r.may_read(), r.sees_all(), r.may_fetch());
        assert_eq!(rights(Role::Reader), (true, false, false));
        assert_eq!(rights(Role::Auditor), (true, true, false));
        assert_eq!(rights(Role::Federate), (false, false, true));
        assert_eq!(rights(Role::Local), (true, false, true));
        assert_eq!(Role::parse("local"), None, "nobody is given it");
    }
}
