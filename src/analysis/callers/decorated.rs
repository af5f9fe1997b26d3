//! What a decorator of the program puts in the place of a function runs whenever that function is called.

use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::Ranged;

use super::{Edge, Via};
use crate::analysis::index::{FnId, Lookup, Posting};
use crate::analysis::resolve::Resolver;
use crate::project::facts::FunctionIndex;
use crate::project::{DefId, FileId};

/// A decorator, a factory of decorators, a factory of those.
const DEPTH: usize = 3;

impl Resolver<'_> {
    /// The functions whose place something takes that `function` of `file` returns, each with the decorator that does it.
    pub(super) fn decorated_by(&self, file: FileId, function: FunctionIndex) -> Vec<Edge> {
        let mut edges = Vec::new();
        self.add_decorated(FnId { file, index: function }, 0, &mut edges);
        edges
    }

    /// `calls` is how many calls stand between the function and the decorator: `@f(…)` has one.
    fn add_decorated(&self, id: FnId, calls: usize, edges: &mut Vec<Edge>) {
        let world = self.types.world();
        let (Some(function), Some(def)) = (world.function(id), world.def_of(id)) else { return };
        for name in self.index().with_aliases(&function.name) {
            let postings = match calls {
                0 => self.index().loads(&name),
                _ => self.index().calls(&name),
            };
            edges.extend(postings.iter().filter_map(|posting| self.decorated_at(*posting, calls, def)));
        }
        // A factory returns the decorator.
        if calls < DEPTH && self.is_returned(id) {
            self.add_decorated(FnId { file: id.file, index: function.parent }, calls + 1, edges);
        }
    }

    fn is_returned(&self, id: FnId) -> bool {
        let Some(function) = self.types.world().function(id) else { return false };
        let facts = self.types.facts(id.file);
        let Some(ast) = self.types.ast(id.file) else { return false };
        facts.loads.iter().any(|load| {
            load.function == function.parent
                && load.name == function.name
                && matches!(
                    ast.path(load.range).iter().rev().find(|node| node.range() != load.range),
                    Some(AnyNodeRef::StmtReturn(_))
                )
        })
    }

    /// The function below the decorator at `posting`, if that is `def` with as many calls.
    fn decorated_at(&self, posting: Posting, calls: usize, def: DefId) -> Option<Edge> {
        let (file, _) = posting;
        let world = self.types.world();
        let range = match calls {
            0 => world.load_at(posting)?.range,
            _ => world.call_at(posting)?.range,
        };
        let ast = self.types.ast(file)?;
        let path = ast.path(range);
        let decorator = path.iter().rev().find_map(|node| match node {
            AnyNodeRef::Decorator(decorator) => Some(*decorator),
            _ => None,
        })?;
        let mut callee = &decorator.expression;
        for _ in 0..calls {
            let Expr::Call(call) = callee else { return None };
            callee = &call.func;
        }
        if !self.targets(file, callee).iter().any(|target| target.function == Some(def)) {
            return None;
        }
        let below = path.iter().rev().find_map(|node| match node {
            AnyNodeRef::StmtFunctionDef(below) => Some(below.name.start()),
            _ => None,
        })?;
        let index = self.types.facts(file).function_at(below)?;
        Some(Edge { caller: FnId { file, index }, at: decorator.expression.range(), via: Via::Implicit })
    }
}
