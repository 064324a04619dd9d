//! Procedures that a scenario brings along: a table of inputs and outputs.

use serde::Deserialize;
use serde_json::Value as Json;
use tiaokuai::query::compare::equivalent;
use tiaokuai::query::error::{Result, Text};
use tiaokuai::query::functions::{Surroundings, Type};
use tiaokuai::query::procedure::{Procedure, ProcedureParameter, ProcedureRows};
use tiaokuai::query::registry::Bilingual;
use tiaokuai::query::value::Value;

use super::wire;

/// A procedure as a request describes it.
#[derive(Deserialize)]
pub(crate) struct Description {
    name: String,
    /// Names and types.
    inputs: Vec<(String, String)>,
    outputs: Vec<(String, String)>,
    /// Inputs, then outputs.
    rows: Vec<Vec<Json>>,
}

/// A procedure that answers the outputs of the rows whose inputs are its arguments.
#[derive(Debug)]
pub(crate) struct Fixture {
    name: String,
    parameters: Vec<ProcedureParameter>,
    columns: Vec<(String, Type)>,
    rows: Vec<Vec<Value>>,
}

impl Fixture {
    /// The procedure of a description; none where a value in it is none.
    pub(crate) fn new(description: &Description) -> Option<Self> {
        let parameters = description.inputs.iter().map(|(name, ty)| ProcedureParameter {
            name: name.clone(),
            ty: named(ty),
            default: None,
            about: Text::new("", ""),
        });
        Some(Self {
            name: description.name.clone(),
            parameters: parameters.collect(),
            columns: description.outputs.iter().map(|(name, ty)| (name.clone(), named(ty))).collect(),
            rows: description.rows.iter().map(|row| row.iter().map(wire::value).collect()).collect::<Option<_>>()?,
        })
    }
}

/// The type of a name such as `INTEGER?`, where the sign says that null is one.
fn named(name: &str) -> Type {
    match name.trim_end_matches('?') {
        "BOOLEAN" => Type::Boolean,
        "INTEGER" => Type::Integer,
        "FLOAT" => Type::Float,
        "NUMBER" => Type::Number,
        "STRING" => Type::String,
        "MAP" => Type::Map,
        "NODE" => Type::Node,
        "RELATIONSHIP" => Type::Relationship,
        "PATH" => Type::Path,
        list if list.starts_with("LIST") => Type::List,
        _ => Type::Any,
    }
}

impl Procedure for Fixture {
    fn name(&self) -> &str {
        &self.name
    }

    fn about(&self) -> Bilingual {
        Bilingual { en: "A table of a scenario.", zh: "场景自带的表。" }
    }

    fn parameters(&self) -> &[ProcedureParameter] {
        &self.parameters
    }

    fn columns(&self) -> &[(String, Type)] {
        &self.columns
    }

    fn call<'a>(&'a self, _: &Surroundings<'_>, arguments: &[Value], _: &[usize]) -> Result<ProcedureRows<'a>> {
        let inputs = self.parameters.len();
        let arguments = arguments.to_vec();
        let rows = self.rows.iter().filter(move |row| {
            row.len() >= inputs && row[..inputs].iter().zip(&arguments).all(|(input, given)| equivalent(input, given))
        });
        Ok(Box::new(rows.map(move |row| Ok(row[inputs..].to_vec()))))
    }
}
