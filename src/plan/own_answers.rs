//! Objects whose operators are methods of the program: `table[key] = row` is a call then, and what it touches is what the method touches.

use ruff_python_ast::Expr;
use ruff_text_size::TextRange;

use super::memo::Survey;
use crate::analysis::{FnId, Lookup};
use crate::project::Shape;

/// Whether what an expression of `function` asks an object, within `around`, is answered by methods of the program that are followed: they
/// lead to blocking calls.
pub(super) fn answers_itself(survey: Survey<'_>, function: FnId, object: &Expr, around: TextRange) -> bool {
    let Some(calls) = survey.callees.get(&function) else { return false };
    let world = survey.resolver.types.world();
    let is_special = |id: &FnId| {
        world
            .function(*id)
            .is_some_and(|own| own.class.is_some() && own.name.starts_with("__") && own.name.ends_with("__"))
    };
    let is_asked = calls.iter().any(|(at, callees)| around.contains_range(*at) && callees.iter().any(is_special));
    is_asked && is_own(survey, function, object)
}

/// Whether an expression gives objects of the program's classes, and nothing else.
fn is_own(survey: Survey<'_>, function: FnId, object: &Expr) -> bool {
    let world = survey.resolver.types.world();
    let shapes = survey.resolver.shapes(function.file, object);
    let is_own = |shape: &Shape| matches!(shape, Shape::Instance(class) if world.is_own(class.file));
    !shapes.is_empty() && shapes.iter().all(is_own)
}
