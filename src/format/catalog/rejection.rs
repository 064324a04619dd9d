//! Records that cannot be taken, and why.

use std::collections::HashSet;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::model::Language;
use crate::model::vocabulary::Vocabulary;

/// A record that cannot be taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Rejection {
    /// The file.
    pub file: Arc<Path>,
    /// The line where the record begins, from 1.
    pub line: u64,
    /// The column at fault, if it is one.
    pub column: Option<String>,
    /// The value at fault, cut where it is long.
    pub value: Option<String>,
    /// What is wrong.
    pub reason: Reason,
}

/// Why a record cannot be taken.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Reason {
    /// A cell that every record needs is empty.
    Missing,
    /// Not a word of a closed vocabulary.
    NotAWord(Words),
    /// Not an integer.
    NotAnInteger,
    /// Not a number.
    NotANumber,
    /// A number beyond its bounds.
    OutOfBounds {
        /// The least, if there is one.
        min: Option<String>,
        /// The greatest, if there is one.
        max: Option<String>,
    },
    /// Not true or false.
    NotABoolean,
    /// Not a date.
    NotADate,
    /// Not a text (in `catalog.toml`).
    NotAText,
    /// Not a list of texts (in `catalog.toml`).
    NotAList,
    /// The record's own id names another catalog.
    ForeignId {
        /// The catalog that states the record.
        catalog: String,
    },
    /// Neither end of the sharing edge is this catalog's.
    ForeignShare {
        /// The catalog that states the edge.
        catalog: String,
    },
    /// The need's consumer is not this catalog's.
    ForeignNeed {
        /// The catalog that states the need.
        catalog: String,
    },
    /// Another record of the file has the same identity.
    Duplicate {
        /// The line of the first.
        first: u64,
    },
    /// The row has fewer or more cells than the header has columns.
    CellCount {
        /// The row's.
        cells: usize,
        /// The header's.
        columns: usize,
    },
    /// A character that no text holds.
    ControlCharacter(char),
    /// Text stands between a closing quote and the next comma.
    TextAfterQuote,
    /// Two columns of the same name and different types both have a value.
    TwoValues,
    /// A rule that other records take part in, told in both languages.
    Rule {
        /// In English.
        english: String,
        /// In Chinese.
        chinese: String,
    },
}

/// The words that a closed vocabulary has; equal where the vocabulary is the same.
#[derive(Clone, Copy)]
pub struct Words(pub &'static Vocabulary);

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name)
    }
}

impl PartialEq for Words {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

/// The longest part of a value that a rejection keeps, in bytes.
const VALUE_LIMIT: usize = 200;

impl Rejection {
    /// How many records these are of: one may have several faults.
    #[must_use]
    pub fn records(rejections: &[Self]) -> usize {
        rejections.iter().map(|rejection| (&rejection.file, rejection.line)).collect::<HashSet<_>>().len()
    }

    /// The value as a rejection keeps it: cut where it is long.
    #[must_use]
    pub fn excerpt(value: &str) -> String {
        if value.len() <= VALUE_LIMIT {
            return value.to_owned();
        }
        format!("{}…", &value[..value.floor_char_boundary(VALUE_LIMIT)])
    }

    /// Where, what and why, on one line.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let mut text = match language {
            Language::English => format!("{}, line {}", self.file.display(), self.line),
            Language::Chinese => format!("{} 第 {} 行", self.file.display(), self.line),
        };
        if let Some(column) = &self.column {
            match language {
                Language::English => text.push_str(&format!(", column {column}")),
                Language::Chinese => text.push_str(&format!(" {column} 列")),
            }
        }
        text.push_str(language.pick(": ", ":"));
        if let Some(value) = &self.value {
            // Quoted as a literal, so that a line break in a value does not break the message.
            match language {
                Language::English => text.push_str(&format!("{value:?} ")),
                Language::Chinese => text.push_str(&format!("{value:?} ")),
            }
        }
        text.push_str(&self.reason.message(language));
        text
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Language::English))
    }
}

impl Reason {
    /// The reason as the end of a sentence that begins with the value.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        let english = language == Language::English;
        let pick = |en: &str, zh: &str| language.pick(en, zh).to_owned();
        match self {
            Self::Missing => pick("a value is missing", "缺少必填的值"),
            Self::NotAWord(Words(vocabulary)) if english => format!("is not one of {}", vocabulary.listing()),
            Self::NotAWord(Words(vocabulary)) => format!("不是规定的取值:{}", vocabulary.listing()),
            Self::NotAnInteger => pick("is not an integer", "不是整数"),
            Self::NotANumber => pick("is not a number", "不是数"),
            Self::OutOfBounds { min, max } => match (min, max, english) {
                (Some(min), Some(max), true) => format!("is not between {min} and {max}"),
                (Some(min), Some(max), false) => format!("不在 {min} 到 {max} 之间"),
                (Some(min), None, true) => format!("is less than {min}"),
                (Some(min), None, false) => format!("小于 {min}"),
                (None, Some(max), true) => format!("is more than {max}"),
                (None, Some(max), false) => format!("大于 {max}"),
                (None, None, true) => "is beyond what can be stored".to_owned(),
                (None, None, false) => "超出可存储的范围".to_owned(),
            },
            Self::NotABoolean => {
                pick("is not true or false (or yes or no, 1 or 0, 是 or 否)", "不是 是/否(或 true/false、yes/no、1/0)")
            }
            Self::NotADate => pick("is not a date such as 2024-05-01", "不是日期(应如 2024-05-01)"),
            Self::NotAText => pick("is not a text", "不是文本"),
            Self::NotAList => pick("is not a list of texts", "不是文本列表"),
            Self::ForeignId { catalog } if english => {
                format!("names another catalog than {catalog}, which alone may define the record")
            }
            Self::ForeignId { catalog } => format!("属于另一个目录,只能由该目录定义(本目录为 {catalog})"),
            Self::ForeignShare { catalog } if english => {
                format!("has no end that belongs to {catalog}: only the catalog of an end may state a sharing edge")
            }
            Self::ForeignShare { catalog } => format!("两端都不属于 {catalog}:共享关系只能由一端所在的目录陈述"),
            Self::ForeignNeed { catalog } if english => {
                format!("does not belong to {catalog}: only the catalog of its consumer may state a need")
            }
            Self::ForeignNeed { catalog } => format!("不属于 {catalog}:需求只能由需求方所在的目录陈述"),
            Self::Duplicate { first } if english => format!("stands already in line {first}"),
            Self::Duplicate { first } => format!("与第 {first} 行重复"),
            Self::CellCount { cells, columns } if english => {
                format!("the row has {cells} cells, the header {columns}")
            }
            Self::CellCount { cells, columns } => format!("本行有 {cells} 格,表头有 {columns} 列"),
            Self::ControlCharacter(c) if english => format!("holds the control character U+{:04X}", u32::from(*c)),
            Self::ControlCharacter(c) => format!("含有控制字符 U+{:04X}", u32::from(*c)),
            Self::TextAfterQuote => pick(
                "goes on after its closing quote; a quote within quotes is written twice",
                "引号结束后还有文字;引号内的引号应写两次",
            ),
            Self::TwoValues => pick("is a second value of this property in the row", "是同一行中该属性的第二个值"),
            Self::Rule { english: en, chinese: zh } => pick(en, zh),
        }
    }
}
