//! A small graph and a query made of any bytes: with all rules of the optimizer the answer is the one that the query has just
//! as it is written, where it has one.
#![no_main]

use std::collections::BTreeMap;
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use tiaokuai::query::compare;
use tiaokuai::query::engine::Session;
use tiaokuai::query::exec::budget::{Interrupt, Limits};
use tiaokuai::query::plan::rules::RuleSet;
use tiaokuai::query::procedure::Procedures;
use tiaokuai::query::temporal::Clock;
use tiaokuai::query::value::Value;
use tiaokuai::query::workspace::Workspace;

#[path = "../../tests/language/generate.rs"]
mod generate;

/// Rows as a multiset, with lists that `collect` made in one order; or the code of an error.
fn answer(text: &str, graph: &Workspace<'_>, rules: RuleSet) -> Result<Vec<Vec<Value>>, &'static str> {
    let session = Session {
        graph,
        workspace: Some(graph),
        procedures: &Procedures::new(Vec::new()),
        parameters: &BTreeMap::new(),
        clock: &Clock::fixed(0, 0),
        limits: Limits { time: Some(Duration::from_secs(2)), memory: 64 << 20, rows: Some(20_000) },
        interrupt: &Interrupt::default(),
        rules,
        warnings: None,
    };
    session.run(text).map(|answer| answer.rows).map_err(|error| error.ty.name())
}

fn sort_lists(value: &mut Value) {
    if let Value::List(items) = value {
        let mut items: Vec<Value> = items.to_vec();
        items.sort_by(compare::order);
        *value = Value::list(items);
    }
}

fuzz_target!(|data: &[u8]| {
    let mut choices = generate::Choices::new(data);
    let (made, asked) = (generate::graph(&mut choices), generate::query(&mut choices));
    let graph = Workspace::new();
    assert!(answer(&made, &graph, RuleSet::all()).is_ok(), "{made}");
    let compared = |rules| {
        let mut rows = answer(&asked.text, &graph, rules)?;
        if asked.collects {
            rows.iter_mut().flatten().for_each(sort_lists);
        }
        if !asked.ordered {
            rows.sort_by(|a, b| {
                let pairs = a.iter().zip(b).map(|(a, b)| compare::order(a, b));
                pairs.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
            });
        }
        Ok(format!("{rows:?}"))
    };
    let naive: Result<String, &str> = compared(RuleSet::none());
    let optimised = compared(RuleSet::all());
    // A rule may leave out a row, or the work on it, at which the query as it is written fails.
    if naive.is_ok() && optimised != Err("LimitExceeded") {
        assert_eq!(optimised, naive, "{made}\n{}", asked.text);
    }
});
