//! Whether a function may become `async def`: everything that names it must be a call that can be awaited.

use ruff_python_ast::name::Name;
use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::TextRange;

use super::convert::Recolour;
use super::decide::Planner;
use super::region;
use crate::analysis::{ByLoop, Callers, FnId, Lookup, Posting};
use crate::project::facts::{CallForm, Function, FunctionKind};
use crate::project::{DefId, FileId, Shape, Target, last};

/// Decorators that leave a function what it is.
pub(super) const TRANSPARENT: [&str; 5] = ["staticmethod", "classmethod", "abstractmethod", "override", "final"];

/// Methods that Python's own functions call of any object that has them.
const LIKE_OTHERS: [&str; 14] = [
    "read",
    "readline",
    "readlines",
    "write",
    "writelines",
    "flush",
    "close",
    "seek",
    "tell",
    "fileno",
    "send",
    "recv",
    "acquire",
    "release",
];
/// An object that more files than this can hold is taken to be given to other code: to look through them all takes too long.
const MOST_HOLDERS: usize = 60;

/// Builtin functions that only look at what an object is, or call its special methods.
const LOOKS: [&str; 14] = [
    "type",
    "isinstance",
    "issubclass",
    "id",
    "hash",
    "repr",
    "str",
    "bool",
    "len",
    "hasattr",
    "callable",
    "vars",
    "dir",
    "super",
];
/// Builtin functions that go through their first argument.
const CONSUMERS: [&str; 14] = [
    "all",
    "any",
    "dict",
    "enumerate",
    "frozenset",
    "iter",
    "list",
    "max",
    "min",
    "next",
    "set",
    "sorted",
    "sum",
    "tuple",
];
/// Makes a context manager of a generator.
const MANAGER: &str = "contextlib.contextmanager";

impl Planner<'_> {
    /// Whether everything that calls or names a function is known, and is a call of the function alone.
    pub(super) fn is_closed(&self, id: FnId, callers: &Callers) -> bool {
        self.recolour(id).is_some()
            && !callers.are_of_loop()
            && self.named(id).is_empty()
            && !self.is_registered(id)
            && self.may_change_colour(id, callers).is_ok()
            && self.family(id).is_ok_and(|family| family.len() == 1)
    }

    /// Whether a decorator of the program takes a function to keep it.
    fn is_registered(&self, id: FnId) -> bool {
        let (Some(function), Some(ast)) = (self.resolver.types.world().function(id), self.resolver.types.ast(id.file))
        else {
            return true;
        };
        let mut decorators = function.decorators.iter().filter_map(|range| ast.expression(*range));
        decorators.any(|decorator| !self.is_transparent(id.file, decorator))
            && self.recolour(id) == Some(Recolour::Coroutine)
            && self.role(id).is_none()
    }

    /// Why a function cannot change its colour, of what it is itself, if so.
    pub(super) fn may_be_changed(&self, id: FnId) -> Result<(), String> {
        let Some(function) = self.resolver.types.world().function(id) else {
            return Err("the function is gone".to_owned());
        };
        let may_call = || function.class.is_some() && function.name.as_str() == "__call__";
        let is_called = may_call() && (*self.dispatch(id)).is_ok();
        if let Some(what) = fixed(function).filter(|_| !is_called && !self.is_special(id)) {
            return Err(format!("`{}` is {what}", self.name(id)));
        }
        if self.recolour(id).is_none() {
            return Err(format!("`{}` has a decorator that may not take a coroutine function", self.name(id)));
        }
        self.foreign(id).map_or(Ok(()), Err)
    }

    /// Why the sync function `id` must not become a coroutine function, if so. The calls of it that the graph has are not looked
    /// at, nor is its family.
    pub(super) fn may_change_colour(&self, id: FnId, callers: &Callers) -> Result<(), String> {
        let world = self.resolver.types.world();
        let name = || self.name(id);
        let (Some(function), Some(def)) = (world.function(id), world.def_of(id)) else {
            return Err("the function is gone".to_owned());
        };
        if callers.on_loop == ByLoop::Called {
            return Err(format!("the loop itself calls `{}`", name()));
        }
        if callers.cached {
            return Err(format!("the result of `{}` is kept", name()));
        }
        if self.is_public(id) {
            return Err(format!("`{}` is public, and others may call it who install the package", name()));
        }
        if let Some(place) = self.named_at(id, callers, function, def).or_else(|| self.used_unseen_at(id, callers, def))
        {
            return Err(format!("`{}` may be called in another way ({place})", name()));
        }
        if let Some(place) = self.lent_at(id, function) {
            return Err(format!("`{}` may be called by what is given the object ({place})", name()));
        }
        if let Some(place) = self.spelled_at(id, function) {
            return Err(format!("the name of `{}` stands in a string, by which it may be called ({place})", name()));
        }
        if let Some(reason) = self.stood_in_for(id, function).or_else(|| self.shares_with_all(id)) {
            return Err(reason);
        }
        if self.may_stop_iteration(id) {
            return Err(format!("`{}` may raise StopIteration, which cannot come out of a coroutine", name()));
        }
        Ok(())
    }

    /// Why no other task may run before a function is done: it changes what all of them have, maybe for a while.
    fn shares_with_all(&self, id: FnId) -> Option<String> {
        if self.ground.is_sequential {
            return None;
        }
        region::shared_by_all(self.survey, id)
    }

    /// Whether code outside the project may call the function: it is in a package, and no name on the way to it is private.
    pub(super) fn is_public(&self, id: FnId) -> bool {
        let types = &self.resolver.types;
        let init = types.world().file(id.file).map(|file| file.path.with_file_name("__init__.py"));
        let in_package = || types.world().own_files().any(|(_, file)| Some(&file.path) == init.as_ref());
        let module = types.module_name(id.file);
        let name = types.facts(id.file).qualified(id.index);
        let mut parts = module.split('.').chain(name.split('.'));
        self.ground.terms.keeps_public && in_package() && parts.all(|part| !part.starts_with('_') && part != "tests")
    }

    /// What the definition of a function would become; `None` where a decorator is in the way.
    pub(super) fn recolour(&self, id: FnId) -> Option<Recolour> {
        let types = &self.resolver.types;
        let function = types.world().function(id)?;
        let ast = types.ast(id.file)?;
        if self.is_special(id) {
            return self.special_recolour(id).filter(|_| function.decorators.is_empty());
        }
        let mut recolour = if function.is_generator { Recolour::Generator } else { Recolour::Coroutine };
        for range in &function.decorators {
            let decorator = ast.expression(*range)?;
            if self.is_transparent(id.file, decorator) {
                continue;
            }
            if self.role(id).is_some() && self.suits_tests(id.file, decorator) {
                continue;
            }
            if recolour == Recolour::Coroutine && (*self.dispatch(id)).is_ok() {
                return Some(recolour);
            }
            let is_manager = types.reference_names(id.file, decorator).iter().any(|name| name == MANAGER);
            // It is the first one: what is around it would take an asynchronous manager.
            if !is_manager || recolour != Recolour::Generator || Some(range) != function.decorators.first() {
                return None;
            }
            recolour = Recolour::Manager;
        }
        Some(recolour)
    }

    /// Whether a decorator does the same with a coroutine function as with another one.
    fn is_transparent(&self, file: FileId, decorator: &Expr) -> bool {
        let call = decorator.as_call_expr();
        let callee = call.map_or(decorator, |call| &call.func);
        let Some(name) = last(callee) else { return false };
        if call.is_none() && TRANSPARENT.contains(&name) {
            return true;
        }
        if self.is_for_loop(file, callee) {
            return true;
        }
        let catalogue = self.resolver.catalogue();
        let is_given = |name: &String| call.is_some_and(|call| call.arguments.find_keyword(name).is_some());
        let is_open = call.is_some_and(|call| call.arguments.keywords.iter().any(|keyword| keyword.arg.is_none()));
        let takes = |name: &String| catalogue.takes_either(name).is_some_and(|unless| !unless.iter().any(is_given));
        catalogue.may_take_either(name)
            && !is_open
            && self.resolver.types.reference_names(file, callee).iter().any(takes)
    }

    /// Where something other than a call that the graph has may mean the function.
    pub(super) fn named_at(&self, id: FnId, callers: &Callers, function: &Function, def: DefId) -> Option<String> {
        let index = self.resolver.index();
        let world = self.resolver.types.world();
        index.with_aliases(&function.name).iter().find_map(|name| {
            let load = index.loads(name).iter().find(|posting| {
                let is_given =
                    || world.load_at(**posting).is_some_and(|load| self.is_given_to_loop(posting.0, load.range));
                self.is_load_of(id, **posting, def) && !(callers.are_of_loop() && is_given())
            });
            let load = load.filter(|_| (*self.dispatch(id)).is_err());
            let load = load.and_then(|posting| Some((posting.0, world.load_at(*posting)?.range)));
            let call = || index.calls(name).iter().find(|posting| self.is_unseen_call_of(id, callers, **posting, def));
            let call = || call().and_then(|posting| Some((posting.0, world.call_at(*posting)?.range)));
            let (file, range) = load.or_else(call)?;
            Some(self.place(file, range))
        })
    }

    /// Where an object with a method that stands for those of a file or a lock is given to code outside the program.
    fn lent_at(&self, id: FnId, function: &Function) -> Option<String> {
        let types = &self.resolver.types;
        let world = types.world();
        let may_be_called = LIKE_OTHERS.contains(&function.name.as_str()) || self.is_special(id);
        let class = world.enclosing_class(id).filter(|_| may_be_called)?;
        let is_special = self.is_special(id);
        let shapes = |file: FileId, argument: &Expr| {
            if is_special { self.resolver.shapes(file, argument) } else { types.shapes(file, argument) }
        };
        let is_it = |file: FileId, argument: &Expr| {
            shapes(file, argument).iter().any(|shape| match shape {
                Shape::Instance(other) => types.mro(*other).iter().any(|base| base.id == class),
                _ => false,
            })
        };
        let is_given = |file: FileId, call: &ExprCall| {
            let is_one_of =
                |names: &[&str]| call.func.as_name_expr().is_some_and(|name| names.contains(&name.id.as_str()));
            // What these go through is known by the method that they call.
            if is_one_of(&LOOKS) || is_special && is_one_of(&CONSUMERS) {
                return false;
            }
            let keywords = call.arguments.keywords.iter().map(|keyword| &keyword.value);
            call.arguments.args.iter().chain(keywords).any(|argument| is_it(file, argument)) && {
                let targets = self.resolver.targets(file, &call.func);
                let is_own =
                    |target: &Target| target.function.or(target.class).is_some_and(|def| world.is_own(def.file));
                targets.is_empty() || !targets.iter().all(is_own)
            }
        };
        let files: Vec<_> = world.own_files().filter(|(file, _)| self.resolver.may_hold(*file, id.file)).collect();
        if files.len() > MOST_HOLDERS {
            return Some(self.place(id.file, function.range));
        }
        files.into_iter().find_map(|(file, source)| {
            let ast = types.ast(file)?;
            let mut calls = source.facts.calls.iter().filter(|call| call.form != CallForm::Iterate);
            let call = calls.find(|call| ast.call(call.range).is_some_and(|call| is_given(file, call)))?;
            Some(self.place(file, call.range))
        })
    }

    /// A place for people.
    pub(super) fn place(&self, file: FileId, range: TextRange) -> String {
        let types = &self.resolver.types;
        let shown = types.world().file(file).map(|file| file.display.clone()).unwrap_or_default();
        format!("{shown}:{}", types.position(file, range.start()).line)
    }

    pub(super) fn is_load_of(&self, id: FnId, posting: Posting, def: DefId) -> bool {
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
    fn is_unseen_call_of(&self, id: FnId, callers: &Callers, posting: Posting, def: DefId) -> bool {
        let types = &self.resolver.types;
        let (file, _) = posting;
        let (Some(call), Some(ast)) = (types.world().call_at(posting), types.ast(file)) else { return true };
        let caller = FnId { file, index: call.function };
        if callers.edges.iter().any(|edge| edge.caller == caller && edge.at == call.range) {
            return false;
        }
        if !matches!(call.form, CallForm::Call | CallForm::Awaited | CallForm::Indexed) {
            return false;
        }
        let Some(node) = ast.call(call.range) else { return true };
        let targets = self.resolver.targets(file, &node.func);
        let is_method = types.world().enclosing_class(id).is_some();
        // What has no such method is something else than the types say.
        let is_unknown = |target: &Target| {
            let method = node.func.as_attribute_expr().filter(|_| target.function.is_none());
            method.zip(target.class).is_some_and(|(method, class)| !types.may_have(class, &method.attr))
        };
        targets.iter().any(|target| target.function == Some(def))
            || targets.iter().all(is_unknown) && is_method && self.resolver.may_hold(file, id.file)
    }
}

/// What keeps a function from becoming a coroutine function, of what it is itself.
fn fixed(function: &Function) -> Option<&'static str> {
    let is_special = |name: &Name| name.starts_with("__") && name.ends_with("__");
    match function {
        _ if function.kind != FunctionKind::Def => Some("no `def`"),
        _ if function.is_async => Some("a coroutine function already"),
        _ if function.is_property => Some("a property"),
        _ if is_special(&function.name) => Some("called by Python itself"),
        _ => None,
    }
}
