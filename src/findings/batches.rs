//! Rows that are made on all cores, some at a time, and leave in their order.

use std::ops::Range;

use crate::query::rows::Row;

/// How many rows are made at a time.
const BATCH: usize = 8192;

/// The rows of `0..total`, made by `make` a range at a time, as they are read.
pub(super) fn in_batches<'g>(
    total: usize,
    make: impl Fn(Range<usize>) -> Vec<Row<'g>> + 'g,
) -> impl Iterator<Item = Row<'g>> + 'g {
    (0..total).step_by(BATCH).flat_map(move |start| make(start..(start + BATCH).min(total)))
}
