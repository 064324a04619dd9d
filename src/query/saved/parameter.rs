//! Parameters of saved queries, and their values as texts.

use std::fmt;

use super::Saved;
use crate::model::list;
use crate::query::error::Text;
use crate::query::suggest;
use crate::query::temporal::{self, Clock, TemporalKind};
use crate::query::value::Value;

/// A parameter of a saved query.
#[derive(Clone, Debug)]
pub struct SavedParameter {
    /// The name; the query has it as `$name`.
    pub name: String,
    /// The type.
    pub ty: ParameterType,
    /// The value where it is left out; none where it must be given.
    pub default: Option<Value>,
    /// What it means.
    pub about: Text,
}

/// The type of a parameter, by which a text that is given for it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParameterType {
    /// A text, taken as it is.
    String,
    /// An integer: `10`.
    Integer,
    /// A float: `0.8`, or an integer.
    Float,
    /// `true` or `false`, `yes` or `no`, `是` or `否`.
    Boolean,
    /// A calendar date: `2026-11-01`.
    Date,
    /// Texts with `;` between them; `\;` and `\\` escape.
    List,
    /// The code of a region: the zeros at its end may be left out, `51` is `510000`.
    Region,
}

impl ParameterType {
    /// Every type.
    pub const ALL: [Self; 7] =
        [Self::String, Self::Integer, Self::Float, Self::Boolean, Self::Date, Self::List, Self::Region];

    /// The word that headers write.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Float => "float",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::List => "list",
            Self::Region => "region",
        }
    }

    /// The type of a word.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ty| ty.name() == name)
    }

    /// The value that a text gives; none where it is not of the type.
    #[must_use]
    pub fn read(self, text: &str) -> Option<Value> {
        let trimmed = text.trim();
        match self {
            Self::String => Some(Value::text(text)),
            Self::Integer => trimmed.parse().ok().map(Value::Integer),
            Self::Float => trimmed.parse().ok().filter(|f: &f64| f.is_finite()).map(Value::Float),
            Self::Boolean => match trimmed.to_lowercase().as_str() {
                "true" | "yes" | "是" => Some(Value::Boolean(true)),
                "false" | "no" | "否" => Some(Value::Boolean(false)),
                _ => None,
            },
            // The clock is for times with a zone, which a date has not.
            Self::Date => temporal::parse(TemporalKind::Date, trimmed, &Clock::fixed(0, 0)).ok().map(Value::temporal),
            Self::List => Some(Value::list(list::split(text).map(|item| Value::text(item.as_ref())).collect())),
            Self::Region => Some(Value::text(whole_code(trimmed))),
        }
    }

    fn example(self) -> &'static str {
        match self {
            Self::String => "abc",
            Self::Integer => "10",
            Self::Float => "0.8",
            Self::Boolean => "true",
            Self::Date => "2026-11-01",
            Self::List => "a;b",
            Self::Region => "51",
        }
    }
}

/// The code of a region that is written without the zeros at its end. Codes of GB/T 2260 have two digits for each of
/// province, city and county; those of townships and villages three more for each.
fn whole_code(text: &str) -> String {
    let length = match text.len() {
        2 | 4 => 6,
        9 => 12,
        _ => return text.to_owned(),
    };
    if text.bytes().all(|b| b.is_ascii_digit()) { format!("{text:0<length$}") } else { text.to_owned() }
}

impl fmt::Display for ParameterType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl SavedParameter {
    /// The parameter as a header writes it, with its type and its default if it has one: `limit: integer = 20`.
    #[must_use]
    pub fn signature(&self) -> String {
        let Self { name, ty, .. } = self;
        match &self.default {
            Some(default) => format!("{name}: {ty} = {}", written(default)),
            None => format!("{name}: {ty}"),
        }
    }

    /// The value that a text gives.
    ///
    /// # Errors
    /// When it is not of the type.
    pub fn read(&self, text: &str) -> Result<Value, GivenError> {
        self.ty.read(text).ok_or_else(|| GivenError::unreadable(self, text))
    }
}

/// A value as it is written on a command line. No type of parameter has other values than these.
fn written(value: &Value) -> String {
    match value {
        Value::Text(text) => text.to_string(),
        Value::Boolean(b) => b.to_string(),
        Value::Integer(i) => i.to_string(),
        Value::Float(f) => f.to_string(),
        Value::Temporal(temporal) => temporal.to_string(),
        Value::List(items) => {
            let escaped = items.iter().map(|item| written(item).replace('\\', r"\\").replace(';', r"\;"));
            escaped.collect::<Vec<_>>().join(";")
        }
        _ => "null".to_owned(),
    }
}

/// What is wrong with the values that are given to a saved query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenError {
    /// The parameter.
    pub parameter: String,
    /// What is wrong, and what would be right.
    pub message: Text,
}

impl fmt::Display for GivenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message.en)
    }
}

impl std::error::Error for GivenError {}

impl GivenError {
    pub(super) fn unknown(saved: &Saved, name: &str) -> Self {
        let names: Vec<&str> = saved.parameters.iter().map(|p| p.name.as_str()).collect();
        let (en, zh) = match suggest::nearest(name, names.iter().copied()) {
            Some(near) => (format!("did you mean `{near}`?"), format!("是否指 `{near}`？")),
            None if names.is_empty() => ("it takes none".to_owned(), "它不接受参数".to_owned()),
            None => (format!("it takes {}", names.join(", ")), format!("它的参数有 {}", names.join("、"))),
        };
        let query = &saved.name;
        Self {
            parameter: name.to_owned(),
            message: Text::new(
                format!("`{query}` has no parameter `{name}`: {en}"),
                format!("`{query}` 没有参数 `{name}`：{zh}"),
            ),
        }
    }

    pub(super) fn missing(parameter: &SavedParameter) -> Self {
        let SavedParameter { name, ty, about, .. } = parameter;
        let example = ty.example();
        Self {
            parameter: name.clone(),
            message: Text::new(
                format!("the parameter `{name}` must be given ({}): {name}={example}", about.en),
                format!("必须给出参数 `{name}`（{}）：{name}={example}", about.zh),
            ),
        }
    }

    fn unreadable(parameter: &SavedParameter, text: &str) -> Self {
        /// Longer texts are cut where they are quoted, in characters.
        const LONGEST: usize = 60;
        let SavedParameter { name, ty, .. } = parameter;
        let quoted: String = text.chars().take(LONGEST).collect();
        let example = ty.example();
        Self {
            parameter: name.clone(),
            message: Text::new(
                format!(
                    "the parameter `{name}` is of type {ty}, and `{quoted}` is not; write it as in {name}={example}"
                ),
                format!("参数 `{name}` 的类型为 {ty}，`{quoted}` 不符；写法如 {name}={example}"),
            ),
        }
    }
}
