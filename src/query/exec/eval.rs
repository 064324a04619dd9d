//! Computing expressions over the present row.

use std::sync::Arc;

use super::{Context, Frame, build};
use crate::query::ast::{BinaryOp, Quantifier};
use crate::query::compare;
use crate::query::error::{Detail, ErrorType, QueryError, Result};
use crate::query::functions::{FunctionKind, Surroundings};
use crate::query::operators;
use crate::query::plan::Plan;
use crate::query::plan::expression::{Expression, ExpressionKind, LabelTest, ProjectedEntry, Slot, SubqueryKind};
use crate::query::span::Span;
use crate::query::value::{Map, Measured, Value};

/// Computes an expression. The frame is changed only in slots that the expression binds itself.
///
/// # Errors
/// When a value is of a type that an operation does not take, or a computation has no result.
pub fn evaluate(expression: &Expression, frame: &mut Frame, cx: &Context<'_>) -> Result<Value> {
    use ExpressionKind as K;
    match &expression.kind {
        K::Constant(value) | K::Parameter(_, value) => Ok(value.clone()),
        K::Slot(slot) => Ok(frame[slot.index()].clone()),
        K::Property(base, key, token) => {
            // The commonest case goes the shortest way.
            if let (K::Slot(slot), Some(token)) = (&base.kind, token)
                && let Value::Node(node) = frame[slot.index()]
                && cx.graph.node_exists(node)
            {
                return Ok(cx.graph.node_property(node, *token));
            }
            let base = evaluate(base, frame, cx)?;
            operators::property(cx.graph, &base, key).map_err(|e| e.at(expression.span))
        }
        K::List(items) => {
            let mut values = Vec::with_capacity(items.len());
            for item in items {
                values.push(evaluate(item, frame, cx)?);
            }
            made(Value::list(values), expression.span, cx)
        }
        K::Map(entries) => {
            let mut map = Map::new();
            for (key, value) in entries {
                map.insert(Arc::clone(key), evaluate(value, frame, cx)?);
            }
            made(Value::map(map), expression.span, cx)
        }
        K::MapProjection(base, entries) => {
            let map = map_projection(base, entries, frame, cx)?;
            made(map, expression.span, cx)
        }
        K::Index(base, index) => {
            let base = evaluate(base, frame, cx)?;
            let index = evaluate(index, frame, cx)?;
            operators::index(cx.graph, &base, &index).map_err(|e| e.at(expression.span))
        }
        K::Slice(base, from, to) => {
            let base = evaluate(base, frame, cx)?;
            let mut bound = |e: &Option<Box<Expression>>| e.as_ref().map(|e| evaluate(e, frame, cx)).transpose();
            let (from, to) = (bound(from)?, bound(to)?);
            operators::slice(&base, from.as_ref(), to.as_ref()).map_err(|e| e.at(expression.span))
        }
        K::Unary(op, operand) => {
            let value = evaluate(operand, frame, cx)?;
            operators::unary(*op, &value).map_err(|e| e.at(expression.span))
        }
        K::Binary(op, a, b) => binary(*op, a, b, expression.span, frame, cx),
        K::IsNull(operand, negated) => Ok(Value::Boolean(evaluate(operand, frame, cx)?.is_null() != *negated)),
        K::HasLabels(base, test) => has_labels(base, test, expression.span, frame, cx),
        K::Call(function, arguments) => {
            let FunctionKind::Scalar { call, .. } = &function.kind else { return Ok(Value::Null) };
            let surroundings = Surroundings { graph: cx.graph, clock: cx.clock, budget: cx.budget };
            let called = match arguments.as_slice() {
                [one] => {
                    let value = evaluate(one, frame, cx)?;
                    cx.budget.work_on(value.heap_size())?;
                    call(&surroundings, std::slice::from_ref(&value))
                }
                many => {
                    let mut values = Vec::with_capacity(many.len());
                    for argument in many {
                        let value = evaluate(argument, frame, cx)?;
                        cx.budget.work_on(value.heap_size())?;
                        values.push(value);
                    }
                    call(&surroundings, &values)
                }
            };
            made(called.map_err(|e| e.at(expression.span))?, expression.span, cx)
        }
        K::Case(subject, arms, otherwise) => {
            let subject = subject.as_ref().map(|s| evaluate(s, frame, cx)).transpose()?;
            for (when, then) in arms {
                let applies = match &subject {
                    None => holds(when, frame, cx)?,
                    Some(subject) => {
                        let value = evaluate(when, frame, cx)?;
                        // `CASE null WHEN null` is no match: nothing equals null.
                        compare::equals(subject, &value) == Some(true)
                    }
                };
                if applies {
                    return evaluate(then, frame, cx);
                }
            }
            otherwise.as_ref().map_or(Ok(Value::Null), |e| evaluate(e, frame, cx))
        }
        K::ListComprehension { slot, list, filter, map } => {
            let Some(items) = elements(list, frame, cx)? else { return Ok(Value::Null) };
            let (mut values, mut size) = (Vec::new(), 0_usize);
            for item in items.iter() {
                cx.budget.tick()?;
                frame[slot.index()] = item.clone();
                if let Some(filter) = filter
                    && !holds(filter, frame, cx)?
                {
                    continue;
                }
                let value = match map {
                    Some(map) => evaluate(map, frame, cx)?,
                    None => item.clone(),
                };
                size = size.saturating_add(size_of::<Value>()).saturating_add(value.heap_size());
                cx.budget.check(size)?;
                values.push(value);
            }
            made(Value::list(values), expression.span, cx)
        }
        K::Quantifier { quantifier, slot, list, filter } => quantify(*quantifier, *slot, list, filter, frame, cx),
        K::Reduce { accumulator, initial, slot, list, step } => {
            let first = evaluate(initial, frame, cx)?;
            let Some(items) = elements(list, frame, cx)? else { return Ok(Value::Null) };
            frame[accumulator.index()] = first;
            for item in items.iter() {
                cx.budget.tick()?;
                frame[slot.index()] = item.clone();
                let next = evaluate(step, frame, cx)?;
                frame[accumulator.index()] = next;
            }
            Ok(frame[accumulator.index()].clone())
        }
        K::Subquery(kind, plan) => subquery(kind, plan, expression.span, frame, cx),
    }
}

/// Whether a condition is true: neither false nor unknown.
pub(super) fn holds(condition: &Expression, frame: &mut Frame, cx: &Context<'_>) -> Result<bool> {
    match evaluate(condition, frame, cx)? {
        Value::Boolean(truth) => Ok(truth),
        Value::Null => Ok(false),
        other => Err(not_a_truth(&other).at(condition.span)),
    }
}

fn not_a_truth(value: &Value) -> Box<QueryError> {
    QueryError::runtime(
        ErrorType::TypeError,
        Detail::InvalidArgumentType,
        format!("a condition has to be true or false, this is of type {}", value.type_name()),
        format!("条件必须是布尔值，实际类型为 {}", value.type_name()),
    )
}

fn binary(
    op: BinaryOp,
    a: &Expression,
    b: &Expression,
    span: Span,
    frame: &mut Frame,
    cx: &Context<'_>,
) -> Result<Value> {
    if op == BinaryOp::Equal
        && let Some(same) = property_is(a, b, frame, cx)
    {
        return Ok(Value::Boolean(same));
    }
    let x = evaluate(a, frame, cx)?;
    // What decides alone decides: the other side need not be computed.
    match (op, &x) {
        (BinaryOp::And, Value::Boolean(false)) => return Ok(Value::Boolean(false)),
        (BinaryOp::Or, Value::Boolean(true)) => return Ok(Value::Boolean(true)),
        _ => {}
    }
    let y = evaluate(b, frame, cx)?;
    let sizes = x.heap_size().saturating_add(y.heap_size());
    if sizes > 0 {
        cx.budget.work_on(sizes)?;
        if matches!(op, BinaryOp::Add | BinaryOp::Concatenate) {
            cx.budget.check(sizes).map_err(|e| e.at(span))?;
        }
    }
    let value = operators::binary(op, &x, &y).map_err(|e| e.at(span))?;
    made(value, span, cx)
}

/// Whether a node's property is a text that is known beforehand, without making a value of it; none where that is not
/// what is asked, or the property is no text.
fn property_is(a: &Expression, b: &Expression, frame: &Frame, cx: &Context<'_>) -> Option<bool> {
    let ExpressionKind::Property(base, _, Some(token)) = &a.kind else { return None };
    let ExpressionKind::Slot(slot) = base.kind else { return None };
    let (ExpressionKind::Constant(Value::Text(text)) | ExpressionKind::Parameter(_, Value::Text(text))) = &b.kind
    else {
        return None;
    };
    let node = frame[slot.index()].as_node().filter(|node| cx.graph.node_exists(*node))?;
    cx.graph.node_property_is(node, *token, text)
}

fn elements(list: &Expression, frame: &mut Frame, cx: &Context<'_>) -> Result<Option<Arc<Measured<Vec<Value>>>>> {
    match evaluate(list, frame, cx)? {
        Value::List(items) => Ok(Some(items)),
        Value::Null => Ok(None),
        other => Err(QueryError::runtime(
            ErrorType::TypeError,
            Detail::InvalidArgumentType,
            format!("a list is wanted, this is of type {}", other.type_name()),
            format!("此处需要列表，实际类型为 {}", other.type_name()),
        )
        .at(list.span)),
    }
}

/// Whether all, any, none or exactly one of the elements fulfil a condition; unknown where those that are unknown
/// could change the answer.
fn quantify(
    quantifier: Quantifier,
    slot: Slot,
    list: &Expression,
    filter: &Expression,
    frame: &mut Frame,
    cx: &Context<'_>,
) -> Result<Value> {
    let Some(items) = elements(list, frame, cx)? else { return Ok(Value::Null) };
    let (mut yes, mut no, mut unknown) = (0_u64, 0_u64, 0_u64);
    for item in items.iter() {
        cx.budget.tick()?;
        frame[slot.index()] = item.clone();
        match evaluate(filter, frame, cx)? {
            Value::Boolean(true) => yes += 1,
            Value::Boolean(false) => no += 1,
            Value::Null => unknown += 1,
            other => return Err(not_a_truth(&other).at(filter.span)),
        }
    }
    let known = |truth: bool| Ok(Value::Boolean(truth));
    match quantifier {
        Quantifier::All if no > 0 => known(false),
        Quantifier::Any if yes > 0 => known(true),
        Quantifier::None if yes > 0 => known(false),
        Quantifier::Single if yes > 1 => known(false),
        _ if unknown > 0 => Ok(Value::Null),
        Quantifier::All | Quantifier::None => known(true),
        Quantifier::Any => known(false),
        Quantifier::Single => known(yes == 1),
    }
}

fn map_projection(base: &Expression, entries: &[ProjectedEntry], frame: &mut Frame, cx: &Context<'_>) -> Result<Value> {
    let value = evaluate(base, frame, cx)?;
    if value.is_null() {
        return Ok(Value::Null);
    }
    let mut map = Map::new();
    for entry in entries {
        match entry {
            ProjectedEntry::All => match &value {
                Value::Node(node) => map.extend(cx.graph.node_properties(*node)),
                Value::Relationship(relationship) => map.extend(cx.graph.relationship_properties(*relationship)),
                Value::Map(own) => map.extend(own.iter().map(|(k, v)| (Arc::clone(k), v.clone()))),
                other => {
                    return Err(QueryError::runtime(
                        ErrorType::TypeError,
                        Detail::InvalidArgumentType,
                        format!("a value of type {} has no entries", other.type_name()),
                        format!("{} 类型的值没有可取的条目", other.type_name()),
                    )
                    .at(base.span));
                }
            },
            ProjectedEntry::Entry(key, value) => {
                map.insert(Arc::clone(key), evaluate(value, frame, cx)?);
            }
        }
    }
    Ok(Value::map(map))
}

/// A value that was made, if it is within bounds.
fn made(value: Value, span: Span, cx: &Context<'_>) -> Result<Value> {
    cx.budget.made(&value).map_err(|e| e.at(span))?;
    Ok(value)
}

fn has_labels(base: &Expression, test: &LabelTest, span: Span, frame: &mut Frame, cx: &Context<'_>) -> Result<Value> {
    match evaluate(base, frame, cx)? {
        Value::Null => Ok(Value::Null),
        Value::Node(node) => {
            let mut has = |_: &Arc<str>, label: Option<_>| label.is_some_and(|l| cx.graph.has_label(node, l));
            let any = matches!(test, LabelTest::Name(..)) || !cx.graph.node_labels(node).is_empty();
            Ok(Value::Boolean(test.holds(&mut has, any)))
        }
        Value::Relationship(relationship) => {
            let own = cx.graph.type_name(relationship.ty);
            let mut has = |name: &Arc<str>, _: Option<_>| {
                *name == own || cx.graph.relationship_type(name) == Some(relationship.ty)
            };
            Ok(Value::Boolean(test.holds(&mut has, true)))
        }
        other => Err(QueryError::runtime(
            ErrorType::TypeError,
            Detail::InvalidArgumentType,
            format!("a value of type {} has no labels", other.type_name()),
            format!("{} 类型的值没有标签", other.type_name()),
        )
        .at(span)),
    }
}

/// Runs a plan over the present row. What the plan writes into the frame are slots of its own.
fn subquery(kind: &SubqueryKind, plan: &Plan, span: Span, frame: &mut Frame, cx: &Context<'_>) -> Result<Value> {
    let taken = cx.budget.taken();
    let value = run_subquery(kind, plan, frame, cx)?;
    // What it gathered is gone; the value itself counts where it is kept.
    cx.budget.give_back_to(taken);
    made(value, span, cx)
}

fn run_subquery(kind: &SubqueryKind, plan: &Plan, frame: &mut Frame, cx: &Context<'_>) -> Result<Value> {
    let mut running = build(plan);
    match kind {
        SubqueryKind::Exists => Ok(Value::Boolean(running.next(cx, frame)?)),
        SubqueryKind::Count => {
            let mut count = 0;
            while running.next(cx, frame)? {
                count += 1;
            }
            Ok(Value::Integer(count))
        }
        SubqueryKind::Collect(map) => {
            let mut values = Vec::new();
            while running.next(cx, frame)? {
                let value = evaluate(map, frame, cx)?;
                cx.budget.take(size_of::<Value>().saturating_add(value.heap_size()))?;
                values.push(value);
            }
            Ok(Value::list(values))
        }
    }
}

/// The number of `SKIP` and `LIMIT`.
pub(super) fn count_of_rows(count: &Expression, frame: &mut Frame, cx: &Context<'_>) -> Result<u64> {
    let wrong = |detail, en: String, zh: String| {
        Err(QueryError::runtime(ErrorType::SyntaxError, detail, en, zh).at(count.span))
    };
    match evaluate(count, frame, cx)? {
        Value::Integer(i) => match u64::try_from(i) {
            Ok(count) => Ok(count),
            Err(_) => wrong(
                Detail::NegativeIntegerArgument,
                format!("a number of rows cannot be negative, this is {i}"),
                format!("行数不能为负，此处为 {i}"),
            ),
        },
        other => wrong(
            Detail::InvalidArgumentType,
            format!("a number of rows has to be an integer, this is of type {}", other.type_name()),
            format!("行数必须是整数，实际类型为 {}", other.type_name()),
        ),
    }
}
