//! Takes out the imports of a module that a rewrite has made useless.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Alias, Expr, ModModule, Stmt};
use ruff_python_parser::parse_module;
use ruff_source_file::LineRanges;
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use crate::text::{has_word, slice};

/// `after` without the imports of the module, and those of its functions, whose names `before` uses there and `after` does not.
/// `is_needed` tells of a name of the module whether something outside uses it.
#[must_use]
pub fn without(before: &ModModule, after: String, is_needed: impl Fn(&str) -> bool) -> String {
    let Ok(parsed) = parse_module(&after) else { return after };
    let (old, new) = (Uses::of(&before.body), Uses::of(&parsed.syntax().body));
    let is_useless = |name: &str| old.has(name) && !new.has(name) && !is_needed(name);
    let mut shortened = shortened(&after, &parsed.syntax().body, &is_useless);
    let functions = Functions::of(before);
    for (path, body) in Functions::of(parsed.syntax()).found {
        let Some((_, old)) = functions.found.iter().find(|(other, _)| *other == path) else { continue };
        if body.iter().all(is_import) || !body.iter().any(is_import) {
            continue;
        }
        let (old, new) = (Uses::of(old), Uses::of(body));
        shortened.extend(self::shortened(&after, body, &|name| old.has(name) && !new.has(name)));
    }
    shortened.sort_by_key(|(range, _)| range.start());
    let mut text = after.clone();
    for (gone, rest) in shortened.into_iter().rev() {
        text.replace_range(gone.start().to_usize()..gone.end().to_usize(), &rest);
    }
    text
}

fn is_import(stmt: &Stmt) -> bool {
    matches!(stmt, Stmt::Import(_) | Stmt::ImportFrom(_))
}

/// What becomes of the imports of a body.
fn shortened(source: &str, body: &[Stmt], is_useless: &impl Fn(&str) -> bool) -> Vec<(TextRange, String)> {
    let is_useless = |alias: &Alias| {
        let name = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
        !name.contains('.') && is_useless(name)
    };
    let imports = body.iter().filter_map(|stmt| match stmt {
        Stmt::Import(import) => Some((stmt.range(), &import.names)),
        Stmt::ImportFrom(import) => Some((stmt.range(), &import.names)),
        _ => None,
    });
    imports.filter_map(|(range, aliases)| shorten(source, range, aliases, &is_useless)).collect()
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
    if !before.trim().is_empty() || !after.trim().is_empty() {
        return None;
    }
    let kept: Vec<&Alias> = aliases.iter().filter(|alias| !is_useless(alias)).collect();
    let (first, last) = (aliases.first()?, aliases.last()?);
    if kept.len() == aliases.len() {
        return None;
    }
    if kept.is_empty() {
        return Some((with_gap(source, line), String::new()));
    }
    let all = TextRange::new(first.start(), last.end());
    if slice(source, all).contains(['\n', '#', '\\']) {
        return None;
    }
    let names: Vec<&str> = kept.iter().map(|alias| slice(source, alias.range())).collect();
    Some((all, names.join(", ")))
}

/// The lines of an import, with the empty one after it that would be the first of its block.
fn with_gap(source: &str, lines: TextRange) -> TextRange {
    let above = source[..lines.start().to_usize()].trim_end_matches(['\r', '\n']);
    let below = TextRange::new(lines.end(), source.full_line_end(lines.end()));
    let is_first = above.ends_with(':') && slice(source, lines).starts_with([' ', '\t']);
    if is_first && slice(source, below).trim().is_empty() { lines.cover(below) } else { lines }
}

/// The functions of a module, by their names and those of what is around them.
#[derive(Default)]
struct Functions<'a> {
    path: Vec<&'a str>,
    found: Vec<(String, &'a [Stmt])>,
}

impl<'a> Functions<'a> {
    fn of(module: &'a ModModule) -> Self {
        let mut functions = Self::default();
        functions.visit_body(&module.body);
        functions
    }
}

impl<'a> Visitor<'a> for Functions<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        let (name, body) = match stmt {
            Stmt::FunctionDef(def) => (def.name.as_str(), Some(&def.body)),
            Stmt::ClassDef(def) => (def.name.as_str(), None),
            _ => return visitor::walk_stmt(self, stmt),
        };
        self.path.push(name);
        let path = self.path.join(".");
        self.found.extend(body.map(|body| (path, &**body)));
        visitor::walk_stmt(self, stmt);
        self.path.pop();
    }
}

/// The names that a body reads, and the strings in it, which may name things too.
#[derive(Default)]
struct Uses {
    names: FxHashSet<String>,
    strings: Vec<String>,
}

impl Uses {
    fn of(body: &[Stmt]) -> Self {
        let mut uses = Self::default();
        uses.visit_body(body);
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
            Expr::StringLiteral(string) if may_name(string.value.to_str()) => {
                self.strings.push(string.value.to_str().to_owned());
            }
            _ => {}
        }
        visitor::walk_expr(self, expr);
    }
}

/// Whether a string may be a name or an annotation: `"dict[str, int]"`.
fn may_name(text: &str) -> bool {
    !text.contains('\n') && (!text.contains(' ') || text.contains('['))
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
        let function = |body: &str| format!("def f():\n{body}");
        assert_eq!(
            rewritten(&function("    import time\n\n    time.sleep(1)\n"), &function("    import time\n\n    g()\n")),
            function("    g()\n")
        );
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
