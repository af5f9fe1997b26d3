//! The command line: what is typed, what is printed, how it exits.

mod support;

#[test]
fn command_line() {
    trycmd::TestCases::new().case("tests/cli/*.md").case("tests/cli/*.toml");
}

#[test]
fn standard_input_keeps_its_encoding() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let input = b"# coding: latin-1\nimport time\nasync def f():\n    x = '\xe9'; time.sleep(1)\n";
    let output = support::give(folder.path(), &["fix", "-"], input);
    let expected = b"# coding: latin-1\nimport asyncio\nasync def f():\n    x = '\xe9'; await asyncio.sleep(1)\n";
    assert_eq!(output.stdout.escape_ascii().to_string(), expected.escape_ascii().to_string());
}

/// A class is made through its module as well where very many make it by its name.
#[test]
fn classes_that_very_many_make_are_found_through_their_module() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let made: String = (0..120).map(|number| format!("    Device({number})\n")).collect();
    let files = [
        (
            "devices.py",
            "import time\n\nclass Device:\n    def __init__(self, name):\n        time.sleep(1)\n".to_owned(),
        ),
        ("many.py", format!("from devices import Device\n\ndef make():\n{made}")),
        ("main.py", "import devices\n\nasync def main():\n    devices.Device(0)\n".to_owned()),
    ];
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("a file can be written");
    }
    let output = support::give(folder.path(), &["check", "--no-cache", "--output-format", "concise"], b"");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("(from main at main.py:4)"), "{text}");
}
