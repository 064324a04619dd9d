//! Expressions whose names are resolved: variables are slots of a row, functions are those of the registry, keys and
//! labels are tokens of the graph.

use std::sync::Arc;

use super::Plan;
use crate::query::ast::{BinaryOp, Quantifier, UnaryOp};
use crate::query::functions::Function;
use crate::query::span::Span;
use crate::query::value::{KeyToken, LabelToken, Value};

/// A place in a row. Every variable of a query, named or not, has one of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot(pub u32);

impl Slot {
    /// Its position in a row.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A resolved expression with its place in the text. Two are equal when they compute the same, wherever they stand.
#[derive(Clone, Debug)]
pub struct Expression {
    /// What it computes.
    pub kind: ExpressionKind,
    /// Where it stands.
    pub span: Span,
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

/// What an expression computes.
#[derive(Clone, Debug)]
pub enum ExpressionKind {
    /// A value known beforehand.
    Constant(Value),
    /// A parameter, with the value that it was given.
    Parameter(Arc<str>, Value),
    /// A variable.
    Slot(Slot),
    /// A list.
    List(Vec<Expression>),
    /// A map.
    Map(Vec<(Arc<str>, Expression)>),
    /// A map made of another's entries.
    MapProjection(Box<Expression>, Vec<ProjectedEntry>),
    /// A property: its key, and the key's token where the graph has one.
    Property(Box<Expression>, Arc<str>, Option<KeyToken>),
    /// An element of a list, or a property whose key is computed.
    Index(Box<Expression>, Box<Expression>),
    /// A part of a list.
    Slice(Box<Expression>, Option<Box<Expression>>, Option<Box<Expression>>),
    /// An operator before its operand.
    Unary(UnaryOp, Box<Expression>),
    /// An operator between two.
    Binary(BinaryOp, Box<Expression>, Box<Expression>),
    /// Whether a value is null, or is not.
    IsNull(Box<Expression>, bool),
    /// Whether a node has labels, or a relationship a type.
    HasLabels(Box<Expression>, LabelTest),
    /// A function.
    Call(&'static Function, Vec<Expression>),
    /// `CASE`: what is compared with each arm, the arms, and what is left.
    Case(Option<Box<Expression>>, Vec<(Expression, Expression)>, Option<Box<Expression>>),
    /// A list made of another.
    ListComprehension {
        /// Where each element is put.
        slot: Slot,
        /// The list.
        list: Box<Expression>,
        /// Which are kept.
        filter: Option<Box<Expression>>,
        /// What each becomes.
        map: Option<Box<Expression>>,
    },
    /// A quantifier.
    Quantifier {
        /// Which.
        quantifier: Quantifier,
        /// Where each element is put.
        slot: Slot,
        /// The list.
        list: Box<Expression>,
        /// What is asked of each.
        filter: Box<Expression>,
    },
    /// A fold over a list.
    Reduce {
        /// What is carried along.
        accumulator: Slot,
        /// Its first value.
        initial: Box<Expression>,
        /// Where each element is put.
        slot: Slot,
        /// The list.
        list: Box<Expression>,
        /// The next value.
        step: Box<Expression>,
    },
    /// A query over the row's own variables.
    Subquery(SubqueryKind, Box<Plan>),
}

/// What is wanted of a subquery.
#[derive(Clone, Debug)]
pub enum SubqueryKind {
    /// Whether it has a row.
    Exists,
    /// How many rows it has.
    Count,
    /// This expression of each of its rows, in a list.
    Collect(Box<Expression>),
}

/// An entry of a map projection.
#[derive(Clone, Debug, PartialEq)]
pub enum ProjectedEntry {
    /// All entries of the base.
    All,
    /// One entry.
    Entry(Arc<str>, Expression),
}

/// A label expression whose names are resolved: none for a label that nothing can have.
#[derive(Clone, Debug, PartialEq)]
pub enum LabelTest {
    /// One label or type.
    Name(Arc<str>, Option<LabelToken>),
    /// Both.
    And(Box<Self>, Box<Self>),
    /// Either.
    Or(Box<Self>, Box<Self>),
    /// Not.
    Not(Box<Self>),
    /// Any.
    Any,
}

impl LabelTest {
    /// Whether it holds, asking for each name whether it is there, and whether any is.
    pub fn holds(&self, has: &mut dyn FnMut(&Arc<str>, Option<LabelToken>) -> bool, any: bool) -> bool {
        match self {
            Self::Name(name, token) => has(name, *token),
            Self::And(a, b) => a.holds(has, any) && b.holds(has, any),
            Self::Or(a, b) => a.holds(has, any) || b.holds(has, any),
            Self::Not(inner) => !inner.holds(has, any),
            Self::Any => any,
        }
    }

    /// The labels that every node has for which it holds.
    #[must_use]
    pub fn required(&self) -> Vec<(Arc<str>, Option<LabelToken>)> {
        match self {
            Self::Name(name, token) => vec![(Arc::clone(name), *token)],
            Self::And(a, b) => {
                let mut all = a.required();
                all.extend(b.required());
                all
            }
            _ => Vec::new(),
        }
    }
}

impl PartialEq for ExpressionKind {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Constant(a), Self::Constant(b)) => {
                a.type_name() == b.type_name() && crate::query::compare::equivalent(a, b)
            }
            (Self::Parameter(a, _), Self::Parameter(b, _)) => a == b,
            (Self::Slot(a), Self::Slot(b)) => a == b,
            (Self::List(a), Self::List(b)) => a == b,
            (Self::Map(a), Self::Map(b)) => a == b,
            (Self::MapProjection(a, x), Self::MapProjection(b, y)) => a == b && x == y,
            (Self::Property(a, x, _), Self::Property(b, y, _)) => a == b && x == y,
            (Self::Index(a, x), Self::Index(b, y)) => a == b && x == y,
            (Self::Slice(a, x, p), Self::Slice(b, y, q)) => a == b && x == y && p == q,
            (Self::Unary(o, a), Self::Unary(p, b)) => o == p && a == b,
            (Self::Binary(o, a, x), Self::Binary(p, b, y)) => o == p && a == b && x == y,
            (Self::IsNull(a, n), Self::IsNull(b, m)) => a == b && n == m,
            (Self::HasLabels(a, x), Self::HasLabels(b, y)) => a == b && x == y,
            (Self::Call(f, a), Self::Call(g, b)) => f.name == g.name && a == b,
            (Self::Case(a, x, p), Self::Case(b, y, q)) => a == b && x == y && p == q,
            // What binds variables of its own is never the same twice.
            _ => false,
        }
    }
}

/// Writes the one walk over child expressions twice: to be read, and to be changed.
macro_rules! children {
    ($(#[$about:meta])* $name:ident $($mutable:ident)?) => {
        $(#[$about])*
        pub fn $name(&$($mutable)? self, visit: &mut dyn FnMut(&$($mutable)? Self)) {
            use ExpressionKind as K;
            match &$($mutable)? self.kind {
                K::Constant(_) | K::Parameter(..) | K::Slot(_) | K::Subquery(SubqueryKind::Exists | SubqueryKind::Count, _) => {}
                K::List(items) | K::Call(_, items) => items.into_iter().for_each(|e| visit(e)),
                K::Map(entries) => entries.into_iter().for_each(|(_, e)| visit(e)),
                K::MapProjection(base, entries) => {
                    visit(base);
                    for entry in entries {
                        if let ProjectedEntry::Entry(_, e) = entry {
                            visit(e);
                        }
                    }
                }
                K::Property(a, ..)
                | K::Unary(_, a)
                | K::IsNull(a, _)
                | K::HasLabels(a, _)
                | K::Subquery(SubqueryKind::Collect(a), _) => visit(a),
                K::Index(a, b) | K::Binary(_, a, b) => {
                    visit(a);
                    visit(b);
                }
                K::Slice(a, b, c) => {
                    visit(a);
                    [b, c].into_iter().flatten().for_each(|e| visit(e));
                }
                K::Case(subject, arms, otherwise) => {
                    subject.into_iter().for_each(|e| visit(e));
                    for (when, then) in arms {
                        visit(when);
                        visit(then);
                    }
                    otherwise.into_iter().for_each(|e| visit(e));
                }
                K::ListComprehension { list, filter, map, .. } => {
                    visit(list);
                    [filter, map].into_iter().flatten().for_each(|e| visit(e));
                }
                K::Quantifier { list, filter, .. } => {
                    visit(list);
                    visit(filter);
                }
                K::Reduce { initial, list, step, .. } => {
                    visit(initial);
                    visit(list);
                    visit(step);
                }
            }
        }
    };
}

impl Expression {
    /// An expression.
    #[must_use]
    pub fn new(kind: ExpressionKind, span: Span) -> Self {
        Self { kind, span }
    }

    /// A variable.
    #[must_use]
    pub fn slot(slot: Slot, span: Span) -> Self {
        Self::new(ExpressionKind::Slot(slot), span)
    }

    /// Both of two conditions.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let span = self.span.to(other.span);
        Self::new(ExpressionKind::Binary(BinaryOp::And, Box::new(self), Box::new(other)), span)
    }

    /// The conditions that all have to hold.
    #[must_use]
    pub fn conjuncts(self) -> Vec<Self> {
        match self.kind {
            ExpressionKind::Binary(BinaryOp::And, a, b) => {
                let mut all = a.conjuncts();
                all.extend(b.conjuncts());
                all
            }
            _ => vec![self],
        }
    }

    children! {
        /// Calls with every direct child expression. Plans of subqueries are not entered.
        children
    }

    children! {
        /// Calls with every direct child expression, to be changed. Plans of subqueries are not entered.
        children_mut mut
    }

    /// Calls with every slot that it reads, those of subqueries and those that it binds itself included.
    pub fn slots(&self, visit: &mut dyn FnMut(Slot)) {
        if let ExpressionKind::Slot(slot) = self.kind {
            visit(slot);
        }
        if let ExpressionKind::Subquery(_, plan) = &self.kind {
            plan.slots_read(visit);
        }
        self.children(&mut |child| child.slots(visit));
    }

    /// Whether it reads a slot.
    #[must_use]
    pub fn reads(&self, slot: Slot) -> bool {
        let mut found = false;
        self.slots(&mut |s| found |= s == slot);
        found
    }

    /// Whether two computations of it on one row may differ.
    #[must_use]
    pub fn is_volatile(&self) -> bool {
        use crate::query::functions::FunctionKind;
        if let ExpressionKind::Call(function, _) = &self.kind
            && matches!(function.kind, FunctionKind::Scalar { volatile: true, .. })
        {
            return true;
        }
        let mut found = false;
        self.children(&mut |child| found |= child.is_volatile());
        found
    }
}
