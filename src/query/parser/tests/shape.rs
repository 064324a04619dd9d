//! Trees written in one line, with every grouping shown, so that tests can tell them apart at a glance.

use crate::query::ast::*;
use crate::query::parser::parse;

/// The clauses of a query that must be well-formed.
pub(super) fn clauses(text: &str) -> Vec<ClauseKind> {
    let Body::Query(query) = parse(text).unwrap_or_else(|e| panic!("{text}: {e}")).body else { panic!("{text}") };
    query.first.clauses.into_iter().map(|c| c.kind).collect()
}

/// The shape of an expression where a value is wanted.
pub(super) fn value(text: &str) -> String {
    match clauses(&format!("RETURN {text}")).pop() {
        Some(ClauseKind::Return(projection)) => expr(&projection.items[0].expression),
        other => panic!("{other:?}"),
    }
}

/// The shape of an expression where a truth is wanted.
pub(super) fn truth(text: &str) -> String {
    match clauses(&format!("MATCH (a) WHERE {text} RETURN a")).swap_remove(0) {
        ClauseKind::Match { filter: Some(filter), .. } => expr(&filter),
        other => panic!("{other:?}"),
    }
}

/// The shape of the patterns after `MATCH`.
pub(super) fn matched(text: &str) -> String {
    match clauses(&format!("MATCH {text} RETURN 1")).swap_remove(0) {
        ClauseKind::Match { patterns, .. } => paths(&patterns),
        other => panic!("{other:?}"),
    }
}

fn list<T>(items: &[T], shape: impl Fn(&T) -> String) -> String {
    items.iter().map(shape).collect::<Vec<_>>().join(", ")
}

fn part<T>(before: &str, item: Option<T>, shape: impl Fn(T) -> String) -> String {
    item.map_or_else(String::new, |item| format!("{before}{}", shape(item)))
}

fn map(entries: &[(Name, Expr)]) -> String {
    list(entries, |(key, value)| format!("{}: {}", key.text, expr(value)))
}

fn operator(op: BinaryOp) -> String {
    match op {
        BinaryOp::Equal => "=".to_owned(),
        BinaryOp::NotEqual => "<>".to_owned(),
        BinaryOp::Less => "<".to_owned(),
        BinaryOp::LessOrEqual => "<=".to_owned(),
        BinaryOp::Greater => ">".to_owned(),
        BinaryOp::GreaterOrEqual => ">=".to_owned(),
        BinaryOp::Add => "+".to_owned(),
        BinaryOp::Subtract => "-".to_owned(),
        BinaryOp::Multiply => "*".to_owned(),
        BinaryOp::Divide => "/".to_owned(),
        BinaryOp::Modulo => "%".to_owned(),
        BinaryOp::Power => "^".to_owned(),
        BinaryOp::Matches => "=~".to_owned(),
        BinaryOp::Concatenate => "||".to_owned(),
        word => format!("{word:?}"),
    }
}

pub(super) fn expr(e: &Expr) -> String {
    match &e.kind {
        ExprKind::Null => "null".to_owned(),
        ExprKind::Boolean(b) => b.to_string(),
        ExprKind::Integer(i) => i.to_string(),
        ExprKind::Float(f) => format!("{f:?}"),
        ExprKind::Text(t) => format!("{t:?}"),
        ExprKind::Parameter(p) => format!("${p}"),
        ExprKind::Variable(v) => v.clone(),
        ExprKind::List(items) => format!("[{}]", list(items, expr)),
        ExprKind::Map(entries) => format!("{{{}}}", map(entries)),
        ExprKind::MapProjection(base, items) => {
            let item = |item: &MapProjectionItem| match item {
                MapProjectionItem::Property(key) => format!(".{}", key.text),
                MapProjectionItem::All(_) => ".*".to_owned(),
                MapProjectionItem::Entry(key, value) => format!("{}: {}", key.text, expr(value)),
                MapProjectionItem::Variable(name) => name.text.clone(),
            };
            format!("{} {{{}}}", expr(base), list(items, item))
        }
        ExprKind::Property(base, key) => format!("{}.{}", expr(base), key.text),
        ExprKind::Index(base, index) => format!("{}[{}]", expr(base), expr(index)),
        ExprKind::Slice(base, from, to) => {
            format!("{}[{}..{}]", expr(base), part("", from.as_deref(), expr), part("", to.as_deref(), expr))
        }
        ExprKind::Unary(op, operand) => format!("({op:?} {})", expr(operand)),
        ExprKind::Binary(op, a, b) => format!("({} {} {})", expr(a), operator(*op), expr(b)),
        ExprKind::Comparison(first, rest) => {
            let rest: String = rest.iter().map(|(op, e)| format!(" {} {}", operator(*op), expr(e))).collect();
            format!("({}{rest})", expr(first))
        }
        ExprKind::IsNull { operand, negated } => {
            format!("({} is {}null)", expr(operand), if *negated { "not " } else { "" })
        }
        ExprKind::HasLabels(operand, l) => format!("({}:{})", expr(operand), labels(l)),
        ExprKind::Function { name, distinct, arguments } => {
            format!("{}({}{})", name.text, if *distinct { "distinct " } else { "" }, list(arguments, expr))
        }
        ExprKind::CountStar => "count(*)".to_owned(),
        ExprKind::Case { subject, arms, otherwise } => {
            let arms = list(arms, |(when, then)| format!("{} -> {}", expr(when), expr(then)));
            format!(
                "case{} {{{arms}}}{}",
                part(" ", subject.as_deref(), expr),
                part(" else ", otherwise.as_deref(), expr)
            )
        }
        ExprKind::ListComprehension { variable, list, filter, map } => format!(
            "[{} in {}{}{}]",
            variable.text,
            expr(list),
            part(" where ", filter.as_deref(), expr),
            part(" | ", map.as_deref(), expr)
        ),
        ExprKind::Quantifier { quantifier, variable, list, filter } => {
            format!("{quantifier:?}({} in {}{})", variable.text, expr(list), part(" where ", filter.as_deref(), expr))
        }
        ExprKind::Reduce { accumulator, initial, variable, list, step } => format!(
            "reduce({} = {}, {} in {} | {})",
            accumulator.text,
            expr(initial),
            variable.text,
            expr(list),
            expr(step)
        ),
        ExprKind::Pattern(pattern) => format!("<{}>", path(pattern)),
        ExprKind::PatternComprehension { pattern, filter, map } => {
            format!("[<{}>{} | {}]", path(pattern), part(" where ", filter.as_deref(), expr), expr(map))
        }
        ExprKind::Exists(s) => format!("exists{{{}}}", subquery(s)),
        ExprKind::Count(s) => format!("count{{{}}}", subquery(s)),
        ExprKind::Collect(s) => format!("collect{{{}}}", subquery(s)),
    }
}

fn subquery(s: &Subquery) -> String {
    match s {
        Subquery::Pattern { patterns, filter } => {
            format!("<{}>{}", paths(patterns), part(" where ", filter.as_ref(), expr))
        }
        Subquery::Query(query) => {
            let clause = |c: &Clause| format!("{:?}", c.kind).split([' ', '(']).next().unwrap_or_default().to_owned();
            format!("{} +{}", list(&query.first.clauses, clause), query.unions.len())
        }
    }
}

pub(super) fn paths(patterns: &[PathPattern]) -> String {
    list(patterns, path)
}

pub(super) fn path(p: &PathPattern) -> String {
    let selector = if p.selector == Selector::All { String::new() } else { format!("{:?} ", p.selector) };
    let links: String = p.links.iter().map(|(link, to)| format!("{}{}", self::link(link), node(to))).collect();
    format!(
        "{}{selector}{}{links}",
        p.variable.as_ref().map_or_else(String::new, |v| format!("{} = ", v.text)),
        node(&p.start)
    )
}

fn element(
    variable: Option<&Name>,
    l: Option<&LabelExpr>,
    length: &str,
    properties: Option<&Expr>,
    filter: Option<&Expr>,
) -> String {
    format!(
        "{}{}{length}{}{}",
        part("", variable, |v| v.text.clone()),
        part(":", l, labels),
        part(" ", properties, expr),
        part(" where ", filter, expr)
    )
}

fn node(n: &NodePattern) -> String {
    format!("({})", element(n.variable.as_ref(), n.labels.as_ref(), "", n.properties.as_ref(), n.filter.as_ref()))
}

fn length(l: Length) -> String {
    format!("{{{},{}}}", l.min, part("", l.max, |m| m.to_string()))
}

fn link(l: &Link) -> String {
    match l {
        Link::Relationship(r) => {
            let length = part("", r.length, length);
            let (variable, types) = (r.variable.as_ref(), r.types.as_ref());
            let inner = element(variable, types, &length, r.properties.as_ref(), r.filter.as_ref());
            let (left, right) = match r.direction {
                Direction::Outgoing => ("-", "->"),
                Direction::Incoming => ("<-", "-"),
                Direction::Both => ("-", "-"),
            };
            format!("{left}[{inner}]{right}")
        }
        Link::Group(g) => {
            format!("({}{}){}", path(&g.pattern), part(" where ", g.filter.as_ref(), expr), length(g.length))
        }
    }
}

fn labels(l: &LabelExpr) -> String {
    match l {
        LabelExpr::Name(name) => name.text.clone(),
        LabelExpr::And(a, b) => format!("({}&{})", labels(a), labels(b)),
        LabelExpr::Or(a, b) => format!("({}|{})", labels(a), labels(b)),
        LabelExpr::Not(a) => format!("!{}", labels(a)),
        LabelExpr::Any(_) => "%".to_owned(),
    }
}
