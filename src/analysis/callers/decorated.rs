//! What a decorator of the program puts in the place of a function runs whenever that function is called.

use ruff_python_ast::name::Name;
use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::Ranged;

use super::subject::Subject;
use super::{Callers, Edge, Via};
use crate::analysis::index::{FnId, Lookup, Posting};
use crate::analysis::resolve::Resolver;
use crate::project::facts::FunctionIndex;
use crate::project::{DefId, FileId, Shape};

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

    /// Adds the functions that run in the subject's hands, which is a manager's method or makes a manager: `@timed()`.
    pub(super) fn managed_calls(&self, subject: &Subject, callers: &mut Callers) {
        let world = self.types.world();
        let makes: &dyn Fn(FileId, &Expr) -> bool = match (subject.name.as_str(), subject.class) {
            ("__enter__" | "__exit__", Some(class)) => {
                let mro = self.types.mro(class);
                if !mro.iter().any(|base| base.name == "contextlib.ContextDecorator") {
                    return;
                }
                &move |file, manager| {
                    let shapes = self.shapes(file, manager);
                    shapes.iter().any(|shape| matches!(shape, Shape::Instance(made) if self.derives(*made, class)))
                }
            }
            _ if self.makes_manager(subject.id) => &|file, manager| {
                let called = manager.as_call_expr().map(|call| self.targets(file, &call.func)).unwrap_or_default();
                called.iter().any(|target| target.function == Some(subject.def))
            },
            _ => return,
        };
        for &posting in self.manager_names(subject).iter().flat_map(|name| self.index().decorated(name)) {
            let file = posting.0;
            let Some(decorated) = world.decorated_at(posting) else { continue };
            let Some(index) = self.types.facts(file).function_at(decorated.below) else { continue };
            let ast = self.types.ast(file);
            if ast.as_ref().and_then(|ast| ast.expression(decorated.range)).is_some_and(|expr| makes(file, expr)) {
                let caller = FnId { file, index };
                callers.edges.push(Edge { caller, at: decorated.range, via: Via::Implicit });
            }
        }
    }

    /// Whether a generator function is made one that makes managers.
    fn makes_manager(&self, id: FnId) -> bool {
        let Some(function) = self.types.world().function(id).filter(|function| function.is_generator) else {
            return false;
        };
        let ast = self.types.ast(id.file);
        let decorators = function.decorators.iter().filter_map(|range| ast.as_ref()?.expression(*range));
        decorators
            .flat_map(|decorator| self.types.reference_names(id.file, decorator))
            .any(|name| name == "contextlib.contextmanager")
    }

    /// What a manager, or what makes it, is called.
    fn manager_names(&self, subject: &Subject) -> Vec<Name> {
        let Some(class) = subject.class.filter(|_| subject.name.starts_with("__")) else {
            return self.index().with_aliases(&subject.name);
        };
        let class = self.types.class_name(class);
        let mut names = self.index().with_subclasses(&Name::new(class.rsplit('.').next().unwrap_or(&class)));
        let bound = names.iter().flat_map(|name| self.index().bindings_from(name));
        let bound: Vec<Name> =
            bound.filter_map(|posting| Some(self.types.world().binding_at(*posting)?.target.clone())).collect();
        names.extend(bound);
        names.sort_unstable();
        names.dedup();
        names
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
