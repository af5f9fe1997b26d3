//! Any bytes as a configuration and as a codemod: an error, or something that can be worked with.

#![no_main]

use std::path::Path;
use std::sync::Arc;

use deblock::catalogue::{Catalogue, Source};
use deblock::cli::fix_text;
use deblock::config::{Config, Selection};
use deblock_fuzz::{catalogue, nowhere};
use libfuzzer_sys::fuzz_target;

/// Has what a small codemod is likely to match.
const PROGRAM: &[u8] = b"import time\n\n\nasync def main():\n    time.sleep(1)\n";

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    configuration(text);
    codemod(text);
});

fn configuration(text: &str) {
    for name in ["deblock.toml", "pyproject.toml"] {
        match Config::parse(Path::new(name), text) {
            Ok(Some(config)) => drop(Selection::new(catalogue(), &config.select, &config.ignore, None)),
            Ok(None) => {}
            Err(error) => assert!(error.to_string().starts_with(name), "{error}"),
        }
    }
}

fn codemod(text: &str) {
    match Source::parse(Path::new("codemod.toml"), text) {
        Ok(source) => {
            let catalogue = Catalogue::of(vec![source]).expect("one codemod has no namesake");
            let fixed = fix_text(&Arc::new(catalogue), &nowhere().join("program.py"), PROGRAM);
            assert!(fixed.is_ok(), "{fixed:?}");
        }
        Err(error) => assert!(error.to_string().starts_with("codemod.toml"), "{error}"),
    }
}
