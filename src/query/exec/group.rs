//! Rows by groups, and rows told apart.

use std::collections::HashSet;
use std::hash::BuildHasherDefault;

use hashbrown::HashMap;
use xxhash_rust::xxh3::Xxh3Default;

use super::eval::evaluate;
use super::{Boxed, Context, Frame, Operator};
use crate::query::compare::Key;
use crate::query::error::Result;
use crate::query::functions::{Aggregator, FunctionKind};
use crate::query::plan::Aggregate;
use crate::query::plan::expression::{Expression, ExpressionKind, Slot};
use crate::query::value::Value;

type Hashing = BuildHasherDefault<Xxh3Default>;

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
    seen: Option<HashSet<Vec<Key>, Hashing>>,
    /// What is computed; none for `count(*)`, which counts by itself.
    aggregator: Option<Box<dyn Aggregator>>,
    count: i64,
}

impl Running {
    fn new(aggregate: &Aggregate) -> Self {
        let aggregator = aggregate.function.and_then(|f| match &f.kind {
            FunctionKind::Aggregate { start } => Some(start()),
            FunctionKind::Scalar { .. } => None,
        });
        let seen = aggregate.distinct.then(HashSet::default);
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
                let key = vec![Key(value.clone())];
                let size = size_of::<Key>() * 3 + value.heap_size();
                if !seen.insert(key) {
                    return Ok(());
                }
                cx.budget.take(size)?;
            }
            let before = aggregator.size();
            aggregator.add(std::slice::from_ref(&value)).map_err(|e| e.at(aggregate.span))?;
            return cx.budget.take(aggregator.size().saturating_sub(before));
        }
        let mut arguments = Vec::with_capacity(aggregate.arguments.len());
        for argument in &aggregate.arguments {
            arguments.push(evaluate(argument, frame, cx)?);
        }
        if let Some(seen) = &mut self.seen
            && !seen.insert(arguments.iter().cloned().map(Key).collect())
        {
            return Ok(());
        }
        let before = aggregator.size();
        aggregator.add(&arguments).map_err(|e| e.at(aggregate.span))?;
        cx.budget.take(aggregator.size().saturating_sub(before))
    }

    fn finish(self, aggregate: &Aggregate) -> Result<Value> {
        match self.aggregator {
            None => Ok(Value::Integer(self.count)),
            Some(aggregator) => aggregator.finish().map_err(|e| e.at(aggregate.span)),
        }
    }
}

impl<'p> Aggregation<'p> {
    pub(super) fn new(input: Boxed<'p>, keys: &'p [(Slot, Expression)], aggregates: &'p [Aggregate]) -> Self {
        Self { input, keys, aggregates, done: None }
    }

    fn fill(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<Vec<(Vec<Key>, Vec<Value>)>> {
        let mut positions: HashMap<Vec<Key>, usize, Hashing> = HashMap::default();
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
    seen: HashSet<Vec<Key>, Hashing>,
}

impl<'p> Distinct<'p> {
    pub(super) fn new(input: Boxed<'p>, slots: &'p [Slot]) -> Self {
        Self { input, slots, seen: HashSet::default() }
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
