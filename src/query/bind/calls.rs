//! Binding `CALL`.

use std::sync::Arc;

use super::expressions::{missing_parameter, wrong_type};
use super::types::Ty;
use super::{Binder, Columns, already_bound};
use crate::query::ast;
use crate::query::error::{Detail, ErrorType, QueryError, Result, Text};
use crate::query::plan::Plan;
use crate::query::plan::expression::{Expression, ExpressionKind};
use crate::query::procedure::{Procedure, signature};
use crate::query::span::Span;

impl Binder<'_> {
    /// A call. `alone` says that it is the whole query: then its columns are the answer, and arguments may be left to
    /// parameters of their names.
    pub(super) fn call(&mut self, input: Plan, call: &ast::Call, span: Span, alone: bool) -> Result<(Plan, Columns)> {
        let procedure = Arc::clone(self.find_procedure(&call.name)?);
        let arguments = self.arguments(&procedure, call, span, alone)?;
        let columns = procedure.columns();
        let mut yields = Vec::new();
        let mut named = Vec::new();
        match &call.yields {
            Some(yielded) if !yielded.star => {
                for (column, alias) in &yielded.items {
                    let Some(position) = columns.iter().position(|(name, _)| *name == column.text) else {
                        return Err(no_column(&procedure, column));
                    };
                    let name = alias.as_ref().unwrap_or(column);
                    if self.scope.find(&name.text).is_some() {
                        return Err(already_bound(name));
                    }
                    let slot = self.slot(Ty::of(columns[position].1));
                    self.scope.add(&name.text, slot);
                    yields.push((position, slot));
                    named.push((Arc::from(name.text.as_str()), slot));
                }
            }
            None if !alone => {}
            _ => {
                for (position, (column, ty)) in columns.iter().enumerate() {
                    let name = ast::Name { text: column.clone(), span: call.name.span };
                    if self.scope.find(column).is_some() {
                        return Err(already_bound(&name));
                    }
                    let slot = self.slot(Ty::of(*ty));
                    self.scope.add(column, slot);
                    yields.push((position, slot));
                    named.push((Arc::from(column.as_str()), slot));
                }
            }
        }
        let passes = columns.is_empty();
        let mut plan = Plan::Call { input: Box::new(input), procedure, arguments, yields, passes, span };
        if let Some(filter) = call.yields.as_ref().and_then(|y| y.filter.as_ref()) {
            plan = Plan::Filter { input: Box::new(plan), condition: self.condition(filter)?, guess: false };
        }
        Ok((plan, named))
    }

    fn find_procedure(&self, name: &ast::Name) -> Result<&Arc<dyn Procedure>> {
        let procedures = self.environment.procedures;
        procedures.find(&name.text).ok_or_else(|| {
            let error = QueryError::compile(
                ErrorType::ProcedureError,
                Detail::ProcedureNotFound,
                name.span,
                format!("there is no procedure `{}`", name.text),
                format!("没有过程 `{}`", name.text),
            );
            let list = Text::new("list them with SHOW PROCEDURES", "可用 SHOW PROCEDURES 列出全部过程");
            error.did_you_mean(&name.text, procedures.all().iter().map(|p| p.name()), list)
        })
    }

    fn arguments(
        &mut self,
        procedure: &Arc<dyn Procedure>,
        call: &ast::Call,
        span: Span,
        alone: bool,
    ) -> Result<Vec<Expression>> {
        let parameters = procedure.parameters();
        let Some(given) = &call.arguments else {
            if !alone && !parameters.is_empty() {
                return Err(QueryError::syntax(
                    Detail::InvalidArgumentPassingMode,
                    call.name.span,
                    format!("`{}` needs its arguments in parentheses here", procedure.name()),
                    format!("`{}` 在此处必须在括号中给出参数", procedure.name()),
                ));
            }
            let mut arguments = Vec::with_capacity(parameters.len());
            for parameter in parameters {
                let given = self.environment.parameters.get(&parameter.name);
                let value = match given.or(parameter.default.as_ref()) {
                    Some(value) => value.clone(),
                    None => return Err(missing_parameter(&parameter.name, call.name.span)),
                };
                let kind = ExpressionKind::Parameter(Arc::from(parameter.name.as_str()), value);
                arguments.push(Expression::new(kind, call.name.span));
            }
            return Ok(arguments);
        };
        let least = parameters.iter().filter(|p| p.default.is_none()).count();
        if given.len() < least || given.len() > parameters.len() {
            let signature = signature(procedure.name(), procedure.parameters(), procedure.columns());
            return Err(QueryError::syntax(
                Detail::InvalidNumberOfArguments,
                span,
                format!("`{}` is given {} arguments; it is {signature}", procedure.name(), given.len()),
                format!("`{}` 给出了 {} 个参数；其签名为 {signature}", procedure.name(), given.len()),
            ));
        }
        let mut arguments = Vec::with_capacity(parameters.len());
        for (parameter, argument) in parameters.iter().zip(given) {
            let bound = self.expression(argument)?;
            let ty = self.ty(&bound);
            if !ty.fits(parameter.ty) {
                return Err(wrong_type(&ty, parameter.ty.name(), argument.span));
            }
            arguments.push(bound);
        }
        for parameter in &parameters[given.len()..] {
            let value = parameter.default.clone().unwrap_or_default();
            arguments.push(Expression::new(ExpressionKind::Constant(value), call.name.span));
        }
        Ok(arguments)
    }
}

fn no_column(procedure: &Arc<dyn Procedure>, column: &ast::Name) -> Box<QueryError> {
    let names = procedure.columns().iter().map(|(n, _)| n.as_str());
    let error = QueryError::syntax(
        Detail::UndefinedVariable,
        column.span,
        format!("`{}` has no column `{}`", procedure.name(), column.text),
        format!("`{}` 没有列 `{}`", procedure.name(), column.text),
    );
    let all: Vec<&str> = names.clone().collect();
    let listed = Text::new(format!("it has {}", all.join(", ")), format!("它的列有 {}", all.join("、")));
    error.did_you_mean(&column.text, names, listed)
}
