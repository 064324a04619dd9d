//! The program as users run it: a folder of its own, catalog directories in it, and what a command says.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, missing_docs)]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What hangs is killed after so long, and its test fails.
const DEADLINE: Duration = Duration::from_secs(60);

/// The program's file.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_tiaokuai");

/// A folder of its own, which commands are run in.
pub struct Place(tempfile::TempDir);

/// What came of a command.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Place {
    /// An empty folder.
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A folder with an empty store whose home is this catalog.
    pub fn with_store(home: &str) -> Self {
        let place = Self::new();
        place.run(["init", "--catalog", home]).well();
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file, and the folders that it stands in.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Replaces a part of a file, which must be there.
    pub fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{name} has no {from:?}");
        self.write(name, text.replacen(from, to, 1));
    }

    /// A command in this folder, with nothing of the environment that speaks to it.
    pub fn command<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> assert_cmd::Command {
        let mut command = assert_cmd::Command::new(PROGRAM);
        for name in ["TIAOKUAI_STORE", "TIAOKUAI_LANG", "TIAOKUAI_QUERIES", "TIAOKUAI_AUTHOR", "COLUMNS", "NO_COLOR"] {
            command.env_remove(name);
        }
        command.env("TZ", "UTC").current_dir(self.0.path()).args(arguments).timeout(DEADLINE);
        command
    }

    /// Runs a command to its end. It never panics, and never says nothing of an error.
    pub fn run<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Ran {
        ran(&mut self.command(arguments))
    }

    /// Everything that the store answers, in one text.
    pub fn answers(&self) -> String {
        let mut text = String::new();
        for command in ANSWERS {
            let words = command.split(' ').chain(["--today", "2026-11-01"]).take_while(|w| !w.is_empty());
            let takes_today =
                !command.contains("stats") && !command.contains("export") && !command.contains("dangling");
            let words: Vec<&str> = if takes_today { words.collect() } else { command.split(' ').collect() };
            let ran = self.run(words).well();
            text.push_str(&format!("== {command}\n{}", ran.out));
        }
        text
    }

    /// A part of the answers, for what is asked often.
    pub fn short_answers(&self) -> String {
        let silos = self.run(["silos", "--scope", "region", "--format", "csv", "--today", "2026-11-01"]).well();
        let unmet = self.run(["unreachable", "--tier", "all", "--format", "csv", "--today", "2026-11-01"]).well();
        silos.out + &unmet.out
    }

    /// The bytes of every file of the store but those that say who holds a lock.
    pub fn store_files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut open = vec![self.path(".tiaokuai")];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else if !path.file_name().unwrap().to_str().unwrap().contains("LOCK") {
                    let bytes = fs::read(&path).unwrap();
                    files.insert(path, bytes);
                }
            }
        }
        files
    }

    /// What readers see of the store, without the engine's files: those change a little whenever they are opened to write.
    pub fn published_files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let ledger = self.path(".tiaokuai/ledger");
        self.store_files().into_iter().filter(|(path, _)| !path.starts_with(&ledger)).collect()
    }

    /// The projections and deltas that are there, with their lengths.
    pub fn projections(&self) -> BTreeMap<PathBuf, u64> {
        let folder = fs::read_dir(self.path(".tiaokuai/projections")).unwrap();
        folder.map(|e| e.unwrap()).map(|e| (e.path(), e.metadata().unwrap().len())).collect()
    }
}

/// Every finding, and what there is.
const ANSWERS: [&str; 9] = [
    "silos --scope any --withheld --format csv",
    "silos --scope region --format csv",
    "silos --scope platform --format csv",
    "unreachable --tier all --format csv",
    "redundant --format csv",
    "report --format json --top 50",
    "stats --format csv",
    "dangling --format csv",
    "export --format jsonl",
];

pub fn ran(command: &mut assert_cmd::Command) -> Ran {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let ran = Ran { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) };
    assert!(ran.code.is_some(), "killed by a signal, or by the deadline: {ran:?}");
    assert!(!ran.err.contains("panicked at"), "{}", ran.err);
    assert!((0..=2).contains(&ran.code.unwrap()), "an exit code of its own: {ran:?}");
    ran
}

impl Ran {
    /// It went well and found nothing.
    #[track_caller]
    pub fn well(self) -> Self {
        assert_eq!(self.code, Some(0), "{}", self.err);
        self
    }

    /// It failed with an error that holds these parts.
    #[track_caller]
    pub fn fails(self, parts: &[&str]) -> Self {
        assert_eq!(self.code, Some(2), "{}{}", self.out, self.err);
        assert!(self.err.contains("error: ") || self.err.contains("错误: "), "{}", self.err);
        for part in parts {
            assert!(self.err.contains(part), "no {part:?} in: {}", self.err);
        }
        self
    }

    /// The rows of CSV output, each a map by column.
    pub fn rows(&self) -> Vec<BTreeMap<String, String>> {
        let mut reader = csv::Reader::from_reader(self.out.as_bytes());
        reader.deserialize().map(|row| row.unwrap()).collect()
    }

    /// Of an import with `--format csv`: what was put, changed and deleted, where anything was.
    pub fn counts(&self) -> BTreeMap<String, [u64; 3]> {
        let number = |row: &BTreeMap<String, String>, name: &str| row[name].parse().unwrap();
        let of = |row: &BTreeMap<String, String>| ["put", "changed", "deleted"].map(|name| number(row, name));
        let all = self.rows().into_iter().map(|row| (row["kind"].clone(), of(&row)));
        all.filter(|(_, counts)| *counts != [0; 3]).collect()
    }

    /// The state that an import says it made.
    pub fn state(&self) -> Option<u64> {
        let line = self.err.lines().find_map(|l| l.strip_prefix("state "))?;
        line.split(',').next()?.parse().ok()
    }
}

/// Imports into the store of a place, telling in CSV.
pub fn import(place: &Place, arguments: &[&str]) -> Ran {
    place.run(["import", "--format", "csv"].iter().chain(arguments))
}

/// A catalog directory that comes with the program.
pub fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-catalogs").join(name)
}

/// Copies a folder.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.path().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::write(to.join(entry.file_name()), fs::read(entry.path()).unwrap()).unwrap();
        }
    }
}

/// A store with a sample catalog imported, and that catalog's copy in the folder `catalog`.
pub fn guangdong() -> Place {
    let place = Place::with_store("cn-gd");
    copy(&sample("guangdong"), &place.path("catalog"));
    import(&place, &["catalog"]).well();
    place
}

/// Numbers that look random and are the same each time.
pub struct Numbers(pub u64);

impl Numbers {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}
