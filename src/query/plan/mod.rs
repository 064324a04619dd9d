//! Plans: trees of operators over rows of slots.
//!
//! The binder writes a plan clause by clause ([`Plan::Match`] still holds whole patterns); [`lower`] puts patterns in an
//! order of scans and expansions, and [`rules`] make the plan cheaper without changing what it answers. Every operator
//! reads and writes slots of one shared row, its input's values included; each slot is written by one operator.

pub mod expression;
pub mod lower;
pub mod pattern;
pub mod rules;
pub mod show;

use std::sync::Arc;

use expression::{Expression, Slot};
use pattern::{GroupLink, Pattern, Shape, Walk};

use crate::query::error::QueryError;
use crate::query::functions::Function;
use crate::query::procedure::Procedure;
use crate::query::span::Span;
use crate::query::value::{KeyToken, LabelToken};

/// A whole statement: its plan and what it answers.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The plan.
    pub plan: Plan,
    /// The columns of the answer, with their slots; none for a query that only writes.
    pub columns: Vec<(Arc<str>, Slot)>,
    /// How many slots a row has.
    pub slots: usize,
    /// Whether it writes.
    pub writes: bool,
    /// The rules that changed the plan, in the order in which they did, with what each did.
    pub effects: Vec<(&'static str, String)>,
    /// What may be a mistake, though the query means something: labels and types that nothing has.
    pub warnings: Vec<QueryError>,
}

/// A label with its token.
pub type Label = (Arc<str>, Option<LabelToken>);

/// An operator, and below it what feeds it: `input` is where rows come from, `slot` where a value is put, `from` and `to`
/// are the near and the far node of what is followed, `into` says that the far one is known before, `distinct` are
/// relationships, or lists of them, that may not be used again, and `live` are the slots that are kept of gathered rows.
#[allow(missing_docs, reason = "the fields that recur are described above")]
#[derive(Clone, Debug)]
pub enum Plan {
    /// One row, with the values that are there already.
    Once,
    /// Matches of a pattern, before an order is chosen.
    Match { input: Box<Plan>, pattern: Pattern },
    /// All nodes, or those of a label.
    NodeScan { input: Box<Plan>, slot: Slot, label: Option<Label> },
    /// The nodes of a label whose property has a value.
    NodeSeek { input: Box<Plan>, slot: Slot, label: Label, key: (Arc<str>, KeyToken), value: Expression },
    /// The relationships of a node.
    Expand {
        input: Box<Plan>,
        /// The node that is there.
        from: Slot,
        /// The node that is found; where it is there already, it has to be the same.
        to: Slot,
        /// Whether `to` is there already.
        into: bool,
        /// Where the relationship is put; where it is there already, it has to be the same.
        relationship: Slot,
        /// Whether `relationship` is there already.
        given: bool,
        /// What it looks like, read from `from`.
        shape: Shape,
        /// Relationships, or lists of them, that it may not be or hold.
        distinct: Vec<Slot>,
        /// Whether the relationship is wanted.
        named: bool,
    },
    /// How many relationships of a node there are; rows with none are left out.
    Degree {
        input: Box<Plan>,
        from: Slot,
        /// Where the number is put.
        slot: Slot,
        shape: Shape,
        /// Relationships, or lists of them, that do not count.
        distinct: Vec<Slot>,
    },
    /// Walks from a node.
    Walk {
        input: Box<Plan>,
        from: Slot,
        to: Slot,
        into: bool,
        /// The walk, read from `from`.
        walk: Walk,
        /// Whether the list of relationships is given from the far end to the near one.
        reversed: bool,
        distinct: Vec<Slot>,
        /// Whether only the nodes at the end are wanted, each once.
        reach: bool,
        /// Whether the list of relationships is wanted.
        listed: bool,
    },
    /// Repetitions of a pattern, from a node.
    Repeat {
        input: Box<Plan>,
        from: Slot,
        to: Slot,
        into: bool,
        group: Box<GroupLink>,
        /// What matches one repetition, from its first node.
        inner: Box<Plan>,
        distinct: Vec<Slot>,
    },
    /// Shortest walks between two nodes.
    Shortest {
        input: Box<Plan>,
        from: Slot,
        to: Slot,
        into: bool,
        walk: Walk,
        reversed: bool,
        /// Whether all of the shortest are wanted.
        all: bool,
    },
    /// Of the rows of a pattern, those with the fewest relationships between the same two ends.
    SelectPaths {
        input: Box<Plan>,
        /// What matches the pattern, for one row of the input.
        inner: Box<Plan>,
        start: Slot,
        end: Slot,
        /// The relationships, and lists of them, that make the length.
        links: Vec<Slot>,
        /// Whether all of the shortest are wanted, or one.
        all: bool,
        /// Whether the length matters at all.
        shortest: bool,
        /// What is kept of each row.
        live: Vec<Slot>,
    },
    /// A path made of its parts: its first node, then relationships and lists of them.
    MakePath { input: Box<Plan>, slot: Slot, start: Slot, links: Vec<Slot> },
    /// Rows for which a condition is true.
    Filter {
        input: Box<Plan>,
        condition: Expression,
        /// Whether a row goes on for which the condition fails: it is asked again, when it has to be known.
        guess: bool,
    },
    /// For every row, the rows of the inner plan; where there is none, one with nulls.
    Optional { input: Box<Plan>, inner: Box<Plan>, nulls: Vec<Slot> },
    /// Values computed for every row.
    Project { input: Box<Plan>, items: Vec<(Slot, Expression)> },
    /// Rows by groups.
    Aggregate {
        input: Box<Plan>,
        keys: Vec<(Slot, Expression)>,
        aggregates: Vec<Aggregate>,
        /// Whether the nodes of the scan that the rows begin with may be gathered in pieces, on several threads.
        pieces: bool,
    },
    /// Of rows with equal values, the first.
    Distinct { input: Box<Plan>, slots: Vec<Slot> },
    /// Rows in order.
    Sort { input: Box<Plan>, by: Vec<(Expression, bool)>, live: Vec<Slot> },
    /// The first rows in order.
    Top { input: Box<Plan>, by: Vec<(Expression, bool)>, live: Vec<Slot>, count: Expression },
    /// Rows after the first.
    Skip { input: Box<Plan>, count: Expression },
    /// The first rows.
    Limit { input: Box<Plan>, count: Expression },
    /// A row for every element of a list.
    Unwind { input: Box<Plan>, list: Expression, slot: Slot },
    /// The rows of the first plan, then those of the second, in slots of their own.
    Union { first: Box<Plan>, second: Box<Plan>, columns: Vec<(Slot, Slot, Slot)> },
    /// The rows of a procedure.
    Call {
        input: Box<Plan>,
        procedure: Arc<dyn Procedure>,
        arguments: Vec<Expression>,
        /// Positions of columns, and where they are put.
        yields: Vec<(usize, Slot)>,
        /// Whether it yields nothing: then rows pass through as they are.
        passes: bool,
        span: Span,
    },
    /// Nodes and relationships made for every row.
    Create { input: Box<Plan>, creation: Creation, live: Vec<Slot> },
    /// For every row, the matches of a pattern, or what is made where there is none.
    Merge {
        input: Box<Plan>,
        inner: Box<Plan>,
        creation: Creation,
        on_create: Vec<Write>,
        on_match: Vec<Write>,
        /// A named path over what was matched or made.
        path: Option<(Slot, Slot, Vec<Slot>)>,
        live: Vec<Slot>,
        span: Span,
    },
    /// Changes made for every row.
    Write { input: Box<Plan>, writes: Vec<Write>, live: Vec<Slot> },
}

/// An aggregate to be computed for every group.
#[derive(Clone, Debug)]
pub struct Aggregate {
    /// Where it is put.
    pub slot: Slot,
    /// The function; none for `count(*)`.
    pub function: Option<&'static Function>,
    /// Whether equal arguments count once.
    pub distinct: bool,
    /// The arguments.
    pub arguments: Vec<Expression>,
    /// Where it stands.
    pub span: Span,
}

/// What `CREATE` and `MERGE` make.
#[derive(Clone, Debug, Default)]
pub struct Creation {
    /// The nodes, in order.
    pub nodes: Vec<NewNode>,
    /// The relationships, in order, after the nodes.
    pub relationships: Vec<NewRelationship>,
    /// Named paths over them: where each is put, its first node, its relationships.
    pub paths: Vec<(Slot, Slot, Vec<Slot>)>,
}

/// A node to be made.
#[derive(Clone, Debug)]
pub struct NewNode {
    /// Where it is put.
    pub slot: Slot,
    /// Its labels.
    pub labels: Vec<Arc<str>>,
    /// A map of its properties.
    pub properties: Option<Expression>,
    /// Where it stands.
    pub span: Span,
}

/// A relationship to be made.
#[derive(Clone, Debug)]
pub struct NewRelationship {
    /// Where it is put.
    pub slot: Slot,
    /// Its type.
    pub ty: Arc<str>,
    /// The node that it leaves.
    pub start: Slot,
    /// The node that it enters.
    pub end: Slot,
    /// A map of its properties.
    pub properties: Option<Expression>,
    /// Where it stands.
    pub span: Span,
}

/// A change.
#[allow(missing_docs, reason = "the variants say what their fields are")]
#[derive(Clone, Debug)]
pub enum Write {
    /// A property set, or removed where the value is null.
    Property { target: Expression, key: Arc<str>, value: Expression },
    /// All properties replaced by a map's, or only those that the map names.
    Properties { target: Slot, value: Expression, replace: bool },
    /// Labels added.
    AddLabels { target: Slot, labels: Vec<Arc<str>> },
    /// Labels removed.
    RemoveLabels { target: Slot, labels: Vec<Arc<str>> },
    /// A node, relationship or path deleted.
    Delete { what: Expression, detach: bool },
}

/// Writes the one walk over inputs twice: to be read, and to be changed.
macro_rules! inputs {
    ($(#[$of_all:meta])* $all:ident; $(#[$of_one:meta])* $one:ident $($mutable:ident)?) => {
        $(#[$of_all])*
        pub fn $all(&$($mutable)? self, visit: &mut dyn FnMut(&$($mutable)? Self)) {
            match self {
                Self::Once => {}
                Self::Union { first, second, .. } => {
                    visit(first);
                    visit(second);
                }
                Self::Optional { input, inner, .. }
                | Self::Repeat { input, inner, .. }
                | Self::SelectPaths { input, inner, .. }
                | Self::Merge { input, inner, .. } => {
                    visit(input);
                    visit(inner);
                }
                other => other.$one().into_iter().for_each(visit),
            }
        }

        $(#[$of_one])*
        #[must_use]
        pub fn $one(&$($mutable)? self) -> Option<&$($mutable)? Self> {
            match self {
                Self::Once | Self::Union { .. } => None,
                Self::Match { input, .. }
                | Self::NodeScan { input, .. }
                | Self::NodeSeek { input, .. }
                | Self::Expand { input, .. }
                | Self::Degree { input, .. }
                | Self::Walk { input, .. }
                | Self::Repeat { input, .. }
                | Self::Shortest { input, .. }
                | Self::SelectPaths { input, .. }
                | Self::MakePath { input, .. }
                | Self::Filter { input, .. }
                | Self::Optional { input, .. }
                | Self::Project { input, .. }
                | Self::Aggregate { input, .. }
                | Self::Distinct { input, .. }
                | Self::Sort { input, .. }
                | Self::Top { input, .. }
                | Self::Skip { input, .. }
                | Self::Limit { input, .. }
                | Self::Unwind { input, .. }
                | Self::Call { input, .. }
                | Self::Create { input, .. }
                | Self::Merge { input, .. }
                | Self::Write { input, .. } => Some(input),
            }
        }
    };
}

impl Plan {
    inputs! {
        /// Calls with what feeds it, and with plans that it runs for every row.
        inputs;
        /// What feeds it, if it has one input.
        input
    }

    inputs! {
        /// Calls with what feeds it, and with plans that it runs for every row, to be changed.
        inputs_mut;
        /// What feeds it, if it has one input, to be changed.
        input_mut mut
    }

    /// Calls with every expression of this operator itself.
    pub fn expressions(&self, visit: &mut dyn FnMut(&Expression)) {
        fn of_writes(writes: &[Write], visit: &mut dyn FnMut(&Expression)) {
            for write in writes {
                match write {
                    Write::Property { target, value, .. } => {
                        visit(target);
                        visit(value);
                    }
                    Write::Properties { value, .. } => visit(value),
                    Write::Delete { what, .. } => visit(what),
                    Write::AddLabels { .. } | Write::RemoveLabels { .. } => {}
                }
            }
        }
        fn of_creation(creation: &Creation, visit: &mut dyn FnMut(&Expression)) {
            creation.nodes.iter().filter_map(|n| n.properties.as_ref()).for_each(&mut *visit);
            creation.relationships.iter().filter_map(|r| r.properties.as_ref()).for_each(&mut *visit);
        }
        fn of_pattern(pattern: &Pattern, visit: &mut dyn FnMut(&Expression)) {
            pattern.conditions.iter().for_each(&mut *visit);
            for link in &pattern.links {
                match &link.kind {
                    pattern::LinkKind::One { .. } => {}
                    pattern::LinkKind::Walk(walk) => walk.condition.iter().for_each(&mut *visit),
                    pattern::LinkKind::Group(group) => of_pattern(&group.pattern, visit),
                }
            }
        }
        match self {
            Self::Match { pattern, .. } => of_pattern(pattern, visit),
            Self::NodeSeek { value, .. } => visit(value),
            Self::Walk { walk, .. } | Self::Shortest { walk, .. } => walk.condition.iter().for_each(visit),
            Self::Filter { condition, .. } => visit(condition),
            Self::Project { items, .. } => items.iter().for_each(|(_, e)| visit(e)),
            Self::Aggregate { keys, aggregates, .. } => {
                keys.iter().for_each(|(_, e)| visit(e));
                aggregates.iter().flat_map(|a| &a.arguments).for_each(visit);
            }
            Self::Sort { by, .. } => by.iter().for_each(|(e, _)| visit(e)),
            Self::Top { by, count, .. } => {
                by.iter().for_each(|(e, _)| visit(e));
                visit(count);
            }
            Self::Skip { count, .. } | Self::Limit { count, .. } => visit(count),
            Self::Unwind { list, .. } => visit(list),
            Self::Call { arguments, .. } => arguments.iter().for_each(visit),
            Self::Create { creation, .. } => of_creation(creation, visit),
            Self::Merge { creation, on_create, on_match, .. } => {
                of_creation(creation, visit);
                of_writes(on_create, visit);
                of_writes(on_match, visit);
            }
            Self::Write { writes, .. } => of_writes(writes, visit),
            _ => {}
        }
    }

    /// The same, to be changed. Patterns that are not lowered are left alone.
    pub fn expressions_mut(&mut self, visit: &mut dyn FnMut(&mut Expression)) {
        fn of_writes(writes: &mut [Write], visit: &mut dyn FnMut(&mut Expression)) {
            for write in writes {
                match write {
                    Write::Property { target, value, .. } => {
                        visit(target);
                        visit(value);
                    }
                    Write::Properties { value, .. } => visit(value),
                    Write::Delete { what, .. } => visit(what),
                    Write::AddLabels { .. } | Write::RemoveLabels { .. } => {}
                }
            }
        }
        fn of_creation(creation: &mut Creation, visit: &mut dyn FnMut(&mut Expression)) {
            creation.nodes.iter_mut().filter_map(|n| n.properties.as_mut()).for_each(&mut *visit);
            creation.relationships.iter_mut().filter_map(|r| r.properties.as_mut()).for_each(&mut *visit);
        }
        match self {
            Self::Match { pattern, .. } => pattern.conditions.iter_mut().for_each(visit),
            Self::NodeSeek { value, .. } => visit(value),
            Self::Walk { walk, .. } | Self::Shortest { walk, .. } => walk.condition.iter_mut().for_each(visit),
            Self::Filter { condition, .. } => visit(condition),
            Self::Project { items, .. } => items.iter_mut().for_each(|(_, e)| visit(e)),
            Self::Aggregate { keys, aggregates, .. } => {
                keys.iter_mut().for_each(|(_, e)| visit(e));
                aggregates.iter_mut().flat_map(|a| &mut a.arguments).for_each(visit);
            }
            Self::Sort { by, .. } => by.iter_mut().for_each(|(e, _)| visit(e)),
            Self::Top { by, count, .. } => {
                by.iter_mut().for_each(|(e, _)| visit(e));
                visit(count);
            }
            Self::Skip { count, .. } | Self::Limit { count, .. } => visit(count),
            Self::Unwind { list, .. } => visit(list),
            Self::Call { arguments, .. } => arguments.iter_mut().for_each(visit),
            Self::Create { creation, .. } => of_creation(creation, visit),
            Self::Merge { creation, on_create, on_match, .. } => {
                of_creation(creation, visit);
                of_writes(on_create, visit);
                of_writes(on_match, visit);
            }
            Self::Write { writes, .. } => of_writes(writes, visit),
            _ => {}
        }
    }

    /// Calls with the slots that this operator reads by itself, beside those of its expressions.
    pub fn own_reads(&self, visit: &mut dyn FnMut(Slot)) {
        // A plan that runs for every row reads what the row has.
        if let Self::Optional { inner, .. }
        | Self::Repeat { inner, .. }
        | Self::SelectPaths { inner, .. }
        | Self::Merge { inner, .. } = self
        {
            inner.slots_read(visit);
        }
        match self {
            Self::Match { pattern, .. } => {
                pattern.nodes.iter().filter(|n| n.bound).for_each(|n| visit(n.slot));
                pattern.links.iter().for_each(|l| visit(l.kind.slot()));
            }
            Self::Expand { from, to, into, relationship, given, distinct, .. } => {
                visit(*from);
                if *into {
                    visit(*to);
                }
                if *given {
                    visit(*relationship);
                }
                distinct.iter().copied().for_each(visit);
            }
            Self::Degree { from, distinct, .. } => {
                visit(*from);
                distinct.iter().copied().for_each(visit);
            }
            Self::Walk { from, to, into, walk, .. } | Self::Shortest { from, to, into, walk, .. } => {
                visit(*from);
                if *into {
                    visit(*to);
                }
                if walk.bound {
                    visit(walk.slot);
                }
                if let Self::Walk { distinct, .. } = self {
                    distinct.iter().copied().for_each(visit);
                }
            }
            Self::Repeat { from, to, into, distinct, .. } => {
                visit(*from);
                if *into {
                    visit(*to);
                }
                distinct.iter().copied().for_each(visit);
            }
            Self::SelectPaths { start, end, links, live, .. } => {
                visit(*start);
                visit(*end);
                links.iter().chain(live).copied().for_each(visit);
            }
            Self::MakePath { start, links, .. } => {
                visit(*start);
                links.iter().copied().for_each(visit);
            }
            Self::Distinct { slots, .. } => slots.iter().copied().for_each(visit),
            Self::Sort { live, .. } | Self::Top { live, .. } => live.iter().copied().for_each(visit),
            Self::Union { columns, .. } => columns.iter().for_each(|(a, b, _)| {
                visit(*a);
                visit(*b);
            }),
            Self::Create { creation, live, .. } | Self::Merge { creation, live, .. } => {
                creation.relationships.iter().for_each(|r| {
                    visit(r.start);
                    visit(r.end);
                });
                live.iter().copied().for_each(visit);
            }
            Self::Write { writes, live, .. } => {
                for write in writes {
                    if let Write::Properties { target, .. }
                    | Write::AddLabels { target, .. }
                    | Write::RemoveLabels { target, .. } = write
                    {
                        visit(*target);
                    }
                }
                live.iter().copied().for_each(visit);
            }
            _ => {}
        }
    }

    /// Calls with every slot that this plan reads anywhere.
    pub fn slots_read(&self, visit: &mut dyn FnMut(Slot)) {
        self.own_reads(visit);
        self.expressions(&mut |e| e.slots(visit));
        self.inputs(&mut |input| input.slots_read(visit));
    }

    /// The scan that its rows begin with, if they begin with one.
    #[must_use]
    pub fn first_scan(&self) -> Option<&Self> {
        let input = self.input()?;
        if matches!(input, Self::Once) {
            return matches!(self, Self::NodeScan { .. }).then_some(self);
        }
        input.first_scan()
    }

    /// Whether anything in it writes.
    #[must_use]
    pub fn writes(&self) -> bool {
        if matches!(self, Self::Create { .. } | Self::Merge { .. } | Self::Write { .. }) {
            return true;
        }
        let mut found = false;
        self.inputs(&mut |input| found |= input.writes());
        found
    }
}
