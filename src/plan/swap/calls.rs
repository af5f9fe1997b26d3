//! What becomes of a blocking call: its function, its arguments, and what is opened around it.

use ruff_python_ast::helpers::any_over_expr;
use ruff_python_ast::name::Name;
use ruff_python_ast::{self as ast, AnyNodeRef, Expr, Operator};
use ruff_text_size::{Ranged, TextRange};

use super::uses::Around;
use super::values::accepts;
use super::{Bit, Draft, Moved, NewCall, Opening, Refusal};
use crate::analysis::{FnId, Lookup};
use crate::catalogue::{ArgumentRule, CallRule, Opened};
use crate::plan::hoist::{has_own_lines, is_always_run};
use crate::plan::scope::Scope;
use crate::project::facts::CallForm;
use crate::project::{Ast, FileId};
use crate::text::{has_name, slice};

/// What arguments become.
#[derive(Default)]
pub(super) struct Arguments {
    kept: Vec<(TextRange, Vec<Bit>)>,
    opened: Vec<(String, Bit)>,
    /// The names that the new call is given.
    given: Vec<String>,
    /// The names of all arguments, those that may come by `**` too, with what they become.
    named: Vec<(String, String)>,
}

impl Draft<'_> {
    /// Takes a blocking call in, with all that touches its result.
    pub(super) fn site(&mut self, function: FnId, at: TextRange) -> Result<(), Refusal> {
        let Some((index, site)) = self.known.sites.get(&(function, at)).copied() else {
            return Err("it does not block a loop, and stays as it is".to_owned());
        };
        if !self.exchange.findings.insert(index) {
            return Ok(());
        }
        let catalogue = self.planner.resolver.catalogue();
        let api = &catalogue.apis[site.api as usize];
        let (of, name) = api.name.rsplit_once('.').unwrap_or_default();
        let ast = self.planner.resolver.types.ast(function.file).ok_or("the file cannot be read")?;
        if site.form == CallForm::Iterate {
            return self.looped(function, &ast, at, of);
        }
        let call = ast.call(at).ok_or("it is no call")?;
        if !self.planner.names_api(function, call, &api.name) {
            return Err("it is called by another name, which may stand for something else".to_owned());
        }
        if self.target.from_python && self.planner.is_replaced(&api.name) {
            return Err("something puts another function in its place".to_owned());
        }
        if let Some(place) = self.known.doubled.functions.get(&api.name) {
            return Err(format!("tests put something in the place of `{}` ({place})", api.name));
        }
        if self.is_doubled(function.file, call) {
            return Err("tests put something in the place of what it is called by".to_owned());
        }
        if self.can_do_without(function.file, of.split('.').next().unwrap_or_default()) {
            return Err("the module can do without the library".to_owned());
        }
        let is_given = |rule: &CallRule| {
            rule.given.is_empty() || rule.given.iter().any(|name| argument(call, rule, name).is_some())
        };
        let fits = |rule: &&CallRule| {
            rule.of == of
                && rule.calls.iter().any(|call| call == name)
                && is_given(rule)
                && self.is_of_kinds(function.file, call, rule)
                && self.suits_place(function.file, &ast, call, rule)
        };
        let is_known = self.target.call.iter().any(|rule| rule.of == of && rule.calls.iter().any(|call| call == name));
        let how = if is_known { " for these arguments" } else { "" };
        let none = || format!("`{}` has no counterpart{how}", api.name);
        let rule = self.target.call.iter().find(fits).ok_or_else(none)?;
        self.awaits(function, at)?;
        let receiver = match &*call.func {
            Expr::Attribute(attribute) if self.target.class(of).is_some() => Some(&*attribute.value),
            _ => None,
        };
        let mut arguments = self.arguments(function.file, call, rule, receiver.is_some())?;
        let method = rule.method.as_deref().unwrap_or(name);
        let added: Vec<Vec<Bit>> = rule
            .adds
            .iter()
            .filter(|(name, _)| !arguments.given.contains(name))
            .map(|(name, value)| [Bit::Text(format!("{name}="))].into_iter().chain(qualified(value)).collect())
            .collect();
        arguments.given.extend(rule.adds.keys().cloned());
        let mut leading: Vec<Bit> = rule.leads.iter().cloned().map(Bit::Text).collect();
        let callee = match (&rule.helper, receiver, &rule.to) {
            (Some(helper), ..) => {
                self.may_have(function.file, helper)?;
                if let (true, Expr::Attribute(attribute)) = (rule.object, &*call.func) {
                    leading.push(Bit::Source(attribute.value.range()));
                }
                vec![Bit::Helper(helper.clone())]
            }
            (None, Some(object), _) => {
                self.object(function, object, of)?;
                vec![Bit::Source(object.range()), Bit::Text(format!(".{method}"))]
            }
            (None, None, Some(to)) => {
                if let (true, Expr::Attribute(attribute)) = (rule.object, &*call.func) {
                    leading.push(Bit::Source(attribute.value.range()));
                }
                vec![Bit::Name(to.clone())]
            }
            (None, None, None) if rule.entered => self.opened_beside(function, &ast, at, method, &arguments)?,
            (None, None, None) => self.opened(function, at, method, &arguments, &mut leading)?,
        };
        if rule.loops {
            self.gone_through(function, &ast, at);
        }
        let is_awaited = !rule.loops && !rule.entered && (rule.to.is_none() || !is_manager(&ast, at));
        let is_used = !matches!(Around::of(&ast, at).parent(), Some(AnyNodeRef::StmtExpr(_)));
        let then = rule.then.clone().filter(|_| is_used);
        let arguments = arguments.kept;
        self.exchange.calls.push(NewCall { function, at, callee, is_awaited, leading, arguments, added, then });
        let raises = rule.raises.clone().map_or(super::errors::Raises::Anything, super::errors::Raises::Method);
        self.raises.push((function, at, raises));
        rule.gives.as_ref().map_or(Ok(()), |class| self.value(function, at, class))
    }

    /// What a call without an object of its own calls: a method of what is opened around its statement, or the helper that opens it.
    fn opened(
        &mut self,
        function: FnId,
        at: TextRange,
        method: &str,
        arguments: &Arguments,
        leading: &mut Vec<Bit>,
    ) -> Result<Vec<Bit>, Refusal> {
        let opened = self.target.opened.as_ref().ok_or("nothing can be opened for it")?;
        let ast = self.planner.resolver.types.ast(function.file).ok_or("the file cannot be read")?;
        if let Some(opening) = self.opening(function, &ast, at, opened, arguments) {
            let callee = format!("{}.{method}", opening.name);
            self.exchange.openings.push(opening);
            return Ok(vec![Bit::Text(callee)]);
        }
        if !arguments.opened.is_empty() {
            return Err("what it needs around it cannot stand there".to_owned());
        }
        if method != opened.method {
            leading.push(Bit::Text(format!("\"{}\"", method.to_uppercase())));
        }
        Ok(vec![Bit::Helper(opened.helper.clone())])
    }

    fn arguments(
        &mut self,
        file: FileId,
        call: &ast::ExprCall,
        rule: &CallRule,
        is_method: bool,
    ) -> Result<Arguments, Refusal> {
        let mut result = Arguments::default();
        for (position, value) in call.arguments.args.iter().enumerate() {
            if value.is_starred_expr() {
                return Err("it is called with `*`".to_owned());
            }
            let name = rule.takes.get(position).ok_or("it is given more arguments than are known")?;
            let is_named = position >= rule.positional;
            self.argument(file, (name, value.range(), value, is_named), is_method, &mut result)?;
        }
        for keyword in &call.arguments.keywords {
            let Some(name) = &keyword.arg else {
                result.named.extend(self.spread(file, call, rule, &keyword.value, is_method)?);
                result.kept.push((keyword.range(), vec![Bit::Source(keyword.range())]));
                continue;
            };
            if rule.drops.iter().any(|dropped| dropped == name.as_str()) {
                continue;
            }
            self.argument(file, (name.as_str(), keyword.range(), &keyword.value, true), is_method, &mut result)?;
        }
        for several in &self.target.conflicts {
            // By its new name as well, unless both are one argument: text for `data=` is other `content=` than a form is.
            let is_it =
                |name: &str, (old, new): &(String, String)| old == name || new == name && !several.contains(old);
            let is_given = |name: &&String| {
                argument(call, rule, name).is_some() || result.named.iter().any(|named| is_it(name, named))
            };
            if let [first, second, ..] = &several.iter().filter(is_given).collect::<Vec<_>>()[..] {
                return Err(format!("it is given both `{first}=` and `{second}=`"));
            }
        }
        self.merge(file, call, rule, is_method, &mut result)?;
        Ok(result)
    }

    /// Adds what one argument becomes: its name, where it stands, its value, and whether it is passed by name.
    fn argument(
        &mut self,
        file: FileId,
        (name, at, value, is_named): (&str, TextRange, &Expr, bool),
        is_method: bool,
        result: &mut Arguments,
    ) -> Result<(), Refusal> {
        let rule = self.argument_rule(file, name, value, is_method)?;
        if rule.drop {
            return Ok(());
        }
        let (old, name) = (name, rule.becomes.as_deref().unwrap_or(name));
        result.named.push((old.to_owned(), name.to_owned()));
        if rule.opened {
            if is_method {
                return Err(format!("`{name}=` of one call has no counterpart"));
            }
            result.opened.push((name.to_owned(), Bit::Source(value.range())));
            return Ok(());
        }
        let mut bits = Vec::new();
        if is_named {
            bits.push(Bit::Text(format!("{name}=")));
        }
        bits.extend(through(rule, value));
        result.given.push(name.to_owned());
        result.kept.push((at, bits));
        Ok(())
    }

    pub(super) fn argument_rule(
        &self,
        file: FileId,
        name: &str,
        value: &Expr,
        is_method: bool,
    ) -> Result<&'_ ArgumentRule, Refusal> {
        let found = self.kinds(file, value, 2);
        let rules = self.target.argument.iter().filter(|rule| rule.name == name && !(rule.alone && is_method));
        let minimum = self.planner.ground.terms.minimum;
        let is_old = |since: (u8, u8)| minimum.is_some_and(|minimum| minimum < since);
        let fits = |rule: &&ArgumentRule| {
            !rule.since.is_some_and(is_old)
                && (accepts(&rule.accepts, &found) || self.is_one_of(file, value, &rule.accepts))
        };
        let rule = rules.into_iter().find(fits);
        let why = || self.target.argument.iter().filter(|rule| rule.name == name).find_map(|rule| rule.reason.clone());
        let rule = rule.ok_or_else(|| why().unwrap_or_else(|| format!("`{name}=` is not known to mean the same")))?;
        let facts = self.planner.resolver.types.facts(file);
        let minds = facts.imports.iter().any(|import| {
            let top = import.module.split('.').next().unwrap_or_default();
            rule.unless_imported.iter().any(|module| module == top)
        });
        if minds { Err(format!("`{name}=` is written in another way, which a signature would show")) } else { Ok(rule) }
    }

    /// Puts arguments into others that would lose something beside them.
    fn merge(
        &self,
        file: FileId,
        call: &ast::ExprCall,
        rule: &CallRule,
        is_method: bool,
        result: &mut Arguments,
    ) -> Result<(), Refusal> {
        for name in self.target.argument.iter().filter(|rule| rule.merge.is_some()).map(|rule| &rule.name) {
            let Some((at, value)) = argument(call, rule, name) else { continue };
            let Some(merge) = &self.argument_rule(file, name, value, is_method)?.merge else { continue };
            let Some((into_at, into)) = argument(call, rule, &merge.into) else { continue };
            if !self.may_contain(file, into, &merge.where_text) {
                continue;
            }
            let own = self.argument_rule(file, name, value, is_method)?;
            result.kept.retain(|(range, _)| *range != at);
            result.given.retain(|given| given != name);
            let Some((_, bits)) = result.kept.iter_mut().find(|(range, _)| *range == into_at) else { continue };
            let value = through(own, value);
            *bits = fill(&merge.becomes, &[("{into}", &[Bit::Source(into.range())]), ("{value}", &value)]);
        }
        Ok(())
    }

    /// Whether a text that is put together there may contain `wanted`. What stands before a slash, and what is filled in behind one, is
    /// taken to be a part of a path.
    pub(super) fn may_contain(&self, file: FileId, expr: &Expr, wanted: &str) -> bool {
        match expr {
            Expr::StringLiteral(literal) => literal.value.to_str().contains(wanted),
            Expr::FString(string) => {
                let mut is_path = false;
                let mut elements = string.value.elements().peekable();
                while let Some(element) = elements.next() {
                    match element {
                        ast::InterpolatedStringElement::Literal(text) => {
                            if text.value.contains(wanted) {
                                return true;
                            }
                            is_path = text.value.contains('/');
                        }
                        ast::InterpolatedStringElement::Interpolation(field) => {
                            let next = elements.peek();
                            let is_base = matches!(next, Some(ast::InterpolatedStringElement::Literal(text))
                                if text.value.starts_with('/'));
                            if !is_base && !is_path && self.may_contain(file, &field.expression, wanted) {
                                return true;
                            }
                        }
                    }
                }
                false
            }
            Expr::BinOp(sum) if sum.op == Operator::Add => {
                let ends = |expr: &Expr| match expr {
                    Expr::StringLiteral(literal) => !literal.value.to_str().contains(wanted),
                    _ => false,
                };
                let is_base =
                    matches!(&*sum.right, Expr::StringLiteral(literal) if literal.value.to_str().starts_with('/'));
                !(is_base && ends(&sum.right))
                    && (self.may_contain(file, &sum.left, wanted) || self.may_contain(file, &sum.right, wanted))
            }
            Expr::Name(_) | Expr::Attribute(_) => {
                let literal = self.planner.resolver.types.literal(file, expr);
                literal.is_none_or(|value| value.contains(wanted))
            }
            _ => true,
        }
    }

    /// What is opened around the statement of the call, where it can.
    fn opening(
        &self,
        function: FnId,
        ast: &Ast,
        at: TextRange,
        opened: &Opened,
        arguments: &Arguments,
    ) -> Option<Opening> {
        let types = &self.planner.resolver.types;
        let text = types.text(function.file);
        let path = ast.path(at);
        let statement = path.iter().rev().find(|node| node.is_statement())?;
        let is_simple = matches!(
            statement,
            AnyNodeRef::StmtExpr(_)
                | AnyNodeRef::StmtAssign(_)
                | AnyNodeRef::StmtAnnAssign(_)
                | AnyNodeRef::StmtReturn(_)
        );
        let range = statement.range();
        let within = path.iter().filter(|node| range.contains_range(node.range()));
        let is_choice = |node: &AnyNodeRef<'_>| matches!(node, AnyNodeRef::ExprBoolOp(_) | AnyNodeRef::ExprIf(_));
        let is_sure = is_always_run(&path, range) && !within.into_iter().any(is_choice);
        let own = self.known.sites.iter().filter(|((file, site), (index, _))| {
            file.file == function.file
                && range.contains_range(*site)
                && self.planner.api(*index).codemod == self.exchange.target.0
        });
        let is_only = own.count() == 1;
        let is_hoisted = self.exchange.hoists.iter().any(|(id, hoist)| *id == function && hoist.statement == range);
        if !(is_simple && is_sure && is_only && has_own_lines(&text, range)) || is_hoisted {
            return None;
        }
        let free = |name: &str| self.free_name(function, opened, name);
        let name = free(&opened.name)?;
        let yields = value_of(*statement).is_some_and(|value| any_over_expr(value, is_yield));
        let scope = types.world().function(function).and_then(|own| ast.def(own.range)).map(Scope::of);
        let is_own = |name: &Name| {
            let mut scopes = scope.iter().filter(|scope| !scope.declared.contains(name));
            scopes.any(|scope| scope.bound.iter().any(|(bound, _)| bound == name))
        };
        let first: &dyn Fn(&Name) -> bool = &is_own;
        let is_first = range.contains_range(at) && comes_first(&path, at, yields.then_some(first));
        let result = free(&opened.result).filter(|_| is_first);
        if yields && result.is_none() {
            // It would be open while others use what is yielded.
            return None;
        }
        let result = result.map(|name| Moved { call: at, whole: at, bits: vec![Bit::Text(name.clone())], name });
        let class = opened.class.clone();
        Some(Opening {
            file: function.file,
            statement: range,
            class,
            name,
            arguments: made_with(opened, arguments),
            result,
        })
    }

    /// A name like `name` that a function has no use for.
    pub(super) fn free_name(&self, function: FnId, opened: &Opened, name: &str) -> Option<String> {
        let types = &self.planner.resolver.types;
        let text = types.text(function.file);
        let body = slice(&text, types.world().function(function)?.range);
        let module = opened.class.split('.').next().unwrap_or_default();
        let names = [name.to_owned(), format!("{module}_{name}"), format!("async_{name}")];
        names.into_iter().find(|name| !has_name(body, name))
    }
}

/// What is opened around a call is made with: names and values.
pub(super) fn made_with(opened: &Opened, arguments: &Arguments) -> Vec<(String, Bit)> {
    let defaults = opened.arguments.iter().filter(|(name, _)| !arguments.given.contains(name));
    let defaults = defaults.map(|(name, value)| (name.clone(), Bit::Text(value.clone())));
    defaults.chain(arguments.opened.iter().cloned()).collect()
}

/// Whether what a call gives is entered by a `with`.
pub(super) fn is_manager(ast: &Ast, at: TextRange) -> bool {
    matches!(Around::of(ast, at).parent(), Some(AnyNodeRef::WithItem(item)) if item.context_expr.range() == at)
}

/// The value of a statement that something can be opened around.
fn value_of<'a>(statement: AnyNodeRef<'a>) -> Option<&'a Expr> {
    match statement {
        AnyNodeRef::StmtExpr(stmt) => Some(&stmt.value),
        AnyNodeRef::StmtAssign(assign) => Some(&assign.value),
        AnyNodeRef::StmtAnnAssign(assign) => assign.value.as_deref(),
        AnyNodeRef::StmtReturn(return_) => return_.value.as_deref(),
        _ => None,
    }
}

fn is_yield(expr: &Expr) -> bool {
    matches!(expr, Expr::Yield(_) | Expr::YieldFrom(_))
}

/// Whether a call is a part of a statement's value that is worked out before all others. Of a tuple or a call it may be a later part if
/// what comes before are names that `is_own` says to be the function's.
fn comes_first(path: &[AnyNodeRef<'_>], at: TextRange, is_own: Option<&dyn Fn(&Name) -> bool>) -> bool {
    let own = path.iter().rposition(|node| node.is_expression() && node.range() == at).unwrap_or(path.len());
    let mut inner = at;
    let is_same = |expr: &Expr| match expr {
        Expr::Name(name) => is_own.is_some_and(|is_own| is_own(&name.id)),
        other => other.is_literal_expr(),
    };
    let is_next = |values: &[Expr], inner: TextRange| {
        values.iter().any(|value| value.range() == inner)
            && values.iter().take_while(|value| value.range() != inner).all(is_same)
    };
    for node in path[..own].iter().rev() {
        let leads = match node {
            AnyNodeRef::ExprAttribute(attribute) => attribute.value.range() == inner,
            AnyNodeRef::ExprSubscript(subscript) => subscript.value.range() == inner,
            AnyNodeRef::ExprCall(call) if call.func.range() == inner => true,
            AnyNodeRef::ExprBinOp(operation) => operation.left.range() == inner,
            AnyNodeRef::ExprCompare(compare) => compare.left.range() == inner,
            AnyNodeRef::ExprCall(call) => is_own.is_some() && call.func.is_name_expr(),
            AnyNodeRef::Arguments(arguments) => is_own.is_some() && is_next(&arguments.args, inner),
            AnyNodeRef::ExprTuple(tuple) => is_own.is_some() && is_next(&tuple.elts, inner),
            AnyNodeRef::ExprYield(_) => is_own.is_some(),
            AnyNodeRef::StmtReturn(_)
            | AnyNodeRef::StmtAssign(_)
            | AnyNodeRef::StmtAnnAssign(_)
            | AnyNodeRef::StmtExpr(_) => {
                return inner != at;
            }
            _ => false,
        };
        if !leads {
            return false;
        }
        inner = node.range();
    }
    false
}

/// The value, in a call of its helper where it needs one.
pub(super) fn through(rule: &ArgumentRule, value: &Expr) -> Vec<Bit> {
    match &rule.through {
        Some(helper) => vec![
            Bit::Helper(helper.clone()),
            Bit::Text("(".to_owned()),
            Bit::Source(value.range()),
            Bit::Text(")".to_owned()),
        ],
        None => vec![Bit::Source(value.range())],
    }
}

/// `template` with bits in place of the names in it.
pub(super) fn fill(template: &str, fields: &[(&str, &[Bit])]) -> Vec<Bit> {
    let mut bits = Vec::new();
    let mut rest = template;
    while let Some((at, (field, value))) =
        fields.iter().filter_map(|field| Some((rest.find(field.0)?, field))).min_by_key(|(at, _)| *at)
    {
        bits.extend(qualified(&rest[..at]));
        bits.extend(value.iter().cloned());
        rest = &rest[at + field.len()..];
    }
    bits.extend(qualified(rest));
    bits.retain(|bit| !matches!(bit, Bit::Text(text) if text.is_empty()));
    bits
}

/// Text, with the qualified name of a class or function that it starts with apart: `httpx.URL(`.
fn qualified(text: &str) -> Vec<Bit> {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '.').unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let is_name = name.contains('.') && name.starts_with(char::is_alphabetic) && !name.ends_with('.');
    if is_name {
        vec![Bit::Name(name.to_owned()), Bit::Text(rest.to_owned())]
    } else {
        vec![Bit::Text(text.to_owned())]
    }
}

/// The argument of a call called `name`, by keyword or position: all of it, and its value.
pub(super) fn argument<'a>(call: &'a ast::ExprCall, rule: &CallRule, name: &str) -> Option<(TextRange, &'a Expr)> {
    let keyword =
        call.arguments.keywords.iter().find(|keyword| keyword.arg.as_ref().is_some_and(|arg| arg.as_str() == name));
    keyword.map(|keyword| (keyword.range(), &keyword.value)).or_else(|| {
        let position = rule.takes.iter().position(|taken| taken == name)?;
        call.arguments.args.get(position).map(|value| (value.range(), value))
    })
}
