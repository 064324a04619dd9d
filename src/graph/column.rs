//! Columns of a projection: codes into the column's distinct values, as narrow as they allow, or the values themselves.

use std::hash::Hash;

use serde::{Deserialize, Serialize};

use super::dictionary::Dictionary;
use super::file::{Data, Part, Section, SectionFile, SectionKey};
use super::{CellRef, NONE};
use crate::model::ValueType;
use crate::model::table::ABSENT;

/// How a column's cells are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Encoding {
    /// Every cell is the only value.
    Constant,
    /// A byte a cell: the number of its value.
    Bytes,
    /// Two bytes a cell: the number of its value.
    Shorts,
    /// The values themselves.
    Plain,
}

/// The description of a column.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct ColumnMeta {
    pub(super) name: String,
    /// [`ValueType`] by its code.
    pub(super) ty: u8,
    pub(super) encoding: Encoding,
}

impl ColumnMeta {
    pub(super) fn value_type(&self) -> ValueType {
        ValueType::from_code(self.ty).unwrap_or(ValueType::Text)
    }
}

/// A column ready to be written.
pub(super) struct EncodedColumn {
    pub(super) encoding: Encoding,
    pub(super) codes: Option<Data>,
    pub(super) values: Option<Data>,
}

fn encode<T: Copy + Eq + Hash>(
    cells: impl Iterator<Item = T> + Clone,
    rows: usize,
    data: impl Fn(Vec<T>) -> Data,
) -> EncodedColumn {
    let mut dictionary = Dictionary::new();
    let mut codes: Vec<u16> = Vec::with_capacity(rows);
    // A column with more distinct values than two bytes number, or nearly as many values as cells, stays plain.
    let most = (rows / 2).clamp(1, 1 << 16);
    for cell in cells.clone() {
        let code = dictionary.code(cell);
        if dictionary.len() > most {
            let plain = data(cells.collect());
            return EncodedColumn { encoding: Encoding::Plain, codes: None, values: Some(plain) };
        }
        codes.push(code as u16);
    }
    let (encoding, codes) = match dictionary.len() {
        0 | 1 => (Encoding::Constant, None),
        2..=256 => (Encoding::Bytes, Some(Data::Bytes(codes.into_iter().map(|c| c as u8).collect()))),
        _ => (Encoding::Shorts, Some(Data::Shorts(codes))),
    };
    EncodedColumn { encoding, codes, values: Some(data(dictionary.into_values())) }
}

/// Encodes symbols of the file.
pub(super) fn encode_symbols(cells: impl Iterator<Item = u32> + Clone, rows: usize) -> EncodedColumn {
    encode(cells, rows, Data::Words)
}

/// Encodes numbers.
pub(super) fn encode_numbers(cells: impl Iterator<Item = i64> + Clone, rows: usize) -> EncodedColumn {
    encode(cells, rows, Data::Longs)
}

/// A column of an open file.
#[derive(Clone, Debug)]
pub(super) struct ColumnRef {
    pub(super) name: String,
    pub(super) ty: ValueType,
    encoding: Encoding,
    codes: Section,
    values: Section,
}

impl ColumnRef {
    pub(super) fn open(file: &SectionFile, meta: &ColumnMeta, owner: u8, column: u16, of_nodes: bool) -> Self {
        let (codes, values) =
            if of_nodes { (Part::NodeCodes, Part::NodeValues) } else { (Part::EdgeCodes, Part::EdgeValues) };
        Self {
            name: meta.name.clone(),
            ty: meta.value_type(),
            encoding: meta.encoding,
            codes: file.section(SectionKey { part: codes, owner, column }),
            values: file.section(SectionKey { part: values, owner, column }),
        }
    }

    fn position(&self, file: &SectionFile, row: usize) -> usize {
        match self.encoding {
            Encoding::Constant => 0,
            Encoding::Bytes => file.bytes(self.codes).get(row).map_or(usize::MAX, |&c| usize::from(c)),
            Encoding::Shorts => file.slice::<u16>(self.codes).get(row).map_or(usize::MAX, |&c| usize::from(c)),
            Encoding::Plain => row,
        }
    }

    /// The symbol in a cell of a text or list column.
    pub(super) fn symbol(&self, file: &SectionFile, row: usize) -> u32 {
        file.slice::<u32>(self.values).get(self.position(file, row)).copied().unwrap_or(NONE)
    }

    /// The number in a cell of any other column.
    pub(super) fn number(&self, file: &SectionFile, row: usize) -> i64 {
        file.slice::<i64>(self.values).get(self.position(file, row)).copied().unwrap_or(ABSENT)
    }

    /// A cell.
    pub(super) fn cell<'f>(&self, file: &'f SectionFile, row: usize, text: impl FnOnce(u32) -> &'f str) -> CellRef<'f> {
        match self.ty {
            ValueType::Text | ValueType::List => match self.symbol(file, row) {
                NONE => CellRef::Absent,
                symbol => CellRef::Text(text(symbol)),
            },
            _ => match self.number(file, row) {
                ABSENT => CellRef::Absent,
                number => CellRef::Number(number),
            },
        }
    }
}
