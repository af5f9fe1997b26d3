//! Whether a function may become `async def`: everything that names it must be a call that can be awaited.

use ruff_python_ast::Expr;
use ruff_python_ast::name::Name;

use super::decide::Planner;
use crate::analysis::{Edge, FnId, Lookup, Posting};
use crate::project::facts::{CallForm, Function, FunctionKind};
use crate::project::{DefId, FileKind};

/// Decorators that leave a function what it is.
const TRANSPARENT: [&str; 4] = ["staticmethod", "classmethod", "override", "final"];

impl Planner<'_> {
    /// Whether the sync function `id` may become a coroutine function. The calls of it that the graph has are not looked at.
    pub(super) fn may_be_coroutine(&self, id: FnId) -> bool {
        let world = self.resolver.types.world();
        let Some(function) = world.function(id) else { return false };
        let callers = self.ground.analysis.graph.callers.get(&id);
        callers.is_some_and(|callers| {
            !callers.on_loop
                && !callers.cached
                && is_plain(function)
                && self.foreign(id).is_none()
                && self.is_closed(id, &callers.edges)
        })
    }

    /// Whether everything that calls or names the function is known, and is a call.
    pub(super) fn is_closed(&self, id: FnId, known: &[Edge]) -> bool {
        let world = self.resolver.types.world();
        let (Some(function), Some(def)) = (world.function(id), world.def_of(id)) else { return false };
        self.are_decorators_transparent(id, function)
            && !self.is_public(id)
            && !self.is_in_a_family(id, function)
            && !self.is_named(id, function, def, known)
            && !self.is_in_text(function)
    }

    /// Whether code outside the project may call the function: it is in a package, and no name on the way to it is private.
    fn is_public(&self, id: FnId) -> bool {
        let types = &self.resolver.types;
        let init = types.world().file(id.file).map(|file| file.path.with_file_name("__init__.py"));
        let in_package = || types.world().own_files().any(|(_, file)| Some(&file.path) == init.as_ref());
        let module = types.module_name(id.file);
        let name = types.facts(id.file).qualified(id.index);
        let mut parts = module.split('.').chain(name.split('.'));
        self.ground.terms.keeps_public && in_package() && parts.all(|part| !part.starts_with('_') && part != "tests")
    }

    fn are_decorators_transparent(&self, id: FnId, function: &Function) -> bool {
        let Some(ast) = self.resolver.types.ast(id.file) else { return false };
        function.decorators.iter().all(|range| match ast.expression(*range) {
            Some(Expr::Name(name)) => TRANSPARENT.contains(&name.id.as_str()),
            Some(Expr::Attribute(attribute)) => TRANSPARENT.contains(&attribute.attr.as_str()),
            _ => false,
        })
    }

    /// Whether a base, a subclass or a protocol has the method too, or may have it: all of them would have to change.
    fn is_in_a_family(&self, id: FnId, function: &Function) -> bool {
        let types = &self.resolver.types;
        let world = types.world();
        let stub = world.own_files().any(|(_, file)| {
            file.kind == FileKind::Stub && file.facts.functions.iter().any(|other| other.name == function.name)
        });
        let Some(class) = world.enclosing_class(id) else { return stub };
        let facts = world.facts(id.file);
        let Some(written) = facts.class_at(class.start).and_then(|index| facts.classes.get(index as usize)) else {
            return true;
        };
        let is_harmless = |name: &str| matches!(name, "object" | "ABC" | "Protocol" | "Generic");
        let known = types.class(class).bases.len();
        if written.bases.iter().filter(|base| !is_harmless(base)).count() > known {
            return true;
        }
        let mro = types.mro(class);
        let is_above = mro.iter().skip(1).any(|base| {
            let last = base.name.rsplit('.').next().unwrap_or_default();
            base.member(&function.name).is_some() || !world.is_own(base.id.file) && !is_harmless(last)
        });
        let family = self.resolver.index().with_subclasses(&written.name);
        let is_below = || {
            world.own_files().any(|(file, source)| {
                source.facts.classes.iter().any(|other| {
                    (file, other.start) != (id.file, written.start)
                        && family.contains(&other.name)
                        && other.members.contains_key(&function.name)
                })
            })
        };
        stub || is_above || self.resolver.index().protocols_with(&function.name).next().is_some() || is_below()
    }

    /// Whether something other than a call that the graph has may mean the function.
    fn is_named(&self, id: FnId, function: &Function, def: DefId, known: &[Edge]) -> bool {
        let index = self.resolver.index();
        let names = index.with_aliases(&function.name);
        names.iter().any(|name| {
            index.loads(name).iter().any(|posting| self.is_load_of(id, *posting, def))
                || index.calls(name).iter().any(|posting| self.is_unseen_call_of(id, *posting, def, known))
        })
    }

    fn is_load_of(&self, id: FnId, posting: Posting, def: DefId) -> bool {
        let types = &self.resolver.types;
        let (file, _) = posting;
        let (Some(load), Some(ast)) = (types.world().load_at(posting), types.ast(file)) else { return true };
        let is_method = types.world().enclosing_class(id).is_some();
        match ast.expression(load.range) {
            Some(Expr::Name(name)) => types.name_definitions(file, name).contains(&def),
            Some(expr @ Expr::Attribute(_)) => {
                let targets = self.resolver.targets(file, expr);
                targets.iter().any(|target| target.function == Some(def))
                    || targets.is_empty() && is_method && self.resolver.may_hold(file, id.file)
            }
            _ => true,
        }
    }

    /// A call that may be of the function, but is not among its callers: at import time, or on something of unknown type.
    fn is_unseen_call_of(&self, id: FnId, posting: Posting, def: DefId, known: &[Edge]) -> bool {
        let types = &self.resolver.types;
        let (file, _) = posting;
        let (Some(call), Some(ast)) = (types.world().call_at(posting), types.ast(file)) else { return true };
        let caller = FnId { file, index: call.function };
        if known.iter().any(|edge| edge.caller == caller && edge.at == call.range) {
            return false;
        }
        if !matches!(call.form, CallForm::Call | CallForm::Awaited | CallForm::Indexed) {
            return false;
        }
        let Some(node) = ast.call(call.range) else { return true };
        let targets = self.resolver.targets(file, &node.func);
        let is_method = types.world().enclosing_class(id).is_some();
        targets.iter().any(|target| target.function == Some(def))
            || targets.is_empty() && is_method && self.resolver.may_hold(file, id.file)
    }

    /// Whether the function's name stands in a string of the program: something to patch, to look up or to export.
    fn is_in_text(&self, function: &Function) -> bool {
        let types = &self.resolver.types;
        let endings = ['"', '\''].map(|quote| format!("{}{quote}", function.name));
        types.world().own_files().any(|(file, _)| {
            let text = types.text(file);
            endings.iter().any(|ending| {
                text.match_indices(ending.as_str()).any(|(at, _)| text[..at].ends_with(['"', '\'', '.', ':']))
            })
        })
    }
}

/// A `def` that runs when it is called, by a name that Python itself does not use.
fn is_plain(function: &Function) -> bool {
    let is_special = |name: &Name| name.starts_with("__") && name.ends_with("__");
    function.kind == FunctionKind::Def
        && !function.is_async
        && !function.is_generator
        && !function.is_property
        && !is_special(&function.name)
}
