//! `self.n += f()` reads `self.n` before it calls `f`. With an await in between, what other tasks write meanwhile would be lost; so
//! the value is worked out first, in a statement of its own.

use ruff_python_ast::comparable::ComparableExpr;
use ruff_python_ast::visitor::{Visitor, walk_stmt};
use ruff_python_ast::{self as ast, AnyNodeRef, Expr, ExprSubscript, Stmt};
use ruff_source_file::LineRanges;
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::decide::Planner;
use crate::analysis::{Hop, Lookup};
use crate::text::{has_word, slice};

/// What the value is called: the first of these that the function does not have.
const NAMES: [&str; 3] = ["value", "new_value", "awaited_value"];

/// A part of a statement that is worked out before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hoist {
    pub statement: TextRange,
    /// The part, without its parentheses and with them.
    pub value: TextRange,
    pub whole: TextRange,
    /// The variable that holds it in between.
    pub name: String,
}

impl Planner<'_> {
    /// The parts around a call that can be worked out before the rest of its statement, with the same outcome: the largest first.
    pub(super) fn hoists(&self, hop: &Hop) -> Vec<Hoist> {
        let types = &self.resolver.types;
        let Some(ast) = types.ast(hop.function.file) else { return Vec::new() };
        let path = ast.path(hop.at);
        let statement = path.iter().rev().find(|node| node.is_statement());
        let values = match statement {
            Some(AnyNodeRef::StmtAugAssign(assign)) if is_steady(&assign.target, &path) => vec![&*assign.value],
            Some(AnyNodeRef::StmtAssign(assign)) if assign.targets.len() == 1 => parts(&assign.value, hop.at),
            _ => Vec::new(),
        };
        values.into_iter().filter_map(|value| self.hoist(hop, &path, value)).collect()
    }

    fn hoist(&self, hop: &Hop, path: &[AnyNodeRef<'_>], value: &Expr) -> Option<Hoist> {
        let types = &self.resolver.types;
        let text = types.text(hop.function.file);
        let statement = path.iter().rev().find(|node| node.is_statement())?;
        let holds = value.range().contains_range(hop.at);
        if !holds || !is_always_run(path, value.range()) || !stands_alone(&text, statement.range()) {
            return None;
        }
        let function = types.world().function(hop.function)?.range;
        let body = slice(&text, function);
        let name = NAMES.iter().find(|name| !has_word(body, name))?;
        Some(Hoist {
            statement: statement.range(),
            value: value.range(),
            whole: with_parentheses(&text, statement.range(), value.range()),
            name: (*name).to_owned(),
        })
    }
}

/// Whether reading the target of `+=` a little later fails in no other way: a name, attributes of one, or an element whose key is
/// written out, or which the function has put there.
fn is_steady(target: &Expr, path: &[AnyNodeRef<'_>]) -> bool {
    match target {
        Expr::Subscript(subscript) if is_plain(&subscript.value) => {
            let own = path.iter().rev().find_map(|node| match node {
                AnyNodeRef::StmtFunctionDef(def) => Some(*def),
                _ => None,
            });
            subscript.slice.is_literal_expr()
                || is_plain(&subscript.slice) && own.is_some_and(|def| Puts::are_in(&def.body, subscript))
        }
        other => is_plain(other),
    }
}

/// Finds a statement that puts something where an element is taken from.
struct Puts<'a> {
    element: &'a ExprSubscript,
    found: bool,
}

impl<'a> Puts<'a> {
    fn are_in(body: &'a [Stmt], element: &'a ExprSubscript) -> bool {
        let mut puts = Self { element, found: false };
        puts.visit_body(body);
        puts.found
    }
}

impl<'a> Visitor<'a> for Puts<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if let Stmt::Assign(assign) = stmt
            && assign.end() < self.element.start()
        {
            let is_it = |target: &Expr| {
                ComparableExpr::from(target) == ComparableExpr::from(&Expr::Subscript(self.element.clone()))
            };
            self.found |= assign.targets.iter().any(is_it);
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, _: &'a Expr) {}
}

fn is_plain(expr: &Expr) -> bool {
    match expr {
        Expr::Name(_) => true,
        Expr::Attribute(attribute) => is_plain(&attribute.value),
        _ => false,
    }
}

/// The operands, arguments and items that hold the call, where all that is worked out before them is only read.
fn parts(value: &Expr, call: TextRange) -> Vec<&Expr> {
    let mut found = Vec::new();
    let mut open = Some(value);
    while let Some(part) = open.and_then(|value| part(value, call)) {
        found.push(part);
        open = Some(part).filter(|part| part.range() != call);
    }
    found
}

/// The part of an expression that holds the call, where all that is worked out before it is only read.
fn part(value: &Expr, call: TextRange) -> Option<&Expr> {
    let among = |parts: Vec<&'_ Expr>| -> Option<usize> {
        let position = parts.iter().position(|part| part.range().contains_range(call))?;
        parts[..position].iter().all(|part| is_only_read(part)).then_some(position)
    };
    let items: Vec<&Expr> = match value {
        Expr::BinOp(operation) => vec![&operation.left, &operation.right],
        Expr::Call(made) if made.range() != call => std::iter::once(&*made.func)
            .chain(&made.arguments.args)
            .chain(made.arguments.keywords.iter().map(|keyword| &keyword.value))
            .collect(),
        Expr::Attribute(attribute) => vec![&attribute.value],
        Expr::Subscript(subscript) => vec![&subscript.value, &subscript.slice],
        Expr::List(list) => list.elts.iter().collect(),
        Expr::Tuple(tuple) => tuple.elts.iter().collect(),
        Expr::Starred(starred) => vec![&starred.value],
        _ => return None,
    };
    let position = among(items.clone())?;
    items.get(position).copied()
}

/// Whether an expression calls nothing but `get` of a place, so that it can be evaluated later.
fn is_only_read(expr: &Expr) -> bool {
    match expr {
        Expr::BinOp(operation) => is_only_read(&operation.left) && is_only_read(&operation.right),
        Expr::Call(call) => is_get(call) && call.arguments.args.iter().all(is_only_read),
        Expr::List(list) => list.elts.iter().all(is_only_read),
        Expr::Tuple(tuple) => tuple.elts.iter().all(is_only_read),
        other => other.is_literal_expr() || is_plain(other),
    }
}

fn is_get(call: &ast::ExprCall) -> bool {
    call.arguments.keywords.is_empty()
        && matches!(&*call.func, Expr::Attribute(attribute)
            if attribute.attr.as_str() == "get" && is_plain(&attribute.value))
}

/// Whether the call runs once whenever the value is worked out.
pub(super) fn is_always_run(path: &[AnyNodeRef<'_>], value: TextRange) -> bool {
    path.iter().filter(|node| value.contains_range(node.range())).all(|node| {
        !matches!(
            node,
            AnyNodeRef::ExprLambda(_)
                | AnyNodeRef::ExprListComp(_)
                | AnyNodeRef::ExprSetComp(_)
                | AnyNodeRef::ExprDictComp(_)
                | AnyNodeRef::ExprGenerator(_)
        )
    })
}

/// Whether the statement is all that is on its line, so that another one can go in front of it.
fn stands_alone(text: &str, statement: TextRange) -> bool {
    text.line_end(statement.start()) >= statement.end() && has_own_lines(text, statement)
}

/// Whether nothing but the statement, and a comment behind it, is on its lines.
pub(super) fn has_own_lines(text: &str, statement: TextRange) -> bool {
    let line = TextRange::new(text.line_start(statement.start()), text.line_end(statement.end()));
    let after = slice(text, TextRange::new(statement.end(), line.end())).trim_start();
    slice(text, TextRange::new(line.start(), statement.start())).trim().is_empty()
        && (after.is_empty() || after.starts_with('#'))
}

fn with_parentheses(text: &str, statement: TextRange, value: TextRange) -> TextRange {
    let before = slice(text, TextRange::new(statement.start(), value.start()));
    let after = slice(text, TextRange::new(value.end(), statement.end()));
    let (outer, inner) = (before.trim_end(), after.trim_start());
    match (outer.strip_suffix('('), inner.strip_prefix(')')) {
        (Some(rest), Some(tail)) => {
            let start = statement.start() + TextSize::of(rest);
            let end = statement.end() - TextSize::of(tail);
            with_parentheses(text, statement, TextRange::new(start, end))
        }
        _ => value,
    }
}
