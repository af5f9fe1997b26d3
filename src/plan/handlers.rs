//! Functions that are put somewhere to be called from there: into tables, lists and attributes, by decorators that register them, by
//! functions that take them.
//!
//! Where all that becomes of a function is known, it may become a coroutine function: what calls it from there awaits what it gives.
//! What else is called from the same place stays as it is.

mod value;

use std::collections::BTreeSet;
use std::sync::Arc;

use ruff_python_ast::name::Name;
use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::{TextRange, TextSize};
use rustc_hash::FxHashSet;

use super::colour::TRANSPARENT;
use super::decide::Planner;
use super::family::HARMLESS;
use super::group::Group;
use super::references;
use crate::analysis::{FnId, Lookup};
use crate::project::{CONSTRUCTORS, DefId, FileId, Shape, Target, callee_of, last};

/// What holds more than this is no table of handlers.
const MOST_STEPS: usize = 150;

/// The calls by which a function runs that stands somewhere else than in calls of its own.
pub(super) type Dispatch = BTreeSet<(FnId, TextSize, TextSize)>;

/// What may hold a function.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Holder {
    /// A variable of a function.
    Variable(FnId, Name),
    /// A variable of a module.
    Global(FileId, Name),
    /// An attribute of objects that a module knows.
    Attribute(FileId, Name),
    /// What a function gives that returns its parameter of this name, or what it has.
    Result(FnId, Option<Name>),
}

/// Where the way is lost.
type Lost = (FileId, TextRange);

struct Tracker<'t, 'a> {
    planner: &'t Planner<'a>,
    /// The functions that decorate what is looked for: what they return stands for it.
    decorators: FxHashSet<FnId>,
    seen: FxHashSet<Holder>,
    open: Vec<Holder>,
    calls: Dispatch,
    /// An object is called, and not a function: it has other attributes as well.
    is_object: bool,
    steps: usize,
}

impl Planner<'_> {
    /// The calls that run a function because it was put somewhere; or the place where it is not known what becomes of it.
    pub(super) fn dispatch(&self, id: FnId) -> Arc<Result<Dispatch, String>> {
        self.survey.memo.dispatches.get(&id, || {
            let found = Tracker::of(self, id);
            Arc::new(found.map_err(|(file, range)| self.place(file, range)))
        })
    }

    /// Whether a call takes what it calls from where one of the functions was put, and coroutine functions are not among the others.
    pub(super) fn is_dispatch<'g>(
        &self,
        mut group: impl Iterator<Item = &'g FnId>,
        (function, at): (FnId, TextRange),
    ) -> bool {
        let ast = self.resolver.types.ast(function.file);
        let held = ast.as_ref().and_then(|ast| ast.call(at)).map(|call| self.resolver.held(function.file, &call.func));
        let is_sync = held.is_some_and(|held| !held.functions.iter().any(|id| self.is_async(*id)));
        is_sync && group.any(|id| (*self.dispatch(*id)).as_ref().is_ok_and(|calls| calls.contains(&key(function, at))))
    }

    /// Whether a call of functions of a group calls nothing else: it names one of them, or what else stands where they do is known.
    pub(super) fn calls_only(&self, file: FileId, callee: &Expr, targets: &[Target], group: &Group) -> bool {
        let types = &self.resolver.types;
        let world = types.world();
        let is_of_group = |def: DefId| world.fn_of(def).is_some_and(|id| group.contains(&id));
        let is_named = |name: &Name| {
            let names_it = |target: &Target| {
                let id = target.function.and_then(|def| world.fn_of(def));
                id.and_then(|id| world.function(id)).is_some_and(|function| function.name == *name)
            };
            targets.iter().all(names_it)
        };
        let is_direct = match callee {
            Expr::Name(name) => {
                let definitions = types.name_definitions(file, name);
                !definitions.is_empty() && definitions.into_iter().all(is_of_group)
            }
            Expr::Attribute(attribute) => is_named(&attribute.attr.id),
            _ => false,
        };
        let is_it = |shape: &Shape| {
            let function = types.shape_target(shape).and_then(|target| target.function);
            function.is_some_and(is_of_group)
        };
        let is_whole = || self.resolver.all_it_is(file, callee).is_some_and(|shapes| shapes.iter().all(is_it));
        is_direct || is_whole() || self.holds_only(file, callee, group)
    }

    /// Whether all that the program puts where a call takes what it calls from is of a group.
    pub(super) fn holds_only(&self, file: FileId, callee: &Expr, group: &Group) -> bool {
        let held = self.resolver.held(file, callee);
        let is_known = !held.is_open && !held.is_given && !held.may_be_given && held.names.is_empty();
        is_known && !held.functions.is_empty() && held.functions.iter().all(|id| group.contains(id))
    }
}

fn key(function: FnId, at: TextRange) -> (FnId, TextSize, TextSize) {
    (function, at.start(), at.end())
}

impl<'t, 'a> Tracker<'t, 'a> {
    fn of(planner: &'t Planner<'a>, id: FnId) -> Result<Dispatch, Lost> {
        let world = planner.resolver.types.world();
        let Some(function) = world.function(id) else { return Err((id.file, TextRange::default())) };
        let mut tracker = Self {
            planner,
            decorators: FxHashSet::default(),
            seen: FxHashSet::default(),
            open: Vec::new(),
            calls: Dispatch::default(),
            is_object: function.name.as_str() == "__call__",
            steps: 0,
        };
        for range in &function.decorators {
            tracker.decorator(id, *range)?;
        }
        let references = if tracker.is_object { planner.objects_of_class(id) } else { planner.named(id) };
        for (file, range) in references {
            tracker.value(file, range)?;
        }
        let is_held = !tracker.seen.is_empty();
        while let Some(holder) = tracker.open.pop() {
            tracker.steps += 1;
            if tracker.steps > MOST_STEPS {
                return Err((id.file, function.range));
            }
            tracker.holder(&holder)?;
        }
        // Who else has it is not known.
        if is_held && tracker.calls.is_empty() {
            return Err((id.file, function.range));
        }
        Ok(tracker.calls)
    }

    /// Whether nobody but the program has an attribute of an object.
    fn is_own_attribute(&self, file: FileId, object: &Expr) -> bool {
        let shapes = self.planner.resolver.shapes(file, object);
        let is_known = |shape: &Shape| match shape {
            Shape::Instance(class) | Shape::Class(class) => self.is_own_class(*class),
            _ => false,
        };
        !shapes.is_empty() && shapes.iter().all(is_known)
    }

    /// Whether no library knows what the objects of a class have.
    fn is_own_class(&self, class: DefId) -> bool {
        let types = &self.planner.resolver.types;
        let is_harmless = |base: &str| HARMLESS.contains(&base.rsplit('.').next().unwrap_or(base));
        types.mro(class).iter().all(|base| types.world().is_own(base.id.file) || is_harmless(&base.name))
    }

    fn add(&mut self, holder: Holder) {
        if self.seen.insert(holder.clone()) {
            self.open.push(holder);
        }
    }

    /// What a decorator does with what it decorates.
    fn decorator(&mut self, id: FnId, range: TextRange) -> Result<(), Lost> {
        let lost = Err((id.file, range));
        let types = &self.planner.resolver.types;
        let Some(ast) = types.ast(id.file) else { return lost };
        let Some(expr) = ast.expression(range) else { return lost };
        if last(expr).is_some_and(|name| TRANSPARENT.contains(&name)) {
            return Ok(());
        }
        let Some(makers) = self.own(id.file, callee_of(expr)) else { return lost };
        let mut taking = Vec::new();
        for maker in makers {
            if expr.is_call_expr() {
                taking.extend(references::made_by(self.planner, maker).ok_or((id.file, range))?);
            } else {
                taking.push(maker);
            }
        }
        let is_named = !self.planner.named(id).is_empty() || self.planner.is_called_by_name(id);
        for taker in taking {
            let Some(parameter) = self.parameter(taker, 0, None) else { return lost };
            if is_named && !references::gives_parameter(self.planner, taker, &parameter) {
                return lost;
            }
            self.decorators.insert(taker);
            self.add(Holder::Variable(taker, parameter));
        }
        Ok(())
    }

    /// The functions of the program that an expression stands for; nothing where it may stand for others.
    fn own(&self, file: FileId, callee: &Expr) -> Option<Vec<FnId>> {
        let world = self.planner.resolver.types.world();
        let mut targets = self.planner.resolver.targets(file, callee);
        // What has no such method is not called.
        if let Expr::Attribute(method) = callee {
            let types = &self.planner.resolver.types;
            let has_it = |class: DefId| {
                world.is_own(class.file) || types.mro(class).iter().any(|base| base.member(&method.attr).is_some())
            };
            targets.retain(|target| target.function.is_some() || target.class.is_none_or(has_it));
        }
        let own = |target: &Target| {
            let id = target.function.and_then(|def| world.fn_of(def))?;
            world.is_own(id.file).then_some(id)
        };
        let found: Option<Vec<FnId>> = targets.iter().map(own).collect();
        let mut all = Vec::new();
        let is_constructor =
            |id: &FnId| world.function(*id).is_some_and(|function| CONSTRUCTORS.contains(&function.name.as_str()));
        for id in found.filter(|found| !found.is_empty())? {
            // What is made is of this class, and no other.
            let family = if is_constructor(&id) { Group::from([id]) } else { self.planner.family(id).ok()? };
            all.extend(family);
        }
        Some(all)
    }

    /// Whether a method is called on its class, with the object among the arguments.
    fn is_of_class(&self, file: FileId, call: &ExprCall) -> bool {
        let Some(method) = call.func.as_attribute_expr() else { return false };
        let shapes = self.planner.resolver.shapes(file, &method.value);
        shapes.iter().any(|shape| matches!(shape, Shape::Class(_)))
    }

    /// The name of the parameter for an argument of a call of a function, or of a method on its object.
    fn parameter(&self, id: FnId, position: usize, keyword: Option<&str>) -> Option<Name> {
        let function = self.planner.resolver.types.world().function(id)?;
        let ast = self.planner.resolver.types.ast(id.file)?;
        let is_static = function
            .decorators
            .iter()
            .filter_map(|range| ast.expression(*range))
            .any(|decorator| last(decorator) == Some("staticmethod"));
        let offset = usize::from(function.class.is_some() && !is_static);
        let found = match keyword {
            Some(name) => function.parameter(name).map(|(_, parameter)| parameter),
            None => function.parameters.get(position + offset),
        };
        found.map(|parameter| parameter.name.clone())
    }

    fn holder(&mut self, holder: &Holder) -> Result<(), Lost> {
        match holder {
            Holder::Variable(id, name) => {
                for (file, range) in self.planner.reads(*id, name) {
                    self.value(file, range)?;
                }
            }
            Holder::Global(file, name) | Holder::Attribute(file, name) => {
                let is_attribute = matches!(holder, Holder::Attribute(..));
                let home = (*file, TextRange::default());
                let mentions = self.planner.mentions(*file, name, is_attribute).ok_or(home)?;
                let known = (self.calls.len(), self.open.len());
                for (file, range) in mentions {
                    self.value(file, range)?;
                }
                // What the program only puts something into, others take that from.
                if known == (self.calls.len(), self.open.len()) && self.calls.is_empty() {
                    return Err(home);
                }
            }
            Holder::Result(id, parameter) => {
                if !self.decorators.contains(id) {
                    self.result(*id, parameter.as_ref())?;
                }
            }
        }
        Ok(())
    }

    /// What becomes of what a function returns, where it is given something for a parameter.
    fn result(&mut self, id: FnId, parameter: Option<&Name>) -> Result<(), Lost> {
        let types = &self.planner.resolver.types;
        let function = types.world().function(id).ok_or((id.file, TextRange::default()))?;
        let (name, range) = (function.name.clone(), function.range);
        if types.facts(id.file).functions.get(id.index as usize).is_none_or(|own| !own.decorators.is_empty())
            || !self.planner.named(id).is_empty()
        {
            return Err((id.file, range));
        }
        for (file, at) in self.planner.spelled_calls(id, &name) {
            let ast = types.ast(file).ok_or((file, at))?;
            let call = ast.call(at).ok_or((file, at))?;
            let is_given = parameter.is_none_or(|parameter| self.is_given(id, call, parameter));
            if is_given {
                self.value(file, at)?;
            }
        }
        Ok(())
    }

    /// Whether a call may give something for a parameter.
    fn is_given(&self, id: FnId, call: &ExprCall, parameter: &Name) -> bool {
        let spread = call.arguments.args.iter().any(Expr::is_starred_expr)
            || call.arguments.keywords.iter().any(|keyword| keyword.arg.is_none());
        let named = |keyword: &ruff_python_ast::Keyword| keyword.arg.as_ref().is_some_and(|arg| arg.id == *parameter);
        let mut positions = 0..call.arguments.args.len();
        spread
            || call.arguments.keywords.iter().any(named)
            || positions.any(|position| self.parameter(id, position, None).as_ref() == Some(parameter))
    }
}
