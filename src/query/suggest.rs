//! "Did you mean …?"

/// The name most like another, if one is like it at all: at most a third of it differs.
#[must_use]
pub(crate) fn nearest<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let lower = name.to_lowercase();
    let length = name.chars().count();
    let near =
        names.into_iter().filter(|n| *n != name).map(|n| (strsim::damerau_levenshtein(&lower, &n.to_lowercase()), n));
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
}
