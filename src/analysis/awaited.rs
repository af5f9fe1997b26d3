//! What an `await` gives, and what a `with` enters.

use ruff_python_ast::{self as ast, Expr};

use super::decoration::is_elsewhere;
use super::index::{FnId, Lookup};
use super::resolve::{DEPTH, Resolver, is_lookup};
use crate::catalogue::RunsOn;
use crate::project::{FileId, Shape, Shapes, Target, delegated, extend, last, yielded};

impl Resolver<'_> {
    /// What a `with` gets from a value.
    pub(super) fn entered_shapes(&self, file: FileId, value: &Expr, depth: usize) -> Shapes {
        let mut shapes = Vec::new();
        if depth == 0 {
            return shapes;
        }
        if let Expr::Call(call) = value {
            let first = call.arguments.args.first();
            if let Some(kept) = first.filter(|_| last(&call.func) == Some("closing")) {
                return self.shapes_at(file, kept, depth - 1);
            }
            for id in self.called(file, call, depth) {
                let is_generator = self.types.world().function(id).is_some_and(|function| function.is_generator);
                if is_generator {
                    extend(&mut shapes, self.yielded_shapes(id, depth - 1));
                }
            }
        }
        if !shapes.is_empty() {
            return shapes;
        }
        for shape in self.shapes_at(file, value, depth - 1) {
            let Shape::Instance(class) = shape else { continue };
            let methods = ["__enter__", "__aenter__"].into_iter();
            let enter = methods
                .filter_map(|method| self.types.member(class, method)?.function)
                .find_map(|function| self.types.world().fn_of(function));
            match enter.filter(|id| self.types.world().is_own(id.file)) {
                Some(enter) => extend(&mut shapes, self.returned_shapes(enter, depth - 1)),
                // Most managers of libraries give themselves.
                None => extend(&mut shapes, vec![shape]),
            }
        }
        shapes
    }

    /// What a function of the program yields.
    pub(super) fn yielded_shapes(&self, id: FnId, depth: usize) -> Shapes {
        let mut shapes = Vec::new();
        let Some(ast) = self.types.ast(id.file).filter(|_| depth > 0) else { return shapes };
        let range = self.types.world().function(id).map(|function| function.range);
        let Some(def) = range.and_then(|range| ast.def(range)) else { return shapes };
        for value in yielded(def) {
            extend(&mut shapes, self.shapes_at(id.file, value, depth - 1));
        }
        for values in delegated(def) {
            extend(&mut shapes, self.item_shapes(id.file, values, depth - 1));
        }
        shapes
    }

    /// What calling what an expression names gives.
    pub(super) fn results_of(&self, file: FileId, function: &Expr, depth: usize) -> Shapes {
        let mut shapes = Vec::new();
        if depth == 0 {
            return shapes;
        }
        if let Expr::Lambda(lambda) = function {
            return self.shapes_at(file, &lambda.body, depth - 1);
        }
        for target in self.targets_with(file, function, depth) {
            let declared = self.types.declared_results(&target, false);
            match target.function.and_then(|function| self.types.world().fn_of(function)) {
                Some(id) if declared.is_empty() => extend(&mut shapes, self.returned_shapes(id, depth - 1)),
                _ => extend(&mut shapes, declared),
            }
        }
        let classes = self.shapes_at(file, function, depth - 1).into_iter().filter_map(|shape| match shape {
            Shape::Class(class) => Some(Shape::Instance(class)),
            _ => None,
        });
        extend(&mut shapes, classes.collect());
        shapes
    }

    /// What awaiting a value gives: of a coroutine that is called there, or was where a variable is made, as a task as well.
    pub(super) fn awaited_shapes(&self, file: FileId, value: &Expr, depth: usize) -> Shapes {
        if depth == 0 {
            return Vec::new();
        }
        match value {
            Expr::Call(call) => match call.arguments.args.first() {
                Some(coroutine) if self.makes_task(file, call) => self.awaited_shapes(file, coroutine, depth - 1),
                Some(function) if self.is_thread(file, call) => self.results_of(file, function, depth - 1),
                _ => {
                    let shapes = self.result_shapes(file, call, true, depth - 1);
                    match (&*call.func, shapes.is_empty()) {
                        (Expr::Attribute(method), true) if is_lookup(&method.attr) => {
                            self.kept_shapes(file, &method.value, depth - 1)
                        }
                        _ => shapes,
                    }
                }
            },
            Expr::Name(_) | Expr::Attribute(_) => self.of_each(self.written_values(file, value), &|home, value| {
                if value.is_call_expr() { self.awaited_shapes(home, value, depth - 1) } else { Vec::new() }
            }),
            _ => Vec::new(),
        }
    }

    /// The items of what `await gather(…)` gives, or of what an awaited function of the program returns.
    pub(super) fn awaited_items(&self, file: FileId, call: &ast::ExprCall, depth: usize) -> Shapes {
        if !self.is_gathered(file, call) {
            return self.made_by(file, call, depth, &|home, value| self.item_shapes(home, value, depth));
        }
        let mut shapes = Vec::new();
        for argument in &call.arguments.args {
            let coroutine = match argument {
                Expr::Starred(starred) => match &*starred.value {
                    Expr::ListComp(ast::ExprListComp { elt, .. }) | Expr::Generator(ast::ExprGenerator { elt, .. }) => {
                        elt
                    }
                    Expr::Call(call) if last(&call.func) == Some("map") => {
                        if let Some(function) = call.arguments.args.first() {
                            extend(&mut shapes, self.results_of(file, function, depth));
                        }
                        continue;
                    }
                    _ => continue,
                },
                other => other,
            };
            extend(&mut shapes, self.awaited_shapes(file, coroutine, depth));
        }
        shapes
    }

    pub(super) fn is_gathered(&self, file: FileId, call: &ast::ExprCall) -> bool {
        last(&call.func) == Some("gather") && self.is_of_asyncio(file, call)
    }

    fn makes_task(&self, file: FileId, call: &ast::ExprCall) -> bool {
        matches!(last(&call.func), Some("create_task" | "ensure_future" | "wait_for" | "shield"))
            && self.is_of_asyncio(file, call)
    }

    /// Whether a call runs a coroutine to its end, and gives what that returns.
    pub(super) fn runs_coroutine(&self, file: FileId, call: &ast::ExprCall) -> bool {
        matches!(last(&call.func), Some("run" | "run_until_complete")) && self.is_of_asyncio(file, call)
    }

    /// Whether a call is of asyncio, the language's own library: its coroutines are values here.
    fn is_of_asyncio(&self, file: FileId, call: &ast::ExprCall) -> bool {
        let targets = self.types.targets(file, &call.func);
        targets.iter().flat_map(|target| &target.names).any(|name| name.starts_with("asyncio."))
    }

    /// Whether a call has its first argument run in a thread, and gives what that returns.
    fn is_thread(&self, file: FileId, call: &ast::ExprCall) -> bool {
        let targets = self.types.targets(file, &call.func);
        let of_library = |target: &Target| {
            let mut handovers = target.names.iter().flat_map(|name| self.catalogue().handovers(name));
            handovers.any(|handover| handover.at == Some(0) && handover.on == RunsOn::Thread)
        };
        targets.iter().any(|target| {
            let own = target.function.and_then(|function| self.types.world().fn_of(function));
            of_library(target) || own.is_some_and(|id| self.is_thread_helper(id))
        })
    }

    /// Whether a coroutine function of the program has its first argument run in a thread, and gives what that returns.
    fn is_thread_helper(&self, id: FnId) -> bool {
        let function = self.types.world().function(id).filter(|own| own.is_async && !own.is_generator);
        let (Some(function), Some(ast)) = (function, self.types.ast(id.file)) else { return false };
        let hands_over = |value: &Expr| {
            let call = value.as_await_expr().and_then(|awaited| awaited.value.as_call_expr());
            let targets = call.map(|call| self.types.targets(id.file, &call.func)).unwrap_or_default();
            let names = targets.iter().flat_map(|target| &target.names);
            names.flat_map(|name| self.catalogue().handovers(name)).any(|handover| handover.on == RunsOn::Thread)
        };
        let values = self.returned_values(&ast, id);
        let goes_there = || is_elsewhere(&self.parameter_uses(id, function.receivers(), DEPTH));
        !values.is_empty() && values.into_iter().all(hands_over) && goes_there()
    }

    /// What the functions of the program that a call may run return, each looked at by `look`; of generators, what they yield.
    pub(super) fn made_by(
        &self,
        file: FileId,
        call: &ast::ExprCall,
        depth: usize,
        look: &dyn Fn(FileId, &Expr) -> Shapes,
    ) -> Shapes {
        let mut shapes = Vec::new();
        for id in self.called(file, call, depth) {
            let world = self.types.world();
            if world.function(id).is_some_and(|function| function.is_generator) {
                extend(&mut shapes, self.yielded_shapes(id, depth));
                continue;
            }
            let Some(ast) = self.types.ast(id.file) else { continue };
            for value in self.returned_values(&ast, id) {
                extend(&mut shapes, look(id.file, value));
            }
        }
        shapes
    }

    /// The functions of the program that a call may run.
    fn called(&self, file: FileId, call: &ast::ExprCall, depth: usize) -> Vec<FnId> {
        let targets = self.targets_with(file, &call.func, depth);
        targets.iter().filter_map(|target| self.types.world().fn_of(target.function?)).collect()
    }
}
