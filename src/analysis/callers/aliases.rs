//! Calls of a variable, attribute or table entry that a function was put into.

use std::collections::BTreeMap;

use ruff_python_ast::name::Name;
use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::Ranged;

use super::subject::Subject;
use super::{Callers, Edge, Via};
use crate::analysis::index::{FnId, Lookup, Posting};
use crate::analysis::libraries::Set;
use crate::analysis::reach::{Place, Reached};
use crate::analysis::resolve::Resolver;
use crate::analysis::spread::Rules;
use crate::project::facts::{Call, CallForm, MODULE, Part, Reach, Source, is_accessor};
use crate::project::{FileId, Shape, Target};
use crate::text::ends_in;

/// More calls than this are narrowed down to those of what can hold the subject before they are asked about.
const MANY: usize = 40;

/// The names that what some names of a file hold may go to.
struct Aliases {
    reached: Reached,
    wanted: Set,
}

impl Aliases {
    fn of(resolver: &Resolver<'_>, home: FileId, names: &[Name]) -> Self {
        let (ground, facts) = (&resolver.shared.ground, resolver.types.facts(home));
        let (wanted, none) = (Set::of(0), Set::default());
        let mut seeds = Vec::new();
        for name in names {
            let Some(number) = ground.names.get(name) else { continue };
            let bound = facts.flows.iter().filter(|flow| flow.target == *name && flow.reach == Reach::Local);
            let parameters = (0..).zip(&facts.functions).filter(|(_, function)| function.parameter(name).is_some());
            let scopes = bound.map(|flow| flow.home).chain(parameters.map(|(index, _)| index));
            let plain = scopes.chain([MODULE]).map(|scope| Place::Plain(home, scope));
            let places = plain.chain([Place::Member(home), Place::Export(home)]);
            seeds.extend(places.map(|place| (place, number, wanted.clone())));
        }
        let rules = Rules { objects: &wanted, closed: &none, makers: &none, attributes: None };
        Self { reached: ground.spread(&rules, seeds), wanted }
    }

    fn may_be_called(&self, resolver: &Resolver<'_>, file: FileId, call: &Call) -> bool {
        let (ground, facts) = (&resolver.shared.ground, resolver.types.facts(file));
        let callee = |is_member| Source { is_member, ..Source::plain(call.name.clone(), Part::Own) };
        let holds =
            |source: &Source| self.reached.holds_in(ground, (file, &facts), call.function, source, &self.wanted);
        [true, false].into_iter().any(|is_member| holds(&callee(is_member))) || call.chain.iter().any(holds)
    }
}

impl Resolver<'_> {
    /// Adds the calls of what the subject was given as `names` to, in `home`.
    pub(super) fn alias_calls(&self, subject: &Subject, home: FileId, names: &[Name], callers: &mut Callers) {
        let (world, neighbours) = (self.types.world(), self.neighbours());
        let mut found: Vec<(Posting, &Call)> = Vec::new();
        for (name, places) in &self.all_names(home, names) {
            let near = self.index().calls(name).iter().filter(|posting| {
                neighbours.knows(posting.0, home) && places.iter().any(|place| neighbours.knows(posting.0, *place))
            });
            let called = near.filter_map(|posting| Some((*posting, world.call_at(*posting)?)));
            found.extend(called.filter(|(_, call)| call.function != MODULE));
        }
        if found.len() > MANY {
            let held = Aliases::of(self, home, names);
            found.retain(|((file, _), call)| *file == home || held.may_be_called(self, *file, call));
        }
        for (posting, call) in found {
            if self.is_alias_call(subject, home, posting, call) {
                callers.edges.push(Edge {
                    caller: FnId { file: posting.0, index: call.function },
                    at: call.range,
                    via: if call.form == CallForm::Awaited { Via::Awaited } else { Via::Handed },
                });
            }
        }
    }

    /// `names`, what imports call them, and what is bound to a part of them: `for step in STEPS: step()`, `run = TABLE[key]`. Each with
    /// the files that give it what it holds.
    fn all_names(&self, home: FileId, names: &[Name]) -> BTreeMap<Name, Vec<FileId>> {
        let mut all: BTreeMap<Name, Vec<FileId>> = BTreeMap::new();
        for name in names {
            for alias in self.index().with_aliases(name) {
                all.insert(alias, vec![home]);
            }
        }
        let given: Vec<Name> = all.keys().cloned().collect();
        for name in &given {
            for &posting in self.index().bindings_to_names_from(name) {
                if self.neighbours().knows(posting.0, home)
                    && let Some(binding) = self.types.world().binding_at(posting)
                {
                    let places = all.entry(binding.target.clone()).or_default();
                    if !places.contains(&home) && places.last() != Some(&posting.0) {
                        places.push(posting.0);
                    }
                }
            }
            for (file, part) in self.index().parts_of(name) {
                if self.neighbours().knows(*file, home) {
                    let places = all.entry(part.clone()).or_default();
                    if !places.contains(&home) && places.last() != Some(file) {
                        places.push(*file);
                    }
                }
            }
        }
        all
    }

    fn is_alias_call(&self, subject: &Subject, home: FileId, posting: Posting, call: &Call) -> bool {
        let (file, _) = posting;
        let Some(ast) = self.types.ast(file) else {
            return false;
        };
        let Some(node) = ast.call(call.range) else {
            return false;
        };
        if subject.is_constructor() {
            return self.shapes(file, &node.func).iter().any(|shape| self.is_made_by(shape, subject));
        }
        let targets = self.types.targets(file, &node.func);
        if targets.iter().any(|target| target.function == Some(subject.def)) {
            return true;
        }
        // An attribute that holds a function has no type of its own.
        let is_known = |target: &Target| {
            let is_no_callable = target.names.first().is_some_and(|name| name.ends_with(".__call__"));
            target.function.is_some()
                || !is_no_callable && !target.class.is_some_and(|class| self.types.world().is_own(class.file))
        };
        let is_told = || !self.has_default(file, &node.func) && !self.may_hold_more(file, &node.func);
        if targets.iter().any(is_known) && is_told() {
            return false;
        }
        // The types do not say what is called; then the name must be the one that the function was put into.
        match container(&node.func) {
            Expr::Call(made) => self.returns_subject(subject, file, &made.func),
            Expr::Name(name) => file == home || self.comes_from(file, name, home, 3),
            Expr::Attribute(attribute) if self.is_variable_of(file, attribute, home) => true,
            Expr::Attribute(attribute) => {
                let mine = self.types.world().enclosing_class(self.outermost(subject.id));
                self.shapes(file, &attribute.value).iter().any(|shape| {
                    matches!(shape, Shape::Instance(class) | Shape::Class(class)
                        if class.file == home && mine.is_none_or(|mine| mine == *class || file == home))
                })
            }
            _ => false,
        }
    }

    /// Whether something is a class whose objects the subject makes.
    fn is_made_by(&self, shape: &Shape, subject: &Subject) -> bool {
        let Shape::Class(class) = shape else { return false };
        self.types.member(*class, &subject.name).is_some_and(|target| target.function == Some(subject.def))
    }

    /// Whether a variable is one of the module `home`, or is bound to what one of its variables holds: `run = TABLE[key]`.
    fn comes_from(&self, file: FileId, name: &ast::ExprName, home: FileId, depth: usize) -> bool {
        if self.types.bindings(file, name).iter().any(|binding| binding.file == home) {
            return true;
        }
        let (facts, Some(ast)) = (self.types.facts(file), self.types.ast(file).filter(|_| depth > 0)) else {
            return false;
        };
        let scope = facts.enclosing(name.start());
        let bound = facts.bindings.iter().filter(|binding| binding.function == scope && binding.target == name.id);
        let parts = facts.parts.iter().filter(|part| part.function == scope && part.target == name.id);
        let mut values = bound.map(|binding| binding.value).chain(parts.map(|part| part.value));
        values.any(|value| match ast.expression(value).map(container) {
            Some(Expr::Name(held)) => held.id != name.id && self.comes_from(file, held, home, depth - 1),
            Some(Expr::Attribute(held)) => self.is_variable_of(file, held, home),
            Some(Expr::Call(made)) => self.is_function_of(file, &made.func, home),
            _ => false,
        })
    }

    /// Whether a callee is a function of the module `home`, which may return what holds functions: `table = commands(desk)`.
    fn is_function_of(&self, file: FileId, func: &Expr, home: FileId) -> bool {
        self.targets(file, func).iter().any(|target| target.function.is_some_and(|function| function.file == home))
    }

    /// Whether an attribute is a variable of the module `home`: `jobs.TABLE`. A program in a folder of its own leaves out what is above
    /// that in the names of its modules.
    fn is_variable_of(&self, file: FileId, attribute: &ast::ExprAttribute, home: FileId) -> bool {
        let module = self.types.module_name(home);
        self.shapes(file, &attribute.value)
            .iter()
            .any(|shape| matches!(shape, Shape::Module(name) if ends_in(&module, name)))
    }

    /// Whether a variable gets what is taken from an object by its name, of which all that is known is what it gets otherwise.
    fn has_default(&self, file: FileId, func: &Expr) -> bool {
        func.is_name_expr()
            && self.bindings_of(file, func).into_iter().any(|(home, value)| {
                let ast = self.types.ast(home);
                ast.as_ref().and_then(|ast| ast.call(value)).is_some_and(|call| {
                    matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "getattr")
                        && call.arguments.args.len() > 2
                })
            })
    }

    /// Whether a callee is a function that returns the subject, as the one in which it is: `make()()`.
    fn returns_subject(&self, subject: &Subject, file: FileId, func: &Expr) -> bool {
        let world = self.types.world();
        let around = world.function(subject.id).map(|function| FnId { file: subject.id.file, index: function.parent });
        let around = around.and_then(|id| world.def_of(id));
        let mut makers = self.types.targets(file, func).into_iter().filter_map(|target| target.function);
        makers.any(|maker| {
            let returns_it = |maker: FnId| {
                let ast = self.types.ast(maker.file);
                let values = ast.as_ref().map(|ast| self.returned_values(ast, maker)).unwrap_or_default();
                values.into_iter().any(|value| self.functions_of(maker.file, value).contains(&subject.id))
            };
            Some(maker) == around || world.is_own(maker.file) && world.fn_of(maker).is_some_and(returns_it)
        })
    }

    /// The outermost function around a nested one.
    fn outermost(&self, mut id: FnId) -> FnId {
        let world = self.types.world();
        while let Some(function) = world.function(id) {
            if function.parent == MODULE {
                break;
            }
            id.index = function.parent;
        }
        id
    }
}

/// What an expression takes something out of, or itself: `TABLE` for `TABLE.get(key)`.
fn container(mut expr: &Expr) -> &Expr {
    loop {
        expr = match expr {
            Expr::Subscript(subscript) => &subscript.value,
            Expr::Call(looked_up) => match &*looked_up.func {
                Expr::Attribute(method) if is_accessor(&method.attr) => &method.value,
                _ => return expr,
            },
            _ => return expr,
        };
    }
}
