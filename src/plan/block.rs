//! Parts of a coroutine that can be handed to a thread as a whole: an expression, a statement, the whole body.

use ruff_python_ast::name::Name;
use ruff_python_ast::{self as ast, AnyNodeRef, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::returning::always_returns;
use super::scope::{Scope, stored};
use crate::analysis::{Hop, Via};
use crate::project::facts::Facts;
use crate::project::{Ast, generators, last};

/// What the function of a block is called.
pub const BLOCKING: &str = "blocking";

/// A part of a coroutine that a thread runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    pub range: TextRange,
    pub form: Form,
}

/// How a part becomes something that can be handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// An expression becomes the body of a lambda.
    Expression,
    /// The same, for its truth.
    Truth,
    /// Statements become the body of a function of this name.
    Statements {
        name: String,
        /// They return: they are the last that the coroutine does, or never come to their end otherwise.
        returns: bool,
        /// The names that they bind and the coroutine reads: it had them before …
        shared: Vec<Name>,
        /// … or gets them from the function.
        made: Vec<Name>,
        /// Where its last statement binds the only one of them, up to the value.
        given_back: Option<TextRange>,
    },
}

/// The body of a coroutine, to look for blocks in.
pub(super) struct Coroutine<'a> {
    pub def: &'a ast::StmtFunctionDef,
    pub scope: Scope,
    pub ast: &'a Ast,
}

impl<'a> Coroutine<'a> {
    pub(super) fn at(ast: &'a Ast, range: TextRange) -> Option<Self> {
        let def = ast.def(range)?;
        let scope = Scope::of(def);
        Some(Self { def, scope, ast })
    }

    /// The parts around a hop that could be handed over, the best first. `is_alone` says that nothing else in the coroutine needs one;
    /// `others` are the calls that are best handed over with it.
    pub(super) fn blocks_around(&self, hop: Hop, is_alone: bool, others: &[TextRange]) -> Vec<Block> {
        let at = hop.at;
        let path = self.ast.path(at);
        let start = path.iter().position(|node| node.range() == self.def.range()).map_or(path.len(), |index| index + 1);
        let inner = &path[start.min(path.len())..];
        let is_nested = inner.iter().any(|node| {
            matches!(node, AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::StmtClassDef(_) | AnyNodeRef::ExprLambda(_))
        });
        if is_nested {
            return Vec::new();
        }
        let mut blocks = Vec::new();
        if !is_alone {
            blocks.extend(self.whole());
        }
        blocks.extend(self.scope.closed_loop(at).and_then(|range| self.statement(range)));
        let innermost = inner.iter().rposition(|node| node.is_statement());
        let Some(innermost) = innermost else { return blocks };
        if hop.via == Via::Tested {
            blocks.extend(self.truth(at));
        } else {
            let path = inner.get(innermost + 1..).unwrap_or_default();
            blocks.extend(self.expressions(inner[innermost], path, at, others));
        }
        if hop.via == Via::Implicit && is_simple(inner[innermost]) {
            blocks.extend(self.run(&inner[..=innermost], at, others, true));
        }
        blocks.extend(
            inner[..=innermost]
                .iter()
                .rev()
                .filter(|node| node.is_statement())
                .filter_map(|node| self.statement(node.range())),
        );
        blocks.extend(self.life(&inner[..=innermost], at));
        blocks.extend(self.run(&inner[..=innermost], at, others, false));
        blocks.extend(self.whole());
        // An operator that stores is no expression. Of anything else in a simple statement the expression is the better part.
        blocks.retain(|block| {
            matches!(hop.via, Via::Implicit | Via::Tested)
                || matches!(inner[innermost], AnyNodeRef::StmtAugAssign(_))
                || !inner.get(innermost).is_some_and(|node| is_simple(*node) && node.range() == block.range)
                || block.form == Form::Expression
        });
        blocks
    }

    /// The `with` that a call makes the manager of.
    pub(super) fn with_of(&self, at: TextRange) -> Option<Block> {
        let path = self.ast.path(at);
        match path.iter().rev().filter(|node| node.range() != at).collect::<Vec<_>>()[..] {
            [AnyNodeRef::WithItem(_), AnyNodeRef::StmtWith(with), ..] if !with.is_async => self.statement(with.range()),
            _ => None,
        }
    }

    /// The outermost loop around a place that awaits nothing.
    pub(super) fn loop_of(&self, at: TextRange) -> Option<Block> {
        self.scope.closed_loop(at).and_then(|range| self.statement(range))
    }

    /// The call at a place, as an expression, where what it is called on is worth a thread as well.
    pub(super) fn call_on(&self, at: TextRange, is_worth_it: &dyn Fn(TextRange) -> bool) -> Option<Block> {
        let receiver = self.ast.call(at)?.func.as_attribute_expr()?.value.range();
        (is_worth_it(receiver) && self.scope.is_closed(at) && self.scope.bound_in(at).is_empty())
            .then_some(Block { range: at, form: Form::Expression })
    }

    /// The values that come out of a block of statements: what it returns, and what it binds of the names that go on.
    pub(super) fn outcomes(&self, block: &Block, facts: &Facts) -> Vec<TextRange> {
        let Form::Statements { shared, made, .. } = &block.form else { return vec![block.range] };
        let bound = facts.bindings.iter().filter(|binding| {
            block.range.contains_range(binding.value)
                && (shared.contains(&binding.target) || made.contains(&binding.target))
        });
        let returned = self.scope.returns.iter().filter(|(at, _)| block.range.contains_range(*at));
        bound.map(|binding| binding.value).chain(returned.filter_map(|(_, value)| *value)).collect()
    }

    /// Gives the functions of blocks names of their own, in order.
    pub(super) fn name(&self, blocks: &mut [Block]) {
        let is_taken = |name: &str| self.scope.bound.iter().chain(&self.scope.read).any(|(other, _)| other == name);
        let numbered = (2..).map(|number| format!("{BLOCKING}_{number}"));
        let mut free = std::iter::once(BLOCKING.to_owned()).chain(numbered).filter(|name| !is_taken(name));
        blocks.sort_by_key(|block| block.range.start());
        for block in blocks {
            if let Form::Statements { name, .. } = &mut block.form
                && let Some(free) = free.next()
            {
                *name = free;
            }
        }
    }

    /// Drops blocks that share a name which nothing outside of blocks binds any more.
    pub(super) fn keep_bound(&self, blocks: &mut Vec<Block>) {
        while let Some(position) = blocks.iter().position(|block| !self.binds_shared(block, blocks)) {
            blocks.remove(position);
        }
    }

    fn binds_shared(&self, block: &Block, blocks: &[Block]) -> bool {
        let Form::Statements { shared, .. } = &block.form else { return true };
        shared.iter().all(|name| {
            let mut bindings = self.scope.bound.iter().filter(|(bound, _)| bound == name);
            bindings.any(|(_, at)| blocks.iter().all(|block| !block.range.contains_range(*at)))
        })
    }

    /// Whether a block is all that the coroutine does.
    pub(super) fn is_all(&self, block: &Block) -> bool {
        self.whole().is_some_and(|whole| whole.range == block.range)
    }

    /// All that the coroutine does.
    fn whole(&self) -> Option<Block> {
        let is_docstring = |stmt: &Stmt| matches!(stmt, Stmt::Expr(expr) if expr.value.is_string_literal_expr());
        let body = match &*self.def.body {
            [first, rest @ ..] if is_docstring(first) => rest,
            body => body,
        };
        let range = body.first()?.range().cover(body.last()?.range());
        self.statements(range, true, &[])
    }

    /// The statements, one after the other, from the first to the last that has one of `others`, around that with `at`; as far as
    /// nothing among them gives the loop back. Only those that follow each other, where it is `tight`.
    fn run(&self, inner: &[AnyNodeRef<'_>], at: TextRange, others: &[TextRange], tight: bool) -> Option<Block> {
        let lists = std::iter::once(&self.def.body[..]).chain(inner.iter().flat_map(|node| lists(*node)));
        let has = |stmt: &Stmt, range: TextRange| stmt.range().contains_range(range);
        // The innermost list with more than one of them.
        let lists: Vec<&[Stmt]> = lists.collect();
        lists.into_iter().rev().find_map(|list| {
            let position = list.iter().position(|stmt| has(stmt, at))?;
            let is_wanted = |stmt: &Stmt| others.iter().any(|other| has(stmt, *other));
            let is_closed = |stmt: &Stmt| self.scope.is_closed(stmt.range()) && (!tight || is_wanted(stmt));
            let before = list[..position].iter().rposition(|stmt| !is_closed(stmt)).map_or(0, |index| index + 1);
            let after =
                list[position..].iter().position(|stmt| !is_closed(stmt)).map_or(list.len(), |index| position + index);
            let first = (before..=position).find(|index| is_wanted(&list[*index])).unwrap_or(position);
            let last = (position..after).rev().find(|index| is_wanted(&list[*index]))?;
            let run = list.get(first..=last).filter(|run| run.len() > 1)?;
            self.run_of(run)
        })
    }

    /// Statements that follow each other.
    pub(super) fn run_of(&self, run: &[Stmt]) -> Option<Block> {
        let (first, last) = (run.first()?.range(), run.last()?.range());
        let is_last = self.def.body.last().is_some_and(|stmt| stmt.range() == last);
        let stmts: Vec<AnyNodeRef<'_>> = run.iter().map(AnyNodeRef::from).collect();
        self.statements(first.cover(last), is_last, &stmts)
    }

    /// The statements from the one that makes a variable to the last that reads it: the variable that is made at `at`, or that what is
    /// called there is taken from.
    fn life(&self, inner: &[AnyNodeRef<'_>], at: TextRange) -> Option<Block> {
        let lists = std::iter::once(&self.def.body[..]).chain(inner.iter().flat_map(|node| lists(*node)));
        let lists: Vec<&[Stmt]> = lists.collect();
        let list = lists.into_iter().rev().find(|list| list.iter().any(|stmt| stmt.range().contains_range(at)))?;
        let position = list.iter().position(|stmt| stmt.range().contains_range(at))?;
        let name = made_by(&list[position]).or_else(|| self.ast.call(at).and_then(|call| taken_from(&call.func)))?;
        let first = list[..=position].iter().rposition(|stmt| made_by(stmt) == Some(name))?;
        let reads = |stmt: &Stmt| {
            let mut reads = self.scope.read.iter();
            reads.any(|(read, at)| *read == name && stmt.range().contains_range(*at))
        };
        let last = list.iter().rposition(reads).filter(|last| *last > first)?;
        self.run_of(&list[first..=last])
    }

    fn statement(&self, range: TextRange) -> Option<Block> {
        let stmt = self.ast.path(range).into_iter().rev().find(|node| node.is_statement() && node.range() == range)?;
        let is_last = self.def.body.last().is_some_and(|last| last.range() == range);
        self.statements(range, is_last, &[stmt])
    }

    fn statements(&self, range: TextRange, is_last: bool, stmts: &[AnyNodeRef<'_>]) -> Option<Block> {
        if !self.scope.is_closed(range) || self.scope.shows_names {
            return None;
        }
        let returns = self.scope.returns.iter().any(|(at, _)| range.contains_range(*at));
        let returns_always = || stmts.last().is_some_and(|last| always_returns(*last, &|_| true));
        if returns && !is_last && !returns_always() {
            return None;
        }
        let (mut shared, mut made) = (Vec::new(), Vec::new());
        for name in self.scope.bound_in(range) {
            if self.scope.declared.contains(&name) {
                return None;
            }
            let is_needed = self.is_read_behind(&name, range);
            let is_outer = self.scope.is_bound_outside(&name, range);
            if is_outer && (is_needed || self.is_read_first(&name, range)) {
                shared.push(name);
            } else if is_needed {
                let is_certain = stmts.iter().any(|stmt| is_certain(*stmt, &name));
                if returns || !is_certain || self.may_be_lost(&name, range) {
                    return None;
                }
                made.push(name);
            }
        }
        let first = |name: &Name| {
            let bound = self.scope.bound.iter().filter(|(other, at)| other == name && range.contains_range(*at));
            bound.map(|(_, at)| at.start()).min()
        };
        made.sort_by_key(first);
        Some(Block {
            range,
            form: Form::Statements { name: BLOCKING.to_owned(), returns, shared, made, given_back: None },
        })
    }

    /// Whether something reads `name` after a part has bound it.
    fn is_read_behind(&self, name: &str, part: TextRange) -> bool {
        self.scope.reads_outside(name, part).any(|at| {
            let is_again = self.scope.loops.iter().any(|loop_| loop_.contains_range(at) && loop_.contains_range(part));
            at.start() >= part.end() || is_again || self.is_later(at, self.def.range())
        })
    }

    /// Whether something in a part may read `name` as it was before the part has bound it.
    fn is_read_first(&self, name: &str, part: TextRange) -> bool {
        self.scope.reads_within(name, part).any(|at| {
            let path = self.ast.path(at);
            let lists = path.iter().flat_map(|node| lists(*node)).chain([&self.def.body[..]]);
            let is_bound = lists.into_iter().any(|list| {
                let before =
                    list.iter().take_while(|stmt| !stmt.range().contains_range(at) && stmt.end() <= at.start());
                let is_here = list.iter().any(|stmt| stmt.range().contains_range(at));
                is_here
                    && before.filter(|stmt| part.contains_range(stmt.range())).any(|stmt| is_certain(stmt.into(), name))
            });
            !is_bound || self.is_later(at, part)
        })
    }

    /// Whether a place in a part is in a function inside of it, which runs whenever it is called.
    fn is_later(&self, at: TextRange, part: TextRange) -> bool {
        self.ast.path(at).into_iter().any(|node| {
            let is_function = matches!(node, AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::ExprLambda(_));
            is_function && part.contains_range(node.range()) && node.range() != self.def.range()
        })
    }

    /// Whether something reads a name that is bound in a part after that has failed half way: its function would not have given it back.
    fn may_be_lost(&self, name: &str, part: TextRange) -> bool {
        let read = |within: &dyn Fn(TextRange) -> bool| {
            self.scope.read.iter().any(|(read, at)| read == name && !part.contains_range(*at) && within(*at))
        };
        self.ast.path(TextRange::empty(part.start())).into_iter().any(|node| match node {
            AnyNodeRef::StmtTry(try_) if covers(&try_.body, part) => {
                let handlers = || try_.handlers.iter().filter_map(|handler| handler.as_except_handler());
                let goes_on =
                    handlers().any(|handler| !matches!(handler.body.last(), Some(Stmt::Return(_) | Stmt::Raise(_))));
                let is_handled = |at: TextRange| {
                    handlers().any(|handler| handler.range().contains_range(at)) || covers(&try_.finalbody, at)
                };
                read(&is_handled) || goes_on && read(&|at| !try_.range().contains_range(at))
            }
            AnyNodeRef::StmtWith(with) if covers(&with.body, part) && with.items.iter().any(swallows) => {
                read(&|at| !with.range().contains_range(at))
            }
            _ => false,
        })
    }

    /// The test of a statement.
    fn truth(&self, test: TextRange) -> Option<Block> {
        let is_test = |node: &AnyNodeRef<'_>| match node {
            AnyNodeRef::StmtIf(branch) => branch.test.range() == test,
            AnyNodeRef::ElifElseClause(clause) => clause.test.as_ref().is_some_and(|own| own.range() == test),
            AnyNodeRef::StmtWhile(loop_) => loop_.test.range() == test,
            AnyNodeRef::StmtAssert(assert) => assert.test.range() == test,
            _ => false,
        };
        let is_free = self.scope.is_closed(test) && self.scope.bound_in(test).is_empty();
        (is_free && self.ast.path(test).iter().any(is_test)).then_some(Block { range: test, form: Form::Truth })
    }

    /// The expressions of a statement around `at` that can be handed over: the smallest that has all of `others`, then the larger, then
    /// the smaller ones.
    fn expressions(
        &self,
        stmt: AnyNodeRef<'_>,
        path: &[AnyNodeRef<'_>],
        at: TextRange,
        others: &[TextRange],
    ) -> Vec<Block> {
        let whole = match stmt {
            AnyNodeRef::StmtAssign(assign) => Some(&*assign.value),
            AnyNodeRef::StmtAnnAssign(assign) => assign.value.as_deref(),
            AnyNodeRef::StmtAugAssign(assign) => Some(&*assign.value),
            AnyNodeRef::StmtReturn(return_) => return_.value.as_deref(),
            AnyNodeRef::StmtExpr(stmt) => Some(&*stmt.value),
            AnyNodeRef::StmtIf(branch) => Some(&*branch.test),
            AnyNodeRef::StmtWhile(loop_) => Some(&*loop_.test),
            AnyNodeRef::StmtFor(loop_) => Some(&*loop_.iter),
            AnyNodeRef::StmtMatch(match_) => Some(&*match_.subject),
            AnyNodeRef::StmtAssert(assert) => Some(&*assert.test),
            _ => None,
        };
        let Some(whole) = whole.filter(|whole| whole.range().contains_range(at)) else { return Vec::new() };
        let mut ranges: Vec<TextRange> = Vec::new();
        let mut callee = None;
        for node in
            path.iter().filter(|node| whole.range().contains_range(node.range()) && node.range().contains_range(at))
        {
            // What is called is no value of its own.
            let is_value = node.is_expression() && !matches!(node, AnyNodeRef::ExprStarred(_));
            if is_value && ranges.last() != Some(&node.range()) && callee != Some(node.range()) {
                ranges.push(node.range());
            }
            callee = match node {
                AnyNodeRef::ExprCall(call) => Some(call.func.range()),
                _ => None,
            };
            // What a comprehension goes through first is worked out before it, and outside of it.
            let own = generators(*node);
            if !own.is_empty() && !own.first().is_some_and(|first| first.iter.range().contains_range(at)) {
                break;
            }
        }
        let others = || others.iter().filter(|other| whole.range().contains_range(**other));
        let smallest = ranges.iter().rposition(|range| others().all(|other| range.contains_range(*other)));
        let smaller = ranges.split_off(smallest.map_or(0, |index| index + 1));
        ranges.reverse();
        ranges.extend(smaller.into_iter().rev());
        let is_open = matches!(whole, Expr::Tuple(tuple) if !tuple.parenthesized) || whole.is_starred_expr();
        ranges
            .into_iter()
            .filter(|range| !(is_open && *range == whole.range()))
            .filter(|range| self.scope.is_closed(*range) && self.scope.bound_in(*range).is_empty())
            .map(|range| Block { range, form: Form::Expression })
            .collect()
    }
}

/// The lists of statements that a compound statement has.
pub(super) fn lists<'a>(stmt: AnyNodeRef<'a>) -> Vec<&'a [Stmt]> {
    match stmt {
        AnyNodeRef::StmtIf(branch) => {
            let clauses = branch.elif_else_clauses.iter().map(|clause| &clause.body[..]);
            std::iter::once(&branch.body[..]).chain(clauses).collect()
        }
        AnyNodeRef::StmtFor(loop_) => vec![&loop_.body, &loop_.orelse],
        AnyNodeRef::StmtWhile(loop_) => vec![&loop_.body, &loop_.orelse],
        AnyNodeRef::StmtWith(with) => vec![&with.body],
        AnyNodeRef::StmtMatch(match_) => match_.cases.iter().map(|case| &case.body[..]).collect(),
        AnyNodeRef::StmtTry(try_) => {
            let handlers = try_.handlers.iter().filter_map(|handler| handler.as_except_handler());
            let handlers = handlers.map(|handler| &handler.body[..]);
            [&try_.body[..], &try_.orelse, &try_.finalbody].into_iter().chain(handlers).collect()
        }
        _ => Vec::new(),
    }
}

fn is_simple(stmt: AnyNodeRef<'_>) -> bool {
    matches!(
        stmt,
        AnyNodeRef::StmtExpr(_)
            | AnyNodeRef::StmtAssign(_)
            | AnyNodeRef::StmtAnnAssign(_)
            | AnyNodeRef::StmtAugAssign(_)
    )
}

/// Whether a list of statements has all of a part.
fn covers(body: &[Stmt], part: TextRange) -> bool {
    let whole = body.first().zip(body.last()).map(|(first, last)| first.range().cover(last.range()));
    whole.is_some_and(|whole| whole.contains_range(part))
}

/// Whether a manager is there to keep exceptions from going on: what follows the `with` runs then.
fn swallows(item: &ast::WithItem) -> bool {
    let func = match &item.context_expr {
        Expr::Call(call) => &call.func,
        other => other,
    };
    last(func).is_some_and(|name| matches!(name, "suppress" | "raises" | "ExitStack" | "AsyncExitStack"))
}

/// Whether a statement that comes to its end has bound `name`.
fn is_certain(stmt: AnyNodeRef<'_>, name: &str) -> bool {
    match stmt {
        AnyNodeRef::StmtAssign(assign) => assign.targets.iter().any(|target| binds(target, name)),
        AnyNodeRef::StmtAnnAssign(assign) => assign.value.is_some() && binds(&assign.target, name),
        AnyNodeRef::StmtWith(with) if with.items.iter().any(swallows) => false,
        AnyNodeRef::StmtWith(with) => {
            let items = with.items.iter().filter_map(|item| item.optional_vars.as_deref());
            items.into_iter().any(|target| binds(target, name)) || is_certain_in(&with.body, name)
        }
        AnyNodeRef::StmtIf(branch) => {
            is_certain_in(&branch.body, name)
                && branch.elif_else_clauses.iter().all(|clause| is_certain_in(&clause.body, name))
                && branch.elif_else_clauses.last().is_some_and(|clause| clause.test.is_none())
        }
        AnyNodeRef::StmtImport(_) | AnyNodeRef::StmtImportFrom(_) => true,
        _ => false,
    }
}

fn is_certain_in(body: &[Stmt], name: &str) -> bool {
    body.iter().any(|stmt| is_certain(stmt.into(), name))
}

fn binds(target: &Expr, name: &str) -> bool {
    let mut names = Vec::new();
    stored(target, &mut names);
    names.iter().any(|bound| bound == name)
}

/// The variable that a statement makes.
fn made_by(stmt: &Stmt) -> Option<&str> {
    match &stmt.as_assign_stmt()?.targets[..] {
        [Expr::Name(name)] => Some(name.id.as_str()),
        _ => None,
    }
}

/// The variable that what is called is an attribute of.
fn taken_from(callee: &Expr) -> Option<&str> {
    callee.as_attribute_expr()?.value.as_name_expr().map(|name| name.id.as_str())
}
