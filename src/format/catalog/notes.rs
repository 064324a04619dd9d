//! What is read as it stands, though it suggests that something else was meant.

use std::path::{Path, PathBuf};

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
    /// A column that is kept as a property of its own, though it may be one that the contract knows.
    UnknownColumn {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
        /// Those that were perhaps meant: columns that the file does not have.
        meant: Vec<&'static str>,
    },
    /// A folder that is not read, because it holds catalogs and is none.
    Nested {
        /// The folder.
        path: PathBuf,
    },
    /// A tier that no catalog defines.
    UnknownTier {
        /// The tier, as regions name it.
        tier: String,
        /// How many regions do.
        regions: u64,
        /// The tiers that there are.
        known: Vec<String>,
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
            (Self::UnknownColumn { path, column, meant }, Language::English) => {
                let meant = alternatives(meant, " or ");
                format!(
                    "{}: the column `{column}` is kept as a property of its own; did you mean {meant}?",
                    path.display()
                )
            }
            (Self::UnknownColumn { path, column, meant }, Language::Chinese) => {
                format!("{}:列 `{column}` 按自定义属性保留;是否应为 {}?", path.display(), alternatives(meant, " 或 "))
            }
            (Self::Nested { path }, Language::English) => {
                format!("{}: left out; it holds several catalogs: name it to read those", path.display())
            }
            (Self::Nested { path }, Language::Chinese) => {
                format!("{}:未读取;其中是多个目录,如需读取请直接指定", path.display())
            }
            (Self::UnknownTier { tier, regions, known }, Language::English) => format!(
                "the tier `{tier}` of {regions} {} is defined nowhere, so that they stand above or below no other; there \
                 are {}, and `[[tier]]` in catalog.toml adds others",
                if *regions == 1 { "region" } else { "regions" },
                known.join(", ")
            ),
            (Self::UnknownTier { tier, regions, known }, Language::Chinese) => format!(
                "{regions} 个区划的层级 `{tier}` 没有定义,因此不分上下;已有层级为 {},可在 catalog.toml 中以 `[[tier]]` 增加",
                known.join("、")
            ),
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

/// The note on a column that the contract does not know, if the name of one that the file leaves out is close to it, or if it
/// is in another script: a heading that was translated.
pub(super) fn on_column(path: &Path, column: &str, left_out: &[&'static str]) -> Option<Note> {
    let lower = column.to_lowercase();
    let is_close = |known: &&&'static str| {
        let longest = lower.chars().count().max(known.len());
        let begins = lower.len() >= 3 && (known.starts_with(&lower) || lower.starts_with(**known));
        begins || distance(&lower, known) <= longest / 3
    };
    let mut meant: Vec<&'static str> = left_out.iter().filter(is_close).copied().collect();
    if meant.is_empty() && !column.is_ascii() {
        meant = left_out.to_vec();
    }
    let (path, column) = (path.to_owned(), column.to_owned());
    (!meant.is_empty()).then_some(Note::UnknownColumn { path, column, meant })
}

/// Words in code, one or another.
fn alternatives(words: &[&str], or: &str) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(or)
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
                _ => None,
            })
        };
        assert_eq!(meant("dataset.csv"), Some(Some("datasets.csv")));
        assert_eq!(meant("Shares.CSV"), Some(Some("shares.csv")));
        assert_eq!(meant("policys.csv"), Some(Some("policies.csv")));
        assert_eq!(meant("budget.csv"), Some(None));
        assert_eq!(meant("README.md"), None);
        assert_eq!(meant("datasets.csv"), None);
    }

    #[test]
    fn misspelt_and_translated_columns_are_named_with_what_was_meant() {
        let left_out = ["status", "carries", "share"];
        let meant = |column: &str| match on_column(Path::new("x.csv"), column, &left_out) {
            Some(Note::UnknownColumn { meant, .. }) => meant,
            _ => Vec::new(),
        };
        assert_eq!(meant("statsu"), ["status"]);
        assert_eq!(meant("statu"), ["status"]);
        assert_eq!(meant("Status"), ["status"]);
        assert_eq!(meant("shares"), ["share"]);
        assert_eq!(meant("carry"), Vec::<&str>::new());
        assert_eq!(meant("note"), Vec::<&str>::new());
        assert_eq!(meant("状态"), left_out);
        assert_eq!(on_column(Path::new("x.csv"), "备注", &[]), None);
    }
}
