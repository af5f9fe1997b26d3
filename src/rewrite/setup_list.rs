//! Adds a requirement to the list in a `setup.py`.

use ruff_python_ast::Expr;
use ruff_python_parser::parse_module;
use ruff_text_size::Ranged;

use super::manifest::distribution;
use crate::setup_py;

/// The text of a `setup.py` with the requirement `new` behind the one of the distribution `old`, or behind all others; `None` where
/// the list does not stand there literally, or has it.
pub(super) fn with_requirement(text: &str, old: Option<&str>, new: &str) -> Option<String> {
    let module = parse_module(text).ok()?;
    let items = match setup_py::given(module.syntax(), "install_requires")? {
        Expr::List(list) => &list.elts,
        Expr::Tuple(tuple) => &tuple.elts,
        _ => return None,
    };
    let named = |item: &Expr| item.as_string_literal_expr().map(|item| distribution(item.value.to_str()));
    let wanted = distribution(new);
    if items.iter().any(|item| named(item).is_some_and(|name| name == wanted)) {
        return None;
    }
    let beside = match old {
        Some(old) => items.iter().find(|item| named(item).is_some_and(|name| name == old)),
        None => items.iter().rfind(|item| named(item).is_some()),
    }?;
    let (start, end) = (beside.start().to_usize(), beside.end().to_usize());
    let quote = if text[start..end].ends_with('\'') { '\'' } else { '"' };
    let item = format!("{quote}{new}{quote}");
    let indent = &text[text[..start].rfind('\n').map_or(0, |at| at + 1)..start];
    let (at, added) = if indent.trim().is_empty() && !indent.is_empty() {
        let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let line = text[end..].find(['\r', '\n']).map_or(text.len(), |at| end + at);
        // A comment behind an entry stays with it.
        if text[end..line].trim_start().starts_with(',') {
            (line, format!("{newline}{indent}{item},"))
        } else {
            (end, format!(",{newline}{indent}{item}"))
        }
    } else {
        (end, format!(", {item}"))
    };
    Some(format!("{}{added}{}", &text[..at], &text[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literal_lists() {
        let with = |text: &str, old: Option<&str>| with_requirement(text, old, "aiofiles>=23.1");
        let named = "from setuptools import setup\nNEEDS = ['requests', 'rich']\nsetup(install_requires=NEEDS)\n";
        assert_eq!(with(named, None), Some(named.replace("'rich'", "'rich', 'aiofiles>=23.1'")));
        assert_eq!(with(named, Some("requests")), Some(named.replace("'requests'", "'requests', 'aiofiles>=23.1'")));
        let lines =
            "import setuptools\nsetuptools.setup(\n    install_requires=[\n        \"rich\",  # text\n    ],\n)\n";
        let expected = lines.replace("# text\n", "# text\n        \"aiofiles>=23.1\",\n");
        assert_eq!(with(lines, None), Some(expected));
        let last = "setup(install_requires=[\n    \"a\",\n    \"b\"\n])\n";
        assert_eq!(with(last, None), Some(last.replace("\"b\"", "\"b\",\n    \"aiofiles>=23.1\"")));
        assert_eq!(with("setup(install_requires=read())\n", None), None);
        assert_eq!(with("setup(install_requires=[\"aiofiles\"])\n", None), None);
    }
}
