//! What a manager of the program changes when a `with` enters it, and changes again when it is left: a flag, a level, what a pool has.
//! Where nothing in the `with` gives the loop back, no other task comes to it in between.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;

use ruff_python_ast::helpers::any_over_body;
use ruff_python_ast::{AnyNodeRef, Expr, StmtWith};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::atomic::{Pauses, pauses};
use super::collect::root_in;
use super::memo::Survey;
use super::region::Start;
use super::touch::{Root, Roots, Touch};
use crate::analysis::{FnId, Lookup};
use crate::project::{Ast, Shape};

/// The methods of a manager that `async with` calls.
const ASYNC: [&str; 2] = ["__aenter__", "__aexit__"];

/// Why no await may stand in the `with` statements on the way to a place.
pub(super) fn changed(survey: Survey<'_>, function: FnId, path: &[AnyNodeRef<'_>], at: TextRange) -> Option<String> {
    if survey.is_sequential {
        return None;
    }
    path.iter().find_map(|node| {
        let AnyNodeRef::StmtWith(with) = node else { return None };
        let is_inside = with.body.iter().any(|stmt| stmt.range().contains_range(at));
        is_inside.then(|| changed_in(survey, function, with, at)).flatten()
    })
}

/// Why a manager that is made at a place, or that a `with` enters there, must not give the loop back where it did not so far.
pub(super) fn entered(survey: Survey<'_>, function: FnId, at: TextRange) -> Option<String> {
    let ast = survey.resolver.types.ast(function.file)?;
    ast.path(at).iter().rev().find_map(|node| {
        let AnyNodeRef::StmtWith(with) = node else { return None };
        let is_header = with.items.iter().any(|item| item.context_expr.range().contains_range(at));
        is_header.then(|| changed_in(survey, function, with, at)).flatten()
    })
}

/// Why a method that enters or leaves a manager must not give the loop back where it did not so far: both change what all managers share.
pub(super) fn shared_by_managers(survey: Survey<'_>, function: FnId) -> Option<String> {
    let (types, world) = (&survey.resolver.types, survey.resolver.types.world());
    let own = world.function(function).filter(|own| ASYNC.contains(&own.name.as_str()))?;
    let class = world.enclosing_class(function)?;
    let object = own.parameters.first()?.name.clone();
    let written = |method: &str| -> Option<BTreeSet<String>> {
        let id = types.member(class, method).and_then(|target| world.fn_of(target.function?))?;
        let touched = survey.touched(&vec![(id, Arc::new(Roots::from([(object.clone(), Root::default())])))]);
        Some(touched.iter().filter(|(_, kind)| kind.is_write()).map(|(place, _)| place.clone()).collect())
    };
    let [enter, exit] = ASYNC.map(written);
    let place = enter?.intersection(&exit?).next().cloned()?;
    Some(format!("`{place}` is changed as long as an `async with` runs: other tasks would find it so"))
}

/// What is changed as long as a `with` runs that gives the loop back nowhere, but for one place.
fn changed_in(survey: Survey<'_>, function: FnId, with: &StmtWith, at: TextRange) -> Option<String> {
    let ast = survey.resolver.types.ast(function.file)?;
    let is_inside = |pause: &TextRange| with.body.iter().any(|stmt| stmt.range().contains_range(*pause));
    let has_pauses =
        || any_over_body(&with.body, Expr::is_yield_expr) || pauses(survey, function, at).iter().any(is_inside);
    let mut managers = with.items.iter().map(|item| &item.context_expr);
    let place = managers.find_map(|manager| changed_by(survey, &ast, function, manager, with.is_async))?;
    (!has_pauses()).then(|| format!("`{place}` is changed here until the `with` ends: other tasks would find it so"))
}

/// What a function asks about, and changes for all in one go with that as it enters a manager: `if not lock.locked(): async with lock: …`.
fn held_after_asking(survey: Survey<'_>, ast: &Ast, function: FnId, manager: &Expr, is_async: bool) -> Option<String> {
    let changed = survey.touched_by_entering(function.file, manager, is_async);
    if changed.is_empty() {
        return None;
    }
    let pauses = Pauses::of(survey, function, ast, TextRange::empty(manager.start()))?;
    let touches = survey.outline(function).body(&Roots::default()).touches;
    let is_asked = |place: &String| {
        touches.iter().any(|touch| {
            touch.kind.is_read()
                && touch.place == *place
                && touch.range.end() <= manager.start()
                && !pauses.separate(touch.range.start(), manager.start())
        })
    };
    changed.into_iter().map(|(place, _)| place).find(is_asked)
}

/// A place that a manager writes when it is entered, and again when it is left.
fn changed_by(survey: Survey<'_>, ast: &Ast, function: FnId, manager: &Expr, is_async: bool) -> Option<String> {
    if let Some(held) = held_after_asking(survey, ast, function, manager, is_async) {
        return Some(held);
    }
    let (types, world) = (&survey.resolver.types, survey.resolver.types.world());
    let mut both: Vec<(BTreeSet<String>, BTreeSet<String>)> = Vec::new();
    if let Expr::Call(call) = manager {
        let targets = survey.targets(function.file, call);
        let generators = targets.iter().filter_map(|target| world.fn_of(target.function?)).filter(|id| {
            world.is_own(id.file) && world.function(*id).is_some_and(|own| own.is_generator && own.is_async == is_async)
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
        let [enter, exit] = if is_async { ASYNC } else { ["__enter__", "__exit__"] };
        both.extend(written(enter).zip(written(exit)));
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
