//! What takes no time worth speaking of.
//!
//! Reading and changing attributes, variables and containers, arithmetic, comparisons, the calls that the catalogue names, and functions
//! of the program that do no more. What is not known to be instant is not.

use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Taking;
use crate::analysis::index::{FnId, Lookup};
use crate::analysis::resolve::Resolver;
use crate::project::facts::{Function, FunctionKind};
use crate::project::{FileId, Shape, Target, last};

/// How deep calls are followed.
const DEPTH: usize = 6;
/// How many calls are looked at for one lock.
const FUEL: usize = 300;
/// Decorators that leave a function what it is when it is called.
const PLAIN_DECORATORS: [&str; 8] =
    ["staticmethod", "classmethod", "property", "cached_property", "override", "abstractmethod", "setter", "final"];

/// Looks through what is done while a lock is held.
pub(super) struct Instants<'r, 'a> {
    pub resolver: &'r Resolver<'a>,
    properties: &'r FxHashSet<Name>,
    all: &'r FxHashSet<Taking>,
    /// Where other locks are taken meanwhile.
    pub taken: Vec<Taking>,
    known: FxHashMap<FnId, bool>,
    fuel: usize,
}

impl<'r, 'a> Instants<'r, 'a> {
    pub(super) fn new(resolver: &'r Resolver<'a>, properties: &'r FxHashSet<Name>, all: &'r FxHashSet<Taking>) -> Self {
        Self { resolver, properties, all, taken: Vec::new(), known: FxHashMap::default(), fuel: FUEL }
    }

    /// Whether all that a `with` does once it has entered what is at `entered` is instant.
    pub(super) fn with(&mut self, file: FileId, with: &ast::StmtWith, entered: TextRange) -> bool {
        let held = TextRange::new(entered.end(), with.end());
        let mut parts = Parts { instants: self, file, held, depth: DEPTH, is_instant: !with.is_async };
        for item in with.items.iter().filter(|item| item.start() >= entered.end()) {
            parts.enter(&item.context_expr);
        }
        parts.visit_body(&with.body);
        parts.is_instant
    }

    /// Whether all of a body that is in `held` is instant.
    pub(super) fn body(&mut self, file: FileId, body: &[Stmt], held: TextRange) -> bool {
        self.body_within(file, body, held, DEPTH)
    }

    fn body_within(&mut self, file: FileId, body: &[Stmt], held: TextRange, depth: usize) -> bool {
        let mut parts = Parts { instants: self, file, held, depth, is_instant: true };
        parts.visit_body(body);
        parts.is_instant
    }

    /// Whether calling a function of the program is instant.
    fn function(&mut self, id: FnId, depth: usize) -> bool {
        if let Some(known) = self.known.get(&id) {
            return *known;
        }
        // One that calls itself may do so for long.
        self.known.insert(id, false);
        let types = &self.resolver.types;
        let is_instant = depth > 0
            && types.world().function(id).is_some_and(|function| self.is_plain(id, function))
            && types.world().function(id).zip(types.ast(id.file)).is_some_and(|(function, ast)| match function.kind {
                FunctionKind::Def => {
                    ast.def(function.range).is_some_and(|def| self.body_within(id.file, &def.body, def.range(), depth))
                }
                _ => false,
            });
        self.known.insert(id, is_instant);
        is_instant
    }

    fn is_plain(&self, id: FnId, function: &Function) -> bool {
        let Some(ast) = self.resolver.types.ast(id.file) else { return false };
        let mut decorators = function.decorators.iter();
        let is_plain = |at: &TextRange| {
            let name = ast.expression(*at).and_then(last);
            name.is_some_and(|name| PLAIN_DECORATORS.contains(&name))
        };
        !function.is_async && !function.is_generator && decorators.all(is_plain)
    }

    fn call(&mut self, file: FileId, call: &ast::ExprCall, depth: usize) -> bool {
        if self.all.contains(&(file, call.range())) {
            self.taken.push((file, call.range()));
            return true;
        }
        if self.fuel == 0 {
            return false;
        }
        self.fuel -= 1;
        let targets = self.resolver.targets(file, &call.func);
        !targets.is_empty()
            && targets.iter().all(|target| self.target(target, depth))
            && call.arguments.keywords.iter().all(|keyword| self.is_harmless_key(file, keyword))
    }

    fn target(&mut self, target: &Target, depth: usize) -> bool {
        let world = self.resolver.types.world();
        let is_own = target.function.is_some_and(|function| world.is_own(function.file));
        if !is_own {
            return target.names.iter().any(|name| self.resolver.catalogue().is_instant(name));
        }
        let functions = self.resolver.with_overrides(target);
        !functions.is_empty() && functions.into_iter().all(|id| self.function(id, depth - 1))
    }

    /// What `sorted` and the like call for each item.
    fn is_harmless_key(&self, file: FileId, keyword: &ast::Keyword) -> bool {
        if keyword.arg.as_ref().is_none_or(|name| name.as_str() != "key") || keyword.value.is_lambda_expr() {
            return true;
        }
        let targets = match &keyword.value {
            Expr::Call(call) => self.resolver.targets(file, &call.func),
            other => self.resolver.targets(file, other),
        };
        let is_known = |target: &Target| target.names.iter().any(|name| self.resolver.catalogue().is_instant(name));
        !targets.is_empty() && targets.iter().all(is_known)
    }

    /// Whether reading an attribute runs nothing that takes time.
    fn attribute(&mut self, file: FileId, attribute: &ast::ExprAttribute, depth: usize) -> bool {
        if !self.properties.contains(&attribute.attr.id) {
            return true;
        }
        let shapes = self.resolver.shapes(file, &attribute.value);
        if shapes.is_empty() {
            return attribute.ctx.is_load() && self.all_properties(&attribute.attr.id, depth);
        }
        shapes.iter().all(|shape| {
            let Shape::Instance(class) = shape else { return true };
            let types = &self.resolver.types;
            let Some(target) = types.member(*class, &attribute.attr) else { return true };
            let function = target.function.and_then(|function| types.world().fn_of(function));
            let is_property =
                function.and_then(|id| types.world().function(id)).is_some_and(|function| function.is_property);
            !is_property || attribute.ctx.is_load() && self.target(&target, depth)
        })
    }
}

impl Instants<'_, '_> {
    /// Whether all properties of the program that have a name are instant: what has one of them is not known.
    fn all_properties(&mut self, name: &Name, depth: usize) -> bool {
        let world = self.resolver.types.world();
        let own = world.own_files().flat_map(|(file, source)| {
            let functions = source.facts.functions.iter().enumerate();
            functions.filter_map(move |(index, function)| {
                let is_it = function.is_property && function.name == *name;
                is_it.then_some(()).and_then(|()| Some(FnId { file, index: u32::try_from(index).ok()? }))
            })
        });
        let own: Vec<FnId> = own.collect();
        own.into_iter().all(|id| depth > 0 && self.function(id, depth - 1))
    }
}

/// The part of a function in which a lock is held.
struct Parts<'i, 'r, 'a> {
    instants: &'i mut Instants<'r, 'a>,
    file: FileId,
    held: TextRange,
    depth: usize,
    is_instant: bool,
}

impl Parts<'_, '_, '_> {
    fn is_held(&self, range: TextRange) -> bool {
        self.held.intersect(range).is_some_and(|both| !both.is_empty())
    }

    fn is_allowed(&mut self, is_instant: bool) {
        self.is_instant &= is_instant;
    }

    /// A `with` enters another lock, or what does nothing of its own.
    fn enter(&mut self, manager: &Expr) {
        let taking = (self.file, manager.range());
        if self.instants.all.contains(&taking) {
            self.instants.taken.push(taking);
            return;
        }
        let is_known =
            |target: &Target| target.names.iter().any(|name| self.instants.resolver.catalogue().is_instant(name));
        let made = manager.as_call_expr().map(|call| self.instants.resolver.targets(self.file, &call.func));
        let is_instant = made.is_some_and(|targets| !targets.is_empty() && targets.iter().all(is_known));
        self.is_allowed(is_instant);
    }
}

impl<'n> Visitor<'n> for Parts<'_, '_, '_> {
    fn visit_stmt(&mut self, stmt: &'n Stmt) {
        if !self.is_instant || !self.is_held(stmt.range()) {
            return;
        }
        match stmt {
            Stmt::FunctionDef(def) => return self.is_allowed(def.decorator_list.is_empty()),
            Stmt::Import(_) | Stmt::ImportFrom(_) | Stmt::ClassDef(_) | Stmt::IpyEscapeCommand(_) => {
                return self.is_allowed(false);
            }
            Stmt::For(for_) if for_.is_async => return self.is_allowed(false),
            Stmt::With(with) => {
                self.is_allowed(!with.is_async);
                let held = self.held;
                for item in with.items.iter().filter(|item| held.contains_range(item.range())) {
                    self.enter(&item.context_expr);
                }
                return self.visit_body(&with.body);
            }
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn visit_annotation(&mut self, _: &'n Expr) {}

    fn visit_expr(&mut self, expr: &'n Expr) {
        if !self.is_instant || !self.is_held(expr.range()) {
            return;
        }
        match expr {
            Expr::Await(_) | Expr::Yield(_) | Expr::YieldFrom(_) | Expr::IpyEscapeCommand(_) => {
                return self.is_allowed(false);
            }
            Expr::Call(call) => {
                let is_instant = self.instants.call(self.file, call, self.depth);
                self.is_allowed(is_instant);
                // What is called was looked at.
                if let Expr::Attribute(method) = &*call.func {
                    self.visit_expr(&method.value);
                }
                return self.visit_arguments(&call.arguments);
            }
            Expr::Attribute(attribute) => {
                let is_instant = self.instants.attribute(self.file, attribute, self.depth);
                self.is_allowed(is_instant);
            }
            _ => {}
        }
        walk_expr(self, expr);
    }

    fn visit_comprehension(&mut self, comprehension: &'n ast::Comprehension) {
        self.is_allowed(!comprehension.is_async);
        ast::visitor::walk_comprehension(self, comprehension);
    }
}
