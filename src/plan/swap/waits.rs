//! Where modules wait for coroutines, and who may have made those.

use std::sync::Arc;

use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, AnyNodeRef, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::far::Spot;
use super::watch::callee;
use crate::analysis::{FnId, Lookup};
use crate::plan::memo::Survey;
use crate::plan::scope::Scope;
use crate::project::facts::{Facts, FunctionIndex, MODULE};
use crate::project::{Ast, DefId, FileId, RUNNERS, Shape, Target, last};

/// Managers that wait for tasks.
const GROUPS: [&str; 3] = ["TaskGroup", "create_task_group", "open_nursery"];

/// How many variables are followed to what makes tasks.
pub(super) const MADE: usize = 3;
/// How many attributes are followed to what an object was given.
const GIVEN: usize = 4;
/// What gives back what it is given.
const SLEEP: &str = "sleep";
/// Libraries that wait for the coroutines that they are given.
const WAITING: [&str; 2] = ["asyncio", "anyio"];

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
    let mut found = Waits::default();
    found.visit_body(&ast.module().body);
    let mut watchers = Watchers { waits: Vec::new(), asks: found.asks };
    for (at, awaited) in found.list {
        let is_run = |call: &ast::ExprCall| {
            let targets = survey.targets(file, call);
            targets.is_empty() || targets.iter().flat_map(|target| &target.names).any(|name| is_waiting(name))
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
        let is_waiting = || missing_library(survey, file, &call.func, MADE).is_none_or(|top| is_waiting(&top));
        return !is_own_method(survey, file, &call.func) && is_waiting();
    }
    let may_be = |argument: &Expr| !argument.is_literal_expr() && may_be_any(survey, file, argument);
    // A plain function may give a task.
    let gives_other = || own_functions(survey, &targets).iter().any(|id| !is_async(survey, *id));
    is_of_waiting(&targets) && call.arguments.args.iter().any(may_be) || gives_other()
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

/// Whether an expression gets what it gives from what a function was given, or from what an object has from there.
pub(super) fn is_given(survey: Survey<'_>, function: FnId, expr: &Expr, depth: usize) -> bool {
    let facts = survey.resolver.types.facts(function.file);
    let value = match expr {
        Expr::Name(name) => return owner_of(&facts, function, &name.id).is_some(),
        Expr::Attribute(attribute) => match &*attribute.value {
            Expr::Name(object) if is_object(&facts, function, &object.id) => {
                return depth == 0 || may_have_given(survey, function.file, &attribute.attr.id, depth - 1);
            }
            value => value,
        },
        Expr::Call(call) => {
            let own = own_functions(survey, &survey.targets(function.file, call));
            if !own.is_empty() {
                return depth == 0 || own.into_iter().any(|id| gives_given(survey, id, depth - 1));
            }
            let owner = call.func.as_name_expr().and_then(|name| owner_of(&facts, function, &name.id));
            if owner.is_some_and(|index| is_decorator(survey, FnId { index, ..function }, depth)) {
                return false;
            }
            // `getattr(self, name)`, `asyncio.wait_for(call_next(request), 5)`
            let passes = call.func.is_name_expr() || is_of_waiting(&survey.targets(function.file, call));
            if passes && call.arguments.args.iter().any(|given| is_given(survey, function, given, depth)) {
                return true;
            }
            &call.func
        }
        Expr::Starred(starred) => &starred.value,
        expr if expr.is_literal_expr() => return false,
        Expr::Subscript(subscript) => &subscript.value,
        Expr::Await(await_) => &await_.value,
        _ => return true,
    };
    is_given(survey, function, value, depth)
}

/// The same of what a plain function returns. What coroutine functions wait for is looked at for itself.
fn gives_given(survey: Survey<'_>, id: FnId, depth: usize) -> bool {
    let types = &survey.resolver.types;
    let Some((own, ast)) = types.world().function(id).filter(|own| !own.is_async).zip(types.ast(id.file)) else {
        return false;
    };
    let Some(def) = ast.def(own.range) else { return true };
    let mut returned = Scope::of(def).returns.into_iter().filter_map(|(_, value)| value);
    returned.any(|at| ast.expression(at).is_none_or(|value| is_given(survey, id, value, depth)))
}

/// Whether a function is named in decorators only, or returned by one that is: it is given functions of the program.
fn is_decorator(survey: Survey<'_>, id: FnId, depth: usize) -> bool {
    let types = &survey.resolver.types;
    let (index, world) = (survey.resolver.index(), types.world());
    let Some(own) = world.function(id).filter(|own| depth > 0 && own.class.is_none()) else { return false };
    let is_fine = |file: FileId, at: TextRange| {
        let Some(ast) = types.ast(file) else { return false };
        let path = ast.path(at);
        let is_returned =
            || matches!(path.iter().rev().find(|node| node.range() != at), Some(AnyNodeRef::StmtReturn(_)));
        path.iter().any(|node| matches!(node, AnyNodeRef::Decorator(_)))
            || file == id.file && is_returned() && is_decorator(survey, FnId { index: own.parent, ..id }, depth - 1)
    };
    let names = index.with_aliases(&own.name);
    let loads = names
        .iter()
        .flat_map(|name| index.loads(name))
        .map(|posting| (posting.0, world.load_at(*posting).map(|load| load.range)));
    let calls = names
        .iter()
        .flat_map(|name| index.calls(name))
        .map(|posting| (posting.0, world.call_at(*posting).map(|call| call.range)));
    let mut places = loads.chain(calls).peekable();
    places.peek().is_some() && places.all(|(file, at)| at.is_some_and(|at| is_fine(file, at)))
}

/// The function that has a name as a parameter: this one, or one around it.
fn owner_of(facts: &Facts, function: FnId, name: &str) -> Option<FunctionIndex> {
    let mut index = function.index;
    while let Some(own) = facts.functions.get(index as usize).filter(|_| index != MODULE) {
        if own.parameter(name).is_some() {
            return Some(index);
        }
        index = own.parent;
    }
    None
}

/// Whether a name is that of the object whose method runs.
fn is_object(facts: &Facts, function: FnId, name: &str) -> bool {
    let owner = owner_of(facts, function, name).and_then(|index| facts.functions.get(index as usize));
    owner.is_some_and(|own| {
        own.class.is_some() && own.receivers() == 1 && own.parameters.first().is_some_and(|first| first.name == name)
    })
}

/// Whether something that a function was given may be put into an attribute of this name.
fn may_have_given(survey: Survey<'_>, file: FileId, attribute: &str, depth: usize) -> bool {
    let (types, index) = (&survey.resolver.types, survey.resolver.index());
    let mut near =
        index.bindings_to(attribute).iter().filter(|(home, _)| survey.resolver.may_hold(file, *home)).peekable();
    near.peek().is_none()
        || near.any(|posting| {
            let Some((binding, ast)) = types.world().binding_at(*posting).zip(types.ast(posting.0)) else {
                return true;
            };
            let function = FnId { file: posting.0, index: binding.function };
            ast.expression(binding.value)
                .is_none_or(|value| !value.is_literal_expr() && is_given(survey, function, value, depth))
        })
}

/// Whether a function is called that waits for what it is given. Methods, as those of queues, and `sleep` do nothing with that.
fn is_of_waiting(targets: &[Target]) -> bool {
    let waits = |name: &str| {
        let (of, function) = name.rsplit_once('.').unwrap_or_default();
        let is_method = of.rsplit('.').next().is_some_and(|of| of.starts_with(char::is_uppercase));
        is_waiting(name) && !is_method && function != SLEEP
    };
    targets.iter().flat_map(|target| &target.names).any(|name| waits(name))
}

pub(super) fn is_waiting(name: &str) -> bool {
    name.split('.').next().is_some_and(|top| WAITING.contains(&top))
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
            tops.iter().find(|top| is_waiting(top)).or_else(|| tops.first()).cloned()
        }
        _ => None,
    }
}

/// Those of the program.
fn own_functions(survey: Survey<'_>, targets: &[Target]) -> Vec<FnId> {
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
#[derive(Default)]
struct Waits<'a> {
    list: Vec<(TextRange, Option<&'a Expr>)>,
    asks: Vec<TextRange>,
}

impl<'a> Visitor<'a> for Waits<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if let Stmt::With(with) = stmt
            && with.is_async
        {
            let is_group =
                |item: &ast::WithItem| last(callee(&item.context_expr)).is_some_and(|name| GROUPS.contains(&name));
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
