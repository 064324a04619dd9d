//! A graph to try things on, and a statement's way through the engine.

use std::collections::BTreeMap;

use tiaokuai::query::engine::{Answer, Session};
use tiaokuai::query::error::QueryError;
use tiaokuai::query::exec::budget::{Interrupt, Limits};
use tiaokuai::query::plan::rules::RuleSet;
use tiaokuai::query::procedure::Procedures;
use tiaokuai::query::temporal::Clock;
use tiaokuai::query::value::Value;
use tiaokuai::query::workspace::Workspace;

/// What a statement is run with beside the graph.
#[derive(Clone, Debug)]
pub(crate) struct With {
    pub(crate) parameters: BTreeMap<String, Value>,
    pub(crate) limits: Limits,
    pub(crate) interrupt: Interrupt,
    pub(crate) rules: RuleSet,
    pub(crate) procedures: Procedures,
}

impl Default for With {
    fn default() -> Self {
        let (limits, interrupt) = (Limits::default(), Interrupt::default());
        let (parameters, procedures) = (BTreeMap::new(), Procedures::default());
        Self { parameters, limits, interrupt, rules: RuleSet::all(), procedures }
    }
}

/// Runs a statement on a graph of its own.
pub(crate) fn run(graph: &Workspace<'_>, text: &str, with: &With) -> Result<Answer, Box<QueryError>> {
    let clock = Clock::fixed(1_793_491_200, 0);
    let session = Session {
        graph,
        workspace: Some(graph),
        procedures: &with.procedures,
        parameters: &with.parameters,
        clock: &clock,
        limits: with.limits,
        interrupt: &with.interrupt,
        rules: with.rules,
        warnings: None,
    };
    session.run(text)
}

/// A graph that statements make.
pub(crate) fn made_by(statements: &[&str]) -> Workspace<'static> {
    let graph = Workspace::new();
    for statement in statements {
        run(&graph, statement, &With::default()).unwrap();
    }
    graph
}
