//! What the program's own calls pass for a parameter, and what functions put into a container that they are given.

use std::sync::Arc;

use ruff_python_ast::name::Name;
use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::index::{FnId, Lookup, Posting};
use super::resolve::{Resolver, argument, aside, is_aside};
use crate::project::facts::{CallForm, Function, MODULE, ParameterKind, is_adder};
use crate::project::{DefId, FileId, Shapes, Target, extend, last};

/// A function called from more places than this is a library of its own; its parameters say nothing.
const MOST_CALLERS: usize = 160;
/// A function that hands a container to more functions than this is not looked at any further.
const MOST_TAKERS: usize = 12;
/// How many hops from a call what it is made on may be found, where the engine does not know it.
const NEAR: usize = 6;
/// How many functions a container is handed on to.
const DEEPEST: usize = 3;

/// Expressions, by file and place.
pub(super) type Values = Arc<[(FileId, TextRange)]>;

impl Resolver<'_> {
    /// The arguments that the program's own calls pass for a parameter; none for one that gathers them.
    pub(super) fn passed_values(&self, id: FnId, position: usize) -> Values {
        match self.parameter_kind(id, position) {
            Some(kind) if !kind.gathers() => self.arguments(id, position),
            _ => Arc::default(),
        }
    }

    /// The arguments that the program's own calls pass for the parameter that a name is, where it gathers them: `*steps`, `**tables`.
    pub(super) fn gathered(&self, file: FileId, name: &ast::ExprName) -> Values {
        let facts = self.types.facts(file);
        let index = facts.enclosing(name.start());
        let parameter = facts.functions.get(index as usize).and_then(|function| function.parameter(&name.id));
        match parameter {
            Some((position, parameter)) if parameter.kind.gathers() => self.arguments(FnId { file, index }, position),
            _ => Arc::default(),
        }
    }

    fn parameter_kind(&self, id: FnId, position: usize) -> Option<ParameterKind> {
        Some(self.types.world().function(id)?.parameters.get(position)?.kind)
    }

    fn arguments(&self, id: FnId, position: usize) -> Values {
        let known = if is_aside() { &self.shared.passed_plainly } else { &self.shared.passed };
        if let Some(values) = known.get(&(id, position)) {
            return values;
        }
        let values: Values = self.arguments_for(id, position).into();
        known.insert((id, position), values.clone());
        values
    }

    fn arguments_for(&self, id: FnId, position: usize) -> Vec<(FileId, TextRange)> {
        let world = self.types.world();
        let (Some(function), Some(def)) = (world.function(id), world.def_of(id)) else { return Vec::new() };
        let receivers = function.receivers();
        if position < receivers || position >= function.parameters.len() {
            return Vec::new();
        }
        let mut names = vec![function.name.clone()];
        if matches!(function.name.as_str(), "__init__" | "__new__")
            && let Some(class) = world.enclosing_class(id)
        {
            let facts = world.facts(class.file);
            if let Some(class) = facts.class_at(class.start).and_then(|i| facts.classes.get(i as usize)) {
                names.extend(self.index().with_subclasses(&class.name));
            }
        }
        let aliases = names.iter().flat_map(|name| self.index().with_aliases(name));
        let postings: Vec<_> = aliases.flat_map(|name| self.index().calls(&name).to_vec()).collect();
        if postings.len() > MOST_CALLERS {
            return Vec::new();
        }
        let given = |posting: Posting, is_it: &dyn Fn(&ast::ExprCall) -> bool| {
            let ast = self.types.ast(posting.0)?;
            let call = ast.call(world.call_at(posting)?.range)?;
            let given = given_for(function, position, call);
            (!given.is_empty() && is_it(call)).then(|| given.into_iter().map(move |range| (posting.0, range)))
        };
        let is_plain = |posting: &Posting| {
            let call = world.call_at(*posting);
            call.is_some_and(|call| matches!(call.form, CallForm::Call | CallForm::Awaited))
        };
        let mut defs = self.overridden(id);
        defs.push(def);
        let passed = postings.into_iter().filter(is_plain).filter_map(|posting| {
            let calls_it = |call: &ast::ExprCall| {
                let mut targets = self.targets_in_chain(posting.0, &call.func);
                if targets.is_empty() {
                    targets = aside(|| self.targets_with(posting.0, &call.func, NEAR)).unwrap_or_default();
                }
                targets.iter().any(|target| target.function.is_some_and(|function| defs.contains(&function)))
            };
            given(posting, &calls_it)
        });
        let mut values: Vec<_> = passed.flatten().collect();
        let through_tables = self.calls_through_tables(id).into_iter();
        values.extend(through_tables.filter_map(|posting| given(posting, &|_| true)).flatten());
        values.sort_unstable_by_key(|(file, range)| (*file, range.start(), range.end()));
        values.dedup();
        values
    }

    /// What a callee may be, also behind methods that give back their own object: `Registry().add(first).add(second)`.
    fn targets_in_chain(&self, file: FileId, callee: &Expr) -> Vec<Target> {
        let targets = self.types.targets(file, callee);
        let Expr::Attribute(method) = callee else { return targets };
        let Expr::Call(before) = &*method.value else { return targets };
        if !targets.is_empty() {
            return targets;
        }
        let classes = self.targets_in_chain(file, &before.func).into_iter().filter_map(|target| {
            self.types
                .made_class(&target)
                .or_else(|| self.class_given_back(self.types.world().fn_of(target.function?)?))
        });
        classes.filter_map(|class| self.types.member(class, &method.attr)).collect()
    }

    /// The class of a method that gives back the object that it is called on.
    fn class_given_back(&self, id: FnId) -> Option<DefId> {
        let ast = self.types.ast(id.file)?;
        let own = self.types.world().function(id)?.parameters.first()?;
        let is_own = |value: &&Expr| value.as_name_expr().is_some_and(|name| name.id == own.name);
        let is_given_back = self.returned_values(&ast, id).iter().any(is_own);
        self.types.world().enclosing_class(id).filter(|_| is_given_back)
    }

    /// What the program's own calls pass for a parameter.
    pub(super) fn passed_shapes(&self, id: FnId, position: usize, depth: usize) -> Shapes {
        let mut shapes = Vec::new();
        let receivers = self.types.world().function(id).map_or(0, Function::receivers);
        if position == receivers {
            shapes = self.decorated_classes(id);
        }
        for (file, value) in self.passed_values(id, position).iter() {
            if let Some(value) = self.types.ast(*file).as_ref().and_then(|ast| ast.expression(*value)) {
                extend(&mut shapes, self.shapes_at(*file, value, depth));
            }
        }
        shapes
    }

    /// Whether a name is a parameter of the function that reads it, and if so, whether that has a default.
    pub(super) fn parameter_default(&self, file: FileId, name: &ast::ExprName) -> Option<bool> {
        let facts = self.types.facts(file);
        let function = facts.functions.get(facts.enclosing(name.start()) as usize)?;
        function.parameter(&name.id)?;
        let ast = self.types.ast(file)?;
        let mut written = ast.def(function.range)?.parameters.iter_non_variadic_params();
        written.find(|written| written.name().id == name.id).map(|written| written.default.is_some())
    }

    /// The arguments that a name stands for which is a parameter of a function around.
    pub(super) fn passed_as(&self, file: FileId, name: &ast::ExprName) -> Values {
        let facts = self.types.facts(file);
        let mut index = facts.enclosing(name.start());
        while let Some(function) = facts.functions.get(index as usize).filter(|_| index != MODULE) {
            if let Some((position, _)) = function.parameter(&name.id) {
                return self.passed_values(FnId { file, index }, position);
            }
            if facts.bindings.iter().any(|bound| bound.function == index && bound.target == name.id) {
                break;
            }
            index = function.parent;
        }
        Arc::default()
    }

    /// What is put into a container, which is a variable or an attribute, by the functions that it is handed to where it stands.
    pub(super) fn put_by_others(&self, file: FileId, container: &Expr) -> Values {
        let scope = FnId { file, index: self.types.facts(file).enclosing(container.start()) };
        let Some(name) = last(container).filter(|_| scope.index != MODULE) else { return Arc::default() };
        let key = (scope, Name::new(name));
        if let Some(known) = self.shared.handed.get(&key) {
            return known;
        }
        let mut found = Vec::new();
        self.handed_on(scope, name, DEEPEST, &mut found);
        let values: Values = found.into();
        self.shared.handed.insert(key, values.clone());
        values
    }

    /// Adds what functions put into what the function `id` hands to them under a name.
    fn handed_on(&self, id: FnId, name: &str, depth: usize, found: &mut Vec<(FileId, TextRange)>) {
        let facts = self.types.facts(id.file);
        let (Some(ast), Some(own)) = (self.types.ast(id.file), facts.functions.get(id.index as usize)) else { return };
        if depth == 0 {
            return;
        }
        let is_it = |argument: &Expr| last(argument) == Some(name) && !argument.is_call_expr();
        let calls = facts.calls.iter().filter(|call| {
            matches!(call.form, CallForm::Call | CallForm::Awaited) && own.range.contains_range(call.range)
        });
        let mut takers = 0;
        for at in calls.map(|call| call.range) {
            let Some(call) = ast.call(at) else { continue };
            let given = call.arguments.args.iter().chain(call.arguments.keywords.iter().map(|keyword| &keyword.value));
            if !given.into_iter().any(is_it) {
                continue;
            }
            takers += 1;
            if takers > MOST_TAKERS {
                return;
            }
            for target in self.types.targets(id.file, &call.func) {
                let callee = target.function.and_then(|function| self.types.world().fn_of(function));
                let Some((callee, function)) = callee.and_then(|id| Some((id, self.types.world().function(id)?)))
                else {
                    continue;
                };
                let receivers = function.receivers();
                for (position, parameter) in function.parameters.iter().enumerate().skip(receivers) {
                    if argument(call, &parameter.name, position.checked_sub(receivers)).is_some_and(is_it) {
                        self.put_within(callee, function, &parameter.name, found);
                        self.handed_on(callee, &parameter.name, depth - 1, found);
                    }
                }
            }
        }
    }

    /// Adds what a function, or the class whose constructor it is, puts into one of its parameters.
    fn put_within(&self, id: FnId, function: &Function, name: &str, found: &mut Vec<(FileId, TextRange)>) {
        let facts = self.types.facts(id.file);
        let Some(ast) = self.types.ast(id.file) else { return };
        let is_name = |value: &Expr| value.as_name_expr().is_some_and(|value| value.id.as_str() == name);
        let kept: Vec<&str> = facts
            .bindings
            .iter()
            .filter(|bound| bound.function == id.index && ast.expression(bound.value).is_some_and(is_name))
            .map(|bound| bound.target.as_str())
            .collect();
        let class = function.class.and_then(|class| facts.classes.get(class as usize)).map(|class| class.range);
        for fact in facts.calls.iter().filter(|call| is_adder(&call.name)) {
            let within = |range: Option<TextRange>| range.is_some_and(|range| range.contains_range(fact.range));
            let Some(call) = ast.call(fact.range) else { continue };
            let Expr::Attribute(method) = &*call.func else { continue };
            let is_here = within(Some(function.range)) && is_name(&method.value)
                || within(class)
                    && method.value.is_attribute_expr()
                    && last(&method.value).is_some_and(|n| kept.contains(&n));
            if let Some(value) = call.arguments.args.last().filter(|_| is_here) {
                found.push((id.file, value.range()));
            }
        }
    }
}

/// What a call passes for a parameter of a function: one argument, or all that the parameter gathers, as they are written.
fn given_for(function: &Function, position: usize, call: &ast::ExprCall) -> Vec<TextRange> {
    let Some(parameter) = function.parameters.get(position) else { return Vec::new() };
    let at = position.checked_sub(function.receivers());
    let ranges = |values: &[Expr]| values.iter().map(Ranged::range).collect();
    let args = &*call.arguments.args;
    match parameter.kind {
        ParameterKind::Variadic => {
            let first_starred = args.iter().position(Expr::is_starred_expr);
            let from = at.map(|at| first_starred.map_or(at, |starred| starred.min(at)));
            from.and_then(|from| args.get(from..)).map(ranges).unwrap_or_default()
        }
        ParameterKind::Keywords => {
            let is_gathered = |keyword: &&ast::Keyword| {
                keyword.arg.as_ref().is_some_and(|name| function.parameter_called(name) == Some(position))
            };
            call.arguments.keywords.iter().filter(is_gathered).map(|keyword| keyword.value.range()).collect()
        }
        _ => argument(call, &parameter.name, at).map(Ranged::range).into_iter().collect(),
    }
}
