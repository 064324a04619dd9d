//! Procedures that are called one after another answer as each does alone.

use proptest::prelude::*;
use tiaokuai::database::{Arguments, Snapshot, procedures};
use tiaokuai::findings::keep_for_all;
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
    let scopes = ["tier", "line", "region", "sector", "platform"].map(|scope| [("scope", word(scope))]);
    let silos = scopes.map(|scope| answer("silos", &with(&scope)));
    let others = [
        answer("silos", &with(&[("withheld", Value::Boolean(true))])),
        answer("unreachable", &with(&[("tier", word("all"))])),
        answer("prescribe", &with(&[("k", Value::Integer(1))])),
    ];
    plain.chain(silos).chain(others).collect()
}

proptest! {
    #![proptest_config(trying(200))]

    #[test]
    fn what_is_kept_changes_no_answer(world in worlds()) {
        let snapshot = snapshot(&world)?;
        let alone = answers(&snapshot, &Kept::default());
        for remedies in [false, true] {
            let kept = Kept::default();
            keep_for_all(snapshot.graph.as_ref(), &kept, remedies);
            for (together, alone) in answers(&snapshot, &kept).iter().zip(&alone) {
                prop_assert_eq!(together, alone);
            }
        }
    }
}
