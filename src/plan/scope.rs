//! The names and jumps in the scope of one function, by where they stand.

use crate::analysis::FnId;
use crate::project::facts::MODULE;
use crate::project::{Types, last};
use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::{Visitor, walk_except_handler, walk_expr, walk_pattern, walk_stmt};
use ruff_python_ast::{self as ast, ExceptHandler, Expr, ExprContext, Pattern, Stmt};
use ruff_text_size::{Ranged, TextRange};

/// What matters for moving a part of a function's body into a function of its own.
#[derive(Debug, Default)]
pub(super) struct Scope {
    pub bound: Vec<(Name, TextRange)>,
    /// Also in functions inside, which see the names of this one.
    pub read: Vec<(Name, TextRange)>,
    /// Loops and `with`s, with the names that they bind before anything in them runs.
    binders: Vec<(TextRange, Vec<Name>)>,
    /// What gives the loop back.
    pub pauses: Vec<TextRange>,
    /// Each with what it returns.
    pub returns: Vec<(TextRange, Option<TextRange>)>,
    /// `break` and `continue`, each with the loop that it is about.
    pub jumps: Vec<(TextRange, TextRange)>,
    /// What means something else in another function: `super()`, `locals()`, `yield`, `global`, …
    pub tied: Vec<TextRange>,
    /// Something in it sees all of its names, by `locals()` or `eval`.
    pub shows_names: bool,
    /// What is about the exception that is being handled, which another thread does not have.
    pub exceptional: Vec<TextRange>,
    /// Where exceptions are handled.
    pub handlers: Vec<TextRange>,
    /// The names that a `global` or `nonlocal` of the function is about.
    pub declared: Vec<Name>,
    /// Where the function's own statements are in loops.
    pub loops: Vec<TextRange>,
    loop_stack: Vec<TextRange>,
    /// The names that functions and comprehensions inside have for themselves.
    hidden: Vec<Name>,
    /// How many functions and comprehensions the visitor is inside of.
    depth: usize,
}

impl Scope {
    pub(super) fn of(def: &ast::StmtFunctionDef) -> Self {
        let mut scope = Self::default();
        for parameter in def.parameters.iter() {
            scope.bound.push((parameter.name().id.clone(), TextRange::empty(def.start())));
        }
        scope.visit_body(&def.body);
        scope
    }

    /// The same, of some statements of a function.
    pub(super) fn of_body(body: &[Stmt]) -> Self {
        let mut scope = Self::default();
        scope.visit_body(body);
        scope
    }

    /// The names that are bound within `range`.
    pub(super) fn bound_in(&self, range: TextRange) -> Vec<Name> {
        let mut names: Vec<Name> =
            self.bound.iter().filter(|(_, at)| range.contains_range(*at)).map(|(name, _)| name.clone()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    pub(super) fn is_bound_outside(&self, name: &str, range: TextRange) -> bool {
        self.bound.iter().any(|(bound, at)| bound == name && !range.contains_range(*at))
    }

    /// Whether something outside of `range` reads what is bound to `name` within.
    pub(super) fn is_read_outside(&self, name: &str, range: TextRange) -> bool {
        self.reads_outside(name, range).next().is_some()
    }

    /// Where something outside of `range` reads what may be bound to `name` within.
    pub(super) fn reads_outside(&self, name: &str, range: TextRange) -> impl Iterator<Item = TextRange> {
        let is_bound_anew = move |at: TextRange| {
            self.binders(name).any(|binder| binder.contains_range(at) && !binder.contains_range(range))
        };
        self.reads(name).filter(move |at| !range.contains_range(*at) && !is_bound_anew(*at))
    }

    /// Where something within `range` may read `name` as it was bound outside.
    pub(super) fn reads_within(&self, name: &str, range: TextRange) -> impl Iterator<Item = TextRange> {
        let is_bound_here = move |at: TextRange| {
            self.binders(name).any(|binder| binder.contains_range(at) && range.contains_range(binder))
        };
        self.reads(name).filter(move |at| range.contains_range(*at) && !is_bound_here(*at))
    }

    fn reads(&self, name: &str) -> impl Iterator<Item = TextRange> {
        self.read.iter().filter(move |(read, _)| read == name).map(|(_, at)| *at)
    }

    fn binders(&self, name: &str) -> impl Iterator<Item = TextRange> {
        self.binders.iter().filter(move |(_, names)| names.iter().any(|bound| bound == name)).map(|(range, _)| *range)
    }

    /// Whether `range` could be the body of another function, but for its names and `return`s.
    pub(super) fn is_closed(&self, range: TextRange) -> bool {
        let within = |at: &TextRange| range.contains_range(*at);
        let is_handling = self.handlers.iter().any(|handler| handler.contains_range(range));
        let leaves = |(at, loop_): &(TextRange, TextRange)| within(at) && !within(loop_);
        let mut obstacles = self.pauses.iter().chain(&self.tied);
        let holds_obstacle = obstacles.any(within) || is_handling && self.exceptional.iter().any(within);
        !holds_obstacle && !self.jumps.iter().any(leaves)
    }

    /// The outermost loop around `at` that could be the body of another function.
    pub(super) fn closed_loop(&self, at: TextRange) -> Option<TextRange> {
        let around = self.loops.iter().filter(|range| range.contains_range(at) && self.is_closed(**range));
        around.max_by_key(|range| range.len()).copied()
    }

    fn bind(&mut self, name: &Name, at: TextRange) {
        if self.depth == 0 {
            self.bound.push((name.clone(), at));
        }
    }

    /// Visits what has `own` names for itself.
    fn inside(&mut self, own: Vec<Name>, visit: impl FnOnce(&mut Self)) {
        let hidden = self.hidden.len();
        self.hidden.extend(own);
        self.depth += 1;
        visit(self);
        self.depth -= 1;
        self.hidden.truncate(hidden);
    }

    fn comprehension<'a>(&mut self, expr: &'a Expr, generators: &'a [ast::Comprehension]) {
        if generators.iter().any(|generator| generator.is_async) {
            self.pauses.push(expr.range());
        }
        // The first iterable is looked up outside.
        if let Some(first) = generators.first() {
            self.visit_expr(&first.iter);
        }
        let mut own = Vec::new();
        generators.iter().for_each(|generator| stored(&generator.target, &mut own));
        self.inside(own, |scope| walk_expr(scope, expr));
    }

    /// The body of a loop or a `with` starts when its targets are bound.
    fn binder(&mut self, body: &[Stmt], targets: Vec<Name>) {
        if let (Some(first), Some(last)) = (body.first(), body.last()) {
            self.binders.push((first.range().cover(last.range()), targets));
        }
    }

    fn in_loop(&mut self, stmt: &Stmt) {
        self.loop_stack.push(stmt.range());
        self.loops.push(stmt.range());
        walk_stmt(self, stmt);
        self.loop_stack.pop();
    }
}

impl<'a> Visitor<'a> for Scope {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(def) => {
                self.bind(&def.name.id, stmt.range());
                // These are worked out where it is defined.
                let defaults = def.parameters.iter_non_variadic_params().filter_map(|own| own.default.as_deref());
                let outer = def.decorator_list.iter().map(|decorator| &decorator.expression).chain(defaults);
                outer.for_each(|expr| self.visit_expr(expr));
                let inner = Self::of(def);
                let own = inner.bound.into_iter().map(|(name, _)| name);
                let own = own.filter(|name| !inner.declared.contains(name)).collect();
                return self.inside(own, |scope| walk_stmt(scope, stmt));
            }
            Stmt::ClassDef(def) => {
                self.bind(&def.name.id, stmt.range());
                return self.inside(Vec::new(), |scope| walk_stmt(scope, stmt));
            }
            Stmt::Nonlocal(nonlocal) if self.depth > 0 => {
                self.read.extend(nonlocal.names.iter().map(|name| (name.id.clone(), stmt.range())));
                self.tied.push(stmt.range());
            }
            _ if self.depth > 0 => return walk_stmt(self, stmt),
            Stmt::For(for_) => {
                if for_.is_async {
                    self.pauses.push(stmt.range());
                }
                let mut targets = Vec::new();
                stored(&for_.target, &mut targets);
                self.binder(&for_.body, targets);
                return self.in_loop(stmt);
            }
            Stmt::While(_) => return self.in_loop(stmt),
            Stmt::With(with) => {
                if with.is_async {
                    self.pauses.push(stmt.range());
                }
                let mut targets = Vec::new();
                let bound = with.items.iter().filter_map(|item| item.optional_vars.as_deref());
                bound.for_each(|target| stored(target, &mut targets));
                self.binder(&with.body, targets);
            }
            Stmt::Return(return_) => {
                self.returns.push((stmt.range(), return_.value.as_ref().map(|value| value.range())));
            }
            Stmt::Break(_) | Stmt::Continue(_) => {
                let loop_ = self.loop_stack.last().copied().unwrap_or_default();
                self.jumps.push((stmt.range(), loop_));
            }
            Stmt::Global(ast::StmtGlobal { names, .. }) | Stmt::Nonlocal(ast::StmtNonlocal { names, .. }) => {
                self.declared.extend(names.iter().map(|name| name.id.clone()));
                self.tied.push(stmt.range());
            }
            Stmt::Delete(delete) if !delete.targets.iter().all(is_part) => self.tied.push(stmt.range()),
            Stmt::Import(import) => {
                for alias in &import.names {
                    let first = alias.name.id.split('.').next().unwrap_or_default();
                    let name = alias.asname.as_ref().map_or_else(|| Name::new(first), |name| name.id.clone());
                    self.bind(&name, stmt.range());
                }
            }
            Stmt::ImportFrom(import) => {
                for alias in &import.names {
                    self.bind(&alias.asname.as_ref().unwrap_or(&alias.name).id, stmt.range());
                }
            }
            Stmt::AugAssign(ast::StmtAugAssign { target, .. }) => {
                self.read.extend(target.as_name_expr().map(|name| (name.id.clone(), name.range())));
            }
            Stmt::Raise(raise) => {
                if raise.exc.is_none() {
                    self.exceptional.push(stmt.range());
                }
                let is_stop = raise.exc.as_deref().is_some_and(|exc| {
                    ast::helpers::any_over_expr(
                        exc,
                        |expr| matches!(expr, Expr::Name(name) if name.id.as_str() == "StopIteration"),
                    )
                });
                if is_stop {
                    self.tied.push(stmt.range());
                }
            }
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(inner) = handler;
        self.handlers.push(handler.range());
        if let Some(name) = &inner.name {
            self.bind(&name.id, handler.range());
            if self.depth == 0 {
                self.binder(&inner.body, vec![name.id.clone()]);
            }
        }
        walk_except_handler(self, handler);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        let name = match pattern {
            Pattern::MatchAs(matched) => matched.name.as_ref(),
            Pattern::MatchStar(matched) => matched.name.as_ref(),
            Pattern::MatchMapping(matched) => matched.rest.as_ref(),
            _ => None,
        };
        if let Some(name) = name {
            self.bind(&name.id, pattern.range());
        }
        walk_pattern(self, pattern);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) if name.id.as_str() == "__class__" => self.tied.push(name.range()),
            Expr::Name(name) => match name.ctx {
                ExprContext::Load if self.hidden.contains(&name.id) => {}
                ExprContext::Load => self.read.push((name.id.clone(), name.range())),
                ExprContext::Del => {
                    // It must be there, to go.
                    self.read.push((name.id.clone(), name.range()));
                    self.bind(&name.id, name.range());
                }
                _ => self.bind(&name.id, name.range()),
            },
            Expr::Named(named) if self.depth > 0 => {
                // It binds a name of the function around a comprehension.
                self.tied.push(named.range());
            }
            Expr::Lambda(lambda) => {
                let parameters = lambda.parameters.iter().flat_map(|parameters| parameters.iter());
                let own = parameters.map(|parameter| parameter.name().id.clone()).collect();
                return self.inside(own, |scope| walk_expr(scope, expr));
            }
            Expr::ListComp(ast::ExprListComp { generators, .. })
            | Expr::SetComp(ast::ExprSetComp { generators, .. })
            | Expr::DictComp(ast::ExprDictComp { generators, .. })
            | Expr::Generator(ast::ExprGenerator { generators, .. }) => return self.comprehension(expr, generators),
            Expr::Await(_) => self.pauses.push(expr.range()),
            Expr::Yield(_) | Expr::YieldFrom(_) => self.tied.push(expr.range()),
            Expr::Call(call) if depends_on_frame(call) => {
                self.shows_names |= shows_names(call);
                self.tied.push(expr.range());
            }
            Expr::Call(call) if is_about_exception(call) => self.exceptional.push(expr.range()),
            _ => {}
        }
        walk_expr(self, expr);
    }
}

/// Whether a call gives, or may use, all names of the function that makes it.
fn shows_names(call: &ast::ExprCall) -> bool {
    matches!(last(&call.func), Some("locals" | "eval" | "exec" | "vars" | "dir"))
}

/// Whether a call is about the function that makes it.
fn depends_on_frame(call: &ast::ExprCall) -> bool {
    match last(&call.func) {
        Some("super" | "vars" | "dir") => call.arguments.is_empty(),
        Some("locals" | "eval" | "exec" | "currentframe" | "_getframe" | "stack" | "extract_stack") => true,
        _ => false,
    }
}

/// Whether a call looks at the exception that is being handled.
fn is_about_exception(call: &ast::ExprCall) -> bool {
    matches!(last(&call.func), Some("exception" | "exc_info" | "format_exc" | "print_exc"))
        || call.arguments.find_keyword("exc_info").is_some()
}

/// Whether a target of `del` is an item or an attribute of something, and no variable.
fn is_part(target: &Expr) -> bool {
    target.is_subscript_expr() || target.is_attribute_expr()
}

/// Whether a name means the module's variable in a function.
pub(super) fn is_of_module(types: &Types, function: FnId, name: &str) -> bool {
    let (facts, Some(ast)) = (types.facts(function.file), types.ast(function.file)) else { return false };
    let mut index = function.index;
    while index != MODULE {
        let Some(info) = facts.functions.get(index as usize) else { return false };
        let is_own = match ast.def(info.range).map(Scope::of) {
            Some(scope) => {
                scope.bound.iter().any(|(bound, _)| bound == name)
                    && !scope.declared.iter().any(|declared| declared == name)
            }
            None => info.parameter(name).is_some(),
        };
        if is_own {
            return false;
        }
        index = info.parent;
    }
    true
}

/// The names that a target binds.
pub(super) fn stored(target: &Expr, names: &mut Vec<Name>) {
    match target {
        Expr::Name(name) => names.push(name.id.clone()),
        Expr::Tuple(tuple) => tuple.elts.iter().for_each(|target| stored(target, names)),
        Expr::List(list) => list.elts.iter().for_each(|target| stored(target, names)),
        Expr::Starred(starred) => stored(&starred.value, names),
        _ => {}
    }
}
