//! Generator expressions that await and are kept in a variable: all that goes through it does so asynchronously.

use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{AnyNodeRef, Expr, ExprContext, ExprName, StmtAssign};
use ruff_text_size::{Ranged, TextRange};

use super::atomic::Part;
use super::consume::{CLOSING, Cleanup, Consume, builtin};
use super::decide::Planner;
use super::position;
use crate::analysis::{FnId, Hop, Lookup, Via};
use crate::project::Ast;

impl Planner<'_> {
    /// What becomes of all that reads the variable to which an assignment binds the generator expression around a hop.
    pub(super) fn reads_of_kept(&self, hop: &Hop, assign: &StmtAssign) -> Option<Vec<(TextRange, Consume)>> {
        let [Expr::Name(variable)] = &*assign.targets else { return None };
        let (function, types) = (hop.function, &self.resolver.types);
        let (ast, own) = (types.ast(function.file)?, types.world().function(function)?);
        let has_anext = self.ground.terms.minimum.is_none_or(|minimum| minimum >= CLOSING);
        let mut names = Names { name: variable, read: Vec::new(), bound: 0 };
        names.visit_body(&ast.def(own.range)?.body);
        let is_plain = names.bound == 1 && own.parameter(&variable.id).is_none() && has_anext;
        let touched = self.survey.touched(&self.starts(hop).ok()?);
        // It runs where the variable is gone through, and is looked at where the call stands.
        if !is_plain || names.read.is_empty() || touched.iter().any(|(_, kind)| kind.is_write()) {
            return None;
        }
        let reads = names.read.into_iter().map(|at| Some((at, self.read_of_kept(function, &ast, at)?)));
        reads.collect()
    }

    fn read_of_kept(&self, function: FnId, ast: &Ast, at: TextRange) -> Option<Consume> {
        let hop = Hop { function, at, via: Via::Implicit };
        let is_there = self.resolver.types.facts(function.file).enclosing(at.start()) == function.index;
        let minimum = self.ground.terms.minimum;
        if !is_there || position::obstacle(self.survey, function, at, None, minimum).is_some() {
            return None;
        }
        self.may_split(&hop, Part::Call).ok()?;
        let path = ast.path(at);
        let is_lazy = path.iter().any(|node| matches!(node, AnyNodeRef::ExprGenerator(_)));
        let consume = self.consumer(&hop, ast, Cleanup::Nothing, true).or_else(|| self.first_of_kept(&hop, &path))?;
        (!is_lazy && !matches!(consume, Consume::Delegate { .. })).then_some(consume)
    }

    /// `next(rows)`, where nobody asks how the end is told.
    fn first_of_kept(&self, hop: &Hop, path: &[AnyNodeRef<'_>]) -> Option<Consume> {
        let call = path.iter().rev().find_map(|node| node.as_expr_call())?;
        let is_caught = path.iter().any(|node| matches!(node, AnyNodeRef::StmtTry(_) | AnyNodeRef::StmtWith(_)));
        let own = self.resolver.types.world().function(hop.function)?;
        let is_next = builtin(self, hop.function, call)? == "next"
            && call.arguments.len() == 1
            && call.arguments.args.first().is_some_and(|first| first.range() == hop.at);
        let is_asked = own.is_generator || own.name.as_str() == "__anext__";
        (is_next && !is_caught && !is_asked).then_some(Consume::Next { call: call.range() })
    }
}

/// Where a variable is read, and how often it is bound.
struct Names<'n> {
    name: &'n ExprName,
    read: Vec<TextRange>,
    bound: usize,
}

impl<'a> Visitor<'a> for Names<'_> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) if name.id == self.name.id && name.ctx == ExprContext::Load => self.read.push(name.range),
            Expr::Name(name) if name.id == self.name.id => self.bound += 1,
            _ => walk_expr(self, expr),
        }
    }
}
