//! A folder of CSV files, one for the nodes of each label (`nodes_Dataset.csv`) and one for the relationships of each
//! type (`relationships_HOLDS.csv`), for spreadsheets and bulk loaders.
//!
//! Nodes: `id`, the properties, `catalog`, `dangling`. Relationships: `start`, `end` (the ids of nodes, whose labels the
//! type fixes), the properties, `catalog`. A column of a property that the contract does not know keeps its type's suffix
//! (`depth:integer`). Labels and types without rows have no file.

use std::path::Path;

use crate::model::{Kind, RelType, ValueType};

use super::directory::Staged;
use super::graph::{Graph, key_property};
use super::layout::{Layout, RowRef, push_cell};
use super::{ExportError, Notes, Snapshot};

/// How the files are written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Begin each file with a byte-order mark, without which some spreadsheets take Chinese for another encoding.
    pub byte_order_mark: bool,
    /// Replace a target that holds an earlier export.
    pub replace: bool,
}

/// Writes a snapshot as a folder of CSV files, whole or not at all.
///
/// A cell that begins with `=`, `+`, `-` or `@` is written as it stands. A spreadsheet may run such a cell as a formula,
/// but a mark put before it would change the value, and what is exported must come back the same.
///
/// # Errors
///
/// An error when the target holds something and is not to be replaced, or holds what no such export wrote, or when the
/// files cannot be written.
pub fn write(snapshot: Snapshot<'_>, options: Options, target: &Path) -> Result<Notes, ExportError> {
    let staged = Staged::new(target, options.replace, is_ours)?;
    let graph = Graph::new(snapshot, RelType::ALL);
    let mut notes = graph.notes();
    for kind in Kind::NODES {
        let nodes = graph.nodes(kind);
        if nodes.is_empty() {
            continue;
        }
        let properties = Properties::new(snapshot, kind, &["catalog", "dangling"]);
        let mut sheet = Sheet::new(&staged, &format!("nodes_{}.csv", kind.label()), options)?;
        // A record's own `id` column is the file's; a record without one keeps its key's columns beside it.
        let own_id = key_property(kind) == "id";
        let header = properties.header().skip(usize::from(own_id));
        sheet.header(std::iter::once("id").chain(header).chain(["catalog", "dangling"]))?;
        for node in nodes {
            notes.nodes += 1;
            let key = graph.key_text(node);
            sheet.field(key)?;
            match node.row {
                Some(at) => {
                    sheet.properties(snapshot, &properties, at, usize::from(own_id))?;
                    sheet.field(graph.catalog(at).unwrap_or_default())?;
                    sheet.field("")?;
                }
                None => {
                    notes.dangling += 1;
                    for name in properties.header().skip(usize::from(own_id)) {
                        sheet.field(if name == key_property(kind) { key } else { "" })?;
                    }
                    sheet.field("")?;
                    sheet.field("true")?;
                }
            }
            sheet.end_row()?;
        }
        sheet.close()?;
    }
    for &ty in RelType::ALL {
        let edges = graph.edges(ty);
        if edges.is_empty() {
            continue;
        }
        let properties = ty.record().map(|record| Properties::new(snapshot, record, &["start", "end", "catalog"]));
        let mut sheet = Sheet::new(&staged, &format!("relationships_{}.csv", ty.name()), options)?;
        let header = properties.iter().flat_map(Properties::header);
        sheet.header(["start", "end"].into_iter().chain(header).chain(["catalog"]))?;
        for edge in edges {
            notes.relationships += 1;
            let (from, to) = graph.ends(edge);
            sheet.field(from)?;
            sheet.field(to)?;
            if let Some(properties) = &properties {
                sheet.properties(snapshot, properties, edge.row, 0)?;
            }
            sheet.field(graph.catalog(edge.row).unwrap_or_default())?;
            sheet.end_row()?;
        }
        sheet.close()?;
    }
    staged.finish()?;
    Ok(notes)
}

/// Whether a file, by its path from the target, is one that such an export writes.
fn is_ours(path: &Path) -> bool {
    let Some(name) = path.to_str().and_then(|p| p.strip_suffix(".csv")) else { return false };
    name.strip_prefix("nodes_").is_some_and(|label| Kind::NODES.iter().any(|k| k.label() == label))
        || name.strip_prefix("relationships_").is_some_and(|ty| RelType::from_name(ty).is_some())
}

/// The columns of a kind that are properties, with their headers.
struct Properties<'a> {
    layout: Layout<'a>,
    headers: Vec<Option<String>>,
}

impl<'a> Properties<'a> {
    fn new(snapshot: Snapshot<'a>, kind: Kind, reserved: &[&str]) -> Self {
        let layout = Layout::new(snapshot, kind);
        let mut headers = layout.property_names(reserved);
        for (column, header) in layout.columns.iter().zip(&mut headers) {
            let Some(header) = header.as_mut().filter(|_| column.spec.is_none()) else { continue };
            if column.ty != ValueType::Text && !header.ends_with(column.ty.suffix()) {
                header.push_str(column.ty.suffix());
            }
        }
        Self { layout, headers }
    }

    fn header(&self) -> impl Iterator<Item = &str> {
        self.headers.iter().flatten().map(String::as_str)
    }
}

/// A CSV file that is being written.
struct Sheet<'s> {
    staged: &'s Staged,
    name: String,
    rows: ::csv::Writer<std::io::BufWriter<std::fs::File>>,
    plain: String,
}

impl<'s> Sheet<'s> {
    fn new(staged: &'s Staged, name: &str, options: Options) -> Result<Self, ExportError> {
        let mut file = staged.create(Path::new(name))?;
        if options.byte_order_mark {
            std::io::Write::write_all(&mut file, "\u{feff}".as_bytes())
                .map_err(ExportError::file(&staged.path(Path::new(name))))?;
        }
        Ok(Self { staged, name: name.to_owned(), rows: writer(file), plain: String::new() })
    }

    fn checked<T>(&self, result: Result<T, ::csv::Error>) -> Result<T, ExportError> {
        result.map_err(|e| ExportError::file(&self.staged.path(Path::new(&self.name)))(e.into()))
    }

    fn header<'h>(&mut self, names: impl Iterator<Item = &'h str>) -> Result<(), ExportError> {
        for name in names {
            self.field(name)?;
        }
        self.end_row()
    }

    fn field(&mut self, text: &str) -> Result<(), ExportError> {
        let result = self.rows.write_field(text);
        self.checked(result)
    }

    fn end_row(&mut self) -> Result<(), ExportError> {
        let result = self.rows.write_record(None::<&[u8]>);
        self.checked(result)
    }

    fn properties(
        &mut self,
        snapshot: Snapshot<'_>,
        properties: &Properties<'_>,
        at: RowRef,
        skip: usize,
    ) -> Result<(), ExportError> {
        let columns = properties.headers.iter().enumerate().filter(|(_, header)| header.is_some()).skip(skip);
        for (column, _) in columns {
            self.plain.clear();
            let cell = properties.layout.cell(column, at);
            push_cell(&mut self.plain, snapshot.symbols, properties.layout.columns[column].ty, cell);
            let result = self.rows.write_field(&self.plain);
            self.checked(result)?;
        }
        Ok(())
    }

    fn close(self) -> Result<(), ExportError> {
        let path = self.staged.path(Path::new(&self.name));
        let file =
            self.rows.into_inner().map_err(|e| ExportError::file(&path)(std::io::Error::other(e.to_string())))?;
        self.staged.close(Path::new(&self.name), file)
    }
}

/// A writer of rows: quotes where they are needed, lines that end in LF.
pub(crate) fn writer<W: std::io::Write>(out: W) -> ::csv::Writer<W> {
    ::csv::WriterBuilder::new().terminator(::csv::Terminator::Any(b'\n')).from_writer(out)
}
