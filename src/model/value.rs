//! Property and cell values.

use std::borrow::Cow;

use jiff::civil::Date;

/// The language of everything that a reader sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Chinese.
    Chinese,
}

impl Language {
    /// Picks the word of this language.
    #[must_use]
    pub fn pick<'a>(self, english: &'a str, chinese: &'a str) -> &'a str {
        match self {
            Self::English => english,
            Self::Chinese => chinese,
        }
    }
}

/// The type of a stored property.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum ValueType {
    /// UTF-8 text.
    Text = 0,
    /// A list of texts.
    List = 1,
    /// A 64-bit signed integer (`i64::MIN` is not storable: it marks absence).
    Integer = 2,
    /// A finite 64-bit float.
    Float = 3,
    /// True or false.
    Boolean = 4,
    /// A calendar date.
    Date = 5,
}

impl ValueType {
    /// Every type, in the order of its code.
    pub const ALL: [Self; 6] = [Self::Text, Self::List, Self::Integer, Self::Float, Self::Boolean, Self::Date];

    /// The type with this code, as files store it.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// The suffix that gives an unknown CSV column this type (`name:integer`); text has none.
    #[must_use]
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Text => "",
            Self::List => ":list",
            Self::Integer => ":integer",
            Self::Float => ":float",
            Self::Boolean => ":boolean",
            Self::Date => ":date",
        }
    }
}

/// The keys of a map of one entry that stands for something that JSON has no form for: a node, a date, not-a-number. A
/// map that has such a key by itself is put into a `$map`.
pub const TAGS: [&str; 12] = [
    "$node",
    "$rel",
    "$path",
    "$map",
    "$alternating",
    "$float",
    "$date",
    "$localtime",
    "$time",
    "$localdatetime",
    "$datetime",
    "$duration",
];

/// A value in a row of an answer, borrowed from the graph where it can be.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value<'a> {
    /// Absent.
    #[default]
    Null,
    /// True or false.
    Boolean(bool),
    /// A 64-bit signed integer.
    Integer(i64),
    /// A 64-bit float.
    Float(f64),
    /// Text.
    Text(Cow<'a, str>),
    /// A calendar date.
    Date(Date),
    /// A list.
    List(Vec<Value<'a>>),
    /// Named values, in the order given.
    Map(Vec<(Cow<'a, str>, Value<'a>)>),
}

impl<'a> Value<'a> {
    /// A text, or null where there is none.
    #[must_use]
    pub fn text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Null, |t| Self::Text(Cow::Borrowed(t)))
    }

    /// An owned text.
    #[must_use]
    pub fn owned(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }

    /// The text within, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(t) => Some(t),
            _ => None,
        }
    }

    /// Whether it is null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The same value, owning its texts.
    #[must_use]
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Boolean(b) => Value::Boolean(b),
            Self::Integer(i) => Value::Integer(i),
            Self::Float(f) => Value::Float(f),
            Self::Text(t) => Value::Text(Cow::Owned(t.into_owned())),
            Self::Date(d) => Value::Date(d),
            Self::List(items) => Value::List(items.into_iter().map(Value::into_owned).collect()),
            Self::Map(entries) => {
                Value::Map(entries.into_iter().map(|(k, v)| (Cow::Owned(k.into_owned()), v.into_owned())).collect())
            }
        }
    }
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}
