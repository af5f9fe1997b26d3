//! What the program puts into variables, attributes and tables to call it from there.

use ruff_python_ast::helpers::{any_over_body, any_over_expr};
use std::collections::BTreeSet;

use ruff_python_ast::name::Name;
use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};

use super::callers::Spelling;
use super::handover::{Use, container_names, is_keeper};
use super::index::{FnId, Lookup};
use super::items::is_gone_through;
use super::resolve::Resolver;
use crate::project::facts::{Facts, Function, is_accessor};
use crate::project::{DefId, FileId, Shape, Shapes, Target, callee_of, last};

/// What something of unknown type may be when it is called.
#[derive(Debug, Default)]
pub struct Held {
    pub functions: Vec<FnId>,
    /// The names of what libraries define.
    pub names: Vec<String>,
    /// It came in as a parameter, and nothing says what that may be: whoever made the object knows.
    pub is_given: bool,
    /// The same, of a parameter that has a default.
    pub may_be_given: bool,
    /// Something is among it of which nothing is known.
    pub is_open: bool,
}

/// How many functions hand a parameter on before it is kept.
const GIVEN: usize = 3;

/// By the names of tables, what decorators put into them, and in which file.
pub(super) type Registry = FxHashMap<Name, Vec<(FileId, FnId)>>;

impl Resolver<'_> {
    /// What a callee of unknown type may be: what was put under the name that it is taken from.
    #[must_use]
    pub fn held(&self, file: FileId, callee: &Expr) -> Held {
        let mut held = Held::default();
        self.given_out(file, callee, &mut held);
        self.held_in_field(file, callee, &mut held);
        let Some(name) = taken_from(callee) else { return held };
        let names = self.names_behind(file, callee, name);
        for name in &names {
            let mut homes = BTreeSet::new();
            for &(home, position) in self.index().bindings_to(name) {
                if !self.neighbours().knows(file, home) {
                    continue;
                }
                if let (Some(ast), Some(binding)) =
                    (self.types.ast(home), self.types.world().binding_at((home, position)))
                    && let Some(value) = ast.expression(binding.value)
                {
                    let was_open = held.is_open;
                    self.functions_in(home, value, &mut held);
                    if taken_from(value).is_some_and(|from| from != name && names.contains(from)) {
                        held.is_open = was_open;
                    }
                    if callee.is_attribute_expr() {
                        self.functions_given(home, value, GIVEN, &mut held);
                    }
                }
                homes.insert(home);
            }
            homes.into_iter().for_each(|home| self.kept_in(home, name, &mut held));
            for (home, id) in self.registry().get(name).into_iter().flatten() {
                if self.neighbours().knows(file, *home) {
                    held.functions.push(*id);
                }
            }
        }
        held.functions.sort_unstable();
        held.functions.dedup();
        held
    }

    /// Whether a callee is taken from a variable or out of a container that may hold more than the types say.
    #[must_use]
    pub fn may_hold_more(&self, file: FileId, callee: &Expr) -> bool {
        let facts = self.types.facts(file);
        let is_variable = |name: &Name| {
            let bound = facts.bindings.iter().map(|bound| &bound.target);
            bound.chain(facts.parts.iter().map(|part| &part.target)).any(|target| target == name)
        };
        match callee {
            Expr::Name(name) if !is_variable(&name.id) => false,
            Expr::Attribute(_) => false,
            _ => self.all_it_is(file, callee).is_none(),
        }
    }

    /// What a callee is, where the types know all of it. They say of a container what is put into it at first.
    #[must_use]
    pub fn all_it_is(&self, file: FileId, callee: &Expr) -> Option<Shapes> {
        let is_item = match callee {
            Expr::Name(name) => self.may_be_item(file, name),
            Expr::Subscript(_) => true,
            Expr::Call(_) => taken_from(callee).is_some(),
            _ => false,
        };
        if is_item { None } else { self.types.whole_shapes(file, callee) }
    }

    /// Whether a variable may be bound to what a container holds.
    pub(super) fn may_be_item(&self, file: FileId, name: &ast::ExprName) -> bool {
        let (facts, Some(ast)) = (self.types.facts(file), self.types.ast(file)) else { return true };
        let mut bound = facts.bindings.iter().filter(|bound| bound.target == name.id).map(|bound| bound.value);
        let is_part = facts.parts.iter().any(|part| part.target == name.id);
        is_part
            || bound.any(|value| {
                let taken = |value: &Expr| matches!(value, Expr::Subscript(_) | Expr::Call(_));
                is_gone_through(&ast, value) || ast.expression(value).is_some_and(|value| any_over_expr(value, taken))
            })
    }

    /// Adds what the program's own calls pass where a value is a parameter.
    fn functions_given(&self, file: FileId, value: &Expr, depth: usize, held: &mut Held) {
        match value {
            Expr::Name(name) => {
                let Some(has_default) = self.parameter_default(file, name) else { return };
                let values = self.passed_as(file, name);
                held.is_given |= depth == 0 || values.is_empty() && !has_default;
                held.may_be_given |= values.is_empty() && has_default;
                for (home, value) in values.iter().filter(|_| depth > 0) {
                    if let Some(value) = self.types.ast(*home).as_ref().and_then(|ast| ast.expression(*value)) {
                        self.functions_in(*home, value, held);
                        self.functions_given(*home, value, depth - 1, held);
                    }
                }
            }
            Expr::If(branch) => {
                self.functions_given(file, &branch.body, depth, held);
                self.functions_given(file, &branch.orelse, depth, held);
            }
            Expr::BoolOp(either) => {
                either.values.iter().for_each(|value| self.functions_given(file, value, depth, held));
            }
            _ => {}
        }
    }

    /// Adds what objects are made with, where the callee is a field of theirs.
    fn held_in_field(&self, file: FileId, callee: &Expr, held: &mut Held) {
        let Some(attribute) = callee.as_attribute_expr() else { return };
        let classes = self.shapes(file, &attribute.value).into_iter().filter_map(|shape| match shape {
            Shape::Instance(class) => Some(class),
            _ => None,
        });
        for class in classes.chain(self.class_by_field(file, attribute)) {
            for (home, value) in self.field_values(class, &attribute.attr) {
                let ast = self.types.ast(home);
                if let Some(value) = ast.as_ref().and_then(|ast| ast.expression(value)) {
                    self.functions_in(home, value, held);
                    self.functions_given(home, value, GIVEN, held);
                }
            }
            for (home, id) in self.registry().get(&attribute.attr.id).into_iter().flatten() {
                held.functions.extend((*home == class.file).then_some(*id));
            }
        }
    }

    /// The name that a callee goes by, and those of what a variable of the function around got it from.
    fn names_behind(&self, file: FileId, callee: &Expr, name: &Name) -> Vec<Name> {
        let mut names = vec![name.clone()];
        if !callee.is_attribute_expr() {
            let facts = self.types.facts(file);
            let around = facts.enclosing(callee.range().start());
            let bound = facts.bindings.iter().filter(|bound| bound.function == around && bound.target == *name);
            names.extend(bound.flat_map(|bound| bound.sources.iter().cloned()));
            let parts = facts.parts.iter().filter(|part| part.function == around && part.target == *name);
            names.extend(parts.flat_map(|part| part.sources.iter().cloned()));
        }
        names
    }

    /// Adds what a callee gives out that is a call itself: `getattr(self, f"do_{name}")`, `{"a": f}.get(key, g)`, `make()`.
    fn given_out(&self, file: FileId, callee: &Expr, held: &mut Held) {
        let Expr::Call(call) = callee else { return };
        match (&*call.func, &*call.arguments.args) {
            (Expr::Name(name), [object, spelled, rest @ ..]) if name.id.as_str() == "getattr" => {
                for shape in self.shapes(file, object) {
                    let (Shape::Instance(class) | Shape::Class(class)) = shape else { continue };
                    self.methods_spelled(class, spelled, held);
                }
                rest.iter().for_each(|default| self.functions_in(file, default, held));
            }
            (Expr::Attribute(method), arguments) if is_accessor(&method.attr) => {
                self.functions_in(file, &method.value, held);
                arguments.iter().skip(1).for_each(|default| self.functions_in(file, default, held));
            }
            _ => {
                let made = self.targets(file, &call.func).into_iter().filter_map(|target| target.function);
                for id in made.filter_map(|function| self.types.world().fn_of(function)) {
                    let Some(ast) = self.types.ast(id.file) else { continue };
                    self.returned_values(&ast, id)
                        .into_iter()
                        .for_each(|value| self.functions_in(id.file, value, held));
                }
            }
        }
    }

    /// Adds the methods of a class, and of those derived from it, whose names an expression may spell.
    fn methods_spelled(&self, class: DefId, spelled: &Expr, held: &mut Held) {
        let Some(spelling) = Spelling::of(spelled) else { return };
        for (file, source) in self.types.world().own_files() {
            for (index, function) in (0..).zip(&source.facts.functions) {
                let id = FnId { file, index };
                if function.class.is_some()
                    && spelling.fits(&function.name)
                    && self
                        .types
                        .world()
                        .enclosing_class(id)
                        .is_some_and(|own| self.derives(own, class) || self.derives(class, own))
                {
                    held.functions.push(id);
                }
            }
        }
    }

    /// The functions that a value is or holds.
    pub(super) fn functions_of(&self, file: FileId, value: &Expr) -> Vec<FnId> {
        let mut held = Held::default();
        self.functions_in(file, value, &mut held);
        held.functions
    }

    /// Adds the functions that a value is or holds.
    fn functions_in(&self, file: FileId, value: &Expr, held: &mut Held) {
        match value {
            Expr::Lambda(lambda) => {
                let index = self.types.facts(file).function_at(lambda.start());
                held.functions.extend(index.map(|index| FnId { file, index }));
            }
            Expr::Name(_) | Expr::Attribute(_) => self.add_named(file, value, held),
            Expr::Dict(dict) => dict.items.iter().for_each(|item| self.functions_in(file, &item.value, held)),
            Expr::List(ast::ExprList { elts, .. })
            | Expr::Tuple(ast::ExprTuple { elts, .. })
            | Expr::Set(ast::ExprSet { elts, .. }) => {
                elts.iter().for_each(|value| self.functions_in(file, value, held))
            }
            Expr::If(branch) => {
                self.functions_in(file, &branch.body, held);
                self.functions_in(file, &branch.orelse, held);
            }
            Expr::Call(call) if last(&call.func) == Some("partial") => {
                call.arguments.args.iter().take(1).for_each(|function| self.functions_in(file, function, held));
            }
            Expr::BoolOp(either) => either.values.iter().for_each(|value| self.functions_in(file, value, held)),
            _ => held.is_open |= !value.is_literal_expr(),
        }
    }

    /// Adds what a name or attribute stands for; a property is read, not named.
    fn add_named(&self, file: FileId, value: &Expr, held: &mut Held) {
        let world = self.types.world();
        let targets = self.targets(file, value);
        let shapes = self.shapes(file, value).into_iter().filter_map(|shape| match shape {
            Shape::Function(function) => Some(function),
            _ => None,
        });
        let named = targets.iter().filter_map(|target| target.function).chain(shapes);
        let count = held.functions.len();
        let named = named.filter_map(|function| world.fn_of(function));
        held.functions.extend(named.filter(|id| world.function(*id).is_some_and(|function| !function.is_property)));
        held.is_open |= held.functions.len() == count;
        let is_own = |target: &Target| target.function.is_some_and(|function| world.is_own(function.file));
        held.names.extend(targets.into_iter().filter(|target| !is_own(target)).flat_map(|target| target.names));
    }

    /// Adds what a file appends to a container of this name.
    fn kept_in(&self, file: FileId, name: &Name, held: &mut Held) {
        let facts = self.types.facts(file);
        let Some(ast) = self.types.ast(file) else { return };
        for call in facts.calls.iter().filter(|call| is_keeper(&call.name)).filter_map(|call| ast.call(call.range)) {
            if let Expr::Attribute(attribute) = &*call.func
                && container_names(&attribute.value).contains(name)
            {
                call.arguments.args.iter().for_each(|value| self.functions_in(file, value, held));
            }
        }
    }

    fn registry(&self) -> &Registry {
        self.shared.registry.get_or_init(|| {
            let mut registry = Registry::default();
            let keepers = self.keeping_decorators();
            for (file, source) in self.types.world().own_files() {
                let facts = &source.facts;
                let called = facts.calls.iter().filter(|call| keepers.contains(&call.name)).map(|call| call.range);
                let named = facts.loads.iter().filter(|load| keepers.contains(&load.name)).map(|load| load.range);
                let kept: FxHashSet<TextRange> = called.chain(named).collect();
                let may_keep = |decorator: &TextRange| kept.contains(decorator);
                for (index, function) in (0..).zip(&source.facts.functions) {
                    if !function.decorators.iter().any(may_keep) {
                        continue;
                    }
                    for use_ in self.registrations(FnId { file, index }, function) {
                        let (home, names) = match use_ {
                            Use::Named(home, names) => (home, names),
                            Use::Field(class, field) => (class.file, vec![field]),
                            _ => continue,
                        };
                        for name in names {
                            registry.entry(name).or_default().push((home, FnId { file, index }));
                        }
                    }
                }
            }
            registry
        })
    }

    /// The names, and what imports call them, of functions that put something away, themselves or in a function inside.
    fn keeping_decorators(&self) -> FxHashSet<Name> {
        let mut names = FxHashSet::default();
        for (_, source) in self.types.world().own_files() {
            let facts = &source.facts;
            let bound = facts.bindings.iter().map(|binding| binding.function);
            let kept = facts.calls.iter().filter(|call| is_keeper(&call.name)).map(|call| call.function);
            for function in bound.chain(kept).filter_map(|index| facts.functions.get(index as usize)) {
                let around = facts.functions.get(function.parent as usize);
                names.extend([Some(function), around].into_iter().flatten().map(|function| function.name.clone()));
            }
        }
        let aliases: Vec<Name> = names.iter().flat_map(|name| self.index().with_aliases(name)).collect();
        names.extend(aliases);
        names
    }

    /// What the program's own decorators of a function do with it, beside what they return.
    pub(super) fn registrations(&self, id: FnId, function: &Function) -> Vec<Use> {
        let mut uses = Vec::new();
        let Some(ast) = self.types.ast(id.file).filter(|_| !function.decorators.is_empty()) else { return uses };
        for decorator in function.decorators.iter().filter_map(|range| ast.expression(*range)) {
            let is_factory = decorator.is_call_expr();
            for maker in self.makers(id.file, decorator).flatten() {
                let facts = self.types.facts(maker.file);
                let Some(applied) = self.applied(&facts, maker, is_factory) else { continue };
                let is_method = !is_factory && facts.functions[applied.index as usize].class.is_some();
                for use_ in self.parameter_uses(applied, usize::from(is_method), 5) {
                    match use_ {
                        Use::Returned(_) | Use::Called { .. } => {}
                        Use::Named(home, names) => {
                            let stays = |name: &Name| {
                                home != maker.file || !self.is_local(maker, name) || self.is_set_on_object(maker, name)
                            };
                            uses.push(Use::Named(home, names.into_iter().filter(stays).collect()));
                        }
                        other => uses.push(other),
                    }
                }
            }
        }
        uses
    }

    /// The functions that one dispatches to, if it does.
    #[must_use]
    pub fn dispatched(&self, id: FnId) -> Vec<FnId> {
        let world = self.types.world();
        if !world.function(id).is_some_and(|function| self.dispatches(id, function)) {
            return Vec::new();
        }
        let mut found = Vec::new();
        for (file, source) in world.own_files() {
            for (index, function) in (0..).zip(&source.facts.functions) {
                let other = FnId { file, index };
                if !function.decorators.is_empty() && self.dispatchers(other, function).contains(&id) {
                    found.push(other);
                }
            }
        }
        found
    }

    fn dispatches(&self, id: FnId, function: &Function) -> bool {
        let Some(ast) = self.types.ast(id.file).filter(|_| !function.decorators.is_empty()) else { return false };
        let mut decorators = function.decorators.iter().filter_map(|range| ast.expression(*range));
        decorators.any(|decorator| {
            let names = self.types.reference_names(id.file, decorator);
            names.iter().any(|name| name.starts_with("functools.singledispatch"))
        })
    }

    /// The functions that dispatch to this one by the type of their argument: `@describe.register`
    /// (<https://docs.python.org/3/library/functools.html#functools.singledispatch>).
    pub(super) fn dispatchers(&self, id: FnId, function: &Function) -> Vec<FnId> {
        let Some(ast) = self.types.ast(id.file).filter(|_| !function.decorators.is_empty()) else { return Vec::new() };
        let world = self.types.world();
        let mut found = Vec::new();
        for decorator in function.decorators.iter().filter_map(|range| ast.expression(*range)) {
            let Some(register) =
                callee_of(decorator).as_attribute_expr().filter(|callee| callee.attr.as_str() == "register")
            else {
                continue;
            };
            let definitions = match &*register.value {
                Expr::Name(name) => self.types.name_definitions(id.file, name),
                Expr::Attribute(attribute) => self.types.attribute_definitions(id.file, attribute),
                _ => Vec::new(),
            };
            let dispatches = |of: &FnId| world.function(*of).is_some_and(|function| self.dispatches(*of, function));
            found.extend(definitions.into_iter().filter_map(|def| world.fn_of(def)).filter(dispatches));
        }
        found
    }

    /// Whether a method sets an attribute of this name: `self.function = function`.
    fn is_set_on_object(&self, id: FnId, name: &Name) -> bool {
        let facts = self.types.facts(id.file);
        let Some(ast) = self.types.ast(id.file) else { return false };
        let is_method = facts.functions.get(id.index as usize).is_some_and(|function| function.class.is_some());
        let mut bound = facts.bindings.iter().filter(|bound| bound.function == id.index && bound.target == *name);
        is_method
            && bound.any(|bound| {
                ast.path(bound.value).into_iter().rev().any(|node| match node {
                    AnyNodeRef::StmtAssign(assign) => assign.targets.iter().any(Expr::is_attribute_expr),
                    AnyNodeRef::StmtAnnAssign(assign) => assign.target.is_attribute_expr(),
                    _ => false,
                })
            })
    }

    /// Whether a variable is one of a function, or of those in it, and gone when that is done.
    fn is_local(&self, id: FnId, name: &Name) -> bool {
        let facts = self.types.facts(id.file);
        let (Some(ast), Some(around)) = (self.types.ast(id.file), facts.functions.get(id.index as usize)) else {
            return true;
        };
        let mut within = facts.functions.iter().filter(|function| around.range.contains_range(function.range));
        if within.any(|function| function.parameter(name).is_some()) {
            return true;
        }
        let Some(def) = ast.def(around.range) else { return true };
        let is_bound = |expr: &Expr| matches!(expr, Expr::Name(bound) if bound.id == *name && bound.ctx == ast::ExprContext::Store);
        any_over_body(&def.body, &is_bound)
    }

    /// Whether the expression at `range` is what a function returns.
    pub(super) fn is_returned_at(&self, file: FileId, range: TextRange) -> bool {
        let ast = self.types.ast(file);
        ast.is_some_and(|ast| {
            ast.path(range).into_iter().any(|node| match node {
                AnyNodeRef::StmtReturn(return_) => return_.value.as_ref().is_some_and(|value| value.range() == range),
                _ => false,
            })
        })
    }

    /// The function that takes what is decorated: the decorator itself, or what its factory returns.
    pub(super) fn applied(&self, facts: &Facts, decorator: FnId, is_factory: bool) -> Option<FnId> {
        if !is_factory {
            return Some(decorator);
        }
        self.returned_inside(facts, decorator).next()
    }
}

/// The name of the variable, attribute or table that a callee is taken from.
fn taken_from(callee: &Expr) -> Option<&Name> {
    match callee {
        Expr::Name(name) => Some(&name.id),
        Expr::Attribute(attribute) => Some(&attribute.attr.id),
        Expr::Subscript(subscript) => taken_from(&subscript.value),
        Expr::Call(call) => match &*call.func {
            Expr::Attribute(method) if is_accessor(&method.attr) => taken_from(&method.value),
            _ => None,
        },
        _ => None,
    }
}
