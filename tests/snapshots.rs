//! The reviewed findings and diffs of each fixture: `tests/fixtures/<name>.py`, or a folder, against `snapshots/<name>.snap`.

use std::fs;
use std::path::Path;

mod support;

use support::{copy_tree, deblock};

#[test]
fn fixtures() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let mut entries: Vec<_> =
        fs::read_dir(&fixtures).expect("tests/fixtures").flatten().map(|entry| entry.path()).collect();
    entries.sort();
    assert!(!entries.is_empty());
    for path in entries {
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let work = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fixtures").join(&name);
        let _ = fs::remove_dir_all(&work);
        if path.is_dir() {
            copy_tree(&path, &work);
        } else {
            fs::create_dir_all(&work).expect("a folder can be made");
            fs::copy(&path, work.join(format!("{name}.py"))).expect("a file can be copied");
        }
        let found = deblock(&work, &["check", "--output-format", "concise", "."]);
        let fixed = deblock(&work, &["fix", "--diff", "."]);
        let text = format!("{}\n{}", String::from_utf8_lossy(&found.stdout), String::from_utf8_lossy(&fixed.stdout));
        settings.bind(|| insta::assert_snapshot!(name.as_str(), text));
    }
}
