//! Columns of a chunk as bytes: a form, then the cells in the least width that holds them.
//!
//! A cell of a text column is written as a *token*: 0 where it is absent, 1 for the next text of the dictionary that
//! no cell before has named, and 2 + d for the text that came d before the newest one named. So a column of new ids is
//! one token over and over, and a run of equal cells is too.

use crate::model::ValueType;
use crate::model::table::ABSENT;

/// Every cell is the same; one token follows.
const SAME_CELL: u8 = 0;
/// Every cell has the same token, which follows.
const SAME_TOKEN: u8 = 1;
/// Every cell is the same number, which follows.
const SAME_NUMBER: u8 = 2;
/// Up to 255 distinct numbers follow, then a byte a cell: 0 absent, else the position among them from 1.
const FEW_NUMBERS: u8 = 3;
/// Planes of tokens: with the width in bytes (1 to 4) added; then every cell's lowest byte, every cell's next, …
const TOKENS: u8 = 0x10;
/// The least number, then planes of what the cells are above it, from 1 (0 is absent); with the width (1 to 8) added.
const NUMBERS: u8 = 0x20;

const TOO_SHORT: &str = "a column is cut short";

/// Why cells cannot be read.
pub(super) type Outcome<T> = Result<T, &'static str>;

/// Writes tokens. `same` tells that all cells are one.
pub(super) fn pack_tokens(tokens: &[u32], same: bool) -> Vec<u8> {
    let first = tokens.first().copied().unwrap_or(0);
    let all = tokens.iter().fold(0, |all, t| all | t);
    if same || tokens.iter().all(|&t| t == first) {
        let mut out = vec![if same { SAME_CELL } else { SAME_TOKEN }];
        out.extend(first.to_le_bytes());
        return out;
    }
    let width = (4 - all.leading_zeros() / 8).max(1) as u8;
    let mut out = Vec::with_capacity(1 + usize::from(width) * tokens.len());
    out.push(TOKENS + width);
    for plane in 0..u32::from(width) {
        out.extend(tokens.iter().map(|t| (t >> (8 * plane)) as u8));
    }
    out
}

/// Reads tokens as positions in the dictionary; `None` is absent. `named` is how many texts the columns before have
/// named, and is moved on.
pub(super) fn unpack_texts<T: Copy>(
    bytes: &[u8],
    rows: usize,
    texts: &[T],
    none: T,
    named: &mut usize,
) -> Outcome<Vec<T>> {
    let (&form, rest) = bytes.split_first().ok_or(TOO_SHORT)?;
    let mut text = |token: u32| match token {
        0 => Ok(none),
        1 => {
            let text = *texts.get(*named).ok_or("a cell names a text that the dictionary lacks")?;
            *named += 1;
            Ok(text)
        }
        back => named.checked_sub(back as usize - 1).map(|at| texts[at]).ok_or("a cell names a text before the first"),
    };
    match form {
        SAME_CELL => {
            let token = u32::from_le_bytes(rest.try_into().map_err(|_| TOO_SHORT)?);
            Ok(vec![text(token)?; rows])
        }
        SAME_TOKEN => {
            let token = u32::from_le_bytes(rest.try_into().map_err(|_| TOO_SHORT)?);
            (0..rows).map(|_| text(token)).collect()
        }
        _ => {
            let width = usize::from(form.wrapping_sub(TOKENS));
            if !(1..=4).contains(&width) {
                return Err("a column of texts has an unknown form");
            }
            if rest.len() != width * rows {
                return Err(TOO_SHORT);
            }
            let token = |row: usize| (0..width).fold(0, |t, p| t | u32::from(rest[p * rows + row]) << (8 * p));
            (0..rows).map(|row| text(token(row))).collect()
        }
    }
}

/// Writes numbers, absent ones among them.
pub(super) fn pack_numbers(numbers: &[i64]) -> Vec<u8> {
    let first = numbers.first().copied().unwrap_or(ABSENT);
    if numbers.iter().all(|&n| n == first) {
        let mut out = vec![SAME_NUMBER];
        out.extend(first.to_le_bytes());
        return out;
    }
    let present = || numbers.iter().copied().filter(|&n| n != ABSENT);
    let (least, greatest) = present().fold((i64::MAX, ABSENT), |(lo, hi), n| (lo.min(n), hi.max(n)));
    // Both are present numbers, so that the difference is below 2^64 - 1 and one more still fits.
    let range = greatest.wrapping_sub(least) as u64 + 1;
    let width = 8 - range.leading_zeros() as usize / 8;
    if width > 1
        && let Some(out) = pack_few(numbers)
    {
        return out;
    }
    let mut out = Vec::with_capacity(9 + width * numbers.len());
    out.push(NUMBERS + width as u8);
    out.extend(least.to_le_bytes());
    for plane in 0..width {
        out.extend(numbers.iter().map(|&n| {
            let above = if n == ABSENT { 0 } else { n.wrapping_sub(least) as u64 + 1 };
            (above >> (8 * plane)) as u8
        }));
    }
    out
}

/// Writes numbers as positions among the distinct ones, where there are few.
fn pack_few(numbers: &[i64]) -> Option<Vec<u8>> {
    // Open addressing over twice as many slots as there may be numbers; 0 is an empty slot.
    let (mut slots, mut distinct) = ([0_u16; 512], Vec::with_capacity(255));
    let mut codes = Vec::with_capacity(numbers.len());
    for &number in numbers {
        if number == ABSENT {
            codes.push(0);
            continue;
        }
        let mut at = ((number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 55) as usize;
        codes.push(loop {
            match slots[at] {
                0 if distinct.len() == 255 => return None,
                0 => {
                    distinct.push(number);
                    slots[at] = distinct.len() as u16;
                    break distinct.len() as u8;
                }
                code if distinct[usize::from(code) - 1] == number => break code as u8,
                _ => at = (at + 1) % 512,
            }
        });
    }
    let mut out = Vec::with_capacity(2 + 8 * distinct.len() + codes.len());
    out.extend([FEW_NUMBERS, distinct.len() as u8]);
    out.extend(distinct.iter().flat_map(|n| n.to_le_bytes()));
    out.extend(codes);
    Some(out)
}

/// Reads numbers.
pub(super) fn unpack_numbers(bytes: &[u8], rows: usize) -> Outcome<Vec<i64>> {
    let (&form, rest) = bytes.split_first().ok_or(TOO_SHORT)?;
    let number = |bytes: &[u8]| bytes.try_into().map(i64::from_le_bytes).map_err(|_| TOO_SHORT);
    match form {
        SAME_NUMBER => Ok(vec![number(rest)?; rows]),
        FEW_NUMBERS => {
            let (&count, rest) = rest.split_first().ok_or(TOO_SHORT)?;
            let (distinct, codes) = rest.split_at_checked(8 * usize::from(count)).ok_or(TOO_SHORT)?;
            let distinct = distinct.chunks(8).map(number).collect::<Outcome<Vec<_>>>()?;
            if codes.len() != rows {
                return Err(TOO_SHORT);
            }
            let cell = |&code: &u8| match code {
                0 => Ok(ABSENT),
                code => distinct.get(usize::from(code) - 1).copied().ok_or("a cell names a number that is not there"),
            };
            codes.iter().map(cell).collect()
        }
        _ => {
            let width = usize::from(form.wrapping_sub(NUMBERS));
            if !(1..=8).contains(&width) {
                return Err("a column of numbers has an unknown form");
            }
            let (least, planes) = rest.split_at_checked(8).ok_or(TOO_SHORT)?;
            let least = number(least)?;
            if planes.len() != width * rows {
                return Err(TOO_SHORT);
            }
            let cell = |row: usize| {
                let above = (0..width).fold(0, |n, p| n | u64::from(planes[p * rows + row]) << (8 * p));
                if above == 0 { ABSENT } else { least.wrapping_add((above - 1) as i64) }
            };
            Ok((0..rows).map(cell).collect())
        }
    }
}

/// Holds numbers against what their type may hold, on the way in and on the way out.
pub(super) fn verify_numbers(ty: ValueType, numbers: &[i64]) -> Outcome<()> {
    let mut present = numbers.iter().copied().filter(|&n| n != ABSENT);
    let (fine, why) = match ty {
        ValueType::Boolean => (present.all(|n| n == 0 || n == 1), "a truth value is neither true nor false"),
        ValueType::Float => (present.all(|n| f64::from_bits(n as u64).is_finite()), "a float is not finite"),
        // The first and the last day of the calendar, as days since 1970-01-01.
        ValueType::Date => (present.all(|n| (-4_371_587..=2_932_896).contains(&n)), "a date is not in the calendar"),
        ValueType::Integer | ValueType::Text | ValueType::List => (true, ""),
    };
    if fine { Ok(()) } else { Err(why) }
}
