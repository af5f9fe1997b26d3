//! Decorators of the program that give what the function gives which they decorate.

use ruff_python_ast::{AnyNodeRef, Expr, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use super::memo::Survey;
use crate::analysis::FnId;
use crate::project::facts::{Function, FunctionKind};
use crate::project::{Ast, FileId, returned};

/// Whether all that a decorator puts in the place of a function returns is what the function returns, or nothing.
pub(super) fn gives_same(survey: Survey<'_>, file: FileId, decorator: &Expr) -> bool {
    let (world, types) = (survey.resolver.types.world(), &survey.resolver.types);
    let makers: Option<Vec<FnId>> = survey.resolver.makers(file, decorator).collect();
    makers.is_some_and(|makers| {
        !makers.is_empty()
            && makers.into_iter().all(|maker| {
                let ast = types.ast(maker.file).filter(|_| world.is_own(maker.file));
                ast.is_some_and(|ast| passes_on(survey, &ast, maker))
            })
    })
}

/// Whether the functions inside a decorator return nothing but what its parameters return, and one of them does.
fn passes_on(survey: Survey<'_>, ast: &Ast, maker: FnId) -> bool {
    let facts = survey.resolver.types.facts(maker.file);
    let Some(own) = facts.functions.get(maker.index as usize) else { return false };
    let inside: Vec<&Function> =
        facts.functions.iter().filter(|function| own.range.contains_range(function.range)).collect();
    let defs = inside.iter().filter(|function| function.kind == FunctionKind::Def);
    let parameters: FxHashSet<&str> =
        inside.iter().flat_map(|function| &function.parameters).map(|parameter| parameter.name.as_str()).collect();
    let is_inside = |name: &str| inside.iter().any(|function| function.name.as_str() == name);
    let calls_given = |value: &Expr| {
        let value = value.as_await_expr().map_or(value, |await_| &*await_.value);
        let func = value.as_call_expr().and_then(|call| call.func.as_name_expr());
        func.is_some_and(|func| parameters.contains(func.id.as_str()))
    };
    let is_bound_to_result = |def: &StmtFunctionDef, name: &str| {
        let within = |range: TextRange| def.range.contains_range(range);
        let bound = facts.bindings.iter().filter(|bound| within(bound.value) && bound.target == name);
        let mut values = bound.filter_map(|bound| ast.expression(bound.value)).peekable();
        let mut loads = facts.loads.iter().filter(|load| within(load.range) && load.name == name && !load.attribute);
        // What is done with it besides may be that it is kept.
        let is_only_returned = loads.all(|load| {
            let path = ast.path(load.range);
            path.iter().rev().find(|node| node.range() != load.range).is_some_and(AnyNodeRef::is_stmt_return)
        });
        values.peek().is_some() && values.all(calls_given) && is_only_returned
    };
    let mut gives_result = false;
    let is_plain = defs.filter_map(|function| ast.def(function.range)).all(|def| {
        returned(def).into_iter().all(|value| {
            let is_result = calls_given(value)
                || value.as_name_expr().is_some_and(|name| is_bound_to_result(def, name.id.as_str()));
            gives_result |= is_result;
            is_result || value.is_literal_expr() || value.as_name_expr().is_some_and(|name| is_inside(&name.id))
        })
    });
    is_plain && gives_result
}
