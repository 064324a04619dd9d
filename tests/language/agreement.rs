//! Whatever rules are on, a query answers the same.

use tiaokuai::query::compare;
use tiaokuai::query::engine::Answer;
use tiaokuai::query::error::QueryError;
use tiaokuai::query::plan::rules::{Rule, RuleSet};
use tiaokuai::query::value::Value;

/// All rules, each rule off, each rule alone, and none: the last is the naive way that the others are held against.
pub(crate) fn rule_sets() -> Vec<(String, RuleSet)> {
    let mut sets = vec![("all rules".to_owned(), RuleSet::all())];
    for rule in Rule::ALL {
        sets.push((format!("all but {}", rule.name()), RuleSet::all().without(rule)));
        sets.push((format!("only {}", rule.name()), RuleSet::none().with(rule)));
    }
    sets
}

/// What is compared of an answer: its columns and rows, as a multiset unless it is in order, or the code of its error.
/// Lists that `collect` made have no order either where `sorted_lists` says so.
pub(crate) fn comparable(answer: &Result<Answer, Box<QueryError>>, ordered: bool, sorted_lists: bool) -> String {
    match answer {
        Err(error) => format!("error {} {}", error.ty.name(), error.detail.name()),
        Ok(answer) => {
            let mut rows: Vec<Vec<Value>> = answer.rows.clone();
            if sorted_lists {
                rows.iter_mut().flatten().for_each(sort_lists);
            }
            if !ordered {
                rows.sort_by(|a, b| {
                    let pairs = a.iter().zip(b).map(|(a, b)| compare::order(a, b));
                    pairs.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
                });
            }
            format!("{:?}\n{}", answer.columns, rows.iter().map(|row| format!("{row:?}\n")).collect::<String>())
        }
    }
}

fn sort_lists(value: &mut Value) {
    if let Value::List(items) = value {
        let mut items: Vec<Value> = items.to_vec();
        items.sort_by(compare::order);
        *value = Value::list(items);
    }
}
