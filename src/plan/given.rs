//! Tables and parameters that hold nothing but functions which become coroutine functions.

use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, walk_expr};
use ruff_python_ast::{AnyNodeRef, Expr, ExprAttribute, ExprName};
use ruff_text_size::{Ranged, TextRange};

use super::convert::{Conversion, Recolour};
use super::decide::Planner;
use super::group::Group;
use super::{Action, Change};
use crate::analysis::{FnId, Lookup, argument};
use crate::project::facts::{FunctionKind, MODULE, ParameterKind};
use crate::project::{Ast, FileId, Shape, Types, last, spelled_annotation};

/// Through how many functions a parameter is followed that is handed on.
const DEPTH: usize = 3;

impl Planner<'_> {
    /// Awaits what certainly has to be awaited, of the calls of what may be some function or another.
    pub(super) fn make_sure(&self, conversion: &mut Conversion) {
        let group: Group = conversion.functions.keys().copied().collect();
        let coroutines: Group = (conversion.functions.iter())
            .filter(|(_, recolour)| **recolour == Recolour::Coroutine)
            .map(|(id, _)| *id)
            .collect();
        for part in &mut conversion.parts {
            if *part.action.core() == Action::Settle && self.calls_coroutine(part.function.file, part.call, &coroutines)
            {
                part.action = surely(std::mem::replace(&mut part.action, Action::Await));
            }
        }
        conversion.promises = self.promises(&conversion.parts, &group);
    }

    /// Whether a call takes what it calls from where nothing but functions of a group are put: it is a table of those, or a parameter for
    /// which each call of the function that has it gives one.
    fn calls_coroutine(&self, file: FileId, call: TextRange, group: &Group) -> bool {
        let ast = self.resolver.types.ast(file);
        let Some(call) = ast.as_ref().and_then(|ast| ast.call(call)) else { return false };
        match &*call.func {
            Expr::Name(name) => self.gives_only(file, name, group, DEPTH) || self.holds_only(file, &call.func, group),
            Expr::Attribute(attribute) => self.field_holds_only(file, &call.func, attribute, group),
            callee => self.holds_only(file, callee, group),
        }
    }

    /// Whether all that is put into an attribute is of a group.
    fn field_holds_only(&self, file: FileId, callee: &Expr, attribute: &ExprAttribute, group: &Group) -> bool {
        if self.holds_only(file, callee, group) {
            return true;
        }
        let (index, world) = (self.resolver.index(), self.resolver.types.world());
        let near = index.bindings_to(&attribute.attr.id).iter().filter(|(home, _)| self.resolver.may_hold(file, *home));
        let mut near = near.peekable();
        near.peek().is_some()
            && near.all(|posting| {
                let ast = self.resolver.types.ast(posting.0);
                let bound = world.binding_at(*posting).map(|binding| binding.value);
                let value = ast.as_ref().zip(bound).and_then(|(ast, at)| ast.expression(at));
                value.is_some_and(|value| self.is_of_group(posting.0, value, group, DEPTH))
            })
    }

    fn gives_only(&self, file: FileId, name: &ExprName, group: &Group, depth: usize) -> bool {
        let Some((owner, position)) = self.parameter_at(file, name).filter(|_| depth > 0) else { return false };
        let world = self.resolver.types.world();
        let Some(function) = world.function(owner) else { return false };
        if function.kind != FunctionKind::Def || !function.decorators.is_empty() {
            return false;
        }
        let mut calls = self.spelled_calls(owner, &function.name);
        if function.class.is_some() && function.name.as_str() == "__init__" {
            let made = self.objects_of_class(owner);
            calls.extend(made.into_iter().filter(|(home, at)| !self.is_in_annotation(*home, *at)));
        } else if !group.contains(&owner) || !self.named(owner).is_empty() {
            return false;
        }
        let position = match function.parameters.get(position).map(|parameter| parameter.kind) {
            Some(ParameterKind::Positional) => position.checked_sub(function.receivers()),
            Some(ParameterKind::KeywordOnly) => None,
            _ => return false,
        };
        let gives = |(home, at): &(FileId, TextRange)| {
            let ast = self.resolver.types.ast(*home);
            let call = ast.as_ref().and_then(|ast| ast.call(*at));
            let given = call.and_then(|call| argument(call, &name.id, position));
            given.is_some_and(|given| self.is_of_group(*home, given, group, depth))
        };
        !calls.is_empty() && calls.iter().all(gives)
    }

    fn is_in_annotation(&self, file: FileId, at: TextRange) -> bool {
        let Some(ast) = self.resolver.types.ast(file) else { return false };
        let has_it =
            |annotation: Option<&Expr>| annotation.is_some_and(|annotation| annotation.range().contains_range(at));
        ast.path(at).into_iter().any(|node| match node {
            AnyNodeRef::Parameter(parameter) => has_it(parameter.annotation()),
            AnyNodeRef::StmtAnnAssign(assign) => has_it(Some(&assign.annotation)),
            AnyNodeRef::StmtFunctionDef(def) => has_it(def.returns.as_deref()),
            _ => false,
        })
    }

    /// Whether an argument is a function of a group, or a parameter that is only given those.
    fn is_of_group(&self, file: FileId, given: &Expr, group: &Group, depth: usize) -> bool {
        let world = self.resolver.types.world();
        let targets = self.resolver.targets(file, given);
        let is_one = |function| world.fn_of(function).is_some_and(|id| group.contains(&id));
        let is_direct = !targets.is_empty()
            && targets.iter().all(|target| target.function.is_some_and(is_one))
            && self.calls_only(file, given, &targets, group);
        is_direct || given.as_name_expr().is_some_and(|name| self.gives_only(file, name, group, depth - 1))
    }

    /// The function that has a name as a parameter, and its position there; none where it may be bound to something else.
    fn parameter_at(&self, file: FileId, name: &ExprName) -> Option<(FnId, usize)> {
        let facts = self.resolver.types.facts(file);
        let ast = self.resolver.types.ast(file)?;
        let mut index = facts.enclosing(name.start());
        while index != MODULE {
            let function = facts.functions.get(index as usize)?;
            let is_meant = |target: &Name, at: u32| at == index && *target == name.id;
            let mut bound = facts.bindings.iter().filter(|bound| is_meant(&bound.target, bound.function));
            if bound.any(|bound| !is_attribute(&ast, bound.value, &name.id))
                || facts.parts.iter().any(|part| is_meant(&part.target, part.function))
            {
                return None;
            }
            if let Some((position, _)) = function.parameter(&name.id) {
                return Some((FnId { file, index }, position));
            }
            index = function.parent;
        }
        None
    }

    /// What the annotations of such parameters say that calling them gives, of those that the calls among `parts` call: these give
    /// something to await now.
    fn promises(&self, parts: &[Change], group: &Group) -> Vec<(FileId, TextRange)> {
        let awaited = parts.iter().filter(|part| *part.action.core() == Action::Await);
        let mut promises: Vec<(FileId, TextRange)> = awaited
            .filter_map(|part| {
                let file = part.function.file;
                let ast = self.resolver.types.ast(file)?;
                match &*ast.call(part.call)?.func {
                    Expr::Name(name) => {
                        let given = self.parameter_at(file, name);
                        let (owner, _) = given.filter(|_| self.gives_only(file, name, group, DEPTH))?;
                        Some(self.promise_of(owner, &name.id))
                    }
                    callee @ Expr::Attribute(attribute) if self.field_holds_only(file, callee, attribute, group) => {
                        Some(self.promises_of_field(file, attribute))
                    }
                    _ => None,
                }
            })
            .flatten()
            .collect();
        promises.sort_unstable_by_key(|(file, at)| (*file, at.start()));
        promises.dedup();
        promises
    }
}

impl Planner<'_> {
    /// The results in the annotation of a parameter.
    fn promise_of(&self, owner: FnId, parameter: &Name) -> Vec<(FileId, TextRange)> {
        let types = &self.resolver.types;
        let (Some(ast), Some(function)) = (types.ast(owner.file), types.world().function(owner)) else {
            return Vec::new();
        };
        let mut parameters = ast.def(function.range).into_iter().flat_map(|def| def.parameters.iter());
        let annotation = parameters.find(|own| own.name().id == *parameter).and_then(|own| own.annotation());
        annotation.map(|annotation| results_in(types, owner.file, annotation)).unwrap_or_default()
    }

    /// The results in the annotations of a field, where its class declares it and where it is set to a parameter.
    fn promises_of_field(&self, file: FileId, attribute: &ExprAttribute) -> Vec<(FileId, TextRange)> {
        let types = &self.resolver.types;
        let mut promises = Vec::new();
        for shape in self.resolver.shapes(file, &attribute.value) {
            let Shape::Instance(class) = shape else { continue };
            for base in types.mro(class).iter().filter(|base| types.world().is_own(base.id.file)) {
                let (home, facts) = (base.id.file, types.facts(base.id.file));
                let (Some(ast), Some(index)) = (types.ast(home), facts.class_at(base.id.start)) else { continue };
                let path = ast.path(TextRange::empty(base.id.start));
                let def = path.iter().rev().find_map(|node| node.as_stmt_class_def());
                for stmt in def.into_iter().flat_map(|def| &def.body).filter_map(|stmt| stmt.as_ann_assign_stmt()) {
                    if stmt.target.as_name_expr().is_some_and(|name| name.id == attribute.attr.id) {
                        promises.extend(results_in(types, home, &stmt.annotation));
                    }
                }
                let is_set =
                    |function: u32| facts.functions.get(function as usize).is_some_and(|own| own.class == Some(index));
                let set =
                    facts.bindings.iter().filter(|bound| bound.target == attribute.attr.id && is_set(bound.function));
                for bound in set {
                    if let Some(Expr::Name(given)) = ast.expression(bound.value) {
                        promises.extend(self.promise_of(FnId { file: home, index: bound.function }, &given.id));
                    }
                }
            }
        }
        promises
    }
}

/// Whether what a value is bound to is an attribute of this name, and no variable: `self.load = load`.
fn is_attribute(ast: &Ast, value: TextRange, name: &Name) -> bool {
    let path = ast.path(value);
    let assign = path.iter().rev().find_map(|node| match node {
        AnyNodeRef::StmtAssign(assign) => Some(assign.targets.iter().collect::<Vec<_>>()),
        AnyNodeRef::StmtAnnAssign(assign) => Some(vec![&*assign.target]),
        AnyNodeRef::ExprNamed(_) => Some(Vec::new()),
        _ => None,
    });
    let is_it = |target: &&Expr| target.as_attribute_expr().is_some_and(|attribute| attribute.attr.id == *name);
    assign.is_some_and(|targets| !targets.is_empty() && targets.iter().all(is_it))
}

fn results_in(types: &Types, file: FileId, annotation: &Expr) -> Vec<(FileId, TextRange)> {
    let mut results = Results(Vec::new());
    if !annotation.is_string_literal_expr() {
        results.visit_expr(annotation);
    } else if let Some(spelled) = spelled_annotation(&types.text(file), annotation) {
        results.visit_expr(spelled.expression());
    }
    results.0.into_iter().map(|at| (file, at)).collect()
}

/// Await instead of a look whether there is something to await.
fn surely(action: Action) -> Action {
    match action {
        Action::Hoist(part, action) => Action::Hoist(part, Box::new(surely(*action))),
        Action::Gather(gather, action) => Action::Gather(gather, Box::new(surely(*action))),
        Action::Settle => Action::Await,
        other => other,
    }
}

/// The results of the `Callable[…]` in an annotation.
struct Results(Vec<TextRange>);

impl<'a> SourceOrderVisitor<'a> for Results {
    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Subscript(subscript) if last(&subscript.value) == Some("Callable") => {
                if let Some([_, result]) = subscript.slice.as_tuple_expr().map(|tuple| &*tuple.elts) {
                    self.0.push(result.range());
                }
            }
            other => walk_expr(self, other),
        }
    }
}
