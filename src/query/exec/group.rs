//! Rows by groups, and rows told apart.

use hashbrown::{HashMap, HashSet};

use super::budget::Budget;
use super::eval::evaluate;
use super::{Boxed, Context, Frame, Operator};
use crate::query::compare::Key;
use crate::query::error::Result;
use crate::query::functions::{Aggregator, FunctionKind};
use crate::query::plan::Aggregate;
use crate::query::plan::expression::{Expression, ExpressionKind, Slot};
use crate::query::value::Value;

/// Groups rows by keys, and computes aggregates for each group. Groups come in the order of their first rows.
pub(super) struct Aggregation<'p> {
    input: Boxed<'p>,
    keys: &'p [(Slot, Expression)],
    aggregates: &'p [Aggregate],
    done: Option<std::vec::IntoIter<(Vec<Key>, Vec<Value>)>>,
}

/// What is computed for one aggregate of one group.
struct Running {
    /// Distinct arguments seen so far, where they count once.
    seen: Option<Seen>,
    /// What is computed; none for `count(*)`, which counts by itself.
    aggregator: Option<Box<dyn Aggregator>>,
    count: i64,
}

/// Distinct arguments: of one argument, its values alone.
enum Seen {
    One(HashSet<Key>),
    Many(HashSet<Vec<Key>>),
}

impl Seen {
    fn new(aggregate: &Aggregate) -> Self {
        if aggregate.arguments.len() == 1 { Self::One(HashSet::new()) } else { Self::Many(HashSet::new()) }
    }

    /// Whether arguments are new.
    fn insert(&mut self, arguments: &[Value]) -> bool {
        match (self, arguments) {
            (Self::One(seen), [one]) => seen.insert(Key(one.clone())),
            (Self::Many(seen), many) => seen.insert(many.iter().cloned().map(Key).collect()),
            (Self::One(_), _) => false,
        }
    }
}

impl Running {
    fn new(aggregate: &Aggregate) -> Self {
        let aggregator = aggregate.function.and_then(|f| match &f.kind {
            FunctionKind::Aggregate { start } => Some(start()),
            FunctionKind::Scalar { .. } => None,
        });
        let seen = aggregate.distinct.then(|| Seen::new(aggregate));
        Self { seen, aggregator, count: 0 }
    }

    fn add(&mut self, aggregate: &Aggregate, frame: &mut Frame, cx: &Context<'_>) -> Result<()> {
        let Some(aggregator) = &mut self.aggregator else {
            self.count += 1;
            return Ok(());
        };
        // A variable alone needs no list of arguments.
        if let [one] = aggregate.arguments.as_slice() {
            let value = match &one.kind {
                ExpressionKind::Slot(slot) => frame[slot.index()].clone(),
                _ => evaluate(one, frame, cx)?,
            };
            if let Some(seen) = &mut self.seen {
                if !seen.insert(std::slice::from_ref(&value)) {
                    return Ok(());
                }
                cx.budget.take(size_of::<Key>() * 2 + value.heap_size())?;
            }
            let before = aggregator.size();
            aggregator.add(std::slice::from_ref(&value)).map_err(|e| e.at(aggregate.span))?;
            return cx.budget.take(aggregator.size().saturating_sub(before));
        }
        let mut arguments = Vec::with_capacity(aggregate.arguments.len());
        for argument in &aggregate.arguments {
            arguments.push(evaluate(argument, frame, cx)?);
        }
        if let Some(seen) = &mut self.seen {
            if !seen.insert(&arguments) {
                return Ok(());
            }
            cx.budget.take(arguments.iter().map(|v| size_of::<Key>() * 2 + v.heap_size()).sum())?;
        }
        let before = aggregator.size();
        aggregator.add(&arguments).map_err(|e| e.at(aggregate.span))?;
        cx.budget.take(aggregator.size().saturating_sub(before))
    }

    fn finish(self, aggregate: &Aggregate) -> Result<Value> {
        let Some(aggregator) = self.aggregator else { return Ok(Value::Integer(self.count)) };
        let value = aggregator.finish().and_then(|value| {
            Budget::nested(&value)?;
            Ok(value)
        });
        value.map_err(|e| e.at(aggregate.span))
    }
}

impl<'p> Aggregation<'p> {
    pub(super) fn new(input: Boxed<'p>, keys: &'p [(Slot, Expression)], aggregates: &'p [Aggregate]) -> Self {
        Self { input, keys, aggregates, done: None }
    }

    fn fill(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<Vec<(Vec<Key>, Vec<Value>)>> {
        let mut positions: HashMap<Vec<Key>, usize> = HashMap::new();
        let mut groups: Vec<Vec<Running>> = Vec::new();
        let begin = || self.aggregates.iter().map(Running::new).collect::<Vec<_>>();
        if self.keys.is_empty() {
            // Without keys there is one group, even of no rows.
            groups.push(begin());
            positions.insert(Vec::new(), 0);
        }
        let mut key = Vec::with_capacity(self.keys.len());
        while self.input.next(cx, frame)? {
            let group = if self.keys.is_empty() {
                0
            } else {
                key.clear();
                for (_, expression) in self.keys {
                    key.push(Key(evaluate(expression, frame, cx)?));
                }
                match positions.get(&key) {
                    Some(group) => *group,
                    None => {
                        let size: usize = key.iter().map(|k| size_of::<Key>() * 2 + k.0.heap_size()).sum();
                        cx.budget.take(size + 96 * self.aggregates.len() + 64)?;
                        positions.insert(key.clone(), groups.len());
                        groups.push(begin());
                        groups.len() - 1
                    }
                }
            };
            for (running, aggregate) in groups[group].iter_mut().zip(self.aggregates) {
                running.add(aggregate, frame, cx)?;
            }
        }
        let mut keys: Vec<(usize, Vec<Key>)> = positions.into_iter().map(|(key, group)| (group, key)).collect();
        keys.sort_unstable_by_key(|(group, _)| *group);
        let mut rows = Vec::with_capacity(groups.len());
        for ((_, key), group) in keys.into_iter().zip(groups) {
            let results: Result<Vec<Value>> =
                group.into_iter().zip(self.aggregates).map(|(running, aggregate)| running.finish(aggregate)).collect();
            rows.push((key, results?));
        }
        Ok(rows)
    }
}

impl Operator for Aggregation<'_> {
    fn next(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<bool> {
        if self.done.is_none() {
            self.done = Some(self.fill(cx, frame)?.into_iter());
        }
        let Some((key, results)) = self.done.as_mut().and_then(Iterator::next) else { return Ok(false) };
        for ((slot, _), key) in self.keys.iter().zip(key) {
            frame[slot.index()] = key.0;
        }
        for (aggregate, value) in self.aggregates.iter().zip(results) {
            frame[aggregate.slot.index()] = value;
        }
        Ok(true)
    }

    fn reset(&mut self) {
        self.input.reset();
        self.done = None;
    }
}

/// Of rows with equal values, the first.
pub(super) struct Distinct<'p> {
    input: Boxed<'p>,
    slots: &'p [Slot],
    seen: HashSet<Vec<Key>>,
}

impl<'p> Distinct<'p> {
    pub(super) fn new(input: Boxed<'p>, slots: &'p [Slot]) -> Self {
        Self { input, slots, seen: HashSet::new() }
    }
}

impl Operator for Distinct<'_> {
    fn next(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<bool> {
        while self.input.next(cx, frame)? {
            let key: Vec<Key> = self.slots.iter().map(|slot| Key(frame[slot.index()].clone())).collect();
            let size: usize = key.iter().map(|k| size_of::<Key>() + k.0.heap_size()).sum();
            if self.seen.insert(key) {
                cx.budget.take(size + 48)?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn reset(&mut self) {
        self.input.reset();
        self.seen.clear();
    }
}
