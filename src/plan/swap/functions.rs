//! The functions of the program that exchanged values go through: into their parameters, and out of their `return`s.

use std::sync::Arc;

use ruff_python_ast::name::Name;
use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::calls::fill;
use super::uses::Around;
use super::{Bit, Draft, NewCall, Refusal};
use crate::analysis::{Callers, Edge, FnId, Lookup, Via};
use crate::catalogue::{ClassRule, Operator, TakerRule};
use crate::plan::scope::Scope;
use crate::project::FileId;
use crate::project::facts::{Function, ParameterKind};

impl Draft<'_> {
    /// The value is an argument at `range` of a call.
    pub(super) fn passed(
        &mut self,
        function: FnId,
        call: &ast::ExprCall,
        range: TextRange,
        class: &str,
    ) -> Result<(), Refusal> {
        self.may_leave(class)?;
        let types = &self.planner.resolver.types;
        let (file, world) = (function.file, types.world());
        let has_length = self.target.class(class).is_some_and(|rule| rule.allows.contains(&Operator::Length));
        if has_length && self.is_length(file, call) {
            return Ok(());
        }
        let targets = self.planner.resolver.targets(file, &call.func);
        let callees: Option<Vec<FnId>> =
            targets.iter().map(|target| world.fn_of(target.function?).filter(|id| world.is_own(id.file))).collect();
        let callees = callees.filter(|callees| !callees.is_empty()).ok_or("it is handed on")?;
        if self.target.class(class).is_some_and(|rule| rule.is_error) {
            self.is_asked_class(call, &callees)?;
        }
        for callee in callees {
            let name = parameter_of(call, range, world.function(callee)).ok_or("it is handed on")?;
            self.parameter(callee, &name, class)?;
        }
        Ok(())
    }

    /// The rule for a function that is given the value at `range` and nothing else.
    pub(super) fn taker<'b>(
        &self,
        function: FnId,
        call: &ast::ExprCall,
        range: TextRange,
        rule: &'b ClassRule,
    ) -> Option<&'b TakerRule> {
        let is_alone = matches!(&*call.arguments.args, [one] if one.range() == range);
        let targets = self.planner.resolver.targets(function.file, &call.func);
        let is_it = |taker: &&TakerRule| {
            !targets.is_empty()
                && targets.iter().all(|target| target.names.contains(&taker.call))
                && self.planner.names_api(function, call, &taker.call)
                && !self.planner.is_replaced(&taker.call)
        };
        rule.taker.iter().find(is_it).filter(|_| is_alone && call.arguments.keywords.is_empty())
    }

    /// The call is given something of the value instead.
    pub(super) fn taken(
        &mut self,
        function: FnId,
        call: &ast::ExprCall,
        range: TextRange,
        taker: &TakerRule,
    ) -> Result<(), Refusal> {
        self.awaits(function, call.range())?;
        self.exchange.findings.extend(self.known.sites.get(&(function, call.range())).map(|(index, _)| *index));
        self.exchange.calls.push(NewCall {
            function,
            at: call.range(),
            callee: vec![Bit::Name(taker.becomes.clone())],
            is_awaited: false,
            leading: Vec::new(),
            arguments: vec![(range, fill(&taker.value, &[("{}", &[Bit::Source(range)])]))],
            added: Vec::new(),
            then: None,
        });
        Ok(())
    }

    /// A parameter that is given such a value is given one by every call.
    pub(super) fn parameter(&mut self, function: FnId, name: &str, class: &str) -> Result<(), Refusal> {
        self.may_leave(class)?;
        if !self.parameters.insert((function, name.to_owned())) {
            return Ok(());
        }
        let types = &self.planner.resolver.types;
        let fact = types.world().function(function).ok_or("the function is gone")?.clone();
        let called = types.facts(function.file).qualified(function.index);
        let callers = self.callers(function);
        let is_maker = fact.class.is_some() && fact.name.as_str() == "__init__";
        let is_hidden = callers.are_of_loop() || callers.cached;
        if is_hidden || !is_maker && !self.planner.is_closed(function, &callers) {
            return Err(format!("it is handed to `{called}`, not all of whose callers are known"));
        }
        let ast = types.ast(function.file).ok_or("the file cannot be read")?;
        let def = ast.def(fact.range).ok_or("it is handed on")?;
        let written = def.parameters.iter_non_variadic_params().find(|written| written.name().as_str() == name);
        let written = written.ok_or("it is handed on")?;
        if written.default.as_deref().is_some_and(|default| !default.is_none_literal_expr()) {
            return Err(format!("`{name}` of `{called}` may be something else"));
        }
        let target = self.target;
        let rule = target.class(class).ok_or_else(|| format!("`{class}` has no counterpart"))?;
        if let Some(annotation) = &written.parameter.annotation {
            self.annotation(function.file, annotation, rule)?;
        }
        for edge in &callers.edges {
            let ast = types.ast(edge.caller.file).ok_or("the file cannot be read")?;
            let call = ast.call(edge.at).filter(|_| matches!(edge.via, Via::Call | Via::Awaited));
            let call = call.ok_or_else(|| format!("`{called}` is handed on"))?;
            match argument_for(call, name, &fact) {
                Some(Some(value)) => self.source(edge.caller, value, class)?,
                Some(None) => {}
                None => return Err(format!("not all that `{called}` is called with is known")),
            }
        }
        self.variable(function, name, class)
    }

    /// A function returns such a value: everything that it returns is one, and so is what its callers get.
    pub(super) fn returned(&mut self, function: FnId, class: &str) -> Result<(), Refusal> {
        self.may_leave(class)?;
        if !self.returning.insert(function) {
            return Ok(());
        }
        let types = &self.planner.resolver.types;
        let target = self.target;
        let rule = target.class(class).ok_or_else(|| format!("`{class}` has no counterpart"))?;
        let file = function.file;
        let name = types.facts(file).qualified(function.index);
        let fact = types.world().function(function).ok_or("the function is gone")?;
        let ast = types.ast(file).ok_or("the file cannot be read")?;
        let def = ast.def(fact.range).ok_or_else(|| format!("`{name}` returns it to code that cannot be seen"))?;
        let callers = self.callers(function);
        if !types.world().is_own(file) || !self.planner.is_closed(function, &callers) {
            return Err(format!("`{name}` returns it to code that cannot be seen"));
        }
        if let Some(place) = self.planner.spelled_or_patched_at(function, fact) {
            return Err(format!("something may stand for `{name}`, which returns it ({place})"));
        }
        if let Some(returns) = &def.returns {
            self.annotation(file, returns, rule)?;
        }
        let scope = Scope::of(def);
        for (at, value) in &scope.returns {
            let Some(value) = value else { continue };
            let value = ast.expression(*value).ok_or_else(|| format!("`{name}` returns other things as well"))?;
            if self.function_at(file, *at) == function {
                self.source(function, value, class)?;
            }
        }
        for &Edge { caller, at, via } in &callers.edges {
            if !matches!(via, Via::Call | Via::Awaited) {
                return Err(format!("`{name}` is handed on"));
            }
            let is_async = fact.is_async;
            let ast = self.planner.resolver.types.ast(caller.file).ok_or("the file cannot be read")?;
            let is_awaited = matches!(Around::of(&ast, at).parent(), Some(AnyNodeRef::ExprAwait(_)));
            if is_async && !is_awaited {
                return Err(format!("the result of `{name}` is awaited elsewhere"));
            }
            self.value(caller, at, class)?;
        }
        Ok(())
    }

    /// Who calls a function.
    pub(super) fn callers(&self, function: FnId) -> Arc<Callers> {
        let graph = &self.planner.ground.analysis.graph;
        self.known.above.get(&function).map_or_else(|| self.planner.survey.callers(function, graph), Arc::clone)
    }

    /// Whether a call only asks how long its argument is.
    pub(super) fn is_length(&self, file: FileId, call: &ast::ExprCall) -> bool {
        let types = &self.planner.resolver.types;
        matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "len"
            && types.name_definitions(file, name).iter().all(|id| !types.world().is_own(id.file)))
    }
}

/// The parameter that the argument at `range` is for.
fn parameter_of(call: &ast::ExprCall, range: TextRange, callee: Option<&Function>) -> Option<Name> {
    let callee = callee?;
    if let Some(keyword) = call.arguments.keywords.iter().find(|keyword| keyword.value.range() == range) {
        let name = keyword.arg.as_ref()?;
        return callee.parameter(name).map(|_| name.id.clone());
    }
    let position = call.arguments.args.iter().position(|argument| argument.range() == range)?;
    if call.arguments.args[..position].iter().any(Expr::is_starred_expr) {
        return None;
    }
    let parameter = callee.parameters.get(position + receivers(callee))?;
    (parameter.kind == ParameterKind::Positional).then(|| parameter.name.clone())
}

/// How many parameters a call of a method does not pass. A static method is taken for one that has a receiver, and then not found.
fn receivers(callee: &Function) -> usize {
    callee.receivers()
}

/// What a call passes for a parameter; `Some(None)` where it passes nothing, `None` where that cannot be told.
pub(in crate::plan) fn argument_for<'a>(
    call: &'a ast::ExprCall,
    name: &str,
    callee: &Function,
) -> Option<Option<&'a Expr>> {
    let (position, _) = callee.parameter(name)?;
    if let Some(keyword) = call.arguments.find_keyword(name) {
        return Some(Some(&keyword.value));
    }
    let is_open = call.arguments.args.iter().any(Expr::is_starred_expr)
        || call.arguments.keywords.iter().any(|keyword| keyword.arg.is_none());
    if is_open {
        return None;
    }
    Some(position.checked_sub(receivers(callee)).and_then(|position| call.arguments.args.get(position)))
}
