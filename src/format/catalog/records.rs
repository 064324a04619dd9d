//! From text to the cells of one row after the other (RFC 4180), without copying what needs no copy.
//!
//! Rows end at a line feed, at a carriage return, or at both. A quote within an unquoted cell stands for itself. The
//! work is done on a piece of text, wherever that comes from: what is incomplete at its end is left to the next call.

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A row.
    Row,
    /// The text ends within a row, and more of it may come.
    More,
    /// The text ends for good within quotes.
    Unclosed,
    /// The text ends for good, and no row is left.
    End,
}

/// The most columns that a file can have.
pub(super) const COLUMN_LIMIT: usize = 4096;

/// Where a cell's text stands.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: usize,
    end: usize,
    /// In the scratch text rather than in the file's.
    copied: bool,
}

/// One row, kept to be reused for the next.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// The first [`COLUMN_LIMIT`] cells; a row that has more is wrong anyway, and must not fill the memory.
    spans: Vec<Span>,
    cells: usize,
    scratch: String,
    /// How many line breaks the row takes up, its last one included.
    pub(super) breaks: u64,
    /// Where the next row begins.
    pub(super) end: usize,
    /// Whether a control character other than a tab or a line break stands somewhere in it.
    pub(super) control: bool,
    /// The first cell with text after its closing quote.
    pub(super) after_quote: Option<usize>,
    /// Where the last cell that was looked at begins, and how many line breaks stand before it in the row.
    pub(super) open: (usize, u64),
    /// The length of the longest cell.
    pub(super) longest: usize,
}

const COMMA: u8 = 1;
const BREAK: u8 = 2;
const QUOTE: u8 = 4;
const CONTROL: u8 = 8;

/// What a byte means.
static CLASS: [u8; 256] = {
    let mut class = [0; 256];
    let mut b = 0;
    while b < 0x20 {
        class[b] = CONTROL;
        b += 1;
    }
    class[0x7f] = CONTROL;
    class[b'\t' as usize] = 0;
    class[b'\n' as usize] = BREAK;
    class[b'\r' as usize] = BREAK;
    class[b',' as usize] = COMMA;
    class[b'"' as usize] = QUOTE;
    class
};

/// The first place from `i` on whose byte is of one of these classes, or the end.
fn scan(bytes: &[u8], i: usize, classes: u8) -> usize {
    bytes[i..].iter().position(|&b| CLASS[b as usize] & classes != 0).map_or(bytes.len(), |n| i + n)
}

impl Row {
    /// How many cells there are.
    pub(super) fn len(&self) -> usize {
        self.cells
    }

    fn push(&mut self, start: usize, end: usize, copied: bool) {
        if self.cells < COLUMN_LIMIT {
            self.spans.push(Span { start, end, copied });
        }
        self.cells += 1;
    }

    /// One of the first [`COLUMN_LIMIT`] cells, without the blanks around it; the text is the one that the row was
    /// found in.
    pub(super) fn cell<'a>(&'a self, text: &'a str, i: usize) -> &'a str {
        let Span { start, end, copied } = self.spans[i];
        let cell = if copied { &self.scratch[start..end] } else { &text[start..end] };
        match cell.as_bytes() {
            // The usual case, without looking for characters that are blank in Unicode.
            [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => cell,
            _ => cell.trim(),
        }
    }

    /// Whether it is a line of nothing but blanks.
    pub(super) fn is_blank(&self, text: &str) -> bool {
        self.len() == 1 && self.cell(text, 0).is_empty()
    }

    /// Finds the row that begins at `from`. `last` says that no text follows this one.
    pub(super) fn next(&mut self, text: &str, from: usize, last: bool) -> Step {
        let bytes = text.as_bytes();
        self.spans.clear();
        self.cells = 0;
        self.scratch.clear();
        self.breaks = 0;
        self.control = false;
        self.after_quote = None;
        self.longest = 0;
        let mut i = from;
        if i == bytes.len() {
            self.open = (i, 0);
            return if last { Step::End } else { Step::More };
        }
        loop {
            self.open = (i, self.breaks);
            let found = if bytes.get(i) == Some(&b'"') { self.quoted(text, i, last) } else { Ok(self.plain(bytes, i)) };
            i = match found {
                Ok(end) => end,
                Err(step) => return step,
            };
            self.longest = self.longest.max(i - self.open.0);
            match bytes.get(i) {
                Some(b',') => i += 1,
                Some(b'\r') if i + 1 == bytes.len() && !last => return Step::More,
                None if !last => return Step::More,
                None => {
                    self.end = i;
                    return Step::Row;
                }
                Some(&b) => {
                    self.breaks += 1;
                    self.end = if b == b'\r' && bytes.get(i + 1) == Some(&b'\n') { i + 2 } else { i + 1 };
                    return Step::Row;
                }
            }
        }
    }

    /// A cell without quotes around it; where it ends.
    fn plain(&mut self, bytes: &[u8], start: usize) -> usize {
        let mut end = scan(bytes, start, COMMA | BREAK | CONTROL);
        while bytes.get(end).is_some_and(|&b| CLASS[b as usize] == CONTROL) {
            self.control = true;
            end = scan(bytes, end + 1, COMMA | BREAK | CONTROL);
        }
        self.push(start, end, false);
        end
    }

    /// A cell whose opening quote stands here; where it ends.
    fn quoted(&mut self, text: &str, quote: usize, last: bool) -> Result<usize, Step> {
        let bytes = text.as_bytes();
        let short = if last { Step::Unclosed } else { Step::More };
        let scratch = self.scratch.len();
        // What of the cell is not in the scratch text yet begins here.
        let mut piece = quote + 1;
        let mut i = piece;
        loop {
            i = scan(bytes, i, QUOTE | BREAK | CONTROL);
            match bytes.get(i) {
                None => return Err(short),
                Some(b'"') => match bytes.get(i + 1) {
                    None if !last => return Err(short),
                    Some(b'"') => {
                        self.scratch.push_str(&text[piece..=i]);
                        i += 2;
                        piece = i;
                    }
                    _ => break,
                },
                Some(&b) => {
                    self.breaks += u64::from(b == b'\n');
                    self.control |= CLASS[b as usize] == CONTROL;
                    i += 1;
                }
            }
        }
        let closing = i;
        let end = scan(bytes, closing + 1, COMMA | BREAK);
        let rest = &text[closing + 1..end];
        let goes_on = !rest.trim_matches([' ', '\t']).is_empty();
        if goes_on {
            self.after_quote.get_or_insert(self.cells);
        }
        if self.scratch.len() > scratch || goes_on {
            self.scratch.push_str(&text[piece..closing]);
            self.scratch.push_str(rest);
            self.push(scratch, self.scratch.len(), true);
        } else {
            self.push(piece, closing, false);
        }
        Ok(end)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The rows of a text given in two pieces, each with its line.
    fn rows(text: &str, cut: usize) -> Vec<(u64, Vec<String>)> {
        let (mut row, mut found, mut line, mut at) = (Row::default(), Vec::new(), 1, 0);
        let mut piece = &text[..cut];
        loop {
            match row.next(piece, at, piece.len() == text.len()) {
                Step::Row => {
                    if !row.is_blank(piece) {
                        found.push((line, (0..row.len()).map(|i| row.cell(piece, i).to_owned()).collect()));
                    }
                    line += row.breaks;
                    at = row.end;
                }
                Step::More => piece = text,
                Step::End | Step::Unclosed => return found,
            }
        }
    }

    #[test]
    fn lines_are_those_of_an_editor() {
        let text = "a,b\r\n\r\n\"x\r\ny\",2\r\n\n3,\"4\"\"5\"\r\"6\" ,7";
        let cells = |cells: &[&str]| cells.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>();
        let expected = vec![
            (1, cells(&["a", "b"])),
            (3, cells(&["x\r\ny", "2"])),
            (6, cells(&["3", "4\"5"])),
            (7, cells(&["6", "7"])),
        ];
        for cut in 0..=text.len() {
            assert_eq!(rows(text, cut), expected, "cut at {cut}");
        }
    }

    #[test]
    fn damage_is_seen() {
        let mut row = Row::default();
        assert_eq!(row.next("a,\"b\n", 0, true), Step::Unclosed);
        assert_eq!(row.open, (2, 0));
        assert_eq!(row.next("a,\"b\n", 0, false), Step::More);
        assert_eq!(row.next("a,\"b\"c,d\n", 0, true), Step::Row);
        assert_eq!(row.after_quote, Some(1));
        assert_eq!(row.next("a,b\0c\n", 0, true), Step::Row);
        assert!(row.control);
        assert_eq!(row.next("a,b\tc\"\n", 0, true), Step::Row);
        assert!(!row.control);
    }

    proptest! {
        #[test]
        fn the_csv_crate_finds_the_same_cells(text in "[a ,\"\r\n甲\t]{0,40}", cut in 0usize..40) {
            let cut = text.floor_char_boundary(cut);
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let naive: Vec<Vec<String>> = reader
                .records()
                .map(|r| r.unwrap().iter().map(|c| c.trim().to_owned()).collect::<Vec<_>>())
                .filter(|r| r.len() != 1 || !r[0].is_empty())
                .collect();
            let mut row = Row::default();
            let mut at = 0;
            let closed = loop {
                match row.next(&text, at, true) {
                    Step::Row => at = row.end,
                    step => break step == Step::End,
                }
            };
            let found: Vec<Vec<String>> = rows(&text, cut).into_iter().map(|(_, cells)| cells).collect();
            if closed {
                prop_assert_eq!(found, naive);
            } else {
                // Where a quote is never closed, the crate makes a row of what follows, and we an error.
                prop_assert_eq!(&naive[..found.len()], &found[..]);
            }
        }
    }
}
