//! Generator expressions that await: what goes through them at once takes a list instead, or the first item that counts.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::consume::{CLOSING, Consume, builtin};
use super::decide::Planner;
use crate::analysis::Hop;

/// A generator expression that becomes asynchronous, with what goes through it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gather {
    /// The generator expression, with its own parentheses if it has some.
    pub generator: TextRange,
    pub form: GatherForm,
}

/// What takes the place of a generator expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GatherForm {
    /// `sum(f(x) for x in xs)` → `sum([await f(x) for x in xs])`.
    List,
    /// `set(f(x) for x in xs)` → `{await f(x) for x in xs}`; the range is that of the call.
    Display { call: TextRange, brackets: [&'static str; 2] },
    /// `any(f(x) for x in xs)` → `await anext((True for x in xs if await f(x)), False)`; `all` the other way round.
    First { call: TextRange, element: TextRange, is_any: bool, needs_parentheses: bool },
    /// `next((x for x in xs if f(x)), end)` → `await anext((x for x in xs if await f(x)), end)`.
    Next { call: TextRange },
    /// `rows = (f(x) for x in xs)` stays what it is, and all that goes through `rows` does so asynchronously.
    Kept { reads: Vec<(TextRange, Consume)> },
}

impl Planner<'_> {
    /// The generator expression around a hop that would have to become asynchronous, if what goes through it can take that.
    /// What is gone through asynchronously may be the first iterable itself.
    pub(super) fn gather(&self, hop: &Hop, is_gone_through: bool) -> Option<Gather> {
        let ast = self.resolver.types.ast(hop.function.file)?;
        let path = ast.path(hop.at);
        let mut scopes = path.iter().enumerate().rev().take_while(|(_, node)| !is_function(node));
        let (position, generator) = scopes.find_map(|(position, node)| match node {
            AnyNodeRef::ExprGenerator(generator)
                if is_gone_through && is_first(generator, hop.at) || !is_evaluated_outside(generator, hop.at) =>
            {
                Some((position, *generator))
            }
            _ => None,
        })?;
        if let Some(AnyNodeRef::StmtAssign(assign)) = path[..position].last() {
            let form = GatherForm::Kept { reads: self.reads_of_kept(hop, assign)? };
            return Some(Gather { generator: generator.range(), form });
        }
        let AnyNodeRef::ExprCall(call) = path[..position].iter().rev().find(|node| node.is_expression())? else {
            return None;
        };
        let is_argument = call.arguments.args.first().is_some_and(|first| first.range() == generator.range());
        let consumer = builtin(self, hop.function, call).filter(|_| is_argument)?;
        let is_new = self.ground.terms.minimum.is_none_or(|minimum| minimum >= CLOSING);
        let form = form(&consumer, call, generator, is_new)?;
        Some(Gather { generator: generator.range(), form })
    }
}

fn form(consumer: &str, call: &ast::ExprCall, generator: &ast::ExprGenerator, is_new: bool) -> Option<GatherForm> {
    let is_alone = call.arguments.len() == 1;
    let call = match consumer {
        "any" | "all" if is_alone && is_new => {
            let needs_parentheses = !matches!(
                &*generator.elt,
                Expr::Call(_) | Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_) | Expr::Compare(_)
            );
            return Some(GatherForm::First {
                call: call.range(),
                element: generator.elt.range(),
                is_any: consumer == "any",
                needs_parentheses,
            });
        }
        "next" if call.arguments.args.len() == 2 && call.arguments.keywords.is_empty() && is_new => {
            return Some(GatherForm::Next { call: call.range() });
        }
        "list" | "set" if is_alone => call.range(),
        "sum" | "min" | "max" | "sorted" | "tuple" | "frozenset" | "dict" => return Some(GatherForm::List),
        "join" if is_alone => return Some(GatherForm::List),
        _ => return None,
    };
    let brackets = if consumer == "list" { ["[", "]"] } else { ["{", "}"] };
    Some(GatherForm::Display { call, brackets })
}

fn is_function(node: &AnyNodeRef<'_>) -> bool {
    matches!(node, AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::ExprLambda(_) | AnyNodeRef::StmtClassDef(_))
}

fn is_first(generator: &ast::ExprGenerator, at: TextRange) -> bool {
    generator.generators.first().is_some_and(|first| first.iter.range() == at)
}

/// The first iterable is evaluated by the code around the generator expression.
fn is_evaluated_outside(generator: &ast::ExprGenerator, at: TextRange) -> bool {
    generator.generators.first().is_some_and(|first| first.iter.range().contains_range(at))
}
