//! What a manager of the program changes when a `with` enters it, and changes again when it is left: a flag, a level, what a pool has.
//! Where nothing in the `with` gives the loop back, no other task comes to it in between.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;

use ruff_python_ast::helpers::any_over_body;
use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::collect::root_in;
use super::memo::Survey;
use super::region::Start;
use super::touch::{Roots, Touch};
use crate::analysis::{FnId, Lookup};
use crate::project::{Ast, Shape};

/// Why no await may stand in the `with` statements on the way to a place.
pub(super) fn changed(survey: Survey<'_>, function: FnId, path: &[AnyNodeRef<'_>], at: TextRange) -> Option<String> {
    if survey.is_sequential {
        return None;
    }
    let ast = survey.resolver.types.ast(function.file)?;
    path.iter().find_map(|node| {
        let AnyNodeRef::StmtWith(with) = node else { return None };
        let is_inside = !with.is_async && with.body.iter().any(|stmt| stmt.range().contains_range(at));
        let has_pauses = || any_over_body(&with.body, |expr| expr.is_await_expr() || expr.is_yield_expr());
        if !is_inside || has_pauses() {
            return None;
        }
        let mut managers = with.items.iter().map(|item| &item.context_expr);
        let place = managers.find_map(|manager| changed_by(survey, &ast, function, manager))?;
        Some(format!("`{place}` is changed here until the `with` ends: other tasks would find it so"))
    })
}

/// A place that a manager writes when it is entered, and again when it is left.
fn changed_by(survey: Survey<'_>, ast: &Ast, function: FnId, manager: &Expr) -> Option<String> {
    let (types, world) = (&survey.resolver.types, survey.resolver.types.world());
    let mut both: Vec<(BTreeSet<String>, BTreeSet<String>)> = Vec::new();
    if let Expr::Call(call) = manager {
        let targets = survey.targets(function.file, call);
        let generators = targets.iter().filter_map(|target| world.fn_of(target.function?)).filter(|id| {
            world.is_own(id.file) && world.function(*id).is_some_and(|own| own.is_generator && !own.is_async)
        });
        both.extend(generators.filter_map(|id| around_yield(survey, id)));
    }
    for shape in survey.resolver.shapes(function.file, manager) {
        let Shape::Instance(class) = shape else { continue };
        let root = root_in(survey, ast, function, &Roots::default(), manager);
        let written = |method: &str| {
            let id = types.member(class, method).and_then(|target| world.fn_of(target.function?));
            let id = id.filter(|id| world.is_own(id.file))?;
            let own = world.function(id)?.parameters.first()?;
            let start: Start = (id, Arc::new(Roots::from([(own.name.clone(), root.clone())])));
            let touched = survey.touched(&vec![start]);
            Some(touched.iter().filter(|(_, kind)| kind.is_write()).map(|(place, _)| place.clone()).collect())
        };
        both.extend(written("__enter__").zip(written("__exit__")));
    }
    both.into_iter().find_map(|(enter, exit)| enter.intersection(&exit).next().cloned())
}

/// What a generator itself writes in front of its `yield`, and behind it.
fn around_yield(survey: Survey<'_>, id: FnId) -> Option<(BTreeSet<String>, BTreeSet<String>)> {
    let ast = survey.resolver.types.ast(id.file)?;
    let def = ast.def(survey.resolver.types.world().function(id)?.range)?;
    let middle = Cell::new(None);
    any_over_body(&def.body, |expr| {
        let is_it = expr.is_yield_expr();
        if is_it {
            middle.set(Some(expr.start()));
        }
        is_it
    });
    let middle: TextSize = middle.get()?;
    let touches = survey.outline(id).body(&Roots::default()).touches;
    let written = |is_there: &dyn Fn(&Touch) -> bool| {
        let touches = touches.iter().filter(|touch| touch.kind.is_write() && is_there(touch));
        touches.map(|touch| touch.place.clone()).collect()
    };
    Some((written(&|touch| touch.range.end() <= middle), written(&|touch| touch.range.start() > middle)))
}
