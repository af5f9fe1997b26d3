//! Decorators of the program, and what they put in the place of a function: it runs where the function is called.

use ruff_python_ast::Expr;

use super::index::{FnId, Lookup};
use super::resolve::Resolver;
use crate::project::facts::{Facts, FunctionKind};
use crate::project::{DefId, FileId, Target, callee_of};

impl Resolver<'_> {
    /// Whether a decorator of the program may put something else in the place of a class: it returns more than the class that it is given.
    #[must_use]
    pub fn is_replaced(&self, class: DefId) -> bool {
        let world = self.types.world();
        let (facts, Some(ast)) = (self.types.facts(class.file), self.types.ast(class.file)) else { return false };
        let mut decorators = facts.decorated.iter().filter(|decorated| decorated.below == class.start);
        decorators.any(|decorated| {
            let Some(decorator) = ast.expression(decorated.range) else { return false };
            let mut makers = self.makers(class.file, decorator).flatten().filter(|maker| world.is_own(maker.file));
            makers.any(|maker| !self.gives_argument(maker, decorated.is_made))
        })
    }

    /// Whether all that a decorator returns is what it is given.
    fn gives_argument(&self, maker: FnId, is_factory: bool) -> bool {
        let facts = self.types.facts(maker.file);
        let (Some(applied), Some(ast)) = (self.applied(&facts, maker, is_factory), self.types.ast(maker.file)) else {
            return false;
        };
        let Some(given) = facts.functions.get(applied.index as usize).and_then(|own| own.parameters.first()) else {
            return false;
        };
        let values = self.returned_values(&ast, applied);
        let is_given = |value: &Expr| value.as_name_expr().is_some_and(|name| name.id == given.name);
        !values.is_empty() && values.into_iter().all(is_given)
    }

    /// The functions of the program that run in the place of one, because its decorators return them.
    #[must_use]
    pub fn wrappers(&self, id: FnId) -> Vec<FnId> {
        let Some(function) = self.types.world().function(id) else { return Vec::new() };
        let mut wrappers = Vec::new();
        let Some(ast) = self.types.ast(id.file).filter(|_| !function.decorators.is_empty()) else { return wrappers };
        for decorator in function.decorators.iter().filter_map(|range| ast.expression(*range)) {
            for target in self.targets(id.file, callee_of(decorator)) {
                self.add_wrappers(&target, decorator.is_call_expr(), &mut wrappers);
            }
        }
        wrappers
    }

    /// Adds what something puts in the place of functions that it decorates: functions that it returns, or objects that are called.
    fn add_wrappers(&self, decorator: &Target, is_factory: bool, wrappers: &mut Vec<FnId>) {
        let world = self.types.world();
        let own = |id: &FnId| world.is_own(id.file);
        if let Some(class) = self.types.made_class(decorator) {
            let call = self.types.member(class, "__call__").and_then(|target| world.fn_of(target.function?));
            wrappers.extend(call.filter(own));
            return;
        }
        let Some(maker) = decorator.function.and_then(|function| world.fn_of(function)).filter(own) else { return };
        let facts = self.types.facts(maker.file);
        let Some(applied) = self.applied(&facts, maker, is_factory) else { return };
        wrappers.extend(self.returned_inside(&facts, applied).filter(|id| *id != applied));
    }

    /// The functions that a decorator is, or that make it; nothing for each other thing that it may be.
    pub fn makers(&self, file: FileId, decorator: &Expr) -> impl Iterator<Item = Option<FnId>> {
        let world = self.types.world();
        self.targets(file, callee_of(decorator)).into_iter().map(|target| world.fn_of(target.function?))
    }

    /// The functions inside one that it returns.
    pub(super) fn returned_inside(&self, facts: &Facts, maker: FnId) -> impl Iterator<Item = FnId> {
        let inside = (0..).zip(&facts.functions).filter(move |(_, inner)| inner.parent == maker.index);
        inside.filter_map(move |(index, inner)| {
            let id = FnId { file: maker.file, index };
            let is_returned = match inner.kind {
                FunctionKind::Def => self.returns_function(id),
                FunctionKind::Lambda => self.is_returned_at(id.file, inner.range),
                FunctionKind::Module => false,
            };
            is_returned.then_some(id)
        })
    }
}
