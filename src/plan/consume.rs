//! How what goes through a generator, or enters a manager that one makes, changes when that becomes asynchronous.

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, AnyNodeRef, Expr, Stmt, StmtWith};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::atomic::Part;
use super::breaks::Breaks;
use super::decide::Planner;
use super::gather::GatherForm;
use super::position;
use super::step::{Exits, has_cleanup};
use super::{Action, Change};
use crate::analysis::{FnId, Hop, Lookup, Via};
use crate::project::facts::CallForm;
use crate::project::{Ast, Shape};
use crate::text::{has_word, slice};

/// The version that has `contextlib.aclosing` and `anext` (<https://docs.python.org/3/whatsnew/3.10.html>).
pub(super) const CLOSING: (u8, u8) = (3, 10);
/// Classes of what nobody notices when it is let go of.
const PLAIN: [&str; 8] = [
    "builtins.list",
    "builtins.tuple",
    "builtins.set",
    "builtins.frozenset",
    "builtins.dict",
    "builtins.str",
    "builtins.bytes",
    "builtins.range",
];
/// What goes through all of its argument.
const COLLECTORS: [&str; 8] = ["list", "set", "tuple", "frozenset", "sorted", "sum", "min", "max"];

/// What closing a generator early does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cleanup {
    /// Nothing.
    Nothing,
    /// What it goes through itself is let go of, which may be noticed.
    LetsGo,
    /// Code of its own runs.
    Runs,
}

/// How something goes through an asynchronous generator, or enters an asynchronous manager.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Consume {
    /// `for x in g():` → `async for x in g():`. One that may stop early closes what has something to clean up: it goes through a
    /// variable of this name.
    Loop { statement: TextRange, steps: Option<String> },
    /// `… for x in g()` → `… async for x in g()`; `at` is the `for`.
    Comprehension { at: TextSize },
    /// `yield from g()` → `async for item in g():`, `yield item`.
    Delegate { statement: TextRange, item: String, steps: Option<String>, is_async: bool },
    /// `sum(g())` → `sum([item async for item in g()])`; `whole` is `list(g())` where the list is all that is wanted.
    Collect { whole: TextRange, brackets: [&'static str; 2], item: String },
    /// `next(g(), end)` → `await anext(g(), end)`.
    Next { call: TextRange },
    /// `with m():` → `async with m():`.
    With { statement: TextRange },
}

impl Planner<'_> {
    /// What becomes of the call of a generator that becomes asynchronous.
    pub(super) fn consume(&self, hop: &Hop, cleanup: Cleanup, breaks: &Breaks) -> Option<Action> {
        let types = &self.resolver.types;
        let ast = types.ast(hop.function.file)?;
        let header = Hop { via: Via::Implicit, ..*hop };
        let gather = self.gather(hop, true);
        let within = gather.as_ref().map(|gather| gather.generator);
        if position::obstacle(self.survey, hop.function, hop.at, within, self.ground.terms.minimum).is_some() {
            return None;
        }
        self.may_split_with(&header, Part::Call, Some(breaks)).ok()?;
        let has_closing = self.ground.terms.minimum.is_none_or(|minimum| minimum >= CLOSING);
        let consume = self.consumer(hop, &ast, cleanup, has_closing)?;
        let action = Action::Consume(consume);
        match gather {
            // The first iterable of a generator expression is gone through by that.
            Some(gather) if matches!(action, Action::Consume(Consume::Comprehension { .. })) => {
                // `any`, `all` and `next` stop early.
                let stops = !matches!(gather.form, GatherForm::List | GatherForm::Display { .. });
                (!stops || cleanup == Cleanup::Nothing).then(|| Action::Gather(gather, Box::new(action)))
            }
            Some(_) => None,
            None => Some(action),
        }
    }

    pub(super) fn consumer(&self, hop: &Hop, ast: &Ast, cleanup: Cleanup, has_closing: bool) -> Option<Consume> {
        if cleanup != Cleanup::Nothing && !has_closing {
            return None;
        }
        let path = ast.path(hop.at);
        let mut around = path.iter().rev().skip_while(|node| node.range() == hop.at && !node.is_statement());
        let steps = |is_closed: bool| -> Option<Option<String>> {
            if !is_closed {
                return Some(None);
            }
            self.free(hop.function, ["steps", "items", "iterator"]).map(Some)
        };
        let item = || self.free(hop.function, ["item", "value", "element"]);
        match around.next()? {
            AnyNodeRef::StmtFor(for_) if !for_.is_async && for_.iter.range() == hop.at => {
                let is_closed = cleanup == Cleanup::Runs || cleanup == Cleanup::LetsGo && Exits::of(for_).are_some();
                (!is_closed || self.is_plain_header(hop.function, for_)).then_some(())?;
                Some(Consume::Loop { statement: for_.range(), steps: steps(is_closed)? })
            }
            AnyNodeRef::Comprehension(comprehension) if comprehension.iter.range() == hop.at => {
                (!comprehension.is_async && cleanup < Cleanup::Runs)
                    .then_some(Consume::Comprehension { at: comprehension.start() })
            }
            AnyNodeRef::ExprYieldFrom(delegation) => {
                let statement = statement_of(&path, delegation)?;
                let steps = steps(cleanup != Cleanup::Nothing)?;
                Some(Consume::Delegate { statement, item: item()?, steps, is_async: true })
            }
            AnyNodeRef::ExprStarred(_) => Some(Consume::Collect { whole: hop.at, brackets: ["[", "]"], item: item()? }),
            AnyNodeRef::Arguments(arguments) => {
                let AnyNodeRef::ExprCall(call) = around.next()? else { return None };
                let is_first = arguments.args.first().is_some_and(|first| first.range() == hop.at);
                let consumer = builtin(self, hop.function, call).filter(|_| is_first)?;
                self.argument(hop, call, &consumer, cleanup, item()?)
            }
            _ => None,
        }
    }

    /// What becomes of the generator that a call of a builtin goes through.
    fn argument(
        &self,
        hop: &Hop,
        call: &ast::ExprCall,
        consumer: &str,
        cleanup: Cleanup,
        item: String,
    ) -> Option<Consume> {
        let is_alone = call.arguments.len() == 1;
        let is_new = self.ground.terms.minimum.is_none_or(|minimum| minimum >= CLOSING);
        match consumer {
            "list" if is_alone => Some(Consume::Collect { whole: call.range(), brackets: ["[", "]"], item }),
            "set" if is_alone => Some(Consume::Collect { whole: call.range(), brackets: ["{", "}"], item }),
            "join" => is_alone.then_some(Consume::Collect { whole: hop.at, brackets: ["[", "]"], item }),
            "next" => (call.arguments.args.len() == 2
                && call.arguments.keywords.is_empty()
                && cleanup == Cleanup::Nothing
                && is_new)
                .then_some(Consume::Next { call: call.range() }),
            name if COLLECTORS.contains(&name) => Some(Consume::Collect { whole: hop.at, brackets: ["[", "]"], item }),
            _ => None,
        }
    }

    /// The `with` that enters a manager which becomes asynchronous.
    pub(super) fn enter_with(
        &self,
        hop: &Hop,
        is_meant: impl Fn(TextRange) -> bool,
        breaks: &Breaks,
    ) -> Option<Action> {
        let ast = self.resolver.types.ast(hop.function.file)?;
        let path = ast.path(hop.at);
        let with: &StmtWith = path.iter().rev().find_map(|node| match node {
            AnyNodeRef::StmtWith(with) => Some(*with),
            _ => None,
        })?;
        let items = || with.items.iter().map(|item| item.context_expr.range());
        if with.is_async || !items().any(|item| item == hop.at) || !items().all(is_meant) {
            return None;
        }
        if position::obstacle(self.survey, hop.function, hop.at, None, self.ground.terms.minimum).is_some() {
            return None;
        }
        let header = Hop { via: Via::Implicit, ..*hop };
        self.may_split_with(&header, Part::Call, Some(breaks)).ok()?;
        self.may_split(&Hop { at: TextRange::empty(with.end()), ..header }, Part::Call).ok()?;
        Some(Action::Consume(Consume::With { statement: with.range() }))
    }

    /// The `yield from`s of a generator that go through something else than those that `is_treated` knows, as loops.
    pub(super) fn delegations(&self, id: FnId, is_treated: impl Fn(TextRange) -> bool) -> Option<Vec<Change>> {
        let types = &self.resolver.types;
        let ast = types.ast(id.file)?;
        let def = ast.def(types.world().function(id)?.range)?;
        let mut found = Delegations::default();
        found.visit_body(&def.body);
        if found.is_used {
            return None;
        }
        let mut changes = Vec::new();
        for (statement, value) in found.all.into_iter().filter(|(_, value)| !is_treated(*value)) {
            let item = self.free(id, ["item", "value", "element"])?;
            let consume = Consume::Delegate { statement, item, steps: None, is_async: false };
            changes.push(Change::new(id, value, Action::Consume(consume), Vec::new()));
        }
        Some(changes)
    }

    /// What a generator does when it is closed early.
    pub(super) fn cleanup(&self, id: FnId, is_of_group: impl Fn(TextRange) -> bool) -> Cleanup {
        let types = &self.resolver.types;
        let (Some(ast), Some(function)) = (types.ast(id.file), types.world().function(id)) else {
            return Cleanup::Runs;
        };
        if ast.def(function.range).is_none_or(|def| def.body.iter().any(has_cleanup)) {
            return Cleanup::Runs;
        }
        let facts = types.facts(id.file);
        let iterated = facts.calls.iter().filter(|call| call.function == id.index && call.form == CallForm::Iterate);
        let is_plain = |range: TextRange| {
            let Some(expr) = ast.expression(range) else { return false };
            let shapes = types.shapes(id.file, expr);
            let is_known = !shapes.is_empty() && shapes.iter().all(|shape| self.is_plain(shape));
            is_of_group(range) || is_display(expr) || is_known
        };
        let lets_go = iterated.into_iter().any(|call| !is_plain(call.range));
        if lets_go { Cleanup::LetsGo } else { Cleanup::Nothing }
    }

    /// Whether nobody notices when what is being gone through is let go of.
    fn is_plain(&self, shape: &Shape) -> bool {
        match shape {
            Shape::Instance(class) => {
                self.resolver.types.mro(*class).iter().any(|base| PLAIN.contains(&base.name.as_str()))
            }
            Shape::Other => true,
            Shape::Class(_) | Shape::Function(_) | Shape::Module(_) => false,
        }
    }

    /// A name that a function does not have.
    pub(super) fn free(&self, function: FnId, names: [&str; 3]) -> Option<String> {
        let types = &self.resolver.types;
        let text = types.text(function.file);
        let whole = slice(&text, types.world().function(function)?.range);
        names.iter().copied().find(|name| !has_word(whole, name)).map(str::to_owned)
    }

    /// Whether the header of a loop is one line, and its body on lines of its own.
    fn is_plain_header(&self, function: FnId, for_: &ast::StmtFor) -> bool {
        let text = self.resolver.types.text(function.file);
        let Some(body) = for_.body.first() else { return false };
        let is_single = !slice(&text, TextRange::new(for_.start(), for_.iter.start())).contains(['\n', '#']);
        is_single && slice(&text, TextRange::new(for_.iter.end(), body.start())).contains('\n')
    }
}

/// The name of a builtin that goes through its argument, or `join`.
pub(super) fn builtin(planner: &Planner<'_>, function: FnId, call: &ast::ExprCall) -> Option<String> {
    let targets = planner.resolver.targets(function.file, &call.func);
    let is_builtin = |name: &str| {
        let known = |target: &crate::project::Target| {
            target.names.iter().any(|known| known == name || known.strip_prefix("builtins.") == Some(name))
        };
        !targets.is_empty() && targets.iter().all(known)
    };
    match &*call.func {
        Expr::Name(name) => is_builtin(&name.id).then(|| name.id.to_string()),
        Expr::Attribute(attribute) if attribute.attr.as_str() == "join" => {
            is_builtin("str.join").then(|| "join".to_owned())
        }
        _ => None,
    }
}

/// A list and the like where it is used.
fn is_display(expr: &Expr) -> bool {
    matches!(expr, Expr::List(_) | Expr::Tuple(_) | Expr::Set(_) | Expr::Dict(_) | Expr::ListComp(_) | Expr::SetComp(_))
}

/// The statement that a `yield from` is all of.
fn statement_of(path: &[AnyNodeRef<'_>], delegation: &ast::ExprYieldFrom) -> Option<TextRange> {
    path.iter().rev().find_map(|node| match node {
        AnyNodeRef::StmtExpr(stmt) if stmt.value.range() == delegation.range() => Some(stmt.range()),
        _ => None,
    })
}

/// The `yield from`s of a function: each with the statement that it is and what it goes through.
#[derive(Default)]
struct Delegations {
    all: Vec<(TextRange, TextRange)>,
    /// The value of one is used, or the function returns one: only generators that are gone through in other ways have that.
    is_used: bool,
}

impl<'a> Visitor<'a> for Delegations {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {}
            Stmt::Return(return_) if return_.value.is_some() => self.is_used = true,
            Stmt::Expr(expr) => match &*expr.value {
                Expr::YieldFrom(delegation) => self.all.push((stmt.range(), delegation.value.range())),
                // What `send` gives is dropped.
                Expr::Yield(yielded) => yielded.value.iter().for_each(|value| self.visit_expr(value)),
                other => self.visit_expr(other),
            },
            _ => walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::YieldFrom(_) | Expr::Yield(_) => self.is_used = true,
            Expr::Lambda(_) => {}
            _ => walk_expr(self, expr),
        }
    }
}
