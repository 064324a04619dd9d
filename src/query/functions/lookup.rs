//! Finding functions by their names.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::query::registry::Bilingual;
use crate::query::suggest::nearest;

use super::{Function, aggregates, conversions, entities, lists, numbers, paths, strings, temporal};

/// Functions of one subject.
#[derive(Clone, Copy)]
pub struct Subject {
    /// What they are of.
    pub title: Bilingual,
    /// The functions, those that belong together side by side.
    pub functions: &'static [Function],
}

impl Subject {
    const fn new(en: &'static str, zh: &'static str, functions: &'static [Function]) -> Self {
        Self { title: Bilingual { en, zh }, functions }
    }
}

/// Every function, by subject.
static SUBJECTS: &[Subject] = &[
    Subject::new("Aggregates", "聚合", aggregates::FUNCTIONS),
    Subject::new("Nodes and relationships", "节点与关系", entities::FUNCTIONS),
    Subject::new("Paths", "路径", paths::FUNCTIONS),
    Subject::new("Lists and nulls", "列表与空值", lists::FUNCTIONS),
    Subject::new("Texts", "字符串", strings::FUNCTIONS),
    Subject::new("Numbers", "数", numbers::FUNCTIONS),
    Subject::new("Conversions", "类型转换", conversions::FUNCTIONS),
    Subject::new("Dates, times and durations", "日期、时间与时长", temporal::FUNCTIONS),
];

/// Every function, by name.
static SORTED: LazyLock<Vec<&'static Function>> = LazyLock::new(|| {
    let mut all: Vec<&Function> = SUBJECTS.iter().flat_map(|subject| subject.functions).collect();
    all.sort_by_key(|f| f.name.to_ascii_lowercase());
    all
});

/// The functions by their names in lower case.
static BY_NAME: LazyLock<HashMap<String, &'static Function>> =
    LazyLock::new(|| SORTED.iter().map(|f| (f.name.to_ascii_lowercase(), *f)).collect());

/// Every function, by subject, for documentation.
#[must_use]
pub fn subjects() -> &'static [Subject] {
    SUBJECTS
}

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
    nearest(name, SORTED.iter().map(|f| f.name))
}
