//! What the tests have in common.
#![allow(dead_code, reason = "each test binary uses a part")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

/// Runs deblock in `folder`.
pub fn deblock(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("deblock starts")
}

/// Runs deblock in `folder` with `input` as its standard input.
pub fn give(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut child = command(folder, arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("deblock starts");
    // It may exit, with an error, before it has read everything.
    let _ = child.stdin.take().expect("there is a pipe").write_all(input);
    child.wait_with_output().expect("deblock ends")
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deblock"));
    command
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env("XDG_STATE_HOME", env!("CARGO_TARGET_TMPDIR"))
        .env_remove("VIRTUAL_ENV");
    command
}

/// The interpreter of a virtual environment with what the test programs import. It is made once, under `target/`, from
/// `tests/requirements.txt`, and made anew when that file changes.
pub fn python() -> &'static Path {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let requirements = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/requirements.txt");
        let wanted = fs::read_to_string(&requirements).expect("tests/requirements.txt");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python");
        let python = folder.join("bin/python");
        let done = folder.join("installed.txt");
        if fs::read_to_string(&done).is_ok_and(|installed| installed == wanted) {
            return python;
        }
        let _ = fs::remove_dir_all(&folder);
        let base = std::env::var("PYTHON").unwrap_or_else(|_| "python3.11".to_owned());
        succeed(Command::new(base).args(["-m", "venv"]).arg(&folder));
        succeed(
            Command::new(&python)
                .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"])
                .arg(&requirements),
        );
        fs::write(&done, wanted).expect("the environment can be written");
        python
    })
}

fn succeed(command: &mut Command) {
    let status = command.status().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(status.success(), "{command:?}: {status}");
}

pub fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("the folder is there").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_tree(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file can be copied");
        }
    }
}

/// The Python files of a folder with their texts.
pub fn sources(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("the folder is there").flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|extension| extension == "py") {
            let text = fs::read_to_string(&path).expect("text");
            found.insert(entry.file_name().to_string_lossy().into_owned(), text);
        }
    }
    found
}
