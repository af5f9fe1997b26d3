//! Where modules wait for coroutines, and who may have made those.

use std::sync::Arc;

use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::far::Spot;
use super::handed_in::{GIVEN, is_given};
use super::watch::callee;
use crate::analysis::{FnId, Lookup};
use crate::catalogue::Tasks;
use crate::plan::memo::Survey;
use crate::project::{Ast, DefId, FileId, RUNNERS, Shape, Target, last};

/// How many variables are followed to what makes tasks.
pub(super) const MADE: usize = 3;
/// What runs no coroutine that it is given.
const RUNS_NONE: [&str; 2] = ["sleep", "to_thread"];

/// Where a module waits for coroutines that others may have made.
#[derive(Debug)]
pub(super) struct Wait {
    pub spot: Spot,
    /// The functions that made them, if that can be told.
    pub made: Option<Vec<FnId>>,
    /// What it waits for, or what gives that, is something that the function or its object was given.
    pub is_given: bool,
}

/// What a module does with what others raise.
#[derive(Debug, Default)]
pub(in crate::plan) struct Watchers {
    pub(super) waits: Vec<Wait>,
    /// Where it asks a task what that has raised.
    pub asks: Vec<TextRange>,
}

impl Survey<'_> {
    /// The modules that may get at what a module defines, itself among them.
    pub(super) fn near(&self, home: FileId) -> Arc<[FileId]> {
        self.memo.near.get(&home, || {
            let files = self.resolver.types.world().own_files().map(|(file, _)| file);
            files.filter(|file| *file == home || self.resolver.may_hold(*file, home)).collect()
        })
    }

    /// What a module does with what others raise.
    pub(super) fn watchers(&self, file: FileId) -> Arc<Watchers> {
        self.memo.watchers.get(&file, || Arc::new(watchers(*self, file)))
    }
}

fn watchers(survey: Survey<'_>, file: FileId) -> Watchers {
    let types = &survey.resolver.types;
    let Some(ast) = types.ast(file) else { return Watchers::default() };
    let facts = types.facts(file);
    let tasks = &survey.resolver.catalogue().tasks;
    let mut found = Waits { tasks, list: Vec::new(), asks: Vec::new() };
    found.visit_body(&ast.module().body);
    let mut watchers = Watchers { waits: Vec::new(), asks: found.asks };
    for (at, awaited) in found.list {
        let is_run = |call: &ast::ExprCall| {
            let targets = survey.targets(file, call);
            targets.is_empty() || targets.iter().flat_map(|target| &target.names).any(|name| is_waiting(tasks, name))
        };
        let may_be = |awaited: &Expr| ast.call(at).is_none_or(is_run) && may_be_any(survey, file, awaited);
        if awaited.is_none_or(may_be) {
            let function = FnId { file, index: facts.enclosing(at.start()) };
            let made = awaited.and_then(|awaited| made_by(survey, &ast, function, awaited, MADE));
            let made = made.filter(|made| !made.is_empty());
            let is_given = awaited.is_some_and(|awaited| is_given(survey, function, awaited, GIVEN));
            watchers.waits.push(Wait { spot: (function, at), made, is_given });
        }
    }
    watchers
}

/// Whether what is awaited may run a coroutine that was made elsewhere.
fn may_be_any(survey: Survey<'_>, file: FileId, awaited: &Expr) -> bool {
    let Expr::Call(call) = awaited else { return true };
    let targets = survey.targets(file, call);
    if targets.is_empty() {
        let tasks = &survey.resolver.catalogue().tasks;
        let is_waiting = || missing_library(survey, file, &call.func, MADE).is_none_or(|top| is_waiting(tasks, &top));
        return !is_own_method(survey, file, &call.func) && is_waiting();
    }
    let may_be = |argument: &Expr| !argument.is_literal_expr() && may_be_any(survey, file, argument);
    // A plain function may give a task.
    let gives_other = || own_functions(survey, &targets).iter().any(|id| !is_async(survey, *id));
    is_of_waiting(survey, &targets) && call.arguments.args.iter().any(may_be) || gives_other()
}

/// Whether a method of classes of the program is called, whatever its decorators make of it.
pub(super) fn is_own_method(survey: Survey<'_>, file: FileId, called: &Expr) -> bool {
    let types = &survey.resolver.types;
    let Expr::Attribute(method) = called else { return false };
    let has = |class: DefId| {
        types.mro(class).iter().filter(|base| types.world().is_own(base.id.file)).any(|base| {
            let facts = types.facts(base.id.file);
            let found = facts.class_at(base.id.start).and_then(|index| facts.classes.get(index as usize));
            found.is_some_and(|found| matches!(found.members.get(&method.attr.id), Some(Some(_))))
        })
    };
    let shapes = survey.resolver.shapes(file, &method.value);
    !shapes.is_empty() && shapes.iter().all(|shape| matches!(shape, Shape::Instance(class) if has(*class)))
}

/// Whether a function is called that waits for what it is given. Methods, as those of queues, do nothing with that.
pub(super) fn is_of_waiting(survey: Survey<'_>, targets: &[Target]) -> bool {
    let tasks = &survey.resolver.catalogue().tasks;
    let waits = |name: &str| {
        let (of, function) = name.rsplit_once('.').unwrap_or_default();
        let is_method = of.rsplit('.').next().is_some_and(|of| of.starts_with(char::is_uppercase));
        is_waiting(tasks, name) && !is_method && !RUNS_NONE.contains(&function)
    };
    targets.iter().flat_map(|target| &target.names).any(|name| waits(name))
}

/// Whether a function is one of a library that waits for the coroutines that it is given.
pub(super) fn is_waiting(tasks: &Tasks, name: &str) -> bool {
    name.split('.').next().is_some_and(|top| tasks.waits.iter().any(|module| module == top))
}

/// The library, which is not there, that an expression gets an object or a function from.
pub(super) fn missing_library(survey: Survey<'_>, file: FileId, expr: &Expr, depth: usize) -> Option<Name> {
    let types = &survey.resolver.types;
    match expr {
        Expr::Attribute(attribute) => missing_library(survey, file, &attribute.value, depth),
        Expr::Call(call) => missing_library(survey, file, &call.func, depth),
        Expr::Await(await_) => missing_library(survey, file, &await_.value, depth),
        Expr::Name(name) => {
            let facts = types.facts(file);
            let mut bound = facts.bindings.iter().filter(|bound| bound.target == name.id).peekable();
            let mut imports = facts.imports.iter().filter(|import| import.bound == name.id);
            if bound.peek().is_none() {
                let import = imports.next().filter(|import| import.level == 0)?;
                let top = Name::new(import.module.split('.').next()?);
                let is_missing = || survey.resolver.shapes(file, expr).is_empty() && !types.imports_own(file, &top);
                return (imports.next().is_none() && is_missing()).then_some(top);
            }
            let ast = types.ast(file).filter(|_| depth > 0 && imports.next().is_none())?;
            let is_given = facts.functions.iter().any(|function| function.parameter(&name.id).is_some());
            let each = bound.map(|bound| missing_library(survey, file, ast.expression(bound.value)?, depth - 1));
            let tops: Option<Vec<Name>> = each.filter(|_| !is_given).collect();
            let tops = tops?;
            tops.iter()
                .find(|top| is_waiting(&survey.resolver.catalogue().tasks, top))
                .or_else(|| tops.first())
                .cloned()
        }
        _ => None,
    }
}

/// Those of the program.
pub(super) fn own_functions(survey: Survey<'_>, targets: &[Target]) -> Vec<FnId> {
    let world = survey.resolver.types.world();
    let own = targets.iter().filter_map(|target| target.function.filter(|def| world.is_own(def.file)));
    own.filter_map(|def| world.fn_of(def)).collect()
}

pub(super) fn is_async(survey: Survey<'_>, id: FnId) -> bool {
    survey.resolver.types.world().function(id).is_some_and(|function| function.is_async)
}

/// The functions of the program whose coroutines a value holds, if it holds no others: tasks, lists of such, and what a loop over such gives.
fn made_by(survey: Survey<'_>, ast: &Ast, function: FnId, value: &Expr, depth: usize) -> Option<Vec<FnId>> {
    let types = &survey.resolver.types;
    let all = |values: &[Expr]| -> Option<Vec<FnId>> {
        let each: Option<Vec<Vec<FnId>>> =
            values.iter().map(|value| made_by(survey, ast, function, value, depth)).collect();
        Some(each?.concat())
    };
    match value {
        Expr::Call(call) => {
            let targets = survey.targets(function.file, call);
            let own = own_functions(survey, &targets);
            if own.is_empty() {
                return all(&call.arguments.args);
            }
            own.iter().all(|id| is_async(survey, *id)).then_some(own)
        }
        Expr::Name(name) => {
            let facts = types.facts(function.file);
            let is_it = |index: u32, target: &str| index == function.index && target == name.id;
            let bound = facts.bindings.iter().filter(|bound| is_it(bound.function, &bound.target));
            let bound: Vec<&Expr> = bound.map(|bound| ast.expression(bound.value)).collect::<Option<_>>()?;
            if depth == 0 || bound.is_empty() {
                return types.is_immutable(function.file, value).then(Vec::new);
            }
            let each: Option<Vec<Vec<FnId>>> =
                bound.into_iter().map(|value| made_by(survey, ast, function, value, depth - 1)).collect();
            Some(each?.concat())
        }
        Expr::List(list) => all(&list.elts),
        Expr::Tuple(tuple) => all(&tuple.elts),
        Expr::Starred(starred) => made_by(survey, ast, function, &starred.value, depth),
        Expr::ListComp(comp) => made_by(survey, ast, function, &comp.elt, depth).filter(|made| !made.is_empty()),
        Expr::Generator(comp) => made_by(survey, ast, function, &comp.elt, depth).filter(|made| !made.is_empty()),
        _ => value.is_literal_expr().then(Vec::new),
    }
}

/// Where a module waits for others: each place, with what is awaited where it is an `await`.
struct Waits<'a> {
    tasks: &'a Tasks,
    list: Vec<(TextRange, Option<&'a Expr>)>,
    asks: Vec<TextRange>,
}

impl<'a> Visitor<'a> for Waits<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if let Stmt::With(with) = stmt
            && with.is_async
        {
            let is_group =
                |item: &ast::WithItem| last(callee(&item.context_expr)).is_some_and(|name| self.tasks.may_group(name));
            if with.items.iter().any(is_group) {
                self.list.push((with.range(), None));
            }
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Await(await_) => self.list.push((expr.range(), Some(&await_.value))),
            Expr::Call(call) if last(&call.func).is_some_and(|name| RUNNERS.contains(&name)) => {
                self.list.extend(call.arguments.args.first().map(|given| (expr.range(), Some(given))));
            }
            Expr::Call(call) if call.arguments.is_empty() => match call.func.as_attribute_expr() {
                Some(method) if method.attr.as_str() == "exception" => self.asks.push(expr.range()),
                Some(method) if method.attr.as_str() == "result" => self.list.push((expr.range(), None)),
                _ => {}
            },
            _ => {}
        }
        walk_expr(self, expr);
    }
}
