//! Functions whose types the engine cannot work out in reasonable time.
//!
//! After `if isinstance(x, A) and x == 1: continue` the engine knows that `x` is not an `A` or not 1. Every further such test
//! multiplies what it holds in mind: its time is exponential in their number.

use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{BoolOp, Expr};
use rustc_hash::{FxHashMap, FxHashSet};

use super::facts::FunctionIndex;

/// How many such tests of one variable a function may have.
const MOST: usize = 12;

/// Counts tests of a variable in two ways at once, by function.
#[derive(Debug, Default)]
pub(super) struct Tangles(FxHashMap<(FunctionIndex, Name), usize>);

impl Tangles {
    /// Notes the test of an `if` in `function`.
    pub(super) fn test(&mut self, function: FunctionIndex, test: &Expr) {
        let Expr::BoolOp(operation) = test else { return };
        if operation.op != BoolOp::And {
            return;
        }
        let mut seen: FxHashSet<Name> = FxHashSet::default();
        let mut twice: FxHashSet<Name> = FxHashSet::default();
        for operand in &operation.values {
            let mut names = Names::default();
            names.visit_expr(operand);
            for name in names.0 {
                if !seen.insert(name.clone()) {
                    twice.insert(name);
                }
            }
        }
        for name in twice {
            *self.0.entry((function, name)).or_default() += 1;
        }
    }

    /// The functions with too many, in order.
    pub(super) fn functions(&self) -> Vec<FunctionIndex> {
        let mut functions: Vec<_> =
            self.0.iter().filter(|(_, count)| **count > MOST).map(|((function, _), _)| *function).collect();
        functions.sort_unstable();
        functions.dedup();
        functions
    }
}

/// The names in an expression.
#[derive(Default)]
struct Names(FxHashSet<Name>);

impl<'a> Visitor<'a> for Names {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Name(name) = expr {
            self.0.insert(name.id.clone());
        }
        walk_expr(self, expr);
    }
}
