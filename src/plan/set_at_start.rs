//! What is only set while a server starts, and is the same for all that it serves: `app.state.pool = …` in a `lifespan`.

use std::sync::Arc;

use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, ExprContext, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::collect::is_container;
use super::memo::Survey;
use super::scope::Scope;
use crate::analysis::{FnId, Lookup};
use crate::project::facts::{CallForm, FunctionKind};
use crate::project::{FileId, RUNNERS};

/// What runs loops, by the module of its name.
const LOOPS: &str = "asyncio.";

impl Survey<'_> {
    /// Whether what has this last name is only set by what a server runs when it starts, before there is any task that could see it.
    pub(super) fn is_set_at_start(self, name: &str) -> bool {
        let catalogue = self.resolver.catalogue();
        if catalogue.starts.is_empty() || self.resolver.index().is_mutated_in_place(name) {
            return false;
        }
        let name = Name::new(name);
        *self.memo.set_at_start.get(&name, || Arc::new(self.is_set_by_starters(&name)))
    }

    fn is_set_by_starters(self, name: &Name) -> bool {
        let setters = self.resolver.index().mutators(name);
        let starters = self.starters();
        setters.iter().all(|setter| starters.contains(setter) && self.sets_before_tasks(*setter, name))
            && starters.iter().all(|other| setters.contains(other) || self.starts_nothing(*other))
            && !self.is_filled_by_another_name(name)
            && !setters.iter().any(|setter| self.may_run_in_own_loop(setter.file))
    }

    /// The functions that servers run when they start.
    fn starters(&self) -> &[FnId] {
        let world = self.resolver.types.world();
        let functions = || {
            world.own_files().flat_map(|(file, source)| {
                let functions = (0..).zip(&source.facts.functions);
                functions.map(move |(index, function)| (FnId { file, index }, function))
            })
        };
        self.memo.starters.get_or_init(|| {
            let defs = functions().filter(|(_, function)| function.kind == FunctionKind::Def);
            defs.filter(|(id, function)| self.runs_at_start(*id, function)).map(|(id, _)| id).collect()
        })
    }

    /// Whether a function sets all of this name before there is a task, each once, and to what is no container that is filled later.
    fn sets_before_tasks(self, setter: FnId, name: &Name) -> bool {
        let types = &self.resolver.types;
        let own = types.world().function(setter);
        let Some((ast, own)) = types.ast(setter.file).zip(own) else { return false };
        let Some(def) = ast.def(own.range) else { return false };
        let scope = Scope::of(def);
        let mut sets = Sets { name, is_variable: scope.declared.contains(name), found: Vec::new(), is_known: true };
        sets.visit_body(&def.body);
        sets.is_known
            && sets.found.iter().all(|set| {
                let is_repeated = scope.loops.iter().any(|around| around.contains_range(*set));
                !is_repeated && self.is_starting(setter, TextRange::empty(set.end()))
            })
    }

    /// Whether a function leaves nothing that goes on beside what the server runs next.
    fn starts_nothing(self, starter: FnId) -> bool {
        let facts = self.resolver.types.facts(starter.file);
        let mut calls = facts.calls.iter().filter(|call| call.function == starter.index);
        !calls.any(|call| self.may_start_task(starter, call))
    }

    /// Whether something that a variable has of it is changed in place.
    fn is_filled_by_another_name(self, name: &Name) -> bool {
        let (index, world) = (self.resolver.index(), self.resolver.types.world());
        index.bindings_to_names_from(name).iter().any(|posting| {
            let target = world.binding_at(*posting).map(|binding| &binding.target);
            target.is_none_or(|target| world.facts(posting.0).mutated_in_place.contains(target))
        })
    }

    /// Whether the program may run what a file has in a loop of its own, where other tasks are before a server starts.
    fn may_run_in_own_loop(self, file: FileId) -> bool {
        let types = &self.resolver.types;
        let mut runs = RUNNERS.iter().flat_map(|name| self.resolver.index().calls(name));
        runs.any(|posting| {
            let is_near = self.resolver.may_hold(posting.0, file) && !self.resolver.is_beside_program(posting.0);
            let call = types.world().call_at(*posting).filter(|call| is_near && call.form != CallForm::Iterate);
            let ast = types.ast(posting.0);
            let Some(node) = call.zip(ast.as_ref()).and_then(|(call, ast)| ast.call(call.range)) else { return false };
            let targets = self.targets(posting.0, node);
            let mut names = targets.iter().flat_map(|target| &target.names);
            targets.is_empty() && call.is_some_and(|call| call.name == RUNNERS[1])
                || names.any(|name| name.starts_with(LOOPS))
        })
    }
}

/// Where a function sets what has a name.
struct Sets<'a> {
    name: &'a Name,
    /// The name is that of a variable as well, which outlives the function.
    is_variable: bool,
    found: Vec<TextRange>,
    is_known: bool,
}

impl Sets<'_> {
    fn is_it(&self, target: &Expr) -> bool {
        match target {
            Expr::Attribute(attribute) => attribute.attr.id == *self.name,
            Expr::Name(name) => self.is_variable && name.id == *self.name,
            _ => false,
        }
    }
}

impl<'a> Visitor<'a> for Sets<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        let set = match stmt {
            Stmt::Assign(assign) => Some((&assign.targets[..], Some(&*assign.value))),
            Stmt::AnnAssign(assign) => Some((std::slice::from_ref(&*assign.target), assign.value.as_deref())),
            _ => None,
        };
        match (stmt, set) {
            (Stmt::FunctionDef(_) | Stmt::ClassDef(_), _) => {}
            (_, Some((targets, value))) if targets.iter().any(|target| self.is_it(target)) => {
                self.is_known &= value.is_some_and(|value| !is_container(value));
                self.found.push(stmt.range());
            }
            _ => walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        let is_changed = match expr {
            Expr::Attribute(attribute) => attribute.ctx != ExprContext::Load,
            Expr::Name(name) => name.ctx != ExprContext::Load,
            _ => false,
        };
        self.is_known &= !(is_changed && self.is_it(expr));
        walk_expr(self, expr);
    }
}
