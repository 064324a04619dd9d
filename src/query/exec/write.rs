//! Operators that write.
//!
//! Each takes all rows of its input before it writes anything, and has written for all of them before it gives the first:
//! nothing that a clause reads depends on what the same clause writes, nor on the order of rows.

use std::sync::Arc;

use super::eval::evaluate;
use super::expand::node_in;
use super::gather::Gathered;
use super::rows::path;
use super::{Boxed, Context, Frame, Operator};
use crate::query::error::{Detail, ErrorType, QueryError, Result};
use crate::query::plan::expression::{Expression, Slot};
use crate::query::plan::{Creation, Write};
use crate::query::span::Span;
use crate::query::value::{Relationship, Value};
use crate::query::workspace::Workspace;

fn workspace<'c>(cx: &Context<'c>) -> Result<&'c Workspace<'c>> {
    cx.workspace.ok_or_else(|| {
        QueryError::runtime(ErrorType::SemanticError, Detail::ReadOnly, "nothing can be written here", "此处不能写入")
    })
}

/// The entries of a map of properties.
fn entries(expression: Option<&Expression>, frame: &mut Frame, cx: &Context<'_>) -> Result<Vec<(Arc<str>, Value)>> {
    let Some(expression) = expression else { return Ok(Vec::new()) };
    properties_of(evaluate(expression, frame, cx)?, cx).map_err(|e| e.at(expression.span))
}

fn properties_of(value: Value, cx: &Context<'_>) -> Result<Vec<(Arc<str>, Value)>> {
    match value {
        Value::Map(map) => Ok(map.iter().map(|(k, v)| (Arc::clone(k), v.clone())).collect()),
        Value::Node(node) => Ok(cx.graph.node_properties(node)),
        Value::Relationship(relationship) => Ok(cx.graph.relationship_properties(relationship)),
        Value::Null => Ok(Vec::new()),
        other => Err(QueryError::runtime(
            ErrorType::TypeError,
            Detail::InvalidArgumentType,
            format!("properties are given as a map, this is of type {}", other.type_name()),
            format!("属性应以映射给出，实际类型为 {}", other.type_name()),
        )),
    }
}

/// Makes nodes and relationships for the present row.
fn create(creation: &Creation, frame: &mut Frame, cx: &Context<'_>) -> Result<()> {
    let to = workspace(cx)?;
    for node in &creation.nodes {
        let properties = entries(node.properties.as_ref(), frame, cx)?;
        let made = to.create_node(&node.labels, properties).map_err(|e| e.at(node.span))?;
        frame[node.slot.index()] = Value::Node(made);
    }
    for relationship in &creation.relationships {
        let properties = entries(relationship.properties.as_ref(), frame, cx)?;
        let end = |slot: Slot| {
            node_in(frame, slot)?.ok_or_else(|| {
                QueryError::runtime(
                    ErrorType::SemanticError,
                    Detail::InvalidArgumentValue,
                    "a relationship cannot begin or end at null",
                    "关系的端点不能为空",
                )
            })
        };
        let (start, end) = (end(relationship.start)?, end(relationship.end)?);
        let made = to.create_relationship(&relationship.ty, start, end, properties);
        let made = made.map_err(|e| e.at(relationship.span))?;
        frame[relationship.slot.index()] = Value::Relationship(made);
    }
    for (slot, start, links) in &creation.paths {
        frame[slot.index()] = path(frame, *start, links)?;
    }
    Ok(())
}

fn apply(writes: &[Write], frame: &mut Frame, cx: &Context<'_>) -> Result<()> {
    for write in writes {
        match write {
            Write::Property { target, key, value } => {
                let entity = evaluate(target, frame, cx)?;
                let value = evaluate(value, frame, cx)?;
                set(&entity, key, value, cx).map_err(|e| e.at(target.span))?;
            }
            Write::Properties { target, value, replace } => {
                let entity = frame[target.index()].clone();
                let properties = evaluate(value, frame, cx)?;
                let properties = properties_of(properties, cx).map_err(|e| e.at(value.span))?;
                if *replace && !entity.is_null() {
                    for (key, _) in properties_of(entity.clone(), cx)? {
                        if !properties.iter().any(|(k, _)| *k == key) {
                            set(&entity, &key, Value::Null, cx)?;
                        }
                    }
                }
                for (key, value) in properties {
                    set(&entity, &key, value, cx)?;
                }
            }
            Write::AddLabels { target, labels } | Write::RemoveLabels { target, labels } => {
                let Some(node) = node_in(frame, *target)? else { continue };
                for label in labels {
                    match write {
                        Write::AddLabels { .. } => workspace(cx)?.add_label(node, label)?,
                        _ => workspace(cx)?.remove_label(node, label)?,
                    }
                }
            }
            Write::Delete { what, detach } => {
                let value = evaluate(what, frame, cx)?;
                delete(&value, *detach, cx).map_err(|e| e.at(what.span))?;
            }
        }
    }
    Ok(())
}

fn set(entity: &Value, key: &Arc<str>, value: Value, cx: &Context<'_>) -> Result<()> {
    match entity {
        Value::Null => Ok(()),
        Value::Node(node) => workspace(cx)?.set_node_property(*node, key, value),
        Value::Relationship(relationship) => workspace(cx)?.set_relationship_property(*relationship, key, value),
        other => Err(QueryError::runtime(
            ErrorType::TypeError,
            Detail::InvalidArgumentType,
            format!("only nodes and relationships have properties to set, this is of type {}", other.type_name()),
            format!("只能设置节点或关系的属性，实际类型为 {}", other.type_name()),
        )),
    }
}

fn delete(value: &Value, detach: bool, cx: &Context<'_>) -> Result<()> {
    match value {
        Value::Null => {}
        Value::Node(node) => workspace(cx)?.delete_node(*node, detach),
        Value::Relationship(relationship) => workspace(cx)?.delete_relationship(*relationship),
        Value::Path(path) => {
            let from = workspace(cx)?;
            path.relationships.iter().for_each(|r: &Relationship| from.delete_relationship(*r));
            path.nodes.iter().for_each(|n| from.delete_node(*n, detach));
        }
        other => {
            return Err(QueryError::runtime(
                ErrorType::TypeError,
                Detail::InvalidArgumentType,
                format!("only nodes, relationships and paths can be deleted, this is of type {}", other.type_name()),
                format!("只能删除节点、关系或路径，实际类型为 {}", other.type_name()),
            ));
        }
    }
    Ok(())
}

/// The rows of an operator that writes: gathered, written, given.
struct Written<'p> {
    input: Boxed<'p>,
    live: &'p [Slot],
    rows: Option<Gathered<'p>>,
    at: usize,
}

impl<'p> Written<'p> {
    fn new(input: Boxed<'p>, live: &'p [Slot]) -> Self {
        Self { input, live, rows: None, at: 0 }
    }

    /// Writes for every row of the input. A row may become several: `write` tells the gathering of each.
    fn next(
        &mut self,
        cx: &Context<'_>,
        frame: &mut Frame,
        mut write: impl FnMut(&mut Frame, &mut dyn FnMut(&Frame) -> Result<()>) -> Result<()>,
    ) -> Result<bool> {
        if self.rows.is_none() {
            let mut input = Gathered::new(self.live);
            while self.input.next(cx, frame)? {
                input.push(cx, frame)?;
            }
            let mut output = Gathered::new(self.live);
            for row in 0..input.len() {
                cx.budget.tick()?;
                input.restore(row, frame);
                write(frame, &mut |frame| output.push(cx, frame))?;
            }
            self.rows = Some(output);
        }
        let Some(rows) = self.rows.as_ref().filter(|rows| self.at < rows.len()) else { return Ok(false) };
        rows.restore(self.at, frame);
        self.at += 1;
        Ok(true)
    }

    fn reset(&mut self) {
        self.input.reset();
        self.rows = None;
        self.at = 0;
    }
}

/// `CREATE`.
pub(super) struct Create<'p> {
    written: Written<'p>,
    creation: &'p Creation,
}

impl<'p> Create<'p> {
    pub(super) fn new(input: Boxed<'p>, creation: &'p Creation, live: &'p [Slot]) -> Self {
        Self { written: Written::new(input, live), creation }
    }
}

impl Operator for Create<'_> {
    fn next(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<bool> {
        let creation = self.creation;
        self.written.next(cx, frame, |frame, keep| {
            create(creation, frame, cx)?;
            keep(frame)
        })
    }

    fn reset(&mut self) {
        self.written.reset();
    }
}

/// `SET`, `REMOVE` and `DELETE`.
pub(super) struct Changes<'p> {
    written: Written<'p>,
    writes: &'p [Write],
}

impl<'p> Changes<'p> {
    pub(super) fn new(input: Boxed<'p>, writes: &'p [Write], live: &'p [Slot]) -> Self {
        Self { written: Written::new(input, live), writes }
    }
}

impl Operator for Changes<'_> {
    fn next(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<bool> {
        let writes = self.writes;
        self.written.next(cx, frame, |frame, keep| {
            apply(writes, frame, cx)?;
            keep(frame)
        })
    }

    fn reset(&mut self) {
        self.written.reset();
    }
}

/// `MERGE`.
pub(super) struct Merge<'p> {
    written: Written<'p>,
    inner: Boxed<'p>,
    creation: &'p Creation,
    on_create: &'p [Write],
    on_match: &'p [Write],
    path: Option<&'p (Slot, Slot, Vec<Slot>)>,
    span: Span,
}

impl<'p> Merge<'p> {
    pub(super) fn new(
        input: Boxed<'p>,
        inner: Boxed<'p>,
        creation: &'p Creation,
        (on_create, on_match): (&'p [Write], &'p [Write]),
        path: Option<&'p (Slot, Slot, Vec<Slot>)>,
        live: &'p [Slot],
        span: Span,
    ) -> Self {
        Self { written: Written::new(input, live), inner, creation, on_create, on_match, path, span }
    }
}

/// What is merged is looked for by its properties: null would never be found, and be made again and again.
fn refuse_nulls(creation: &Creation, span: Span, frame: &mut Frame, cx: &Context<'_>) -> Result<()> {
    let nodes = creation.nodes.iter().filter_map(|n| n.properties.as_ref());
    let relationships = creation.relationships.iter().filter_map(|r| r.properties.as_ref());
    for properties in nodes.chain(relationships) {
        if reads_made(properties, creation) {
            continue;
        }
        if let Some((key, _)) = entries(Some(properties), frame, cx)?.iter().find(|(_, value)| value.is_null()) {
            return Err(QueryError::runtime(
                ErrorType::SemanticError,
                Detail::MergeReadOwnWrites,
                format!("`MERGE` cannot look for the property `{key}`, which is null"),
                format!("`MERGE` 不能按空值属性 `{key}` 查找"),
            )
            .at(span));
        }
    }
    Ok(())
}

/// Whether properties depend on what is made beside them.
fn reads_made(properties: &Expression, creation: &Creation) -> bool {
    let mut made = creation.nodes.iter().map(|n| n.slot).chain(creation.relationships.iter().map(|r| r.slot));
    made.any(|slot| properties.reads(slot))
}

impl Operator for Merge<'_> {
    fn next(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<bool> {
        let Self { written, inner, creation, on_create, on_match, path: named, span } = self;
        written.next(cx, frame, |frame, keep| {
            refuse_nulls(creation, *span, frame, cx)?;
            let name = |frame: &mut Frame| match named {
                Some((slot, start, links)) => path(frame, *start, links).map(|path| frame[slot.index()] = path),
                None => Ok(()),
            };
            inner.reset();
            let mut found: Vec<Frame> = Vec::new();
            while inner.next(cx, frame)? {
                found.push(frame.clone());
            }
            if found.is_empty() {
                create(creation, frame, cx)?;
                name(frame)?;
                apply(on_create, frame, cx)?;
                return keep(frame);
            }
            for row in found {
                *frame = row;
                name(frame)?;
                apply(on_match, frame, cx)?;
                keep(frame)?;
            }
            Ok(())
        })
    }

    fn reset(&mut self) {
        self.written.reset();
    }
}
