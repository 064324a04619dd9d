//! Functions of paths.

use crate::query::error::Result;
use crate::query::value::{Path, Value};

use super::arguments::Arguments;
use super::{Function, Parameter, Surroundings, Type};

const PATH: &[Parameter] = &[Parameter::new("path", Type::Path)];

/// The functions of this file.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::scalar("length", PATH, Type::Integer, length, "How many relationships a path has.", "路径包含的关系数。"),
    Function::scalar("nodes", PATH, Type::List, nodes, "The nodes of a path, in its order.", "路径依次经过的节点。"),
    Function::scalar(
        "relationships",
        PATH,
        Type::List,
        relationships,
        "The relationships of a path, in its order.",
        "路径依次经过的关系。",
    ),
    Function::scalar(
        "rels",
        PATH,
        Type::List,
        relationships,
        "The relationships of a path: a short name of relationships().",
        "路径的关系：relationships() 的简称。",
    ),
];

fn path<'a>(function: &'static str, values: &'a [Value]) -> Result<Option<&'a Path>> {
    let arguments = Arguments::of(function, values);
    match arguments.get(0) {
        Value::Null => Ok(None),
        Value::Path(path) => Ok(Some(path)),
        other => Err(arguments.wrong_type(other, "a Path", "路径")),
    }
}

fn length(_: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    Ok(path("length", values)?.map_or(Value::Null, |p| Value::Integer(p.relationships.len() as i64)))
}

fn nodes(_: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    let list = |p: &Path| Value::list(p.nodes.iter().copied().map(Value::Node).collect());
    Ok(path("nodes", values)?.map_or(Value::Null, list))
}

fn relationships(_: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    let list = |p: &Path| Value::list(p.relationships.iter().copied().map(Value::Relationship).collect());
    Ok(path("relationships", values)?.map_or(Value::Null, list))
}
