//! The functions of the language, in one registry: the binder resolves names with it, `SHOW FUNCTIONS` and the
//! documentation list it, the evaluator calls what it names.

use super::error::Result;
use super::registry::Bilingual;
use super::source::PropertyGraph;
use super::temporal::Clock;
use super::value::Value;

/// What a function may read beside its arguments.
pub struct Surroundings<'a> {
    /// The graph that is queried.
    pub graph: &'a dyn PropertyGraph,
    /// The statement's time.
    pub clock: &'a Clock,
}

/// The type of an argument or a result, as signatures write it and static checks use it.
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
}

/// A parameter of a function.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// The name.
    pub name: &'static str,
    /// The type.
    pub ty: Type,
    /// Whether it may be left out. Those that may stand last.
    pub optional: bool,
}

/// A function of the language.
pub struct Function {
    /// The name as documentation writes it (`toString`); calls may write it in any case.
    pub name: &'static str,
    /// The parameters.
    pub parameters: &'static [Parameter],
    /// Whether the last parameter may be repeated.
    pub variadic: bool,
    /// The type of the result.
    pub result: Type,
    /// What it does, in a line.
    pub about: Bilingual,
    /// What computes it.
    pub kind: FunctionKind,
}

/// How a function is computed.
pub enum FunctionKind {
    /// From its arguments. The same arguments give the same result unless it is `volatile`.
    Scalar {
        /// What computes it.
        call: fn(&Surroundings<'_>, &[Value]) -> Result<Value>,
        /// Whether two calls may differ (`rand()`), so that it is not folded into a constant.
        volatile: bool,
    },
    /// From all rows of a group.
    Aggregate {
        /// Begins a group. It is given the values of the arguments after the first, which are the same for every row.
        start: fn() -> Box<dyn Aggregator>,
    },
}

/// Collects the rows of a group.
pub trait Aggregator {
    /// Takes the arguments of one row. Rows whose first argument is null are given too; most pass over them.
    ///
    /// # Errors
    /// When an argument is of a type that the function does not take.
    fn add(&mut self, arguments: &[Value]) -> Result<()>;
    /// The result.
    ///
    /// # Errors
    /// When there is none.
    fn finish(self: Box<Self>) -> Result<Value>;
    /// Roughly how many bytes it holds, for the memory budget.
    fn size(&self) -> usize {
        0
    }
}
