//! A backup of any bytes: what is wrong with it, or a store that can be made of it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tiaokuai::store::{Layout, restore, verify_backup};

fuzz_target!(|data: &[u8]| {
    let Ok(folder) = tempfile::tempdir() else { return };
    let file = folder.path().join("backup");
    if std::fs::write(&file, data).is_err() {
        return;
    }
    let verified = verify_backup(&file);
    let restored = restore(&file, &Layout::within(&folder.path().join("store")));
    assert_eq!(verified.is_ok(), restored.is_ok());
});
