//! Where functions, variables and attributes are referred to.

use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{Expr, ExprContext};
use ruff_text_size::{Ranged, TextRange};

use super::decide::Planner;
use super::memo::Survey;
use super::names::{Definition, Names, definition};
use crate::analysis::{FnId, Lookup};
use crate::project::facts::{CallForm, MODULE};
use crate::project::{Ast, FileId, Target, callee_of, returns};

/// What more files than this may hold is not looked for.
const MOST_FILES: usize = 60;

/// Places, by file.
pub(super) type Places = Vec<(FileId, TextRange)>;

/// A call of a function, or a place where it is given to something.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mention {
    pub caller: FnId,
    pub at: TextRange,
}

/// Where a function is given to something, and where it is called.
pub(super) struct Mentions {
    pub given: Vec<Mention>,
    pub called: Vec<Mention>,
}

impl Survey<'_> {
    /// All that mentions a function by its name, or may: what is not known to be something else.
    pub(super) fn may_mention(self, id: FnId) -> Option<Mentions> {
        let (types, index) = (&self.resolver.types, self.resolver.index());
        let world = types.world();
        let name = &world.function(id)?.name;
        let may_be = |file: FileId, at: TextRange| {
            let ast = types.ast(file);
            let expr = ast.as_ref().and_then(|ast| ast.expression(at));
            let named = expr.map(callee_of);
            named.is_none_or(|named| {
                let targets = self.resolver.targets(file, named);
                let is_it = |target: &Target| target.function.is_some_and(|def| world.fn_of(def) == Some(id));
                targets.is_empty() || targets.iter().any(is_it)
            })
        };
        let near = |file: FileId| file == id.file || self.resolver.sees(file, id.file);
        let mention = |file: FileId, function: u32, at: TextRange| {
            may_be(file, at).then_some(Mention { caller: FnId { file, index: function }, at })
        };
        let loads = index.loads(name).iter().filter(|posting| near(posting.0));
        let loads = loads.filter_map(|posting| Some((posting.0, world.load_at(*posting)?)));
        let calls = index.calls(name).iter().filter(|posting| near(posting.0));
        let calls = calls.filter_map(|posting| Some((posting.0, world.call_at(*posting)?)));
        Some(Mentions {
            given: loads.filter_map(|(file, load)| mention(file, load.function, load.range)).collect(),
            called: calls.filter_map(|(file, call)| mention(file, call.function, call.range)).collect(),
        })
    }
}

impl Planner<'_> {
    /// Where a function is named, other than in calls of it.
    pub(super) fn named(&self, id: FnId) -> Places {
        let (index, world) = (self.resolver.index(), self.resolver.types.world());
        let (Some(function), Some(def)) = (world.function(id), world.def_of(id)) else { return Vec::new() };
        let names = index.with_aliases(&function.name);
        let loads = names.iter().flat_map(|name| index.loads(name)).copied();
        let of_it = loads.filter(|posting| self.is_load_of(id, *posting, def));
        of_it.filter_map(|posting| Some((posting.0, world.load_at(posting)?.range))).collect()
    }

    /// Whether a function is called by its name somewhere.
    pub(super) fn is_called_by_name(&self, id: FnId) -> bool {
        let world = self.resolver.types.world();
        world.function(id).is_none_or(|function| !self.spelled_calls(id, &function.name).is_empty())
    }

    /// The calls of a function by its name, also where there is no loop, and those that may be some.
    pub(super) fn spelled_calls(&self, id: FnId, name: &Name) -> Places {
        let types = &self.resolver.types;
        let (index, world) = (self.resolver.index(), types.world());
        let def = world.def_of(id);
        let names = index.with_aliases(name);
        let postings = names.iter().flat_map(|name| index.calls(name));
        let near = postings.filter(|posting| posting.0 == id.file || self.resolver.may_hold(posting.0, id.file));
        let calls = near.filter_map(|posting| {
            let call = world.call_at(*posting)?;
            let ast = types.ast(posting.0)?;
            let node = ast.call(call.range)?;
            let is_plain = matches!(call.form, CallForm::Call | CallForm::Awaited);
            let targets = self.resolver.targets(posting.0, &node.func);
            let is_it = targets.is_empty() || targets.iter().any(|target| target.function == def);
            (is_plain && is_it).then_some((posting.0, call.range))
        });
        calls.collect()
    }

    /// Where objects of the class of a method are made.
    pub(super) fn objects_of_class(&self, id: FnId) -> Places {
        let types = &self.resolver.types;
        let (index, world) = (self.resolver.index(), types.world());
        let Some(class) = world.enclosing_class(id) else { return Vec::new() };
        let name = types.class_name(class);
        let names = index.with_subclasses(&Name::new(name.rsplit('.').next().unwrap_or(&name)));
        let mut places: Places = Vec::new();
        for name in names.iter().flat_map(|name| index.with_aliases(name)) {
            let near = |file: FileId| file == class.file || self.resolver.may_hold(file, class.file);
            let calls = index.calls(&name).iter().filter(|posting| near(posting.0));
            places.extend(calls.filter_map(|posting| Some((posting.0, world.call_at(*posting)?.range))));
            // What else has the class can make some as well.
            let loads = index.loads(&name).iter().filter(|posting| near(posting.0));
            places.extend(loads.filter_map(|posting| Some((posting.0, world.load_at(*posting)?.range))));
        }
        places
    }

    /// Where a function, with those in it, reads one of its variables.
    pub(super) fn reads(&self, id: FnId, name: &Name) -> Places {
        let Some(ast) = self.resolver.types.ast(id.file) else { return Vec::new() };
        let mut reads = Reads { name, found: Vec::new() };
        match definition(self.survey, &ast, id) {
            Some(Definition::Def(def)) => reads.visit_body(&def.body),
            Some(Definition::Lambda(lambda)) => reads.visit_expr(&lambda.body),
            None => {}
        }
        reads.found.into_iter().map(|range| (id.file, range)).collect()
    }

    /// Where modules mention an attribute, or a variable, that a module knows as well; nothing where those are too many to look at.
    pub(super) fn mentions(&self, home: FileId, name: &Name, is_attribute: bool) -> Option<Places> {
        let world = self.resolver.types.world();
        let near =
            |file: FileId| file == home || self.resolver.may_hold(file, home) || self.resolver.may_hold(home, file);
        let names = if is_attribute { vec![name.clone()] } else { self.resolver.index().with_aliases(name) };
        let files: Vec<_> = world.own_files().filter(|(file, _)| near(*file)).collect();
        if files.len() > MOST_FILES {
            return None;
        }
        let mut places: Places = Vec::new();
        for (file, source) in files {
            let ast = self.resolver.types.ast(file)?;
            let is_other = |function: u32| self.is_local(FnId { file, index: function }, name);
            let loads = source.facts.loads.iter().filter(|load| names.contains(&load.name));
            // A variable of a module is an attribute of that.
            let meant = loads.filter(|load| {
                load.attribute || !is_attribute && (load.function == MODULE || !is_other(load.function))
            });
            places.extend(meant.map(|load| (file, load.range)));
            let calls = source.facts.calls.iter().filter(|call| names.contains(&call.name));
            for call in calls.filter(|call| matches!(call.form, CallForm::Call | CallForm::Awaited)) {
                let Some(node) = ast.call(call.range) else { continue };
                let is_it = match &*node.func {
                    Expr::Attribute(attribute) => names.contains(&attribute.attr.id),
                    Expr::Name(named) => !is_attribute && names.contains(&named.id) && !is_other(call.function),
                    _ => false,
                };
                let targets = || self.resolver.types.targets(file, &node.func);
                if is_it && !targets().iter().any(|target| target.function.is_some()) {
                    places.push((file, node.func.range()));
                }
            }
        }
        Some(places)
    }

    /// Whether a name is a variable, or a parameter, of a function or of one around it.
    pub(super) fn is_local(&self, mut scope: FnId, name: &Name) -> bool {
        let Some(ast) = self.resolver.types.ast(scope.file) else { return true };
        let facts = self.resolver.types.facts(scope.file);
        while scope.index != MODULE {
            let own = definition(self.survey, &ast, scope);
            let names = Names::of(own.as_ref());
            let is_parameter = facts.functions.get(scope.index as usize).is_some_and(|f| f.parameter(name).is_some());
            if is_parameter || names.bound.contains(name) && !names.outer.contains(name) {
                return true;
            }
            if names.outer.contains(name) {
                return false;
            }
            let Some(function) = facts.functions.get(scope.index as usize) else { return true };
            scope.index = function.parent;
        }
        false
    }

    /// What a variable of a function is bound to; nothing where that is not all known.
    pub(super) fn values_of(&self, scope: FnId, name: &Name) -> Option<Vec<TextRange>> {
        let facts = self.resolver.types.facts(scope.file);
        let function = facts.functions.get(scope.index as usize)?;
        if function.parameter(name).is_some() || facts.parts.iter().any(|part| part.target == *name) {
            return None;
        }
        let own = facts.bindings.iter().filter(|binding| binding.function == scope.index && binding.target == *name);
        let values: Vec<TextRange> = own.map(|binding| binding.value).collect();
        (!values.is_empty()).then_some(values)
    }
}

/// The functions and lambdas that a function makes and returns; nothing where it may return others.
pub(super) fn made_by(planner: &Planner<'_>, id: FnId) -> Option<Vec<FnId>> {
    let types = &planner.resolver.types;
    let facts = types.facts(id.file);
    let ast = types.ast(id.file)?;
    let mut made = Vec::new();
    for value in returned(planner, &ast, id)? {
        match value {
            Expr::Lambda(lambda) => made.push(FnId { file: id.file, index: facts.function_at(lambda.start())? }),
            Expr::Name(name) => {
                let mut functions = (0..).zip(&facts.functions).skip(1);
                let nested = functions.find(|(_, own)| own.parent == id.index && own.name == name.id);
                match nested {
                    Some((index, _)) => made.push(FnId { file: id.file, index }),
                    // What it is given comes back.
                    None if types.world().function(id)?.parameter(&name.id).is_some() => {}
                    None => return None,
                }
            }
            // What it is called with where it is no factory.
            Expr::Call(call) if gives_argument(planner, id, call) => {}
            _ => return None,
        }
    }
    (!made.is_empty()).then_some(made)
}

/// Whether a call returns one of the parameters of the function that makes it.
fn gives_argument(planner: &Planner<'_>, id: FnId, call: &ruff_python_ast::ExprCall) -> bool {
    let function = planner.resolver.types.world().function(id);
    let is_parameter = |value: &Expr| {
        value.as_name_expr().is_some_and(|name| function.is_some_and(|own| own.parameter(&name.id).is_some()))
    };
    call.arguments.args.iter().any(is_parameter)
}

/// Whether a function gives back what it is given for a parameter.
pub(super) fn gives_parameter(planner: &Planner<'_>, id: FnId, parameter: &Name) -> bool {
    gives_back(planner, id, parameter, 2)
}

fn gives_back(planner: &Planner<'_>, id: FnId, parameter: &Name, depth: usize) -> bool {
    let types = &planner.resolver.types;
    let Some(ast) = types.ast(id.file) else { return false };
    let Some(values) = returned(planner, &ast, id).filter(|values| !values.is_empty()) else { return false };
    let world = types.world();
    let is_it = |value: &Expr| value.as_name_expr().is_some_and(|name| name.id == *parameter);
    let gives = |value: &Expr| match value {
        Expr::Name(_) => is_it(value),
        // Without the parameter, it is a factory of what takes it.
        Expr::Lambda(_) => true,
        Expr::Call(call) if depth > 0 => {
            let Some(position) = call.arguments.args.iter().position(is_it) else { return false };
            let targets = planner.resolver.targets(id.file, &call.func);
            let hands_on = |target: &crate::project::Target| {
                let callee =
                    target.function.and_then(|def| world.fn_of(def)).filter(|callee| world.is_own(callee.file));
                callee.is_some_and(|callee| {
                    let own = world.function(callee);
                    let offset = own.map_or(0, |own| own.receivers());
                    let taken = own.and_then(|own| own.parameters.get(position + offset));
                    taken.is_some_and(|taken| gives_back(planner, callee, &taken.name, depth - 1))
                })
            };
            !targets.is_empty() && targets.iter().all(hands_on)
        }
        _ => false,
    };
    values.iter().any(|value| is_it(value) || value.is_call_expr()) && values.into_iter().all(gives)
}

/// What a function returns; nothing where that is not all known.
fn returned<'t>(planner: &Planner<'_>, ast: &'t Ast, id: FnId) -> Option<Vec<&'t Expr>> {
    match definition(planner.survey, ast, id)? {
        Definition::Lambda(lambda) => Some(vec![&*lambda.body]),
        Definition::Def(def) => returns(def).into_iter().collect(),
    }
}

struct Reads<'n> {
    name: &'n Name,
    found: Vec<TextRange>,
}

impl<'a> Visitor<'a> for Reads<'_> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) if name.id == *self.name && name.ctx == ExprContext::Load => self.found.push(name.range),
            _ => walk_expr(self, expr),
        }
    }
}
