//! What can be known of the type of an expression before it runs: enough to refuse what can never be right.

use std::fmt;

use super::Binder;
use crate::query::ast::{BinaryOp, UnaryOp};
use crate::query::functions::Type;
use crate::query::plan::expression::{Expression, ExpressionKind, SubqueryKind};
use crate::query::value::Value;

/// A type, with that of a list's elements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ty {
    /// Nothing is known.
    Any,
    /// A type that is no list.
    Of(Type),
    /// A list of elements of a type.
    List(Box<Ty>),
}

impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("Any"),
            Self::Of(ty) => f.write_str(ty.name()),
            Self::List(element) if **element == Self::Any => f.write_str("List"),
            Self::List(element) => write!(f, "List<{element}>"),
        }
    }
}

impl Ty {
    /// A list of anything.
    pub(super) fn list() -> Self {
        Self::List(Box::new(Self::Any))
    }

    /// The type that a signature names. Of a result that may be a list or something else, nothing is known.
    pub(super) fn of(ty: Type) -> Self {
        match ty {
            Type::List => Self::list(),
            other if other.may_be(Type::List) => Self::Any,
            other => Self::Of(other),
        }
    }

    /// Whether a value of it may be of another type.
    pub(super) fn may_be(&self, other: Type) -> bool {
        match self {
            Self::Any => true,
            Self::List(_) => Type::List.may_be(other),
            Self::Of(ty) => ty.may_be(other),
        }
    }

    /// Whether a value of it may be true or false.
    pub(super) fn may_be_boolean(&self) -> bool {
        self.may_be(Type::Boolean)
    }

    /// Whether a value of it may be a node.
    pub(super) fn may_be_node(&self) -> bool {
        self.may_be(Type::Node)
    }

    /// Whether a value of it may be a relationship.
    pub(super) fn may_be_relationship(&self) -> bool {
        self.may_be(Type::Relationship)
    }

    /// Whether a value of it may be a list of relationships.
    pub(super) fn may_be_walk(&self) -> bool {
        match self {
            Self::Any => true,
            Self::List(element) => element.may_be_relationship(),
            Self::Of(_) => false,
        }
    }

    /// Whether arithmetic may take a value of it.
    fn may_be_counted_with(&self) -> bool {
        self.may_be(Type::Quantity) || self.may_be(Type::Instant)
    }

    /// Whether a parameter of a type may take a value of it: an integer is taken for a float.
    pub(super) fn fits(&self, wanted: Type) -> bool {
        self.may_be(wanted) || (wanted == Type::Float && self.may_be(Type::Integer))
    }

    /// What both are.
    fn unify(self, other: Self) -> Self {
        use Type as T;
        match (self, other) {
            (a, b) if a == b => a,
            (Self::Of(T::Integer | T::Float | T::Number), Self::Of(T::Integer | T::Float | T::Number)) => {
                Self::Of(T::Number)
            }
            (Self::List(a), Self::List(b)) => Self::List(Box::new(a.unify(*b))),
            _ => Self::Any,
        }
    }
}

/// The type of a value.
fn of_value(value: &Value) -> Ty {
    match value {
        Value::List(items) => Ty::List(Box::new(common(items.iter().filter(|v| !v.is_null()).map(of_value)))),
        other => Ty::of(Type::of(other)),
    }
}

fn common(mut types: impl Iterator<Item = Ty>) -> Ty {
    let Some(first) = types.next() else { return Ty::Any };
    types.fold(first, Ty::unify)
}

impl Binder<'_> {
    /// The type of an expression, as far as it is known.
    pub(super) fn ty(&self, expression: &Expression) -> Ty {
        use ExpressionKind as K;
        match &expression.kind {
            K::Constant(value) => of_value(value),
            K::Slot(slot) => self.types[slot.index()].clone(),
            K::List(items) => {
                let known = items.iter().filter(|e| !matches!(e.kind, K::Constant(Value::Null)));
                Ty::List(Box::new(common(known.map(|e| self.ty(e)))))
            }
            K::Map(_) | K::MapProjection(..) => Ty::Of(Type::Map),
            K::Index(base, _) => match self.ty(base) {
                Ty::List(element) => *element,
                _ => Ty::Any,
            },
            K::Slice(base, ..) => match self.ty(base) {
                list @ Ty::List(_) => list,
                _ => Ty::Any,
            },
            K::Unary(UnaryOp::Not, _) | K::IsNull(..) | K::HasLabels(..) | K::Quantifier { .. } => {
                Ty::Of(Type::Boolean)
            }
            K::Unary(_, operand) => self.ty(operand),
            K::Binary(op, a, b) => self.ty_of_binary(*op, a, b),
            K::Call(function, _) => Ty::of(function.result),
            K::Case(_, arms, otherwise) => {
                let results = arms.iter().map(|(_, then)| then).chain(otherwise.as_deref());
                common(results.filter(|e| !matches!(e.kind, K::Constant(Value::Null))).map(|e| self.ty(e)))
            }
            K::ListComprehension { list, map, .. } => match map {
                Some(map) => Ty::List(Box::new(self.ty(map))),
                None => match self.ty(list) {
                    list @ Ty::List(_) => list,
                    _ => Ty::list(),
                },
            },
            K::Subquery(SubqueryKind::Exists, _) => Ty::Of(Type::Boolean),
            K::Subquery(SubqueryKind::Count, _) => Ty::Of(Type::Integer),
            K::Subquery(SubqueryKind::Collect(map), _) => Ty::List(Box::new(self.ty(map))),
            K::Parameter(..) | K::Property(..) | K::Reduce { .. } => Ty::Any,
        }
    }

    fn ty_of_binary(&self, op: BinaryOp, a: &Expression, b: &Expression) -> Ty {
        use BinaryOp as B;
        use Type as T;
        let numbers = |a: Ty, b: Ty| match (a, b) {
            (Ty::Of(T::Integer), Ty::Of(T::Integer)) => Ty::Of(T::Integer),
            (Ty::Of(T::Integer | T::Float), Ty::Of(T::Integer | T::Float)) => Ty::Of(T::Float),
            _ => Ty::Any,
        };
        match op {
            B::Or | B::Xor | B::And | B::Equal | B::NotEqual | B::Less | B::LessOrEqual => Ty::Of(T::Boolean),
            B::Greater | B::GreaterOrEqual | B::In | B::StartsWith | B::EndsWith => Ty::Of(T::Boolean),
            B::Contains | B::Matches => Ty::Of(T::Boolean),
            B::Power => Ty::Of(T::Float),
            B::Subtract | B::Multiply | B::Divide | B::Modulo => numbers(self.ty(a), self.ty(b)),
            B::Add => match (self.ty(a), self.ty(b)) {
                (Ty::List(a), Ty::List(b)) => Ty::List(Box::new(a.unify(*b))),
                (Ty::List(_), _) | (_, Ty::List(_)) => Ty::list(),
                (Ty::Of(T::String), Ty::Of(T::String)) => Ty::Of(T::String),
                (a, b) => numbers(a, b),
            },
            B::Concatenate => match (self.ty(a), self.ty(b)) {
                (Ty::List(_), _) | (_, Ty::List(_)) => Ty::list(),
                (Ty::Of(T::String), _) | (_, Ty::Of(T::String)) => Ty::Of(T::String),
                _ => Ty::Any,
            },
        }
    }

    /// Whether an operator can take operands of these types at all.
    pub(super) fn takes(&self, op: BinaryOp, a: &Ty, b: &Ty) -> bool {
        use BinaryOp as B;
        match op {
            B::Or | B::Xor | B::And => a.may_be_boolean() && b.may_be_boolean(),
            B::In => b.may_be(Type::List),
            B::Subtract | B::Multiply | B::Divide | B::Modulo | B::Power => {
                a.may_be_counted_with() && b.may_be_counted_with()
            }
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A function that gives back what it was given, reversed, must not be taken for one that gives texts only.
    #[test]
    fn a_result_of_several_types_is_refused_only_where_none_of_them_fits() {
        for wanted in [Type::List, Type::String, Type::Collection] {
            assert!(Ty::of(Type::Sequence).may_be(wanted), "{wanted:?}");
        }
        assert!(Ty::of(Type::Quantity).may_be_counted_with() && Ty::of(Type::Quantity).may_be(Type::Integer));
        assert!(!Ty::of(Type::Quantity).may_be_boolean() && !Ty::of(Type::Path).may_be(Type::Collection));
        assert!(Ty::of(Type::Entity).may_be_node() && !Ty::of(Type::Map).may_be_node());
        assert!(Ty::list().fits(Type::List) && !Ty::list().fits(Type::Map));
        assert!(Ty::of(Type::Integer).fits(Type::Float) && !Ty::of(Type::Float).fits(Type::Integer));
    }
}
