//! Running a plan: a tree of operators that pull rows from one another.
//!
//! All operators of a query share one row of slots, the [`Frame`]. An operator writes its own slots and tells that there is
//! a row; nothing is copied from operator to operator. Only what gathers rows (sorting, grouping, writing) keeps copies, of
//! the slots that are wanted later.

mod breadth;
pub mod budget;
mod call;
mod choice;
mod eval;
mod expand;
mod gather;
mod group;
mod pieces;
mod reach;
mod repeat;
mod rows;
mod scan;
mod shortest;
mod sort;
mod walk;
mod write;

use std::cell::RefCell;
use std::time::Duration;

use budget::Budget;

use super::error::Result;
use super::plan::Plan;
use super::plan::expression::Slot;
use super::source::PropertyGraph;
use super::temporal::Clock;
use super::value::{NodeId, Value};
use super::workspace::Workspace;

pub use eval::evaluate;

/// The row that all operators of a query share.
pub type Frame = Vec<Value>;

/// What operators work with.
pub struct Context<'c> {
    /// The graph that is read.
    pub graph: &'c dyn PropertyGraph,
    /// The same graph as it can be written, if it can be.
    pub workspace: Option<&'c Workspace<'c>>,
    /// The statement's time.
    pub clock: &'c Clock,
    /// What the query may use.
    pub budget: &'c Budget,
}

/// Rows and times of the operators of a plan, in the order in which they are shown.
#[derive(Debug, Default)]
pub struct Profile {
    measured: RefCell<Vec<Measured>>,
}

/// What was measured of an operator. Its time holds that of its inputs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Measured {
    /// How many rows it gave.
    pub rows: u64,
    /// How long it took.
    pub time: Duration,
}

impl Profile {
    /// What was measured, operator by operator.
    #[must_use]
    pub fn measured(&self) -> Vec<Measured> {
        self.measured.borrow().clone()
    }
}

/// A step of a running plan.
trait Operator {
    /// Goes on to the next row, and puts its values into the frame. False when there is none.
    fn next(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<bool>;
    /// Begins anew, with the values of the frame as they are by then.
    fn reset(&mut self);
}

type Boxed<'p> = Box<dyn Operator + 'p>;

/// A plan that runs.
pub struct Running<'p> {
    root: Boxed<'p>,
    frame: Frame,
}

impl<'p> Running<'p> {
    /// Begins to run a plan whose rows have so many slots.
    #[must_use]
    pub fn new(plan: &'p Plan, slots: usize, profile: Option<&'p Profile>) -> Self {
        let mut builder = Builder { profile, given: None };
        Self { root: builder.build(plan), frame: vec![Value::Null; slots] }
    }

    /// The next row, whose values can then be read by slot; false at the end.
    ///
    /// # Errors
    /// What goes wrong while it runs.
    pub fn next(&mut self, cx: &Context<'_>) -> Result<bool> {
        self.root.next(cx, &mut self.frame)
    }

    /// A value of the present row.
    #[must_use]
    pub fn value(&self, slot: Slot) -> &Value {
        &self.frame[slot.index()]
    }
}

/// Makes operators of plans.
struct Builder<'p> {
    profile: Option<&'p Profile>,
    /// A scan whose nodes are given, and these.
    given: Option<(&'p Plan, &'p [NodeId])>,
}

impl<'p> Builder<'p> {
    fn build(&mut self, plan: &'p Plan) -> Boxed<'p> {
        let Some(profile) = self.profile else { return self.operator(plan) };
        let position = profile.measured.borrow().len();
        profile.measured.borrow_mut().push(Measured::default());
        Box::new(Measuring { inner: self.operator(plan), profile, position })
    }

    fn operator(&mut self, plan: &'p Plan) -> Boxed<'p> {
        match plan {
            Plan::Once => Box::new(scan::Once::default()),
            // Patterns are lowered before a plan runs; what is left matches nothing.
            Plan::Match { .. } => Box::new(scan::Nothing),
            Plan::NodeScan { slot, .. } if self.given.is_some_and(|(scan, _)| std::ptr::eq(scan, plan)) => {
                Box::new(scan::Given::new(*slot, self.given.map_or(&[], |(_, nodes)| nodes)))
            }
            Plan::NodeScan { input, slot, label } => {
                Box::new(scan::NodeScan::new(self.build(input), *slot, label.as_ref()))
            }
            Plan::NodeSeek { input, slot, label, key, value } => {
                Box::new(scan::NodeSeek::new(self.build(input), *slot, label, key.1, value))
            }
            Plan::Unwind { input, list, slot } => Box::new(scan::Unwind::new(self.build(input), list, *slot)),
            Plan::Expand { input, from, to, into, relationship, given, shape, distinct, named } => {
                let put = named.then_some(*relationship).filter(|_| !given);
                let given = given.then_some(*relationship);
                let input = self.build(input);
                Box::new(expand::Expand::new(input, (*from, *to, *into), (put, given), shape, distinct))
            }
            Plan::Degree { input, from, slot, shape, distinct } => {
                Box::new(expand::Degree::new(self.build(input), *from, *slot, shape, distinct))
            }
            Plan::Walk { input, from, to, into, walk, reversed, distinct, reach, listed } => {
                let input = self.build(input);
                let ends = walk::Ends { from: *from, to: *to, into: *into };
                if *reach {
                    Box::new(reach::Reach::new(input, ends, walk))
                } else {
                    Box::new(walk::Trails::new(input, ends, walk, *reversed, distinct, *listed))
                }
            }
            Plan::Shortest { input, from, to, into, walk, reversed, all } => {
                let ends = walk::Ends { from: *from, to: *to, into: *into };
                Box::new(shortest::Shortest::new(self.build(input), ends, walk, *reversed, *all))
            }
            Plan::SelectPaths { input, inner, start, end, links, all, shortest, live } => {
                let (input, inner) = (self.build(input), self.build(inner));
                let choice = choice::Choice { ends: (*start, *end), links, all: *all, shortest: *shortest };
                Box::new(choice::SelectPaths::new(input, inner, choice, live))
            }
            Plan::Repeat { input, from, to, into, group, inner, distinct } => {
                let ends = walk::Ends { from: *from, to: *to, into: *into };
                Box::new(repeat::Repeat::new(self.build(input), ends, group, inner, distinct))
            }
            Plan::MakePath { input, slot, start, links } => {
                Box::new(rows::MakePath { input: self.build(input), slot: *slot, start: *start, links })
            }
            Plan::Filter { input, condition, guess } => {
                Box::new(rows::Filter { input: self.build(input), condition, guess: *guess })
            }
            Plan::Optional { input, inner, nulls } => {
                Box::new(rows::Optional::new(self.build(input), self.build(inner), nulls))
            }
            Plan::Project { input, items } => Box::new(rows::Project { input: self.build(input), items }),
            Plan::Aggregate { input: plan, keys, aggregates, pieces } => {
                // What is measured operator by operator runs on one thread.
                let pieces = (*pieces && self.profile.is_none()).then_some(&**plan);
                Box::new(group::Aggregation::new(self.build(plan), group::Grouping { keys, aggregates }, pieces))
            }
            Plan::Distinct { input, slots } => Box::new(group::Distinct::new(self.build(input), slots)),
            Plan::Sort { input, by, live } => Box::new(sort::Sort::new(self.build(input), by, live, None)),
            Plan::Top { input, by, live, count } => Box::new(sort::Sort::new(self.build(input), by, live, Some(count))),
            Plan::Skip { input, count } => Box::new(rows::Skip::new(self.build(input), count)),
            Plan::Limit { input, count } => Box::new(rows::Limit::new(self.build(input), count, plan.writes())),
            Plan::Union { first, second, columns } => {
                Box::new(rows::Union::new(self.build(first), self.build(second), columns))
            }
            Plan::Call { input, procedure, arguments, yields, passes, span } => {
                Box::new(call::Call::new(self.build(input), procedure, arguments, yields, *passes, *span))
            }
            Plan::Create { input, creation, live } => Box::new(write::Create::new(self.build(input), creation, live)),
            Plan::Write { input, writes, live } => Box::new(write::Changes::new(self.build(input), writes, live)),
            Plan::Merge { input, inner, creation, on_create, on_match, path, live, span } => {
                let (input, inner) = (self.build(input), self.build(inner));
                let sets = (on_create.as_slice(), on_match.as_slice());
                Box::new(write::Merge::new(input, inner, creation, sets, path.as_ref(), live, *span))
            }
        }
    }
}

/// Makes the operators of a plan that runs within an expression.
fn build(plan: &Plan) -> Boxed<'_> {
    Builder { profile: None, given: None }.build(plan)
}

/// The same, with the nodes that one of its scans finds.
fn build_over<'p>(plan: &'p Plan, scan: &'p Plan, nodes: &'p [NodeId]) -> Boxed<'p> {
    Builder { profile: None, given: Some((scan, nodes)) }.build(plan)
}

/// Counts the rows of an operator, and takes its time.
struct Measuring<'p> {
    inner: Boxed<'p>,
    profile: &'p Profile,
    position: usize,
}

impl Operator for Measuring<'_> {
    fn next(&mut self, cx: &Context<'_>, frame: &mut Frame) -> Result<bool> {
        let start = std::time::Instant::now();
        let found = self.inner.next(cx, frame);
        let mut measured = self.profile.measured.borrow_mut();
        if let Some(own) = measured.get_mut(self.position) {
            own.time += start.elapsed();
            own.rows += u64::from(matches!(found, Ok(true)));
        }
        found
    }

    fn reset(&mut self) {
        self.inner.reset();
    }
}
