//! The formats, as they look, and how they behave on long answers and failing writers.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::*;

const LANGUAGES: [(Language, &str); 2] = [(Language::English, "en"), (Language::Chinese, "zh")];

#[test]
fn tables_fit_their_terminal_with_wide_characters() {
    for width in [40, 80, 120] {
        for (language, name) in LANGUAGES {
            let options = RenderOptions { width: Some(width), ..RenderOptions::default() };
            let table = rendered(silos(), Format::Table, language, &options);
            for line in table.lines() {
                assert!(line.width() <= usize::from(width), "{width}: {line}");
            }
            insta::assert_snapshot!(format!("table_{width}_{name}"), table);
        }
    }
}

#[test]
fn the_lines_of_a_drawn_table_are_equally_wide() {
    for (language, _) in LANGUAGES {
        let table = rendered(silos(), Format::Table, language, &RenderOptions::default());
        let widths: Vec<usize> = table.lines().map(UnicodeWidthStr::width).collect();
        assert!(widths.len() > 4 && widths.iter().all(|w| *w == widths[0]), "{table}");
    }
}

#[test]
fn every_format_in_both_languages() {
    for format in Format::ALL {
        for (language, name) in LANGUAGES {
            let options = RenderOptions::default();
            insta::assert_snapshot!(format!("silos_{format}_{name}"), rendered(silos(), format, language, &options));
            insta::assert_snapshot!(format!("kinds_{format}_{name}"), rendered(kinds(), format, language, &options));
        }
    }
}

#[test]
fn json_is_the_same_in_both_languages() {
    for format in [Format::Json, Format::Jsonl] {
        let options = RenderOptions::default();
        assert_eq!(
            rendered(silos(), format, Language::English, &options),
            rendered(silos(), format, Language::Chinese, &options)
        );
    }
}

#[test]
fn no_rows_are_a_head_or_an_empty_array() {
    let empty = |format, header| {
        let options = RenderOptions { header, ..RenderOptions::default() };
        rendered(Rows::new(vec!["a", "region"], std::iter::empty()), format, Language::Chinese, &options)
    };
    assert_eq!(empty(Format::Csv, true), "甲方区划,区划\n");
    assert_eq!(empty(Format::Csv, false), "");
    assert_eq!(empty(Format::Tsv, true), "甲方区划\t区划\n");
    assert_eq!(empty(Format::Json, true), "[]\n");
    assert_eq!(empty(Format::Jsonl, true), "");
    assert_eq!(empty(Format::Markdown, true), "| 甲方区划 | 区划 |\n| -------- | ---- |\n");
    assert_eq!(empty(Format::Table, true).lines().count(), 4);
}

#[test]
fn at_most_so_many_rows_and_whether_there_are_more() {
    let number = |rows: i64, most: u64| {
        let rows = Rows::new(vec!["n"], (0..rows).map(|n| vec![Value::Integer(n)]));
        let options = RenderOptions { max_rows: Some(most), header: false, ..RenderOptions::default() };
        let mut out = Vec::new();
        let rendered = render(rows, Format::Csv, Language::English, &options, &mut out).unwrap();
        (String::from_utf8(out).unwrap(), rendered.rows, rendered.more)
    };
    assert_eq!(number(3, 2), ("0\n1\n".to_owned(), 2, true));
    assert_eq!(number(2, 2), ("0\n1\n".to_owned(), 2, false));
    assert_eq!(number(2, 0), (String::new(), 0, true));
}

/// A reader that goes away after some bytes.
struct Leaves(usize);

impl Write for Leaves {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.0 == 0 { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(()) }
    }
}

#[test]
fn a_reader_that_goes_away_ends_every_format_early_and_by_its_name() {
    for format in Format::ALL {
        let mut read = 0_u64;
        let rows = (0..1_000_000_i64).map(|n| {
            read += 1;
            vec![Value::Integer(n), text("some text")]
        });
        let rows = Rows::new(vec!["n", "t"], rows);
        let error = render(rows, format, Language::English, &RenderOptions::default(), &mut Leaves(5_000)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe, "{format}");
        assert!(read < 30_000, "{format} read {read} rows for nobody");
    }
}

#[test]
fn a_huge_table_is_written_while_it_is_read() {
    /// Remembers how many rows had been read when bytes came.
    struct Watch<'r> {
        read: &'r std::cell::Cell<u64>,
        written_at: Vec<u64>,
        bytes: usize,
    }
    impl Write for Watch<'_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.written_at.last() != Some(&self.read.get()) {
                self.written_at.push(self.read.get());
            }
            self.bytes += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    const ROWS: u64 = 40_000;
    for format in [Format::Table, Format::Markdown, Format::Csv, Format::Tsv, Format::Json, Format::Jsonl] {
        let read = std::cell::Cell::new(0_u64);
        let rows = (0..ROWS as i64).map(|n| {
            read.set(read.get() + 1);
            // Later rows are wider than those that the columns were measured on.
            vec![Value::Integer(n), Value::owned("宽".repeat(if n < 20_000 { 3 } else { 30 }))]
        });
        let mut out = Watch { read: &read, written_at: Vec::new(), bytes: 0 };
        let options = RenderOptions { width: Some(40), ..RenderOptions::default() };
        render(Rows::new(vec!["n", "t"], rows), format, Language::English, &options, &mut out).unwrap();
        // Between two writes, no more rows are taken in than a few batches hold.
        let mut last = 0;
        for at in &out.written_at {
            assert!(at - last <= 16_384, "{format}: {} rows held", at - last);
            last = *at;
        }
        assert!(out.written_at.len() > 3, "{format}");
        assert!(out.bytes > ROWS as usize * 20, "{format}");
    }
}

#[test]
fn later_rows_keep_the_columns_that_the_first_ones_set() {
    let long = |n| n >= 10_010;
    let rows = (0..10_050_i64).map(|n| vec![Value::Integer(n), text(if long(n) { "a longer text" } else { "short" })]);
    let table = rendered(Rows::new(vec!["n", "t"], rows), Format::Table, Language::English, &RenderOptions::default());
    let width = table.lines().next().unwrap().width();
    assert!(table.lines().all(|line| line.width() == width));
    let last: Vec<&str> = table.lines().rev().take(4).collect();
    let expected =
        ["└────────────┴───────┘", "│            │ text  │", "│            │ longe │", "│      10049 │ a     │"];
    assert_eq!(last[0], expected[0]);
    assert!(table.contains(expected[3]), "{last:?}");
}

#[test]
fn a_stranger_s_text_cannot_drive_the_terminal_or_break_the_markup() {
    let rows = || {
        let row = vec![text("\u{1b}[31mred\u{7}"), text("<script>|`x`"), text("a\nb")];
        Rows::new(vec!["a", "b", "c"], std::iter::once(row))
    };
    let table = rendered(rows(), Format::Table, Language::English, &RenderOptions::default());
    assert!(!table.contains('\u{1b}') && !table.contains('\u{7}'), "{table}");
    let markdown = rendered(rows(), Format::Markdown, Language::English, &RenderOptions::default());
    assert!(markdown.contains("&lt;script>\\|\\`x\\`") && markdown.contains("a<br>b"), "{markdown}");
    assert_eq!(markdown.lines().count(), 3);
}
