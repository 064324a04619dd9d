//! The formats that rows are written in.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A format of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// A drawn table that fits a terminal; for people.
    #[default]
    Table,
    /// RFC 4180: commas, quotes where they are needed, lines ended by LF.
    Csv,
    /// Tabs between cells; a tab, line break or backslash within one as `\t`, `\n`, `\r`, `\\`.
    Tsv,
    /// One array of objects.
    Json,
    /// One object a line.
    Jsonl,
    /// A table for a document.
    Markdown,
}

/// A format that does not exist was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("there is no format `{0}`; there are table, csv, tsv, json, jsonl and markdown")]
pub struct UnknownFormat(pub String);

impl Format {
    /// Every format, the default first.
    pub const ALL: [Self; 6] = [Self::Table, Self::Csv, Self::Tsv, Self::Json, Self::Jsonl, Self::Markdown];

    /// The name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Markdown => "markdown",
        }
    }

    /// The format that a file's name asks for by its ending, if one does.
    #[must_use]
    pub fn of_file(name: &str) -> Option<Self> {
        match name.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "tsv" => Some(Self::Tsv),
            "json" => Some(Self::Json),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "md" | "markdown" => Some(Self::Markdown),
            "txt" => Some(Self::Table),
            _ => None,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        Self::ALL.into_iter().find(|f| f.name() == name).ok_or_else(|| UnknownFormat(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_again_and_the_error_lists_them_all() {
        for format in Format::ALL {
            assert_eq!(format.name().parse(), Ok(format));
            assert!(UnknownFormat("x".to_owned()).to_string().contains(format.name()));
        }
        assert_eq!("xlsx".parse::<Format>(), Err(UnknownFormat("xlsx".to_owned())));
        assert_eq!(Format::of_file("a/b.MD"), Some(Format::Markdown));
        assert_eq!(Format::of_file("report"), None);
    }
}
