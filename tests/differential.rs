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

/// A folder for the program of a test.
fn work(name: &str) -> PathBuf {
    let work = Path::new(env!("CARGO_TARGET_TMPDIR")).join("differential").join(name);
    let _ = fs::remove_dir_all(&work);
    fs::create_dir_all(&work).expect("a folder can be made");
    work
}

/// Migrates the program that `generator` writes; at most `left` of its lines still have `old` in them.
fn migrates(generator: &str, seed: u32, old: &str, left: usize) {
    migrates_with("", generator, seed, old, left);
}

fn migrates_with(config: &str, generator: &str, seed: u32, old: &str, left: usize) {
    const SITES: usize = 100;
    let work = work(&format!("{generator}-{seed}"));
    let (before, after) = (work.join("before"), work.join("after"));
    fs::create_dir_all(&before).expect("a folder can be made");
    fs::write(before.join("deblock.toml"), config).expect("a file can be written");
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

/// What asks for programs that the loop itself waits for.
const BY_THE_LOOP: &str = "[target]\nprocesses = \"asyncio\"\n";

#[test]
fn processes() {
    for seed in 0..4 {
        migrates_with(BY_THE_LOOP, "processes.py", seed, "asyncio.to_thread(", 30);
    }
    migrates("processes.py", 4, "_run_program(", 0);
}

#[test]
fn processes_at_once() {
    let work = work("processes_at_once");
    fs::copy(folder().join("processes_at_once.py"), work.join("main.py")).expect("a file can be copied");
    fs::write(work.join("deblock.toml"), BY_THE_LOOP).expect("a file can be written");
    deblock(&work, &["fix", "--yes", "."]);
    let expected = "fed {'300000'}\n\
        missing {\"FileNotFoundError(2, 'No such file or directory')\"}\n\
        {b'so far\\n'}\n\
        True\n\
        children 0 descriptors 0 True\n";
    same(expected, &run(&work));
}
