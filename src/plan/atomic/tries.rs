//! Where a `try` gives the loop back in any case: what stands in its `else` runs behind all of its body.

use ruff_python_ast::helpers::is_docstring_stmt;
use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, Stmt, StmtTry};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::{awaits, block_around};
use crate::analysis::{FnId, Lookup};
use crate::plan::memo::Survey;
use crate::plan::settled::handlers;
use crate::project::{Ast, Shape, blocks, goes_round};

/// What names, attributes and items raise where they are missing, with what stands for that and more.
const MISSING: [&str; 9] = [
    "BaseException",
    "Exception",
    "LookupError",
    "KeyError",
    "IndexError",
    "AttributeError",
    "NameError",
    "UnboundLocalError",
    "TypeError",
];
/// What a class has that works out its attributes and items.
const ASKED: [&str; 3] = ["__getattr__", "__getattribute__", "__getitem__"];
/// What reads and sets attributes by their names.
const CALM: [&str; 3] = ["getattr", "hasattr", "setattr"];
/// How many coroutines are looked into that await each other.
const DEPTH: usize = 4;

/// Whether a run that comes from one place, in front of the `try` around a pause, to another one behind the body has been at the pause.
pub(super) fn is_passed(
    ast: &Ast,
    pause: TextRange,
    (from, to): (TextSize, TextSize),
    is_first: impl Fn() -> bool,
) -> bool {
    let Some(try_) = try_of(ast, pause).filter(|try_| from <= try_.start()) else { return false };
    let holds = |body: &[Stmt]| body.iter().any(|stmt| stmt.range().contains_inclusive(to));
    let is_behind = holds(&try_.orelse) || handlers(try_).any(|handler| holds(&handler.body)) && is_first();
    let around = block_around(&ast.path(try_.range()), try_.range());
    is_behind && around.is_none_or(|around| around.contains_inclusive(from) || ast.def(around).is_some())
}

/// The `try` whose body comes to a pause in any case.
fn try_of(ast: &Ast, pause: TextRange) -> Option<&StmtTry> {
    let path = ast.path(pause);
    let around = block_around(&path, pause)?;
    path.into_iter().rev().find_map(|node| match node {
        AnyNodeRef::StmtTry(try_) if try_.range() == around => {
            try_.body.iter().any(|stmt| stmt.range().contains_range(pause)).then_some(try_)
        }
        _ => None,
    })
}

/// Whether no run comes from one place to the other: they stand in handlers, or in a handler and the `else`, of one `try`, where one of
/// the pauses comes before all of them.
pub(super) fn never_meet<'p>(ast: &Ast, first: impl Fn() -> &'p [TextRange], from: TextSize, to: TextSize) -> bool {
    let path = ast.path(TextRange::empty(from));
    let start = path.iter().rposition(|node| node.is_stmt_function_def()).map_or(0, |index| index + 1);
    let inner = &path[start..];
    !inner.iter().any(|node| goes_round(*node))
        && inner.iter().any(|node| {
            let AnyNodeRef::StmtTry(try_) = node else { return false };
            let suites: Vec<&[Stmt]> =
                handlers(try_).map(|handler| &handler.body[..]).chain(std::iter::once(&try_.orelse[..])).collect();
            let holds = |suite: &[Stmt], at: TextSize| suite.iter().any(|stmt| stmt.range().contains_inclusive(at));
            let is_first = |pause: &TextRange| try_of(ast, *pause).is_some_and(|other| other.range() == try_.range());
            suites.iter().any(|suite| holds(suite, from) && !holds(suite, to))
                && suites.iter().any(|suite| holds(suite, to))
                && first().iter().any(is_first)
        })
}

/// Whether a pause is the first thing in its `try` that may raise what the handlers catch, and does so only when others have run; what is no
/// more than a mistake of the program does not count.
pub(super) fn comes_first(survey: Survey<'_>, function: FnId, ast: &Ast, pause: TextRange) -> bool {
    let Some(try_) = try_of(ast, pause) else { return false };
    let awaited = try_.body.iter().find(|stmt| !is_calm(stmt)).and_then(awaited).filter(|_| {
        let path = ast.path(pause);
        path.iter().any(|node| node.is_expr_await() && node.range() == pause)
    });
    let Some(call) = awaited.filter(|call| pause.contains_range(call.range())) else { return false };
    let catches_no_miss = || {
        handlers(try_)
            .all(|handler| handler.type_.as_deref().is_some_and(|type_| catches_no_miss(survey, function, type_)))
    };
    is_plain(survey, call)
        && (!reads(call).has_items || catches_no_miss())
        && (begins(survey, function, call, DEPTH) || !raises_early(survey, function, call, DEPTH))
}

/// Whether a statement only gives variables and attributes what is read from others.
fn is_calm(stmt: &Stmt) -> bool {
    let is_plain = |expr: &Expr| {
        let mut reads = Reads { attributes: Vec::new(), is_plain: true, has_items: false };
        match expr {
            Expr::Call(call) if call.func.as_name_expr().is_some_and(|name| CALM.contains(&name.id.as_str())) => {
                reads.visit_arguments(&call.arguments);
            }
            expr => reads.visit_expr(expr),
        }
        reads.is_plain && !reads.has_items
    };
    match stmt {
        Stmt::Assign(assign) => assign.targets.iter().all(is_plain) && is_plain(&assign.value),
        Stmt::Expr(stmt) => is_plain(&stmt.value),
        _ => false,
    }
}

/// Whether the coroutine that a call makes may raise something on purpose before it gives the loop back.
fn raises_early(survey: Survey<'_>, function: FnId, call: &ExprCall, depth: usize) -> bool {
    let types = &survey.resolver.types;
    let targets = survey.targets(function.file, call);
    let own = targets.iter().filter_map(|target| types.world().fn_of(target.function?));
    // One that only says that there is one is overridden.
    let is_stub = |id: &FnId| types.world().function(*id).is_some_and(|own| own.is_stub);
    let mut own = own.filter(|id| types.world().is_own(id.file) && !is_stub(id));
    own.any(|id| {
        let (Some(ast), Some(info)) = (types.ast(id.file), types.world().function(id)) else { return true };
        let Some(def) = ast.def(info.range) else { return true };
        let first = awaits(survey, id).into_iter().min_by_key(|at| at.start());
        let end = first.map_or(def.end(), |at| at.start());
        let next = first.and_then(|at| ast.expression(at)?.as_await_expr()?.value.as_call_expr());
        raises_before(&def.body, end) || depth > 0 && next.is_some_and(|call| raises_early(survey, id, call, depth - 1))
    })
}

fn raises_before(body: &[Stmt], end: TextSize) -> bool {
    body.iter().filter(|stmt| stmt.start() < end).any(|stmt| match stmt {
        Stmt::Raise(_) | Stmt::Assert(_) => true,
        Stmt::FunctionDef(_) | Stmt::ClassDef(_) => false,
        other => blocks(other.into()).into_iter().any(|suite| raises_before(suite, end)),
    })
}

/// The call whose coroutine is all that a statement awaits, and which it makes before all else.
fn awaited(stmt: &Stmt) -> Option<&ExprCall> {
    let value = match stmt {
        Stmt::Expr(stmt) => &*stmt.value,
        Stmt::Assign(assign) => &*assign.value,
        Stmt::AnnAssign(assign) => assign.value.as_deref()?,
        Stmt::Return(return_) => return_.value.as_deref()?,
        _ => return None,
    };
    value.as_await_expr()?.value.as_call_expr()
}

/// Whether what a call is given, and made on, is only read from variables, attributes and items.
fn is_plain(survey: Survey<'_>, call: &ExprCall) -> bool {
    let reads = reads(call);
    let world = survey.resolver.types.world();
    let is_property = |name: &str| {
        let mut functions = world.own_files().flat_map(|(_, file)| &file.facts.functions);
        functions.any(|function| function.class.is_some() && function.name == name)
    };
    reads.is_plain
        && !ASKED.iter().any(|name| survey.special_methods().contains(*name))
        && !reads.attributes.into_iter().any(is_property)
}

fn reads(call: &ExprCall) -> Reads<'_> {
    let mut reads = Reads { attributes: Vec::new(), is_plain: true, has_items: false };
    reads.visit_arguments(&call.arguments);
    match &*call.func {
        Expr::Attribute(method) => reads.visit_expr(&method.value),
        func => reads.visit_expr(func),
    }
    reads
}

/// Whether a handler is for other exceptions than those that tell that something is not there.
fn catches_no_miss(survey: Survey<'_>, function: FnId, type_: &Expr) -> bool {
    if let Expr::Tuple(tuple) = type_ {
        return tuple.elts.iter().all(|one| catches_no_miss(survey, function, one));
    }
    let types = &survey.resolver.types;
    let shapes = survey.resolver.shapes(function.file, type_);
    let is_other = |shape: &Shape| match shape {
        Shape::Class(class) => !MISSING.contains(&types.class_name(*class).as_str()),
        _ => false,
    };
    !shapes.is_empty() && shapes.iter().all(is_other)
}

/// Whether the coroutine that a call makes first of all gives the loop back.
fn begins(survey: Survey<'_>, function: FnId, call: &ExprCall, depth: usize) -> bool {
    let (types, pauses) = (&survey.resolver.types, &survey.resolver.catalogue().tasks.pauses);
    let targets = survey.targets(function.file, call);
    depth > 0
        && !targets.is_empty()
        && targets.iter().all(|target| {
            if target.names.iter().any(|name| pauses.contains(name)) {
                return true;
            }
            let id = target.function.and_then(|def| types.world().fn_of(def));
            let Some((id, own)) = id.and_then(|id| Some((id, types.world().function(id)?))) else { return false };
            let ast = types.ast(id.file);
            let def = ast.as_ref().and_then(|ast| ast.def(own.range));
            let first = def.and_then(|def| def.body.iter().find(|stmt| !is_docstring_stmt(stmt)));
            let is_coroutine = own.is_async && !own.is_generator && own.decorators.is_empty();
            let awaited = first.and_then(awaited).filter(|_| is_coroutine);
            awaited.is_some_and(|call| is_plain(survey, call) && begins(survey, id, call, depth - 1))
        })
}

/// What an expression reads, and whether it does nothing else.
struct Reads<'a> {
    attributes: Vec<&'a str>,
    is_plain: bool,
    has_items: bool,
}

impl<'a> Visitor<'a> for Reads<'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Attribute(attribute) => self.attributes.push(attribute.attr.as_str()),
            Expr::Subscript(_) => self.has_items = true,
            Expr::Name(_) | Expr::Tuple(_) | Expr::List(_) => {}
            other => self.is_plain &= other.is_literal_expr(),
        }
        walk_expr(self, expr);
    }
}
