//! Classes whose objects belong to one task each: a function makes them for a variable of its own, and only uses that.
//!
//! What such an object keeps is no other task's business, as long as it was made for the object itself and never handed out. What it was
//! given may be shared by all.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ruff_python_ast::name::Name;
use ruff_python_ast::{AnyNodeRef, Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange};

use super::factory;
use super::family::HARMLESS;
use super::memo::Survey;
use super::names::{Names, definition};
use crate::analysis::{FnId, Lookup};
use crate::project::facts::{Fallback, Function, Load, MODULE, is_adder, is_mutator};
use crate::project::{Ast, DefId, FileId, Shape, last};

/// A class, or an attribute, that is mentioned in more places than this is not looked through.
const MOST_MENTIONS: usize = 40;
/// Through how many functions an object or a method of it is followed that is handed down.
const DEPTH: usize = 3;
/// What makes a function of another one and some of its arguments.
const PARTIAL: &str = "partial";

/// The parameters of a function that hold objects which one task has alone, with the attributes that belong to those: the object of a
/// method, and what a coroutine is given.
pub(super) fn parameters(survey: Survey<'_>, id: FnId) -> BTreeMap<Name, Arc<BTreeSet<Name>>> {
    let Some(function) = survey.resolver.types.world().function(id) else { return BTreeMap::new() };
    let object = function.parameters.first().filter(|_| function.receivers() > 0);
    let of_object = object.and_then(|object| Some((object.name.clone(), own_attributes(survey, id, function)?)));
    let given = function.parameters.iter().skip(function.receivers()).filter(|_| function.is_async);
    let of_given = given.filter_map(|given| Some((given.name.clone(), attributes_given(survey, id, &given.name)?)));
    of_object.into_iter().chain(of_given).collect()
}

/// The attributes of a method's object that belong to the task which has the object; nothing where others may have it.
fn own_attributes(survey: Survey<'_>, method: FnId, function: &Function) -> Option<Arc<BTreeSet<Name>>> {
    let facts = survey.resolver.types.facts(method.file);
    let class = facts.classes.get(function.class? as usize)?;
    let is_method = function.name.as_str() != "__new__";
    let confined = || survey.confined(DefId { file: method.file, start: class.start });
    is_method.then(confined)?.as_ref().clone()
}

/// The same for what a function is given for a parameter.
fn attributes_given(survey: Survey<'_>, id: FnId, parameter: &Name) -> Option<Arc<BTreeSet<Name>>> {
    let types = &survey.resolver.types;
    let (facts, ast) = (types.facts(id.file), types.ast(id.file)?);
    let is_it = |load: &&Load| !load.attribute && load.function == id.index && load.name == *parameter;
    let read = facts.loads.iter().find(is_it)?;
    match &survey.resolver.shapes(id.file, ast.expression(read.range)?)[..] {
        [Shape::Instance(class)] if types.world().is_own(class.file) => survey.confined(*class).as_ref().clone(),
        _ => None,
    }
}

/// The attributes of the objects of a class that belong to one task, where each of the objects does.
pub(super) fn confined(survey: Survey<'_>, class: DefId) -> Option<Arc<BTreeSet<Name>>> {
    let confinement = Confinement::of(survey, class)?;
    let is_confined = confinement.is_made_for_functions() && confinement.keeps_to_itself();
    is_confined.then(|| Arc::new(confinement.own_attributes()))
}

struct Confinement<'a> {
    survey: Survey<'a>,
    class: DefId,
    name: Name,
    /// The methods of the class.
    methods: Vec<FnId>,
}

impl<'a> Confinement<'a> {
    fn of(survey: Survey<'a>, class: DefId) -> Option<Self> {
        let world = survey.resolver.types.world();
        let facts = world.facts(class.file);
        let index = facts.class_at(class.start)?;
        let info = facts.classes.get(index as usize).filter(|info| info.function == MODULE)?;
        let is_alone = survey.resolver.index().with_subclasses(&info.name).len() == 1
            && survey.resolver.index().classes(&info.name).len() == 1
            && survey.resolver.index().with_aliases(&info.name).len() == 1
            && info.bases.iter().all(|base| HARMLESS.contains(&base.as_str()));
        let functions = (0u32..).zip(&facts.functions).filter(|(_, function)| function.class == Some(index));
        let methods = functions.map(|(index, _)| FnId { file: class.file, index }).collect();
        let is_plain = is_alone && factory::makes_new(survey, Some(class));
        is_plain.then(|| Self { survey, class, name: info.name.clone(), methods })
    }

    /// Whether functions make the objects, each for a variable of its own or for one call, and only use them.
    fn is_made_for_functions(&self) -> bool {
        let (index, world) = (self.survey.resolver.index(), self.survey.resolver.types.world());
        let (calls, loads) = (index.calls(&self.name), index.loads(&self.name));
        let is_made_well = |file: FileId, at: TextRange, function: u32| {
            let id = FnId { file, index: function };
            function != MODULE && Uses::of(self, id).is_some_and(|uses| uses.is_kept_value(at))
        };
        !calls.is_empty()
            && calls.len() + loads.len() <= MOST_MENTIONS
            && calls.iter().all(|&posting| {
                world.call_at(posting).is_some_and(|call| is_made_well(posting.0, call.range, call.function))
            })
            && loads
                .iter()
                .all(|&posting| world.load_at(posting).is_some_and(|load| self.only_names_class(posting.0, load.range)))
    }

    /// Whether the class is only named in an annotation, or asked for something that it has for all.
    fn only_names_class(&self, file: FileId, at: TextRange) -> bool {
        let Some(ast) = self.survey.resolver.types.ast(file) else { return false };
        let path = ast.path(at);
        path.iter().rev().any(|node| match node {
            AnyNodeRef::Parameter(_) => true,
            AnyNodeRef::StmtAnnAssign(assign) => assign.annotation.range().contains_range(at),
            AnyNodeRef::StmtFunctionDef(def) => {
                def.returns.as_ref().is_some_and(|returns| returns.range().contains_range(at))
            }
            AnyNodeRef::ExprAttribute(attribute) => attribute.value.range() == at,
            _ => false,
        })
    }

    /// Whether the methods only use their object.
    fn keeps_to_itself(&self) -> bool {
        let world = self.survey.resolver.types.world();
        self.methods.iter().all(|id| {
            let Some(function) = world.function(*id) else { return false };
            let Some(object) = function.parameters.first().filter(|_| function.receivers() > 0) else { return true };
            let enters = matches!(function.name.as_str(), "__enter__" | "__aenter__");
            Uses::of(self, *id).is_some_and(|uses| uses.are_uses_of(&object.name, enters))
        })
    }

    /// The attributes that hold nothing but what is made for them, and that is not handed out.
    fn own_attributes(&self) -> BTreeSet<Name> {
        let facts = self.survey.resolver.types.facts(self.class.file);
        let is_method = |function: u32| self.methods.iter().any(|method| method.index == function);
        let bound = facts.bindings.iter().filter(|binding| is_method(binding.function));
        let names: BTreeSet<Name> = bound.map(|binding| binding.target.clone()).collect();
        names.into_iter().filter(|name| self.is_own_attribute(name)).collect()
    }

    /// Whether all that the program binds to an attribute of that name is new, and all that reads it only uses it.
    fn is_own_attribute(&self, name: &Name) -> bool {
        let (resolver, world) = (self.survey.resolver, self.survey.resolver.types.world());
        let (bound, loads) = (resolver.index().bindings_to(name), resolver.index().loads(name));
        let is_method = |id: &FnId| self.methods.contains(id);
        let is_read_well = |id: FnId, at: TextRange| {
            let uses = Uses::of(self, id);
            uses.is_some_and(|uses| uses.is_use_of_value(at) && (is_method(&id) || !uses.may_fill(at)))
        };
        let all_bound = |is_good: &dyn Fn(FnId, &Expr) -> bool| {
            bound.iter().all(|&posting| {
                let (binding, ast) = (world.binding_at(posting), resolver.types.ast(posting.0));
                let value = binding.zip(ast.as_ref()).and_then(|(binding, ast)| ast.expression(binding.value));
                let id = binding.map(|binding| FnId { file: posting.0, index: binding.function });
                id.zip(value).is_some_and(|(id, value)| is_good(id, value))
            })
        };
        let are_plain = || all_bound(&|id, value| resolver.types.is_immutable(id.file, value));
        bound.len() + loads.len() <= MOST_MENTIONS
            && self.methods.iter().all(|method| factory::binds_new_only(self.survey, *method, name))
            && all_bound(&|id, value| is_method(&id) || factory::is_all_new(self.survey, id, value))
            && (are_plain()
                || loads.iter().all(|&posting| {
                    let Some(load) = world.load_at(posting) else { return false };
                    !load.attribute || is_read_well(FnId { file: posting.0, index: load.function }, load.range)
                }))
    }
}

/// How a function uses an object of the class.
struct Uses<'a> {
    confinement: &'a Confinement<'a>,
    id: FnId,
    ast: Ast,
    depth: usize,
}

impl<'a> Uses<'a> {
    fn of(confinement: &'a Confinement<'a>, id: FnId) -> Option<Self> {
        Self::within(confinement, id, DEPTH)
    }

    fn within(confinement: &'a Confinement<'a>, id: FnId, depth: usize) -> Option<Self> {
        let ast = confinement.survey.resolver.types.ast(id.file).filter(|_| depth > 0)?;
        Some(Self { confinement, id, ast, depth })
    }

    /// The nodes around a place, innermost first.
    fn around(&self, at: TextRange) -> impl Iterator<Item = AnyNodeRef<'_>> {
        self.ast.path(at).into_iter().rev().filter(move |node| node.range() != at)
    }

    /// The variable of the function's own that a target is.
    fn variable<'n>(&self, target: &'n Expr) -> Option<&'n Name> {
        let name = target.as_name_expr()?;
        let definition = definition(self.confinement.survey, &self.ast, self.id);
        Names::of(definition.as_ref()).is_local(&name.id).then_some(&name.id)
    }

    /// Whether the object that is made at a place is used there, or kept in a variable of the function that is only used.
    fn is_kept_value(&self, made: TextRange) -> bool {
        let is_kept = |target: &Expr| self.variable(target).is_some_and(|name| self.are_uses_of(name, false));
        let mut around = self.around(made);
        match around.next() {
            Some(AnyNodeRef::ExprAttribute(attribute)) => self.is_use(attribute.value.range(), false),
            Some(AnyNodeRef::StmtAssign(assign)) => matches!(&*assign.targets, [target] if is_kept(target)),
            Some(AnyNodeRef::WithItem(item)) => item.optional_vars.as_deref().is_none_or(is_kept),
            _ => false,
        }
    }

    /// Whether all that reads a variable of the function, or a parameter, only uses the object that it holds.
    fn are_uses_of(&self, name: &Name, enters: bool) -> bool {
        self.all_loads_of(name, |load| self.is_use(load.range, enters))
    }

    fn all_loads_of(&self, name: &Name, is_good: impl Fn(&Load) -> bool) -> bool {
        let types = &self.confinement.survey.resolver.types;
        let (facts, Some(own)) = (types.facts(self.id.file), types.world().function(self.id)) else { return false };
        let is_it = |load: &&Load| !load.attribute && load.name == *name && own.range.contains_range(load.range);
        // A function inside may run at any time.
        facts.loads.iter().filter(is_it).all(|load| load.function == self.id.index && is_good(load))
    }

    /// Whether what stands at a place only has something called on it, or read or set.
    fn is_use(&self, at: TextRange, enters: bool) -> bool {
        let mut around = self.around(at);
        match around.next() {
            Some(AnyNodeRef::ExprAttribute(attribute)) => {
                self.is_use_of_attribute(&attribute.attr.id, attribute.range())
            }
            Some(
                AnyNodeRef::ExprCompare(_)
                | AnyNodeRef::StmtIf(_)
                | AnyNodeRef::StmtWhile(_)
                | AnyNodeRef::ExprUnaryOp(_)
                | AnyNodeRef::WithItem(_),
            ) => true,
            Some(AnyNodeRef::StmtReturn(_)) => enters,
            Some(AnyNodeRef::ExprCall(call)) => call.func.range() == at,
            Some(AnyNodeRef::Arguments(_)) => match around.next() {
                Some(AnyNodeRef::ExprCall(call)) => {
                    self.all_given(call, at, |uses, parameter| uses.are_uses_of(parameter, false))
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether an attribute of the object is no method, or a method that is called, and awaited if it is a coroutine function, or handed
    /// down to what calls it.
    fn is_use_of_attribute(&self, name: &Name, at: TextRange) -> bool {
        let (survey, class) = (self.confinement.survey, self.confinement.class);
        let types = &survey.resolver.types;
        let method =
            types.member(class, name).and_then(|target| types.world().function(types.world().fn_of(target.function?)?));
        let Some(method) = method.filter(|method| !method.is_property) else { return true };
        let mut around = self.around(at);
        match around.next() {
            Some(AnyNodeRef::ExprCall(call)) if call.func.range() == at => {
                let around = around.next();
                let is_gone_through = matches!(around, Some(AnyNodeRef::StmtFor(_) | AnyNodeRef::Comprehension(_)));
                (!method.is_async || matches!(around, Some(AnyNodeRef::ExprAwait(_))))
                    && (!method.is_generator || is_gone_through)
            }
            _ => !method.is_async && self.is_called_at_most(at),
        }
    }

    /// Whether a function that stands at a place is only called, there or by what it is handed to.
    fn is_called_at_most(&self, at: TextRange) -> bool {
        let mut around = self.around(at);
        match around.next() {
            Some(AnyNodeRef::ExprCall(call)) => call.func.range() == at,
            Some(AnyNodeRef::StmtAssign(assign)) => match &*assign.targets {
                [target] => self
                    .variable(target)
                    .is_some_and(|name| self.all_loads_of(name, |load| self.is_called_at_most(load.range))),
                _ => false,
            },
            Some(AnyNodeRef::Arguments(_)) => match around.next() {
                Some(AnyNodeRef::ExprCall(call)) if last(&call.func) == Some(PARTIAL) => {
                    self.is_called_at_most(call.range())
                }
                Some(AnyNodeRef::ExprCall(call)) => self.all_given(call, at, |uses, parameter| {
                    uses.all_loads_of(parameter, |load| uses.is_called_at_most(load.range))
                }),
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether what a call is given at a place goes to functions of the program that do well with it, and are awaited where they are
    /// coroutine functions.
    fn all_given(&self, call: &ExprCall, at: TextRange, is_good: impl Fn(&Uses<'_>, &Name) -> bool) -> bool {
        let survey = self.confinement.survey;
        let world = survey.resolver.types.world();
        let targets = survey.targets(self.id.file, call);
        let is_awaited = || matches!(self.around(call.range()).next(), Some(AnyNodeRef::ExprAwait(_)));
        !targets.is_empty()
            && targets.iter().all(|target| {
                let id = target.function.filter(|def| world.is_own(def.file)).and_then(|def| world.fn_of(def));
                let Some((id, function)) = id.and_then(|id| Some((id, world.function(id)?))) else { return false };
                let parameter = parameter_given(call, function, at).filter(|_| !function.is_async || is_awaited());
                let uses = Uses::within(self.confinement, id, self.depth - 1);
                parameter.zip(uses).is_some_and(|(parameter, uses)| is_good(&uses, parameter))
            })
    }

    /// Whether what an attribute holds is only used where it is read.
    fn is_use_of_value(&self, at: TextRange) -> bool {
        let mut around = self.around(at);
        match around.next() {
            Some(AnyNodeRef::StmtReturn(_) | AnyNodeRef::StmtAssign(_) | AnyNodeRef::ExprYield(_)) => self.is_plain(at),
            Some(AnyNodeRef::ExprCall(call)) => call.func.range() == at,
            Some(AnyNodeRef::WithItem(item)) => item.optional_vars.is_none(),
            Some(AnyNodeRef::ExprSubscript(subscript)) => {
                subscript.value.range() != at || self.is_plain(subscript.range())
            }
            _ => self.is_plain(at) || factory::is_only_used(self.confinement.survey, self.id, at),
        }
    }

    /// Whether something may be put into what an attribute holds.
    fn may_fill(&self, at: TextRange) -> bool {
        let mut around = self.around(at);
        match around.next() {
            Some(AnyNodeRef::ExprAttribute(method)) => is_adder(&method.attr) || is_mutator(&method.attr),
            Some(AnyNodeRef::ExprSubscript(subscript)) => !subscript.ctx.is_load(),
            _ => false,
        }
    }

    fn is_plain(&self, at: TextRange) -> bool {
        let value = self.ast.expression(at);
        value.is_some_and(|value| self.confinement.survey.is_immutable(self.id.file, value))
    }
}

/// The parameter of a function that gets what a call is given at a place.
fn parameter_given<'f>(call: &ExprCall, function: &'f Function, at: TextRange) -> Option<&'f Name> {
    let names = function.parameters.iter().filter(|parameter| parameter.default != Fallback::Kept);
    names.map(|parameter| &parameter.name).find(|name| {
        let part = factory::Part::Given((*name).clone());
        factory::given(call, function, &part).flatten().is_some_and(|value| value.range() == at)
    })
}
