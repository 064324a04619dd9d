//! Which catalog's row stands for a record of shared vocabulary that several define.
//!
//! For a region it is the catalog whose authority is nearest to it by division code; ties, and all other vocabulary, go
//! to the smallest catalog id. The authorities are those that the `Catalog` rows of the snapshot state.

use hashbrown::HashMap;

use crate::model::{Kind, Sym, list};

use super::Snapshot;

/// The root of the country.
const ROOT: &str = "100000";

/// The part of a division code that the codes under it begin with: pairs of digits down to the county (`440100` →
/// `4401`), triples below (`440103005000` → `440103005`). A code of another form stands for itself alone.
fn stem(code: &str) -> &str {
    if code == ROOT {
        return "";
    }
    if !code.bytes().all(|b| b.is_ascii_digit()) || !matches!(code.len(), 6 | 12) {
        return code;
    }
    let (mut end, rest) = (code.len(), |end: usize| if end > 6 { 3 } else { 2 });
    while end > 0 && code[end - rest(end)..end].bytes().all(|b| b == b'0') {
        end -= rest(end);
    }
    &code[..end]
}

/// The authorities that catalogs state.
pub(super) struct Authorities<'a> {
    stems: HashMap<Sym, Vec<&'a str>>,
}

impl<'a> Authorities<'a> {
    pub(super) fn new(snapshot: Snapshot<'a>) -> Self {
        let mut stems: HashMap<Sym, Vec<&'a str>> = HashMap::new();
        let Some(column) = Kind::Catalog.column("authority") else { return Self { stems } };
        for table in snapshot.tables.iter().filter(|t| t.kind == Kind::Catalog) {
            for (row, catalog) in table.catalog.iter().enumerate() {
                let cell = snapshot.symbols.get(table.sym(column, row)).unwrap_or_default();
                // An escape has no place in a division code: an item that needed one names none.
                let codes = list::split(cell).filter_map(|code| match code {
                    std::borrow::Cow::Borrowed(code) => Some(stem(code)),
                    std::borrow::Cow::Owned(_) => None,
                });
                stems.entry(*catalog).or_default().extend(codes);
            }
        }
        Self { stems }
    }

    /// How near a catalog's authority is to a region: longer is nearer, none where it has no authority there.
    pub(super) fn nearness(&self, catalog: Sym, code: &str) -> Option<usize> {
        self.stems.get(&catalog)?.iter().filter(|stem| code.starts_with(**stem)).map(|stem| stem.len()).max()
    }
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn the_stem_of_a_code_is_what_the_codes_under_it_begin_with() {
        for (code, expected) in [
            ("100000", ""),
            ("440000", "44"),
            ("440100", "4401"),
            ("440103", "440103"),
            ("440103005000", "440103005"),
            ("440103005001", "440103005001"),
            ("440103000000", "440103"),
            ("harbour", "harbour"),
        ] {
            assert_eq!(stem(code), expected, "{code}");
        }
    }
}
