//! Whether what a call gives has to do with a later call of the same function: by a variable, or by what it decides.

use ruff_python_ast::helpers::any_over_body;
use ruff_python_ast::name::Name;
use ruff_python_ast::statement_visitor::{StatementVisitor, walk_stmt};
use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use crate::project::Ast;
use crate::project::facts::Facts;

/// Whether what the call at `from` gives may have to do with the one at `to`, going by the names in the function around both. With
/// `keeps`, what it is called on remembers what was read.
pub(super) fn reaches(
    ast: &Ast,
    facts: &Facts,
    function: TextRange,
    from: TextRange,
    keeps: bool,
    to: TextRange,
) -> bool {
    // What a `with` does at its end stands nowhere.
    let Some(def) = ast.def(function).filter(|_| !to.is_empty()) else { return true };
    let mut statements = Statements::default();
    statements.visit_body(&def.body);
    let mut flow = Flow { facts, from, names: FxHashSet::default(), decided: Vec::new() };
    let receiver = ast.call(from).filter(|_| keeps).and_then(|call| root(&call.func));
    flow.names.extend(receiver.cloned());
    // What one round of a loop says, the next one may go by.
    for stmt in statements.0.iter().chain(&statements.0) {
        flow.follow(stmt, function);
    }
    let is_told = |stmt: &&Stmt| heads(stmt).iter().any(|head| head.contains_range(to) && flow.tells(*head));
    flow.decided.iter().any(|range| range.contains_range(to)) || statements.0.iter().any(is_told)
}

#[derive(Default)]
struct Statements<'a>(Vec<&'a Stmt>);

impl<'a> StatementVisitor<'a> for Statements<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        self.0.push(stmt);
        if !matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
            walk_stmt(self, stmt);
        }
    }
}

struct Flow<'a> {
    facts: &'a Facts,
    from: TextRange,
    /// The variables that hold something of what the call gives.
    names: FxHashSet<Name>,
    /// What runs, or does not, for what the call gives.
    decided: Vec<TextRange>,
}

impl Flow<'_> {
    fn follow(&mut self, stmt: &Stmt, function: TextRange) {
        if let Stmt::Try(try_) = stmt {
            if try_.body.iter().any(|stmt| stmt.range().contains_range(self.from)) {
                self.decided.extend(try_.handlers.iter().map(Ranged::range));
            }
            return;
        }
        if !heads(stmt).into_iter().any(|head| self.tells(head)) {
            return;
        }
        self.bind(stmt);
        if matches!(stmt, Stmt::If(_) | Stmt::While(_) | Stmt::For(_) | Stmt::Match(_)) {
            let jumps = Statements::of(stmt)
                .iter()
                .any(|stmt| matches!(stmt, Stmt::Return(_) | Stmt::Raise(_) | Stmt::Break(_) | Stmt::Continue(_)));
            let end = if jumps { function.end() } else { stmt.end() };
            self.decided.push(TextRange::new(stmt.start(), end));
        }
        if matches!(stmt, Stmt::Assert(_)) {
            self.decided.push(TextRange::new(stmt.start(), function.end()));
        }
    }

    /// Whether a part of the function has to do with it.
    fn tells(&self, part: TextRange) -> bool {
        let is_of_it = |name: &Name, range: TextRange| part.contains_range(range) && self.names.contains(name);
        part.contains_range(self.from)
            || self.facts.loads.iter().any(|load| !load.attribute && is_of_it(&load.name, load.range))
    }

    /// The variables that a statement binds, or whose values it may change.
    fn bind(&mut self, stmt: &Stmt) {
        let targets: Vec<&Expr> = match stmt {
            Stmt::Assign(assign) => assign.targets.iter().collect(),
            Stmt::AnnAssign(assign) => vec![&assign.target],
            Stmt::AugAssign(assign) => vec![&assign.target],
            Stmt::For(for_) => vec![&for_.target],
            Stmt::With(with) => with.items.iter().filter_map(|item| item.optional_vars.as_deref()).collect(),
            // `rows.append(row)`: a call on the variable, with something of it.
            Stmt::Expr(stmt) => {
                let call = stmt
                    .value
                    .as_call_expr()
                    .filter(|call| call.arguments.iter_source_order().any(|given| self.tells(given.value().range())));
                call.map(|call| &*call.func).into_iter().collect()
            }
            Stmt::FunctionDef(def) => {
                self.names.insert(def.name.id.clone());
                Vec::new()
            }
            _ => Vec::new(),
        };
        for target in targets {
            self.bind_target(target);
        }
        let walrus = Statements::named(stmt);
        self.names.extend(walrus);
    }

    fn bind_target(&mut self, target: &Expr) {
        match target {
            Expr::Tuple(tuple) => tuple.elts.iter().for_each(|target| self.bind_target(target)),
            Expr::List(list) => list.elts.iter().for_each(|target| self.bind_target(target)),
            Expr::Starred(starred) => self.bind_target(&starred.value),
            Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_) => self.names.extend(root(target).cloned()),
            _ => {}
        }
    }
}

impl<'a> Statements<'a> {
    /// The statements inside one.
    fn of(stmt: &'a Stmt) -> Vec<&'a Stmt> {
        let mut inside = Self::default();
        walk_stmt(&mut inside, stmt);
        inside.0
    }

    /// What `:=` binds in a statement.
    fn named(stmt: &Stmt) -> Vec<Name> {
        let mut names = Vec::new();
        any_over_body(std::slice::from_ref(stmt), |expr| {
            if let Expr::Named(named) = expr
                && let Expr::Name(name) = &*named.target
            {
                names.push(name.id.clone());
            }
            false
        });
        names
    }
}

/// What a statement works out itself; what is in its blocks are statements of their own.
fn heads(stmt: &Stmt) -> Vec<TextRange> {
    match stmt {
        Stmt::If(branch) => {
            let tests = branch.elif_else_clauses.iter().filter_map(|clause| clause.test.as_ref());
            [&*branch.test].into_iter().chain(tests).map(Ranged::range).collect()
        }
        Stmt::While(loop_) => vec![loop_.test.range()],
        Stmt::For(for_) => vec![for_.iter.range()],
        Stmt::With(with) => with.items.iter().map(Ranged::range).collect(),
        Stmt::Match(match_) => {
            let guards = match_.cases.iter().filter_map(|case| case.guard.as_deref());
            [&*match_.subject].into_iter().chain(guards).map(Ranged::range).collect()
        }
        Stmt::Try(_) => Vec::new(),
        stmt => vec![stmt.range()],
    }
}

/// The variable that a chain of calls, attributes and items begins with.
fn root(expr: &Expr) -> Option<&Name> {
    match expr {
        Expr::Name(name) => Some(&name.id),
        Expr::Attribute(attribute) => root(&attribute.value),
        Expr::Subscript(subscript) => root(&subscript.value),
        Expr::Call(call) => root(&call.func),
        _ => None,
    }
}
