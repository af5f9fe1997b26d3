//! Arguments that a call is given by `**`: those of a dictionary that is written out, or all that a function is called with besides its
//! parameters.

use ruff_python_ast::name::Name;
use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::calls::{argument, through};
use super::uses::Around;
use super::variables::reads;
use super::{Bit, Draft, Refusal};
use crate::analysis::{FnId, Lookup, Via};
use crate::catalogue::{ArgumentRule, CallRule};
use crate::plan::scope::Scope;
use crate::project::facts::{Function, ParameterKind};
use crate::project::{Ast, FileId};

/// Through how many functions such arguments are followed.
const DEPTH: usize = 3;
/// What puts an entry into a dictionary that has none of that name.
const DEFAULT: &str = "setdefault";

/// A call that is given arguments by `**`.
struct Spread<'a> {
    file: FileId,
    call: &'a ast::ExprCall,
    rule: &'a CallRule,
    is_method: bool,
}

/// Where the name of an argument stands.
enum Named {
    /// `name=value`
    Keyword(TextRange),
    /// `"name": value`
    Key(TextRange),
    /// Where it cannot be written in another way.
    Fixed,
}

impl Draft<'_> {
    /// Takes in all that a call may be given by `**value`: the names, with those that they become.
    pub(super) fn spread(
        &mut self,
        file: FileId,
        call: &ast::ExprCall,
        rule: &CallRule,
        value: &Expr,
        is_method: bool,
    ) -> Result<Vec<(String, String)>, Refusal> {
        let Expr::Name(name) = value else { return Err("it is called with `**`".to_owned()) };
        let spread = Spread { file, call, rule, is_method };
        let function = self.function_at(file, name.range());
        let mut names = Vec::new();
        self.entries(&spread, function, name, DEPTH, &mut names)?;
        Ok(names)
    }

    /// What a name that stands behind `**` in a function holds.
    fn entries(
        &mut self,
        spread: &Spread<'_>,
        function: FnId,
        name: &ast::ExprName,
        depth: usize,
        names: &mut Vec<(String, String)>,
    ) -> Result<(), Refusal> {
        let unknown = || format!("what `**{}` holds is not known", name.id);
        let types = &self.planner.resolver.types;
        let fact = types.world().function(function).ok_or_else(unknown)?.clone();
        let ast = types.ast(function.file).ok_or_else(unknown)?;
        let def = ast.def(fact.range).ok_or_else(unknown)?;
        let scope = Scope::of(def);
        let bound: Vec<TextRange> =
            scope.bound.iter().filter(|(bound, _)| *bound == name.id).map(|(_, at)| *at).collect();
        let [at] = bound[..] else { return Err(unknown()) };
        for read in reads(&ast, fact.range, &name.id).ok_or_else(unknown)? {
            if read == name.range() {
                continue;
            }
            let (key, value) = defaulted(&ast, read)
                .filter(|_| self.function_at(function.file, read) == function)
                .ok_or_else(unknown)?;
            self.entry(spread, function.file, &key, (Named::Fixed, value), names)?;
        }
        let is_rest = fact.parameter(&name.id).is_some_and(|(_, own)| own.kind == ParameterKind::Keywords);
        if is_rest {
            return self.passed_on(spread, function, &fact, depth, names);
        }
        let assigned = ast.path(at).iter().rev().find_map(|node| match node {
            AnyNodeRef::StmtAssign(assign) if assign.targets.len() == 1 => Some(&*assign.value),
            AnyNodeRef::StmtAnnAssign(assign) => assign.value.as_deref(),
            _ => None,
        });
        let Some(Expr::Dict(dict)) = assigned else { return Err(unknown()) };
        for item in &dict.items {
            let key = item.key.as_ref().and_then(Expr::as_string_literal_expr).ok_or_else(unknown)?;
            let named = Named::Key(key.range());
            self.entry(spread, function.file, key.value.to_str(), (named, &item.value), names)?;
        }
        Ok(())
    }

    /// What the calls of a function pass it besides its parameters.
    fn passed_on(
        &mut self,
        spread: &Spread<'_>,
        function: FnId,
        fact: &Function,
        depth: usize,
        names: &mut Vec<(String, String)>,
    ) -> Result<(), Refusal> {
        let types = &self.planner.resolver.types;
        let called = types.facts(function.file).qualified(function.index);
        let unknown = || format!("not all that `{called}` is called with is known");
        let callers = self.callers(function);
        if depth == 0 || callers.are_of_loop() || callers.cached || !self.planner.is_closed(function, &callers) {
            return Err(unknown());
        }
        for edge in &callers.edges {
            let file = edge.caller.file;
            let ast = types.ast(file).ok_or_else(unknown)?;
            let call =
                ast.call(edge.at).filter(|_| matches!(edge.via, Via::Call | Via::Awaited)).ok_or_else(unknown)?;
            if call.arguments.args.iter().any(Expr::is_starred_expr) {
                return Err(unknown());
            }
            for keyword in &call.arguments.keywords {
                match &keyword.arg {
                    None => {
                        let name = keyword.value.as_name_expr().ok_or_else(unknown)?;
                        self.entries(spread, edge.caller, name, depth - 1, names)?;
                    }
                    Some(name) if is_parameter(fact, &name.id) => {}
                    Some(name) => {
                        let place = (Named::Keyword(keyword.range()), &keyword.value);
                        self.entry(spread, file, name.as_str(), place, names)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// An argument that comes by `**`: it goes on as it is, or is written in another way where it stands.
    fn entry(
        &mut self,
        spread: &Spread<'_>,
        file: FileId,
        name: &str,
        (named, value): (Named, &Expr),
        names: &mut Vec<(String, String)>,
    ) -> Result<(), Refusal> {
        let rule = self.argument_rule(file, name, value, spread.is_method)?.clone();
        if self.needs_more(spread, name, &rule) {
            return Err(format!("`{name}=` comes by `**`, where it cannot be told from others"));
        }
        names.push((name.to_owned(), rule.becomes.clone().unwrap_or_else(|| name.to_owned())));
        if rule.becomes.is_none() && rule.through.is_none() {
            return Ok(());
        }
        let new = rule.becomes.as_deref().unwrap_or(name);
        let (at, mut bits) = match named {
            Named::Keyword(at) => (at, vec![Bit::Text(format!("{new}="))]),
            Named::Key(at) => (TextRange::new(at.start(), value.end()), vec![Bit::Text(format!("\"{new}\": "))]),
            Named::Fixed => return Err(format!("`{name}=` comes by `**`, and has another name then")),
        };
        bits.extend(through(&rule, value));
        let is_new = !self.exchange.parts.iter().any(|part| part.file == file && part.at == at);
        if is_new {
            self.part(file, at, bits);
        }
        Ok(())
    }

    /// Whether an argument asks for more than to be passed under a name.
    fn needs_more(&self, spread: &Spread<'_>, name: &str, argument_rule: &ArgumentRule) -> bool {
        let rule = spread.rule;
        let new = argument_rule.becomes.as_deref().unwrap_or(name);
        let is_same_call =
            |other: &&CallRule| other.of == rule.of && other.calls.iter().any(|call| rule.calls.contains(call));
        let decides = |other: &CallRule| {
            other.given.iter().chain(other.kinds.keys()).chain(&other.drops).any(|given| given == name)
        };
        let is_merged = argument_rule.merge.as_ref().is_some_and(|merge| {
            let into = argument(spread.call, rule, &merge.into);
            into.is_none_or(|(_, into)| self.may_contain(spread.file, into, &merge.where_text))
        });
        argument_rule.drop
            || argument_rule.opened
            || is_merged
            || rule.adds.contains_key(new)
            || self.target.call.iter().filter(is_same_call).any(decides)
    }
}

/// `options.setdefault("name", value)`, as a statement.
fn defaulted(ast: &Ast, read: TextRange) -> Option<(String, &Expr)> {
    let around = Around::of(ast, read);
    let [AnyNodeRef::ExprAttribute(method), AnyNodeRef::ExprCall(call), AnyNodeRef::StmtExpr(_), ..] = around.nodes[..]
    else {
        return None;
    };
    let [Expr::StringLiteral(key), value] = &*call.arguments.args else { return None };
    let is_it =
        method.attr.as_str() == DEFAULT && call.func.range() == method.range() && call.arguments.keywords.is_empty();
    is_it.then(|| (key.value.to_str().to_owned(), value))
}

/// Whether a function has a parameter that a keyword is for.
fn is_parameter(fact: &Function, name: &Name) -> bool {
    fact.parameter(name)
        .is_some_and(|(_, own)| matches!(own.kind, ParameterKind::Positional | ParameterKind::KeywordOnly))
}
