//! Procedures: what `CALL` runs. Findings, graph algorithms and whatever else is registered are all this.

use std::fmt::Debug;
use std::sync::Arc;

use super::error::{Result, Text};
use super::functions::{Surroundings, Type};
use super::registry::Bilingual;
use super::value::Value;

/// A parameter of a procedure, in its place.
#[derive(Clone, Debug)]
pub struct ProcedureParameter {
    /// The name.
    pub name: String,
    /// The type.
    pub ty: Type,
    /// The value where it is left out; none where it must be given.
    pub default: Option<Value>,
    /// What it means.
    pub about: Text,
}

/// A procedure.
pub trait Procedure: Debug + Send + Sync {
    /// The name, with its namespace.
    fn name(&self) -> &str;
    /// What it answers, in a line.
    fn about(&self) -> Bilingual;
    /// Its parameters, in order. Those that may be left out stand last.
    fn parameters(&self) -> &[ProcedureParameter];
    /// Its columns, in order.
    fn columns(&self) -> &[(String, Type)];
    /// Runs it. The rows have a value for each column; for one whose position is not among those wanted it may be null.
    /// They may be made as they are read, of the graph as it is at the call.
    ///
    /// # Errors
    /// When an argument does not fit, or it cannot do its work.
    fn call<'a>(
        &'a self,
        surroundings: &Surroundings<'_>,
        arguments: &[Value],
        wanted: &[usize],
    ) -> Result<ProcedureRows<'a>>;
}

/// A procedure's name with its parameters and columns and their types, as documentation writes it; `?` marks a parameter
/// that may be left out.
#[must_use]
pub fn signature(name: &str, parameters: &[ProcedureParameter], columns: &[(String, Type)]) -> String {
    let parameters: Vec<String> = parameters
        .iter()
        .map(|p| format!("{}{} :: {}", p.name, if p.default.is_some() { "?" } else { "" }, p.ty.name()))
        .collect();
    let columns: Vec<String> = columns.iter().map(|(name, ty)| format!("{name} :: {}", ty.name())).collect();
    format!("{name}({}) :: ({})", parameters.join(", "), columns.join(", "))
}

/// The rows of a procedure, as they come.
pub type ProcedureRows<'a> = Box<dyn Iterator<Item = Result<Vec<Value>>> + 'a>;

/// The procedures that a query may call.
#[derive(Clone, Debug, Default)]
pub struct Procedures {
    all: Vec<Arc<dyn Procedure>>,
}

impl Procedures {
    /// These procedures, in the order of their names.
    #[must_use]
    pub fn new(mut all: Vec<Arc<dyn Procedure>>) -> Self {
        all.sort_by(|a, b| a.name().cmp(b.name()));
        Self { all }
    }

    /// The procedure of a name; a hyphen, as names of commands have it, is an underscore here.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Arc<dyn Procedure>> {
        let name = name.replace('-', "_");
        self.all.iter().find(|p| p.name() == name)
    }

    /// All of them, in the order of their names.
    #[must_use]
    pub fn all(&self) -> &[Arc<dyn Procedure>] {
        &self.all
    }
}
