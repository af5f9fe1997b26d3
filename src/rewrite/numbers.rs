//! Numbers the functions that parts of a coroutine become from the top down, whichever of them came first.

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, Identifier, Stmt, StmtFunctionDef};
use ruff_python_parser::parse_module;
use ruff_text_size::{Ranged, TextRange};

use super::edits::{Edit, Edits, Piece};
use crate::plan::BLOCKING;
use crate::project::blocks;
use crate::text::has_word;

/// The text with the functions that `before` does not have numbered in order; `None` where they are.
#[must_use]
pub fn in_order(before: &str, after: &str) -> Option<String> {
    if !after.contains(&format!("{BLOCKING}_")) {
        return None;
    }
    let parsed = parse_module(after).ok()?;
    let mut numbering = Numbering { before, edits: Edits::default() };
    numbering.visit_body(&parsed.syntax().body);
    (!numbering.edits.is_empty()).then(|| numbering.edits.render(after))
}

struct Numbering<'a> {
    before: &'a str,
    edits: Edits,
}

impl<'a> Visitor<'a> for Numbering<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if let Stmt::FunctionDef(def) = stmt {
            let names = renamed(def, self.before);
            let mut uses = Uses { names: &names, found: Vec::new() };
            uses.visit_body(&def.body);
            for (range, name) in uses.found {
                // Each was found once; what overlaps is no name.
                let _ = self.edits.add(Edit { range, pieces: vec![Piece::Text(name)] });
            }
            if !names.is_empty() {
                return;
            }
        }
        walk_stmt(self, stmt);
    }
}

/// The new functions in one whose numbers change, each with its new name.
fn renamed(def: &StmtFunctionDef, before: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    def.body.iter().for_each(|stmt| functions(stmt, &mut found));
    found.retain(|name| number(name).is_some() && !has_word(before, name));
    let mut sorted = found.clone();
    sorted.sort_by_key(|name| number(name));
    let pairs = found.into_iter().zip(sorted).filter(|(old, new)| old != new);
    pairs.map(|(old, new)| (old.to_string(), new.to_string())).collect()
}

/// The functions that a statement of a function defines, in order.
fn functions<'a>(stmt: &'a Stmt, found: &mut Vec<&'a Identifier>) {
    match stmt {
        Stmt::FunctionDef(def) => found.push(&def.name),
        Stmt::ClassDef(_) => {}
        other => blocks(other.into()).into_iter().flatten().for_each(|inner| functions(inner, found)),
    }
}

fn number(name: &str) -> Option<usize> {
    match name.strip_prefix(BLOCKING)? {
        "" => Some(1),
        rest => rest.strip_prefix('_')?.parse().ok(),
    }
}

/// Where names are defined and used.
struct Uses<'n> {
    names: &'n [(String, String)],
    found: Vec<(TextRange, String)>,
}

impl Uses<'_> {
    fn note(&mut self, name: &str, range: TextRange) {
        let new = self.names.iter().find(|(old, _)| old == name);
        self.found.extend(new.map(|(_, new)| (range, new.clone())));
    }
}

impl<'a> Visitor<'a> for Uses<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if let Stmt::FunctionDef(def) = stmt {
            self.note(&def.name, def.name.range());
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Name(name) = expr {
            self.note(&name.id, name.range());
        }
        walk_expr(self, expr);
    }
}

#[cfg(test)]
mod tests {
    use super::in_order;

    #[test]
    fn numbers_from_the_top() {
        let made = |first: &str, second: &str| {
            format!(
                "async def f(lock):\n    def {first}():\n        lock.acquire(blocking=False)\n    await run({first})\n    if 1:\n        def {second}(): pass\n        await run({second})\n"
            )
        };
        assert_eq!(in_order("", &made("blocking_2", "blocking")), Some(made("blocking", "blocking_2")));
        assert_eq!(in_order("", &made("blocking", "blocking_2")), None);
        // The program's own stay.
        assert_eq!(in_order("def blocking(): pass", &made("blocking_2", "blocking")), None);
    }
}
