//! Procedures that are called one after another answer as each does alone.

use proptest::prelude::*;
use tiaokuai::database::{Arguments, Snapshot, procedures};
use tiaokuai::findings::flow::Flow;
use tiaokuai::query::exec::budget::Stop;
use tiaokuai::query::kept::Kept;

use crate::answer::{TODAY, read, snapshot, with, word};
use crate::oracle::random::worlds;
use crate::trying;
use tiaokuai::model::Value;

/// What every finding answers that asks for nothing.
fn answers(snapshot: &Snapshot, kept: &Kept) -> Vec<String> {
    let findings = procedures().into_iter().filter(|procedure| procedure.name != "why");
    let answer = |name: &str, arguments: &Arguments| {
        let procedure = procedures().into_iter().find(|p| p.name == name).unwrap();
        let rows = (procedure.call)(snapshot.graph.as_ref(), &arguments.clone().with_kept(kept.clone())).unwrap();
        format!("{name} {:?}", read(rows).rows)
    };
    let plain = findings.map(|procedure| {
        let takes_day = procedure.parameters.iter().any(|parameter| parameter.name == "today");
        let arguments = if takes_day { with(&[("today", Value::Date(TODAY))]) } else { with(&[]) };
        answer(procedure.name, &arguments)
    });
    plain.chain([answer("unreachable", &with(&[("tier", word("all"))]))]).collect()
}

proptest! {
    #![proptest_config(trying(200))]

    #[test]
    fn what_is_kept_changes_no_answer(world in worlds()) {
        let snapshot = snapshot(&world)?;
        let alone = answers(&snapshot, &Kept::default());
        let kept = Kept::default();
        Flow::new(snapshot.graph.as_ref(), &Stop::default()).keep(&kept);
        for (together, alone) in answers(&snapshot, &kept).iter().zip(&alone) {
            prop_assert_eq!(together, alone);
        }
    }
}
