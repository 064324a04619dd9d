//! The functions of the language, in one registry: the binder resolves names with it, `SHOW FUNCTIONS` and the
//! documentation list it, the evaluator calls what it names.

mod aggregates;
mod arguments;
mod conversions;
pub(crate) mod entities;
mod lists;
mod lookup;
mod numbers;
mod paths;
mod percentiles;
pub(crate) mod size;
mod strings;
mod temporal;
#[cfg(test)]
mod tests;
mod types;

use super::error::Result;
use super::exec::budget::Budget;
use super::registry::Bilingual;
use super::source::PropertyGraph;
use super::temporal::Clock;
use super::value::Value;

pub use conversions::text_of;
pub use lookup::{Subject, all, lookup, subjects, suggest};
pub use types::Type;

/// What a function may read beside its arguments.
pub struct Surroundings<'a> {
    /// The graph that is queried.
    pub graph: &'a dyn PropertyGraph,
    /// The statement's time.
    pub clock: &'a Clock,
    /// What the query may use: long work counts its steps here, and ends when it is told to.
    pub budget: &'a Budget,
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

impl Parameter {
    /// One that has to be given.
    const fn new(name: &'static str, ty: Type) -> Self {
        Self { name, ty, optional: false }
    }

    /// One that may be left out.
    const fn optional(name: &'static str, ty: Type) -> Self {
        Self { name, ty, optional: true }
    }
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
    /// Whether the types of arguments are to be held against the parameters before anything runs. Of a function that is
    /// not checked so, openCypher wants the error when it is called.
    pub checked: bool,
    /// What it does, in a line.
    pub about: Bilingual,
    /// What computes it.
    pub kind: FunctionKind,
}

/// What computes a scalar function: its surroundings and its arguments give its result.
pub type Call = fn(&Surroundings<'_>, &[Value]) -> Result<Value>;

impl Function {
    /// A function of its arguments.
    const fn scalar(
        name: &'static str,
        parameters: &'static [Parameter],
        result: Type,
        call: Call,
        en: &'static str,
        zh: &'static str,
    ) -> Self {
        let kind = FunctionKind::Scalar { call, volatile: false };
        Self { name, parameters, variadic: false, result, checked: true, about: Bilingual { en, zh }, kind }
    }

    /// A function of all rows of a group.
    const fn aggregate(
        name: &'static str,
        parameters: &'static [Parameter],
        result: Type,
        start: fn() -> Box<dyn Aggregator>,
        en: &'static str,
        zh: &'static str,
    ) -> Self {
        let kind = FunctionKind::Aggregate { start, merges: false };
        Self { name, parameters, variadic: false, result, checked: true, about: Bilingual { en, zh }, kind }
    }

    /// The same, with a result that differs from call to call.
    const fn volatile(mut self) -> Self {
        if let FunctionKind::Scalar { volatile, .. } = &mut self.kind {
            *volatile = true;
        }
        self
    }

    /// The same, whose result for all rows follows from those for the first and for the other rows.
    const fn merging(mut self) -> Self {
        if let FunctionKind::Aggregate { merges, .. } = &mut self.kind {
            *merges = true;
        }
        self
    }

    /// The same, with a last parameter that may be repeated.
    const fn variadic(mut self) -> Self {
        self.variadic = true;
        self
    }

    /// The same, with types that are checked when it is called and not before.
    const fn unchecked(mut self) -> Self {
        self.checked = false;
        self
    }

    /// Whether it computes its result from all rows of a group.
    #[must_use]
    pub fn is_aggregate(&self) -> bool {
        matches!(self.kind, FunctionKind::Aggregate { .. })
    }

    /// Whether it can be called with this many arguments.
    #[must_use]
    pub fn takes(&self, arguments: usize) -> bool {
        let needed = self.parameters.iter().filter(|p| !p.optional).count();
        arguments >= needed && (self.variadic || arguments <= self.parameters.len())
    }

    /// The parameter that an argument stands for, counted from zero.
    #[must_use]
    pub fn parameter(&self, argument: usize) -> Option<&'static Parameter> {
        let last = self.parameters.last().filter(|_| self.variadic);
        self.parameters.get(argument).or(last)
    }

    /// How it is called and what it gives: `left(text: String, length: Integer) :: String`.
    #[must_use]
    pub fn signature(&self) -> String {
        let mut parameters: Vec<String> = self
            .parameters
            .iter()
            .map(|p| format!("{}: {}{}", p.name, p.ty.name(), if p.optional { "?" } else { "" }))
            .collect();
        if self.variadic {
            parameters.push("…".to_owned());
        }
        format!("{}({}) :: {}", self.name, parameters.join(", "), self.result.name())
    }
}

/// How a function is computed.
pub enum FunctionKind {
    /// From its arguments. The same arguments give the same result unless it is `volatile`.
    Scalar {
        /// What computes it.
        call: Call,
        /// Whether two calls may differ (`rand()`), so that it is not folded into a constant.
        volatile: bool,
    },
    /// From all rows of a group.
    Aggregate {
        /// Begins a group. It is given the values of the arguments after the first, which are the same for every row.
        start: fn() -> Box<dyn Aggregator>,
        /// Whether [`Aggregator::merge`] gives exactly what all rows in one would.
        merges: bool,
    },
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.signature())
    }
}

/// Collects the rows of a group.
pub trait Aggregator: Send {
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
    /// Takes the result of rows that come after those taken so far. Of functions that merge, and no others.
    ///
    /// # Errors
    /// When the two do not go together.
    fn merge(&mut self, later: Value) -> Result<()> {
        self.add(&[later])
    }
    /// Roughly how many bytes it holds, for the memory budget.
    fn size(&self) -> usize {
        0
    }
}
