//! Waivers: findings that a catalog accepts until a date are listed apart and do not count.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tiaokuai::database::{Question, ask};

use crate::answer::{TODAY, procedure, read, snapshot, with, word};
use crate::oracle::random::worlds;
use crate::oracle::unreachable::unreachable;
use crate::oracle::{Row, Waiver};
use crate::trying;

/// Days around [`TODAY`], and whether a waiver until then counts still: its last day is its own.
const DAYS: [(&str, bool); 4] =
    [("2026-04-30", false), ("2026-05-01", true), ("2026-05-02", true), ("2020-01-01", false)];

proptest! {
    #![proptest_config(trying(100))]

    #[test]
    fn what_is_waived_is_listed_apart(mut world in worlds(), days in proptest::collection::vec(0..8usize, 20)) {
        let rows = unreachable(&world, "all");
        let count = world.catalogs.len();
        let (mut kept, mut waived): (Vec<Row>, Vec<Row>) = (Vec::new(), Vec::new());
        for (n, row) in rows.iter().enumerate() {
            let picked = DAYS.get(days[n % days.len()]);
            if let Some((until, _)) = picked {
                world.catalogs[n % count].waivers.push(Waiver {
                    finding_id: row.text("finding_id").to_string(),
                    until: Some(until.to_string()),
                    ..Waiver::default()
                });
            }
            let list = if picked.is_some_and(|(_, counts)| *counts) { &mut waived } else { &mut kept };
            list.push(row.clone());
        }
        let snapshot = snapshot(&world)?;
        let mut by_severity: BTreeMap<String, u64> = BTreeMap::new();
        for row in &kept {
            *by_severity.entry(row.text("severity").to_string()).or_default() += 1;
        }
        for (wanted, expected) in [(false, &kept), (true, &waived)] {
            let question = Question { region: None, today: TODAY, waived: wanted };
            let arguments = with(&[("tier", word("all"))]);
            let asked = ask(&snapshot, procedure("unreachable"), &arguments, &question).unwrap();
            let tally = asked.tally.clone();
            read(asked.rows).is(expected, &format!("waived {wanted}"))?;
            prop_assert_eq!(tally.borrow().waived, waived.len() as u64);
            prop_assert_eq!(&tally.borrow().by_severity, &by_severity);
            prop_assert_eq!(tally.borrow().reaches("violation"), by_severity.contains_key("violation"));
            prop_assert_eq!(tally.borrow().reaches("note"), !kept.is_empty());
        }
    }
}

proptest! {
    #![proptest_config(trying(100))]

    /// Whoever reads few columns, or none, is told the same of how many rows there are, how grave they are and what is waived.
    #[test]
    fn columns_that_are_not_read_change_nothing_that_counts(mut world in worlds(), waived in any::<bool>()) {
        if let (true, Some(row)) = (waived, unreachable(&world, "all").first()) {
            let finding_id = row.text("finding_id").to_string();
            world.catalogs[0].waivers.push(Waiver { finding_id, until: Some("2026-05-02".into()), ..Waiver::default() });
        }
        let snapshot = snapshot(&world)?;
        let union = world.union();
        for region in union.regions.keys().map(|code| Some(code.as_str())).chain([None]) {
            for finding in ["unreachable", "recollected"] {
                let arguments = if finding == "unreachable" { with(&[("tier", word("all"))]) } else { with(&[]) };
                let question = Question { region, today: TODAY, waived: false };
                let counted = |columns: Option<&[&str]>| {
                    let procedure = procedure(finding);
                    let asked = ask(&snapshot, procedure, &arguments, &question).unwrap();
                    if let Some(columns) = columns {
                        asked.reading.narrow(columns.iter().filter_map(|column| procedure.position(column)));
                    }
                    let severity = procedure.position("severity").unwrap();
                    let rows: Vec<String> = asked.rows.map(|row| row[severity].as_text().unwrap().to_owned()).collect();
                    let waived = asked.waived.borrow().len();
                    (rows, asked.tally.borrow().clone(), waived)
                };
                let whole = counted(None);
                prop_assert_eq!(&counted(Some(&[])), &whole, "{} {:?}", finding, region);
                prop_assert_eq!(&counted(Some(&["repair", "shared"])), &whole, "{} {:?}", finding, region);
            }
        }
    }
}
