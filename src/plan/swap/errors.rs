//! The `except` clauses that see other exceptions once calls are exchanged: around the calls, and around the calls of the functions
//! that make them, up to where nothing calls any more.

use ruff_python_ast::visitor::{Visitor, walk_stmt};
use ruff_python_ast::{self as ast, AnyNodeRef, ExceptHandler, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use super::uses::Around;
use super::{Draft, Refusal};
use crate::analysis::{FnId, Lookup};
use crate::catalogue::Target;
use crate::project::{FileId, Shape};

/// The class whose rules are for all exceptions.
const ANY: &str = "builtins.Exception";

/// Classes of exceptions that any may be, or be in.
const GENERAL: [&str; 4] =
    ["builtins.Exception", "builtins.BaseException", "builtins.ExceptionGroup", "builtins.BaseExceptionGroup"];

/// The argument of a call that gives exceptions as values.
const KEEPS: &str = "return_exceptions";

/// The `raise` statements of an `except` clause: whether one says what led to it, and whether one raises something new.
#[derive(Default)]
struct Chained {
    has_cause: bool,
    has_context: bool,
}

impl<'a> Visitor<'a> for Chained {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {}
            Stmt::Raise(raise) => {
                let is_silent = raise.cause.as_deref().is_some_and(Expr::is_none_literal_expr);
                self.has_cause |= raise.cause.is_some() && !is_silent;
                self.has_context |= raise.exc.is_some();
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

/// An `except` clause that names other exceptions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    pub file: FileId,
    /// What it names now: one class, or several in a tuple.
    pub at: TextRange,
    /// Each class that has counterparts, with these.
    pub classes: Vec<(TextRange, Vec<String>)>,
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
        while let Some((function, at, raises)) = open.get(next).cloned() {
            next += 1;
            if !seen.insert((function, at, raises.clone())) {
                continue;
            }
            if self.is_kept(function, at) {
                return Err("what it raises is kept as a value on the way".to_owned());
            }
            if self.known.mentions.strays.contains(&function.file) {
                return Err("a file on the way names the library's exceptions outside of `except` clauses".to_owned());
            }
            self.watched(function, at, &raises)?;
            self.decorators(function, &raises)?;
            let graph = &self.planner.ground.analysis.graph;
            let above = self.known.above.get(&function).map(|callers| &**callers);
            let callers = above.or_else(|| graph.callers.get(&function));
            if self.planner.is_run_by_others(function, callers) {
                self.far_away(function.file, function, &raises)?;
            }
            for edge in callers.into_iter().flat_map(|callers| &callers.edges) {
                if self.gets_away(function, edge) {
                    self.far_away(edge.caller.file, function, &raises)?;
                }
                open.push((edge.caller, edge.at, raises.clone()));
            }
            // What the handlers do with exceptions may fail as well.
            open.extend(self.raises.iter().skip(taken).cloned());
            taken = self.raises.len();
        }
        let files: FxHashSet<FileId> = seen.iter().map(|(function, ..)| function.file).collect();
        files.into_iter().try_for_each(|file| self.raised_in(file))
    }

    pub(super) fn handlers(&mut self, function: FnId, at: TextRange, raises: &Raises) -> Result<(), Refusal> {
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
                self.handler(function, handler, body, raises)?;
            }
        }
        Ok(())
    }

    /// Whether a function that makes a coroutine gets what tasks raise as values.
    fn is_kept(&self, function: FnId, at: TextRange) -> bool {
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
        let shown = self.planner.shows_exception(function, handler.range(), &self.target.remarks);
        shown.map_or(Ok(()), |name| Err(format!("`{name}` in an `except` around it would show another exception")))
    }

    /// Whether an `except` clause that catches other exceptions now raises one which the program asks what led to it.
    fn chained(&self, handler: &ast::ExceptHandlerExceptHandler) -> Result<(), Refusal> {
        let mut raises = Chained::default();
        raises.visit_body(&handler.body);
        let chain = self.planner.survey.chain();
        let is_seen = raises.has_cause && (chain.cause || chain.context || chain.shown)
            || raises.has_context && (chain.context || chain.shown);
        if is_seen {
            Err("the program looks at what led to an exception, which would be another one".to_owned())
        } else {
            Ok(())
        }
    }

    fn handler(
        &mut self,
        function: FnId,
        handler: &ast::ExceptHandlerExceptHandler,
        body: TextRange,
        raises: &Raises,
    ) -> Result<(), Refusal> {
        let file = function.file;
        let Some(caught) = handler.type_.as_deref() else {
            return self.shown(function, handler).and_then(|()| self.chained(handler));
        };
        let classes = match caught {
            Expr::Tuple(tuple) => &tuple.elts[..],
            other => std::slice::from_ref(other),
        };
        let mut exchanged: Vec<(TextRange, Vec<String>)> = Vec::new();
        let mut kind: Option<String> = None;
        for class in classes {
            let names = self.planner.resolver.types.reference_names(file, class);
            if let Some(to) = self.counterparts(&names, raises) {
                // What only some of them have cannot be asked of all.
                let first = names.iter().find_map(|name| self.target.error(name)).and_then(|rule| rule.of.first());
                kind = if exchanged.is_empty() { first.cloned() } else { Some(ANY.to_owned()) };
                exchanged.push((class.range(), to));
                continue;
            }
            if let Some(list) = self.planner.listed(file, class) {
                self.renamed(function, list, false, raises)?;
                kind = Some(ANY.to_owned());
                continue;
            }
            if names.is_empty() || self.is_variable(file, class) {
                return Err("an `except` around it names what cannot be followed".to_owned());
            }
            if is_of_library(self.target, &names) {
                return Err("an `except` around it names an exception that has no counterpart".to_owned());
            }
            let base = self.target.bases.iter().find(|(base, _)| names.contains(base));
            if let Some((base, same)) = base {
                let is_same = matches!(raises, Raises::Method(method) if same.contains(method));
                if !is_same {
                    let name = base.trim_start_matches("builtins.");
                    return Err(format!("an `except {name}` around it would no longer catch what it raises"));
                }
            }
            if names.iter().any(|name| GENERAL.contains(&name.as_str())) {
                kind = Some(ANY.to_owned());
            }
        }
        let mut others = classes.iter().map(|class| self.planner.resolver.types.reference_names(file, class));
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
        Ok(())
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

    /// Whether a value goes into a remark: an argument of a call that writes one, also in an f-string or as `str(e)`.
    pub(super) fn is_remark(&self, file: FileId, around: &[AnyNodeRef<'_>]) -> bool {
        let call = around.iter().take_while(|node| !node.is_statement()).find_map(|node| match node {
            AnyNodeRef::ExprCall(call) if !matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "str") => {
                Some(*call)
            }
            _ => None,
        });
        let Some(call) = call else { return false };
        let names = self.planner.resolver.targets(file, &call.func).into_iter().flat_map(|target| target.names);
        names.into_iter().any(|name| {
            name.rsplit_once('.').is_some_and(|(of, _)| self.target.remarks.iter().any(|remark| remark == of))
        })
    }
}

impl Clause {
    /// One that names these classes at a place, around a part of a function.
    pub(super) fn new(
        file: FileId,
        at: TextRange,
        classes: Vec<(TextRange, Vec<String>)>,
        (function, body): (FnId, TextRange),
    ) -> Self {
        Self { file, at, classes, function, body, guards: Guards::Here, is_spread: false, keeps_old: true }
    }

    /// Takes in what another raise says about the same clause.
    pub(super) fn join(&mut self, other: Self) {
        self.guards = self.guards.max(other.guards);
        for (at, names) in other.classes {
            match self.classes.iter_mut().find(|(range, _)| *range == at) {
                Some((_, known)) => names.into_iter().for_each(|name| {
                    if !known.contains(&name) {
                        known.push(name);
                    }
                }),
                None => self.classes.push((at, names)),
            }
        }
    }
}

/// Whether a name is of the library whose exceptions the rules are about.
fn is_of_library(target: &Target, names: &[String]) -> bool {
    let tops = target.error.iter().flat_map(|error| &error.of).filter_map(|of| of.split('.').next());
    tops.into_iter().any(|top| names.iter().any(|name| name.split('.').next() == Some(top)))
}
