//! What is encoded is decoded to the same, and nothing else is decoded.

use proptest::prelude::*;

use super::encode::EncodedChunk;
use super::*;
use crate::model::table::{ABSENT, Cell, float_bits};
use crate::model::{Batch, ChangeSet, Kind, Operation, Symbols, Table, ValueType};
use crate::store::commit::ChunkInfo;

/// A column before it is made: its cells each with a text and a number, of which its type takes one.
type PlainColumn = (String, ValueType, Vec<Option<(String, i64)>>);

/// A batch before it is made: its columns, and the catalog of each row.
type PlainBatch = (Operation, Kind, Vec<PlainColumn>, Vec<String>);

/// A row in words: every present cell by its column's name and type.
type Words = (Operation, Kind, String, Vec<(String, u8, String)>);

fn words(changes: &ChangeSet) -> Vec<Words> {
    let mut out = Vec::new();
    for batch in &changes.batches {
        let table = &batch.table;
        for row in 0..table.len() {
            let cell = |(c, column): (usize, &crate::model::Column)| {
                let text = match table.cell(c, row) {
                    cell if cell.is_absent() => return None,
                    Cell::Symbol(sym) => changes.symbols.text(sym).to_owned(),
                    Cell::Number(number) => number.to_string(),
                };
                Some((column.name.to_string(), column.ty as u8, text))
            };
            let cells = table.columns.iter().enumerate().filter_map(cell).collect();
            out.push((batch.operation, table.kind, changes.symbols.text(table.catalog[row]).to_owned(), cells));
        }
    }
    out
}

fn decoded(chunks: &[EncodedChunk]) -> ChangeSet {
    let mut changes = ChangeSet::default();
    for chunk in chunks {
        let batch = decode(&chunk.bytes, &chunk.info, &mut changes.symbols).unwrap();
        changes.batches.push(batch);
    }
    changes
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[a-c]{0,3}",
        4 => "cn:51013[0-9]{7}-[a-z]{1,9}-[0-9]{2}",
        2 => "[民政教育厅局]{1,8}",
        1 => "\\PC{0,40}",
        1 => (0..400_usize).prop_map(|n| "长".repeat(n)),
    ]
}

fn number(ty: ValueType) -> BoxedStrategy<i64> {
    match ty {
        ValueType::Boolean => (0..=1_i64).boxed(),
        ValueType::Date => (-4_371_587..=2_932_896_i64).boxed(),
        ValueType::Float => prop_oneof![
            (0..9).prop_map(|n| float_bits(f64::from(n) / 8.0)),
            any::<f64>().prop_filter_map("finite", |f| { f.is_finite().then(|| float_bits(f)) })
        ]
        .boxed(),
        _ => prop_oneof![
            0..5_i64,
            -300..70_000_i64,
            any::<i64>().prop_filter("absent", |n| *n != ABSENT),
            Just(i64::MAX),
            Just(ABSENT + 1)
        ]
        .boxed(),
    }
}

/// Cells of one column: mostly runs, sometimes all alike, sometimes all absent.
fn column(ty: ValueType, rows: usize) -> BoxedStrategy<Vec<Option<(String, i64)>>> {
    let cell = (text().boxed(), number(ty));
    prop_oneof![
        1 => Just(vec![None; rows]),
        1 => cell.clone().prop_map(move |c| vec![Some(c); rows]),
        4 => proptest::collection::vec(proptest::option::weighted(0.8, cell), rows..=rows),
    ]
    .boxed()
}

fn batch() -> impl Strategy<Value = PlainBatch> {
    let kind = (0..Kind::ALL.len()).prop_map(|k| Kind::ALL[k]);
    let operation = any::<bool>().prop_map(|put| if put { Operation::Put } else { Operation::Delete });
    let extras = proptest::collection::btree_map("[x-z]{1,2}|note", 0..6_u8, 0..4);
    (operation, kind, extras, 1..40_usize).prop_flat_map(|(operation, kind, extras, rows)| {
        let own = kind.columns().iter().map(|c| (c.name.to_owned(), c.ty.value_type()));
        let extras = extras.into_iter().filter_map(|(n, t)| ValueType::from_code(t).map(|t| (n, t)));
        let columns: Vec<_> = own.chain(extras).map(|(name, ty)| (Just(name), Just(ty), column(ty, rows))).collect();
        let catalogs = proptest::collection::vec("cn|sichuan|民政", rows..=rows);
        (Just(operation), Just(kind), columns, catalogs)
    })
}

fn changes() -> impl Strategy<Value = ChangeSet> {
    proptest::collection::vec(batch(), 0..4).prop_map(|batches| {
        let mut changes = ChangeSet::default();
        for (operation, kind, columns, catalogs) in batches {
            let mut table = Table::new(kind);
            for catalog in &catalogs {
                table.push_row(changes.symbols.intern(catalog));
            }
            let own = table.columns.len();
            for (i, (name, ty, cells)) in columns.into_iter().enumerate() {
                let at = if i < own { i } else { table.extra_column(&name, ty) };
                for (row, cell) in cells.into_iter().enumerate() {
                    let Some((text, number)) = cell else { continue };
                    let cell = match ty {
                        ValueType::Text | ValueType::List => Cell::Symbol(changes.symbols.intern(&text)),
                        _ => Cell::Number(number),
                    };
                    table.set(at, row, cell);
                }
            }
            changes.batches.push(Batch { operation, table });
        }
        changes
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_changes_come_back(changes in changes()) {
        let chunks = encode(&changes).unwrap();
        prop_assert_eq!(words(&decoded(&chunks)), words(&changes));
        // The same changes give the same bytes, or ids of commits would not repeat.
        let again = encode(&changes).unwrap();
        prop_assert!(chunks.iter().zip(&again).all(|(a, b)| a.info == b.info && a.bytes == b.bytes));
    }

    #[test]
    fn a_hostile_body_gives_an_error_or_changes_but_no_panic(
        changes in changes(),
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        for chunk in encode(&changes).unwrap() {
            // The hash and the checksum are made to fit, as somebody who forges a commit would.
            let mut body = open(&chunk.bytes, &chunk.info).unwrap();
            for (at, byte) in &edits {
                let at = at.index(body.len());
                body[at] = *byte;
            }
            if let Some(cut) = cut {
                body.truncate(cut.index(body.len()));
            }
            let forged = forge(&body, chunk.info);
            if let Ok(batch) = decode(&forged.bytes, &forged.info, &mut Symbols::new()) {
                prop_assert_eq!(batch.table.len(), chunk.info.rows as usize);
            }
        }
    }
}

fn forge(body: &[u8], info: ChunkInfo) -> EncodedChunk {
    use sha2::Digest;
    let sha256 = sha2::Sha256::digest(body).into();
    EncodedChunk { info: ChunkInfo { length: body.len() as u32, sha256, ..info }, bytes: encode::compress(body) }
}

fn long_table(rows: usize) -> ChangeSet {
    let mut changes = ChangeSet::default();
    let catalog = changes.symbols.intern("cn");
    let mut table = Table::new(Kind::Department);
    for i in 0..rows {
        let row = table.push_row(catalog);
        let id = changes.symbols.intern(&format!("cn:51{:010}-minzheng", i / 3 + i * 2));
        table.set(0, row, Cell::Symbol(id));
        if i % 7 != 0 {
            let line = changes.symbols.intern(["minzheng", "shuiwu", "gongan"][i % 3]);
            table.set(3, row, Cell::Symbol(line));
        }
        if i > 0 {
            table.set(4, row, table.cell(0, row / 2));
        }
    }
    changes.batches.push(Batch { operation: Operation::Put, table });
    changes
}

#[test]
fn long_tables_are_split_and_small_on_disk() {
    let changes = long_table(2 * MAX_ROWS + 5);
    let chunks = encode(&changes).unwrap();
    assert_eq!(chunks.iter().map(|c| c.info.rows).collect::<Vec<_>>(), [MAX_ROWS as u32, MAX_ROWS as u32, 5]);
    assert_eq!(words(&decoded(&chunks)), words(&changes));
    let bytes: usize = chunks.iter().map(|c| c.bytes.len()).sum();
    assert!(bytes < 12 * changes.len(), "{bytes} bytes for {} rows", changes.len());
}

#[test]
fn long_texts_are_split_and_too_long_ones_refused() {
    let mut changes = ChangeSet::default();
    let catalog = changes.symbols.intern("cn");
    let mut table = Table::new(Kind::Dataset);
    for i in 0..40 {
        let row = table.push_row(catalog);
        let description = format!("{i:07}") + &"x".repeat(1 << 20);
        table.set(15, row, Cell::Symbol(changes.symbols.intern(&description)));
    }
    changes.batches.push(Batch { operation: Operation::Put, table });
    let chunks = encode(&changes).unwrap();
    assert!(chunks.len() > 1);
    assert_eq!(decoded(&chunks).len(), 40);
    let long = changes.symbols.intern(&"y".repeat(MAX_TEXTS + 1));
    changes.batches[0].table.set(15, 3, Cell::Symbol(long));
    let error = encode(&changes).unwrap_err().to_string();
    assert!(error.contains("row 4"), "{error}");
}

#[test]
fn what_could_not_be_read_back_is_not_written() {
    for (ty, number) in
        [(ValueType::Float, f64::NAN.to_bits() as i64), (ValueType::Boolean, 2), (ValueType::Date, 3_000_000)]
    {
        let mut changes = ChangeSet::default();
        let catalog = changes.symbols.intern("cn");
        let mut table = Table::new(Kind::Line);
        table.push_row(catalog);
        let at = table.extra_column("x", ty);
        table.set(at, 0, Cell::Number(number));
        changes.batches.push(Batch { operation: Operation::Put, table });
        assert!(matches!(encode(&changes), Err(Error::Unstorable(_))), "{ty:?}");
    }
}

#[test]
fn every_flipped_bit_and_every_cut_of_a_chunk_is_told() {
    let chunk = encode(&long_table(40)).unwrap().remove(0);
    for at in 0..chunk.bytes.len() {
        for bit in 0..8 {
            let mut bytes = chunk.bytes.clone();
            bytes[at] ^= 1 << bit;
            assert!(decode(&bytes, &chunk.info, &mut Symbols::new()).is_err(), "byte {at}");
        }
        assert!(decode(&chunk.bytes[..at], &chunk.info, &mut Symbols::new()).is_err(), "cut at {at}");
    }
}

#[test]
fn a_small_chunk_does_not_claim_much_memory() {
    let chunk = encode(&long_table(3)).unwrap().remove(0);
    let body = open(&chunk.bytes, &chunk.info).unwrap();
    let mut forged = forge(&body, chunk.info);
    forged.info.length = MAX_BODY as u32;
    forged.bytes[1..5].copy_from_slice(&(MAX_BODY as u32).to_le_bytes());
    let error = decode(&forged.bytes, &forged.info, &mut Symbols::new()).unwrap_err();
    assert!(error.to_string().contains("length"), "{error}");
    // A table of more cells than a chunk may have, each column one byte long.
    let columns =
        (0..300).map(|i| PackedColumn { name: format!("c{i}"), ty: 2, cells: Blob(vec![2, 1, 0, 0, 0, 0, 0, 0, 0]) });
    let wide = Body {
        kind: chunk.info.kind as u8,
        operation: 0,
        rows: MAX_ROWS as u32,
        dictionary: dictionary::Packed::default(),
        catalog: Blob(vec![0, 0, 0, 0, 0]),
        columns: columns.collect(),
    };
    let mut body = Vec::new();
    append(&mut body, &wide).unwrap();
    let forged = forge(&body, ChunkInfo { rows: MAX_ROWS as u32, ..chunk.info });
    let error = decode(&forged.bytes, &forged.info, &mut Symbols::new()).unwrap_err();
    assert!(error.to_string().contains("more cells"), "{error}");
}
