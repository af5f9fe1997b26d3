//! The variables that hold exchanged values: what binds them, what reads them, how they are annotated.

use ruff_python_ast::{AnyNodeRef, BoolOp, Expr, ExprContext};
use ruff_text_size::{Ranged, TextRange};

use super::{Bit, Draft, Refusal};
use crate::analysis::{FnId, Lookup};
use crate::catalogue::ClassRule;
use crate::plan::scope::{Scope, stored};
use crate::project::{Ast, FileId, generators};
use crate::text::{has_word, slice};

impl Draft<'_> {
    /// Follows all that a local variable holds.
    pub(super) fn variable(&mut self, function: FnId, name: &str, class: &str) -> Result<(), Refusal> {
        if self.planner.is_variable_in(function, name) {
            return self.global(function.file, name, class);
        }
        let seen = if self.is_far { &mut self.far_variables } else { &mut self.variables };
        if !seen.insert((function, name.to_owned())) {
            return Ok(());
        }
        let types = &self.planner.resolver.types;
        let ast = types.ast(function.file).ok_or("the file cannot be read")?;
        let range = types.world().function(function).ok_or("the function is gone")?.range;
        let def = ast.def(range).ok_or_else(|| format!("`{name}` belongs to no function"))?;
        let scope = Scope::of(def);
        let bound: Vec<TextRange> =
            scope.bound.iter().filter(|(bound, _)| bound.as_str() == name).map(|(_, at)| *at).collect();
        if bound.is_empty() || scope.declared.iter().any(|declared| declared.as_str() == name) {
            return Err(format!("`{name}` is not the function's own"));
        }
        for at in bound {
            self.binding(function, &ast, at, name, class)?;
        }
        self.loads(function, &ast, range, name, class)
    }

    /// Follows all reads of a name within `range`.
    pub(super) fn loads(
        &mut self,
        function: FnId,
        ast: &Ast,
        range: TextRange,
        name: &str,
        class: &str,
    ) -> Result<(), Refusal> {
        let mut reads = reads(ast, range, name).ok_or("it stands nowhere")?;
        let is_hidden = |at: TextRange| {
            let within = |node: &&AnyNodeRef<'_>| range.contains_range(node.range()) && node.range() != range;
            ast.path(at).iter().filter(within).any(|node| binds_in_comprehension(node, name))
        };
        reads.retain(|at| !is_hidden(*at));
        for at in reads {
            if self.function_at(function.file, at) != function {
                return Err(format!("a function inside uses `{name}`"));
            }
            self.value(function, at, class)?;
        }
        Ok(())
    }

    /// What binds the name at `at` must give it a value that is exchanged.
    fn binding(&mut self, function: FnId, ast: &Ast, at: TextRange, name: &str, class: &str) -> Result<(), Refusal> {
        if at.is_empty() {
            return self.parameter(function, name, class);
        }
        let path = ast.path(at);
        let parent = path.iter().rev().find(|node| node.range() != at);
        let value = match parent {
            Some(AnyNodeRef::StmtAssign(assign)) if assign.targets.len() == 1 => &*assign.value,
            Some(AnyNodeRef::StmtAnnAssign(assign)) => match &assign.value {
                Some(value) => value,
                None => return Ok(()),
            },
            Some(AnyNodeRef::ExprNamed(named)) => &*named.value,
            Some(AnyNodeRef::WithItem(item)) => &item.context_expr,
            Some(AnyNodeRef::StmtFor(for_)) if self.values.contains(&(function.file, for_.iter.range())) => {
                return Ok(());
            }
            _ => return Err(format!("`{name}` is bound in another way as well")),
        };
        self.source(function, value, class)
    }

    /// The expression must give values that are exchanged, or None.
    pub(super) fn source(&mut self, function: FnId, value: &Expr, class: &str) -> Result<(), Refusal> {
        let at = (function.file, value.range());
        if self.values.contains(&at) || self.is_far && self.far_values.contains(&at) {
            return Ok(());
        }
        match value {
            Expr::NoneLiteral(_) => Ok(()),
            Expr::Await(await_) => self.source(function, &await_.value, class),
            Expr::If(branch) => {
                self.source(function, &branch.body, class)?;
                self.source(function, &branch.orelse, class)
            }
            Expr::Name(name) => self.variable(function, &name.id, class),
            Expr::Attribute(_) => self.object(function, value, class),
            // Objects without a truth of their own are all true.
            Expr::BoolOp(either)
                if either.op == BoolOp::Or && self.target.class(class).is_some_and(|rule| rule.truth.is_none()) =>
            {
                either.values.iter().try_for_each(|value| self.source(function, value, class))
            }
            Expr::Call(call) if self.known.sites.contains_key(&(function, call.range())) => {
                self.site(function, call.range())
            }
            Expr::Call(call) if self.is_made(function.file, call, class) => self.maker(function, call, class),
            Expr::Call(call) => {
                let targets = self.planner.resolver.targets(function.file, &call.func);
                let world = self.planner.resolver.types.world();
                let known = targets.iter().map(|target| target.function.and_then(|def| world.fn_of(def)));
                match known.collect::<Option<Vec<FnId>>>() {
                    Some(functions) if !functions.is_empty() => {
                        functions.into_iter().try_for_each(|id| self.returned(id, class))
                    }
                    _ => Err("a variable holds something else as well".to_owned()),
                }
            }
            _ => Err("a variable holds something else as well".to_owned()),
        }
    }

    pub(super) fn annotation(&mut self, file: FileId, annotation: &Expr, rule: &ClassRule) -> Result<(), Refusal> {
        if rule.local {
            return Err("its annotation says what it is".to_owned());
        }
        let Some(to) = &rule.to else { return Ok(()) };
        let is_it = |expr: &&Expr| {
            let names = self.planner.resolver.types.reference_names(file, expr);
            names.iter().any(|name| rule.of.contains(name))
        };
        let found: Vec<TextRange> = names(annotation).into_iter().filter(is_it).map(Ranged::range).collect();
        let is_known = !annotation.is_string_literal_expr() || {
            let text = self.planner.resolver.types.text(file);
            let mut last_names = rule.of.iter().filter_map(|of| of.rsplit('.').next());
            !last_names.any(|last| has_word(slice(&text, annotation.range()), last))
        };
        for range in found {
            self.part(file, range, vec![Bit::Name(to.clone())]);
        }
        is_known.then_some(()).ok_or_else(|| "its annotation is a string".to_owned())
    }
}

/// Whether a comprehension has the name for itself.
fn binds_in_comprehension(node: &AnyNodeRef<'_>, name: &str) -> bool {
    let mut names = Vec::new();
    generators(*node).iter().for_each(|generator| stored(&generator.target, &mut names));
    names.iter().any(|bound| bound.as_str() == name)
}

/// The names and attributes in an annotation.
fn names(annotation: &Expr) -> Vec<&Expr> {
    match annotation {
        Expr::Name(_) | Expr::Attribute(_) => vec![annotation],
        Expr::Subscript(subscript) => [names(&subscript.value), names(&subscript.slice)].concat(),
        Expr::BinOp(union) => [names(&union.left), names(&union.right)].concat(),
        Expr::Tuple(tuple) => tuple.elts.iter().flat_map(names).collect(),
        Expr::List(list) => list.elts.iter().flat_map(names).collect(),
        _ => Vec::new(),
    }
}

/// Where a name is read in the node at `range`, if there is one.
pub(in crate::plan) fn reads(ast: &Ast, range: TextRange, name: &str) -> Option<Vec<TextRange>> {
    use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, TraversalSignal};
    struct Reads<'a> {
        name: &'a str,
        found: Vec<TextRange>,
    }
    impl<'a> SourceOrderVisitor<'a> for Reads<'_> {
        fn enter_node(&mut self, node: AnyNodeRef<'a>) -> TraversalSignal {
            if let AnyNodeRef::ExprName(found) = node
                && found.ctx == ExprContext::Load
                && found.id.as_str() == self.name
            {
                self.found.push(found.range());
            }
            TraversalSignal::Traverse
        }
    }
    let mut reads = Reads { name, found: Vec::new() };
    ast.path(range).iter().find(|node| node.range() == range)?.visit_source_order(&mut reads);
    Some(reads.found)
}
