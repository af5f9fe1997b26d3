//! Reads the body of a function into an [`Outline`].

mod implied;
mod places;
mod roundabout;

use std::sync::OnceLock;

use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr, ExprContext, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::{FxHashMap, FxHashSet};

use super::confined;
use super::escape::escaping;
use super::holds::{self, Bound};
use super::interrupts;
use super::memo::Survey;
use super::names::{Definition, Names, definition};
use super::outline::{Call, Outline, Place, PlaceId, Step};
use super::own_answers::answers_itself;
use super::own_values;
use super::touch::{Kind, Root, Roots};
use crate::analysis::{FnId, Lookup};
use crate::catalogue::Mutation;
use crate::project::facts::{MODULE, is_mutator};
use crate::project::{Ast, Shape, last};
pub(super) use implied::setter_of;
pub(super) use places::is_container;

/// What the body of `function` touches, and what it calls.
pub(super) fn outline(survey: Survey<'_>, function: FnId) -> Outline {
    let Some(ast) = survey.resolver.types.ast(function.file) else {
        return Outline::default();
    };
    let definition = definition(survey, &ast, function);
    let mut collector = Collector::new(survey, function, definition.as_ref());
    match definition {
        Some(Definition::Def(def)) => {
            collector.decorated(def);
            collector.visit_body(&def.body);
        }
        Some(Definition::Lambda(lambda)) => collector.visit_expr(&lambda.body),
        None => {}
    }
    collector.captured();
    collector.bindings();
    collector.outline.confined = confined::parameters(survey, function);
    collector.outline
}

/// The place that `expr`, an expression in `function`, stands for.
pub(super) fn place_in(survey: Survey<'_>, ast: &Ast, function: FnId, roots: &Roots, expr: &Expr) -> Option<String> {
    root_in(survey, ast, function, roots, expr).place().cloned()
}

/// What `expr`, an expression in `function`, stands for.
pub(super) fn root_in(survey: Survey<'_>, ast: &Ast, function: FnId, roots: &Roots, expr: &Expr) -> Root {
    let mut collector = Collector::new(survey, function, definition(survey, ast, function).as_ref());
    let place = collector.place(expr);
    collector.bindings();
    collector.outline.confined = survey.outline(function).confined.clone();
    collector.outline.place(place, roots)
}

struct Collector<'a, 'b> {
    survey: Survey<'b>,
    function: FnId,
    names: Names,
    /// Local variables that other tasks have as well.
    escaping: FxHashSet<Name>,
    locals: FxHashMap<Name, usize>,
    /// What the function's variables get.
    bound: FxHashMap<Name, Vec<Bound<'a>>>,
    /// The local variables whose values are still to be read.
    pending: Vec<(Name, usize)>,
    /// Where what is read now is read, when that is not where it is written: the target of an assignment comes after the value.
    at: Option<TextSize>,
    /// What is visited now is only bound to a variable or given to a function.
    handed: bool,
    /// What is read now is read under a thread lock.
    is_locked: bool,
    /// The variables that each thread has other values in, and that are filled before they are read.
    filled: FxHashSet<Name>,
    /// What variables of the module are other names for.
    aliases: FxHashMap<Name, Option<PlaceId>>,
    outline: Outline,
}

impl<'a, 'b> Collector<'a, 'b> {
    fn new(survey: Survey<'b>, function: FnId, definition: Option<&Definition<'a>>) -> Self {
        let names = Names::of(definition);
        let escaping = match definition {
            Some(Definition::Def(def)) => escaping(def, &|call| makes_coroutine(survey, function, call)),
            _ => FxHashSet::default(),
        };
        Self {
            survey,
            function,
            names,
            escaping,
            locals: FxHashMap::default(),
            bound: match definition {
                Some(Definition::Def(def)) => holds::bound(def),
                _ => FxHashMap::default(),
            },
            pending: Vec::new(),
            at: None,
            handed: false,
            is_locked: false,
            filled: FxHashSet::default(),
            aliases: FxHashMap::default(),
            outline: Outline::default(),
        }
    }

    /// Notes what the function touches because of its decorators.
    fn decorated(&mut self, def: &ast::StmtFunctionDef) {
        let start = def.body.first().map_or(def.end(), Ranged::start);
        for (place, kind) in self.survey.touched_by_decorators(self.function) {
            let place = self.add(Place::Fixed(place));
            self.touch(place, kind, TextRange::empty(start));
        }
    }

    /// The place of an expression that is evaluated here and touched later.
    fn look(&mut self, expr: &Expr) -> PlaceId {
        let place = self.place(expr);
        self.step(Step::Look(place));
        place
    }

    fn step(&mut self, step: Step) {
        self.outline.steps.push(step);
    }

    fn touch(&mut self, place: PlaceId, kind: Kind, range: TextRange) {
        if kind.is_write() {
            self.bind_to_thread(place, range);
        }
        let range = self.at.map_or(range, TextRange::empty);
        if !matches!(self.outline.places.get(place), Some(Place::Own)) {
            // What each thread has for itself is no other thread's business either.
            self.step(if self.is_locked || self.is_filled(place) {
                Step::LockedTouch(place, kind, range)
            } else {
                Step::Touch(place, kind, range)
            });
        }
    }

    /// Whether a place belongs to what each thread has for itself.
    fn is_filled(&self, place: PlaceId) -> bool {
        match self.outline.places.get(place) {
            Some(Place::Attribute(object, _) | Place::Slot(object, _)) => self.is_filled(*object),
            Some(Place::Fixed(name)) => self.filled.iter().any(|filled| filled == name.as_str()),
            Some(Place::Name(name)) => self.filled.contains(name),
            _ => false,
        }
    }

    /// Notes that a change is of what a thread, or the process, has one of.
    fn bind_to_thread(&mut self, place: PlaceId, range: TextRange) {
        let catalogue = self.survey.resolver.catalogue();
        let Some(Place::Fixed(name)) = self.outline.places.get(place) else { return };
        let Some(reason) = catalogue.bound_place(name) else { return };
        let reason = format!("`{name}`: it {reason}");
        if catalogue.is_shared(name) {
            self.outline.shared = Some(reason.clone());
        }
        self.outline.bound.push((range, reason));
    }

    /// Notes that an object is not the same in other threads.
    fn look_at(&mut self, object: &Expr) {
        let resolver = self.survey.resolver;
        let reason = self.survey.bound_classes().iter().find_map(|(class, reason)| {
            resolver.may_be_instance(self.function.file, object, |other| other == class).then_some(reason)
        });
        if let Some(reason) = reason {
            match object {
                Expr::Name(name) if own_values::is_filled_first(self.survey, self.function.file, name) => {
                    self.filled.insert(name.id.clone());
                    self.outline.fills = true;
                }
                _ => self.outline.bound.push((object.range(), reason.clone())),
            }
            self.outline.shared = Some(reason.clone());
        }
    }

    fn is_lock(&self, manager: &Expr) -> bool {
        let resolver = self.survey.resolver;
        resolver.may_be_instance(self.function.file, manager, |class| resolver.catalogue().is_lock(class))
    }

    /// Notes what is touched where a manager is entered.
    fn enters(&mut self, manager: &Expr, is_async: bool) {
        for (place, kind) in self.survey.touched_by_entering(self.function.file, manager, is_async) {
            let place = self.add(Place::Fixed(place));
            self.touch(place, kind, manager.range());
        }
    }

    /// `os.remove` is no `list.remove`.
    fn is_of_module(&self, attribute: &ast::ExprAttribute) -> bool {
        matches!(&*attribute.value, Expr::Name(name) if self.is_module(name))
    }

    /// A method of the program is followed; its name says nothing.
    fn is_own_method(&self, call: &ast::ExprCall) -> bool {
        let world = self.survey.resolver.types.world();
        self.survey
            .targets(self.function.file, call)
            .iter()
            .any(|target| target.function.is_some_and(|function| world.is_own(function.file)))
    }

    fn write(&mut self, target: &'a Expr, at: TextSize) {
        let outer = self.at.replace(at);
        self.assign(target, at);
        self.at = outer;
    }

    fn assign(&mut self, target: &'a Expr, at: TextSize) {
        let range = TextRange::empty(at);
        match target {
            Expr::Name(name) if self.names.outer.contains(&name.id) => {
                let place = self.add(Place::Fixed(name.id.to_string()));
                self.touch(place, Kind::Write, range);
            }
            Expr::Attribute(attribute) => {
                self.look_at(&attribute.value);
                let place = match self.place(target) {
                    place if let Some(Place::Attribute(object, name)) = self.outline.places.get(place) => {
                        self.add(Place::Slot(*object, name.clone()))
                    }
                    place => place,
                };
                self.step(Step::Look(place));
                self.visit_expr(&attribute.value);
                self.touch(place, Kind::Write, range);
                self.setter(attribute, range);
            }
            Expr::Subscript(subscript) if self.is_own_keywords(&subscript.value) => self.visit_expr(&subscript.slice),
            Expr::Subscript(subscript) => {
                let place = match self.out_of_table(target) {
                    Some(place) => place,
                    None => self.look(&subscript.value),
                };
                self.visit_expr(&subscript.slice);
                let method = if subscript.ctx.is_del() { "__delitem__" } else { "__setitem__" };
                self.asks(&subscript.value, &[method], range);
                let is_call = self.answers_itself(&subscript.value, target.range());
                self.touch(place, if is_call { Kind::Read } else { Kind::Write }, range);
            }
            Expr::Tuple(tuple) => tuple.elts.iter().for_each(|target| self.assign(target, at)),
            Expr::List(list) => list.elts.iter().for_each(|target| self.assign(target, at)),
            Expr::Starred(starred) => self.assign(&starred.value, at),
            _ => {}
        }
    }

    fn answers_itself(&self, object: &Expr, around: TextRange) -> bool {
        answers_itself(self.survey, self.function, object, around)
    }

    fn scan(&mut self, whole: &'a Expr) {
        let expr = gone_through(whole);
        if matches!(expr, Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_)) {
            let place = self.place(expr);
            let is_call = self.answers_itself(expr, whole.range());
            self.touch(place, if is_call { Kind::Read } else { Kind::Walk }, expr.range());
        }
    }

    fn call(&mut self, call: &'a ast::ExprCall) {
        let index = self.outline.calls.len();
        self.outline.calls.push(Call {
            range: call.range(),
            is_super: is_super(call),
            is_locked: self.is_locked,
            positional: Vec::new(),
            keywords: Vec::new(),
            spread: Vec::new(),
            owners: Vec::new(),
            follow: OnceLock::new(),
        });
        let mutation = self.mutation(call);
        self.called(index, &call.func);
        match &*call.func {
            Expr::Attribute(attribute) => {
                let place = self.place(&attribute.value);
                self.step(Step::Receiver(index, place));
                let is_change = is_mutator(&attribute.attr) && !self.is_own_keywords(&attribute.value);
                let is_change = is_change && !self.answers_itself(&attribute.value, call.range());
                if is_change && !self.is_own_method(call) && !self.is_of_module(attribute) {
                    self.touch(place, Kind::Mutate, call.range());
                    if asks_on_the_way(call) {
                        self.touch(place, Kind::Scan, call.range());
                    }
                    if let Expr::Subscript(subscript) = &*attribute.value {
                        self.visit_expr(&subscript.slice);
                    }
                } else if mutation.is_some_and(|mutation| mutation.acts && mutation.at.is_none()) {
                    self.acted_on(&attribute.value);
                } else {
                    self.visit_expr(&attribute.value);
                }
            }
            func => {
                if matches!(func, Expr::Name(name) if matches!(name.id.as_str(), "getattr" | "setattr" | "hasattr" | "delattr"))
                    && let Some(object) = call.arguments.args.first()
                {
                    self.look_at(object);
                    self.named_attribute(call, object);
                }
                self.by_held_method(call);
                self.visit_expr(func);
            }
        }
        let arguments = call.arguments.args.iter().chain(call.arguments.keywords.iter().map(|k| &k.value));
        self.arguments(index, call);
        self.mutate(call, mutation);
        self.leave(call);
        let is_own = self.is_own_method(call);
        let acted_on = mutation.filter(|mutation| mutation.acts).and_then(|mutation| mutation.at);
        // What a function of the program does with what it is given is seen there.
        for (position, given) in arguments.enumerate() {
            self.hands_on_method(call, given);
            if acted_on == Some(position) {
                self.acted_on(given);
            } else if !is_own {
                self.visit_expr(given);
            } else if !self.is_only_named(given) {
                self.hand(given);
            }
        }
        for (place, kind) in self.survey.touched_beside(self.function.file, call) {
            let place = self.add(Place::Fixed(place));
            self.touch(place, kind, call.range());
        }
        if let Some(crowd) = self.survey.crowd_at(self.function, call) {
            let place = self.add(Place::Fixed(crowd.place.clone()));
            self.touch(place, Kind::Augment, call.range());
        }
        self.outline.order.push(index);
    }

    /// Visits what is bound, or given to a function of the program.
    fn hand(&mut self, value: &'a Expr) {
        let outer = std::mem::replace(&mut self.handed, matches!(value, Expr::Name(_) | Expr::Attribute(_)));
        self.visit_expr(value);
        self.handed = outer;
    }

    /// How a name or an attribute is read that is visited now.
    fn reading(&mut self) -> Kind {
        if std::mem::take(&mut self.handed) { Kind::Hand } else { Kind::Read }
    }

    /// Visits what a call acts on: to act on something asks it nothing.
    fn acted_on(&mut self, object: &'a Expr) {
        match object {
            Expr::Name(_) => {}
            Expr::Attribute(inner) => self.visit_expr(&inner.value),
            object => self.visit_expr(object),
        }
    }

    /// Notes the object that a call is of, which may have a `__call__`.
    fn called(&mut self, index: usize, object: &Expr) {
        if self.survey.special_methods().contains("__call__") {
            let place = self.place(object);
            self.step(Step::Called(index, place));
        }
    }

    /// Whether an expression is the name of a module, a class or a function: nobody changes these.
    fn is_code(&self, expr: &Expr) -> bool {
        let facts = self.survey.resolver.types.facts(self.function.file);
        match expr {
            Expr::Name(name) if self.names.bound.contains(&name.id) => false,
            Expr::Name(name) => {
                self.is_module(name)
                    || facts.classes.iter().any(|class| class.function == MODULE && class.name == name.id)
                    || facts.functions.iter().any(|function| function.parent == MODULE && function.name == name.id)
                    || is_camel_case(&name.id) && facts.imports.iter().any(|import| import.bound == name.id)
            }
            Expr::Attribute(attribute) => {
                matches!(&*attribute.value, Expr::Name(name) if self.is_module(name))
                    && attribute.attr.chars().all(|c| c.is_lowercase() || c == '_')
                    && self
                        .survey
                        .resolver
                        .shapes(self.function.file, expr)
                        .iter()
                        .any(|shape| matches!(shape, Shape::Module(_) | Shape::Function(_)))
            }
            _ => false,
        }
    }

    /// What a library's call changes of what it is given or called on.
    fn mutation(&self, call: &ast::ExprCall) -> Option<&'b Mutation> {
        let catalogue = self.survey.resolver.catalogue();
        last(&call.func).filter(|name| catalogue.may_mutate(name))?;
        let targets = self.survey.targets(self.function.file, call);
        targets.iter().flat_map(|target| &target.names).find_map(|name| catalogue.mutation(name))
    }

    fn mutate(&mut self, call: &ast::ExprCall, mutation: Option<&Mutation>) {
        let Some(mutation) = mutation else { return };
        let changed = match (mutation.at, &*call.func) {
            (Some(at), _) => call.arguments.args.get(at),
            (None, Expr::Attribute(method)) => Some(&*method.value),
            (None, _) => None,
        };
        if let Some(changed) = changed {
            let mut place = self.place(changed);
            if let Some(part) = &mutation.part {
                place = self.add(Place::Attribute(place, Name::new(part)));
            }
            self.touch(place, if mutation.acts { Kind::Act } else { Kind::Mutate }, call.range());
        }
    }

    /// What a call finds in its object, and leaves there for the next one.
    fn leave(&mut self, call: &ast::ExprCall) {
        let Some(left) = self.survey.left_behind(self.function, call) else { return };
        let object = self.place(&left.method.value);
        let place = self.add(Place::Attribute(object, left.part));
        // It is found when the call begins, and left before the program goes on.
        let kind = if left.is_wanted { Kind::Leave } else { Kind::Read };
        self.touch(place, kind, TextRange::empty(call.start()));
    }

    /// Whether an expression is a variable that no other function binds: to pass on or bind what it holds reads nothing of that.
    fn is_only_named(&self, expr: &Expr) -> bool {
        let Expr::Name(name) = expr else { return false };
        if self.names.bound.contains(&name.id) {
            return !self.names.outer.contains(&name.id) && !self.escaping.contains(&name.id);
        }
        let facts = self.survey.resolver.types.facts(self.function.file);
        let mut bound = facts.bindings.iter().filter(|binding| binding.target == name.id).peekable();
        bound.peek().is_some() && bound.all(|binding| binding.function == MODULE)
    }

    /// What an argument brings along. A library that goes through an object of the program calls methods of it.
    fn given(&mut self, call: &ast::ExprCall, argument: &Expr) -> PlaceId {
        if self.answers_itself(argument, call.range()) && !self.is_own_method(call) {
            return self.add(Place::Own);
        }
        self.value(argument)
    }

    /// What a call passes.
    fn arguments(&mut self, index: usize, call: &ast::ExprCall) {
        let positional: Vec<PlaceId> = call.arguments.args.iter().map(|argument| self.given(call, argument)).collect();
        let mut keywords = Vec::new();
        let mut spread: Vec<PlaceId> =
            call.arguments.args.iter().filter(|given| given.is_starred_expr()).map(|given| self.value(given)).collect();
        for keyword in &call.arguments.keywords {
            match &keyword.arg {
                Some(name) => keywords.push((name.id.clone(), self.value(&keyword.value))),
                None => spread.push(self.item(&keyword.value)),
            }
        }
        let mut owners = Vec::new();
        for argument in call.arguments.args.iter().chain(call.arguments.keywords.iter().map(|k| &k.value)) {
            if let Expr::Attribute(attribute) = argument {
                owners.push((argument.range(), self.place(&attribute.value)));
            }
        }
        if let Some(call) = self.outline.calls.get_mut(index) {
            call.positional = positional;
            call.keywords = keywords;
            call.spread = spread;
            call.owners = owners;
        }
        self.step(Step::Arguments(index));
    }
}

/// Whether a name is spelled as those of classes are.
pub(super) fn is_camel_case(name: &str) -> bool {
    name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase)
}

/// The object that a loop goes through, in the end.
fn gone_through(whole: &Expr) -> &Expr {
    let Expr::Call(call) = whole else { return whole };
    match &*call.func {
        Expr::Attribute(attribute) if matches!(attribute.attr.as_str(), "items" | "keys" | "values") => {
            &attribute.value
        }
        Expr::Name(name)
            if matches!(name.id.as_str(), "enumerate" | "reversed" | "zip" | "map" | "filter" | "iter") =>
        {
            call.arguments.args.last().unwrap_or(whole)
        }
        _ => whole,
    }
}

/// Whether a call makes a coroutine of the program.
fn makes_coroutine(survey: Survey<'_>, function: FnId, call: &ast::ExprCall) -> bool {
    let types = &survey.resolver.types;
    survey.targets(function.file, call).iter().any(|target| {
        let own = target.function.filter(|def| types.world().is_own(def.file)).and_then(|def| types.world().fn_of(def));
        own.and_then(|id| types.world().function(id)).is_some_and(|function| function.is_async)
    })
}

fn is_super(call: &ast::ExprCall) -> bool {
    matches!(&*call.func, Expr::Attribute(attribute)
        if matches!(&*attribute.value, Expr::Call(inner)
            if matches!(&*inner.func, Expr::Name(name) if name.id.as_str() == "super")))
}

impl<'a> Visitor<'a> for Collector<'a, '_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {}
            Stmt::Assign(assign) => {
                if !self.is_only_named(&assign.value) {
                    self.hand(&assign.value);
                }
                for target in &assign.targets {
                    self.write(target, assign.value.end());
                }
            }
            Stmt::AnnAssign(assign) => {
                if let Some(value) = &assign.value {
                    self.visit_expr(value);
                    self.write(&assign.target, value.end());
                }
            }
            Stmt::AugAssign(assign) => {
                self.visit_expr(&assign.value);
                let place = match &*assign.target {
                    Expr::Name(name) if self.names.outer.contains(&name.id) => {
                        self.add(Place::Fixed(name.id.to_string()))
                    }
                    Expr::Name(_) => self.add(Place::Own),
                    Expr::Subscript(subscript) => self.place(&subscript.value),
                    target => self.place(target),
                };
                self.touch(place, Kind::Augment, assign.range());
            }
            Stmt::Delete(delete) => delete.targets.iter().for_each(|target| self.write(target, delete.end())),
            Stmt::With(with) if with.is_async => {
                with.items.iter().for_each(|item| self.enters(&item.context_expr, true));
                visitor::walk_stmt(self, stmt);
            }
            Stmt::With(with) => {
                for manager in with.items.iter().map(|item| &item.context_expr) {
                    self.enters(manager, false);
                    self.asks(manager, &["__enter__"], manager.range());
                    self.asks(manager, &["__exit__"], TextRange::empty(with.end()));
                }
                let is_locked = self.is_locked || with.items.iter().any(|item| self.is_lock(&item.context_expr));
                let outer = std::mem::replace(&mut self.is_locked, is_locked);
                visitor::walk_stmt(self, stmt);
                self.is_locked = outer;
            }
            Stmt::Try(try_) if interrupts::expects(try_) => {
                self.outline.bound.push((stmt.range(), interrupts::REASON.to_owned()));
                visitor::walk_stmt(self, stmt);
            }
            Stmt::If(branch) => {
                let elifs = branch.elif_else_clauses.iter().filter_map(|clause| clause.test.as_ref());
                std::iter::once(&*branch.test).chain(elifs).for_each(|test| self.tests(test));
                visitor::walk_stmt(self, stmt);
            }
            Stmt::While(while_) => {
                self.tests(&while_.test);
                visitor::walk_stmt(self, stmt);
            }
            Stmt::For(for_) => {
                self.asks(&for_.iter, &["__iter__", "__next__"], for_.iter.range());
                self.scan(&for_.iter);
                self.visit_expr(&for_.iter);
                self.write(&for_.target, for_.iter.end());
                self.visit_body(&for_.body);
                self.visit_body(&for_.orelse);
            }
            _ => visitor::walk_stmt(self, stmt),
        }
    }

    fn visit_comprehension(&mut self, comprehension: &'a ast::Comprehension) {
        self.asks(&comprehension.iter, &["__iter__", "__next__"], comprehension.iter.range());
        self.scan(&comprehension.iter);
        visitor::walk_comprehension(self, comprehension);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        self.operates(expr);
        match expr {
            Expr::Lambda(_) => {}
            Expr::Call(call) => self.call(call),
            Expr::Attribute(attribute) if attribute.ctx == ExprContext::Load => {
                self.look_at(&attribute.value);
                let (place, kind) = (self.place(expr), self.reading());
                if !self.is_code(expr) {
                    self.touch(place, kind, expr.range());
                }
                self.getter(attribute);
                if !matches!(&*attribute.value, Expr::Name(_) | Expr::Attribute(_)) {
                    self.visit_expr(&attribute.value);
                }
            }
            Expr::Subscript(subscript) if subscript.ctx == ExprContext::Load && !subscript.slice.is_slice_expr() => {
                visitor::walk_expr(self, expr);
                let place = self.place(expr);
                self.touch(place, Kind::Read, expr.range());
            }
            Expr::Name(name) if name.ctx == ExprContext::Load => {
                let (place, kind) = (self.root(expr, &name.id), self.reading());
                if !self.is_code(expr) {
                    self.touch(place, kind, expr.range());
                }
            }
            _ => visitor::walk_expr(self, expr),
        }
    }
}

/// Whether a method that changes a container runs code of others meanwhile: `sort(key=…)`, `extend(… for …)`.
fn asks_on_the_way(call: &ast::ExprCall) -> bool {
    call.arguments.find_keyword("key").is_some() || call.arguments.args.iter().any(Expr::is_generator_expr)
}
