//! Directories and files that are damaged, missing, or of another kind.

use std::sync::atomic::{AtomicU64, Ordering};

use super::*;

#[test]
fn what_is_absent_what_is_empty_and_what_has_only_a_header_are_told_apart() {
    let read = reading(&[("needs.csv", "consumer,dataset\r\n\r\n  \n"), ("lines.csv", "\n\nid\nx\n")]);
    let kinds: Vec<(Kind, bool)> = read.files.iter().map(|f| (f.kind, f.header_only)).collect();
    assert_eq!(kinds, [(Kind::Catalog, false), (Kind::Line, false), (Kind::Need, true)]);
    assert_eq!(rows(&read, Kind::Line), ["4 id=x"]);
    for empty in ["", "\u{feff}", "\r\n\n"] {
        let error = error(&[("needs.csv", empty.as_bytes())]);
        assert!(error.starts_with("needs.csv: the file is empty, without even a header row"), "{error}");
    }
}

#[test]
fn headers_that_cannot_be_used_say_what_to_do() {
    let header = |text: &str| error(&[("lines.csv", text.as_bytes())]);
    assert_eq!(header("id,name,name\n"), "lines.csv, line 1: the column `name` stands twice in the header");
    assert_eq!(
        header("name,sectors\n"),
        "lines.csv, line 1: the header has no column `id`, which is required; the columns of this file are id,name,sectors"
    );
    assert_eq!(
        header("ID,name\n"),
        "lines.csv, line 1: the header has no column `id`, which is required; `ID` is written `id`"
    );
    assert_eq!(
        header("id,,name\na,,n\n\nb,x,n\n"),
        "lines.csv, line 4: column 2 has values (here \"x\"), but no name in the header"
    );
    assert_eq!(
        header("id,name:list\n"),
        "lines.csv, line 1: the column `name:list`: `name` has a type of its own, so write `name`"
    );
    assert!(header("id\0,name\n").contains("a control character stands in the header"));
    let read = reading(&[("lines.csv", "id,name,,\na,n,,\n")]);
    assert_eq!(rows(&read, Kind::Line), ["2 id=a name=n"]);
}

#[test]
fn files_of_another_kind_are_refused_by_name() {
    assert!(error(&[("lines.csv", b"\xFF\xFEi\0d\0")]).starts_with("lines.csv: the file is UTF-16; save it as UTF-8"));
    assert!(error(&[("lines.csv", b"PK\x03\x04....")]).starts_with("lines.csv: this is a spreadsheet or an archive"));
    let noise: Vec<u8> = (0..4096u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    assert!(error(&[("lines.csv", &noise)]).starts_with("lines.csv, line "));
    let dir = directory(&[]);
    fs::create_dir(dir.path().join("shares.csv")).unwrap();
    let error = read(dir.path(), &ReadOptions::default()).unwrap_err();
    assert_eq!(without(dir.path(), &error.to_string()), "shares.csv: not a file");
}

#[test]
fn errors_of_several_files_come_together() {
    let error = error(&[("lines.csv", b""), ("needs.csv", b"x\n"), ("datasets.csv", b"id\n\"a\n")]);
    let mut lines: Vec<&str> = error.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0], "datasets.csv, line 2: the quote that opens here is never closed");
    assert!(lines[1].starts_with("lines.csv: the file is empty"));
    assert!(lines[2].starts_with("needs.csv, line 1: the header has no column `consumer`"));
}

#[test]
fn an_encoding_that_is_not_utf8_is_named_and_gb18030_is_read_on_demand() {
    let (gb, _, _) = encoding_rs::GB18030.encode("id,name\nga,公安\n𠀀,省级\n");
    assert_eq!(
        error(&[("lines.csv", &gb)]),
        "lines.csv, line 2: byte 0xB9 at offset 11 is not UTF-8; a file saved as GB18030 or GBK is read with \
         `--encoding gb18030`"
    );
    let options = ReadOptions { encoding: Encoding::Gb18030, ..ReadOptions::default() };
    let dir = directory(&[("lines.csv", &gb), ("sectors.csv", "\u{feff}id,name\ns,板块\n".as_bytes())]);
    let read_gb = read(dir.path(), &options).unwrap();
    assert_eq!(rows(&read_gb, Kind::Line), ["2 id=ga name=公安", "3 id=𠀀 name=省级"]);
    assert_eq!(rows(&read_gb, Kind::Sector), ["2 id=s name=板块"]);
    let dir = directory(&[("lines.csv", b"id,name\nga,\xB9\xAB\xFF\n")]);
    let error = read(dir.path(), &options).unwrap_err().to_string();
    assert!(error.contains("lines.csv, line 2: byte 0xFF at offset 13 is not GB18030"), "{error}");
}

#[test]
fn endless_cells_and_rows_are_refused() {
    let cell = format!("id,name\na,b\n\nc,\"{}", "x\n".repeat(2 << 20));
    let error_of = |text: &str| error(&[("lines.csv", text.as_bytes())]);
    assert_eq!(
        error_of(&cell),
        "lines.csv, line 4: a cell longer than 1048576 bytes begins here; is a quote not closed?"
    );
    assert!(error_of(&format!("{cell}\"\n")).starts_with("lines.csv, line 4: a cell longer"));
    let fits = format!("id,name\na,{}\n", "x".repeat(1 << 20));
    assert_eq!(reading(&[("lines.csv", &fits)]).file(Kind::Line).unwrap().table.len(), 1);
    let row = format!("id,name\na,{}", format!("{},", "x".repeat(1 << 19)).repeat(130));
    assert!(error_of(&row).starts_with("lines.csv, line 2: a row longer than 67108864 bytes begins here"));
}

#[test]
fn misspelt_files_are_noted() {
    let read = reading(&[("dataset.csv", "id\n"), ("README.md", ""), ("budget.csv", "")]);
    let notes: Vec<String> = read
        .notes
        .iter()
        .map(|n| n.message(Language::English))
        .map(|n| n.rsplit('/').next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(
        notes,
        ["budget.csv: ignored; a catalog has no file of this name", "dataset.csv: ignored; did you mean datasets.csv?"]
    );
}

#[test]
fn a_union_is_its_subfolders_in_order() {
    let dir = TempDir::new().unwrap();
    assert!(matches!(members(dir.path()), Err(Error::NoCatalogs { .. })));
    for name in ["b", "a", "docs"] {
        fs::create_dir(dir.path().join(name)).unwrap();
    }
    for name in ["b", "a"] {
        fs::write(dir.path().join(name).join("catalog.toml"), "id = \"x\"").unwrap();
    }
    assert!(!is_catalog(dir.path()));
    assert_eq!(members(dir.path()).unwrap(), [dir.path().join("a"), dir.path().join("b")]);
    assert_eq!(members(&dir.path().join("a")).unwrap(), [dir.path().join("a")]);
    assert!(matches!(read(dir.path(), &ReadOptions::default()), Err(Error::NoManifest { .. })));
    assert!(matches!(read(&dir.path().join("nowhere"), &ReadOptions::default()), Err(Error::NoFolder { .. })));
}

#[test]
fn progress_counts_every_byte() {
    #[derive(Default)]
    struct Count(AtomicU64, AtomicU64, AtomicU64);
    impl Progress for Count {
        fn start(&self, total: u64) {
            self.0.store(total, Ordering::Relaxed);
        }
        fn advance(&self, bytes: u64) {
            self.1.fetch_add(bytes, Ordering::Relaxed);
        }
        fn finish(&self) {
            self.2.fetch_add(1, Ordering::Relaxed);
        }
    }
    let count = Count::default();
    let dir = directory(&[("lines.csv", b"id\na\n"), ("needs.csv", b"consumer,dataset\na,b\n")]);
    read(dir.path(), &ReadOptions { encoding: Encoding::Utf8, progress: &count }).unwrap();
    assert_eq!((count.0.into_inner(), count.1.into_inner(), count.2.into_inner()), (35, 35, 1));
}

/// A real catalog with another header reads, with every cell that the csv crate sees.
#[test]
fn real_catalogs_read() {
    let data = Path::new("../shared/data/tw_county_catalogs");
    let Ok(entries) = fs::read_dir(data) else { return };
    for entry in entries {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let text = text.trim_start_matches('\u{feff}').replacen("編號,資料集名稱", "id,title", 1);
        let read = reading(&[("datasets.csv", &text)]);
        let file = read.file(Kind::Dataset).unwrap();
        let naive = csv::Reader::from_reader(text.as_bytes()).into_records().filter(|r| r.is_ok()).count();
        assert!(naive > 0);
        let repeated = read.rejections.iter().filter(|r| matches!(r.reason, Reason::Duplicate { .. })).count();
        assert_eq!(file.table.len() + repeated + file.rejected.len(), naive, "{:?}", read.rejections.first());
    }
}
