//! The command line: what is typed, what is printed, how it exits.

#[test]
fn command_line() {
    trycmd::TestCases::new().case("tests/cli/*.md").case("tests/cli/*.toml");
}
