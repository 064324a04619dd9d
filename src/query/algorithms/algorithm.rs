//! What the algorithms have in common as procedures.

use std::fmt;

use super::options::{Options, Setting};
use crate::query::error::{Detail, ErrorType, QueryError, Result, Text};
use crate::query::functions::{Surroundings, Type};
use crate::query::procedure::{Procedure, ProcedureParameter, ProcedureRows};
use crate::query::registry::Bilingual;
use crate::query::value::{NodeId, Value};

/// Runs an algorithm: what it may read, the nodes that it was given, its options.
type Run = fn(&Surroundings<'_>, &[NodeId], &Options<'_>) -> Result<ProcedureRows<'static>>;

/// A graph algorithm. It takes nodes, and a map of options that may be left out.
pub(super) struct Algorithm {
    /// The name.
    pub(super) name: &'static str,
    /// What it answers.
    pub(super) about: Bilingual,
    /// The options that it takes.
    pub(super) settings: &'static [Setting],
    parameters: Vec<ProcedureParameter>,
    columns: Vec<(String, Type)>,
    run: Run,
}

impl Algorithm {
    /// An algorithm that takes these nodes and options, and gives these columns.
    pub(super) fn new(
        name: &'static str,
        about: Bilingual,
        nodes: &[(&str, Bilingual)],
        settings: &'static [Setting],
        columns: &[(&str, Type)],
        run: Run,
    ) -> Self {
        let node = |&(name, about): &(&str, Bilingual)| ProcedureParameter {
            name: name.to_owned(),
            ty: Type::Node,
            default: None,
            about: Text::new(about.en, about.zh),
        };
        let known =
            settings.iter().map(|s| (format!("{} ({})", s.name, s.about.en), format!("{}（{}）", s.name, s.about.zh)));
        let (en, zh): (Vec<String>, Vec<String>) = known.unzip();
        let options = ProcedureParameter {
            name: "options".to_owned(),
            ty: Type::Map,
            default: Some(Value::map([])),
            about: Text::new(en.join("; "), zh.join("；")),
        };
        let parameters = nodes.iter().map(node).chain([options]).collect();
        let columns = columns.iter().map(|(name, ty)| ((*name).to_owned(), *ty)).collect();
        Self { name, about, settings, parameters, columns, run }
    }
}

impl fmt::Debug for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Algorithm").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Procedure for Algorithm {
    fn name(&self) -> &str {
        self.name
    }

    fn about(&self) -> Bilingual {
        self.about
    }

    fn parameters(&self) -> &[ProcedureParameter] {
        &self.parameters
    }

    fn columns(&self) -> &[(String, Type)] {
        &self.columns
    }

    fn call<'a>(
        &'a self,
        surroundings: &Surroundings<'_>,
        arguments: &[Value],
        _: &[usize],
    ) -> Result<ProcedureRows<'a>> {
        let given = self.parameters.len() - 1;
        let options = Options::read(self.name, self.settings, arguments.get(given), surroundings.graph)?;
        let mut nodes = Vec::with_capacity(given);
        for (parameter, argument) in self.parameters.iter().zip(arguments).take(given) {
            match argument {
                // From nowhere, nothing is reached.
                Value::Null => return Ok(Box::new(std::iter::empty())),
                Value::Node(node) if surroundings.graph.node_exists(*node) => nodes.push(*node),
                Value::Node(_) => return Err(self.deleted(&parameter.name)),
                other => return Err(self.no_node(&parameter.name, other)),
            }
        }
        (self.run)(surroundings, &nodes, &options)
    }
}

impl Algorithm {
    fn no_node(&self, parameter: &str, given: &Value) -> Box<QueryError> {
        let (name, given) = (self.name, given.type_name());
        QueryError::runtime(
            ErrorType::TypeError,
            Detail::InvalidArgumentType,
            format!("`{parameter}` of `{name}` is a Node, but was given a value of type {given}"),
            format!("`{name}` 的 `{parameter}` 应为节点，得到的是 {given} 类型的值"),
        )
    }

    fn deleted(&self, parameter: &str) -> Box<QueryError> {
        let name = self.name;
        QueryError::runtime(
            ErrorType::EntityNotFound,
            Detail::DeletedEntityAccess,
            format!("`{parameter}` of `{name}` was deleted earlier in the query"),
            format!("`{name}` 的 `{parameter}` 已在本查询中被删除"),
        )
    }
}
