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
