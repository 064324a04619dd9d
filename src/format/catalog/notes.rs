//! Files that are not read, though their names suggest that they were meant to be.

use std::path::PathBuf;

use crate::model::{Kind, Language};

/// Something that is no record and hurts nothing, but may be a mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// A file that is not read, because its name is none that a catalog has.
    Ignored {
        /// The file.
        path: PathBuf,
        /// The name that was perhaps meant.
        meant: Option<&'static str>,
    },
    /// A key of `catalog.toml` that cannot be kept, because its value is no property's.
    IgnoredKey {
        /// The file.
        path: PathBuf,
        /// The line of the key.
        line: u64,
        /// The key.
        key: String,
    },
}

impl Note {
    /// The note on one line.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        match (self, language) {
            (Self::Ignored { path, meant: Some(meant) }, Language::English) => {
                format!("{}: ignored; did you mean {meant}?", path.display())
            }
            (Self::Ignored { path, meant: Some(meant) }, Language::Chinese) => {
                format!("{}:未读取;是否应为 {meant}?", path.display())
            }
            (Self::Ignored { path, meant: None }, Language::English) => {
                format!("{}: ignored; a catalog has no file of this name", path.display())
            }
            (Self::Ignored { path, meant: None }, Language::Chinese) => {
                format!("{}:未读取;目录中没有这个名称的文件", path.display())
            }
            (Self::IgnoredKey { path, line, key }, Language::English) => {
                format!(
                    "{}, line {line}: `{key}` is ignored; it is neither a value nor a list of texts",
                    path.display()
                )
            }
            (Self::IgnoredKey { path, line, key }, Language::Chinese) => {
                format!("{} 第 {line} 行:忽略 `{key}`,它既不是单个值也不是文本列表", path.display())
            }
        }
    }
}

/// The note on a file that is not read, if its name deserves one: that of a CSV file, or close to one that is read.
pub(super) fn on_file(path: PathBuf) -> Option<Note> {
    let name = path.file_name()?.to_str()?;
    if is_read(name) {
        return None;
    }
    let lower = name.to_lowercase();
    let mut names: Vec<&'static str> = Kind::ALL.iter().map(|k| k.spec().file).collect();
    names.dedup();
    let meant =
        names.into_iter().map(|known| (distance(&lower, known), known)).filter(|(d, _)| *d <= 2).min().map(|(_, n)| n);
    (meant.is_some() || lower.ends_with(".csv")).then_some(Note::Ignored { path, meant })
}

/// Whether a file of this name is read.
fn is_read(name: &str) -> bool {
    Kind::ALL.iter().any(|k| k.spec().file == name)
}

/// How many letters have to be put, dropped or replaced to make one word of the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspelt_files_are_named_with_what_was_meant() {
        let meant = |name: &str| {
            on_file(PathBuf::from(name)).map(|n| match n {
                Note::Ignored { meant, .. } => meant,
                Note::IgnoredKey { .. } => None,
            })
        };
        assert_eq!(meant("dataset.csv"), Some(Some("datasets.csv")));
        assert_eq!(meant("Shares.CSV"), Some(Some("shares.csv")));
        assert_eq!(meant("policys.csv"), Some(Some("policies.csv")));
        assert_eq!(meant("budget.csv"), Some(None));
        assert_eq!(meant("README.md"), None);
        assert_eq!(meant("datasets.csv"), None);
    }
}
