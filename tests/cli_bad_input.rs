//! Every file of a catalog replaced by something that it should not be: one clear error, and nothing has changed.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::io::{Seek, SeekFrom, Write};

use support::{Numbers, Place, guangdong, import};

const FILES: [&str; 16] = [
    "catalog.toml",
    "regions.csv",
    "lines.csv",
    "sectors.csv",
    "departments.csv",
    "platforms.csv",
    "datasets.csv",
    "shares.csv",
    "needs.csv",
    "services.csv",
    "compacts.csv",
    "pilots.csv",
    "adoptions.csv",
    "policies.csv",
    "claims.csv",
    "waivers.csv",
];

/// Replaces every file in turn; each time the import fails with these parts and the file's name, and the store is as it was.
fn each_fails(parts: &[&str], of: &[&str], mut spoil: impl FnMut(&str, Vec<u8>) -> Option<Vec<u8>>) {
    let place = guangdong();
    let (before, log) = (place.published_files(), place.run(["log", "--format", "csv"]).well().out);
    for file in of {
        let path = place.path("catalog").join(file);
        let sound = fs::read(&path).unwrap();
        match spoil(file, sound.clone()) {
            Some(bytes) => fs::write(&path, bytes).unwrap(),
            None => {
                fs::remove_file(&path).unwrap();
                fs::create_dir(&path).unwrap();
            }
        }
        let ran = import(&place, &["catalog"]).fails(parts).fails(&[file]);
        assert_eq!(ran.err.matches("error: ").count(), 1, "{}", ran.err);
        assert!(ran.err.len() < 40_000, "{} bytes of error", ran.err.len());
        // The same catalog without a store.
        assert_eq!(place.run(["silos", "catalog"]).code == Some(2), *parts != ["--allow-empty"]);
        assert!(place.published_files() == before, "{file} left a trace in the store");
        if path.is_dir() {
            fs::remove_dir(&path).unwrap();
        }
        fs::write(&path, sound).unwrap();
    }
    assert_eq!(place.run(["log", "--format", "csv"]).well().out, log);
    import(&place, &["catalog"]).well();
}

#[test]
fn empty_files() {
    each_fails(&["the file is empty"], &FILES[1..], |_, _| Some(Vec::new()));
    each_fails(&["id"], &FILES[..1], |_, _| Some(Vec::new()));
}

#[test]
fn directories() {
    each_fails(&["not a file"], &FILES, |_, _| None);
}

#[test]
fn binary_noise() {
    let mut numbers = Numbers(11);
    each_fails(&[], &FILES, |_, _| Some((0..5000).map(|_| numbers.below(256) as u8).collect()));
    each_fails(&["spreadsheet"], &FILES[4..6], |_, _| Some(b"PK\x03\x04 and so on".to_vec()));
}

#[test]
fn headers_alone() {
    each_fails(&["--allow-empty"], &FILES[1..], |_, sound| {
        Some(sound.split_inclusive(|b| *b == b'\n').next().unwrap().to_vec())
    });
}

#[test]
fn every_record_twice() {
    // Sharing edges may be parallel, and claims have no identity of their own.
    let of: Vec<&str> = FILES[1..].iter().copied().filter(|f| !matches!(*f, "shares.csv")).collect();
    each_fails(&["stands already in line"], &of, |_, sound| {
        let rows: Vec<_> = sound.split_inclusive(|b| *b == b'\n').collect();
        Some([&sound[..], &rows[1..].concat()].concat())
    });
}

#[test]
fn the_bytes_of_other_encodings() {
    // 市 in GBK.
    each_fails(&["byte 0xCA", "--encoding gb18030"], &FILES[1..], |_, sound| {
        let end = sound.iter().rposition(|b| *b == b',').unwrap();
        Some([&sound[..end], b"\xCA\xD0", &sound[end..]].concat())
    });
    each_fails(&["UTF-16"], &FILES[1..], |_, sound| {
        let text = String::from_utf8(sound).unwrap();
        Some([0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect())
    });
    each_fails(&[], &FILES[..1], |_, _| Some(b"id = \"cn-gd\"\ntitle = \"\xCA\xD0\"\n".to_vec()));
}

#[test]
fn a_line_of_a_hundred_megabytes() {
    let place = guangdong();
    for (file, quote) in [("datasets.csv", ""), ("shares.csv", "\"")] {
        let path = place.path("catalog").join(file);
        let sound = fs::read(&path).unwrap();
        // Sparse: the zeros take no room on the disk.
        let mut long = fs::File::options().append(true).open(&path).unwrap();
        write!(long, "{quote}a").unwrap();
        long.seek(SeekFrom::End(0)).unwrap();
        long.set_len(sound.len() as u64 + 100_000_000).unwrap();
        let start = std::time::Instant::now();
        import(&place, &["catalog"]).fails(&[file]);
        assert!(start.elapsed().as_secs() < 20);
        fs::write(&path, sound).unwrap();
    }
}

#[test]
fn links_to_nowhere_and_pipes_are_no_files_left_out() {
    let place = guangdong();
    for file in ["needs.csv", "catalog.toml"] {
        let path = place.path("catalog").join(file);
        let sound = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink("nowhere", &path).unwrap();
        import(&place, &["catalog"]).fails(&["catalog"]);
        fs::remove_file(&path).unwrap();
        // A link to the file is the file.
        place.write("elsewhere", &sound);
        std::os::unix::fs::symlink("../elsewhere", &path).unwrap();
        import(&place, &["catalog"]).well();
        fs::remove_file(&path).unwrap();
        if std::process::Command::new("mkfifo").arg(&path).status().is_ok_and(|s| s.success()) {
            import(&place, &["catalog"]).fails(&[file, "not a file"]);
            fs::remove_file(&path).unwrap();
        }
        fs::write(&path, sound).unwrap();
    }
}

#[test]
fn odd_arguments() {
    use std::os::unix::ffi::OsStringExt;
    let place = guangdong();
    for (words, parts) in [
        (&["why", "nobody", "440000-gongan-hukou"][..], &["nobody"][..]),
        (&["why", "440106-minzheng", "nothing"], &["nothing"]),
        (&["silos", "--region", "999999"], &["999999"]),
        (&["report", "--region", ""], &["region"]),
        (&["export", "--format", "dot", "--region", "999"], &["999"]),
        (&["export", "--format", "nonsense"], &["nonsense", "possible values"]),
        (&["export", "--format", "markdown"], &["markdown"]),
        (&["export"], &["--out"]),
        (&["silos", "--format", "nonsense"], &["nonsense", "possible values"]),
        (&["silos", "--today", "2026-13-01"], &["2026-13-01"]),
        (&["redundant", "--threshold", "nan"], &["threshold"]),
        (&["redundant", "--threshold=-1"], &["threshold"]),
        (&["unreachable", "--tier", "nowhere"], &["nowhere", "township"]),
        (&["report", "--format", "csv"], &["csv"]),
        (&["diff", "0", "nine"], &["nine"]),
        (&["findings", "diff", "0", "9"], &["no state 9"]),
        (&["silos", "/"], &["catalog.toml"]),
        (&["silos", "catalog/datasets.csv"], &["datasets.csv"]),
        (&["restore", "catalog/datasets.csv", "new"], &["not a backup"]),
        (&["stats", "--out", "catalog"], &["directory"]),
        (&["stats", "--what"], &["--what"]),
        (&["nonsense"], &["nonsense"]),
    ] {
        place.run(words).fails(parts);
    }
    assert!(!place.path("new").exists());
    let name = std::ffi::OsString::from_vec(b"\xff\xfe-\xe4\xb8".to_vec());
    assert_eq!(place.run([std::ffi::OsString::from("silos"), name.clone()]).code, Some(2));
    // Names that are no UTF-8 are names all the same.
    fs::rename(place.path("catalog"), place.path("").join(&name)).unwrap();
    place.run(["import".into(), name.clone()]).well();
    let other = Place::new();
    let folder = other.path("").join(&name);
    fs::create_dir(&folder).unwrap();
    let store: [std::ffi::OsString; 4] = ["init".into(), "--catalog".into(), "cn-gd".into(), folder.into_os_string()];
    other.run(store).well();
    for words in [&["stats"][..], &["check"], &["compact"]] {
        let ran = support::ran(other.command(words).env("TIAOKUAI_STORE", other.path("").join(&name)));
        ran.well();
    }
}
