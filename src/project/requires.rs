//! The oldest Python that a program says it runs on.

use std::path::Path;

use ruff_python_parser::parse_module;

use super::disk::Disk;
use super::environment::parse_version;
use crate::setup_py;

/// The oldest Python that the program at `root` says it runs on, as (major, minor).
pub(super) fn minimum_version(disk: &Disk, root: &Path) -> Option<(u8, u8)> {
    let read = |name: &str| disk.read_to_string(&root.join(name)).ok();
    let pyproject = || of_pyproject(&read("pyproject.toml")?);
    let cfg = || of_setup_cfg(&read("setup.cfg")?);
    let script = || of_setup_py(&read("setup.py")?);
    oldest(&pyproject().or_else(cfg).or_else(script)?)
}

fn of_pyproject(text: &str) -> Option<String> {
    let document: toml::Table = toml::from_str(text).ok()?;
    let requires = document
        .get("project")
        .and_then(|project| project.get("requires-python"))
        .or_else(|| document.get("tool")?.get("poetry")?.get("dependencies")?.get("python"))?;
    requires.as_str().map(str::to_owned)
}

/// `python_requires` in the section `[options]`.
fn of_setup_cfg(text: &str) -> Option<String> {
    let mut lines = text.lines().map(str::trim).skip_while(|line| *line != "[options]").skip(1);
    let own = lines.by_ref().take_while(|line| !line.starts_with('['));
    let mut pairs = own.filter_map(|line| line.split_once(['=', ':']).filter(|(key, _)| !key.starts_with('#')));
    pairs.find_map(|(key, value)| {
        let is_it = matches!(key.trim(), "python_requires" | "python-requires");
        is_it.then(|| value.trim().to_owned())
    })
}

fn of_setup_py(text: &str) -> Option<String> {
    let module = parse_module(text).ok()?;
    let given = setup_py::given(module.syntax(), "python_requires")?.as_string_literal_expr()?;
    Some(given.value.to_str().to_owned())
}

/// The version that a specifier such as `>=3.9,<4` begins with.
fn oldest(requires: &str) -> Option<(u8, u8)> {
    requires.split(',').find_map(|clause| {
        let clause = clause.trim();
        let version = clause
            .strip_prefix(">=")
            .or_else(|| clause.strip_prefix("~="))
            .or_else(|| clause.strip_prefix("=="))
            .or_else(|| clause.strip_prefix('^'))
            .or_else(|| clause.strip_prefix('~'))
            .or_else(|| clause.strip_prefix('>'))?;
        parse_version(version.trim())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_setup_files() {
        let cfg = "[metadata]\nname = a\n\n[options]\npackages = find:\npython_requires = >=3.8\n[tool]\n";
        assert_eq!(of_setup_cfg(cfg).and_then(|requires| oldest(&requires)), Some((3, 8)));
        assert_eq!(of_setup_cfg("[metadata]\npython_requires = >=3.8\n"), None);
        let script =
            "from setuptools import setup\nOLDEST = \">=3.7.2,<4\"\nsetup(name=\"a\", python_requires=OLDEST)\n";
        assert_eq!(of_setup_py(script).and_then(|requires| oldest(&requires)), Some((3, 7)));
        assert_eq!(of_setup_py("import setuptools\nsetuptools.setup(python_requires=read())\n"), None);
    }
}
