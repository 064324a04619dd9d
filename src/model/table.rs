//! Records of one kind as columns: the form in which a catalog is read, diffed, logged and projected.

use std::borrow::Cow;

use super::date;
use super::kind::Kind;
use super::list;
use super::symbols::{Renumbering, Sym, Symbols};
use super::value::{Value, ValueType};

/// The number that marks an absent cell in [`Cells::Numbers`].
pub const ABSENT: i64 = i64::MIN;

/// The cells of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Cells {
    /// Texts and lists (a list is the text of its cell, see [`super::list`]).
    Symbols(Vec<Sym>),
    /// Integers, dates (days since 1970-01-01), booleans (0 or 1), and floats by their bits.
    Numbers(Vec<i64>),
}

impl Cells {
    /// No cells, of the form that values of this type take.
    #[must_use]
    pub fn new(ty: ValueType) -> Self {
        match ty {
            ValueType::Text | ValueType::List => Self::Symbols(Vec::new()),
            _ => Self::Numbers(Vec::new()),
        }
    }

    fn resize(&mut self, len: usize) {
        match self {
            Self::Symbols(cells) => cells.resize(len, Sym::NONE),
            Self::Numbers(cells) => cells.resize(len, ABSENT),
        }
    }
}

/// A named, typed column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// The property's name.
    pub name: Cow<'static, str>,
    /// The type of its values.
    pub ty: ValueType,
    /// The cells, one a row.
    pub cells: Cells,
}

/// A cell as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cell {
    /// A text or a list, by its symbol.
    Symbol(Sym),
    /// Anything else.
    Number(i64),
}

impl Cell {
    /// Whether the cell is empty.
    #[must_use]
    pub fn is_absent(self) -> bool {
        match self {
            Self::Symbol(sym) => sym.is_none(),
            Self::Number(n) => n == ABSENT,
        }
    }
}

/// The stored form of a float: its bits, with one zero.
#[must_use]
pub fn float_bits(value: f64) -> i64 {
    let value = if value == 0.0 { 0.0 } else { value };
    value.to_bits() as i64
}

/// The value of a stored number.
#[must_use]
pub fn number_value(ty: ValueType, number: i64) -> Value<'static> {
    if number == ABSENT {
        return Value::Null;
    }
    match ty {
        ValueType::Float => Value::Float(f64::from_bits(number as u64)),
        ValueType::Boolean => Value::Boolean(number != 0),
        ValueType::Date => Value::Date(date::from_days(number)),
        ValueType::Integer | ValueType::Text | ValueType::List => Value::Integer(number),
    }
}

/// The value of a stored text.
#[must_use]
pub fn text_value(ty: ValueType, text: Option<&str>) -> Value<'_> {
    match (ty, text) {
        (_, None) => Value::Null,
        (ValueType::List, Some(cell)) => Value::List(list::split(cell).map(Value::Text).collect()),
        (_, Some(text)) => Value::Text(Cow::Borrowed(text)),
    }
}

/// Records of one kind. The first columns are the kind's own, in its order; columns that the contract does not know
/// follow, in the order of their name and type.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The kind.
    pub kind: Kind,
    /// The catalog that states each row.
    pub catalog: Vec<Sym>,
    /// The columns.
    pub columns: Vec<Column>,
}

impl Table {
    /// No rows, with the kind's own columns.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        let columns = kind
            .columns()
            .iter()
            .map(|spec| {
                let ty = spec.ty.value_type();
                Column { name: Cow::Borrowed(spec.name), ty, cells: Cells::new(ty) }
            })
            .collect();
        Self { kind, catalog: Vec::new(), columns }
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.catalog.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.catalog.is_empty()
    }

    /// The position of the column for a property that the contract does not know, added where it is new (which
    /// shifts the positions of later ones).
    pub fn extra_column(&mut self, name: &str, ty: ValueType) -> usize {
        self.extra_column_of(self.len(), name, ty)
    }

    /// As [`Table::extra_column`], where columns are filled one after another: a new one gets so many absent cells.
    pub fn extra_column_of(&mut self, rows: usize, name: &str, ty: ValueType) -> usize {
        let own = self.kind.columns().len();
        let place = self.columns[own..].binary_search_by(|c| (c.name.as_ref(), c.ty).cmp(&(name, ty)));
        match place {
            Ok(i) => own + i,
            Err(i) => {
                let mut cells = Cells::new(ty);
                cells.resize(rows);
                self.columns.insert(own + i, Column { name: Cow::Owned(name.to_owned()), ty, cells });
                own + i
            }
        }
    }

    /// A new row of absent cells, stated by this catalog; its position.
    pub fn push_row(&mut self, catalog: Sym) -> usize {
        self.catalog.push(catalog);
        let len = self.len();
        for column in &mut self.columns {
            column.cells.resize(len);
        }
        len - 1
    }

    /// Appends a row of these cells, one for each column in the table's order, stated by this catalog. A cell of the
    /// other form than its column's, or none, is left absent.
    pub fn push_cells(&mut self, catalog: Sym, cells: &[Cell]) {
        self.catalog.push(catalog);
        for (i, column) in self.columns.iter_mut().enumerate() {
            match (&mut column.cells, cells.get(i)) {
                (Cells::Symbols(column), Some(Cell::Symbol(sym))) => column.push(*sym),
                (Cells::Symbols(column), _) => column.push(Sym::NONE),
                (Cells::Numbers(column), Some(Cell::Number(number))) => column.push(*number),
                (Cells::Numbers(column), _) => column.push(ABSENT),
            }
        }
    }

    /// Gives columns that are shorter than the catalog's the absent cells that they lack.
    pub fn fill_up(&mut self) {
        let len = self.len();
        for column in &mut self.columns {
            column.cells.resize(len);
        }
    }

    /// Takes the last row back.
    pub fn pop_row(&mut self) {
        self.catalog.pop();
        let len = self.len();
        for column in &mut self.columns {
            column.cells.resize(len);
        }
    }

    /// The symbol in a cell of a text or list column; absent for a column of numbers.
    #[must_use]
    pub fn sym(&self, column: usize, row: usize) -> Sym {
        match &self.columns[column].cells {
            Cells::Symbols(cells) => cells[row],
            Cells::Numbers(_) => Sym::NONE,
        }
    }

    /// The number in a cell; absent for a column of texts.
    #[must_use]
    pub fn number(&self, column: usize, row: usize) -> i64 {
        match &self.columns[column].cells {
            Cells::Symbols(_) => ABSENT,
            Cells::Numbers(cells) => cells[row],
        }
    }

    /// A cell as it is stored.
    #[must_use]
    pub fn cell(&self, column: usize, row: usize) -> Cell {
        match &self.columns[column].cells {
            Cells::Symbols(cells) => Cell::Symbol(cells[row]),
            Cells::Numbers(cells) => Cell::Number(cells[row]),
        }
    }

    /// Sets a cell; a cell of the other form than its column's is left absent.
    pub fn set(&mut self, column: usize, row: usize, cell: Cell) {
        match (&mut self.columns[column].cells, cell) {
            (Cells::Symbols(cells), Cell::Symbol(sym)) => cells[row] = sym,
            (Cells::Numbers(cells), Cell::Number(number)) => cells[row] = number,
            _ => {}
        }
    }

    /// The value of a cell.
    #[must_use]
    pub fn value<'a>(&self, symbols: &'a Symbols, column: usize, row: usize) -> Value<'a> {
        let ty = self.columns[column].ty;
        match self.cell(column, row) {
            Cell::Symbol(sym) => text_value(ty, symbols.get(sym)),
            Cell::Number(number) => number_value(ty, number),
        }
    }

    /// The symbols of a text or list column; none for a column of numbers.
    #[must_use]
    pub fn syms(&self, column: usize) -> &[Sym] {
        match &self.columns[column].cells {
            Cells::Symbols(cells) => cells,
            Cells::Numbers(_) => &[],
        }
    }

    /// The numbers of a column; none for a column of texts.
    #[must_use]
    pub fn numbers(&self, column: usize) -> &[i64] {
        match &self.columns[column].cells {
            Cells::Symbols(_) => &[],
            Cells::Numbers(cells) => cells,
        }
    }

    /// Gives every symbol its number in the set that its scope has joined.
    pub fn renumber(&mut self, renumbering: &Renumbering) {
        self.map_symbols(|sym| renumbering.apply(sym));
    }

    /// Replaces every symbol.
    pub fn map_symbols(&mut self, mut map: impl FnMut(Sym) -> Sym) {
        for sym in &mut self.catalog {
            *sym = map(*sym);
        }
        for column in &mut self.columns {
            if let Cells::Symbols(cells) = &mut column.cells {
                for sym in cells {
                    *sym = map(*sym);
                }
            }
        }
    }

    /// Appends a row of another table of this kind, its symbols being of the same set.
    pub fn append_row(&mut self, other: &Self, row: usize) {
        let own = self.kind.columns().len();
        let to = self.push_row(other.catalog[row]);
        for c in 0..own {
            self.set(c, to, other.cell(c, row));
        }
        for c in own..other.columns.len() {
            let cell = other.cell(c, row);
            if !cell.is_absent() {
                let at = self.extra_column(&other.columns[c].name, other.columns[c].ty);
                self.set(at, to, cell);
            }
        }
    }

    /// Keeps the rows that a test accepts, in their order.
    pub fn retain(&mut self, mut keep: impl FnMut(&Self, usize) -> bool) {
        let kept: Vec<usize> = (0..self.len()).filter(|&row| keep(self, row)).collect();
        if kept.len() == self.len() {
            return;
        }
        self.catalog = kept.iter().map(|&r| self.catalog[r]).collect();
        for column in &mut self.columns {
            match &mut column.cells {
                Cells::Symbols(cells) => *cells = kept.iter().map(|&r| cells[r]).collect(),
                Cells::Numbers(cells) => *cells = kept.iter().map(|&r| cells[r]).collect(),
            }
        }
    }
}
