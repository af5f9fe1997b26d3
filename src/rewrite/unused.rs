//! Takes out the imports of a module that a rewrite has made useless.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Alias, Expr, ModModule, Stmt};
use ruff_python_parser::parse_module;
use ruff_source_file::LineRanges;
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use crate::text::{has_word, slice};

/// `after` without the imports at the module's top level whose names `before` uses and `after` does not. `is_needed` tells of a name
/// whether something outside the module uses it.
#[must_use]
pub fn without(before: &ModModule, after: String, is_needed: impl Fn(&str) -> bool) -> String {
    let Ok(parsed) = parse_module(&after) else { return after };
    let (old, new) = (Uses::of(before), Uses::of(parsed.syntax()));
    let is_useless = |alias: &Alias| {
        let name = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
        !name.contains('.') && old.has(name) && !new.has(name) && !is_needed(name)
    };
    let imports = parsed.syntax().body.iter().filter_map(|stmt| match stmt {
        Stmt::Import(import) => Some((stmt.range(), &import.names)),
        Stmt::ImportFrom(import) => Some((stmt.range(), &import.names)),
        _ => None,
    });
    let mut text = after.clone();
    for (range, aliases) in imports.collect::<Vec<_>>().into_iter().rev() {
        if let Some((gone, rest)) = shorten(&after, range, aliases, &is_useless) {
            text.replace_range(gone.start().to_usize()..gone.end().to_usize(), &rest);
        }
    }
    text
}

/// The part of an import to replace, and with what.
fn shorten(
    source: &str,
    range: TextRange,
    aliases: &[Alias],
    is_useless: &impl Fn(&Alias) -> bool,
) -> Option<(TextRange, String)> {
    let line = TextRange::new(source.line_start(range.start()), source.full_line_end(range.end()));
    let (before, after) = (
        slice(source, TextRange::new(line.start(), range.start())),
        slice(source, TextRange::new(range.end(), line.end())),
    );
    if !before.is_empty() || !after.trim().is_empty() {
        return None;
    }
    let kept: Vec<&Alias> = aliases.iter().filter(|alias| !is_useless(alias)).collect();
    let (first, last) = (aliases.first()?, aliases.last()?);
    if kept.len() == aliases.len() {
        return None;
    }
    if kept.is_empty() {
        return Some((line, String::new()));
    }
    let all = TextRange::new(first.start(), last.end());
    if slice(source, all).contains(['\n', '#', '\\']) {
        return None;
    }
    let names: Vec<&str> = kept.iter().map(|alias| slice(source, alias.range())).collect();
    Some((all, names.join(", ")))
}

/// The names that a module reads, and the strings in it, which may name things too.
#[derive(Default)]
struct Uses {
    names: FxHashSet<String>,
    strings: Vec<String>,
}

impl Uses {
    fn of(module: &ModModule) -> Self {
        let mut uses = Self::default();
        uses.visit_body(&module.body);
        uses
    }

    fn has(&self, name: &str) -> bool {
        self.names.contains(name) || self.strings.iter().any(|text| has_word(text, name))
    }
}

impl<'a> Visitor<'a> for Uses {
    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) => {
                self.names.insert(name.id.to_string());
            }
            Expr::StringLiteral(string) if !string.value.to_str().contains([' ', '\n']) => {
                self.strings.push(string.value.to_str().to_owned());
            }
            _ => {}
        }
        visitor::walk_expr(self, expr);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(before: &str, after: &str) -> String {
        let before = parse_module(before).expect("the old text parses");
        without(before.syntax(), after.to_owned(), |name| name == "needed")
    }

    #[test]
    fn what_a_rewrite_leaves_unused_goes() {
        assert_eq!(rewritten("import time\ntime.sleep(1)\n", "import time\nf()\n"), "f()\n");
        assert_eq!(rewritten("import a, b\na; b\n", "import a, b\nb\n"), "import b\nb\n");
        assert_eq!(
            rewritten("from m import (a as x, b)\nx; b\n", "from m import (a as x, b)\nb\n"),
            "from m import (b)\nb\n"
        );
    }

    #[test]
    fn what_was_unused_before_or_may_be_used_stays() {
        for (before, after) in [
            ("import a\nf()\n", "import a\ng()\n"),
            ("import needed\nneeded.f()\n", "import needed\ng()\n"),
            ("import a\na.f()\n", "import a\npatch('a.f')\n"),
            ("import a.b\na.b.f()\n", "import a.b\ng()\n"),
            ("import a  # noqa\na\n", "import a  # noqa\n"),
            ("from m import (\n    a,\n    b,\n)\na; b\n", "from m import (\n    a,\n    b,\n)\nb\n"),
            ("try:\n    import a\nfinally: a\n", "try:\n    import a\nfinally: 1\n"),
        ] {
            assert_eq!(rewritten(before, after), after);
        }
    }
}
