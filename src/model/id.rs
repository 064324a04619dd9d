//! Ids: a record's id names its catalog before the first colon.

use std::borrow::Cow;

/// The catalog that a qualified id names.
#[must_use]
pub fn catalog_of(id: &str) -> Option<&str> {
    id.split_once(':').map(|(catalog, _)| catalog)
}

/// An id as the store holds it: `<catalog>:<id>` where it holds no colon, else as it stands.
#[must_use]
pub fn qualify<'a>(catalog: &str, id: &'a str) -> Cow<'a, str> {
    if id.contains(':') { Cow::Borrowed(id) } else { Cow::Owned(format!("{catalog}:{id}")) }
}

/// Whether this can be a catalog's id: letters, digits, `.`, `_` and `-`, beginning with a letter or a digit,
/// at most 64 bytes.
#[must_use]
pub fn is_catalog_id(id: &str) -> bool {
    id.len() <= 64
        && id.chars().next().is_some_and(char::is_alphanumeric)
        && id.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-'))
}
