//! A bundle of any bytes: refused, or one whose description is true of it. The first byte says whether the rest is a
//! bundle as it stands, or follows the beginning of one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tiaokuai::federation::bundle::read;

fuzz_target!(|data: &[u8]| {
    let Some((&first, rest)) = data.split_first() else { return };
    let mut bytes = if first & 1 == 0 { b"TKbundle".to_vec() } else { Vec::new() };
    bytes.extend(rest);
    if let Ok(bundle) = read(&mut &bytes[..]) {
        // What was read is all that there is: no byte of the file is left over or stands for nothing.
        let commits: usize = bundle.logs.iter().map(Vec::len).sum();
        let stated: u64 = bundle.header.logs.iter().map(|log| log.commits).sum();
        assert_eq!(commits as u64, stated);
        let length: u64 = bundle.header.logs.iter().map(|log| log.bytes).sum();
        assert!(length <= bytes.len() as u64);
        let _ = bundle.verifies();
    }
});
