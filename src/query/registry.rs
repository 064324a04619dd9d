//! The registry of procedures: one description feeds the binder, the help texts and the commands.

use crate::graph::Graph;
use crate::model::Value;

use super::exec::budget::Stop;
use super::functions::Type;
use super::kept::Kept;
use super::rows::{Reading, Rows};

/// A text in both languages.
#[derive(Clone, Copy, Debug)]
pub struct Bilingual {
    /// English.
    pub en: &'static str,
    /// Chinese.
    pub zh: &'static str,
}

/// A named argument of a procedure.
#[derive(Debug)]
pub struct Parameter {
    /// The name.
    pub name: &'static str,
    /// What it means.
    pub about: Bilingual,
    /// The words that it takes; any value where there are none.
    pub choices: &'static [&'static str],
    /// The value where it is left out; none where it must be given.
    pub default: Option<&'static str>,
}

/// Runs a procedure over a graph.
pub type Call = for<'g> fn(&'g dyn Graph, &Arguments) -> Result<Rows<'g>, ArgumentError>;

/// A column of a procedure's rows. Its values are of its type, or null.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// The name.
    pub name: &'static str,
    /// The type.
    pub ty: Type,
}

impl Column {
    /// A column of texts.
    #[must_use]
    pub const fn text(name: &'static str) -> Self {
        Self { name, ty: Type::String }
    }

    /// A column of integers.
    #[must_use]
    pub const fn integer(name: &'static str) -> Self {
        Self { name, ty: Type::Integer }
    }

    /// A column of floats.
    #[must_use]
    pub const fn float(name: &'static str) -> Self {
        Self { name, ty: Type::Float }
    }

    /// A column of dates.
    #[must_use]
    pub const fn date(name: &'static str) -> Self {
        Self { name, ty: Type::Date }
    }

    /// A column of lists.
    #[must_use]
    pub const fn list(name: &'static str) -> Self {
        Self { name, ty: Type::List }
    }

    /// A column of maps.
    #[must_use]
    pub const fn map(name: &'static str) -> Self {
        Self { name, ty: Type::Map }
    }
}

/// A procedure of the query language.
#[derive(Debug)]
pub struct Procedure {
    /// The name.
    pub name: &'static str,
    /// What it answers, in a line.
    pub about: Bilingual,
    /// Its arguments.
    pub parameters: &'static [Parameter],
    /// The columns that identify a row, in order; its `finding_id` is over these.
    pub key: &'static [&'static str],
    /// All columns, in order.
    pub columns: &'static [Column],
    /// The column by whose region `--region` keeps rows: a department's id, or a region's code.
    pub region_by: Option<RegionBy>,
    /// What runs it.
    pub call: Call,
}

impl Procedure {
    /// The names of the columns, in order.
    #[must_use]
    pub fn column_names(&self) -> Vec<&'static str> {
        self.columns.iter().map(|c| c.name).collect()
    }

    /// The position of a column.
    #[must_use]
    pub fn position(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.name == column)
    }
}

/// How a row is placed in a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegionBy {
    /// By the region of the department in this column.
    Department(&'static str),
    /// By the region's code in this column.
    Region(&'static str),
    /// By the region of the record in this column: a region itself, a department's own, that of a dataset's holder or of
    /// a platform's operator.
    Record(&'static str),
}

/// An argument that a procedure does not take.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{parameter}: {reason}")]
pub struct ArgumentError {
    /// The parameter.
    pub parameter: String,
    /// What is wrong, and what would be right.
    pub reason: String,
}

impl ArgumentError {
    /// An error about a parameter.
    #[must_use]
    pub fn new(parameter: &str, reason: impl Into<String>) -> Self {
        Self { parameter: parameter.to_owned(), reason: reason.into() }
    }
}

/// The arguments of a call, by name.
#[derive(Clone, Debug, Default)]
pub struct Arguments {
    given: Vec<(String, Value<'static>)>,
    stop: Stop,
    reading: Reading,
    kept: Kept,
}

impl Arguments {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With one more argument, in place of an earlier one of the name.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value<'static>) -> Self {
        self.given.retain(|(n, _)| n != name);
        self.given.push((name.to_owned(), value));
        self
    }

    /// With what tells the procedure to stop. When it does, its rows are not all, and whoever called knows why.
    #[must_use]
    pub fn until(self, stop: Stop) -> Self {
        Self { stop, ..self }
    }

    /// What tells the procedure to stop.
    #[must_use]
    pub fn stop(&self) -> &Stop {
        &self.stop
    }

    /// With what tells the procedure which columns of its rows are read.
    #[must_use]
    pub fn read_by(self, reading: Reading) -> Self {
        Self { reading, ..self }
    }

    /// With what earlier calls on the graph left.
    #[must_use]
    pub fn with_kept(self, kept: Kept) -> Self {
        Self { kept, ..self }
    }

    /// What earlier calls on the graph left; nothing, where whoever calls did not give it.
    #[must_use]
    pub fn kept(&self) -> &Kept {
        &self.kept
    }

    /// Which columns of the rows are read.
    #[must_use]
    pub fn reading(&self) -> &Reading {
        &self.reading
    }

    /// The argument of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value<'static>> {
        self.given.iter().find(|(n, _)| n == name).map(|(_, v)| v).filter(|v| !v.is_null())
    }

    /// A text argument.
    ///
    /// # Errors
    /// When it is given and is no text.
    pub fn text(&self, name: &str) -> Result<Option<&str>, ArgumentError> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(_) => Err(ArgumentError::new(name, "a text is wanted")),
        }
    }

    /// A true or false; false where it is left out.
    ///
    /// # Errors
    /// When it is given and is neither.
    pub fn flag(&self, name: &str) -> Result<bool, ArgumentError> {
        match self.get(name) {
            None => Ok(false),
            Some(Value::Boolean(flag)) => Ok(*flag),
            Some(_) => Err(ArgumentError::new(name, "true or false is wanted")),
        }
    }

    /// A number.
    ///
    /// # Errors
    /// When it is given and is none.
    pub fn number(&self, name: &str) -> Result<Option<f64>, ArgumentError> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Integer(i)) => Ok(Some(*i as f64)),
            Some(Value::Float(f)) => Ok(Some(*f)),
            Some(_) => Err(ArgumentError::new(name, "a number is wanted")),
        }
    }

    /// Refuses arguments that the procedure does not have.
    ///
    /// # Errors
    /// The first of them.
    pub fn check(&self, procedure: &Procedure) -> Result<(), ArgumentError> {
        match self.given.iter().find(|(n, _)| procedure.parameters.iter().all(|p| p.name != n)) {
            None => Ok(()),
            Some((name, _)) => {
                let names: Vec<&str> = procedure.parameters.iter().map(|p| p.name).collect();
                Err(ArgumentError::new(name, format!("{} takes {}", procedure.name, names.join(", "))))
            }
        }
    }
}
