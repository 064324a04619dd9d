//! From the bytes of a file to text, a piece at a time.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use encoding_rs::{Decoder, DecoderResult, GB18030};

use super::{Error, Progress};

/// How a file is encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte-order mark.
    #[default]
    Utf8,
    /// GB18030, which GBK and GB 2312 are parts of. A file with the byte-order mark of UTF-8 is still read as that.
    Gb18030,
}

/// How many bytes are read at once, at least.
const CHUNK: usize = 1 << 20;

/// A file's text.
pub(super) struct TextSource<'a, R> {
    input: R,
    file: Arc<Path>,
    encoding: Encoding,
    decoder: Option<Decoder>,
    progress: &'a dyn Progress,
    raw: Vec<u8>,
    /// How many bytes at the start of `raw` await the rest of their character.
    pending: usize,
    /// Where in the file `raw` begins.
    offset: u64,
    started: bool,
}

impl<'a, R: Read> TextSource<'a, R> {
    /// The text of this input; the path is for errors alone.
    pub(super) fn new(input: R, file: Arc<Path>, encoding: Encoding, progress: &'a dyn Progress) -> Self {
        let decoder = (encoding == Encoding::Gb18030).then(|| GB18030.new_decoder_without_bom_handling());
        Self { input, file, encoding, decoder, progress, raw: Vec::new(), pending: 0, offset: 0, started: false }
    }

    /// Appends the next piece to a text that begins at this line; whether it was the last.
    pub(super) fn fill(&mut self, text: &mut String, line: u64) -> Result<bool, Error> {
        // As much again as there is, so that a long row is scanned a few times rather than once a chunk.
        let size = self.pending + CHUNK.max(text.len());
        if self.raw.len() != size {
            self.raw.resize(size, 0);
        }
        let mut len = self.pending;
        let mut ended = false;
        while len < size && !ended {
            match self.input.read(&mut self.raw[len..]) {
                Ok(0) => ended = true,
                Ok(n) => len += n,
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                Err(source) => return Err(Error::Io { path: self.file.to_path_buf(), source }),
            }
        }
        self.progress.advance((len - self.pending) as u64);
        let mut start = 0;
        if !self.started {
            self.started = true;
            start = self.first_bytes(len)?;
        }
        let used = match self.decoder {
            None => self.validate(start, len, ended, text, line)?,
            Some(_) => self.decode(start, len, ended, text, line)?,
        };
        self.raw.copy_within(used..len, 0);
        self.pending = len - used;
        self.offset += used as u64;
        Ok(ended)
    }

    /// Looks at the first bytes of a file: how many of them are a byte-order mark.
    fn first_bytes(&mut self, len: usize) -> Result<usize, Error> {
        let path = || self.file.to_path_buf();
        match &self.raw[..len] {
            [0xEF, 0xBB, 0xBF, ..] => {
                self.decoder = None;
                Ok(3)
            }
            [0x84, 0x31, 0x95, 0x33, ..] if self.decoder.is_some() => Ok(4),
            [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => Err(Error::Utf16 { path: path() }),
            // ZIP (and so XLSX and ODS), the old XLS, gzip.
            [b'P', b'K', 3, 4, ..] | [0xD0, 0xCF, 0x11, 0xE0, ..] | [0x1F, 0x8B, 8, ..] => {
                Err(Error::Spreadsheet { path: path() })
            }
            _ => Ok(0),
        }
    }

    fn validate(&self, start: usize, len: usize, ended: bool, text: &mut String, line: u64) -> Result<usize, Error> {
        let bytes = &self.raw[start..len];
        match std::str::from_utf8(bytes) {
            Ok(good) => {
                text.push_str(good);
                Ok(len)
            }
            Err(e) => {
                let good = &bytes[..e.valid_up_to()];
                text.push_str(std::str::from_utf8(good).unwrap_or_default());
                let at = start + e.valid_up_to();
                if e.error_len().is_none() && !ended { Ok(at) } else { Err(self.bad_byte(at as i64, text, line)) }
            }
        }
    }

    fn decode(&mut self, start: usize, len: usize, ended: bool, text: &mut String, line: u64) -> Result<usize, Error> {
        let Some(decoder) = &mut self.decoder else { return Ok(start) };
        let mut at = start;
        loop {
            let rest = &self.raw[at..len];
            text.reserve(decoder.max_utf8_buffer_length_without_replacement(rest.len()).unwrap_or(4 * rest.len() + 16));
            let (result, read) = decoder.decode_to_string_without_replacement(rest, text, ended);
            at += read;
            match result {
                DecoderResult::InputEmpty => return Ok(at),
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(bad, after) => {
                    return Err(self.bad_byte(at as i64 - i64::from(bad) - i64::from(after), text, line));
                }
            }
        }
    }

    /// The error for the byte at this place of `raw` (before it, where the sequence began in the piece before).
    fn bad_byte(&self, at: i64, text: &str, line: u64) -> Error {
        Error::Encoding {
            path: self.file.to_path_buf(),
            line: line + text.bytes().filter(|&b| b == b'\n').count() as u64,
            offset: self.offset.saturating_add_signed(at),
            byte: self.raw.get(at.max(0) as usize).copied().unwrap_or_default(),
            gb18030: self.encoding == Encoding::Gb18030 && self.decoder.is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::NoProgress;
    use super::*;

    /// Gives its bytes in pieces of this size.
    struct Pieces<'a>(&'a [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
            let n = self.1.min(self.0.len()).min(buf.len());
            buf[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    fn text_of(bytes: &[u8], encoding: Encoding) -> Result<String, Error> {
        let mut source = TextSource::new(Pieces(bytes, 7), Path::new("x.csv").into(), encoding, &NoProgress);
        let mut text = String::new();
        let mut whole = String::new();
        let mut line = 1;
        loop {
            let ended = source.fill(&mut text, line)?;
            line += text.matches('\n').count() as u64;
            whole.push_str(&text);
            text.clear();
            if ended {
                return Ok(whole);
            }
        }
    }

    #[test]
    fn characters_that_straddle_chunks_are_whole() {
        let text: String = "名称,a\n".repeat(300_000);
        assert!(text.len() > 2 * CHUNK);
        for shift in 0..3 {
            let text = format!("{}{text}", "x".repeat(shift));
            assert_eq!(text_of(text.as_bytes(), Encoding::Utf8).unwrap(), text);
            let (gb, _, _) = GB18030.encode(&text);
            assert_eq!(text_of(&gb, Encoding::Gb18030).unwrap(), text);
        }
    }

    #[test]
    fn marks_are_dropped_and_win_over_the_option() {
        assert_eq!(text_of("\u{feff}码".as_bytes(), Encoding::Utf8).unwrap(), "码");
        assert_eq!(text_of("\u{feff}码".as_bytes(), Encoding::Gb18030).unwrap(), "码");
        assert_eq!(text_of(b"\x84\x31\x95\x33\xc2\xeb", Encoding::Gb18030).unwrap(), "码");
    }

    #[test]
    fn a_bad_byte_is_named_with_its_place() {
        let mut bytes = "id\n甲\n".repeat(300_000).into_bytes();
        let offset = bytes.len();
        bytes.extend(b"ab\xB5cd\n");
        match text_of(&bytes, Encoding::Utf8) {
            Err(Error::Encoding { line, offset: o, byte: 0xB5, gb18030: false, .. }) => {
                assert_eq!((line, o), (600_001, offset as u64 + 2));
            }
            other => panic!("{other:?}"),
        }
        match text_of(b"id\n\xc2\xeb\n\xff,\n", Encoding::Gb18030) {
            Err(Error::Encoding { line: 3, offset: 6, byte: 0xFF, gb18030: true, .. }) => {}
            other => panic!("{other:?}"),
        }
        // A character cut off by the end of the file.
        assert!(matches!(text_of(b"a\xe7\xa0", Encoding::Utf8), Err(Error::Encoding { offset: 1, byte: 0xe7, .. })));
        assert!(matches!(text_of(b"a\xc2", Encoding::Gb18030), Err(Error::Encoding { offset: 1, .. })));
    }
}
