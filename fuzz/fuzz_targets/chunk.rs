//! A commit's record and a chunk of any bytes, as they would arrive from another store: refused, or readable.
//! The first two bytes are the record's length.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tiaokuai::store::{Layout, Ledger, MemoryEngine, RawCommit};

fuzz_target!(|data: &[u8]| {
    let Some((length, rest)) = data.split_first_chunk() else { return };
    let Some((record, chunk)) = rest.split_at_checked(u16::from_le_bytes(*length).into()) else { return };
    let Ok(folder) = tempfile::tempdir() else { return };
    let layout = Layout::within(folder.path());
    let time = jiff::Timestamp::UNIX_EPOCH;
    let made = Ledger::create_on(&layout, "c", time, "fuzz", || Ok(Box::new(MemoryEngine::new())));
    let Ok(mut ledger) = made else { return };
    let arriving = vec![RawCommit { record: record.to_vec(), chunks: vec![chunk.to_vec()] }];
    if let Ok(Some(_)) = ledger.arrive(time, arriving) {
        for id in ledger.commits().iter().map(|c| c.id).collect::<Vec<_>>() {
            assert!(ledger.changes(id).is_ok(), "what was taken cannot be read");
        }
    }
});
