//! Functions that ask what class of exception they are given: what a retry is decided by, what tells errors of a client apart. What they
//! are given is known where they are only called, or named in decorators, which are followed like the `except` clauses around them.

use ruff_python_ast::name::Name;
use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::mentions::is_instance_test;
use super::{Draft, Refusal};
use crate::analysis::{FnId, Lookup};
use crate::plan::decide::Planner;
use crate::project::{Ast, FileId, last};

impl Planner<'_> {
    /// The function that a call in it asks, of a parameter, whether that is of the classes that are named at a place; if all that hand it
    /// something can be seen.
    pub(super) fn asker(&self, file: FileId, ast: &Ast, call: &ast::ExprCall, classes: TextRange) -> Option<FnId> {
        let [Expr::Name(object), named] = &*call.arguments.args else { return None };
        if named.range() != classes || !is_instance_test(call) {
            return None;
        }
        let facts = self.resolver.types.facts(file);
        let id = FnId { file, index: facts.enclosing(call.start()) };
        let own = facts.functions.get(id.index as usize)?;
        let is_bound = |target: &Name, function: u32| *target == object.id && function == id.index;
        let is_given = own.parameter(&object.id).is_some()
            && !facts.bindings.iter().any(|bound| is_bound(&bound.target, bound.function))
            && !facts.parts.iter().any(|part| is_bound(&part.target, part.function));
        let is_plain = ast.def(own.range).is_some_and(|def| def.decorator_list.is_empty());
        let is_special = own.name.starts_with("__");
        let is_in_decorators = || {
            self.named(id).into_iter().all(|(file, at)| {
                let ast = self.resolver.types.ast(file);
                ast.is_some_and(|ast| ast.path(at).iter().any(|node| matches!(node, AnyNodeRef::Decorator(_))))
            })
        };
        (is_given && is_plain && !is_special && self.family(id).is_ok() && is_in_decorators()).then_some(id)
    }
}

impl Draft<'_> {
    /// Refuses where an exception is handed to what may be a function that asks for its class, other than to the ones that are known to
    /// be called.
    pub(super) fn is_asked_class(&self, call: &ast::ExprCall, callees: &[FnId]) -> Result<(), Refusal> {
        let world = self.planner.resolver.types.world();
        let name = last(&call.func);
        let mut askers = self.known.mentions.askers.iter();
        let is_other = |id: &FnId| {
            !callees.contains(id) && world.function(*id).is_some_and(|own| name.is_none_or(|name| own.name == name))
        };
        match askers.find(|id| is_other(id)) {
            Some(_) => Err("its class is compared".to_owned()),
            None => Ok(()),
        }
    }
}
