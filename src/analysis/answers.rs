//! Calls that cannot block, because the object has just said so: `if not queue.empty(): queue.get()`.

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, AnyNodeRef, BoolOp, CmpOp, Expr, ExprContext, Stmt, UnaryOp};
use ruff_text_size::{Ranged, TextRange};

use super::inside::same_place;
use crate::catalogue::Answer;
use crate::project::{Ast, blocks};

/// A test that has come out in some way before a call is made.
struct Known<'a> {
    test: &'a Expr,
    is_true: bool,
}

/// Whether the object of a call was asked one of these just before, and what it said means that the call does not block.
pub(super) fn is_told(ast: &Ast, call: &ast::ExprCall, answers: &[Answer]) -> bool {
    let Some(method) = call.func.as_attribute_expr().filter(|_| !answers.is_empty()) else { return false };
    let path = ast.path(call.range());
    known_at(&path, call.range()).iter().any(|known| {
        answers.iter().any(|answer| {
            let is_it = says(known.test, known.is_true, &method.value, answer);
            is_it && {
                let between = TextRange::new(known.test.end().min(call.start()), call.start());
                holds(&path, call, &method.value, answer.once.then_some(method.attr.as_str()), between)
            }
        })
    })
}

/// The tests that a call comes behind, up to the loop or function around it.
fn known_at<'a>(path: &[AnyNodeRef<'a>], call: TextRange) -> Vec<Known<'a>> {
    let mut known = Vec::new();
    for node in path.iter().rev() {
        match *node {
            AnyNodeRef::ExprIf(branch) => {
                if branch.body.range().contains_range(call) {
                    known.push(Known { test: &branch.test, is_true: true });
                } else if branch.orelse.range().contains_range(call) {
                    known.push(Known { test: &branch.test, is_true: false });
                }
            }
            AnyNodeRef::ExprBoolOp(operation) => {
                let before = operation.values.iter().take_while(|value| value.end() <= call.start());
                known.extend(before.map(|test| Known { test, is_true: operation.op == BoolOp::And }));
            }
            AnyNodeRef::StmtIf(if_) => of_branches(if_, call, &mut known),
            AnyNodeRef::StmtWhile(while_) if is_in(&while_.body, call) => {
                known.push(Known { test: &while_.test, is_true: true });
            }
            AnyNodeRef::ExprLambda(_)
            | AnyNodeRef::ExprListComp(_)
            | AnyNodeRef::ExprSetComp(_)
            | AnyNodeRef::ExprDictComp(_)
            | AnyNodeRef::ExprGenerator(_) => break,
            _ => {}
        }
        for block in blocks(*node) {
            of_block(block, call, &mut known);
        }
        if matches!(node, AnyNodeRef::StmtFor(_) | AnyNodeRef::StmtWhile(_) | AnyNodeRef::StmtFunctionDef(_)) {
            break;
        }
    }
    known
}

fn of_branches<'a>(if_: &'a ast::StmtIf, call: TextRange, known: &mut Vec<Known<'a>>) {
    let mut tests = vec![Known { test: &if_.test, is_true: true }];
    if !is_in(&if_.body, call) {
        for clause in &if_.elif_else_clauses {
            if let Some(last) = tests.last_mut() {
                last.is_true = false;
            }
            let is_here = is_in(&clause.body, call);
            if let Some(test) = clause.test.as_ref().filter(|test| is_here || test.end() <= call.start()) {
                tests.push(Known { test, is_true: true });
            }
            if is_here {
                known.extend(tests);
                return;
            }
        }
        return;
    }
    known.extend(tests);
}

/// Behind `if test: return` the test is false.
fn of_block<'a>(block: &'a [Stmt], call: TextRange, known: &mut Vec<Known<'a>>) {
    if !is_in(block, call) {
        return;
    }
    let before = block.iter().take_while(|stmt| stmt.end() <= call.start()).filter_map(Stmt::as_if_stmt);
    let leaving = before.filter(|if_| {
        let ends = if_
            .body
            .last()
            .is_some_and(|last| matches!(last, Stmt::Return(_) | Stmt::Raise(_) | Stmt::Break(_) | Stmt::Continue(_)));
        ends && if_.elif_else_clauses.is_empty()
    });
    known.extend(leaving.map(|if_| Known { test: &if_.test, is_true: false }));
}

fn is_in(block: &[Stmt], at: TextRange) -> bool {
    block.iter().any(|stmt| stmt.range().contains_range(at))
}

/// Whether it follows from the outcome of a test that `object` gave this answer.
fn says(test: &Expr, is_true: bool, object: &Expr, answer: &Answer) -> bool {
    match test {
        Expr::UnaryOp(not) if not.op == UnaryOp::Not => says(&not.operand, !is_true, object, answer),
        Expr::BoolOp(operation) if is_true == (operation.op == BoolOp::And) => {
            operation.values.iter().any(|value| says(value, is_true, object, answer))
        }
        Expr::Call(asked) => is_true == answer.is && asks(asked, object, answer),
        Expr::Compare(compare) => {
            let ([op], [number], Expr::Call(asked)) = (&*compare.ops, &*compare.comparators, &*compare.left) else {
                return false;
            };
            let is_some = match (op, number) {
                (CmpOp::Gt | CmpOp::NotEq, number) if is_number(number, 0) => true,
                (CmpOp::GtE, number) if is_number(number, 1) => true,
                (CmpOp::Eq, number) if is_number(number, 0) => false,
                (CmpOp::Is | CmpOp::Eq, Expr::BooleanLiteral(value)) => value.value,
                _ => return false,
            };
            (is_some == is_true) == answer.is && asks(asked, object, answer)
        }
        _ => false,
    }
}

fn asks(asked: &ast::ExprCall, object: &Expr, answer: &Answer) -> bool {
    asked.func.as_attribute_expr().is_some_and(|method| {
        method.attr.as_str() == answer.method && same_place(&method.value, object) && asked.arguments.is_empty()
    })
}

fn is_number(expr: &Expr, expected: u8) -> bool {
    expr.as_number_literal_expr().is_some_and(|literal| match &literal.value {
        ast::Number::Int(number) => number.as_u8() == Some(expected),
        _ => false,
    })
}

/// Whether an answer still holds at a call: nothing was awaited between the two, `object` is the same, and `once`, a method that ends it,
/// was not called.
fn holds(path: &[AnyNodeRef<'_>], call: &ast::ExprCall, object: &Expr, once: Option<&str>, between: TextRange) -> bool {
    let mut changes = Changes { object, call: call.range(), once, between, found: false };
    let around = path.iter().rev().find_map(|node| match node {
        AnyNodeRef::StmtFunctionDef(def) => Some(&def.body),
        AnyNodeRef::ModModule(module) => Some(&module.body),
        _ => None,
    });
    if let Some(body) = around {
        changes.visit_body(body);
    }
    !changes.found
}

/// What makes an answer say nothing about a later call.
struct Changes<'a> {
    object: &'a Expr,
    call: TextRange,
    once: Option<&'a str>,
    between: TextRange,
    found: bool,
}

impl Changes<'_> {
    fn is_between(&self, range: TextRange) -> bool {
        self.between.contains_range(TextRange::empty(range.start())) && !range.contains_range(self.call)
    }
}

impl<'n> Visitor<'n> for Changes<'_> {
    fn visit_stmt(&mut self, stmt: &'n Stmt) {
        let is_near = stmt.range().intersect(self.between).is_some();
        if !is_near || self.found || stmt.is_class_def_stmt() {
            return;
        }
        self.found |= match stmt {
            Stmt::FunctionDef(_) => return,
            Stmt::For(for_) => for_.is_async && self.between.contains(for_.start()),
            Stmt::With(with) => with.is_async && self.between.contains(with.start()),
            _ => false,
        };
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'n Expr) {
        self.found |= match expr {
            Expr::Lambda(_) => return,
            Expr::Await(_) | Expr::Yield(_) | Expr::YieldFrom(_) => self.is_between(expr.range()),
            Expr::Call(call) => call.func.as_attribute_expr().is_some_and(|method| {
                self.once.is_some_and(|once| method.attr.as_str() == once)
                    && same_place(&method.value, self.object)
                    && self.is_between(call.range())
            }),
            Expr::Name(ast::ExprName { ctx, .. }) | Expr::Attribute(ast::ExprAttribute { ctx, .. }) => {
                let is_bound = matches!(ctx, ExprContext::Store | ExprContext::Del);
                is_bound && is_part_of(expr, self.object) && self.is_between(expr.range())
            }
            _ => false,
        };
        walk_expr(self, expr);
    }
}

/// Whether `place` is `object`, or what that is an attribute of.
fn is_part_of(place: &Expr, object: &Expr) -> bool {
    same_place(place, object) || object.as_attribute_expr().is_some_and(|attribute| is_part_of(place, &attribute.value))
}
