//! The rows of one file.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use super::cells::{Interner, control_character};
use super::encoding::TextSource;
use super::header::Layout;
use super::reading::{FileReading, ReadOptions, RejectedIdentity};
use super::records::{Row, Step};
use super::rejection::{Reason, Rejection};
use super::{Error, duplicates};
use crate::model::table::Cell;
use crate::model::{Kind, Sym, SymbolScope, Table};

/// The longest cell, in bytes as written in the file (after decoding).
pub(super) const CELL_LIMIT: usize = 1 << 20;
/// The longest row.
pub(super) const ROW_LIMIT: usize = 64 << 20;

/// Reads the rows of a file of this kind: the good ones, and why the others are not.
pub(super) fn read<R: Read>(
    input: R,
    path: &Path,
    kind: Kind,
    catalog: &str,
    scope: &mut SymbolScope<'_>,
    options: &ReadOptions<'_>,
) -> Result<(FileReading, Vec<Rejection>), Error> {
    let file: Arc<Path> = path.into();
    let mut source = TextSource::new(input, file.clone(), options.encoding, options.progress);
    let mut reader = Rows::new(file, kind, Interner::new(scope, catalog));
    let mut text = String::new();
    loop {
        let last = source.fill(&mut text, reader.line)?;
        let used = reader.take(&text, last)?;
        if last {
            return reader.finish();
        }
        text.drain(..used);
    }
}

/// The rows read so far.
struct Rows<'s, 'b> {
    file: Arc<Path>,
    with: Interner<'s, 'b>,
    catalog: Sym,
    layout: Option<Layout>,
    table: Table,
    lines: Vec<u32>,
    rejections: Vec<Rejection>,
    rejected: Vec<RejectedIdentity>,
    /// The columns of a sharing edge's ends or a need's consumer, one of which must be of this catalog, by their position
    /// in the file.
    owners: Vec<usize>,
    /// The line where the next row begins.
    line: u64,
    /// How many rows there were.
    seen: u64,
    /// The cells of the row at hand, in the table's order.
    cells: Vec<Cell>,
    /// What is wrong with cells of the row at hand, by their position in the file.
    faults: Vec<(usize, Reason)>,
}

impl<'s, 'b> Rows<'s, 'b> {
    fn new(file: Arc<Path>, kind: Kind, mut with: Interner<'s, 'b>) -> Self {
        let id = with.catalog().to_owned();
        let catalog = with.intern(&id);
        Self {
            file,
            with,
            catalog,
            layout: None,
            table: Table::new(kind),
            lines: Vec::new(),
            rejections: Vec::new(),
            rejected: Vec::new(),
            owners: Vec::new(),
            line: 1,
            seen: 0,
            cells: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// Takes the complete rows of a text; how many bytes they are. `last` says that no text follows.
    fn take(&mut self, text: &str, last: bool) -> Result<usize, Error> {
        let mut row = Row::default();
        let mut at = 0;
        loop {
            let step = row.next(text, at, last);
            match step {
                Step::Row => {
                    self.check_limits(&row, row.end - at, row.longest, step)?;
                    if !row.is_blank(text) {
                        self.row(&row, text)?;
                    }
                    self.line += row.breaks;
                    at = row.end;
                }
                Step::More | Step::Unclosed => {
                    self.check_limits(&row, text.len() - at, text.len() - row.open.0, step)?;
                    if step == Step::Unclosed {
                        return Err(Error::UnclosedQuote {
                            path: self.file.to_path_buf(),
                            line: self.line + row.open.1,
                        });
                    }
                    return Ok(at);
                }
                Step::End => return Ok(at),
            }
        }
    }

    fn check_limits(&self, row: &Row, length: usize, cell: usize, step: Step) -> Result<(), Error> {
        if cell > CELL_LIMIT {
            // Of a whole row, the row's own line: which of its cells is the long one shows soon enough.
            let line = self.line + if step == Step::Row { 0 } else { row.open.1 };
            return Err(Error::CellTooLong { path: self.file.to_path_buf(), line, limit: CELL_LIMIT });
        }
        if length > ROW_LIMIT {
            return Err(Error::LineTooLong { path: self.file.to_path_buf(), line: self.line, limit: ROW_LIMIT });
        }
        Ok(())
    }

    fn row(&mut self, row: &Row, text: &str) -> Result<(), Error> {
        let Some(layout) = &mut self.layout else {
            let layout = Layout::read(&mut self.table, row, text, &self.file, self.line)?;
            self.cells = (0..self.table.columns.len()).map(|c| absent(&self.table, c)).collect();
            let owners: &[&str] = match self.table.kind {
                Kind::Share => &["from", "to"],
                Kind::Need => &["consumer"],
                _ => &[],
            };
            self.owners =
                (0..layout.columns.len()).filter(|&i| owners.contains(&layout.columns[i].name.as_str())).collect();
            self.layout = Some(layout);
            return Ok(());
        };
        self.seen += 1;
        self.faults.clear();
        for (i, column) in layout.columns.iter_mut().enumerate().take(row.len()) {
            let raw = row.cell(text, i);
            let Some(target) = column.target else {
                if raw.is_empty() {
                    continue;
                }
                let problem = format!("column {} has values (here {raw:.40?}), but no name in the header", i + 1);
                return Err(Error::Header { path: self.file.to_path_buf(), line: self.line, problem });
            };
            match column.read(&mut self.with, raw) {
                Ok(cell) => self.cells[target] = cell,
                Err(reason) => self.faults.push((i, reason)),
            }
        }
        let whole = row.len() == layout.columns.len() && !row.control && row.after_quote.is_none();
        if whole && self.faults.is_empty() && layout.twins.is_empty() && self.is_own() {
            self.table.push_cells(self.catalog, &self.cells);
            self.lines.push(line_number(self.line));
            return Ok(());
        }
        self.doubtful_row(row, text);
        Ok(())
    }

    /// Whether the catalog may state the row at hand: an own id is checked with its cell.
    fn is_own(&self) -> bool {
        let Some(layout) = &self.layout else { return false };
        self.owners.is_empty() || self.owners.iter().any(|&i| layout.columns[i].own)
    }

    /// A row that something is wrong with, or may be.
    fn doubtful_row(&mut self, row: &Row, text: &str) {
        let own = self.is_own();
        let Some(layout) = &self.layout else { return };
        let mut faults = std::mem::take(&mut self.faults);
        let count = layout.columns.len();
        if row.len() != count {
            // What is in which column is a guess then, so this is all that is said.
            let reason = Reason::CellCount { cells: row.len(), columns: count };
            self.rejections.push(rejection(&self.file, self.line, None, None, reason));
        } else {
            for i in 0..row.len() {
                if row.control
                    && let Some(c) = control_character(row.cell(text, i))
                {
                    faults.retain(|f| f.0 != i);
                    faults.push((i, Reason::ControlCharacter(c)));
                }
            }
            if let Some(i) = row.after_quote {
                faults.retain(|f| f.0 != i);
                faults.push((i, Reason::TextAfterQuote));
            }
            for &(i, j) in &layout.twins {
                if !row.cell(text, i).is_empty() && !row.cell(text, j).is_empty() {
                    faults.push((j, Reason::TwoValues));
                }
            }
            if faults.is_empty() && !own {
                let catalog = self.with.catalog().to_owned();
                let (target, reason) = match self.table.kind {
                    Kind::Share => (1, Reason::ForeignShare { catalog }),
                    _ => (0, Reason::ForeignNeed { catalog }),
                };
                faults.extend(layout.position(target).map(|i| (i, reason)));
            }
            if faults.is_empty() {
                self.table.push_cells(self.catalog, &self.cells);
                self.lines.push(line_number(self.line));
                return;
            }
            faults.sort_by_key(|f| f.0);
            for (i, reason) in &faults {
                let value = Some(row.cell(text, *i)).filter(|v| !v.is_empty());
                let column = Some(layout.columns[*i].name.as_str());
                self.rejections.push(rejection(&self.file, self.line, column, value, reason.clone()));
            }
        }
        let is_foreign = |r: &Reason| matches!(r, Reason::ForeignShare { .. } | Reason::ForeignNeed { .. });
        let identity = self.table.kind.spec().identity.iter().map(|&target| match layout.position(target) {
            None => Some(absent(&self.table, target)),
            Some(i) if i >= row.len() || faults.iter().any(|(f, r)| *f == i && !is_foreign(r)) => None,
            Some(_) => Some(self.cells[target]),
        });
        self.rejected.push(RejectedIdentity { line: line_number(self.line), cells: identity.collect() });
    }

    fn finish(mut self) -> Result<(FileReading, Vec<Rejection>), Error> {
        let Some(layout) = &mut self.layout else {
            return Err(Error::Empty { path: self.file.to_path_buf() });
        };
        let notes = std::mem::take(&mut layout.notes);
        let kind = self.table.kind;
        let repeated = duplicates::find(&self.table);
        if !repeated.is_empty() {
            let key = kind.spec().identity[0];
            let column = layout.position(key).map(|i| layout.columns[i].name.clone());
            for &(row, first) in &repeated {
                let value = identity_text(&self.table, row, |sym| self.with.text(sym));
                let reason = Reason::Duplicate { first: u64::from(self.lines[first]) };
                let line = u64::from(self.lines[row]);
                self.rejections.push(rejection(&self.file, line, column.as_deref(), Some(&value), reason));
            }
            self.rejections.sort_by_key(|r| r.line);
            let mut gone = repeated.iter().map(|r| r.0).peekable();
            let mut row = 0;
            self.lines.retain(|_| {
                row += 1;
                gone.next_if_eq(&(row - 1)).is_none()
            });
            let gone: Vec<usize> = repeated.iter().map(|r| r.0).collect();
            self.table.retain(|_, row| gone.binary_search(&row).is_err());
        }
        let reading = FileReading {
            kind,
            path: self.file.to_path_buf(),
            table: self.table,
            lines: self.lines,
            header_only: self.seen == 0,
            notes,
            rejected: self.rejected,
        };
        Ok((reading, self.rejections))
    }
}

/// The identity of a row as a rejection shows it: its parts, separated by commas.
fn identity_text<'a>(table: &Table, row: usize, text: impl Fn(Sym) -> &'a str) -> String {
    let cells = table.kind.spec().identity.iter().map(|&c| (table.columns[c].ty, table.cell(c, row)));
    let parts = cells.filter(|(_, cell)| !cell.is_absent()).map(|(ty, cell)| match cell {
        Cell::Symbol(sym) => text(sym).to_owned(),
        Cell::Number(n) => match crate::model::table::number_value(ty, n) {
            crate::model::Value::Date(date) => date.to_string(),
            _ => n.to_string(),
        },
    });
    parts.collect::<Vec<_>>().join(", ")
}

fn absent(table: &Table, column: usize) -> Cell {
    match table.columns[column].cells {
        crate::model::table::Cells::Symbols(_) => Cell::Symbol(Sym::NONE),
        crate::model::table::Cells::Numbers(_) => Cell::Number(crate::model::table::ABSENT),
    }
}

fn line_number(line: u64) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

fn rejection(file: &Arc<Path>, line: u64, column: Option<&str>, value: Option<&str>, reason: Reason) -> Rejection {
    Rejection {
        file: file.clone(),
        line,
        column: column.map(str::to_owned),
        value: value.map(Rejection::excerpt),
        reason,
    }
}
