//! Whether a function of the program makes the object that it returns, and keeps no hold of it.

mod fields;
mod given_away;
mod parts;

use std::cell::RefCell;

use ruff_python_ast::name::Name;
use ruff_python_ast::{AnyNodeRef, Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashMap;

pub(super) use fields::{fields_by_default, fields_given};
pub(super) use given_away::is_given_away;
pub(super) use parts::{Level, Part, Parts};
use parts::{are_new, attribute_of, in_field, known, merged, put_in, shared, taken_out, within};

use super::collect::is_camel_case;
use super::holds::{self, Bound, Way};
use super::memo::Survey;
use super::names::{Definition, Names, definition};
use super::results::{Results, belongs_to_task, comes_from_task, goes_to_own, is_code, results};
use super::{shelf, transparent};
use crate::analysis::{FnId, Lookup};
use crate::catalogue::Kind;
use crate::project::facts::{Fallback, Function, Load, MODULE, ParameterKind, is_accessor, is_adder};
use crate::project::{Ast, CONSTRUCTORS, DefId, FileId, Shape, Target, last, returned, yielded};

/// How many functions that return what others of them made are looked through.
pub(super) const DEPTH: usize = 3;

/// What makes a context manager of a generator.
const MANAGERS: [&str; 2] = ["contextmanager", "asynccontextmanager"];

/// What only says what a method is called on.
const METHODS: [&str; 2] = ["staticmethod", "classmethod"];

/// What the objects are made of that a function returns, or yields; each call makes new ones but for these parts.
pub(super) fn made_of(survey: Survey<'_>, id: FnId) -> Parts {
    parts_of_results(survey, id, DEPTH).unwrap_or_else(shared)
}

/// What attributes of the object are made of that a method is called on, as far as the method, or one that it calls for that, binds them.
pub(super) fn keeps(survey: Survey<'_>, id: FnId) -> Parts {
    kept_by(survey, id, DEPTH)
}

/// Whether every call of a function returns, or yields, nothing but objects that it makes, and that nothing else has. These may hold what
/// others have.
pub(super) fn hands_out_new(survey: Survey<'_>, id: FnId) -> bool {
    are_new(&made_of(survey, id))
}

/// Whether the value of an expression, in a function, is an object that is made there, and that nothing else has.
pub(super) fn is_new(survey: Survey<'_>, id: FnId, value: &Expr, depth: usize) -> bool {
    ask(survey, id, depth, |factory| factory.is_new(value)).unwrap_or(false)
}

/// Whether the value of an expression, in a function, is a container or an object that is made there, and that nothing else has. What is
/// in it others may have.
pub(super) fn is_new_itself(survey: Survey<'_>, id: FnId, value: &Expr) -> bool {
    ask(survey, id, DEPTH, |factory| factory.parts(value).iter().all(|(_, levels)| !levels.is_empty())).unwrap_or(false)
}

/// Whether what stands at a place of a function is only used there, and neither kept nor returned.
pub(super) fn is_only_used(survey: Survey<'_>, id: FnId, at: TextRange) -> bool {
    ask(survey, id, DEPTH, |factory| factory.is_only_used(at) && !factory.is_returned(at)).unwrap_or(false)
}

/// Whether the value of an expression, in a function, is new, and so is all that it holds.
pub(super) fn is_all_new(survey: Survey<'_>, id: FnId, value: &Expr) -> bool {
    ask(survey, id, DEPTH, |factory| factory.parts(value).is_empty()).unwrap_or(false)
}

/// Whether all is new that a method binds to an attribute of its object, or puts into what that holds.
pub(super) fn binds_new_only(survey: Survey<'_>, method: FnId, attribute: &Name) -> bool {
    let Some(function) = survey.resolver.types.world().function(method) else { return false };
    let is_new = |factory: &Factory<'_>| {
        let object = function.parameters.first().and_then(|object| factory.bound.get(&object.name));
        let mut bound = object.into_iter().flatten().filter(|bound| bound.field == Some(attribute));
        bound.all(|bound| factory.parts(bound.value).is_empty())
    };
    ask(survey, method, DEPTH, is_new).unwrap_or(false)
}

/// Asks about what a function makes; nothing where its file cannot be read.
fn ask<T>(survey: Survey<'_>, id: FnId, depth: usize, question: impl FnOnce(&Factory<'_>) -> T) -> Option<T> {
    let ast = survey.resolver.types.ast(id.file)?;
    let definition = definition(survey, &ast, id);
    Some(question(&Factory::new(survey, id, &ast, definition.as_ref(), depth)))
}

fn parts_of_results(survey: Survey<'_>, id: FnId, depth: usize) -> Option<Parts> {
    let types = &survey.resolver.types;
    let (function, ast) = (types.world().function(id)?, types.ast(id.file)?);
    if survey.resolver.is_stood_in_for(id) {
        return Some(Parts::default());
    }
    let definition = definition(survey, &ast, id)?;
    let def = match &definition {
        Definition::Def(def) => def,
        Definition::Lambda(lambda) => {
            return Some(Factory::new(survey, id, &ast, Some(&definition), depth).parts(&lambda.body));
        }
    };
    let is_harmless = |decorator: &Expr| {
        last(decorator).is_some_and(|name| {
            function.is_generator && MANAGERS.contains(&name) || METHODS.contains(&name) && function.class.is_some()
        })
    };
    let gives_same = |decorator: &Expr| transparent::gives_same(survey, id.file, decorator);
    let mut decorators = def.decorator_list.iter().map(|decorator| &decorator.expression);
    if !decorators.all(|decorator| is_harmless(decorator) || gives_same(decorator)) {
        return None;
    }
    let values = if function.is_generator { yielded(def) } else { returned(def) };
    let factory = Factory::new(survey, id, &ast, Some(&definition), depth);
    if values.is_empty() { None } else { Some(factory.all(values)) }
}

fn kept_by(survey: Survey<'_>, id: FnId, depth: usize) -> Parts {
    let function = survey.resolver.types.world().function(id).filter(|function| function.receivers() > 0 && depth > 0);
    let object = function.and_then(|function| function.parameters.first());
    object.and_then(|object| ask(survey, id, depth, |factory| factory.attributes_of(&object.name))).unwrap_or_default()
}

struct Factory<'a> {
    survey: Survey<'a>,
    id: FnId,
    ast: &'a Ast,
    names: Names,
    /// What the function's variables get.
    bound: FxHashMap<Name, Vec<Bound<'a>>>,
    depth: usize,
    /// The variables whose values are being looked at.
    open: RefCell<Vec<Name>>,
    /// The variables whose uses are being looked at.
    asked: RefCell<Vec<Name>>,
}

impl<'a> Factory<'a> {
    fn new(survey: Survey<'a>, id: FnId, ast: &'a Ast, definition: Option<&Definition<'a>>, depth: usize) -> Self {
        let bound = match definition {
            Some(Definition::Def(def)) => holds::bound(def),
            _ => FxHashMap::default(),
        };
        Self {
            survey,
            id,
            ast,
            names: Names::of(definition),
            bound,
            depth,
            open: RefCell::default(),
            asked: RefCell::default(),
        }
    }

    fn is_new(&self, value: &Expr) -> bool {
        are_new(&self.parts(value))
    }

    /// What the value of an expression is made of.
    fn parts(&self, value: &Expr) -> Parts {
        if self.survey.resolver.types.is_immutable(self.id.file, value) {
            return Parts::default();
        }
        match value {
            Expr::Call(call) => self.made_by(call),
            Expr::Name(name) if self.is_parameter(&name.id) && self.survey.is_immutable(self.id.file, value) => {
                Parts::default()
            }
            Expr::Name(name) if self.is_parameter(&name.id) => {
                merged(self.bound_to(&name.id), Parts::from([(Part::Given(name.id.clone()), Vec::new())]))
            }
            Expr::Name(name) if self.is_kept(&name.id) => self.bound_to(&name.id),
            Expr::Name(name) if self.is_of_module(&name.id) => {
                Parts::from([(Part::Variable(name.id.clone()), Vec::new())])
            }
            Expr::List(list) => self.held(&list.elts),
            Expr::Tuple(tuple) => self.held(&tuple.elts),
            Expr::Set(set) => self.held(&set.elts),
            Expr::Dict(dict) => {
                let (named, poured): (Vec<_>, Vec<_>) = dict.items.iter().partition(|item| item.key.is_some());
                let named = self.all(named.into_iter().map(|item| &item.value));
                let poured = self.all(poured.into_iter().map(|item| &item.value));
                merged(put_in(named, 1), put_in(taken_out(poured, 1), 1))
            }
            Expr::ListComp(comp) => self.held([&*comp.elt]),
            Expr::SetComp(comp) => self.held([&*comp.elt]),
            Expr::DictComp(comp) => self.held([&*comp.value]),
            Expr::If(branch) => self.all([&*branch.body, &*branch.orelse]),
            Expr::BoolOp(operation) => self.all(&operation.values),
            Expr::Subscript(subscript) => taken_out(self.parts(&subscript.value), 1),
            Expr::Starred(starred) => taken_out(self.parts(&starred.value), 1),
            Expr::Named(named) => self.parts(&named.value),
            Expr::Attribute(attribute) => match self.parts(&attribute.value) {
                // What an object holds that is made here is not all known.
                object if are_new(&object) => shared(),
                object => attribute_of(object, &attribute.attr.id),
            },
            value if value.is_literal_expr() || value.is_f_string_expr() => Parts::default(),
            _ => shared(),
        }
    }

    fn all<'e>(&self, values: impl IntoIterator<Item = &'e Expr>) -> Parts {
        values.into_iter().fold(Parts::default(), |all, value| merged(all, self.parts(value)))
    }

    /// What a new container of all these is made of.
    fn held<'e>(&self, items: impl IntoIterator<Item = &'e Expr>) -> Parts {
        put_in(self.all(items), 1)
    }

    /// Whether a name is that of a parameter.
    fn is_parameter(&self, name: &Name) -> bool {
        let function = self.survey.resolver.types.world().function(self.id);
        self.names.parameters.contains(name) && function.is_some_and(|function| function.parameter(name).is_some())
    }

    /// What a call returns is made of.
    fn made_by(&self, call: &ExprCall) -> Parts {
        if comes_from_task(self.survey, self.id, &call.func)
            || shelf::takes_out(self.survey, self.id.file, call, self.depth)
        {
            return Parts::default();
        }
        match &*call.func {
            Expr::Attribute(attribute)
                if is_accessor(&attribute.attr) && !asks_far(self.survey, self.id.file, call) =>
            {
                let inside = taken_out(self.parts(&attribute.value), 1);
                merged(inside, self.all(call.arguments.args.iter().skip(1)))
            }
            _ => self.made_by_targets(call),
        }
    }

    fn made_by_targets(&self, call: &ExprCall) -> Parts {
        let targets = self.survey.targets(self.id.file, call);
        let mut all = if targets.is_empty() && !self.is_class(&call.func) { shared() } else { Parts::default() };
        for target in targets.iter() {
            match target.function.and_then(|def| self.own(def)) {
                Some(id) if target.class.is_some() && self.is_constructor(id) => {
                    all = merged(all, self.made(call, id, target));
                }
                Some(id) => all = merged(all, self.made_by_function(call, id)),
                None => {
                    all = merged(all, self.given_to_fields(call, target));
                    all = merged(all, self.made_by_library(call));
                }
            }
        }
        all
    }

    /// What a call of a library gives is made of.
    fn made_by_library(&self, call: &ExprCall) -> Parts {
        if let Some(handed) = holds::handed(self.survey.resolver.catalogue(), call) {
            return put_in(taken_out(self.all(handed.from), 1), handed.depth);
        }
        let is_data = |value: &&Expr| !is_code(self.survey, self.id.file, value);
        match results(self.survey, self.id, call) {
            Results::New => Parts::default(),
            Results::Kept(registry) => Parts::from([(Part::Variable(Name::new(format!("{registry}()"))), Vec::new())]),
            Results::Holding(parts) => {
                let parts = parts.into_iter().filter(|(_, value)| is_data(value)).map(|(name, value)| match name {
                    Some(name) => in_field(self.parts(value), name),
                    None => put_in(self.parts(value), 1),
                });
                parts.fold(Parts::default(), merged)
            }
            Results::OneOf(values) => {
                let whole = self.all(values.into_iter().filter(is_data));
                merged(taken_out(whole.clone(), 1), whole)
            }
        }
    }

    /// Whether an expression is a class of the program, whose constructor may not be known: `cls(title=…)`.
    fn is_class(&self, expr: &Expr) -> bool {
        let types = &self.survey.resolver.types;
        let is_own = |shape: &Shape| matches!(shape, Shape::Class(class) if types.world().is_own(class.file));
        types.shapes(self.id.file, expr).iter().any(is_own)
    }

    fn made_by_function(&self, call: &ExprCall, id: FnId) -> Parts {
        let function = self.survey.resolver.types.world().function(id).filter(|_| self.depth > 0);
        let Some(function) = function.filter(|function| !function.is_async && !function.is_generator) else {
            return shared();
        };
        self.given_for(call, function, parts_of_results(self.survey, id, self.depth - 1).unwrap_or_else(shared))
    }

    /// What the parts of what a function makes are, where it is called.
    fn given_for(&self, call: &ExprCall, function: &Function, parts: Parts) -> Parts {
        let parts = parts.into_iter().map(|(part, levels)| {
            let (origin, path) = part.origin();
            let parts = match given(call, function, origin) {
                Some(value) => value.map(|value| self.parts(value)).unwrap_or_default(),
                None if matches!(origin, Part::Variable(_)) => Parts::from([(origin.clone(), Vec::new())]),
                None => shared(),
            };
            within(path.into_iter().fold(parts, attribute_of), &levels)
        });
        parts.fold(Parts::default(), merged)
    }

    /// What a new object of a class holds, where the class makes one each time.
    fn made(&self, call: &ExprCall, constructor: FnId, target: &Target) -> Parts {
        if !makes_new(self.survey, target.class) {
            return shared();
        }
        merged(self.told(call, constructor), self.given_to_fields(call, target))
    }

    /// What an object keeps of what a call gives a method of it, or its constructor.
    fn told(&self, call: &ExprCall, id: FnId) -> Parts {
        let function = self.survey.resolver.types.world().function(id).filter(|_| self.depth > 0);
        function
            .map(|function| self.given_for(call, function, kept_by(self.survey, id, self.depth - 1)))
            .map(known)
            .unwrap_or_default()
    }

    /// What the fields of an object are given that is made with nothing but those.
    fn given_to_fields(&self, call: &ExprCall, target: &Target) -> Parts {
        let fields = fields_given(self.survey, call, target);
        let parts = fields.into_iter().map(|(field, value)| in_field(self.parts(value), &field));
        let by_default = fields_by_default(self.survey, call, target, self.depth);
        parts.fold(by_default, merged)
    }

    /// What attributes of an object are made of that a parameter stands for.
    fn attributes_of(&self, object: &Name) -> Parts {
        let bound = self.bound.get(object).into_iter().flatten();
        let of_attributes = bound.filter(|bound| !bound.is_of_variable() || matches!(bound.way, Way::In | Way::Poured));
        of_attributes.map(|bound| self.bound_by(bound)).fold(Parts::default(), merged)
    }

    /// Whether a name is that of a variable of the module.
    fn is_of_module(&self, name: &Name) -> bool {
        let types = &self.survey.resolver.types;
        let is_outer = types.world().function(self.id).is_some_and(|own| own.parent == MODULE);
        let facts = types.facts(self.id.file);
        is_outer
            && !self.names.is_local(name)
            && !self.names.parameters.contains(name)
            && facts.bindings.iter().any(|binding| binding.function == MODULE && binding.target == *name)
    }

    /// Whether a local variable is the function's own, and nobody else gets what it holds.
    fn is_kept(&self, name: &Name) -> bool {
        if !self.names.is_local(name) {
            return false;
        }
        if self.asked.borrow().contains(name) {
            return true;
        }
        self.asked.borrow_mut().push(name.clone());
        let facts = self.survey.resolver.types.facts(self.id.file);
        let mut loads = facts.loads.iter().filter(|load| load.name == *name && load.function == self.id.index);
        let is_kept = loads.all(|load| self.is_only_used(load.range));
        self.asked.borrow_mut().pop();
        is_kept
    }

    /// What a variable was bound to is made of.
    fn bound_to(&self, name: &Name) -> Parts {
        if self.open.borrow().contains(name) {
            return Parts::default();
        }
        let values = self.bound.get(name).map_or(&[][..], Vec::as_slice);
        if !values.iter().any(Bound::is_of_variable) && !self.names.parameters.contains(name) {
            return shared();
        }
        self.open.borrow_mut().push(name.clone());
        let parts = values.iter().map(|bound| self.bound_by(bound)).fold(Parts::default(), merged);
        self.open.borrow_mut().pop();
        parts
    }

    fn bound_by(&self, bound: &Bound<'_>) -> Parts {
        let is_put = matches!(bound.way, Way::In | Way::Poured);
        if is_put && goes_to_own(self.survey, self.id.file, bound.value) {
            return Parts::default();
        }
        let parts = match bound.way {
            Way::Told => bound.value.as_call_expr().map(|call| self.told_by(call)).unwrap_or_default(),
            Way::Whole => self.parts(bound.value),
            Way::Out(levels) => taken_out(self.parts(bound.value), levels),
            Way::In => put_in(self.parts(bound.value), 1),
            Way::Poured => put_in(taken_out(self.parts(bound.value), 1), 1),
        };
        match bound.field {
            Some(field) => in_field(parts, field),
            None => parts,
        }
    }

    /// What an object keeps of what one of its methods is given.
    fn told_by(&self, call: &ExprCall) -> Parts {
        let targets = self.survey.targets(self.id.file, call);
        let own = targets.iter().filter_map(|target| self.own(target.function?));
        own.map(|id| self.told(call, id)).fold(Parts::default(), merged)
    }

    fn own(&self, def: DefId) -> Option<FnId> {
        let world = self.survey.resolver.types.world();
        world.is_own(def.file).then(|| world.fn_of(def)).flatten()
    }

    fn is_constructor(&self, id: FnId) -> bool {
        let world = self.survey.resolver.types.world();
        world.function(id).is_some_and(|function| CONSTRUCTORS.contains(&function.name.as_str()))
    }

    /// Whether a name is returned where it is read, as a part of something or as it is, or something is asked of it.
    fn is_only_used(&self, range: TextRange) -> bool {
        let path = self.ast.path(range);
        let mut around = path.iter().rev().filter(|node| node.range() != range);
        let mut is_part = false;
        while let Some(node) = around.next() {
            match node {
                AnyNodeRef::ExprSubscript(subscript) if !is_part => return subscript.value.range() == range,
                AnyNodeRef::StmtFor(for_) if !is_part => return for_.iter.range() == range,
                AnyNodeRef::Arguments(_) if !is_part => {
                    return matches!(around.next(), Some(AnyNodeRef::ExprCall(call))
                        if looks_only(call)
                            || self.is_put_in_own(call)
                            || self.makes_value(call)
                            || belongs_to_task(self.survey, self.id, call)
                            || self.is_read_by(call, range)
                            || shelf::brings_back(self.survey, self.id, call, range));
                }
                AnyNodeRef::StmtIf(_)
                | AnyNodeRef::StmtWhile(_)
                | AnyNodeRef::ExprAttribute(_)
                | AnyNodeRef::ExprCompare(_)
                | AnyNodeRef::ExprUnaryOp(_)
                | AnyNodeRef::ExprBinOp(_)
                | AnyNodeRef::Comprehension(_)
                | AnyNodeRef::InterpolatedElement(_) => return !is_part,
                AnyNodeRef::ExprDict(_)
                | AnyNodeRef::ExprList(_)
                | AnyNodeRef::ExprTuple(_)
                | AnyNodeRef::ExprIf(_) => {
                    is_part = true;
                }
                AnyNodeRef::StmtReturn(_) | AnyNodeRef::ExprYield(_) => return true,
                AnyNodeRef::StmtWith(with) => {
                    let mut items = with.items.iter().filter(|item| item.context_expr.range() == range);
                    return !is_part && items.next().is_some_and(|item| item.optional_vars.is_none());
                }
                AnyNodeRef::StmtAssign(assign) => {
                    return assign.targets.iter().all(|target| self.is_own_target(target));
                }
                _ => return false,
            }
        }
        false
    }

    /// Whether a call keeps nothing of an argument: a function of a library, or one of the program that only uses what it is given.
    fn is_read_by(&self, call: &ExprCall, argument: TextRange) -> bool {
        let resolver = self.survey.resolver;
        let targets = self.survey.targets(self.id.file, call);
        let catalogue = resolver.catalogue();
        let is_function = !matches!(&*call.func, Expr::Attribute(method)
            if !resolver.shapes(self.id.file, &method.value).iter().any(|shape| matches!(shape, Shape::Module(_))));
        // What is put into a queue is for others.
        let is_sent = |name: &String| {
            catalogue.apis_named(name).iter().any(|api| catalogue.apis[*api as usize].kind != Kind::Wait)
        };
        !targets.is_empty()
            && targets.iter().all(|target| match target.function.and_then(|def| self.own(def)) {
                Some(id) if self.depth > 0 => self.only_uses(call, id, argument),
                Some(_) => false,
                None => target.names.iter().any(|name| is_sent(name) || is_function && catalogue.is_pure(name)),
            })
    }

    /// Whether a value that never changes is asked to make another one of an argument: `", ".join(names)`.
    fn makes_value(&self, call: &ExprCall) -> bool {
        let types = &self.survey.resolver.types;
        let is_value = |expr: &Expr| types.is_immutable(self.id.file, expr);
        let of_value = call.func.as_attribute_expr().is_some_and(|method| is_value(&method.value));
        of_value && self.ast.expression(call.range()).is_some_and(is_value)
    }

    /// Whether a function of the program only uses what a call gives it for a parameter.
    fn only_uses(&self, call: &ExprCall, id: FnId, argument: TextRange) -> bool {
        let types = &self.survey.resolver.types;
        let (Some(function), Some(ast)) = (types.world().function(id), types.ast(id.file)) else { return false };
        let is_it = |name: &&Name| {
            let value = given(call, function, &Part::Given((*name).clone()));
            value.flatten().is_some_and(|value| value.range() == argument)
        };
        let names = function.parameters.iter().map(|parameter| &parameter.name);
        let Some(name) = names.into_iter().find(is_it) else { return false };
        let Some(definition) = definition(self.survey, &ast, id) else { return false };
        let callee = Factory::new(self.survey, id, &ast, Some(&definition), self.depth - 1);
        let facts = types.facts(id.file);
        let is_inside = |load: &&Load| load.name == *name && function.range.contains_range(load.range);
        let mut loads = facts.loads.iter().filter(is_inside);
        loads
            .all(|load| load.function == id.index && callee.is_only_used(load.range) && !callee.is_returned(load.range))
    }

    /// Whether what is read at a place is a part of what the function returns.
    fn is_returned(&self, range: TextRange) -> bool {
        let path = self.ast.path(range);
        let holds = |node: &AnyNodeRef<'_>| matches!(node, AnyNodeRef::StmtReturn(_) | AnyNodeRef::ExprYield(_));
        path.iter().rev().take_while(|node| !node.is_expr_call()).any(holds)
    }

    /// Whether a call puts what it is given into what a variable holds that nobody else has: `left.append(job)`.
    fn is_put_in_own(&self, call: &ExprCall) -> bool {
        let puts = |method: &str| is_adder(method) || matches!(method, "extend" | "update");
        let method = call.func.as_attribute_expr().filter(|method| puts(&method.attr));
        method.is_some_and(|method| self.is_own_container(&method.value))
    }

    fn is_own_container(&self, expr: &Expr) -> bool {
        let Expr::Name(container) = expr else { return false };
        self.is_kept(&container.id) && self.bound_to(&container.id).iter().all(|(_, levels)| !levels.is_empty())
    }

    /// Whether what is assigned stays in the function: in a variable, or in what a variable holds that nobody else has.
    fn is_own_target(&self, target: &Expr) -> bool {
        match target {
            Expr::Name(name) => self.is_kept(&name.id),
            Expr::Subscript(subscript) => self.is_own_container(&subscript.value),
            _ => false,
        }
    }
}

/// What a call gives a function for a part of its results, `Some(None)` for a default that never changes; `None` if that is not known, or
/// others may have it.
pub(super) fn given<'c>(call: &'c ExprCall, function: &Function, part: &Part) -> Option<Option<&'c Expr>> {
    let Part::Given(name) = part else { return None };
    let arguments = &call.arguments;
    let is_plain = !arguments.args.iter().any(Expr::is_starred_expr)
        && arguments.keywords.iter().all(|keyword| keyword.arg.is_some());
    let (position, parameter) = function.parameter(name)?;
    if position < function.receivers() {
        return receiver(call).map(Some);
    }
    if !is_plain {
        return None;
    }
    let is_one = matches!(parameter.kind, ParameterKind::Positional | ParameterKind::KeywordOnly);
    let position = position.checked_sub(function.receivers()).filter(|_| is_one)?;
    match arguments.find_argument_value(name, position) {
        Some(value) => Some(Some(value)),
        None => (parameter.default == Fallback::Plain).then_some(None),
    }
}

/// Whether calling a class makes an object each time, going by what the program says: it has no `__new__`, no metaclass with a `__call__`
/// and no decorator of the program, which could give the same one again, and its objects do not share all their attributes.
pub(super) fn makes_new(survey: Survey<'_>, class: Option<DefId>) -> bool {
    let types = &survey.resolver.types;
    let Some(class) = class.filter(|class| types.world().is_own(class.file)) else { return true };
    let has_own = |class: DefId, method: &str| {
        let member = types.member(class, method).and_then(|target| target.function);
        member.is_some_and(|def| types.world().is_own(def.file))
    };
    let is_called_otherwise = || {
        let mro = types.mro(class);
        let mut own = mro.iter().map(|base| base.id).filter(|base| types.world().is_own(base.file));
        own.any(|base| {
            metaclass(survey, base).is_some_and(|meta| has_own(meta, "__call__")) || shares_attributes(survey, base)
        })
    };
    !has_own(class, "__new__") && !survey.resolver.is_replaced(class) && !is_called_otherwise()
}

/// The metaclass that a class names.
fn metaclass(survey: Survey<'_>, class: DefId) -> Option<DefId> {
    let types = &survey.resolver.types;
    let ast = types.ast(class.file)?;
    let named =
        ast.class(class.start)?.keywords().iter().find(|keyword| keyword.arg.as_deref() == Some("metaclass"))?;
    types.shapes(class.file, &named.value).into_iter().find_map(|shape| match shape {
        Shape::Class(meta) => Some(meta),
        _ => None,
    })
}

/// Whether a method of a class gives its object another table of attributes, which others may have: `self.__dict__ = self._shared`.
fn shares_attributes(survey: Survey<'_>, class: DefId) -> bool {
    let facts = survey.resolver.types.facts(class.file);
    let of_class = facts.class_at(class.start);
    facts.bindings.iter().filter(|binding| binding.target == "__dict__").any(|binding| {
        let own = facts.functions.get(binding.function as usize);
        own.is_some_and(|own| own.class == of_class)
    })
}

/// The object that a method is called on, where it stands there: neither `super()` nor a class whose method is given the object.
fn receiver(call: &ExprCall) -> Option<&Expr> {
    let object = &*call.func.as_attribute_expr()?.value;
    let is_super = object.as_call_expr().is_some_and(|made| last(&made.func) == Some("super"));
    let is_class = last(object).is_some_and(is_camel_case) && !object.is_call_expr();
    (!is_super && !is_class).then_some(object)
}

/// Whether what a call gives comes over a network, and is in no container: `session.get(url)`.
pub(super) fn asks_far(survey: Survey<'_>, file: FileId, call: &ExprCall) -> bool {
    let catalogue = survey.resolver.catalogue();
    let targets = survey.targets(file, call);
    let apis = targets.iter().flat_map(|target| &target.names).flat_map(|name| catalogue.apis_named(name));
    apis.map(|api| &catalogue.apis[*api as usize]).any(|api| api.kind == Kind::Network)
}

/// Builtins that look at what they are given, and keep nothing of it.
const LOOKS: [&str; 20] = [
    "all",
    "any",
    "bool",
    "callable",
    "enumerate",
    "hasattr",
    "hash",
    "id",
    "isinstance",
    "issubclass",
    "len",
    "max",
    "min",
    "print",
    "repr",
    "sorted",
    "str",
    "sum",
    "type",
    "zip",
];

fn looks_only(call: &ExprCall) -> bool {
    matches!(&*call.func, Expr::Name(name) if LOOKS.contains(&name.id.as_str()))
}
