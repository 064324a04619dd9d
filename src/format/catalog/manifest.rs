//! `catalog.toml`: the catalog's own record and its tiers.

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::cells::{control_character, float, integer, tier};
use super::encoding::{Encoding, TextSource};
use super::reading::{FileReading, ReadOptions};
use super::rejection::{Reason, Rejection};
use super::rows::CELL_LIMIT;
use super::{Error, Note};
use crate::model::table::Cell;
use crate::model::{Kind, Sym, SymbolScope, Table, ValueType, date, id, list};

/// The file's name.
pub(super) const FILE: &str = "catalog.toml";

/// What the file says.
#[derive(Debug)]
pub(super) struct Manifest {
    /// The catalog's id.
    pub(super) id: String,
    /// The record of the catalog, and its tiers if it names any.
    pub(super) files: Vec<FileReading>,
    /// Tiers, and values of the catalog's record, that cannot be taken.
    pub(super) rejections: Vec<Rejection>,
    /// Keys that are not kept.
    pub(super) notes: Vec<Note>,
}

/// Reads the file.
pub(super) fn read(
    mut input: impl std::io::Read,
    path: &Path,
    scope: &mut SymbolScope<'_>,
    options: &ReadOptions<'_>,
) -> Result<Manifest, Error> {
    let file: Arc<Path> = path.into();
    let mut bytes = Vec::new();
    let io = |source| Error::Io { path: path.to_path_buf(), source };
    input.by_ref().take(CELL_LIMIT as u64 + 1).read_to_end(&mut bytes).map_err(io)?;
    // TOML is UTF-8, also beside spreadsheets that are not; some editors save it as they save everything.
    let encoding = if std::str::from_utf8(&bytes).is_ok() { Encoding::Utf8 } else { options.encoding };
    let mut source = TextSource::new(&bytes[..], file.clone(), encoding, options.progress);
    let mut text = String::new();
    while !source.fill(&mut text, 1)? {
        if text.len() > CELL_LIMIT {
            return Err(Error::CellTooLong { path: path.to_path_buf(), line: 1, limit: CELL_LIMIT });
        }
    }
    let toml_error = |source| Error::Toml { path: path.to_path_buf(), source: Box::new(source) };
    let parsed = DeTable::parse(&text).map_err(toml_error)?;
    let root = parsed.get_ref();
    let id = catalog_id(root).map_err(|problem| Error::CatalogId { path: path.to_path_buf(), problem })?;
    let symbol = scope.intern(&id);
    let mut reader = Reader { text: &text, file, scope, rejections: Vec::new(), notes: Vec::new() };
    let catalog = reader.catalog(root, symbol).map_err(toml_error)?;
    let tiers = reader.tiers(root, symbol);
    let (mut rejections, notes) = (reader.rejections, reader.notes);
    rejections.sort_by_key(|r| r.line);
    Ok(Manifest { id, files: std::iter::once(catalog).chain(tiers).collect(), rejections, notes })
}

/// The id that the file gives.
fn catalog_id(root: &DeTable<'_>) -> Result<String, String> {
    match root.get("id").map(Spanned::get_ref) {
        None => Err("the key `id` is missing".to_owned()),
        Some(DeValue::String(id)) if id::is_catalog_id(id.trim()) => Ok(id.trim().to_owned()),
        Some(DeValue::String(id)) => Err(format!("{id:?} cannot be a catalog's id")),
        Some(_) => Err("the key `id` is not a text".to_owned()),
    }
}

struct Reader<'t, 's, 'b> {
    text: &'t str,
    file: Arc<Path>,
    scope: &'s mut SymbolScope<'b>,
    rejections: Vec<Rejection>,
    notes: Vec<Note>,
}

impl Reader<'_, '_, '_> {
    fn line(&self, offset: usize) -> u64 {
        1 + self.text.bytes().take(offset).filter(|&b| b == b'\n').count() as u64
    }

    fn reject(&mut self, key: &str, value: &Spanned<DeValue<'_>>, reason: Reason) {
        let shown = self.text.get(value.span()).map(|v| v.trim_matches('"').to_owned());
        self.reject_at(self.line(value.span().start), key, shown.as_deref(), reason);
    }

    fn reject_at(&mut self, line: u64, key: &str, value: Option<&str>, reason: Reason) {
        let (file, column) = (self.file.clone(), Some(key.to_owned()));
        self.rejections.push(Rejection { file, line, column, value: value.map(Rejection::excerpt), reason });
    }

    fn reading(&self, table: Table, lines: Vec<u32>) -> FileReading {
        FileReading {
            kind: table.kind,
            path: self.file.to_path_buf(),
            table,
            lines,
            header_only: false,
            notes: Vec::new(),
            rejected: Vec::new(),
        }
    }

    /// The record of the catalog. A value that cannot be taken is rejected alone: without its record, a catalog is
    /// nothing.
    fn catalog(&mut self, root: &DeTable<'_>, id: Sym) -> Result<FileReading, toml::de::Error> {
        let mut table = Table::new(Kind::Catalog);
        let row = table.push_row(id);
        table.set(0, row, Cell::Symbol(id));
        let id_line = root.get("id").map_or(1, |v| self.line(v.span().start));
        for (key, value) in root {
            let name = key.get_ref().as_ref();
            if matches!(name, "id" | "tier") {
                continue;
            }
            if name == "policy" && value.get_ref().is_table() {
                let whole: toml::Table = toml::from_str(self.text)?;
                let policy = whole.get(name).and_then(toml::Value::as_table);
                let text = policy.and_then(|policy| toml::to_string(policy).ok()).unwrap_or_default();
                if !text.is_empty() {
                    let sym = self.scope.intern(&text);
                    table.set(4, row, Cell::Symbol(sym));
                }
                continue;
            }
            let known = Kind::Catalog.column(name).map(|c| (c, table.columns[c].ty));
            let ty = known.map(|k| k.1).or_else(|| type_of(value.get_ref()));
            let Some(ty) = ty.filter(|_| known.is_some() || is_property_name(name)) else {
                let line = self.line(key.span().start);
                self.notes.push(Note::IgnoredKey { path: self.file.to_path_buf(), line, key: name.to_owned() });
                continue;
            };
            match self.cell(value.get_ref(), ty) {
                Ok(cell) if cell.is_absent() => {}
                Ok(cell) => {
                    let column = known.map_or_else(|| table.extra_column(name, ty), |k| k.0);
                    table.set(column, row, cell);
                }
                Err(reason) => self.reject(name, value, reason),
            }
        }
        Ok(self.reading(table, vec![id_line as u32]))
    }

    /// The tiers, if there are any.
    fn tiers(&mut self, root: &DeTable<'_>, catalog: Sym) -> Option<FileReading> {
        let value = root.get("tier")?;
        let DeValue::Array(entries) = value.get_ref() else {
            self.reject("tier", value, Reason::NotAList);
            return None;
        };
        let (mut table, mut lines) = (Table::new(Kind::Tier), Vec::<u32>::new());
        for entry in entries.iter() {
            let line = self.line(entry.span().start);
            let Some(keys) = entry.get_ref().as_table() else {
                self.reject("tier", entry, Reason::NotAList);
                continue;
            };
            let wrong = self.rejections.len();
            let row = table.push_row(catalog);
            for (key, value) in keys {
                self.tier_key(&mut table, row, key, value);
            }
            for (i, spec) in Kind::Tier.columns().iter().enumerate() {
                if spec.required && table.cell(i, row).is_absent() && !keys.contains_key(spec.name) {
                    self.reject_at(line, spec.name, None, Reason::Missing);
                }
            }
            let first = (0..row).find(|&r| table.sym(0, r) == table.sym(0, row) && table.sym(0, row).is_some());
            if let Some(first) = first {
                let id = self.scope.text(table.sym(0, row)).to_owned();
                self.reject_at(line, "id", Some(&id), Reason::Duplicate { first: u64::from(lines[first]) });
            }
            if self.rejections.len() == wrong {
                lines.push(line as u32);
            } else {
                table.pop_row();
            }
        }
        Some(self.reading(table, lines))
    }

    fn tier_key(
        &mut self,
        table: &mut Table,
        row: usize,
        key: &Spanned<std::borrow::Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
    ) {
        let name = key.get_ref().as_ref();
        let known = Kind::Tier.column(name).map(|c| (c, table.columns[c].ty));
        let ty = known.map(|k| k.1).or_else(|| type_of(value.get_ref()));
        let Some(ty) = ty.filter(|_| known.is_some() || is_property_name(name)) else {
            let line = self.line(key.span().start);
            self.notes.push(Note::IgnoredKey { path: self.file.to_path_buf(), line, key: name.to_owned() });
            return;
        };
        let cell = match (name, self.cell(value.get_ref(), ty)) {
            ("id", Ok(Cell::Symbol(sym))) if sym.is_some() => {
                let id = tier(self.scope.text(sym)).to_owned();
                Ok(Cell::Symbol(self.scope.intern(&id)))
            }
            ("id", Ok(_)) => Err(Reason::Missing),
            ("rank", Ok(Cell::Number(rank))) if !(0..=99).contains(&rank) => {
                Err(Reason::OutOfBounds { min: Some("0".to_owned()), max: Some("99".to_owned()) })
            }
            (_, cell) => cell,
        };
        match cell {
            Ok(cell) if cell.is_absent() => {}
            Ok(cell) => {
                let column = known.map_or_else(|| table.extra_column(name, ty), |k| k.0);
                table.set(column, row, cell);
            }
            Err(reason) => self.reject(name, value, reason),
        }
    }

    /// What a value is stored as; an empty text or list is absent.
    fn cell(&mut self, value: &DeValue<'_>, ty: ValueType) -> Result<Cell, Reason> {
        let text = |value: &DeValue<'_>| match value {
            DeValue::String(text) => match control_character(text) {
                Some(c) => Err(Reason::ControlCharacter(c)),
                None => Ok(text.trim().to_owned()),
            },
            DeValue::Datetime(time) => Ok(time.to_string()),
            _ => Err(Reason::NotAText),
        };
        let mut intern = |text: &str| Cell::Symbol(if text.is_empty() { Sym::NONE } else { self.scope.intern(text) });
        match (ty, value) {
            (ValueType::Text, value) => Ok(intern(&text(value)?)),
            (ValueType::List, DeValue::Array(items)) => {
                let items: Vec<String> = items
                    .iter()
                    .map(|item| text(item.get_ref()).map_err(|_| Reason::NotAList))
                    .collect::<Result<_, _>>()?;
                Ok(intern(&list::join(items.iter().filter(|item| !item.is_empty()))))
            }
            (ValueType::List, _) => Err(Reason::NotAList),
            (ValueType::Integer, DeValue::Integer(n)) => {
                let n = i64::from_str_radix(n.as_str(), n.radix())
                    .map_err(|_| Reason::OutOfBounds { min: None, max: None })?;
                integer(&n.to_string(), i64::MIN + 1, i64::MAX).map(Cell::Number)
            }
            (ValueType::Integer, _) => Err(Reason::NotAnInteger),
            (ValueType::Float, DeValue::Float(x)) => float(x.as_str(), f64::MIN, f64::MAX).map(Cell::Number),
            (ValueType::Float, _) => Err(Reason::NotANumber),
            (ValueType::Boolean, DeValue::Boolean(b)) => Ok(Cell::Number(i64::from(*b))),
            (ValueType::Boolean, _) => Err(Reason::NotABoolean),
            (ValueType::Date, DeValue::String(text)) if text.trim().is_empty() => {
                Ok(Cell::Number(crate::model::table::ABSENT))
            }
            (ValueType::Date, value) => {
                let date = date::parse(&text(value).map_err(|_| Reason::NotADate)?).ok_or(Reason::NotADate)?;
                Ok(Cell::Number(date::to_days(date)))
            }
        }
    }
}

/// Whether an unknown key can name a property.
fn is_property_name(name: &str) -> bool {
    !name.trim().is_empty() && name.trim() == name && control_character(name).is_none()
}

/// The type that the property of an unknown key takes from its value, if it can be one.
fn type_of(value: &DeValue<'_>) -> Option<ValueType> {
    match value {
        DeValue::String(_) => Some(ValueType::Text),
        DeValue::Integer(_) => Some(ValueType::Integer),
        DeValue::Float(_) => Some(ValueType::Float),
        DeValue::Boolean(_) => Some(ValueType::Boolean),
        // A time of day has no type of its own, so it stays a text.
        DeValue::Datetime(time) if time.date.is_some() && time.time.is_none() => Some(ValueType::Date),
        DeValue::Datetime(_) => Some(ValueType::Text),
        DeValue::Array(items) if items.iter().all(|i| i.get_ref().is_str()) => Some(ValueType::List),
        DeValue::Array(_) | DeValue::Table(_) => None,
    }
}
