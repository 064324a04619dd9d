//! What a log may state. Whoever writes a log by a program of their own is held to what an import would have held them to:
//! a catalog states its own records, shared vocabulary, and the edges and needs at its own records.

use crate::model::change::ORDINAL;
use crate::model::{ChangeSet, ColumnType, Kind, Operation, RelType, Symbols, Table, division, id, list};

/// Holds what a commit changes against what its catalog may state. `authority` is what this store lets the catalog speak
/// for, where that is not left to the catalog.
///
/// # Errors
/// The first record that it may not state, in words.
pub fn check(catalog: &str, changes: &ChangeSet, authority: Option<&[String]>) -> Result<(), String> {
    for batch in &changes.batches {
        let table = Rows { symbols: &changes.symbols, table: &batch.table, catalog };
        for row in 0..batch.table.len() {
            table.check(row, batch.operation, authority).map_err(|why| format!("{}: {why}", table.named(row)))?;
        }
    }
    Ok(())
}

struct Rows<'a> {
    symbols: &'a Symbols,
    table: &'a Table,
    catalog: &'a str,
}

impl<'a> Rows<'a> {
    fn text(&self, column: usize, row: usize) -> &'a str {
        self.symbols.get(self.table.sym(column, row)).unwrap_or_default()
    }

    /// A record's name for readers.
    fn named(&self, row: usize) -> String {
        let kind = self.table.kind;
        let key: Vec<&str> =
            kind.spec().identity.iter().map(|&c| self.text(c, row)).filter(|t| !t.is_empty()).collect();
        format!("{} {}", kind.label(), key.join(" "))
    }

    fn is_own(&self, id: &str) -> bool {
        id::catalog_of(id) == Some(self.catalog)
    }

    fn check(&self, row: usize, operation: Operation, authority: Option<&[String]>) -> Result<(), String> {
        let stated_by = self.symbols.get(self.table.catalog[row]).unwrap_or_default();
        if stated_by != self.catalog {
            return Err(format!("a log of {} states it in the name of {stated_by}", self.catalog));
        }
        let identity = self.table.kind.spec().identity;
        for (c, spec) in self.table.kind.columns().iter().enumerate() {
            if operation == Operation::Put || identity.contains(&c) {
                self.check_cell(row, c, spec.ty, spec.required).map_err(|why| format!("{}: {why}", spec.name))?;
            }
        }
        let strange = self.table.columns[self.table.kind.columns().len()..]
            .iter()
            .find(|c| c.name != ORDINAL && (c.name.is_empty() || c.name.contains(char::is_control)));
        if let Some(column) = strange {
            return Err(format!("a property cannot be called {:?}", column.name));
        }
        match self.table.kind {
            Kind::Catalog => self.check_catalog(row, authority),
            Kind::Share => self.check_share(row),
            Kind::Need if !self.is_own(self.text(0, row)) => Err(format!(
                "only the consumer's catalog states a need, and {} is not {}",
                self.text(0, row),
                self.catalog
            )),
            _ => Ok(()),
        }
    }

    fn check_cell(&self, row: usize, column: usize, ty: ColumnType, required: bool) -> Result<(), String> {
        let cell = self.table.cell(column, row);
        if cell.is_absent() {
            return if required { Err("it is missing".to_owned()) } else { Ok(()) };
        }
        let (text, number) = (self.text(column, row), self.table.number(column, row));
        match ty {
            ColumnType::OwnId if !self.is_own(text) => Err(format!("{text} is no id of catalog {}", self.catalog)),
            ColumnType::Reference(_) | ColumnType::ShareEnd if id::catalog_of(text).is_none() => {
                Err(format!("{text} names no catalog"))
            }
            ColumnType::Word(words) if words.code(text).is_none() => {
                Err(format!("{text} is no word of `{}`", words.name))
            }
            ColumnType::Integer { min, max } if !(min..=max).contains(&number) => {
                Err(format!("{number} is not from {min} to {max}"))
            }
            ColumnType::Float { min, max } if !(min..=max).contains(&f64::from_bits(number as u64)) => {
                Err(format!("{} is not from {min} to {max}", f64::from_bits(number as u64)))
            }
            ColumnType::Boolean if !matches!(number, 0 | 1) => Err("neither true nor false".to_owned()),
            _ => Ok(()),
        }
    }

    /// A catalog describes itself alone, and speaks for no more than it may.
    fn check_catalog(&self, row: usize, authority: Option<&[String]>) -> Result<(), String> {
        if self.text(0, row) != self.catalog {
            return Err(format!("a log of {} describes another catalog", self.catalog));
        }
        let Some(allowed) = authority else { return Ok(()) };
        let beyond =
            list::split(self.text(2, row)).find(|code| !allowed.iter().any(|outer| division::is_within(code, outer)));
        match beyond {
            None => Ok(()),
            Some(code) => Err(format!(
                "it claims authority over {code}, and this store lets it speak for {}",
                if allowed.is_empty() { "no region".to_owned() } else { allowed.join(", ") }
            )),
        }
    }

    fn check_share(&self, row: usize) -> Result<(), String> {
        let word = self.text(0, row);
        if !RelType::from_name(word).is_some_and(RelType::is_sharing) {
            return Err(format!("{word} is no type of sharing edge"));
        }
        if self.is_own(self.text(1, row)) || self.is_own(self.text(2, row)) {
            return Ok(());
        }
        Err(format!("only the catalog of one of its ends states a sharing edge, and {} is of neither", self.catalog))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Batch;
    use crate::model::table::Cell;

    fn changes(kind: Kind, stated_by: &str, cells: &[&str]) -> ChangeSet {
        let mut symbols = Symbols::new();
        let mut table = Table::new(kind);
        let row = table.push_row(symbols.intern(stated_by));
        for (c, text) in cells.iter().enumerate().filter(|(_, t)| !t.is_empty()) {
            let cell = match text.parse::<i64>() {
                Ok(number) if table.numbers(c).len() == 1 => Cell::Number(number),
                _ => Cell::Symbol(symbols.intern(text)),
            };
            table.set(c, row, cell);
        }
        ChangeSet { symbols, batches: vec![Batch { operation: Operation::Put, table }] }
    }

    #[test]
    fn a_catalog_states_its_own_and_nothing_in_the_name_of_others() {
        let ok: &[(Kind, &[&str])] = &[
            (Kind::Dataset, &["a:d", "title", "b:holder", "", "x", "withheld", "3"]),
            (Kind::Share, &["GRANTED_TO", "a:d", "b:x", "active"]),
            (Kind::Share, &["GRANTED_TO", "b:d", "a:x"]),
            (Kind::Need, &["a:c", "b:d"]),
            (Kind::Region, &["510000", "name"]),
            (Kind::Catalog, &["a", "title", "510000;500000"]),
        ];
        for (kind, cells) in ok {
            assert_eq!(check("a", &changes(*kind, "a", cells), None), Ok(()), "{cells:?}");
        }
        let not: &[(Kind, &str, &[&str], &str)] = &[
            (Kind::Dataset, "b", &["a:d"], "in the name of b"),
            (Kind::Dataset, "a", &["b:d"], "no id of catalog a"),
            (Kind::Dataset, "a", &[], "missing"),
            (Kind::Dataset, "a", &["a:d", "", "", "", "", "free"], "no word of"),
            (Kind::Dataset, "a", &["a:d", "", "", "", "", "", "5"], "not from 1 to 4"),
            (Kind::Dataset, "a", &["a:d", "", "holder"], "names no catalog"),
            (Kind::Share, "a", &["GRANTED_TO", "b:d", "c:x"], "of neither"),
            (Kind::Share, "a", &["WITHIN", "a:d", "b:x"], "no word of"),
            (Kind::Need, "a", &["b:c", "a:d"], "only the consumer's"),
            (Kind::Catalog, "a", &["b"], "describes another"),
        ];
        for (kind, by, cells, part) in not {
            let why = check("a", &changes(*kind, by, cells), None).unwrap_err();
            assert!(why.contains(part), "{cells:?}: {why}");
        }
    }

    #[test]
    fn a_catalog_speaks_for_no_more_than_this_store_lets_it() {
        let catalog = |authority: &str| changes(Kind::Catalog, "a", &["a", "", authority]);
        let allowed = ["510000".to_owned(), "500000".to_owned()];
        assert_eq!(check("a", &catalog("510100;500000"), Some(&allowed)), Ok(()));
        assert_eq!(check("a", &catalog(""), Some(&[])), Ok(()));
        let why = check("a", &catalog("510000;440000"), Some(&allowed)).unwrap_err();
        assert!(why.contains("440000") && why.contains("510000, 500000"), "{why}");
        assert!(check("a", &catalog("510000"), Some(&[])).is_err());
    }
}
