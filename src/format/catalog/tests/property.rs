//! What the csv crate writes is what is read.

use proptest::prelude::*;

use super::*;

/// A cell's text as it is kept: without blanks around it.
fn cell() -> impl Strategy<Value = String> {
    "[a-c ,;\"\r\n\t甲乙\\\\]{0,8}".prop_map(|text| text.trim().to_owned())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_is_read_back(
        cells in prop::collection::vec((cell(), cell(), prop::option::of(any::<i64>()), prop::option::of(any::<f64>())), 0..12),
        crlf: bool,
        mark: bool,
    ) {
        let mut writer = csv::WriterBuilder::new()
            .terminator(if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') })
            .from_writer(if mark { "\u{feff}".as_bytes().to_vec() } else { Vec::new() });
        writer.write_record(["note", "id", "name", "n:integer", "x:float"]).unwrap();
        let mut expected = Vec::new();
        for (i, (note, name, n, x)) in cells.iter().enumerate() {
            let n = n.filter(|n| *n != i64::MIN);
            let x = x.filter(|x| x.is_finite());
            let number = |n: Option<String>| n.unwrap_or_default();
            let (n_text, x_text) = (number(n.map(|n| n.to_string())), number(x.map(|x| format!("{x:?}"))));
            writer.write_record([note.as_str(), &format!("d{i}"), name, &n_text, &x_text]).unwrap();
            let text = |t: &String| Value::text(Some(t.as_str()).filter(|t| !t.is_empty())).into_owned();
            expected.push(vec![
                Value::owned(format!("c:d{i}")),
                text(name),
                n.map_or(Value::Null, Value::Integer),
                text(note),
                x.map_or(Value::Null, Value::Float),
            ]);
        }
        let bytes = writer.into_inner().unwrap();
        let dir = directory(&[("services.csv", &bytes)]);
        let read = read(dir.path(), &ReadOptions::default()).unwrap();
        prop_assert_eq!(&read.rejections, &[]);
        let table = &read.file(Kind::Service).unwrap().table;
        let columns = ["id", "name", "n", "note", "x"]
            .map(|name| table.columns.iter().position(|c| c.name == name).unwrap());
        let found: Vec<Vec<Value<'_>>> = (0..table.len())
            .map(|row| columns.iter().map(|&c| table.value(&read.symbols, c, row)).collect())
            .collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "[a-z,\"\r\n0-9: ;\\\\甲-]{0,200}") {
        for content in [&bytes, text.as_bytes()] {
            let with_header = [b"type,from,to,since,ceiling,x:list\n", content].concat();
            for encoding in [Encoding::Utf8, Encoding::Gb18030] {
                let dir = directory(&[("shares.csv", &with_header), ("lines.csv", content)]);
                let _ = read(dir.path(), &ReadOptions { encoding, ..ReadOptions::default() });
                let dir = directory(&[("catalog.toml", content)]);
                let _ = read(dir.path(), &ReadOptions { encoding, ..ReadOptions::default() });
            }
        }
    }
}
