//! What a function asks, and what it runs only because of the answer.

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{BoolOp, CmpOp, Expr, Stmt, StmtFunctionDef, StmtIf, UnaryOp};
use ruff_text_size::{Ranged, TextRange, TextSize};

/// A test, with what counts on it.
pub(super) struct Condition {
    pub test: TextRange,
    /// It is about more than whether something is there.
    pub compares: bool,
    /// It is a call that holds where it raises nothing.
    pub is_call: bool,
    pub counting: Vec<Counts>,
}

pub(super) struct Counts {
    pub range: TextRange,
    /// It is the body of the `if` or `while`.
    pub is_body: bool,
    pub holds: Holds,
}

/// What is so where something counts on a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// There is something.
    Something,
    /// There is nothing, or that is not known.
    Nothing,
}

/// The conditions of a function's own body.
pub(super) fn conditions(def: &StmtFunctionDef) -> Vec<Condition> {
    let mut finder = Finder { found: Vec::new(), end: def.end(), end_of_loop: def.end() };
    finder.visit_body(&def.body);
    finder.found
}

/// Where something stands that counts on a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Body,
    /// It runs where the test holds.
    Behind,
    /// It runs where the test does not hold.
    Else,
}

struct Finder {
    found: Vec<Condition>,
    end: TextSize,
    /// Where the body of the innermost loop ends.
    end_of_loop: TextSize,
}

impl Finder {
    fn add(&mut self, test: &Expr, counting: impl IntoIterator<Item = (Option<TextRange>, Place)>) {
        let asks_for_nothing = asks_for_nothing(test);
        let counting = counting.into_iter().filter_map(|(range, place)| {
            let is_body = place == Place::Body;
            let is_so = matches!(place, Place::Body | Place::Behind);
            let holds = if is_so == asks_for_nothing { Holds::Nothing } else { Holds::Something };
            Some(Counts { range: range?, is_body, holds })
        });
        let counting: Vec<Counts> = counting.collect();
        if !counting.is_empty() {
            self.found.push(Condition { test: test.range(), compares: compares(test), is_call: false, counting });
        }
    }

    fn check(&mut self, call: &Expr) {
        let range = TextRange::new(call.end().min(self.end), self.end);
        let counting = vec![Counts { range, is_body: false, holds: Holds::Nothing }];
        self.found.push(Condition { test: call.range(), compares: false, is_call: true, counting });
    }

    fn branch(&mut self, branch: &StmtIf) {
        let clauses = &branch.elif_else_clauses;
        let tests = std::iter::once((Some(&*branch.test), &branch.body));
        let all: Vec<_> = tests.chain(clauses.iter().map(|clause| (clause.test.as_ref(), &clause.body))).collect();
        for (index, (test, body)) in all.iter().enumerate() {
            let Some(test) = test else { continue };
            let mut counting = vec![(block(body), Place::Body)];
            counting.extend(all[index + 1..].iter().map(|(_, body)| (block(body), Place::Else)));
            if let Some(until) = body.last().and_then(|last| self.leaves(last)) {
                counting.push((Some(TextRange::new(branch.end().min(until), until)), Place::Else));
            }
            self.add(test, counting);
        }
    }

    /// Up to where nothing runs any more when a statement was the last of its block.
    fn leaves(&self, last: &Stmt) -> Option<TextSize> {
        match last {
            Stmt::Return(_) | Stmt::Raise(_) => Some(self.end),
            Stmt::Continue(_) | Stmt::Break(_) => Some(self.end_of_loop),
            _ => None,
        }
    }

    fn in_loop(&mut self, stmt: &Stmt, end: TextSize) {
        let outer = std::mem::replace(&mut self.end_of_loop, end);
        walk_stmt(self, stmt);
        self.end_of_loop = outer;
    }
}

impl<'a> Visitor<'a> for Finder {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => return,
            Stmt::For(for_) => return self.in_loop(stmt, for_.end()),
            Stmt::While(while_) => {
                self.add(&while_.test, [(block(&while_.body), Place::Body)]);
                return self.in_loop(stmt, while_.end());
            }
            Stmt::If(branch) => self.branch(branch),
            Stmt::Assert(assert) => {
                self.add(&assert.test, [(Some(TextRange::new(stmt.end(), self.end)), Place::Behind)])
            }
            Stmt::Match(match_) => {
                let cases = match_.cases.iter().map(|case| (Some(case.range()), Place::Behind));
                self.add(&match_.subject, cases.collect::<Vec<_>>());
            }
            // What may raise where something does not hold: `self._check()`.
            Stmt::Expr(expr) if expr.value.is_call_expr() => self.check(&expr.value),
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Lambda(_) => return,
            Expr::If(branch) => {
                let counting = [(Some(branch.body.range()), Place::Behind), (Some(branch.orelse.range()), Place::Else)];
                self.add(&branch.test, counting);
            }
            Expr::BoolOp(operation) => {
                for pair in operation.values.windows(2) {
                    let rest = TextRange::new(pair[1].start(), operation.end());
                    let place = if operation.op == BoolOp::And { Place::Behind } else { Place::Else };
                    self.add(&pair[0], [(Some(rest), place)]);
                }
            }
            _ => {}
        }
        walk_expr(self, expr);
    }
}

fn block(body: &[Stmt]) -> Option<TextRange> {
    Some(body.first()?.range().cover(body.last()?.range()))
}

/// Whether a test compares values, and does not only ask whether something is there.
fn compares(test: &Expr) -> bool {
    match test {
        Expr::Compare(compare) => {
            compare.ops.iter().any(|op| !matches!(op, CmpOp::Is | CmpOp::IsNot | CmpOp::In | CmpOp::NotIn))
        }
        Expr::UnaryOp(operation) => compares(&operation.operand),
        Expr::BoolOp(operation) => operation.values.iter().any(compares),
        _ => false,
    }
}

/// Whether a test holds where there is nothing: `not x`, `x is None`, `key not in x`.
fn asks_for_nothing(test: &Expr) -> bool {
    match test {
        Expr::UnaryOp(operation) => operation.op == UnaryOp::Not && !asks_for_nothing(&operation.operand),
        Expr::Compare(compare) => match (&*compare.ops, &*compare.comparators) {
            ([CmpOp::NotIn], _) => true,
            ([CmpOp::Is], [other]) => other.is_none_literal_expr(),
            _ => false,
        },
        Expr::BoolOp(operation) => operation.values.iter().all(asks_for_nothing),
        _ => false,
    }
}
