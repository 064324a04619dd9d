//! Types as signatures write them: what may stand where, as far as that can be known before anything runs.

use crate::query::value::Value;

/// The type of an argument or a result, as signatures write it and static checks use it. Null is of every type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// Any value.
    Any,
    /// True or false.
    Boolean,
    /// An integer.
    Integer,
    /// A float.
    Float,
    /// An integer or a float.
    Number,
    /// A text.
    String,
    /// A list of anything.
    List,
    /// A map.
    Map,
    /// A node.
    Node,
    /// A relationship.
    Relationship,
    /// A node or a relationship.
    Entity,
    /// A path.
    Path,
    /// A date.
    Date,
    /// A local time.
    LocalTime,
    /// A time with an offset.
    Time,
    /// A local date and time.
    LocalDateTime,
    /// A date and time with an offset or zone.
    DateTime,
    /// A duration.
    Duration,
    /// A date, a time, or both: every temporal value but a duration.
    Instant,
    /// A text or a list.
    Sequence,
    /// A text, a list or a map.
    Collection,
    /// A node, a relationship or a map: what has properties.
    Properties,
    /// A number or a duration.
    Quantity,
}

impl Type {
    /// The name as documentation writes it: a type, or types with `|` between them.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Any => "Any",
            Self::Boolean => "Boolean",
            Self::Integer => "Integer",
            Self::Float => "Float",
            Self::Number => "Integer | Float",
            Self::String => "String",
            Self::List => "List",
            Self::Map => "Map",
            Self::Node => "Node",
            Self::Relationship => "Relationship",
            Self::Entity => "Node | Relationship",
            Self::Path => "Path",
            Self::Date => "Date",
            Self::LocalTime => "LocalTime",
            Self::Time => "Time",
            Self::LocalDateTime => "LocalDateTime",
            Self::DateTime => "DateTime",
            Self::Duration => "Duration",
            Self::Instant => "Date | LocalTime | Time | LocalDateTime | DateTime",
            Self::Sequence => "String | List",
            Self::Collection => "String | List | Map",
            Self::Properties => "Node | Relationship | Map",
            Self::Quantity => "Integer | Float | Duration",
        }
    }

    /// The types that it covers, a bit each.
    const fn bits(self) -> u16 {
        match self {
            Self::Any => u16::MAX,
            Self::Boolean => 1,
            Self::Integer => 1 << 1,
            Self::Float => 1 << 2,
            Self::Number => Self::Integer.bits() | Self::Float.bits(),
            Self::String => 1 << 3,
            Self::List => 1 << 4,
            Self::Map => 1 << 5,
            Self::Node => 1 << 6,
            Self::Relationship => 1 << 7,
            Self::Entity => Self::Node.bits() | Self::Relationship.bits(),
            Self::Path => 1 << 8,
            Self::Date => 1 << 9,
            Self::LocalTime => 1 << 10,
            Self::Time => 1 << 11,
            Self::LocalDateTime => 1 << 12,
            Self::DateTime => 1 << 13,
            Self::Duration => 1 << 14,
            Self::Instant => {
                let times = Self::LocalTime.bits() | Self::Time.bits();
                Self::Date.bits() | times | Self::LocalDateTime.bits() | Self::DateTime.bits()
            }
            Self::Sequence => Self::String.bits() | Self::List.bits(),
            Self::Collection => Self::Sequence.bits() | Self::Map.bits(),
            Self::Properties => Self::Entity.bits() | Self::Map.bits(),
            Self::Quantity => Self::Number.bits() | Self::Duration.bits(),
        }
    }

    /// Whether a value of this type may be one of the other. Where not, an expression of this type is an error where
    /// the other is wanted, whatever the graph holds.
    #[must_use]
    pub const fn may_be(self, other: Self) -> bool {
        self.bits() & other.bits() != 0
    }

    /// Whether a value is of this type.
    #[must_use]
    pub fn holds(self, value: &Value) -> bool {
        Self::of(value).may_be(self)
    }

    /// The type of a value; of null, any.
    #[must_use]
    pub fn of(value: &Value) -> Self {
        use crate::query::temporal::TemporalKind;
        match value {
            Value::Null => Self::Any,
            Value::Boolean(_) => Self::Boolean,
            Value::Integer(_) => Self::Integer,
            Value::Float(_) => Self::Float,
            Value::Text(_) => Self::String,
            Value::List(_) => Self::List,
            Value::Map(_) => Self::Map,
            Value::Node(_) => Self::Node,
            Value::Relationship(_) => Self::Relationship,
            Value::Path(_) => Self::Path,
            Value::Temporal(temporal) => match temporal.kind() {
                TemporalKind::Date => Self::Date,
                TemporalKind::LocalTime => Self::LocalTime,
                TemporalKind::Time => Self::Time,
                TemporalKind::LocalDateTime => Self::LocalDateTime,
                TemporalKind::DateTime => Self::DateTime,
                TemporalKind::Duration => Self::Duration,
            },
        }
    }
}
