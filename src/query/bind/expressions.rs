//! Binding expressions.

use std::sync::Arc;

use super::types::Ty;
use super::{Aggregation, Binder, already_bound, undefined};
use crate::query::ast::{self, BinaryOp, Expr, ExprKind, MapProjectionItem, Quantifier, UnaryOp};
use crate::query::error::{Detail, ErrorType, QueryError, Result, Text};
use crate::query::functions::{self, Function, FunctionKind, Type};
use crate::query::plan::Aggregate;
use crate::query::plan::expression::{Expression, ExpressionKind, LabelTest, ProjectedEntry};
use crate::query::span::Span;
use crate::query::value::Value;

impl Binder<'_> {
    /// Binds an expression, where no pattern may stand for a truth.
    pub(super) fn expression(&mut self, expr: &Expr) -> Result<Expression> {
        let before = std::mem::replace(&mut self.pattern_allowed, false);
        let bound = self.any(expr);
        self.pattern_allowed = before;
        bound
    }

    /// Binds an expression that is a truth: a pattern may stand in it.
    pub(super) fn truth(&mut self, expr: &Expr) -> Result<Expression> {
        let before = std::mem::replace(&mut self.pattern_allowed, true);
        let bound = self.any(expr);
        self.pattern_allowed = before;
        bound
    }

    fn boxed(&mut self, expr: &Expr) -> Result<Box<Expression>> {
        self.expression(expr).map(Box::new)
    }

    fn optional(&mut self, expr: Option<&Expr>) -> Result<Option<Box<Expression>>> {
        expr.map(|e| self.boxed(e)).transpose()
    }

    fn all(&mut self, exprs: &[Expr]) -> Result<Vec<Expression>> {
        exprs.iter().map(|e| self.expression(e)).collect()
    }

    fn any(&mut self, expr: &Expr) -> Result<Expression> {
        use ExpressionKind as K;
        let kind = match &expr.kind {
            ExprKind::Null => K::Constant(Value::Null),
            ExprKind::Boolean(b) => K::Constant(Value::Boolean(*b)),
            ExprKind::Integer(i) => K::Constant(Value::Integer(*i)),
            ExprKind::Float(f) => K::Constant(Value::Float(*f)),
            ExprKind::Text(t) => K::Constant(Value::text(t.as_str())),
            ExprKind::Parameter(name) => self.parameter(name, expr.span)?,
            ExprKind::Variable(name) => match self.scope.find(name) {
                Some(slot) => K::Slot(slot),
                None => return Err(undefined(name, expr.span, &self.scope)),
            },
            ExprKind::List(items) => K::List(self.all(items)?),
            ExprKind::Map(entries) => K::Map(self.entries(entries)?),
            ExprKind::MapProjection(base, items) => self.map_projection(base, items)?,
            ExprKind::Property(base, key) => self.property(base, key)?,
            ExprKind::Index(base, index) => K::Index(self.boxed(base)?, self.boxed(index)?),
            ExprKind::Slice(base, from, to) => {
                K::Slice(self.boxed(base)?, self.optional(from.as_deref())?, self.optional(to.as_deref())?)
            }
            ExprKind::Unary(op, operand) => self.unary(*op, operand)?,
            ExprKind::Binary(op, a, b) => return self.binary(*op, a, b, expr.span),
            ExprKind::Comparison(first, rest) => return self.comparison(first, rest, expr.span),
            ExprKind::IsNull { operand, negated } => K::IsNull(self.boxed(operand)?, *negated),
            ExprKind::HasLabels(base, labels) => {
                let bound = self.boxed(base)?;
                let ty = self.ty(&bound);
                if !ty.may_be_node() && !ty.may_be_relationship() {
                    return Err(wrong_type(&ty, "Node", base.span));
                }
                K::HasLabels(bound, self.labels(labels))
            }
            ExprKind::Function { name, distinct, arguments } => {
                return self.function(name, *distinct, arguments, expr.span);
            }
            ExprKind::CountStar => return self.aggregate(None, false, &[], expr.span),
            ExprKind::Case { subject, arms, otherwise } => {
                let bound = self.optional(subject.as_deref())?;
                let mut both = Vec::with_capacity(arms.len());
                for (when, then) in arms {
                    let when = if subject.is_none() { self.truth(when)? } else { self.expression(when)? };
                    both.push((when, self.expression(then)?));
                }
                K::Case(bound, both, self.optional(otherwise.as_deref())?)
            }
            ExprKind::ListComprehension { variable, list, filter, map } => {
                self.list_comprehension(variable, list, filter.as_deref(), map.as_deref())?
            }
            ExprKind::Quantifier { quantifier, variable, list, filter } => {
                self.quantifier(*quantifier, variable, list, filter.as_deref())?
            }
            ExprKind::Reduce { accumulator, initial, variable, list, step } => {
                let initial = self.boxed(initial)?;
                let list = self.boxed(list)?;
                let element = self.element(&list)?;
                let outer = self.scope.clone();
                let before = std::mem::replace(&mut self.aggregation, Aggregation::Forbidden);
                if accumulator.text == variable.text {
                    return Err(already_bound(variable));
                }
                let carried = self.slot(Ty::Any);
                let slot = self.slot(element);
                self.scope.add(&accumulator.text, carried);
                self.scope.add(&variable.text, slot);
                let step = self.boxed(step)?;
                self.scope = outer;
                self.aggregation = before;
                K::Reduce { accumulator: carried, initial, slot, list, step }
            }
            ExprKind::Pattern(pattern) => return self.pattern_expression(pattern, expr.span),
            ExprKind::PatternComprehension { pattern, filter, map } => {
                return self.pattern_comprehension(pattern, filter.as_deref(), map, expr.span);
            }
            ExprKind::Exists(subquery) => return self.exists(subquery, expr.span),
            ExprKind::Count(subquery) => return self.count(subquery, expr.span),
            ExprKind::Collect(subquery) => return self.collect(subquery, expr.span),
        };
        Ok(Expression::new(kind, expr.span))
    }

    fn parameter(&self, name: &str, span: Span) -> Result<ExpressionKind> {
        match self.environment.parameters.get(name) {
            Some(value) => Ok(ExpressionKind::Parameter(Arc::from(name), value.clone())),
            None => Err(missing_parameter(name, span)),
        }
    }

    fn entries(&mut self, entries: &[(ast::Name, Expr)]) -> Result<Vec<(Arc<str>, Expression)>> {
        entries.iter().map(|(key, value)| Ok((Arc::from(key.text.as_str()), self.expression(value)?))).collect()
    }

    fn map_projection(&mut self, base: &Expr, items: &[MapProjectionItem]) -> Result<ExpressionKind> {
        let bound = self.boxed(base)?;
        let mut entries = Vec::with_capacity(items.len());
        for item in items {
            entries.push(match item {
                MapProjectionItem::All(_) => ProjectedEntry::All,
                MapProjectionItem::Property(key) => {
                    let kind = ExpressionKind::Property(
                        bound.clone(),
                        Arc::from(key.text.as_str()),
                        self.environment.graph.key(&key.text),
                    );
                    ProjectedEntry::Entry(Arc::from(key.text.as_str()), Expression::new(kind, key.span))
                }
                MapProjectionItem::Entry(key, value) => {
                    ProjectedEntry::Entry(Arc::from(key.text.as_str()), self.expression(value)?)
                }
                MapProjectionItem::Variable(name) => match self.scope.find(&name.text) {
                    Some(slot) => {
                        ProjectedEntry::Entry(Arc::from(name.text.as_str()), Expression::slot(slot, name.span))
                    }
                    None => return Err(undefined(&name.text, name.span, &self.scope)),
                },
            });
        }
        Ok(ExpressionKind::MapProjection(bound, entries))
    }

    fn property(&mut self, base: &Expr, key: &ast::Name) -> Result<ExpressionKind> {
        let bound = self.boxed(base)?;
        match self.ty(&bound) {
            ty @ Ty::Of(Type::Path) => return Err(wrong_type(&ty, "Map", base.span)),
            ty @ (Ty::List(_) | Ty::Of(Type::Boolean | Type::Integer | Type::Float | Type::Number | Type::String)) => {
                let mut error = wrong_type(&ty, "Map", base.span);
                error.ty = ErrorType::TypeError;
                return Err(error);
            }
            _ => {}
        }
        let token = self.environment.graph.key(&key.text);
        Ok(ExpressionKind::Property(bound, Arc::from(key.text.as_str()), token))
    }

    fn unary(&mut self, op: UnaryOp, operand: &Expr) -> Result<ExpressionKind> {
        let bound =
            if op == UnaryOp::Not && self.pattern_allowed { self.truth(operand)? } else { self.expression(operand)? };
        let ty = self.ty(&bound);
        let fits = match op {
            UnaryOp::Not => ty.may_be_boolean(),
            UnaryOp::Minus | UnaryOp::Plus => ty.may_be(Type::Quantity),
        };
        if !fits {
            return Err(wrong_type(
                &ty,
                if op == UnaryOp::Not { "Boolean" } else { Type::Quantity.name() },
                operand.span,
            ));
        }
        Ok(match (op, bound.kind) {
            (UnaryOp::Minus, ExpressionKind::Constant(Value::Integer(i))) if i != i64::MIN => {
                ExpressionKind::Constant(Value::Integer(-i))
            }
            (UnaryOp::Minus, ExpressionKind::Constant(Value::Float(f))) => ExpressionKind::Constant(Value::Float(-f)),
            (op, kind) => ExpressionKind::Unary(op, Box::new(Expression::new(kind, bound.span))),
        })
    }

    fn binary(&mut self, op: BinaryOp, a: &Expr, b: &Expr, span: Span) -> Result<Expression> {
        let logical = matches!(op, BinaryOp::And | BinaryOp::Or | BinaryOp::Xor);
        let (x, y) = if logical && self.pattern_allowed {
            (self.truth(a)?, self.truth(b)?)
        } else {
            (self.expression(a)?, self.expression(b)?)
        };
        let (of_x, of_y) = (self.ty(&x), self.ty(&y));
        if !self.takes(op, &of_x, &of_y) {
            let wanted = match op {
                BinaryOp::And | BinaryOp::Or | BinaryOp::Xor => "Boolean",
                BinaryOp::In => "List",
                _ => Type::Quantity.name(),
            };
            let first_is_wrong = op != BinaryOp::In && !self.takes(op, &of_x, &Ty::Any);
            let (ty, span) = if first_is_wrong { (of_x, a.span) } else { (of_y, b.span) };
            return Err(wrong_type(&ty, wanted, span));
        }
        Ok(Expression::new(ExpressionKind::Binary(op, Box::new(x), Box::new(y)), span))
    }

    /// `a < b < c` is `a < b AND b < c`.
    fn comparison(&mut self, first: &Expr, rest: &[(BinaryOp, Expr)], span: Span) -> Result<Expression> {
        let mut left = self.expression(first)?;
        let mut whole: Option<Expression> = None;
        for (op, operand) in rest {
            let right = self.expression(operand)?;
            let place = left.span.to(right.span);
            let kind = ExpressionKind::Binary(*op, Box::new(left), Box::new(right.clone()));
            let one = Expression::new(kind, place);
            whole = Some(match whole {
                None => one,
                Some(others) => others.and(one),
            });
            left = right;
        }
        Ok(Expression { span, ..whole.unwrap_or(left) })
    }

    /// A label expression with its tokens. On a relationship it is asked of the type's name.
    pub(super) fn labels(&self, labels: &ast::LabelExpr) -> LabelTest {
        match labels {
            ast::LabelExpr::Name(name) => {
                let graph = self.environment.graph;
                let label = graph.label(&name.text);
                if label.is_none() && graph.relationship_type(&name.text).is_none() {
                    self.warn_of_label(name);
                }
                LabelTest::Name(Arc::from(name.text.as_str()), label)
            }
            ast::LabelExpr::And(a, b) => LabelTest::And(Box::new(self.labels(a)), Box::new(self.labels(b))),
            ast::LabelExpr::Or(a, b) => LabelTest::Or(Box::new(self.labels(a)), Box::new(self.labels(b))),
            ast::LabelExpr::Not(a) => LabelTest::Not(Box::new(self.labels(a))),
            ast::LabelExpr::Any(_) => LabelTest::Any,
        }
    }

    /// Keeps in mind that nothing in the graph has a label or type.
    pub(super) fn warn_of_label(&self, name: &ast::Name) {
        let mut warnings = self.warnings.borrow_mut();
        if warnings.iter().any(|w| w.span == Some(name.span)) {
            return;
        }
        let graph = self.environment.graph;
        let known: Vec<Arc<str>> = graph.labels().into_iter().chain(graph.relationship_types()).collect();
        let warning = QueryError::compile(
            ErrorType::SemanticError,
            Detail::UnknownLabel,
            name.span,
            format!("nothing here has the label or type `{}`", name.text),
            format!("此处没有标签或关系类型 `{}`", name.text),
        );
        let list = Text::new("SHOW LABELS lists them", "可用 SHOW LABELS 列出");
        warnings.push(*warning.did_you_mean(&name.text, known.iter().map(AsRef::as_ref), list));
    }

    fn function(&mut self, name: &ast::Name, distinct: bool, arguments: &[Expr], span: Span) -> Result<Expression> {
        if name.text.eq_ignore_ascii_case("exists")
            && let [argument] = arguments
        {
            return self.exists_function(argument, span);
        }
        let Some(function) = functions::lookup(&name.text) else {
            let error = QueryError::syntax(
                Detail::UnknownFunction,
                name.span,
                format!("there is no function `{}`", name.text),
                format!("没有函数 `{}`", name.text),
            );
            return Err(match functions::suggest(&name.text) {
                Some(near) => error.hint(format!("did you mean `{near}`?"), format!("是否指 `{near}`？")),
                None => error.hint("list them with SHOW FUNCTIONS", "可用 SHOW FUNCTIONS 列出全部函数"),
            });
        };
        check_count(function, arguments.len(), span)?;
        if matches!(function.kind, FunctionKind::Aggregate { .. }) {
            return self.aggregate(Some(function), distinct, arguments, span);
        }
        if distinct {
            return Err(QueryError::syntax(
                Detail::UnexpectedSyntax,
                span,
                format!("`DISTINCT` is for aggregations, `{}` is none", function.name),
                format!("`DISTINCT` 只能用于聚合函数，`{}` 不是", function.name),
            ));
        }
        let bound = self.all(arguments)?;
        self.check_arguments(function, &bound)?;
        Ok(Expression::new(ExpressionKind::Call(function, bound), span))
    }

    /// Holds arguments against the signature of their function, where that is to be done before anything runs.
    fn check_arguments(&self, function: &Function, arguments: &[Expression]) -> Result<()> {
        for (i, argument) in arguments.iter().enumerate().filter(|_| function.checked) {
            let Some(parameter) = function.parameter(i) else { break };
            let ty = self.ty(argument);
            if !ty.may_be(parameter.ty) {
                return Err(wrong_type(&ty, parameter.ty.name(), argument.span));
            }
        }
        Ok(())
    }

    /// An aggregation: computed over the group, and a slot where it stands.
    fn aggregate(
        &mut self,
        function: Option<&'static Function>,
        distinct: bool,
        arguments: &[Expr],
        span: Span,
    ) -> Result<Expression> {
        match self.aggregation {
            Aggregation::Allowed => {}
            Aggregation::Within => {
                return Err(QueryError::syntax(
                    Detail::NestedAggregation,
                    span,
                    "an aggregation cannot stand within an aggregation",
                    "聚合函数不能嵌套",
                )
                .hint("compute the inner one in a `WITH` before", "请先在 `WITH` 中计算内层聚合"));
            }
            Aggregation::Forbidden => {
                return Err(QueryError::syntax(
                    Detail::InvalidAggregation,
                    span,
                    "an aggregation cannot stand here, only in `WITH` and `RETURN`",
                    "此处不能使用聚合函数，只能用于 `WITH` 和 `RETURN`",
                )
                .hint("compute it in a `WITH` before", "请先在 `WITH` 中计算"));
            }
        }
        self.aggregation = Aggregation::Within;
        let bound = self.all(arguments);
        self.aggregation = Aggregation::Allowed;
        let bound = bound?;
        if let Some(function) = function {
            self.check_arguments(function, &bound)?;
            if let Some(volatile) = bound.iter().find(|e| e.is_volatile()) {
                return Err(QueryError::syntax(
                    Detail::NonConstantExpression,
                    volatile.span,
                    "what differs from call to call cannot be aggregated",
                    "不能对每次调用结果不同的表达式聚合",
                ));
            }
        }
        let same = self.aggregates.iter().find(|a| {
            a.function.map(|f| f.name) == function.map(|f| f.name) && a.distinct == distinct && a.arguments == bound
        });
        if let Some(same) = same {
            return Ok(Expression::slot(same.slot, span));
        }
        let ty = match function {
            None => Ty::Of(Type::Integer),
            Some(f) if f.name == "collect" => Ty::List(Box::new(bound.first().map_or(Ty::Any, |e| self.ty(e)))),
            Some(f) => Ty::of(f.result),
        };
        let slot = self.slot(ty);
        self.aggregates.push(Aggregate { slot, function, distinct, arguments: bound, span });
        Ok(Expression::slot(slot, span))
    }

    /// The type of a list's elements; what can be no list is refused.
    fn element(&self, list: &Expression) -> Result<Ty> {
        match self.ty(list) {
            Ty::List(element) => Ok(*element),
            Ty::Any => Ok(Ty::Any),
            other => Err(wrong_type(&other, "List", list.span)),
        }
    }

    /// Binds with one more variable in scope, where no aggregation may stand.
    fn with_variable<T>(
        &mut self,
        variable: &ast::Name,
        ty: Ty,
        bind: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<(crate::query::plan::expression::Slot, T)> {
        let outer = self.scope.clone();
        let before = std::mem::replace(&mut self.aggregation, Aggregation::Forbidden);
        let slot = self.slot(ty);
        self.scope.add(&variable.text, slot);
        let bound = bind(self);
        self.scope = outer;
        self.aggregation = before;
        Ok((slot, bound?))
    }

    fn list_comprehension(
        &mut self,
        variable: &ast::Name,
        list: &Expr,
        filter: Option<&Expr>,
        map: Option<&Expr>,
    ) -> Result<ExpressionKind> {
        let list = self.boxed(list)?;
        let element = self.element(&list)?;
        let (slot, (filter, map)) = self.with_variable(variable, element, |binder| {
            let filter = filter.map(|f| binder.condition(f)).transpose()?.map(Box::new);
            Ok((filter, binder.optional(map)?))
        })?;
        Ok(ExpressionKind::ListComprehension { slot, list, filter, map })
    }

    fn quantifier(
        &mut self,
        quantifier: Quantifier,
        variable: &ast::Name,
        list: &Expr,
        filter: Option<&Expr>,
    ) -> Result<ExpressionKind> {
        let list = self.boxed(list)?;
        let element = self.element(&list)?;
        let (slot, filter) = self.with_variable(variable, element, |binder| match filter {
            Some(filter) => binder.condition(filter).map(Some),
            None => Ok(None),
        })?;
        let filter = Box::new(filter.unwrap_or_else(|| Expression::slot(slot, variable.span)));
        Ok(ExpressionKind::Quantifier { quantifier, slot, list, filter })
    }
}

fn check_count(function: &Function, given: usize, span: Span) -> Result<()> {
    if function.takes(given) {
        return Ok(());
    }
    let most = function.parameters.len();
    let least = function.parameters.iter().filter(|p| !p.optional).count();
    let (en, zh) = if least == most && !function.variadic {
        (format!("{least}"), format!("{least} 个"))
    } else if function.variadic {
        (format!("at least {least}"), format!("至少 {least} 个"))
    } else {
        (format!("{least} to {most}"), format!("{least} 至 {most} 个"))
    };
    Err(QueryError::syntax(
        Detail::InvalidNumberOfArguments,
        span,
        format!("`{}` takes {en} arguments, {given} are given", function.name),
        format!("`{}` 需要{zh}参数，实际为 {given} 个", function.name),
    ))
}

/// A value of a type that can never be right.
pub(super) fn wrong_type(found: &Ty, wanted: &str, span: Span) -> Box<QueryError> {
    QueryError::syntax(
        Detail::InvalidArgumentType,
        span,
        format!("this is of type {found}, where {wanted} is wanted"),
        format!("此处需要 {wanted}，实际类型为 {found}"),
    )
}

/// A parameter without a value.
pub(super) fn missing_parameter(name: &str, span: Span) -> Box<QueryError> {
    QueryError::compile(
        ErrorType::ParameterMissing,
        Detail::MissingParameter,
        span,
        format!("the parameter `${name}` has no value"),
        format!("参数 `${name}` 没有取值"),
    )
    .hint(format!("give it with -p {name}=VALUE"), format!("请用 -p {name}=值 给出"))
}
