//! `self.n += f()` reads `self.n` before it calls `f`. With an await in between, what other tasks write meanwhile would be lost; so
//! the value is worked out first, in a statement of its own.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
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
    /// The part around a call that can be worked out before the rest of its statement, with the same outcome.
    pub(super) fn hoist(&self, hop: &Hop) -> Option<Hoist> {
        let types = &self.resolver.types;
        let ast = types.ast(hop.function.file)?;
        let text = types.text(hop.function.file);
        let path = ast.path(hop.at);
        let statement = path.iter().rev().find(|node| node.is_statement())?;
        let value = match statement {
            AnyNodeRef::StmtAugAssign(assign) if is_steady(&assign.target) => &*assign.value,
            AnyNodeRef::StmtAssign(assign) if assign.targets.len() == 1 => right(&assign.value, hop.at)?,
            _ => return None,
        };
        let holds = value.range().contains_range(hop.at);
        if !holds || !is_always_run(&path, value.range()) || !stands_alone(&text, statement.range()) {
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
/// written out.
fn is_steady(target: &Expr) -> bool {
    match target {
        Expr::Subscript(subscript) => is_plain(&subscript.value) && subscript.slice.is_literal_expr(),
        other => is_plain(other),
    }
}

fn is_plain(expr: &Expr) -> bool {
    match expr {
        Expr::Name(_) => true,
        Expr::Attribute(attribute) => is_plain(&attribute.value),
        _ => false,
    }
}

/// The operand that holds the call, where all that is read before it does nothing else.
fn right(value: &Expr, call: TextRange) -> Option<&Expr> {
    match value {
        Expr::BinOp(operation) if operation.right.range().contains_range(call) => {
            is_only_read(&operation.left).then_some(&*operation.right)
        }
        _ => None,
    }
}

/// Whether an expression calls nothing but `get` of a place, so that it can be evaluated later.
fn is_only_read(expr: &Expr) -> bool {
    match expr {
        Expr::BinOp(operation) => is_only_read(&operation.left) && is_only_read(&operation.right),
        Expr::Call(call) => is_get(call) && call.arguments.args.iter().all(is_only_read),
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
