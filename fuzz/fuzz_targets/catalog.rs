//! A catalog directory of any bytes: an error, rejections or records, and what is taken has no control characters.
//! The first byte names the file and the encoding.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tiaokuai::format::catalog::{Encoding, ReadOptions, read};
use tiaokuai::model::Kind;

fuzz_target!(|data: &[u8]| {
    let Some((&first, rest)) = data.split_first() else { return };
    let Ok(folder) = tempfile::tempdir() else { return };
    let kind = Kind::ALL[usize::from(first & 31) % Kind::ALL.len()];
    let manifest = folder.path().join("catalog.toml");
    if std::fs::write(&manifest, "id = \"c\"\n")
        .and_then(|()| std::fs::write(folder.path().join(kind.spec().file), rest))
        .is_err()
    {
        return;
    }
    let encoding = if first & 32 == 0 { Encoding::Utf8 } else { Encoding::Gb18030 };
    if let Ok(reading) = read(folder.path(), &ReadOptions { encoding, ..ReadOptions::default() }) {
        for rejection in &reading.rejections {
            assert!(!rejection.to_string().contains('\n'));
        }
    }
});
