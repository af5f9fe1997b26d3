//! How far a loop counts, and how many parts a value has, going by the text.

use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, Expr, Number, Operator, Stmt, StmtFor, UnaryOp};
use rustc_hash::FxHashMap;

use crate::project::syntax::generators;

/// What a bound is taken for that the text does not tell, and one that is the length of something.
const UNKNOWN: u64 = 1_000;

const LENGTH: u64 = 100;

/// How often a loop goes round that counts nothing.
const UNCOUNTED: u64 = 10;

/// How many variables a value is followed through.
pub(super) const DEPTH: usize = 3;

/// Names of numbers that are small.
const FEW: [&str; 4] = ["attempt", "retr", "tries", "depth"];

/// Measures what stands in one function.
pub(super) struct Meter<'m, 'a> {
    pub(super) constants: &'m FxHashMap<&'a Name, Option<&'a Expr>>,
    pub(super) own: FxHashMap<&'a Name, Option<&'a Expr>>,
}

/// The most steps that one loop among statements takes.
struct Depth<'m, 'a, 'b> {
    meter: &'b Meter<'m, 'a>,
    most: u64,
    calls: u64,
}

impl<'v> Visitor<'v> for Depth<'_, '_, '_> {
    fn visit_stmt(&mut self, stmt: &'v Stmt) {
        match stmt {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {}
            Stmt::For(for_) => self.most = self.most.max(self.meter.steps_of(for_)),
            Stmt::While(while_) => {
                let inside = self.meter.steps_through(&while_.body);
                self.most = self.most.max(UNCOUNTED.saturating_mul(inside));
            }
            _ => walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'v Expr) {
        match expr {
            Expr::Lambda(_) => {}
            _ if !generators(expr.into()).is_empty() => self.most = self.most.max(self.meter.steps_in(expr)),
            _ => {
                self.calls += u64::from(expr.is_call_expr());
                walk_expr(self, expr);
            }
        }
    }
}

impl<'a> Meter<'_, 'a> {
    /// What a variable of the function, or a constant of the module, was given.
    fn bound(&self, name: &Name) -> Option<&'a Expr> {
        match self.own.get(name) {
            Some(value) => *value,
            None => self.constants.get(name).copied().flatten(),
        }
    }

    /// The number that an expression gives, or one that it does not go beyond.
    fn value(&self, expr: &Expr, depth: usize) -> Option<u64> {
        match expr {
            Expr::NumberLiteral(ast::ExprNumberLiteral { value: Number::Int(number), .. }) => number.as_u64(),
            Expr::Name(name) if depth > 0 => self.value(self.bound(&name.id)?, depth - 1),
            Expr::If(branch) => {
                let (body, orelse) = (self.value(&branch.body, depth), self.value(&branch.orelse, depth));
                Some(body?.max(orelse?))
            }
            _ if is_negative(expr) => Some(0),
            Expr::BinOp(operation) => {
                let (left, right) = (self.value(&operation.left, depth), self.value(&operation.right, depth));
                let (left, right) = (left?, right?);
                match operation.op {
                    Operator::Add => left.checked_add(right),
                    Operator::Sub => left.checked_sub(right),
                    Operator::Mult => left.checked_mul(right),
                    Operator::FloorDiv => left.checked_div(right),
                    Operator::Pow => left.checked_pow(u32::try_from(right).ok()?),
                    Operator::LShift => left.checked_mul(1u64.checked_shl(u32::try_from(right).ok()?)?),
                    _ => None,
                }
            }
            Expr::Call(call) => {
                let Expr::Name(name) = &*call.func else { return None };
                let mut values = call.arguments.args.iter().map(|argument| self.value(argument, depth));
                match name.id.as_str() {
                    "min" => values.flatten().min(),
                    "int" => values.next().flatten(),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// A variable that changes, such as the counter of a loop around, is no further than that loop goes.
    fn guess(&self, bound: &Expr) -> u64 {
        let changes = bound.as_name_expr().and_then(|name| self.own.get(&name.id)).is_some_and(Option::is_none);
        if changes { LENGTH } else { guess(bound) }
    }

    /// How often a loop over a call of `range` goes round.
    fn rounds(&self, call: &ast::ExprCall) -> u64 {
        let bound = |expr: &Expr| self.value(expr, DEPTH).unwrap_or_else(|| self.guess(expr));
        match &*call.arguments.args {
            [end] => bound(end),
            [start, end] => match (self.value(start, DEPTH), self.value(end, DEPTH)) {
                (Some(start), Some(end)) => end.saturating_sub(start),
                (None, Some(end)) => end,
                (_, None) => bound(end),
            },
            [start, end, step] => {
                let known = self.value(start, DEPTH).zip(self.value(end, DEPTH));
                let far = if is_negative(step) { start } else { end };
                let whole = known.map_or_else(|| bound(far), |(start, end)| start.abs_diff(end));
                whole / self.value(step, DEPTH).unwrap_or(1).max(1)
            }
            _ => UNCOUNTED,
        }
    }

    /// How many steps a loop takes: those inside it each time round, and the calls that the innermost makes.
    pub(super) fn steps_of(&self, for_: &StmtFor) -> u64 {
        let rounds = counter(&for_.iter).map_or(UNCOUNTED, |call| self.rounds(call));
        rounds.saturating_mul(self.steps_through(&for_.body))
    }

    fn steps_through(&self, body: &[Stmt]) -> u64 {
        let mut depth = Depth { meter: self, most: 0, calls: 0 };
        depth.visit_body(body);
        if depth.most > 0 { depth.most } else { 1 + depth.calls }
    }

    /// The same of what goes round in an expression.
    pub(super) fn steps_in(&self, expr: &Expr) -> u64 {
        let rounds = generators(expr.into()).iter().map(|generator| {
            let known = counter(&generator.iter).map(|call| self.rounds(call));
            known.unwrap_or(UNCOUNTED)
        });
        let rounds = rounds.fold(1u64, u64::saturating_mul);
        let mut depth = Depth { meter: self, most: 0, calls: 0 };
        match expr {
            Expr::ListComp(comp) => depth.visit_expr(&comp.elt),
            Expr::SetComp(comp) => depth.visit_expr(&comp.elt),
            Expr::Generator(comp) => depth.visit_expr(&comp.elt),
            Expr::DictComp(comp) => depth.visit_expr(&comp.value),
            _ => {}
        }
        rounds.saturating_mul(if depth.most > 0 { depth.most } else { 1 + depth.calls })
    }

    /// How many parts a value has, as far as the text tells; 0 where it does not.
    pub(super) fn parts(&self, expr: &Expr, depth: usize) -> u64 {
        if depth == 0 {
            return 0;
        }
        let inside = |expr: &Expr| self.parts(expr, depth - 1);
        match expr {
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::Generator(_) => {
                let rounds = generators(expr.into()).iter().map(|generator| inside(&generator.iter));
                rounds.filter(|rounds| *rounds > 0).fold(0, |most: u64, rounds| most.max(1).saturating_mul(rounds))
            }
            Expr::Name(name) => self.bound(&name.id).map_or(0, inside),
            Expr::List(list) => list.elts.iter().map(inside).max().unwrap_or_default(),
            Expr::Tuple(tuple) => tuple.elts.iter().map(inside).max().unwrap_or_default(),
            Expr::Dict(dict) => dict.items.iter().map(|item| inside(&item.value)).max().unwrap_or_default(),
            Expr::BinOp(operation) if operation.op == Operator::Mult => {
                let times = |value: &Expr, number: &Expr| {
                    let is_whole = value.is_string_literal_expr()
                        || value.is_bytes_literal_expr()
                        || value.is_list_expr()
                        || value.is_tuple_expr();
                    let parts = inside(value).max(u64::from(is_whole));
                    self.value(number, DEPTH).unwrap_or_default().saturating_mul(parts)
                };
                times(&operation.left, &operation.right).max(times(&operation.right, &operation.left))
            }
            Expr::Call(call) if counter(expr).is_some() => {
                let is_known = call.arguments.args.iter().all(|bound| self.value(bound, DEPTH).is_some());
                if is_known { counter(expr).map_or(0, |call| self.rounds(call)) } else { 0 }
            }
            Expr::Call(call) => match &*call.func {
                Expr::Name(name) if matches!(name.id.as_str(), "list" | "tuple" | "set" | "dict" | "sorted") => {
                    call.arguments.args.first().map_or(0, inside)
                }
                Expr::Attribute(method) => {
                    let joined = call.arguments.args.first().filter(|_| method.attr.as_str() == "join");
                    joined.map_or_else(|| same(method).map_or(0, inside), inside)
                }
                _ => 0,
            },
            _ => 0,
        }
    }
}

/// The call of `range` that a loop goes through.
pub(super) fn counter(iter: &Expr) -> Option<&ast::ExprCall> {
    let call = iter.as_call_expr()?;
    let Expr::Name(name) = &*call.func else { return None };
    match name.id.as_str() {
        "range" => Some(call),
        "reversed" | "enumerate" => counter(call.arguments.args.first()?),
        _ => None,
    }
}

/// What a method gives the parts of.
fn same(method: &ast::ExprAttribute) -> Option<&Expr> {
    let is_it = matches!(method.attr.as_str(), "encode" | "decode" | "items" | "keys" | "values" | "copy");
    is_it.then_some(&*method.value)
}

fn is_negative(expr: &Expr) -> bool {
    let Expr::UnaryOp(operation) = expr else { return false };
    operation.op == UnaryOp::USub && operation.operand.is_number_literal_expr()
}

/// What a bound that is not known is taken for.
fn guess(bound: &Expr) -> u64 {
    let name = match bound {
        Expr::Call(call) => match &*call.func {
            Expr::Name(name) if name.id.as_str() == "len" => return LENGTH,
            Expr::Name(name) if matches!(name.id.as_str(), "min" | "max" | "int") => {
                let guesses = call.arguments.args.iter().map(guess);
                return guesses.min().unwrap_or(UNKNOWN);
            }
            _ => return UNKNOWN,
        },
        Expr::BinOp(operation) => return guess(&operation.left).min(guess_or(&operation.right, UNKNOWN)),
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        Expr::Name(name) => name.id.as_str(),
        _ => return UNKNOWN,
    };
    let name = name.to_lowercase();
    if FEW.iter().any(|few| name.contains(few)) { 3 } else { UNKNOWN }
}

fn guess_or(bound: &Expr, known: u64) -> u64 {
    if bound.is_number_literal_expr() { known } else { guess(bound) }
}
