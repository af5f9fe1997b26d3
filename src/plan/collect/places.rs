//! Which place an expression stands for.

use ruff_python_ast::name::Name;
use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::{Collector, gone_through};
use crate::analysis::{FnId, Lookup};
use crate::plan::factory::{Level, Part, Parts};
use crate::plan::holds::{self, Bound, Way};
use crate::plan::injected::is_made_for_call;
use crate::plan::outline::{Place, PlaceId, key_of};
use crate::plan::results::{Results, goes_to_own, results};
use crate::plan::{factory, shelf};
use crate::project::facts::{Function, ParameterKind, is_accessor};
use crate::project::{CONSTRUCTORS, DefId, Shape, Target, last, operator_method, whose_class};

impl Collector<'_, '_> {
    pub(super) fn add(&mut self, place: Place) -> PlaceId {
        self.outline.places.push(place);
        self.outline.places.len() - 1
    }

    pub(super) fn root(&mut self, expr: &Expr, name: &Name) -> PlaceId {
        let is_parameter = self.names.parameters.contains(name);
        let place = if self.names.is_local(name) && !self.escaping.contains(name) {
            Place::Local(self.local(name))
        } else if is_parameter && (self.is_immutable(expr) || self.is_made_for_call(name)) {
            Place::Own
        } else if is_parameter && self.bound.contains_key(name) && !self.is_known_object(name) {
            // Beside what it is given, what the function binds it to, or attributes of it.
            let local = self.local(name);
            let places = vec![self.add(Place::Name(name.clone())), self.add(Place::Local(local))];
            Place::Either(places)
        } else if !self.names.bound.contains(name)
            && let Some(other) = self.behind(name)
        {
            Place::Either(vec![self.add(Place::Name(name.clone())), other])
        } else if let Some(place) = self.imported_place(name) {
            Place::Fixed(place)
        } else {
            Place::Name(name.clone())
        };
        self.add(place)
    }

    /// Whether a parameter is the object of a method: what that binds its attributes to is known by these. What a constructor binds is not
    /// known by anything else yet.
    fn is_known_object(&self, name: &Name) -> bool {
        let function = self.survey.resolver.types.world().function(self.function);
        function.is_some_and(|function| {
            let object = function.parameters.first().filter(|_| function.class.is_some());
            object.is_some_and(|object| object.name == *name) && !CONSTRUCTORS.contains(&function.name.as_str())
        })
    }

    /// Whether an expression is the dictionary of the keyword arguments: each call makes one. What is in it may be anybody's.
    pub(super) fn is_own_keywords(&self, expr: &Expr) -> bool {
        let Expr::Name(name) = expr else { return false };
        let facts = self.survey.resolver.types.facts(self.function.file);
        let function = facts.functions.get(self.function.index as usize);
        !self.escaping.contains(&name.id)
            && function
                .and_then(|function| function.parameter(&name.id))
                .is_some_and(|(_, one)| one.kind == ParameterKind::Keywords)
            && self.bound.get(&name.id).is_none_or(|bound| bound.iter().all(|bound| bound.way != Way::Whole))
    }

    /// Whether a framework makes what a parameter is given for each call, and no other task gets it.
    fn is_made_for_call(&self, name: &Name) -> bool {
        !self.escaping.contains(name) && is_made_for_call(self.survey, self.function, name)
    }

    /// The place that a value brings along where it is passed on or bound to a name: one that never changes brings none.
    pub(super) fn value(&mut self, expr: &Expr) -> PlaceId {
        let place = self.place(expr);
        if self.is_own(place) || !self.is_immutable(expr) {
            return place;
        }
        self.add(Place::Own)
    }

    /// Whether a value never changes; of a parameter, all that the program's calls pass for it.
    pub(super) fn is_immutable(&self, expr: &Expr) -> bool {
        let is_parameter = expr.as_name_expr().is_some_and(|name| self.names.parameters.contains(&name.id));
        match is_parameter {
            true => self.survey.is_immutable(self.function.file, expr),
            false => self.survey.resolver.types.is_immutable(self.function.file, expr),
        }
    }

    /// The number of a local variable, which stands for what it was bound to.
    fn local(&mut self, name: &Name) -> usize {
        if let Some(local) = self.locals.get(name) {
            return *local;
        }
        let local = self.outline.locals.len();
        self.locals.insert(name.clone(), local);
        self.outline.locals.push(Vec::new());
        self.pending.push((name.clone(), local));
        local
    }

    /// Notes the variables that functions inside may use.
    pub(super) fn captured(&mut self) {
        let survey = self.survey;
        let facts = survey.resolver.types.facts(self.function.file);
        let (own, inside) = facts.functions.split_at((self.function.index as usize + 1).min(facts.functions.len()));
        let Some(range) = own.last().map(|own| own.range) else { return };
        let mut inside = inside.iter().take_while(|other| range.contains_range(other.range));
        if !inside.any(|other| other.parent == self.function.index) {
            return;
        }
        let names: Vec<Name> = self.names.bound.iter().filter(|name| self.names.is_local(name)).cloned().collect();
        for name in names {
            if self.escaping.contains(&name) {
                continue;
            }
            let local = self.local(&name);
            let place = self.add(Place::Local(local));
            self.outline.captured.push((name, place));
        }
    }

    /// Reads what the local variables were bound to.
    pub(super) fn bindings(&mut self) {
        while let Some((name, local)) = self.pending.pop() {
            for bound in self.bound.get(&name).cloned().unwrap_or_default() {
                let places = self.bound_by(bound);
                let field = bound.field.cloned();
                for place in places {
                    let place = match &field {
                        Some(field) => self.add(Place::Object(field.clone(), place)),
                        None => place,
                    };
                    self.outline.locals[local].push(place);
                }
            }
        }
    }

    fn bound_by(&mut self, bound: Bound<'_>) -> Vec<PlaceId> {
        let is_put = matches!(bound.way, Way::In | Way::Poured);
        if is_put && goes_to_own(self.survey, self.function.file, bound.value) {
            return Vec::new();
        }
        let place = match bound.way {
            Way::Told => return bound.value.as_call_expr().map(|call| self.kept(call)).unwrap_or_default(),
            Way::Whole | Way::In => self.value(bound.value),
            // What methods of the program give one by one is not what the object holds.
            Way::Out(_) if self.answers_itself(gone_through(bound.value), bound.value.range()) => return Vec::new(),
            Way::Out(_) | Way::Poured => self.place(bound.value),
        };
        vec![match bound.way {
            Way::Whole | Way::Told => place,
            Way::Out(levels) => (0..levels).fold(place, |place, _| self.add(Place::Item(place))),
            Way::In => self.add(Place::Holds(vec![place])),
            Way::Poured => {
                let item = self.add(Place::Item(place));
                self.add(Place::Holds(vec![item]))
            }
        }]
    }

    /// The place that an expression stands for.
    pub(super) fn place(&mut self, expr: &Expr) -> PlaceId {
        if let Some(place) = self.out_of_table(expr) {
            return place;
        }
        match expr {
            Expr::Name(name) => self.root(expr, &name.id),
            Expr::Attribute(attribute) => {
                let place = match &*attribute.value {
                    Expr::Name(name) if self.is_module(name) => {
                        Place::Fixed(self.place_of_module(name, &attribute.attr.id))
                    }
                    Expr::Name(name) if self.is_of_class(name, &attribute.attr.id) => {
                        Place::Fixed(format!("{}.{}", name.id, attribute.attr))
                    }
                    object if let Some(Expr::Name(name)) = whose_class(object) => {
                        Place::Fixed(format!("{}.{}", name.id, attribute.attr))
                    }
                    Expr::Name(name) if let Some(base) = self.base_with(name, &attribute.attr.id) => {
                        Place::Fixed(format!("{base}.{}", attribute.attr))
                    }
                    object => Place::Attribute(self.place(object), attribute.attr.id.clone()),
                };
                self.add(place)
            }
            Expr::Subscript(subscript) if subscript.slice.is_slice_expr() => {
                let item = self.item(&subscript.value);
                self.add(Place::Holds(vec![item]))
            }
            Expr::Subscript(subscript) => self.under(&subscript.value, Some(&subscript.slice)),
            Expr::Await(await_) => self.place(&await_.value),
            Expr::Starred(starred) => self.item(&starred.value),
            Expr::Named(named) => self.place(&named.value),
            Expr::If(branch) => {
                let places = vec![self.place(&branch.body), self.place(&branch.orelse)];
                self.add(Place::Either(places))
            }
            Expr::BoolOp(operation) => {
                let places = operation.values.iter().map(|value| self.place(value)).collect();
                self.add(Place::Either(places))
            }
            Expr::Tuple(tuple) => self.container(&tuple.elts),
            Expr::List(list) => self.container(&list.elts),
            Expr::Set(set) => self.container(&set.elts),
            Expr::Dict(dict) => self.dictionary(dict),
            Expr::ListComp(comp) => self.container([&*comp.elt]),
            Expr::SetComp(comp) => self.container([&*comp.elt]),
            Expr::Generator(comp) => self.container([&*comp.elt]),
            Expr::DictComp(comp) => self.container([&*comp.value]),
            Expr::BinOp(operation) => self.combined(expr, operation),
            Expr::Call(call) => self.result(expr, call),
            _ => self.add(Place::Own),
        }
    }

    /// What an operator gives: what a method of the program returns, or something new with what is in both.
    fn combined(&mut self, expr: &Expr, operation: &ast::ExprBinOp) -> PlaceId {
        if self.is_immutable(expr) {
            return self.add(Place::Own);
        }
        let items = vec![self.item(&operation.left), self.item(&operation.right)];
        let mut places = vec![self.add(Place::Holds(items))];
        let method = operator_method(operation.op);
        if self.survey.special_methods().contains(method) {
            for id in self.methods_of(&operation.left, method) {
                let is_new = factory::hands_out_new(self.survey, id);
                let name = self.survey.resolver.types.facts(id.file).qualified(id.index);
                places.extend((!is_new).then(|| self.add(Place::Fixed(format!("{name}()")))));
            }
        }
        self.add(Place::Either(places))
    }

    /// The methods of this name that the objects of an expression have in the program.
    fn methods_of(&self, object: &Expr, name: &str) -> Vec<FnId> {
        let shapes = self.survey.resolver.shapes(self.function.file, object);
        let classes = shapes.iter().filter_map(|shape| match shape {
            Shape::Instance(class) => Some(*class),
            _ => None,
        });
        classes.filter_map(|class| self.member(class, name)).collect()
    }

    /// What is in the value of an expression.
    pub(super) fn item(&mut self, whole: &Expr) -> PlaceId {
        let place = self.place(whole);
        self.add(Place::Item(place))
    }

    /// What is in the value of an expression under a key.
    fn under(&mut self, whole: &Expr, key: Option<&Expr>) -> PlaceId {
        let place = self.place(whole);
        self.add(match key {
            Some(Expr::StringLiteral(key)) => Place::Keyed(place, key_of(key.value.to_str())),
            _ => Place::Item(place),
        })
    }

    /// A place in new containers and objects.
    fn inside(&mut self, place: PlaceId, levels: &[Level]) -> PlaceId {
        levels.iter().rev().fold(place, |place, level| match level {
            Level::Item => self.add(Place::Holds(vec![place])),
            Level::Field(name) => self.add(Place::Object(name.clone(), place)),
        })
    }

    /// A container that is written out.
    fn container<'e>(&mut self, items: impl IntoIterator<Item = &'e Expr>) -> PlaceId {
        let items = items.into_iter().filter(|item| !item.is_literal_expr()).map(|item| self.value(item)).collect();
        self.hold(items)
    }

    fn dictionary(&mut self, dict: &ast::ExprDict) -> PlaceId {
        let (mut keyed, mut items) = (Vec::new(), Vec::new());
        for item in dict.items.iter().filter(|item| !item.value.is_literal_expr()) {
            let place = if item.key.is_some() { self.value(&item.value) } else { self.item(&item.value) };
            match &item.key {
                Some(Expr::StringLiteral(key)) => keyed.push((key_of(key.value.to_str()), place)),
                _ => items.push(place),
            }
        }
        keyed.retain(|(_, item)| !self.is_own(*item));
        let rest = self.hold(items);
        let objects = keyed.into_iter().map(|(key, item)| self.add(Place::Object(key, item)));
        let places: Vec<PlaceId> = objects.collect();
        if places.is_empty() { rest } else { self.add(Place::Either(places.into_iter().chain([rest]).collect())) }
    }

    fn hold(&mut self, mut items: Vec<PlaceId>) -> PlaceId {
        items.retain(|item| !self.is_own(*item));
        self.add(if items.is_empty() { Place::Own } else { Place::Holds(items) })
    }

    fn is_own(&self, place: PlaceId) -> bool {
        matches!(self.outline.places.get(place), Some(Place::Own))
    }

    /// The place that what a call returns stands for.
    fn result(&mut self, expr: &Expr, call: &ast::ExprCall) -> PlaceId {
        if let Expr::Attribute(attribute) = &*call.func {
            if shelf::takes_out(self.survey, self.function.file, call, shelf::DEPTH) {
                return self.add(Place::Own);
            }
            let is_view = matches!(attribute.attr.as_str(), "values" | "items") && !self.is_own_method(call);
            let asks_far = || factory::asks_far(self.survey, self.function.file, call);
            if is_accessor(&attribute.attr) && !is_view && !self.is_of_module(attribute) && !asks_far() {
                return self.under(&attribute.value, call.arguments.args.first());
            }
        }
        if matches!(&*call.func, Expr::Name(name) if matches!(name.id.as_str(), "getattr" | "iter"))
            && let Some(object) = call.arguments.args.first()
        {
            let place = self.place(object);
            return match call.arguments.args.get(1) {
                Some(Expr::StringLiteral(name)) => self.add(Place::Attribute(place, Name::new(name.value.to_str()))),
                _ => place,
            };
        }
        let places = self.returned(call);
        if places.is_empty()
            && !self.is_own_method(call)
            && let Some(handed) = holds::handed(self.survey.resolver.catalogue(), call)
        {
            let mut items: Vec<PlaceId> = handed.from.into_iter().map(|from| self.item(from)).collect();
            if last(&call.func) == Some("dict") {
                // What it is given may be pairs of keys and values.
                items.extend(items.clone().into_iter().map(|pair| self.add(Place::Item(pair))).collect::<Vec<_>>());
            }
            let place = self.add(Place::Either(items));
            let place = self.inside(place, &vec![Level::Item; handed.depth.into()]);
            let named = call.arguments.keywords.iter().filter(|_| last(&call.func) == Some("dict"));
            let named = named.filter_map(|keyword| Some((key_of(keyword.arg.as_deref()?), &keyword.value)));
            let keyed: Vec<PlaceId> = named
                .map(|(key, value)| {
                    let value = self.value(value);
                    self.add(Place::Object(key, value))
                })
                .collect();
            return self.add(Place::Either(keyed.into_iter().chain([place]).collect()));
        }
        let places = if places.is_empty() && !self.is_own_method(call) { self.given_by_library(call) } else { places };
        let place = if places.is_empty() || self.is_immutable(expr) { Place::Own } else { Place::Either(places) };
        self.add(place)
    }

    /// Whether an expression is the name of a function or a class, which nobody changes: `defaultdict(list)`.
    fn names_code(&self, expr: &Expr) -> bool {
        let Expr::Name(name) = expr else { return self.is_code(expr) };
        let shapes = self.survey.resolver.types.shapes(self.function.file, expr);
        self.is_code(expr)
            || !self.names.bound.contains(&name.id)
                && !shapes.is_empty()
                && shapes.iter().all(|shape| matches!(shape, Shape::Function(_) | Shape::Class(_) | Shape::Module(_)))
    }

    /// What a call of a library may give of what it is made with.
    fn given_by_library(&mut self, call: &ast::ExprCall) -> Vec<PlaceId> {
        match results(self.survey, self.function, call) {
            Results::New => Vec::new(),
            Results::Kept(registry) => vec![self.add(Place::Fixed(format!("{registry}()")))],
            Results::Holding(parts) => {
                let parts = parts.into_iter().filter(|(_, value)| !self.names_code(value)).collect::<Vec<_>>();
                let parts = parts.into_iter().map(|(name, value)| {
                    let place = self.value(value);
                    self.add(match name {
                        Some(name) => Place::Object(name.clone(), place),
                        None => Place::Holds(vec![place]),
                    })
                });
                parts.collect()
            }
            Results::OneOf(values) => {
                let values: Vec<&Expr> = values.into_iter().filter(|value| !self.names_code(value)).collect();
                let mut places: Vec<PlaceId> = values.into_iter().map(|value| self.value(value)).collect();
                places.retain(|place| !self.is_own(*place));
                let items = places.clone().into_iter().map(|place| self.add(Place::Item(place)));
                places.extend(items.collect::<Vec<_>>());
                places
            }
        }
    }

    /// Whether an attribute of the function's object is one list, table or set of its class: `children = []`.
    fn is_of_class(&self, object: &ast::ExprName, attribute: &Name) -> bool {
        let types = &self.survey.resolver.types;
        let facts = types.facts(self.function.file);
        let own = facts.functions.get(self.function.index as usize);
        let is_object = |own: &&Function| own.parameters.first().is_some_and(|first| first.name == object.id);
        let Some(class) = own.filter(is_object).and_then(|own| facts.classes.get(own.class? as usize)) else {
            return false;
        };
        if !class.members.contains_key(attribute) {
            return false;
        }
        let inside = facts.bindings.iter().filter(|bound| class.range.contains_range(bound.value));
        let (of_class, of_objects): (Vec<_>, Vec<_>) =
            inside.filter(|bound| bound.target == *attribute).partition(|bound| bound.function == class.function);
        let Some(ast) = types.ast(self.function.file).filter(|_| of_objects.is_empty()) else { return false };
        // What an annotation makes a field of is each object's own.
        let is_assigned = |at: TextRange| {
            ast.path(at).iter().rev().find(|node| node.is_statement()).is_some_and(|node| node.is_stmt_assign())
        };
        of_class.iter().any(|bound| is_assigned(bound.value) && ast.expression(bound.value).is_some_and(is_container))
    }

    /// An attribute of a module: by the module's own name, where that is one that the catalogue knows.
    fn place_of_module(&self, name: &ast::ExprName, attribute: &Name) -> String {
        let facts = self.survey.resolver.types.facts(self.function.file);
        let import = facts.imports.iter().find(|import| import.bound == name.id && import.name.is_none());
        let known = import.map(|import| format!("{}.{attribute}", import.module));
        let known = known.filter(|place| self.survey.resolver.catalogue().is_place(place));
        known.unwrap_or_else(|| format!("{}.{attribute}", name.id))
    }

    /// What the catalogue calls a variable that is imported from a library: `from os import environ`.
    fn imported_place(&self, name: &Name) -> Option<String> {
        if self.names.bound.contains(name) {
            return None;
        }
        let facts = self.survey.resolver.types.facts(self.function.file);
        let import = facts.imports.iter().find(|import| import.bound == *name && import.level == 0)?;
        let place = format!("{}.{}", import.module, import.name.as_ref()?);
        self.survey.resolver.catalogue().is_place(&place).then_some(place)
    }

    /// The class of the program that a class which is named has an attribute from, where that is another one.
    fn base_with(&self, name: &ast::ExprName, attribute: &Name) -> Option<String> {
        if self.names.bound.contains(&name.id) || !name.id.starts_with(|first: char| first.is_uppercase()) {
            return None;
        }
        let types = &self.survey.resolver.types;
        let shapes = types.shapes(self.function.file, &Expr::Name(name.clone()));
        let [Shape::Class(class)] = shapes[..] else { return None };
        let mro = types.mro(class);
        let base = mro.iter().find(|base| base.member(attribute).is_some())?;
        let is_above = base.id != class && types.world().is_own(base.id.file);
        is_above.then(|| types.class_name(base.id)).and_then(|name| name.rsplit('.').next().map(str::to_owned))
    }

    pub(super) fn is_module(&self, name: &ast::ExprName) -> bool {
        !self.names.bound.contains(&name.id)
            && self
                .survey
                .resolver
                .types
                .facts(self.function.file)
                .imports
                .iter()
                .any(|import| import.bound == name.id && import.name.is_none())
    }

    /// What the functions of the program that a call runs return, as far as others may have it.
    fn returned(&mut self, call: &ast::ExprCall) -> Vec<PlaceId> {
        let types = &self.survey.resolver.types;
        let world = types.world();
        let targets = self.survey.targets(self.function.file, call);
        let own = targets.iter().filter_map(|target| target.function.filter(|function| world.is_own(function.file)));
        let functions: Vec<FnId> = own.filter_map(|function| world.fn_of(function)).collect();
        let file = self.function.file;
        let is_class = || types.shapes(file, &call.func).iter().any(|shape| matches!(shape, Shape::Class(_)));
        let is_made = |function: Option<DefId>| {
            let own = function.and_then(|def| world.function(world.fn_of(def)?));
            own.is_none_or(|own| matches!(own.name.as_str(), "__init__" | "__new__"))
        };
        let mut places = Vec::new();
        for target in targets.iter().filter(|target| is_made(target.function)) {
            let Some(class) = target.class.filter(|_| is_class()) else { continue };
            if factory::makes_new(self.survey, Some(class)) {
                places.extend(self.made(call, target));
            } else {
                places.push(self.add(Place::Fixed(format!("{}()", types.class_name(class)))));
            }
        }
        for id in functions {
            let own = world.function(id).map(|function| function.name.as_str());
            if own.is_some_and(|own| !CONSTRUCTORS.contains(&own)) {
                let made = self.survey.made_of(id);
                places.extend(self.parts(call, id, &made));
            }
        }
        places
    }

    /// What a new object holds of what it is made with.
    fn made(&mut self, call: &ast::ExprCall, target: &Target) -> Vec<PlaceId> {
        let world = self.survey.resolver.types.world();
        let made = target.function.filter(|def| world.is_own(def.file)).and_then(|def| world.fn_of(def));
        let mut places = Vec::new();
        if let Some(id) = made {
            let kept = self.survey.keeps(id);
            places.extend(self.parts(call, id, &kept));
        }
        let fields = factory::fields_given(self.survey, call, target).into_iter().map(|(field, value)| {
            let place = self.value(value);
            self.add(Place::Object(field, place))
        });
        places.extend(fields.collect::<Vec<_>>());
        for (part, levels) in factory::fields_by_default(self.survey, call, target, factory::DEPTH) {
            if let (Part::Variable(name), path) = part.origin() {
                let variable = self.add(Place::Fixed(name.to_string()));
                let place = path.into_iter().fold(variable, |of, name| self.add(Place::Attribute(of, name.clone())));
                places.push(self.inside(place, &levels));
            }
        }
        places
    }

    /// What an object keeps of what one of its methods is given.
    fn kept(&mut self, call: &ast::ExprCall) -> Vec<PlaceId> {
        let world = self.survey.resolver.types.world();
        let targets = self.survey.targets(self.function.file, call);
        let own = targets.iter().filter_map(|target| target.function.filter(|function| world.is_own(function.file)));
        let methods: Vec<FnId> = own.filter_map(|function| world.fn_of(function)).collect();
        let kept = methods.into_iter().flat_map(|id| {
            let kept = self.survey.keeps(id);
            self.parts(call, id, &kept)
        });
        kept.collect()
    }

    /// What the parts of what a call of a function makes stand for.
    fn parts(&mut self, call: &ast::ExprCall, id: FnId, parts: &Parts) -> Vec<PlaceId> {
        let types = &self.survey.resolver.types;
        let Some(function) = types.world().function(id) else { return Vec::new() };
        let mut places = Vec::new();
        for (part, levels) in parts {
            let (origin, path) = part.origin();
            let origin = match (factory::given(call, function, origin), origin) {
                (Some(None), _) => continue,
                (Some(Some(value)), _) => self.value(value),
                (None, Part::Variable(name)) => self.add(Place::Fixed(name.to_string())),
                (None, _) if levels.iter().any(|level| matches!(level, Level::Field(_))) => continue,
                (None, _) => {
                    let name = types.facts(id.file).qualified(id.index);
                    self.add(Place::Fixed(format!("{name}()")))
                }
            };
            let place = path.into_iter().fold(origin, |of, name| self.add(Place::Attribute(of, name.clone())));
            places.push(self.inside(place, levels));
        }
        places
    }
}

/// Whether an expression makes a container that may be filled later.
pub(in crate::plan) fn is_container(expr: &Expr) -> bool {
    let makers = ["list", "dict", "set", "deque", "defaultdict", "Counter", "OrderedDict"];
    is_display(expr) && !expr.is_tuple_expr()
        || expr.is_set_comp_expr()
        || expr.as_call_expr().and_then(|call| last(&call.func)).is_some_and(|name| makers.contains(&name))
}

fn is_display(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::List(_) | Expr::Dict(_) | Expr::Set(_) | Expr::Tuple(_) | Expr::ListComp(_) | Expr::DictComp(_)
    )
}
