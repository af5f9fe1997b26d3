//! Programs that are generated over the arguments of a library's calls: run, migrated and run again, they print the same and send the
//! same requests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

mod support;

use support::{copy_tree, deblock, python};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/differential")
}

fn run(folder: &Path) -> String {
    printed(Command::new(python()).arg(folder.join("main.py")))
}

/// What a command that must succeed prints.
fn printed(command: &mut Command) -> String {
    let output = command.env("PYTHONDONTWRITEBYTECODE", "1").output().expect("Python starts");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Migrates the program that `generator` writes; at most `left` of its lines still have `old` in them.
fn migrates(generator: &str, seed: u32, old: &str, left: usize) {
    const SITES: usize = 100;
    let work = Path::new(env!("CARGO_TARGET_TMPDIR")).join("differential").join(format!("{generator}-{seed}"));
    let _ = fs::remove_dir_all(&work);
    let (before, after) = (work.join("before"), work.join("after"));
    fs::create_dir_all(&before).expect("a folder can be made");
    let mut generate = Command::new(python());
    generate.arg(folder().join(generator)).args([seed.to_string(), SITES.to_string()]);
    let program = printed(&mut generate);
    if program.contains("import service") {
        fs::copy(folder().join("service.py"), before.join("service.py")).expect("a file can be copied");
    }
    fs::write(before.join("main.py"), program).expect("a file can be written");
    copy_tree(&before, &after);
    deblock(&after, &["fix", "--yes", "."]);
    let fixed = fs::read_to_string(after.join("main.py")).expect("the program is there");
    let sites = fixed.lines().filter(|line| line.contains(old)).count();
    assert!(sites <= left, "{sites} calls were not exchanged:\n{fixed}");
    same(&run(&before), &run(&after));
    deblock(&after, &["fix", "--yes", "."]);
    let again = fs::read_to_string(after.join("main.py")).expect("the program is there");
    assert_eq!(fixed, again, "a second fix changes something");
}

/// Fails with the lines that differ.
fn same(before: &str, after: &str) {
    let diff = similar::TextDiff::from_lines(before, after);
    let changed: String = diff
        .iter_all_changes()
        .filter(|change| change.tag() != similar::ChangeTag::Equal)
        .map(|change| format!("{}{change}", change.tag()))
        .collect();
    assert!(changed.is_empty(), "the migrated program does something else:\n{changed}");
}

#[test]
fn calls_of_requests() {
    for seed in 1..4 {
        migrates("requests_calls.py", seed, "requests.", 10);
    }
}

/// One after the other, all go through another library; at the same time, some take turns, and some cannot.
#[test]
fn open_files() {
    for seed in 0..2 {
        migrates("open_files.py", seed, "with open(path", if seed % 2 == 0 { 2 } else { 30 });
    }
}
