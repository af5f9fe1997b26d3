//! The `except` clauses that see other exceptions once calls are exchanged: around the calls, and around the calls of the functions
//! that make them, up to where nothing calls any more.

use ruff_python_ast::visitor::{Visitor, walk_stmt};
use ruff_python_ast::{self as ast, AnyNodeRef, BoolOp, ExceptHandler, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use super::mentions::{JSON, Newcomers};
use super::uses::Around;
use super::{Draft, Refusal};
use crate::analysis::{FnId, Lookup};
use crate::catalogue::Target;
use crate::plan::scope::Scope;
use crate::project::{FileId, Shape};
use crate::text::slice;

/// The class whose rules are for all exceptions.
pub(super) const ANY: &str = "builtins.Exception";

/// Classes of exceptions that any may be, or be in.
pub(super) const GENERAL: [&str; 4] =
    ["builtins.Exception", "builtins.BaseException", "builtins.ExceptionGroup", "builtins.BaseExceptionGroup"];

/// Why a call is not exchanged whose exceptions become values.
pub(super) const KEPT: &str = "what it raises is kept as a value on the way";

/// The argument of a call that gives exceptions as values.
const KEEPS: &str = "return_exceptions";

/// The `raise` statements of an `except` clause: whether one says what led to it, and whether one raises something new.
#[derive(Default)]
struct Chained<'a> {
    /// What the clause calls the exception.
    name: Option<&'a str>,
    has_cause: bool,
    has_context: bool,
}

impl<'a> Visitor<'a> for Chained<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {}
            Stmt::Raise(raise) => {
                let is_silent = raise.cause.as_deref().is_some_and(Expr::is_none_literal_expr);
                self.has_cause |= raise.cause.is_some() && !is_silent;
                // The exception that is being handled is not its own context.
                let is_same = |exc: &Expr| exc.as_name_expr().is_some_and(|exc| self.name == Some(exc.id.as_str()));
                self.has_context |= raise.exc.as_deref().is_some_and(|exc| !is_same(exc));
            }
            _ => walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, _: &'a Expr) {}
}

/// What may fail in another way.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Raises {
    /// Any exception of the library.
    Anything,
    /// What a method of its objects raises.
    Method(String),
}

/// What an `except` clause may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Guards {
    /// What the calls in its `try` raise.
    Here,
    /// What calls of the library raise anywhere.
    Elsewhere,
    /// What the program itself raises.
    Raised,
}

/// A class that a clause names, and what it names in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renamed {
    pub at: TextRange,
    /// Qualified.
    pub to: Vec<String>,
    /// The others stand beside it.
    pub stays: bool,
}

/// An `except` clause that names other exceptions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    pub file: FileId,
    /// What it names now: one class, or several in a tuple.
    pub at: TextRange,
    /// Each class that has counterparts, with these.
    pub classes: Vec<Renamed>,
    /// What it guards.
    pub function: FnId,
    pub body: TextRange,
    pub guards: Guards,
    /// They are arguments, each for itself.
    pub is_spread: bool,
    /// The old classes are still raised there.
    pub keeps_old: bool,
}

impl Draft<'_> {
    /// Finds the clauses that must change. Refuses where one cannot.
    pub(super) fn failures(&mut self) -> Result<(), Refusal> {
        if self.target.error.is_empty() {
            return Ok(());
        }
        let mut seen: FxHashSet<(FnId, TextRange, Raises)> = FxHashSet::default();
        let mut open = self.raises.clone();
        let (mut next, mut taken) = (0, open.len());
        loop {
            if next == open.len() {
                open.extend(self.outlets(&seen));
            }
            let Some((function, at, raises)) = open.get(next).cloned() else { break };
            next += 1;
            if !seen.insert((function, at, raises.clone())) {
                continue;
            }
            if self.is_kept(function, at) {
                return Err(KEPT.to_owned());
            }
            self.has_no_stray(function.file, "on the way")?;
            let gets_out = self.watched(function, at, &raises)?;
            // What the handlers do with exceptions may fail as well, and let them go on.
            open.extend(self.raises.iter().skip(taken).cloned());
            taken = self.raises.len();
            if !gets_out {
                continue;
            }
            self.decorators(function, &raises)?;
            let graph = &self.planner.ground.analysis.graph;
            let above = self.known.above.get(&function).map(|callers| &**callers);
            let callers = above.or_else(|| graph.callers.get(&function));
            if self.planner.is_run_by_others(function, callers) {
                self.far_away(function.file, function, self.planner.made_outside(function), &raises)?;
            }
            for edge in callers.into_iter().flat_map(|callers| &callers.edges) {
                let places = self.places_of(function, edge, &raises)?;
                open.extend(places.into_iter().map(|at| (edge.caller, at, raises.clone())));
            }
        }
        let files: FxHashSet<FileId> = seen.iter().map(|(function, ..)| function.file).collect();
        files.into_iter().try_for_each(|file| self.raised_in(file))
    }

    /// The `try` statements around a place. Gives what is in the one that lets nothing of it out, if there is one.
    pub(super) fn handlers(
        &mut self,
        function: FnId,
        at: TextRange,
        raises: &Raises,
    ) -> Result<Option<TextRange>, Refusal> {
        let ast = self.planner.resolver.types.ast(function.file).ok_or("the file cannot be read")?;
        let path = ast.path(at);
        let inner =
            path.iter().rposition(|node| matches!(node, AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::ExprLambda(_)));
        for node in path.iter().skip(inner.unwrap_or(0)).rev() {
            let AnyNodeRef::StmtTry(try_) = node else { continue };
            let (Some(first), Some(last)) = (try_.body.first(), try_.body.last()) else { continue };
            let body = TextRange::new(first.start(), last.end());
            if !body.contains_range(at) {
                continue;
            }
            for ExceptHandler::ExceptHandler(handler) in &try_.handlers {
                let takes_all = self.handler(function, handler, body, raises)?;
                self.goes_on(function, handler, raises);
                if takes_all && !try_.is_star {
                    return Ok(Some(body));
                }
            }
        }
        Ok(None)
    }

    /// Whether a function that makes a coroutine gets what tasks raise as values.
    pub(super) fn is_kept(&self, function: FnId, at: TextRange) -> bool {
        let (planner, file) = (self.planner, function.file);
        let types = &planner.resolver.types;
        let Some(ast) = types.ast(file) else { return true };
        let Some(call) = ast.call(at) else { return false };
        let world = types.world();
        let is_awaited = matches!(Around::of(&ast, at).parent(), Some(AnyNodeRef::ExprAwait(_)));
        let makes_coroutine = || {
            planner.survey.targets(file, call).iter().any(|target| {
                let own = target.function.and_then(|def| world.function(world.fn_of(def)?));
                own.is_some_and(|own| own.is_async && !own.is_generator)
            })
        };
        if is_awaited || !makes_coroutine() {
            return false;
        }
        let is_kept = |call: &ast::ExprCall| {
            call.arguments.keywords.iter().any(|keyword| {
                let is_it = keyword.arg.as_ref().is_some_and(|arg| arg.as_str() == KEEPS);
                is_it && types.literal(file, &keyword.value).is_none_or(|value| value != "False")
            })
        };
        let facts = types.facts(file);
        let mut calls = facts.calls.iter().filter(|call| call.function == function.index);
        calls.any(|call| ast.call(call.range).is_some_and(is_kept))
    }

    /// Whether what an `except` clause does shows other exceptions now, though it does not use the one that it names.
    fn shown(&self, function: FnId, handler: &ast::ExceptHandlerExceptHandler) -> Result<(), Refusal> {
        if self.is_far {
            return Ok(());
        }
        let shown = self.planner.shows_exception(function, handler.range(), &self.target.remarks);
        shown.map_or(Ok(()), |name| Err(format!("`{name}` in an `except` around it would show another exception")))
    }

    /// Whether an `except` clause that catches other exceptions now raises one which the program asks what led to it.
    fn chained(&self, handler: &ast::ExceptHandlerExceptHandler) -> Result<(), Refusal> {
        let name = handler.name.as_ref().map(ast::Identifier::as_str);
        let mut raises = Chained { name: name.filter(|name| !binds(&handler.body, name)), ..Chained::default() };
        raises.visit_body(&handler.body);
        let chain = self.planner.survey.chain();
        let shown = chain.shown && !self.is_far;
        let is_seen = raises.has_cause && (chain.cause || chain.context || shown)
            || raises.has_context && (chain.context || shown);
        if is_seen {
            Err("the program looks at what led to an exception, which would be another one".to_owned())
        } else {
            Ok(())
        }
    }

    /// What an `except` clause does. Gives whether all that is raised ends there.
    fn handler(
        &mut self,
        function: FnId,
        handler: &ast::ExceptHandlerExceptHandler,
        body: TextRange,
        raises: &Raises,
    ) -> Result<bool, Refusal> {
        let file = function.file;
        let Some(caught) = handler.type_.as_deref().map(first_of) else {
            return self.shown(function, handler).and_then(|()| self.chained(handler)).map(|()| true);
        };
        let classes = match caught {
            Expr::Tuple(tuple) => &tuple.elts[..],
            other => std::slice::from_ref(other),
        };
        let mut exchanged: Vec<Renamed> = Vec::new();
        let mut kind: Option<String> = None;
        let mut takes_all = false;
        let mut newcomers = Newcomers::default();
        for class in classes {
            let names = self.caught_names(file, class);
            newcomers.add(self.target, names.clone());
            takes_all |= self.takes_all(&names, raises);
            if let Some(to) = self.counterparts(&names, raises) {
                self.is_told_apart(&names, raises)?;
                // What only some of them have cannot be asked of all.
                let first = names.iter().find_map(|name| self.target.error(name)).and_then(|rule| rule.of.first());
                kind = if exchanged.is_empty() { first.cloned() } else { Some(ANY.to_owned()) };
                exchanged.push(Renamed { at: class.range(), to, stays: false });
                continue;
            }
            if let Some(list) = self.planner.listed(file, class) {
                self.renamed(function, list, false, raises)?;
                kind = Some(ANY.to_owned());
                continue;
            }
            if names.is_empty() || self.missing_name(file, class).is_none() && self.is_variable(file, class) {
                let text = self.planner.resolver.types.text(file);
                let caught = slice(&text, class.range());
                return Err(format!("an `except {caught}` around it names what cannot be followed"));
            }
            if is_of_library(self.target, &names) {
                return Err("an `except` around it names an exception that has no counterpart".to_owned());
            }
            if let Some(to) = self.beside(&names, raises)? {
                kind = Some(ANY.to_owned());
                exchanged.push(Renamed { at: class.range(), to, stays: true });
            }
            if names.iter().any(|name| GENERAL.contains(&name.as_str())) {
                kind = Some(ANY.to_owned());
            }
        }
        if !takes_all && !matches!(raises, Raises::Method(method) if method == JSON) {
            newcomers.are_caught(&exchanged)?;
        }
        let mut others = classes.iter().map(|class| self.caught_names(file, class));
        let is_other = others.all(|names| names.iter().all(|name| name.starts_with("builtins.")));
        if kind.is_some() || !is_other {
            // What the program raises itself may say what led to it.
            self.shown(function, handler)?;
        }
        if kind.is_some() {
            self.chained(handler)?;
        }
        if let (Some(name), Some(class)) = (&handler.name, &kind) {
            let class = if self.target.class(class).is_some() { class.as_str() } else { ANY };
            let ast = self.planner.resolver.types.ast(file).ok_or("the file cannot be read")?;
            self.loads(function, &ast, handler.range(), &name.id, class)?;
        }
        if !exchanged.is_empty() {
            self.clause(Clause::new(file, caught.range(), exchanged, (function, body)));
        }
        Ok(takes_all)
    }

    /// The names of a class in an `except` clause. One of another library need not be there to be told from those that change.
    pub(super) fn caught_names(&self, file: FileId, class: &Expr) -> Vec<String> {
        self.missing_name(file, class)
            .map_or_else(|| self.planner.resolver.types.reference_names(file, class), |name| vec![name])
    }

    /// The qualified name of what is only ever imported, or found in what is, from a library that is not there.
    pub(super) fn missing_name(&self, file: FileId, class: &Expr) -> Option<String> {
        let (root, attributes) = dotted(class)?;
        let bound = &root.as_name_expr()?.id;
        let resolver = self.planner.resolver;
        let facts = resolver.types.facts(file);
        let last_names = || self.target.error.iter().flat_map(|rule| &rule.of).filter_map(|of| of.rsplit('.').next());
        let mut imports = facts.imports.iter().filter(|import| import.bound == *bound);
        let import = imports.next().filter(|import| import.name.is_some() || !attributes.is_empty())?;
        let is_one = imports.next().is_none() && import.level == 0;
        let is_bound = facts.bindings.iter().any(|binding| binding.target == *bound);
        let name = attributes.last().copied().or(import.name.as_deref())?;
        let is_own = !resolver.index().classes(name).is_empty();
        let may_be_of_library = last_names().any(|last| last == name);
        let is_missing = || {
            let is_there = |shape: &Shape| matches!(shape, Shape::Class(_) | Shape::Module(_));
            [class, root].iter().all(|expr| !resolver.shapes(file, expr).iter().any(is_there))
        };
        // `import a.b` binds `a`.
        let whole = if import.module.split('.').next() == Some(bound.as_str()) { bound } else { &import.module };
        let path = [whole.as_str()].into_iter().chain(import.name.as_deref()).chain(attributes.iter().copied());
        (is_one && !is_bound && !is_own && !may_be_of_library && is_missing())
            .then(|| path.collect::<Vec<_>>().join("."))
    }

    /// Whether an `except` clause names something other than a class: a variable of the program for one, or for several.
    fn is_variable(&self, file: FileId, caught: &Expr) -> bool {
        let types = &self.planner.resolver.types;
        let shapes = self.planner.resolver.shapes(file, caught);
        let is_own = || {
            let name = caught.as_name_expr();
            name.is_some_and(|name| types.bindings(file, name).iter().any(|binding| types.world().is_own(binding.file)))
        };
        !shapes.iter().any(|shape| matches!(shape, Shape::Class(_))) && (!shapes.is_empty() || is_own())
    }

    pub(super) fn clause(&mut self, mut clause: Clause) {
        if self.is_apart {
            clause.guards = clause.guards.max(Guards::Elsewhere);
        }
        if self.known.mentions.are_raised {
            clause.guards = Guards::Raised;
        }
        let clauses = &mut self.exchange.clauses;
        match clauses.iter_mut().find(|other| (other.file, other.at) == (clause.file, clause.at)) {
            Some(other) => other.join(clause),
            None => clauses.push(clause),
        }
    }
}

impl Clause {
    /// One that names these classes at a place, around a part of a function.
    pub(super) fn new(file: FileId, at: TextRange, classes: Vec<Renamed>, (function, body): (FnId, TextRange)) -> Self {
        Self { file, at, classes, function, body, guards: Guards::Here, is_spread: false, keeps_old: true }
    }

    /// Takes in what another raise says about the same clause.
    pub(super) fn join(&mut self, other: Self) {
        self.guards = self.guards.max(other.guards);
        for class in other.classes {
            match self.classes.iter_mut().find(|known| known.at == class.at) {
                Some(known) => class.to.into_iter().for_each(|name| {
                    if !known.to.contains(&name) {
                        known.to.push(name);
                    }
                }),
                None => self.classes.push(class),
            }
        }
    }

    /// Whether some class gives way to others there.
    pub(super) fn replaces(&self) -> bool {
        !self.keeps_old && self.classes.iter().any(|class| !class.stays)
    }
}

/// What is named where classes are put together with `or`: the first one, as all classes are true.
fn first_of(caught: &Expr) -> &Expr {
    match caught {
        Expr::BoolOp(either) if either.op == BoolOp::Or => either.values.first().map_or(caught, first_of),
        other => other,
    }
}

/// What stands in front of all dots, and the names behind them.
fn dotted(expr: &Expr) -> Option<(&Expr, Vec<&str>)> {
    match expr {
        Expr::Attribute(attribute) => {
            let (root, mut names) = dotted(&attribute.value)?;
            names.push(attribute.attr.as_str());
            Some((root, names))
        }
        Expr::Name(_) => Some((expr, Vec::new())),
        _ => None,
    }
}

/// Whether a name is of the library whose exceptions the rules are about.
pub(super) fn is_of_library(target: &Target, names: &[String]) -> bool {
    let tops = target.error.iter().flat_map(|error| &error.of).filter_map(|of| of.split('.').next());
    tops.into_iter().any(|top| names.iter().any(|name| name.split('.').next() == Some(top)))
}

/// Whether statements give a name another value.
fn binds(body: &[Stmt], name: &str) -> bool {
    let scope = Scope::of_body(body);
    scope.bound.iter().any(|(bound, _)| bound.as_str() == name)
}
