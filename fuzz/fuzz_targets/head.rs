//! HEAD of any bytes: an error, or a head.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tiaokuai::store::Head;

fuzz_target!(|data: &[u8]| {
    let Ok(file) = tempfile::NamedTempFile::new() else { return };
    if std::fs::write(file.path(), data).is_ok() {
        let _ = Head::read(file.path());
    }
});
