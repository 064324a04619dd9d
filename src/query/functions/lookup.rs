//! Finding functions by their names.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{Function, aggregates, conversions, entities, lists, numbers, paths, strings, temporal};

/// Every function, by name.
static SORTED: LazyLock<Vec<&'static Function>> = LazyLock::new(|| {
    let mut all: Vec<&Function> = [
        aggregates::FUNCTIONS,
        conversions::FUNCTIONS,
        entities::FUNCTIONS,
        lists::FUNCTIONS,
        numbers::FUNCTIONS,
        paths::FUNCTIONS,
        strings::FUNCTIONS,
        temporal::FUNCTIONS,
    ]
    .into_iter()
    .flatten()
    .collect();
    all.sort_by_key(|f| f.name.to_ascii_lowercase());
    all
});

/// The functions by their names in lower case.
static BY_NAME: LazyLock<HashMap<String, &'static Function>> =
    LazyLock::new(|| SORTED.iter().map(|f| (f.name.to_ascii_lowercase(), *f)).collect());

/// Every function, sorted by name without regard to case.
#[must_use]
pub fn all() -> &'static [&'static Function] {
    &SORTED
}

/// The function of a name, written in any case.
#[must_use]
pub fn lookup(name: &str) -> Option<&'static Function> {
    BY_NAME.get(&name.to_ascii_lowercase()).copied()
}

/// The name that somebody may have meant by one that is no function's; none where nothing is near.
#[must_use]
pub fn suggest(name: &str) -> Option<&'static str> {
    // Long names are compared by their beginning: what is so long is near nothing, and comparing is quadratic.
    let name: String = name.chars().take(64).collect::<String>().to_ascii_lowercase();
    let allowed = 1 + name.chars().count() / 4;
    let near = |f: &&Function| (strsim::osa_distance(&name, &f.name.to_ascii_lowercase()), f.name);
    SORTED.iter().map(near).min().filter(|(distance, _)| *distance <= allowed).map(|(_, name)| name)
}
