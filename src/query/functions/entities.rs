//! Functions of nodes and relationships.

use std::sync::Arc;

use crate::query::error::{Detail, ErrorType, QueryError, Result};
use crate::query::source::PropertyGraph;
use crate::query::value::{NodeId, Relationship, Value};

use super::arguments::Arguments;
use super::{Function, Parameter, Surroundings, Type};

const ENTITY: &[Parameter] = &[Parameter::new("entity", Type::Entity)];
const NODE: &[Parameter] = &[Parameter::new("node", Type::Node)];
const RELATIONSHIP: &[Parameter] = &[Parameter::new("relationship", Type::Relationship)];
const PROPERTIES: &[Parameter] = &[Parameter::new("entity", Type::Properties)];
const VALUE: &[Parameter] = &[Parameter::new("value", Type::Any)];

/// The functions of this file.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::scalar(
        "id",
        ENTITY,
        Type::Integer,
        id,
        "The number of a node or relationship. It is unique in a graph and may change from state to state.",
        "节点或关系的编号：在一个图内唯一，不同状态之间可能改变。",
    ),
    Function::scalar(
        "elementId",
        ENTITY,
        Type::String,
        element_id,
        "The number of a node or relationship as text, unique among both.",
        "节点或关系的编号文本，在节点和关系之间也不重复。",
    ),
    Function::scalar("labels", NODE, Type::List, labels, "The labels of a node.", "节点的标签。"),
    Function::scalar("type", RELATIONSHIP, Type::String, ty, "The type of a relationship.", "关系的类型。"),
    Function::scalar(
        "keys",
        PROPERTIES,
        Type::List,
        keys,
        "The keys of the properties of a node or relationship, or of a map.",
        "节点、关系或映射的全部键。",
    ),
    Function::scalar(
        "properties",
        PROPERTIES,
        Type::Map,
        properties,
        "The properties of a node or relationship as a map; a map is given back as it is.",
        "节点或关系的全部属性，以映射表示；给定映射时原样返回。",
    ),
    Function::scalar(
        "startNode",
        RELATIONSHIP,
        Type::Node,
        start_node,
        "The node that a relationship leaves.",
        "关系的起点。",
    ),
    Function::scalar(
        "endNode",
        RELATIONSHIP,
        Type::Node,
        end_node,
        "The node that a relationship enters.",
        "关系的终点。",
    ),
    Function::scalar(
        "exists",
        VALUE,
        Type::Boolean,
        exists,
        "Whether a property is there, as `IS NOT NULL` asks of any value; or whether a pattern matches.",
        "属性是否存在（对任意值可用 IS NOT NULL）；或模式是否匹配。",
    ),
];

/// A node or a relationship.
enum Entity {
    Node(NodeId),
    Relationship(Relationship),
}

fn entity(arguments: Arguments<'_>) -> Result<Option<Entity>> {
    match arguments.get(0) {
        Value::Null => Ok(None),
        Value::Node(node) => Ok(Some(Entity::Node(*node))),
        Value::Relationship(relationship) => Ok(Some(Entity::Relationship(*relationship))),
        other => Err(arguments.wrong_value(other, "a Node or a Relationship", "节点或关系")),
    }
}

fn relationship(arguments: Arguments<'_>) -> Result<Option<Relationship>> {
    match arguments.get(0) {
        Value::Null => Ok(None),
        Value::Relationship(relationship) => Ok(Some(*relationship)),
        other => Err(arguments.wrong_value(other, "a Relationship", "关系")),
    }
}

/// Nothing, if a node is there.
///
/// # Errors
/// `EntityNotFound`, `DeletedEntityAccess`: what a deleted node held cannot be read. What tells it from others (its
/// number) stays readable.
pub(crate) fn node_is_there(graph: &dyn PropertyGraph, node: NodeId) -> Result<()> {
    if graph.node_exists(node) { Ok(()) } else { Err(deleted("node", "节点")) }
}

/// Nothing, if a relationship is there.
///
/// # Errors
/// As for nodes. Its type and its ends, too, stay readable.
pub(crate) fn relationship_is_there(graph: &dyn PropertyGraph, relationship: Relationship) -> Result<()> {
    if graph.relationship_exists(relationship) { Ok(()) } else { Err(deleted("relationship", "关系")) }
}

fn deleted(what: &str, what_zh: &str) -> Box<QueryError> {
    QueryError::runtime(
        ErrorType::EntityNotFound,
        Detail::DeletedEntityAccess,
        format!("this {what} was deleted earlier in the query"),
        format!("该{what_zh}已在本查询中被删除"),
    )
}

fn id(around: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    Ok(match entity(Arguments::of("id", values))? {
        None => Value::Null,
        Some(Entity::Node(node)) => Value::Integer(around.graph.node_number(node)),
        Some(Entity::Relationship(relationship)) => Value::Integer(around.graph.relationship_number(relationship)),
    })
}

fn element_id(around: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    Ok(match entity(Arguments::of("elementId", values))? {
        None => Value::Null,
        Some(Entity::Node(node)) => Value::text(format!("n{}", around.graph.node_number(node))),
        Some(Entity::Relationship(relationship)) => {
            Value::text(format!("r{}", around.graph.relationship_number(relationship)))
        }
    })
}

fn labels(around: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    let arguments = Arguments::of("labels", values);
    match arguments.get(0) {
        Value::Null => Ok(Value::Null),
        Value::Node(node) => {
            node_is_there(around.graph, *node)?;
            Ok(Value::list(around.graph.node_labels(*node).into_iter().map(Value::Text).collect()))
        }
        other => Err(arguments.wrong_value(other, "a Node", "节点")),
    }
}

fn ty(around: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    let relationship = relationship(Arguments::of("type", values))?;
    Ok(relationship.map_or(Value::Null, |r| Value::Text(around.graph.type_name(r.ty))))
}

fn start_node(_: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    Ok(relationship(Arguments::of("startNode", values))?.map_or(Value::Null, |r| Value::Node(r.start)))
}

fn end_node(_: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    Ok(relationship(Arguments::of("endNode", values))?.map_or(Value::Null, |r| Value::Node(r.end)))
}

/// The properties of an entity.
fn entries(graph: &dyn PropertyGraph, entity: Entity) -> Result<Vec<(Arc<str>, Value)>> {
    match entity {
        Entity::Node(node) => {
            node_is_there(graph, node)?;
            Ok(graph.node_properties(node))
        }
        Entity::Relationship(relationship) => {
            relationship_is_there(graph, relationship)?;
            Ok(graph.relationship_properties(relationship))
        }
    }
}

/// The argument of a function that takes what has properties: a map as it is, an entity with its properties.
fn properties_of(around: &Surroundings<'_>, arguments: Arguments<'_>) -> Result<Value> {
    let entity = match arguments.get(0) {
        map @ (Value::Null | Value::Map(_)) => return Ok(map.clone()),
        Value::Node(node) => Entity::Node(*node),
        Value::Relationship(relationship) => Entity::Relationship(*relationship),
        other => return Err(arguments.wrong_type(other, "a Node, a Relationship or a Map", "节点、关系或映射")),
    };
    Ok(Value::map(entries(around.graph, entity)?))
}

fn properties(around: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    properties_of(around, Arguments::of("properties", values))
}

fn keys(around: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    Ok(match properties_of(around, Arguments::of("keys", values))? {
        Value::Map(entries) => Value::list(entries.keys().cloned().map(Value::Text).collect()),
        _ => Value::Null,
    })
}

fn exists(_: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    Ok(Value::Boolean(!Arguments::of("exists", values).get(0).is_null()))
}
