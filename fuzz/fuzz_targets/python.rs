//! Any bytes as a Python file: they are fixed by the laws of `tests/support/laws.rs`, or are an error.

#![no_main]

use deblock_fuzz::{catalogue, laws, nowhere};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Err(broken) = laws::check(catalogue(), nowhere(), data) {
        panic!("{broken}");
    }
});
