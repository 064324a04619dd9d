//! The texts of a chunk: numbered in the order in which its cells first name them, each stored as what it does not
//! share with the one before.

use serde::{Deserialize, Serialize};

use super::{Blob, MAX_TEXTS};

/// The stored form: three streams, so that like stands beside like for the compressor.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Packed {
    /// How many texts there are.
    count: u32,
    /// For each, how many of its first bytes are those of the text before; 255 at most.
    shared: Blob,
    /// For each, the length of the rest: seven bits a byte, the lowest first, the high bit on all but the last byte.
    lengths: Blob,
    /// The rests.
    rests: Blob,
}

/// Builds the stored form text by text.
#[derive(Default)]
pub(super) struct Packer<'a> {
    packed: Packed,
    previous: &'a [u8],
    /// How many bytes all texts have together.
    pub(super) bytes: usize,
}

impl<'a> Packer<'a> {
    pub(super) fn push(&mut self, text: &'a str) {
        let bytes = text.as_bytes();
        let most = self.previous.len().min(bytes.len()).min(255);
        let shared = (0..most).find(|&i| self.previous[i] != bytes[i]).unwrap_or(most);
        self.packed.count += 1;
        self.packed.shared.0.push(shared as u8);
        let mut length = bytes.len() - shared;
        while length > 127 {
            self.packed.lengths.0.push(length as u8 | 128);
            length >>= 7;
        }
        self.packed.lengths.0.push(length as u8);
        self.packed.rests.0.extend_from_slice(&bytes[shared..]);
        self.previous = bytes;
        self.bytes += bytes.len();
    }

    pub(super) fn finish(self) -> Packed {
        self.packed
    }
}

/// Texts, one after the other.
pub(super) struct Texts {
    all: String,
    ends: Vec<usize>,
}

impl Texts {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.all[start..end])
    }
}

/// Reads the stored form.
pub(super) fn unpack(packed: &Packed) -> Result<Texts, &'static str> {
    let count = packed.count as usize;
    if packed.shared.0.len() != count || packed.lengths.0.len() < count {
        return Err("its dictionary has more or fewer texts than it says");
    }
    let mut all = Vec::with_capacity(packed.rests.0.len().saturating_mul(2).min(MAX_TEXTS));
    let mut ends = Vec::with_capacity(count);
    let (mut lengths, mut rests) = (packed.lengths.0.iter(), &packed.rests.0[..]);
    let mut start = 0;
    for &shared in &packed.shared.0 {
        let end = all.len();
        let shared = usize::from(shared);
        if shared > end - start {
            return Err("a text of its dictionary shares more than there is");
        }
        let rest = varint(&mut lengths).filter(|&n| n <= rests.len()).ok_or("a text of its dictionary is cut short")?;
        if end + shared + rest > MAX_TEXTS {
            return Err("its dictionary is too long");
        }
        all.extend_from_within(start..start + shared);
        let (text, after) = rests.split_at(rest);
        all.extend_from_slice(text);
        rests = after;
        start = end;
        ends.push(all.len());
    }
    if lengths.next().is_some() || !rests.is_empty() {
        return Err("its dictionary holds more than its texts");
    }
    let all = String::from_utf8(all).map_err(|_| "its dictionary is not UTF-8")?;
    if ends.iter().any(|&end| !all.is_char_boundary(end)) {
        return Err("its dictionary is not UTF-8");
    }
    Ok(Texts { all, ends })
}

fn varint<'a>(bytes: &mut impl Iterator<Item = &'a u8>) -> Option<usize> {
    let mut number = 0;
    // Four bytes of seven bits reach beyond the longest dictionary.
    for shift in [0, 7, 14, 21] {
        let byte = *bytes.next()?;
        number |= usize::from(byte & 127) << shift;
        if byte < 128 {
            return Some(number);
        }
    }
    None
}
