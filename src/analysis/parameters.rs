//! What a function does with what it is given.

use ruff_python_ast as ast;
use ruff_python_ast::name::Name;
use ruff_text_size::{Ranged, TextRange};

use super::handover::{Use, bound_from};
use super::index::{FnId, Lookup};
use super::resolve::Resolver;
use crate::catalogue::Handover;
use crate::project::facts::{CallForm, Facts, Function, FunctionIndex, FunctionKind, Load, MODULE};
use crate::project::{FileId, Target};

/// The parameter that an argument is for.
pub(super) enum Place {
    Position(usize),
    Keyword(String),
}

impl Place {
    pub(super) fn of(call: &ast::ExprCall, range: TextRange) -> Option<Self> {
        for (position, argument) in call.arguments.args.iter().enumerate() {
            if argument.is_starred_expr() {
                break;
            }
            if argument.range().contains_range(range) {
                return Some(Self::Position(position));
            }
        }
        call.arguments
            .keywords
            .iter()
            .find(|keyword| keyword.value.range().contains_range(range))
            .and_then(|keyword| Some(Self::Keyword(keyword.arg.as_ref()?.to_string())))
    }

    /// The same for the function that is the first argument, and gets the others.
    pub(super) fn behind_first(&self) -> Option<Self> {
        match self {
            Self::Position(position) => position.checked_sub(1).map(Self::Position),
            Self::Keyword(name) => Some(Self::Keyword(name.clone())),
        }
    }

    pub(super) fn is_for(&self, handover: &Handover) -> bool {
        match self {
            Self::Position(position) => handover.at == Some(*position),
            Self::Keyword(name) => handover.argument.as_ref() == Some(name),
        }
    }

    fn parameter(&self, function: &Function) -> Option<usize> {
        match self {
            Self::Position(position) => function.parameter_at(*position),
            Self::Keyword(name) => function.parameter_called(name),
        }
    }
}

impl Resolver<'_> {
    /// A function of the program that takes the function as an argument.
    pub(super) fn passed_to(
        &self,
        target: &Target,
        place: &Place,
        here: &Use,
        file: FileId,
        call: &ast::ExprCall,
        depth: usize,
    ) -> Vec<Use> {
        let mut uses = Vec::new();
        for id in self.with_overrides(target) {
            let Some(function) = self.types.world().function(id) else { continue };
            let Some(position) = place.parameter(function) else { continue };
            for use_ in self.parameter_uses(id, position, depth - 1) {
                match use_ {
                    // A coroutine function calls it later, and where it does so is in the loop.
                    called @ Use::Called { .. } if function.is_async => uses.push(called),
                    // Seen from outside, the call with the argument is what calls it.
                    Use::Called { .. } => uses.push(here.clone()),
                    // What takes a function and returns one stands for it.
                    Use::Returned(_) => uses.extend(self.uses(file, call.range(), depth - 1)),
                    other => uses.push(other),
                }
            }
        }
        uses
    }

    /// What a function of the program does with what it is given for a parameter.
    #[must_use]
    pub fn parameter_uses(&self, id: FnId, position: usize, depth: usize) -> Vec<Use> {
        let mut uses = Vec::new();
        if depth == 0 {
            return uses;
        }
        let facts = self.types.facts(id.file);
        let Some(function) = facts.functions.get(id.index as usize) else {
            return uses;
        };
        let Some(parameter) = function.parameters.get(position) else {
            return uses;
        };
        let within = |index: FunctionIndex| is_within(&facts, index, id.index);
        let names = bound_from(&facts, &parameter.name, &within);
        for call in facts.calls.iter().filter(|call| names.contains(&&call.name) && within(call.function)) {
            if !matches!(call.form, CallForm::Call | CallForm::Awaited) || !self.is_plain_name(id.file, call.range) {
                continue;
            }
            uses.extend(self.inner_call(id, call.function, call.range, depth));
        }
        for load in facts.loads.iter().filter(|load| load.name == parameter.name && within(load.function)) {
            if load.attribute {
                continue;
            }
            for use_ in self.uses(id.file, load.range, depth - 1) {
                match use_ {
                    Use::Called { at, function, .. } => uses.extend(self.inner_call(id, function, at, depth)),
                    // `call = partial(function, …)`: what becomes of the variable
                    Use::Named(home, names) if home == id.file => {
                        let is_own = |name: &Name| {
                            facts.bindings.iter().any(|bound| bound.function == id.index && bound.target == *name)
                                || facts.parts.iter().any(|part| part.function == id.index && part.target == *name)
                        };
                        let of_names = |load: &&Load| {
                            !load.attribute
                                && load.function == id.index
                                && names.contains(&load.name)
                                && is_own(&load.name)
                        };
                        let mut inner: Vec<Use> = facts
                            .loads
                            .iter()
                            .filter(of_names)
                            .flat_map(|load| self.uses(id.file, load.range, depth - 1))
                            .collect();
                        let called = facts.calls.iter().filter(|call| {
                            call.function == id.index && names.contains(&call.name) && is_own(&call.name)
                        });
                        for call in called.filter(|call| self.is_plain_name(id.file, call.range)) {
                            inner.extend(self.inner_call(id, call.function, call.range, depth));
                        }
                        if inner.is_empty() {
                            uses.push(Use::Named(home, names));
                        }
                        uses.extend(inner);
                    }
                    other => uses.push(other),
                }
            }
        }
        uses
    }

    /// A parameter is called in `function`, which is the function that has it or one nested in that.
    fn inner_call(&self, owner: FnId, function: FunctionIndex, at: TextRange, depth: usize) -> Vec<Use> {
        let called = Use::Called { file: owner.file, at, function, is_call: true };
        if function == owner.index {
            return vec![called];
        }
        let facts = self.types.facts(owner.file);
        let Some(nested) = facts.functions.get(function as usize) else {
            return Vec::new();
        };
        // What becomes of the nested function becomes of the parameter.
        let mut uses = Vec::new();
        let references: Vec<TextRange> = if nested.kind == FunctionKind::Lambda {
            vec![nested.range]
        } else {
            facts
                .loads
                .iter()
                .filter(|load| load.name == nested.name && is_within(&facts, load.function, owner.index))
                .map(|load| load.range)
                .collect()
        };
        for range in references {
            uses.extend(self.uses(owner.file, range, depth - 1).into_iter().map(|use_| match use_ {
                Use::Returned(_) => Use::Returned(owner.index),
                other => other,
            }));
        }
        let is_called =
            facts.calls.iter().any(|call| call.name == nested.name && is_within(&facts, call.function, owner.index));
        if is_called {
            uses.push(called);
        }
        uses
    }

    fn is_plain_name(&self, file: FileId, call: TextRange) -> bool {
        self.types.ast(file).is_some_and(|ast| ast.call(call).is_some_and(|call| call.func.is_name_expr()))
    }
}

pub(super) fn enclosing(facts: &Facts, range: TextRange) -> FunctionIndex {
    // A lambda starts where its own expression does; what is handed over is in the scope around it.
    let index = facts.enclosing(range.start());
    match facts.functions.get(index as usize) {
        Some(function) if function.kind == FunctionKind::Lambda && function.range == range => function.parent,
        Some(_) => index,
        None => MODULE,
    }
}

fn is_within(facts: &Facts, mut index: FunctionIndex, outer: FunctionIndex) -> bool {
    loop {
        if index == outer {
            return true;
        }
        match facts.functions.get(index as usize) {
            Some(function) if function.parent != index => index = function.parent,
            _ => return false,
        }
    }
}
