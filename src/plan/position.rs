//! Whether an `await` may stand where a call stands.

use ruff_python_ast::helpers::any_over_body;
use ruff_python_ast::{AnyNodeRef, Expr, InterpolatedStringElement};
use ruff_text_size::{Ranged, TextRange};

use super::cancelled;
use super::interrupts;
use super::lent::lent;
use super::meanwhile;
use super::memo::Survey;
use super::region::shared_by_all;
use crate::analysis::{FnId, Lookup};
use crate::project::{Ast, DefId, FileId, Shape};

/// Nested comprehensions may await since this version (<https://docs.python.org/3/whatsnew/3.11.html>).
const NESTED_COMPREHENSIONS: (u8, u8) = (3, 11);

/// Why the call at `call` cannot be awaited where it stands, if so; `gathered` is a generator expression around it that can.
pub(super) fn obstacle(
    survey: Survey<'_>,
    function: FnId,
    call: TextRange,
    gathered: Option<TextRange>,
    minimum: Option<(u8, u8)>,
) -> Option<String> {
    let (resolver, file) = (survey.resolver, function.file);
    let ast = resolver.types.ast(file)?;
    let body = resolver.types.world().function(function)?.range;
    let path = ast.path(call);
    let outer = path.iter().position(|node| matches!(node, AnyNodeRef::StmtFunctionDef(def) if def.range() == body))?;
    let path = &path[outer..];
    syntax(path, call, gathered, minimum)
        .or_else(|| cancelled::obstacle(survey, function, path, call))
        .or_else(|| held(survey, file, path, call))
        .or_else(|| lent(survey, file, path, call))
        .or_else(|| meanwhile::changed(survey, function, path, call))
}

fn syntax(
    path: &[AnyNodeRef<'_>],
    call: TextRange,
    gathered: Option<TextRange>,
    minimum: Option<(u8, u8)>,
) -> Option<String> {
    let mut comprehensions = 0;
    for (position, node) in path.iter().enumerate() {
        let inner = path.get(position + 1).map_or(call, Ranged::range);
        let reason = match node {
            AnyNodeRef::ExprLambda(_) => "a lambda cannot await",
            AnyNodeRef::StmtClassDef(def) if def.body.iter().any(|stmt| stmt.range().contains_range(inner)) => {
                "the body of a class cannot await"
            }
            AnyNodeRef::ExprGenerator(generator)
                if gathered != Some(generator.range())
                    && !generator.generators.first().is_some_and(|first| first.iter.range().contains_range(call)) =>
            {
                "with an await it would be an asynchronous generator, which the code around it cannot consume"
            }
            AnyNodeRef::ExprListComp(_)
            | AnyNodeRef::ExprSetComp(_)
            | AnyNodeRef::ExprDictComp(_)
            | AnyNodeRef::ExprGenerator(_) => {
                comprehensions += 1;
                if comprehensions < 2 || minimum.is_none_or(|minimum| minimum >= NESTED_COMPREHENSIONS) {
                    continue;
                }
                "a comprehension in a comprehension cannot await before Python 3.11"
            }
            AnyNodeRef::ExprAwait(_) if node.range() != call && is_awaited(node, call) => {
                "its result is awaited, so it is made for the loop"
            }
            AnyNodeRef::ExprFString(string) if has_debug_text(string, call) => {
                "`{…=}` shows the text of the call, which would change"
            }
            AnyNodeRef::Parameter(_) => "an annotation cannot await",
            _ => continue,
        };
        return Some(reason.to_owned());
    }
    let last = path.last()?;
    contains_yield(last).then(|| "a `yield` stands among its arguments".to_owned())
}

fn is_awaited(node: &AnyNodeRef<'_>, call: TextRange) -> bool {
    matches!(node, AnyNodeRef::ExprAwait(await_) if await_.value.range() == call)
}

fn has_debug_text(string: &ruff_python_ast::ExprFString, call: TextRange) -> bool {
    string.value.elements().any(|element| match element {
        InterpolatedStringElement::Interpolation(field) => {
            field.debug_text.is_some() && field.range().contains_range(call)
        }
        InterpolatedStringElement::Literal(_) => false,
    })
}

fn contains_yield(node: &AnyNodeRef<'_>) -> bool {
    let AnyNodeRef::ExprCall(call) = node else {
        return false;
    };
    let holds = |expr: &Expr| {
        ruff_python_ast::helpers::any_over_expr(expr, |expr| matches!(expr, Expr::Yield(_) | Expr::YieldFrom(_)))
    };
    holds(&call.func)
        || call.arguments.args.iter().any(&holds)
        || call.arguments.keywords.iter().any(|keyword| holds(&keyword.value))
}

/// A context manager around the call, under which the task must not give way; or an `except` that would swallow the
/// cancellation that can now arrive at the call.
fn held(survey: Survey<'_>, file: FileId, path: &[AnyNodeRef<'_>], call: TextRange) -> Option<String> {
    for node in path {
        match node {
            AnyNodeRef::StmtWith(with) if !with.is_async && with.range() != call => {
                for item in &with.items {
                    if item.context_expr.range().contains_range(call) {
                        break;
                    }
                    if let Some(reason) = holder(survey, file, &item.context_expr) {
                        return Some(reason);
                    }
                }
            }
            AnyNodeRef::StmtTry(try_) => {
                let is_in_body = cancelled::holds(&try_.body, call);
                if is_in_body && interrupts::expects(try_) {
                    return Some(interrupts::REASON.to_owned());
                }
                if is_in_body && !any_over_body(&try_.body, Expr::is_await_expr) && swallows_cancellation(try_) {
                    return Some(
                        "the `except` around it would swallow a cancellation, which an await can raise".to_owned(),
                    );
                }
            }
            _ => {}
        }
    }
    explicit_lock(survey, file, path, call)
}

/// The reason, if this context manager (or the `with` in its `__enter__`) is one under which nothing may be awaited.
fn holder(survey: Survey<'_>, file: FileId, manager: &Expr) -> Option<String> {
    let resolver = survey.resolver;
    let catalogue = resolver.catalogue();
    let holds = |name: &str| catalogue.holds_with(name, survey.is_sequential);
    // What the program's own code does when it is entered.
    let runs = |enter: DefId| {
        let id = resolver.types.world().fn_of(enter)?;
        takes_lock(survey, id).or_else(|| shared_by_all(survey, id))
    };
    for shape in resolver.shapes(file, manager) {
        let Shape::Instance(class) = shape else { continue };
        if let Some(reason) = resolver.types.mro(class).iter().find_map(|base| holds(&base.name)) {
            return Some(reason.to_owned());
        }
        let enter = resolver.types.member(class, "__enter__").and_then(|target| target.function);
        if let Some(reason) = enter.and_then(runs) {
            return Some(reason);
        }
    }
    if let Expr::Call(call) = manager {
        for target in resolver.targets(file, &call.func) {
            if let Some(reason) = target.names.iter().find_map(|name| holds(name)) {
                return Some(reason.to_owned());
            }
            if let Some(reason) = target.function.and_then(runs) {
                return Some(reason);
            }
        }
    }
    None
}

/// Whether a function of the program enters or acquires something that must not be held across an await.
fn takes_lock(survey: Survey<'_>, id: FnId) -> Option<String> {
    let resolver = survey.resolver;
    let facts = resolver.types.facts(id.file);
    let ast = resolver.types.ast(id.file)?;
    facts.calls.iter().filter(|call| call.function == id.index).find_map(|fact| {
        let receiver = match fact.name.as_str() {
            "__enter__" => ast.expression(fact.range)?,
            "acquire" => match &*ast.call(fact.range)?.func {
                Expr::Attribute(attribute) => &*attribute.value,
                _ => return None,
            },
            _ => return None,
        };
        class_reason(survey, id.file, receiver)
    })
}

fn class_reason(survey: Survey<'_>, file: FileId, receiver: &Expr) -> Option<String> {
    let resolver = survey.resolver;
    let holds = |name: &str| resolver.catalogue().holds_with(name, survey.is_sequential);
    resolver.shapes(file, receiver).iter().find_map(|shape| match shape {
        Shape::Instance(class) => {
            resolver.types.mro(*class).iter().find_map(|base| holds(&base.name)).map(str::to_owned)
        }
        _ => None,
    })
}

/// `lock.acquire()` before the call and `lock.release()` after it, or a lock given to an exit stack.
fn explicit_lock(survey: Survey<'_>, file: FileId, path: &[AnyNodeRef<'_>], call: TextRange) -> Option<String> {
    let resolver = survey.resolver;
    let facts = resolver.types.facts(file);
    let ast: Ast = resolver.types.ast(file)?;
    let index = facts.enclosing(call.start());
    let own = || facts.calls.iter().filter(|fact| fact.function == index && fact.range != call);
    let released = own().any(|fact| fact.name.as_str() == "release" && fact.range.start() > call.start());
    let is_with = path.iter().any(|node| matches!(node, AnyNodeRef::StmtWith(_)));
    own().filter(|fact| fact.range.start() < call.start()).find_map(|fact| {
        match (fact.name.as_str(), &*ast.call(fact.range)?.func) {
            ("acquire", Expr::Attribute(attribute)) if released => class_reason(survey, file, &attribute.value),
            ("enter_context", _) if is_with => {
                let first = ast.call(fact.range)?.arguments.args.first()?;
                holder(survey, file, first)
            }
            _ => None,
        }
    })
}

/// Whether an exception handler catches what cancels a task, and goes on.
fn swallows_cancellation(try_: &ruff_python_ast::StmtTry) -> bool {
    use ruff_python_ast::{ExceptHandler, Stmt};
    for handler in &try_.handlers {
        let names = interrupts::caught(handler);
        let ExceptHandler::ExceptHandler(handler) = handler;
        let reraises = handler.body.last().is_some_and(|stmt| matches!(stmt, Stmt::Raise(_)));
        if names.contains(&"CancelledError") || names.contains(&"BaseException") {
            return !reraises;
        }
    }
    false
}
