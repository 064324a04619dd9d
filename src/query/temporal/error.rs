//! What can be wrong with a temporal value: what was found, and what would be right.

use super::TemporalKind;

/// Longer texts are cut where they are quoted, in characters.
const LONGEST_QUOTE: usize = 60;

/// Why there is no such temporal value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TemporalError {
    /// A text is not written as values of this kind are.
    #[error("`{text}` is no {kind}; write it as in `{example}`")]
    Unreadable {
        /// What was to be read: the name of a kind, or "time zone".
        kind: &'static str,
        /// The text, cut if it is long.
        text: String,
        /// A text that can be read.
        example: &'static str,
    },
    /// A component that no calendar or clock has.
    #[error("{component} is {value}, and goes from {from} to {to}")]
    OutOfRange {
        /// The component.
        component: &'static str,
        /// Its value.
        value: i64,
        /// The least that it can be.
        from: i64,
        /// The most that it can be.
        to: i64,
    },
    /// A component that values of this kind are not made of.
    #[error("a {} is not made of `{name}`; its components are {known}", kind.name())]
    UnknownComponent {
        /// What was to be made.
        kind: TemporalKind,
        /// The name of the component, cut if it is long.
        name: String,
        /// Those that there are.
        known: String,
    },
    /// A component stands without the greater one that it divides.
    #[error("`{component}` needs `{needed}`: only the smallest components can be left out")]
    Missing {
        /// The component that is there.
        component: &'static str,
        /// The one that is not.
        needed: &'static str,
    },
    /// Nothing says when.
    #[error("a {} needs at least `{needed}`", kind.name())]
    Empty {
        /// What was to be made.
        kind: TemporalKind,
        /// The component without which there is none.
        needed: &'static str,
    },
    /// Two components say the same thing in different ways.
    #[error("`{first}` and `{second}` cannot both be given")]
    Conflict {
        /// One of them.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
    /// A component of the wrong type.
    #[error("`{component}` is {found}, and must be {wanted}")]
    WrongType {
        /// The component.
        component: &'static str,
        /// What was given.
        found: String,
        /// What it takes.
        wanted: &'static str,
    },
    /// A time zone that the time zone database does not know.
    #[error("there is no time zone `{name}`; write an offset (`+08:00`) or a name (`Asia/Shanghai`)")]
    UnknownZone {
        /// Its name, cut if it is long.
        name: String,
    },
    /// An offset that a time zone does not have then.
    #[error("{zone} is not {offset} from UTC at {local}; leave the offset out, or write {right}")]
    OffsetMismatch {
        /// The time zone.
        zone: String,
        /// The offset given.
        offset: String,
        /// The local date and time.
        local: String,
        /// The offset that it has.
        right: String,
    },
    /// A value has no part of the kind that was asked for.
    #[error("a {} has no {part}", kind.name())]
    NoSuchPart {
        /// The kind of the value.
        kind: TemporalKind,
        /// What it does not have.
        part: &'static str,
    },
    /// A unit that values of this kind cannot be truncated to.
    #[error("a {} cannot be truncated to `{unit}`; the units are {known}", kind.name())]
    Unit {
        /// The kind.
        kind: TemporalKind,
        /// The unit, cut if it is long.
        unit: String,
        /// Those that there are.
        known: String,
    },
    /// An operation that these kinds do not have.
    #[error("{operation} is not defined for {left} and {right}")]
    Operands {
        /// The operation.
        operation: &'static str,
        /// The first operand.
        left: &'static str,
        /// The second operand.
        right: &'static str,
    },
    /// The result is beyond what the type holds.
    #[error("the {what} is beyond what can be held")]
    Overflow {
        /// Which value.
        what: &'static str,
    },
    /// A duration was divided by zero.
    #[error("a duration cannot be divided by zero")]
    DivisionByZero,
}

impl TemporalError {
    /// A text that cannot be read.
    pub(super) fn unreadable(kind: &'static str, text: &str, example: &'static str) -> Self {
        Self::Unreadable { kind, text: quoted(text), example }
    }
}

/// A text as an error shows it: cut, so that a message stays one.
pub(super) fn quoted(text: &str) -> String {
    match text.char_indices().nth(LONGEST_QUOTE) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// The value, if it lies in a range.
pub(super) fn ranged(component: &'static str, value: i64, from: i64, to: i64) -> Result<i64, TemporalError> {
    if (from..=to).contains(&value) { Ok(value) } else { Err(TemporalError::OutOfRange { component, value, from, to }) }
}
