//! A delta whose header and checksums fit, and whose changes are any bytes: an error, or changes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tiaokuai::graph::delta;
use xxhash_rust::xxh3::xxh3_64;

fuzz_target!(|data: &[u8]| {
    let mut bytes = b"TKDELTA\n\x01\0\0\0\0\0\0\0".to_vec();
    bytes.extend([0; 64]);
    bytes.extend((data.len() as u64).to_le_bytes());
    bytes.extend(xxh3_64(data).to_le_bytes());
    bytes.extend(xxh3_64(&bytes).to_le_bytes());
    bytes.extend(data);
    let Ok(file) = tempfile::NamedTempFile::new() else { return };
    if std::fs::write(file.path(), bytes).is_ok() {
        let _ = delta::read(file.path());
    }
});
