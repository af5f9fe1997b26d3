//! Any bytes as a notebook: it is analysed, or a problem is reported, and a fix changes nothing in it.

#![no_main]

use std::sync::Arc;

use deblock::cli::{Overlay, Session};
use deblock::plan::Treatment;
use deblock_fuzz::{catalogue, nowhere};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let folder = nowhere().to_path_buf();
    let path = folder.join("program.ipynb");
    std::fs::write(&path, data).expect("the file can be written");
    let session = Session::of_files(Arc::clone(catalogue()), folder, vec![path]);
    let outcome = session.run(&Overlay::default()).expect("the environment is the usual one");
    assert!(outcome.plan.changes.is_empty());
    assert!(outcome.plan.treatments.iter().all(|treatment| matches!(treatment, Treatment::Leave(_))));
});
