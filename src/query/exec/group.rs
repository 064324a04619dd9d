//! Rows by groups, and rows told apart.

use hashbrown::{HashMap, HashSet};

use super::budget::Budget;
use super::eval::evaluate;
use super::{Boxed, Context, Frame, Operator, pieces};
use crate::query::compare::Key;
use crate::query::error::Result;
use crate::query::functions::{Aggregator, FunctionKind};
use crate::query::plan::expression::{Expression, ExpressionKind, Slot};
use crate::query::plan::{Aggregate, Plan};
use crate::query::value::Value;

/// What rows are grouped by, and what is computed for each group.
#[derive(Clone, Copy)]
pub(super) struct Grouping<'p> {
    pub(super) keys: &'p [(Slot, Expression)],
    pub(super) aggregates: &'p [Aggregate],
}

/// Groups rows. Groups come in the order of their first rows.
pub(super) struct Aggregation<'p> {
    input: Boxed<'p>,
    /// The plan of the input, if it may be gathered in pieces.
    pieces: Option<&'p Plan>,
    grouping: Grouping<'p>,
    done: Option<std::vec::IntoIter<Row>>,
}

/// A group's keys, and what was computed for it.
type Row = (Vec<Key>, Vec<Value>);

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
            FunctionKind::Aggregate { start, .. } => Some(start()),
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

    /// Takes what another gathered of later rows.
    fn merge(&mut self, later: Self, aggregate: &Aggregate, cx: &Context<'_>) -> Result<()> {
        self.count += later.count;
        let (Some(aggregator), Some(of_later)) = (&mut self.aggregator, later.aggregator) else { return Ok(()) };
        let before = aggregator.size();
        match (&mut self.seen, later.seen) {
            (Some(Seen::One(seen)), Some(Seen::One(later))) => {
                for key in later {
                    if !seen.contains(&key) {
                        aggregator.add(std::slice::from_ref(&key.0))?;
                        cx.budget.take(size_of::<Key>() * 2 + key.0.heap_size())?;
                        seen.insert(key);
                    }
                }
            }
            _ => aggregator.merge(of_later.finish()?).map_err(|e| e.at(aggregate.span))?,
        }
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

/// Groups as they are gathered.
pub(super) struct Groups<'p> {
    grouping: Grouping<'p>,
    positions: HashMap<Vec<Key>, usize>,
    groups: Vec<Vec<Running>>,
}

impl<'p> Groups<'p> {
    pub(super) fn new(grouping: Grouping<'p>) -> Self {
        let (positions, groups) = (HashMap::new(), Vec::new());
        let mut own = Self { grouping, positions, groups };
        if grouping.keys.is_empty() {
            // Without keys there is one group, even of no rows.
            own.begin(Vec::new());
        }
        own
    }

    fn begin(&mut self, key: Vec<Key>) -> usize {
        let position = self.groups.len();
        self.positions.insert(key, position);
        self.groups.push(self.grouping.aggregates.iter().map(Running::new).collect());
        position
    }

    /// The group of a key.
    fn group(&mut self, key: &[Key], cx: &Context<'_>) -> Result<usize> {
        if let Some(position) = self.positions.get(key) {
            return Ok(*position);
        }
        let size: usize = key.iter().map(|k| size_of::<Key>() * 2 + k.0.heap_size()).sum();
        cx.budget.take(size + 96 * self.grouping.aggregates.len() + 64)?;
        Ok(self.begin(key.to_vec()))
    }

    /// Takes all rows of an input.
    pub(super) fn gather(&mut self, input: &mut Boxed<'_>, cx: &Context<'_>, frame: &mut Frame) -> Result<()> {
        let Grouping { keys, aggregates } = self.grouping;
        let mut key = Vec::with_capacity(keys.len());
        while input.next(cx, frame)? {
            let group = if keys.is_empty() {
                0
            } else {
                key.clear();
                for (_, expression) in keys {
                    key.push(Key(evaluate(expression, frame, cx)?));
                }
                self.group(&key, cx)?
            };
            for (running, aggregate) in self.groups[group].iter_mut().zip(aggregates) {
                running.add(aggregate, frame, cx)?;
            }
        }
        Ok(())
    }

    /// Takes the groups of rows that come after those taken so far.
    pub(super) fn merge(&mut self, later: Self, cx: &Context<'_>) -> Result<()> {
        for (key, group) in later.in_order() {
            let own = self.group(&key, cx)?;
            for ((running, later), aggregate) in self.groups[own].iter_mut().zip(group).zip(self.grouping.aggregates) {
                running.merge(later, aggregate, cx)?;
            }
        }
        Ok(())
    }

    fn in_order(self) -> impl Iterator<Item = (Vec<Key>, Vec<Running>)> {
        let mut keys: Vec<(usize, Vec<Key>)> = self.positions.into_iter().map(|(key, group)| (group, key)).collect();
        keys.sort_unstable_by_key(|(group, _)| *group);
        keys.into_iter().map(|(_, key)| key).zip(self.groups)
    }

    fn finish(self) -> Result<Vec<Row>> {
        let aggregates = self.grouping.aggregates;
        let finish = |group: Vec<Running>| -> Result<Vec<Value>> {
            group.into_iter().zip(aggregates).map(|(running, aggregate)| running.finish(aggregate)).collect()
        };
        self.in_order().map(|(key, group)| Ok((key, finish(group)?))).collect()
    }
}

impl<'p> Aggregation<'p> {
    pub(super) fn new(input: Boxed<'p>, grouping: Grouping<'p>, pieces: Option<&'p Plan>) -> Self {
        Self { input, pieces, grouping, done: None }
    }

    fn groups(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<Groups<'p>> {
        if let Some(plan) = self.pieces
            && let Some(groups) = pieces::gather(plan, self.grouping, cx, frame)?
        {
            return Ok(groups);
        }
        let mut groups = Groups::new(self.grouping);
        groups.gather(&mut self.input, cx, frame)?;
        Ok(groups)
    }
}

impl Operator for Aggregation<'_> {
    fn next(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<bool> {
        if self.done.is_none() {
            self.done = Some(self.groups(cx, frame)?.finish()?.into_iter());
        }
        let Some((key, results)) = self.done.as_mut().and_then(Iterator::next) else { return Ok(false) };
        for ((slot, _), key) in self.grouping.keys.iter().zip(key) {
            frame[slot.index()] = key.0;
        }
        for (aggregate, value) in self.grouping.aggregates.iter().zip(results) {
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
