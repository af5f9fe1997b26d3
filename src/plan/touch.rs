//! What a function reads and writes of the state that it shares with other tasks.
//!
//! A *place* is a chain of attributes from something shared: `self.cache`, `registry.entries`. What a container holds counts
//! as the container. A local variable that was bound to a place stands for it; an object that the function itself made is
//! nobody else's and has no place.

use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, AnyNodeRef, Expr, ExprContext, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::{FnId, Resolver};
use crate::project::facts::is_mutator;
use crate::project::{Ast, Shape};

/// How deep aliases of aliases are followed.
const ALIASES: usize = 6;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Read,
    /// All of it is gone through: iterated over, or given to a library.
    Scan,
    Write,
    /// `+=`
    Augment,
    /// `append`, `pop`, …
    Mutate,
}

impl Kind {
    pub(super) fn is_read(self) -> bool {
        matches!(self, Self::Read | Self::Scan)
    }

    pub(super) fn is_write(self) -> bool {
        !self.is_read()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Touch {
    pub place: String,
    pub kind: Kind,
    /// What the touch spans: a `+=` reads at its start and writes at its end.
    pub range: TextRange,
}

/// A call in the function's body, with what it passes as places.
pub(super) struct Inner<'a> {
    pub call: &'a ast::ExprCall,
    pub receiver: Option<Root>,
    pub positional: Vec<Root>,
    pub keywords: Vec<(Name, Root)>,
}

/// What a name stands for: a shared place, or an object of the function's own.
pub(super) type Root = Option<String>;

/// What the parameters of a function stand for; those that are not here are shared objects known by their name.
pub(super) type Roots = FxHashMap<Name, Root>;

pub(super) struct Body<'a> {
    pub touches: Vec<Touch>,
    pub calls: Vec<Inner<'a>>,
}

/// What the body of `function` touches, and what it calls.
pub(super) fn body<'a>(resolver: &Resolver<'_>, ast: &'a Ast, function: FnId, roots: &Roots) -> Body<'a> {
    let mut collector = Collector::new(resolver, ast, function, roots);
    match definition(resolver, ast, function) {
        Some(Definition::Def(def)) => collector.visit_body(&def.body),
        Some(Definition::Lambda(lambda)) => collector.visit_expr(&lambda.body),
        None => {}
    }
    collector.body
}

/// The place that `expr`, an expression in `function`, stands for.
pub(super) fn place_in(resolver: &Resolver<'_>, ast: &Ast, function: FnId, roots: &Roots, expr: &Expr) -> Root {
    Collector::new(resolver, ast, function, roots).place(expr)
}

enum Definition<'a> {
    Def(&'a ast::StmtFunctionDef),
    Lambda(&'a ast::ExprLambda),
}

fn definition<'a>(resolver: &Resolver<'_>, ast: &'a Ast, function: FnId) -> Option<Definition<'a>> {
    let facts = resolver.types.facts(function.file);
    let range = facts.functions.get(function.index as usize)?.range;
    ast.path(range).into_iter().rev().find_map(|node| match node {
        AnyNodeRef::StmtFunctionDef(def) if def.range() == range => Some(Definition::Def(def)),
        AnyNodeRef::ExprLambda(lambda) if lambda.range() == range => Some(Definition::Lambda(lambda)),
        _ => None,
    })
}

/// The names that a function binds, and those that it declares to be others'.
#[derive(Default)]
struct Names {
    bound: FxHashSet<Name>,
    parameters: FxHashSet<Name>,
    outer: FxHashSet<Name>,
}

impl<'a> Visitor<'a> for Names {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Global(global) => self.outer.extend(global.names.iter().map(|name| name.id.clone())),
            Stmt::Nonlocal(nonlocal) => self.outer.extend(nonlocal.names.iter().map(|name| name.id.clone())),
            Stmt::FunctionDef(def) => {
                self.bound.insert(def.name.id.clone());
                return;
            }
            Stmt::ClassDef(def) => {
                self.bound.insert(def.name.id.clone());
                return;
            }
            _ => {}
        }
        visitor::walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Name(name) = expr
            && name.ctx == ExprContext::Store
        {
            self.bound.insert(name.id.clone());
        }
        if !expr.is_lambda_expr() {
            visitor::walk_expr(self, expr);
        }
    }
}

struct Collector<'a, 'b, 'c> {
    resolver: &'b Resolver<'c>,
    function: FnId,
    names: Names,
    roots: &'b Roots,
    memo: FxHashMap<Name, Root>,
    open: Vec<Name>,
    ast: &'a Ast,
    body: Body<'a>,
}

impl<'a, 'b, 'c> Collector<'a, 'b, 'c> {
    fn new(resolver: &'b Resolver<'c>, ast: &'a Ast, function: FnId, roots: &'b Roots) -> Self {
        let mut names = Names::default();
        if let Some(Definition::Def(def)) = definition(resolver, ast, function) {
            names.visit_body(&def.body);
            for parameter in &def.parameters {
                names.bound.insert(parameter.name().id.clone());
                names.parameters.insert(parameter.name().id.clone());
            }
        }
        Self {
            resolver,
            function,
            names,
            roots,
            memo: FxHashMap::default(),
            open: Vec::new(),
            ast,
            body: Body { touches: Vec::new(), calls: Vec::new() },
        }
    }

    fn touch(&mut self, place: Root, kind: Kind, range: TextRange) {
        if let Some(place) = place {
            self.body.touches.push(Touch { place, kind, range });
        }
    }

    fn root(&mut self, name: &Name) -> Root {
        if self.names.outer.contains(name) || !self.names.bound.contains(name) {
            return match self.roots.get(name) {
                // A nested function sees what the function around it was given.
                Some(root) => root.clone(),
                None => Some(name.to_string()),
            };
        }
        if self.names.parameters.contains(name) {
            return self.roots.get(name).cloned().unwrap_or_else(|| Some(name.to_string()));
        }
        if let Some(root) = self.memo.get(name) {
            return root.clone();
        }
        if self.open.contains(name) || self.open.len() > ALIASES {
            return None;
        }
        self.open.push(name.clone());
        let root = self.local(name);
        self.open.pop();
        self.memo.insert(name.clone(), root.clone());
        root
    }

    /// What a local variable was bound to.
    fn local(&mut self, name: &Name) -> Root {
        let facts = self.resolver.types.facts(self.function.file);
        let values: Vec<TextRange> = facts
            .bindings
            .iter()
            .filter(|binding| binding.function == self.function.index && binding.target == *name)
            .map(|binding| binding.value)
            .collect();
        values.into_iter().find_map(|range| self.ast.expression(range).and_then(|value| self.place(value)))
    }

    /// The place that an expression stands for.
    fn place(&mut self, expr: &Expr) -> Root {
        match expr {
            Expr::Name(name) => self.root(&name.id),
            Expr::Attribute(attribute) => {
                if let Expr::Name(name) = &*attribute.value
                    && self.is_module(name)
                {
                    return Some(format!("{}.{}", name.id, attribute.attr));
                }
                Some(format!("{}.{}", self.place(&attribute.value)?, attribute.attr))
            }
            Expr::Subscript(subscript) => self.place(&subscript.value),
            Expr::Await(await_) => self.place(&await_.value),
            Expr::Starred(starred) => self.place(&starred.value),
            Expr::Named(named) => self.place(&named.value),
            Expr::If(branch) => self.place(&branch.body).or_else(|| self.place(&branch.orelse)),
            Expr::BoolOp(operation) => operation.values.iter().find_map(|value| self.place(value)),
            Expr::Call(call) => match &*call.func {
                Expr::Attribute(attribute) if is_accessor(&attribute.attr) => self.place(&attribute.value),
                Expr::Name(name) if name.id.as_str() == "getattr" => self.place(call.arguments.args.first()?),
                func => self.returns_shared(func),
            },
            _ => None,
        }
    }

    fn is_module(&self, name: &ast::ExprName) -> bool {
        !self.names.bound.contains(&name.id)
            && self
                .resolver
                .types
                .facts(self.function.file)
                .imports
                .iter()
                .any(|import| import.bound == name.id && import.name.is_none())
    }

    /// A function of the program may return an object that others have as well; one that it makes is its own.
    fn returns_shared(&self, func: &Expr) -> Root {
        let types = &self.resolver.types;
        let targets = self.resolver.targets(self.function.file, func);
        let function = targets.iter().find_map(|target| {
            let function = target.function.filter(|function| types.world().is_own(function.file))?;
            let is_constructor = types
                .facts(function.file)
                .function_at(function.start)
                .is_some_and(|index| types.facts(function.file).functions[index as usize].name.as_str() == "__init__");
            (!is_constructor).then_some(function)
        })?;
        let is_class = types.shapes(self.function.file, func).iter().any(|shape| matches!(shape, Shape::Class(_)));
        (!is_class).then(|| {
            let facts = types.facts(function.file);
            let name = facts.function_at(function.start).map(|index| facts.qualified(index)).unwrap_or_default();
            format!("{name}()")
        })
    }

    /// A method of the program is followed; its name says nothing.
    fn is_own_method(&self, attribute: &ast::ExprAttribute) -> bool {
        let types = &self.resolver.types;
        self.resolver
            .targets(self.function.file, &Expr::Attribute(attribute.clone()))
            .iter()
            .any(|target| target.function.is_some_and(|function| types.world().is_own(function.file)))
    }

    fn write(&mut self, target: &'a Expr, at: TextSize) {
        let range = TextRange::empty(at);
        match target {
            Expr::Name(name) if self.names.outer.contains(&name.id) => {
                self.touch(Some(name.id.to_string()), Kind::Write, range);
            }
            Expr::Attribute(attribute) => {
                let place = self.place(target);
                self.visit_expr(&attribute.value);
                self.touch(place, Kind::Write, range);
            }
            Expr::Subscript(subscript) => {
                let place = self.place(&subscript.value);
                self.visit_expr(&subscript.slice);
                self.touch(place, Kind::Write, range);
            }
            Expr::Tuple(tuple) => tuple.elts.iter().for_each(|target| self.write(target, at)),
            Expr::List(list) => list.elts.iter().for_each(|target| self.write(target, at)),
            Expr::Starred(starred) => self.write(&starred.value, at),
            _ => {}
        }
    }

    fn scan(&mut self, expr: &'a Expr) {
        let expr = match expr {
            Expr::Call(call) => match &*call.func {
                Expr::Attribute(attribute) if matches!(attribute.attr.as_str(), "items" | "keys" | "values") => {
                    &*attribute.value
                }
                Expr::Name(name)
                    if matches!(name.id.as_str(), "enumerate" | "reversed" | "zip" | "map" | "filter" | "iter") =>
                {
                    call.arguments.args.last().unwrap_or(expr)
                }
                _ => expr,
            },
            _ => expr,
        };
        if matches!(expr, Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_)) {
            let place = self.place(expr);
            self.touch(place, Kind::Scan, expr.range());
        }
    }

    fn call(&mut self, call: &'a ast::ExprCall) {
        let receiver = match &*call.func {
            Expr::Attribute(attribute) => {
                let place = self.place(&attribute.value);
                if is_mutator(&attribute.attr) && !self.is_own_method(attribute) {
                    self.touch(place.clone(), Kind::Mutate, call.range());
                    if let Expr::Subscript(subscript) = &*attribute.value {
                        self.visit_expr(&subscript.slice);
                    }
                } else {
                    self.visit_expr(&attribute.value);
                }
                Some(place)
            }
            func => {
                self.visit_expr(func);
                None
            }
        };
        let positional = call.arguments.args.iter().map(|argument| self.place(argument)).collect();
        let keywords = call
            .arguments
            .keywords
            .iter()
            .filter_map(|keyword| Some((keyword.arg.as_ref()?.id.clone(), self.place(&keyword.value))))
            .collect();
        for argument in call.arguments.args.iter().chain(call.arguments.keywords.iter().map(|k| &k.value)) {
            self.visit_expr(argument);
        }
        self.body.calls.push(Inner { call, receiver, positional, keywords });
    }
}

impl<'a> Visitor<'a> for Collector<'a, '_, '_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {}
            Stmt::Assign(assign) => {
                self.visit_expr(&assign.value);
                for target in &assign.targets {
                    self.write(target, assign.value.end());
                }
            }
            Stmt::AnnAssign(assign) => {
                if let Some(value) = &assign.value {
                    self.visit_expr(value);
                    self.write(&assign.target, value.end());
                }
            }
            Stmt::AugAssign(assign) => {
                self.visit_expr(&assign.value);
                let place = match &*assign.target {
                    Expr::Name(name) if self.names.outer.contains(&name.id) => Some(name.id.to_string()),
                    Expr::Name(_) => None,
                    Expr::Subscript(subscript) => self.place(&subscript.value),
                    target => self.place(target),
                };
                self.touch(place, Kind::Augment, assign.range());
            }
            Stmt::Delete(delete) => delete.targets.iter().for_each(|target| self.write(target, delete.end())),
            Stmt::For(for_) => {
                self.scan(&for_.iter);
                self.visit_expr(&for_.iter);
                self.write(&for_.target, for_.iter.end());
                self.visit_body(&for_.body);
                self.visit_body(&for_.orelse);
            }
            _ => visitor::walk_stmt(self, stmt),
        }
    }

    fn visit_comprehension(&mut self, comprehension: &'a ast::Comprehension) {
        self.scan(&comprehension.iter);
        visitor::walk_comprehension(self, comprehension);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Lambda(_) => {}
            Expr::Call(call) => self.call(call),
            Expr::Attribute(attribute) if attribute.ctx == ExprContext::Load => {
                let place = self.place(expr);
                self.touch(place, Kind::Read, expr.range());
                if !matches!(&*attribute.value, Expr::Name(_) | Expr::Attribute(_)) {
                    self.visit_expr(&attribute.value);
                }
            }
            Expr::Name(name) if name.ctx == ExprContext::Load => {
                let place = self.root(&name.id);
                self.touch(place, Kind::Read, expr.range());
            }
            _ => visitor::walk_expr(self, expr),
        }
    }
}

/// Methods of containers that return what is inside.
fn is_accessor(method: &str) -> bool {
    matches!(method, "get" | "setdefault" | "pop" | "popleft" | "popitem" | "values" | "items" | "keys")
}
