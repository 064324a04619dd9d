//! Catalogs written as the folders that a reader takes.
//!
//! Rows come in the order of their identity, equal ones by their content, and the columns in that of the contract, so that
//! two writings of one state are equal byte by byte. An id of the catalog's own is written without its prefix, all others
//! in full. Words of closed vocabularies are the stored English ones. A kind without rows has no file: such a file would
//! state that there are none.

use std::path::{Path, PathBuf};

use hashbrown::HashSet;
use rayon::prelude::*;

use crate::format::export::csv::writer;
use crate::format::export::directory::Staged;
use crate::format::export::layout::{Layout, RowRef, is_hidden, push_cell};
use crate::format::export::order::Order;
use crate::format::export::{ExportError, Notes, Snapshot};
use crate::model::kind::{ColumnSpec, ColumnType};
use crate::model::{Kind, Sym, SymbolScope, Table, ValueType, id, list};

use super::manifest_text::manifest;

/// The file that describes a catalog.
const MANIFEST: &str = "catalog.toml";

/// Writes the catalogs of a snapshot: one into the target itself, several into folders of it named by their ids. The
/// target is complete when it appears; a failure leaves what was there.
///
/// # Errors
///
/// An error when there is nothing to write, when the target holds something and is not to be replaced (`replace`), or
/// holds what no catalog has, when a record cannot be put so that it reads back the same, or when the files cannot be
/// written.
pub fn write(snapshot: Snapshot<'_>, target: &Path, replace: bool) -> Result<Notes, ExportError> {
    let catalogs = catalogs(snapshot)?;
    let staged = Staged::new(target, replace, is_ours)?;
    let folder = |name: &str| if catalogs.len() == 1 { PathBuf::new() } else { PathBuf::from(name) };
    let rows = Rows::new(snapshot);
    let mut notes = Notes::default();
    for kind in Kind::ALL.into_iter().filter(|k| k.spec().file != MANIFEST) {
        let layout = Layout::new(snapshot, kind);
        for own in rows.sorted(kind, &layout).chunk_by(|a, b| a.catalog == b.catalog) {
            let catalog = rows.catalog(own[0].row);
            write_rows(snapshot, kind, &layout, catalog, own, &staged, &folder(catalog))?;
            if kind.is_node() {
                notes.nodes += own.len() as u64;
            } else {
                notes.relationships += own.len() as u64;
            }
        }
    }
    let of_manifest = [Kind::Catalog, Kind::Tier].map(|kind| {
        let layout = Layout::new(snapshot, kind);
        let sorted = rows.sorted(kind, &layout);
        notes.nodes += sorted.len() as u64;
        (layout, sorted)
    });
    for name in &catalogs {
        let relative = folder(name).join(MANIFEST);
        let own = |i: usize| -> Vec<RowRef> {
            of_manifest[i].1.iter().map(|r| r.row).filter(|r| rows.catalog(*r) == *name).collect()
        };
        let text = manifest(snapshot.symbols, name, (&of_manifest[0].0, &own(0)), (&of_manifest[1].0, &own(1)))
            .map_err(|reason| ExportError::Toml { path: staged.path(&relative), reason })?;
        let mut file = staged.create(&relative)?;
        std::io::Write::write_all(&mut file, text.as_bytes()).map_err(ExportError::file(&staged.path(&relative)))?;
        staged.close(&relative, file)?;
    }
    staged.finish()?;
    Ok(notes)
}

/// The ids of the catalogs that state a record, sorted.
fn catalogs(snapshot: Snapshot<'_>) -> Result<Vec<&str>, ExportError> {
    let mut syms = HashSet::new();
    for table in snapshot.tables {
        let mut last = None;
        for &sym in &table.catalog {
            // Rows of one catalog stand together.
            if last.replace(sym) != Some(sym) {
                syms.insert(sym);
            }
        }
    }
    let mut names = Vec::new();
    for sym in syms {
        let name = snapshot.symbols.get(sym).unwrap_or_default();
        if !id::is_catalog_id(name) {
            return Err(ExportError::CatalogId(name.to_owned()));
        }
        names.push(name);
    }
    names.sort_unstable();
    if names.is_empty() { Err(ExportError::Empty) } else { Ok(names) }
}

/// Whether a file, by its path from the target, is one that a catalog has.
fn is_ours(path: &Path) -> bool {
    path.file_name().is_some_and(|name| Kind::ALL.iter().any(|k| name == k.spec().file))
}

/// A row with what it is sorted by: the ranks of its catalog and of its first identity columns.
struct Keyed {
    catalog: u32,
    key: [u32; 3],
    row: RowRef,
}

/// The rows of a snapshot, and the order of their identities.
struct Rows<'a> {
    snapshot: Snapshot<'a>,
    order: Order,
}

/// The columns of an identity that are texts: at most the first three of it.
fn key_columns(kind: Kind) -> impl Iterator<Item = usize> {
    let is_text = move |c: &usize| kind.columns()[*c].ty.value_type() == ValueType::Text;
    kind.spec().identity.iter().copied().take(3).take_while(is_text)
}

impl<'a> Rows<'a> {
    fn new(snapshot: Snapshot<'a>) -> Self {
        let mut marked = vec![false; snapshot.symbols.len()];
        let mut mark = |syms: &[Sym]| {
            for sym in syms.iter().filter(|s| s.is_some()) {
                marked[sym.index()] = true;
            }
        };
        for table in snapshot.tables {
            mark(&table.catalog);
            key_columns(table.kind).for_each(|column| mark(table.syms(column)));
        }
        Self { snapshot, order: Order::new(&SymbolScope::new(snapshot.symbols), &marked) }
    }

    fn catalog(&self, at: RowRef) -> &'a str {
        self.snapshot.symbols.get(self.snapshot.tables[at.table as usize].catalog[at.row as usize]).unwrap_or_default()
    }

    /// The rows of a kind by catalog, identity and content.
    fn sorted(&self, kind: Kind, layout: &Layout<'_>) -> Vec<Keyed> {
        let mut rows = Vec::new();
        for (t, table) in self.snapshot.tables.iter().enumerate().filter(|(_, t)| t.kind == kind) {
            rows.extend((0..table.len()).map(|row| self.keyed(table, RowRef::new(t, row))));
        }
        let id = Kind::Share.column("id").filter(|_| kind == Kind::Share);
        let own_id = |r: &Keyed| id.and_then(|id| self.text(r.row, id));
        rows.par_sort_unstable_by(|a, b| {
            let content = || own_id(a).cmp(&own_id(b)).then_with(|| layout.compare(a.row, b.row));
            (a.catalog, a.key).cmp(&(b.catalog, b.key)).then_with(content)
        });
        rows
    }

    fn text(&self, at: RowRef, column: usize) -> Option<&'a str> {
        self.snapshot.symbols.get(self.snapshot.tables[at.table as usize].sym(column, at.row as usize))
    }

    fn keyed(&self, table: &Table, at: RowRef) -> Keyed {
        let row = at.row as usize;
        let mut key = [0; 3];
        for (part, column) in key.iter_mut().zip(key_columns(table.kind)) {
            *part = self.order.rank(table.sym(column, row));
        }
        Keyed { catalog: self.order.rank(table.catalog[row]), key, row: at }
    }
}

/// Writes the file of one kind in one catalog.
fn write_rows(
    snapshot: Snapshot<'_>,
    kind: Kind,
    layout: &Layout<'_>,
    catalog: &str,
    rows: &[Keyed],
    staged: &Staged,
    folder: &Path,
) -> Result<(), ExportError> {
    let relative = folder.join(kind.spec().file);
    let path = staged.path(&relative);
    let failed = |e: ::csv::Error| ExportError::file(&path)(e.into());
    // An unknown column of another catalog is no column here.
    let used = |column: &usize| {
        layout.columns[*column].spec.is_some() || rows.iter().any(|r| !layout.cell(*column, r.row).is_absent())
    };
    let columns: Vec<usize> = (0..layout.columns.len()).filter(used).collect();
    refuse_two_types(snapshot, layout, &columns, rows)?;
    let mut file = writer(staged.create(&relative)?);
    for &column in &columns {
        let column = &layout.columns[column];
        let header = match column.spec {
            Some(spec) => spec.name.to_owned(),
            None => header(kind, column.name, column.ty)?,
        };
        file.write_field(header).map_err(failed)?;
    }
    file.write_record(None::<&[u8]>).map_err(failed)?;
    let prefix = format!("{catalog}:");
    let mut text = String::new();
    for row in rows {
        for &i in &columns {
            let (column, cell) = (&layout.columns[i], layout.cell(i, row.row));
            text.clear();
            push_cell(&mut text, snapshot.symbols, column.ty, cell);
            match column.spec.map(|s| s.ty) {
                Some(ColumnType::OwnId | ColumnType::Reference(_) | ColumnType::ShareEnd) => {
                    file.write_field(shortened(&prefix, &text)).map_err(failed)?;
                }
                Some(ColumnType::ReferenceList(_)) => {
                    let items = list::split(&text).map(|item| shortened(&prefix, &item).to_owned());
                    file.write_field(list::join(items)).map_err(failed)?;
                }
                _ => file.write_field(&text).map_err(failed)?,
            }
        }
        file.write_record(None::<&[u8]>).map_err(failed)?;
    }
    let file = file.into_inner().map_err(|e| ExportError::file(&path)(std::io::Error::other(e.to_string())))?;
    staged.close(&relative, file)
}

/// A reader takes no record that has one property in two types.
fn refuse_two_types(
    snapshot: Snapshot<'_>,
    layout: &Layout<'_>,
    columns: &[usize],
    rows: &[Keyed],
) -> Result<(), ExportError> {
    // The unknown columns are sorted by name.
    for pair in columns.windows(2).filter(|p| layout.columns[p[0]].name == layout.columns[p[1]].name) {
        if let Some(row) = rows.iter().find(|r| pair.iter().all(|c| !layout.cell(*c, r.row).is_absent())) {
            let mut record = String::new();
            push_cell(&mut record, snapshot.symbols, layout.columns[0].ty, layout.cell(0, row.row));
            return Err(ExportError::TwoTypes { record, name: layout.columns[pair[0]].name.to_owned() });
        }
    }
    Ok(())
}

/// An id as its own catalog may write it: without the prefix, unless what is left would be read as something else.
fn shortened<'t>(prefix: &str, id: &'t str) -> &'t str {
    let reads_back = |rest: &&str| !rest.is_empty() && !rest.contains(':') && rest.trim().len() == rest.len();
    id.strip_prefix(prefix).filter(reads_back).unwrap_or(id)
}

/// The header of a column that the contract does not know, refused where a reader would take it for another.
fn header(kind: Kind, name: &str, ty: ValueType) -> Result<String, ExportError> {
    let header = format!("{name}{}", ty.suffix());
    let typed = ValueType::ALL.into_iter().filter(|t| *t != ValueType::Text);
    let read_type = typed.clone().find(|t| header.len() > t.suffix().len() && header.ends_with(t.suffix()));
    let blanks = name.is_empty() || name.trim().len() != name.len();
    let known = |spec: &ColumnSpec| spec.name == name;
    if blanks
        || name.chars().any(char::is_control)
        || read_type.unwrap_or(ValueType::Text) != ty
        || kind.columns().iter().any(known)
    {
        return Err(ExportError::Column { kind: kind.label(), name: name.to_owned(), file: kind.spec().file });
    }
    debug_assert!(!is_hidden(name));
    Ok(header)
}
