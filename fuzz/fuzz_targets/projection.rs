//! A projection of any bytes: an error when it is opened or verified, or a graph that can be walked.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tiaokuai::graph::{Projection, catch_corruption, digest};

fuzz_target!(|data: &[u8]| {
    let Ok(file) = tempfile::NamedTempFile::new() else { return };
    if std::fs::write(file.path(), data).is_err() {
        return;
    }
    if let Ok(projection) = Projection::open(file.path()) {
        if projection.verify().is_ok() {
            let _ = catch_corruption(|| digest::of_graph(&projection).digest());
        }
    }
});
