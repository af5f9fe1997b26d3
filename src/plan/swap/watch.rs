//! Who sees what a call raises beside the `try` statements around it: the managers of `with` statements, decorators, and, where a coroutine
//! is run by somebody else, whatever awaits what may be it.

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, AnyNodeRef, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::errors::Raises;
use super::uses::Around;
use super::{Draft, Refusal};
use crate::analysis::{FnId, Lookup};
use crate::project::facts::{Facts, FunctionIndex, MODULE};
use crate::project::{Ast, DefId, FileId, Shape, last};

/// What enters a manager that a `with` around it leaves.
pub(super) const ENTERS: [&str; 3] = ["enter_context", "enter_async_context", "push"];
/// What a `with` calls where it is left.
const EXITS: [&str; 2] = ["__exit__", "__aexit__"];

impl Draft<'_> {
    /// Finds what else sees an exception that is raised at a place in a function, and whether it gets out of there. Refuses where that would
    /// not see the same.
    pub(super) fn watched(&mut self, function: FnId, at: TextRange, raises: &Raises) -> Result<bool, Refusal> {
        let within = self.handlers(function, at, raises)?;
        self.managers(function, at, raises, within)?;
        Ok(within.is_none())
    }

    /// The same, of a place that others than the function's callers come to.
    pub(super) fn watched_apart(&mut self, function: FnId, at: TextRange, raises: &Raises) -> Result<bool, Refusal> {
        self.has_no_stray(function.file, "on the way")?;
        let outer = std::mem::replace(&mut self.is_apart, true);
        let found = self.watched(function, at, raises);
        self.is_apart = outer;
        found
    }

    /// The managers that a function's `with` statements leave with what is raised at a place, within what it does not get out of.
    fn managers(
        &mut self,
        function: FnId,
        at: TextRange,
        raises: &Raises,
        within: Option<TextRange>,
    ) -> Result<(), Refusal> {
        let types = &self.planner.resolver.types;
        let ast = types.ast(function.file).ok_or("the file cannot be read")?;
        let path = ast.path(at);
        let inner =
            path.iter().rposition(|node| matches!(node, AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::ExprLambda(_)));
        let mut is_left = false;
        for node in path.iter().skip(inner.unwrap_or(0)) {
            let AnyNodeRef::StmtWith(with) = node else { continue };
            if within.is_some_and(|within| !within.contains_range(with.range())) {
                continue;
            }
            is_left = true;
            let is_in_body = with.body.first().is_some_and(|first| first.start() <= at.start());
            let around = with.items.iter().filter(|item| is_in_body || item.range().end() <= at.start());
            for item in around {
                self.manager(function, &item.context_expr, raises)?;
            }
        }
        if !is_left {
            return Ok(());
        }
        let facts = types.facts(function.file);
        let entered =
            facts.calls.iter().filter(|call| call.function == function.index && ENTERS.contains(&call.name.as_str()));
        for call in entered {
            let manager = ast.call(call.range).and_then(|call| call.arguments.args.first());
            manager.map_or(Ok(()), |manager| self.manager(function, manager, raises))?;
        }
        // What the attempts of a loop are made with: `with attempt:` minds what that names.
        let catalogue = self.planner.resolver.catalogue();
        let minding =
            facts.calls.iter().filter(|call| call.function == function.index && catalogue.may_catch(&call.name));
        for call in minding.filter_map(|call| ast.call(call.range)) {
            if let Some(rule) = self.planner.catches(function.file, call).filter(|rule| !rule.manager).cloned() {
                self.minded(function, call, &rule, raises)?;
            }
        }
        Ok(())
    }

    fn manager(&mut self, function: FnId, manager: &Expr, raises: &Raises) -> Result<(), Refusal> {
        let file = function.file;
        if let Expr::Call(call) = manager {
            if let Some(rule) = self.planner.catches(file, call).cloned() {
                return self.minded(function, call, &rule, raises);
            }
            if let Some(name) = self.names_error(file, &call.arguments) {
                return Err(format!("a `with` around it names `{name}`"));
            }
            for generator in self.own_functions(file, call) {
                self.generator(generator, raises)?;
            }
        }
        let shapes = self.planner.resolver.shapes(file, manager);
        let world = self.planner.resolver.types.world();
        let own = shapes.iter().filter_map(|shape| match shape {
            Shape::Instance(class) if world.is_own(class.file) => Some(*class),
            _ => None,
        });
        own.into_iter().try_for_each(|class| self.left(class))
    }

    /// The functions of the program that a call may call.
    pub(super) fn own_functions(&self, file: FileId, call: &ast::ExprCall) -> Vec<FnId> {
        let world = self.planner.resolver.types.world();
        let targets = self.planner.survey.targets(file, call);
        let own = targets.iter().filter_map(|target| target.function.filter(|def| world.is_own(def.file)));
        own.filter_map(|def| world.fn_of(def)).collect()
    }

    /// What a generator that is used as a manager does around what it lends.
    fn generator(&mut self, id: FnId, raises: &Raises) -> Result<(), Refusal> {
        let types = &self.planner.resolver.types;
        let Some(own) = types.world().function(id).filter(|own| own.is_generator && !own.decorators.is_empty()) else {
            return Ok(());
        };
        if !self.apart.insert((id, raises.clone())) {
            return Ok(());
        }
        let ast = types.ast(id.file).ok_or("the file cannot be read")?;
        let mut yields = Yields::default();
        ast.def(own.range).into_iter().for_each(|def| yields.visit_body(&def.body));
        yields.found.into_iter().try_for_each(|at| self.watched_apart(id, at, raises).map(|_| ()))
    }

    /// Refuses where a class of the program looks at what a `with` is left by.
    fn left(&self, class: DefId) -> Result<(), Refusal> {
        let types = &self.planner.resolver.types;
        for base in types.mro(class).iter().filter(|base| types.world().is_own(base.id.file)) {
            let facts = types.facts(base.id.file);
            let Some(found) = facts.class_at(base.id.start).and_then(|index| facts.classes.get(index as usize)) else {
                continue;
            };
            let exits = EXITS.iter().filter_map(|name| found.members.get(*name).copied().flatten());
            for index in exits {
                let id = FnId { file: base.id.file, index };
                if self.looks_at_failure(id) {
                    let name = types.world().function(id).map_or(EXITS[0], |own| own.name.as_str());
                    return Err(format!("`{}.{name}` looks at what is raised", found.name));
                }
            }
        }
        Ok(())
    }

    /// Whether a method that a `with` calls where it is left does more with what it is given than to ask whether it is something.
    fn looks_at_failure(&self, id: FnId) -> bool {
        let types = &self.planner.resolver.types;
        let (facts, Some(ast)) = (types.facts(id.file), types.ast(id.file)) else { return true };
        let Some(own) = facts.functions.get(id.index as usize) else { return true };
        let given = |name: &str| own.parameters.iter().skip(1).any(|parameter| parameter.name == name);
        let mut loads = facts.loads.iter().filter(|load| own.range.contains_range(load.range) && !load.attribute);
        loads.any(|load| given(&load.name) && !is_asked_or_passed(&ast, load.range))
    }

    /// What the decorators of a function do around it.
    pub(super) fn decorators(&mut self, id: FnId, raises: &Raises) -> Result<(), Refusal> {
        let types = &self.planner.resolver.types;
        let (facts, Some(ast)) = (types.facts(id.file), types.ast(id.file)) else { return Ok(()) };
        let Some(own) = facts.functions.get(id.index as usize) else { return Ok(()) };
        for at in &own.decorators {
            let Some(decorator) = ast.expression(*at) else { continue };
            let mut calls = Called::default();
            calls.visit_expr(decorator);
            let mut minded: Vec<TextRange> = Vec::new();
            for call in calls.found {
                if let Some(rule) = self.planner.catches(id.file, call).cloned() {
                    let outer = std::mem::replace(&mut self.is_apart, true);
                    let found = self.minded(id, call, &rule, raises);
                    self.is_apart = outer;
                    found?;
                    minded.push(call.range());
                }
            }
            if let Some(name) = self.names_error_below(id.file, decorator, &minded) {
                return Err(format!("a decorator names `{name}`"));
            }
            self.asked(id.file, decorator)?;
            if let Some((home, value)) = self.planner.bound_once(id.file, callee(decorator)) {
                let ast = types.ast(home).ok_or("the file cannot be read")?;
                let named = ast.expression(value).and_then(|value| self.names_error_below(home, value, &[]));
                if let Some(name) = named {
                    return Err(format!("a decorator names `{name}`"));
                }
            }
            for shape in self.planner.resolver.shapes(id.file, callee(decorator)) {
                match shape {
                    Shape::Function(def) if types.world().is_own(def.file) => {
                        let decorating = types.world().fn_of(def);
                        decorating.map_or(Ok(()), |decorating| self.wrappers(decorating, raises))?;
                    }
                    Shape::Class(class) if types.world().is_own(class.file) => self.wrapping(class, raises)?,
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// What a decorator's functions do around the calls of what they are given.
    fn wrappers(&mut self, decorating: FnId, raises: &Raises) -> Result<(), Refusal> {
        let types = &self.planner.resolver.types;
        let (facts, Some(ast)) = (types.facts(decorating.file), types.ast(decorating.file)) else { return Ok(()) };
        let is_inside = |index: FunctionIndex| is_within(&facts, index, decorating.index);
        let is_given = |index: FunctionIndex, name: &str| {
            let mut index = index;
            while let Some(own) = facts.functions.get(index as usize).filter(|_| index != MODULE) {
                if own.parameter(name).is_some() {
                    return true;
                }
                if index == decorating.index {
                    break;
                }
                index = own.parent;
            }
            false
        };
        for call in facts.calls.iter().filter(|call| is_inside(call.function)) {
            let called = ast.call(call.range).and_then(|call| call.func.as_name_expr());
            if called.is_some_and(|called| is_given(call.function, &called.id)) {
                let function = FnId { file: decorating.file, index: call.function };
                self.watched_apart(function, call.range, raises)?;
            }
        }
        Ok(())
    }

    /// What a class that decorates functions does around the calls of what it keeps.
    fn wrapping(&mut self, class: DefId, raises: &Raises) -> Result<(), Refusal> {
        let types = &self.planner.resolver.types;
        let (facts, Some(ast)) = (types.facts(class.file), types.ast(class.file)) else { return Ok(()) };
        let Some(index) = facts.class_at(class.start) else { return Ok(()) };
        let is_method = |function: FunctionIndex| {
            facts.functions.get(function as usize).is_some_and(|function| function.class == Some(index))
        };
        for call in facts.calls.iter().filter(|call| is_method(call.function)) {
            if ast.call(call.range).is_some_and(|call| call.func.is_attribute_expr()) {
                let function = FnId { file: class.file, index: call.function };
                self.watched_apart(function, call.range, raises)?;
            }
        }
        Ok(())
    }

    /// The exception that an argument names, if it is one that the exchange changes or a base of such.
    fn names_error(&self, file: FileId, arguments: &ast::Arguments) -> Option<String> {
        let given = arguments.args.iter().chain(arguments.keywords.iter().map(|keyword| &keyword.value));
        given.into_iter().find_map(|value| self.names_error_below(file, value, &[]))
    }

    /// The same, anywhere in an expression, but for what calls in it are known to mind.
    fn names_error_below(&self, file: FileId, expr: &Expr, minded: &[TextRange]) -> Option<String> {
        let mut named = Named::default();
        named.visit_expr(expr);
        let is_open = |at: TextRange| !minded.iter().any(|call| call.contains_range(at));
        named.found.iter().filter(|expr| is_open(expr.range())).find_map(|expr| self.error_named(file, expr))
    }

    fn error_named(&self, file: FileId, expr: &Expr) -> Option<String> {
        let names = self.planner.resolver.types.reference_names(file, expr);
        let is_changed = names
            .iter()
            .any(|name| self.target.error(name).is_some() || self.target.base.iter().any(|base| base.of == *name));
        is_changed.then(|| last(expr).unwrap_or_default().to_owned())
    }
}

/// Whether one function is another one, or inside of it.
fn is_within(facts: &Facts, mut index: FunctionIndex, outer: FunctionIndex) -> bool {
    while index != outer {
        match facts.functions.get(index as usize).filter(|_| index != MODULE) {
            Some(function) => index = function.parent,
            None => return false,
        }
    }
    true
}

/// What a decorator calls to be made.
pub(super) fn callee(decorator: &Expr) -> &Expr {
    match decorator {
        Expr::Call(call) => &call.func,
        other => other,
    }
}

/// Whether a value is only asked whether it is something, or handed to another manager.
fn is_asked_or_passed(ast: &Ast, range: TextRange) -> bool {
    let around = Around::of(ast, range);
    let mut nodes = around.nodes.iter();
    match nodes.next() {
        Some(AnyNodeRef::ExprCompare(compare)) => {
            compare.left.range() == range
                && compare.comparators.iter().all(Expr::is_none_literal_expr)
                && compare.ops.iter().all(|op| matches!(op, ast::CmpOp::Is | ast::CmpOp::IsNot))
        }
        Some(AnyNodeRef::StmtIf(_) | AnyNodeRef::ElifElseClause(_)) => true,
        Some(AnyNodeRef::ExprUnaryOp(not)) => not.op == ast::UnaryOp::Not,
        Some(AnyNodeRef::Arguments(_) | AnyNodeRef::ExprStarred(_)) => {
            let call = around.nodes.iter().take(3).find_map(|node| match node {
                AnyNodeRef::ExprCall(call) => Some(call),
                _ => None,
            });
            call.and_then(|call| last(&call.func)).is_some_and(|name| EXITS.contains(&name))
        }
        _ => false,
    }
}

/// The `yield`s of a function.
#[derive(Default)]
struct Yields {
    found: Vec<TextRange>,
}

impl<'a> Visitor<'a> for Yields {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if !matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
            walk_stmt(self, stmt);
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Lambda(_) => {}
            Expr::Yield(_) | Expr::YieldFrom(_) => self.found.push(expr.range()),
            _ => walk_expr(self, expr),
        }
    }
}

/// The calls in an expression.
#[derive(Default)]
struct Called<'a> {
    found: Vec<&'a ast::ExprCall>,
}

impl<'a> Visitor<'a> for Called<'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr {
            self.found.push(call);
        }
        walk_expr(self, expr);
    }
}

/// The names and attributes in an expression.
#[derive(Default)]
struct Named<'a> {
    found: Vec<&'a Expr>,
}

impl<'a> Visitor<'a> for Named<'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(_) | Expr::Attribute(_) => self.found.push(expr),
            Expr::Lambda(_) => {}
            _ => walk_expr(self, expr),
        }
    }
}
