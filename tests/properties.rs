//! What holds for any input: random programs are fixed by the laws, random bytes and configurations are an answer or an
//! error with its place, and nothing is a panic.
//!
//! The cases are the same in every run. `PROPTEST_RNG_SEED` and `PROPTEST_CASES` ask for others, and for more.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use deblock::catalogue::{Catalogue, LoadError, Source};
use deblock::config::Config;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

#[path = "support/laws.rs"]
mod laws;
#[path = "support/programs.rs"]
mod programs;
mod support;

/// So many cases unless the environment asks for another number.
fn cases(number: u32) -> ProptestConfig {
    let usual = ProptestConfig::default();
    let is_usual = |variable: &str| std::env::var_os(variable).is_none();
    ProptestConfig {
        cases: if is_usual("PROPTEST_CASES") { number } else { usual.cases },
        rng_seed: if is_usual("PROPTEST_RNG_SEED") { RngSeed::Fixed(1) } else { usual.rng_seed },
        failure_persistence: None,
        max_shrink_iters: 400,
        ..usual
    }
}

fn catalogue() -> &'static Arc<Catalogue> {
    static CATALOGUE: OnceLock<Arc<Catalogue>> = OnceLock::new();
    CATALOGUE.get_or_init(|| Arc::new(Catalogue::load(&[]).expect("the built-in codemods load")))
}

/// A folder with nothing in it.
fn nowhere() -> &'static Path {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    FOLDER.get_or_init(|| tempfile::tempdir().expect("a folder can be made")).path()
}

/// Bytes that are near to Python: words of it between arbitrary ones.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let word = prop::sample::select(vec![
        &b"async def f():\n    time.sleep(1)\n"[..],
        b"import time\n",
        b"# coding: latin-1\n",
        b"# coding: shift_jis\r\n",
        b"\xef\xbb\xbf",
        b"\x0c",
        b"\\\n",
        b"\r",
        b"\t",
        b"f\"{",
        b"}\"",
        b"'''",
        b"(",
        b")",
        b"await open('x').read()\n",
    ]);
    let piece = prop_oneof![word.prop_map(<[u8]>::to_vec), prop::collection::vec(any::<u8>(), 0..6)];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// TOML that is near to a configuration or to a codemod, or just any text.
fn toml() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec![
        "select",
        "ignore",
        "selct",
        "thread",
        "codemods",
        "target-version",
        "name",
        "order",
        "summary",
        "kind",
        "api",
        "of",
        "calls",
        "swap",
        "é",
        "\"\"",
        "a.b",
    ]);
    let value = prop::sample::select(vec![
        "1",
        "\"3.9\"",
        "[\"requests\"]",
        "[",
        "true",
        "{ executor = \"x\" }",
        "\"é",
        "'''\n",
        "[{}]",
        "1979-05-27",
        "[{ of = \"a\", calls = [\"b\"] }]",
    ]);
    let line = prop_oneof![
        4 => (key.clone(), value).prop_map(|(key, value)| format!("{key} = {value}\n")),
        1 => key.prop_map(|key| format!("[{key}]\n")),
        1 => any::<String>(),
    ];
    prop::collection::vec(line, 0..6).prop_map(|lines| lines.concat())
}

/// Says `file:line:column: …`.
fn names_its_line(message: &str, file: &str) -> bool {
    let Some(rest) = message.strip_prefix(file).and_then(|rest| rest.strip_prefix(':')) else { return false };
    rest.split(':').next().and_then(|line| line.parse::<usize>().ok()).is_some_and(|line| line > 0)
}

proptest! {
    #![proptest_config(cases(32))]

    #[test]
    fn programs_are_fixed_by_the_laws(program in programs::program()) {
        let result = laws::check(catalogue(), nowhere(), program.as_bytes());
        prop_assert!(result.is_ok(), "{}\n{program}", result.unwrap_err());
    }
}

proptest! {
    #![proptest_config(cases(16))]

    #[test]
    fn bytes_are_an_answer_or_an_error(bytes in bytes()) {
        for command in ["check", "fix"] {
            let output = support::give(nowhere(), &[command, "-"], &bytes);
            let said = String::from_utf8_lossy(&output.stderr);
            prop_assert!(matches!(output.status.code(), Some(0..=2)), "{command}: {}: {said}", output.status);
            prop_assert!(!said.contains("panicked"), "{said}");
        }
    }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn bytes_are_fixed_by_the_laws(bytes in bytes()) {
        let result = laws::check(catalogue(), nowhere(), &bytes);
        prop_assert!(result.is_ok(), "{}", result.unwrap_err());
    }

    #[test]
    fn a_mistake_in_a_configuration_has_a_place(text in toml()) {
        if let Err(error) = Config::parse(Path::new("deblock.toml"), &text) {
            prop_assert!(names_its_line(&error.to_string(), "deblock.toml"), "{error}");
        }
        let _ = Config::parse(Path::new("pyproject.toml"), &format!("[tool.deblock]\n{text}"));
    }

    #[test]
    fn a_mistake_in_a_codemod_has_a_place(text in toml()) {
        match Source::parse(Path::new("codemod.toml"), &text) {
            Ok(source) => prop_assert!(Catalogue::of(vec![source]).is_ok()),
            // What the format's types cannot say is about an entry, which the message names.
            Err(LoadError::Invalid { .. }) => {}
            Err(error) => prop_assert!(names_its_line(&error.to_string(), "codemod.toml"), "{error}"),
        }
    }
}
