//! Logs of several owners merge to the same whatever the order and the parcels in which they arrive.
#![allow(clippy::unwrap_used)]

mod store_support;

use proptest::prelude::*;
use store_support::{extras, time};
use tiaokuai::model::table::Cell;
use tiaokuai::model::{Batch, ChangeSet, Kind, Operation, Table};
use tiaokuai::store::{CatalogHead, CommitText, Error, Layout, Ledger, MemoryEngine, RawCommit};

fn ledger(home: &str) -> (Ledger, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let engine = Box::new(MemoryEngine::new());
    let ledger = Ledger::create_on(&Layout::within(folder.path()), home, time(0), "test", || Ok(engine)).unwrap();
    (ledger, folder)
}

/// The log of a catalog, so many commits long, as its owner's store has it.
fn log(catalog: &str, length: u64) -> Vec<RawCommit> {
    let (mut ledger, _folder) = ledger(catalog);
    for number in 1..=length {
        let mut changes = ChangeSet::default();
        let mut table = Table::new(Kind::Dataset);
        let row = table.push_row(changes.symbols.intern(catalog));
        table.set(0, row, Cell::Symbol(changes.symbols.intern(&format!("{catalog}:{number}"))));
        changes.batches.push(Batch { operation: Operation::Put, table });
        let text = CommitText { catalog, author: "a", time: time(number), message: "" };
        let pending = ledger.append(text, &changes, &[]).unwrap();
        ledger.publish(&pending, extras(number)).unwrap();
    }
    let ids: Vec<_> = ledger.log(catalog).map(|c| c.id).collect();
    ids.into_iter().map(|id| ledger.raw(id).unwrap()).collect()
}

fn arrive(ledger: &mut Ledger, commits: Vec<RawCommit>) -> Result<bool, Error> {
    let Some(pending) = ledger.arrive(time(99), commits)? else { return Ok(false) };
    ledger.publish(&pending, extras(pending.state.number)).unwrap();
    Ok(true)
}

fn heads(ledger: &Ledger) -> Vec<CatalogHead> {
    ledger.head().catalogs.clone()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, max_shrink_time: 10_000, ..ProptestConfig::default() })]

    #[test]
    fn any_interleaving_in_any_parcels_with_repeats_comes_to_the_same(
        lengths in proptest::collection::vec(1_u64..5, 1..4),
        picks in proptest::collection::vec((0_usize..3, 1_usize..3, 0_usize..2), 0..24),
    ) {
        let logs: Vec<Vec<RawCommit>> =
            lengths.iter().enumerate().map(|(i, length)| log(&format!("c{i}"), *length)).collect();
        let (mut whole, _one) = ledger("home");
        prop_assert!(arrive(&mut whole, logs.concat()).unwrap());
        let (mut parcels, _two) = ledger("home");
        let mut taken = vec![0; logs.len()];
        for (which, many, back) in picks {
            let i = which % logs.len();
            // A parcel may begin with what is there already.
            let start = taken[i] - back.min(taken[i]);
            let end = (taken[i] + many).min(logs[i].len());
            let is_new = arrive(&mut parcels, logs[i][start..end].to_vec()).unwrap();
            prop_assert_eq!(is_new, end > taken[i]);
            taken[i] = taken[i].max(end);
        }
        for (log, taken) in logs.iter().zip(&taken) {
            let _ = arrive(&mut parcels, log[*taken..].to_vec()).unwrap();
        }
        prop_assert_eq!(heads(&parcels), heads(&whole));
        prop_assert!(!arrive(&mut parcels, logs.concat()).unwrap(), "all is there");
        for (i, log) in logs.iter().enumerate() {
            let ids: Vec<_> = parcels.log(&format!("c{i}")).map(|c| c.id).collect();
            prop_assert_eq!(&ids, &log.iter().map(RawCommit::id).collect::<Vec<_>>());
        }
    }

    /// What does not follow is refused whole, and nothing of what came with it stays.
    #[test]
    fn swapped_left_out_and_bent_commits_change_nothing(length in 2_u64..5, at in any::<prop::sample::Index>(), how in 0_u8..3) {
        let (mut ledger, _folder) = ledger("home");
        let (other, mut log) = (log("a", 1), log("b", length));
        let at = at.index(log.len() - 1);
        match how {
            0 => log.swap(at, at + 1),
            1 => drop(log.remove(at)),
            _ => {
                let last = log[at].record.len() - 1;
                log[at].record[last] ^= 1;
            }
        }
        let before = heads(&ledger);
        let error = arrive(&mut ledger, [other, log].concat()).unwrap_err();
        let told = matches!(
            error,
            Error::Gap { .. } | Error::Fork(_) | Error::BadCommit { .. } | Error::Damaged { .. } | Error::Internal(_)
        );
        prop_assert!(told, "{}", error);
        prop_assert_eq!(heads(&ledger), before);
        prop_assert_eq!(ledger.states().len(), 1);
    }
}
