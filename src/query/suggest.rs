//! "Did you mean …?"

/// The longest name, in characters, that is compared. Comparing takes time in proportion to the product of both lengths, and
/// a query may come from anywhere.
const LONGEST: usize = 100;

/// The name most like another, if one is like it at all: at most a third of it differs.
#[must_use]
pub(crate) fn nearest<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let short = |name: &str| name.chars().take(LONGEST + 1).count() <= LONGEST;
    if !short(name) {
        return None;
    }
    let lower = name.to_lowercase();
    let length = name.chars().count();
    let others = names.into_iter().filter(|n| *n != name && short(n));
    let near = others.map(|n| (strsim::damerau_levenshtein(&lower, &n.to_lowercase()), n));
    near.min_by_key(|(distance, n)| (*distance, *n))
        .filter(|(distance, _)| *distance * 3 <= length.max(3))
        .map(|(_, n)| n)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn what_is_alike_is_suggested_and_nothing_else() {
        assert_eq!(nearest("Datset", ["Dataset", "Department"]), Some("Dataset"));
        assert_eq!(nearest("dataset", ["Dataset"]), Some("Dataset"));
        assert_eq!(nearest("xyz", ["Dataset"]), None);
        assert_eq!(nearest("n", ["m"]), Some("m"));
    }

    /// Comparing names as long as these would take days.
    #[test]
    fn long_names_are_not_compared() {
        let (a, b) = ("n".repeat(1 << 22), "m".repeat(1 << 22));
        assert_eq!(nearest(&a, [b.as_str(), "n"]), None);
        assert_eq!(nearest("n", [b.as_str(), "m"]), Some("m"));
    }
}
