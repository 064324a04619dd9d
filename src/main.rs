//! The command `tiaokuai`.

fn main() {}
