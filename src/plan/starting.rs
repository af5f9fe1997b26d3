//! What a server runs when it starts, before it takes requests: `lifespan`, `on_startup`.

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::memo::Survey;
use crate::analysis::{FnId, Lookup};
use crate::catalogue::{Handover, RunsOn};
use crate::project::facts::{Call, CallForm, Function};
use crate::project::{Ast, last};

impl Survey<'_> {
    /// Whether a server has started no task for requests yet when a coroutine function comes to a place, and the function itself none.
    pub(super) fn is_starting(&self, function: FnId, at: TextRange) -> bool {
        let types = &self.resolver.types;
        let Some(own) = types.world().function(function).filter(|own| own.is_async) else { return false };
        if self.resolver.catalogue().starts.is_empty() || !self.runs_at_start(function, own) {
            return false;
        }
        let Some(ast) = types.ast(function.file) else { return false };
        let facts = types.facts(function.file);
        let mut yields = Yields::default();
        ast.def(own.range).into_iter().for_each(|def| yields.visit_body(&def.body));
        let is_served = yields.0.iter().any(|yielded| yielded.start() < at.start());
        let mut before = facts.calls.iter().filter(|call| {
            call.function == function.index && call.range.start() < at.start() && !call.range.contains_range(at)
        });
        !is_served && !before.any(|call| self.may_start_task(function, call))
    }

    /// Whether a call may leave something that goes on beside: a task or a thread.
    pub(super) fn may_start_task(&self, function: FnId, call: &Call) -> bool {
        let outline = self.outline(function);
        let Some((_, made)) = outline.call_at(call.range) else {
            // An operator, or what a `with` or a loop calls.
            let implied = self.callees.get(&function).is_some_and(|calls| calls.contains_key(&call.range));
            return implied || matches!(call.form, CallForm::Call | CallForm::Awaited);
        };
        let follow = self.follow(function, made);
        if follow.bound.is_some() {
            return true;
        }
        if follow.callees.is_empty() {
            let catalogue = self.resolver.catalogue();
            // What a library calls at once is over when it returns.
            let is_left = |handover: &Handover| handover.on != RunsOn::Now || !follow.callbacks.is_empty();
            let mut names = follow.targets.iter().flat_map(|target| &target.names);
            return match follow.targets.is_empty() {
                true => catalogue.handovers_with_last_name(&call.name).any(is_left),
                false => names.any(|name| catalogue.handovers(name).iter().any(is_left)),
            };
        }
        // What a worker thread may run starts no task.
        let starts = follow.callees.iter().map(|callee| (*callee, Default::default())).collect();
        self.region(&starts).is_err()
    }

    /// Whether a function is named only where a server is told what to run when it starts.
    pub(super) fn runs_at_start(&self, function: FnId, own: &Function) -> bool {
        let (world, index) = (self.resolver.types.world(), self.resolver.index());
        let is_decorated = || {
            let ast = self.resolver.types.ast(function.file);
            let mut decorators = own.decorators.iter();
            ast.is_some_and(|ast| {
                decorators.any(|at| {
                    ast.expression(*at).and_then(Expr::as_call_expr).is_some_and(|call| self.says_start(call))
                })
            })
        };
        let loads = index.loads(&own.name);
        let is_given = || {
            !loads.is_empty()
                && loads.iter().all(|posting| {
                    let (load, ast) = (world.load_at(*posting), self.resolver.types.ast(posting.0));
                    load.zip(ast).is_some_and(|(load, ast)| self.is_given_at(&ast, load.range))
                })
        };
        index.calls(&own.name).is_empty() && (is_given() || loads.is_empty() && is_decorated())
    }

    /// `on_event("startup")`
    fn says_start(&self, call: &ExprCall) -> bool {
        let (starts, events) = (&self.resolver.catalogue().starts, &self.resolver.catalogue().start_events);
        let mut texts = call.arguments.args.iter().filter_map(Expr::as_string_literal_expr);
        last(&call.func).is_some_and(|name| starts.contains(name))
            && texts.any(|text| events.contains(text.value.to_str()))
    }

    /// `lifespan=lifespan`, `on_startup=[connect]`, `app.on_startup.append(connect)`
    fn is_given_at(&self, ast: &Ast, load: TextRange) -> bool {
        let starts = &self.resolver.catalogue().starts;
        let path = ast.path(load);
        path.iter().rev().take(6).any(|node| match node {
            AnyNodeRef::Keyword(keyword) => keyword.arg.as_ref().is_some_and(|name| starts.contains(name.as_str())),
            AnyNodeRef::ExprCall(call) => match &*call.func {
                Expr::Attribute(method) => {
                    method.attr.as_str() == "append" && last(&method.value).is_some_and(|name| starts.contains(name))
                }
                _ => false,
            },
            _ => false,
        })
    }
}

/// Where a function yields: a server goes on there.
#[derive(Default)]
struct Yields(Vec<TextRange>);

impl<'a> Visitor<'a> for Yields {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if !matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
            walk_stmt(self, stmt);
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if expr.is_yield_expr() {
            self.0.push(expr.range());
        }
        walk_expr(self, expr);
    }
}
