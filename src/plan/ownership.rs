//! Whether an object that keeps state between its calls is in use by one function only.

use ruff_python_ast::{AnyNodeRef, Expr, ExprName};
use ruff_text_size::{Ranged, TextRange};

use super::collect::place_in;
use super::memo::Survey;
use super::region::Region;
use super::touch::{Root, Roots};
use crate::analysis::{FnId, Graph, Lookup, Resolver, Site};
use crate::catalogue::Threading;
use crate::project::facts::CallForm;
use crate::project::{Ast, Shape};

/// How many links a chain of calls may have: `query.filter(…).order_by(…).limit(…)`.
const LINKS: usize = 16;

/// Whether what the site is called on was made by the function that makes the call (or by one that passed it on and has
/// no other use for it, going by `roots`).
pub(super) fn is_private(survey: Survey<'_>, site: &Site, roots: &Roots) -> bool {
    let world = survey.resolver.types.world();
    let Some(ast) = survey.resolver.types.ast(site.file) else {
        return false;
    };
    let receiver = match ast.expression(site.range) {
        Some(Expr::Call(call)) if site.via() == crate::analysis::Via::Call => match &*call.func {
            Expr::Attribute(attribute) => &*attribute.value,
            _ => return true,
        },
        Some(expr) => expr,
        None => return false,
    };
    // What an object keeps that one task has alone was made by others than the function all the same.
    let mut roots: Roots = roots.iter().map(|(name, root)| (name.clone(), root.of_anybody())).collect();
    if let Some(object) = world.function(site.function).and_then(|own| own.parameters.first()) {
        roots.entry(object.name.clone()).or_insert_with(|| Root::shared(object.name.as_str()));
    }
    is_private_object(survey, &ast, site.function, receiver, &roots, LINKS)
}

fn is_private_object(
    survey: Survey<'_>,
    ast: &Ast,
    function: FnId,
    object: &Expr,
    roots: &Roots,
    depth: usize,
) -> bool {
    let resolver = survey.resolver;
    let is_module =
        |expr: &Expr| resolver.types.shapes(function.file, expr).iter().any(|shape| matches!(shape, Shape::Module(_)));
    if depth == 0 {
        return false;
    }
    if is_module(object) {
        return true;
    }
    if place_in(survey, ast, function, roots, object).is_some() {
        return false;
    }
    // What an object with state made shares that state: the cursor of a connection.
    let values: Vec<&Expr> = match object {
        Expr::Name(name) => {
            let facts = resolver.types.facts(function.file);
            facts
                .bindings
                .iter()
                .filter(|binding| binding.function == function.index && binding.target == name.id)
                .filter_map(|binding| ast.expression(binding.value))
                .filter(|value| !is_made_of(value, name))
                .collect()
        }
        other => vec![other],
    };
    values.iter().all(|value| {
        let value = match value {
            Expr::Await(await_) => &await_.value,
            value => *value,
        };
        match value {
            Expr::Call(call) => match &*call.func {
                Expr::Attribute(attribute) if keeps_state(resolver, function, &attribute.value) => {
                    is_private_object(survey, ast, function, &attribute.value, roots, depth - 1)
                }
                // What is called may give what it keeps, for each thread or for all.
                callee if keeps_state(resolver, function, callee) => {
                    is_private_object(survey, ast, function, callee, roots, depth - 1)
                }
                _ => true,
            },
            Expr::Name(_) => is_private_object(survey, ast, function, value, roots, depth - 1),
            _ => true,
        }
    })
}

/// Whether a value is what calls on the variable give that it is bound to, which says nothing of what that was first:
/// `query = query.filter(…)`.
fn is_made_of(value: &Expr, variable: &ExprName) -> bool {
    match value {
        Expr::Call(call) => match &*call.func {
            Expr::Attribute(attribute) => match &*attribute.value {
                Expr::Name(name) => name.id == variable.id,
                inner => is_made_of(inner, variable),
            },
            _ => false,
        },
        _ => false,
    }
}

/// Whether the object is of a class with calls that only its owner may make.
pub(super) fn keeps_state(resolver: &Resolver<'_>, function: FnId, object: &Expr) -> bool {
    resolver.may_be_instance(function.file, object, |class| resolver.catalogue().threading(class) > Threading::Needless)
}

/// Whether the value of the expression at `range` is an object that no other thread may use.
pub(super) fn is_thread_bound(resolver: &Resolver<'_>, function: FnId, range: TextRange) -> bool {
    let Some(ast) = resolver.types.ast(function.file) else {
        return false;
    };
    ast.expression(range).is_some_and(|value| {
        resolver
            .may_be_instance(function.file, value, |class| resolver.catalogue().threading(class) == Threading::Never)
    })
}

/// Whether the object that a site makes stays in the functions that a thread runs: it is entered or bound to a local name that is
/// not yielded or stored elsewhere, and returned only to those of them that do the same. `starts` are the functions that the loop
/// gets results from.
pub(super) fn stays(resolver: &Resolver<'_>, graph: &Graph, site: &Site, region: &Region, starts: &[FnId]) -> bool {
    // Rows are no cursor.
    let keeper = Keeper { resolver, graph, region, starts };
    site.form != CallForm::Call || !is_thread_bound_or_new(resolver, site) || keeper.keeps(site.function, site.range, 3)
}

/// Whether what a site gives is an object that no other thread may use, or may be one as far as is known.
fn is_thread_bound_or_new(resolver: &Resolver<'_>, site: &Site) -> bool {
    let is_known = || {
        let ast = resolver.types.ast(site.file);
        ast.is_some_and(|ast| {
            ast.expression(site.range).is_some_and(|value| !resolver.types.shapes(site.file, value).is_empty())
        })
    };
    let api = &resolver.catalogue().apis[site.api as usize];
    let of = api.name.rsplit('.').nth(1).unwrap_or_default();
    let is_method = of.starts_with(|c: char| c.is_ascii_uppercase());
    is_thread_bound(resolver, site.function, site.range) || !is_method && !is_known()
}

struct Keeper<'a> {
    resolver: &'a Resolver<'a>,
    graph: &'a Graph,
    region: &'a Region,
    starts: &'a [FnId],
}

impl Keeper<'_> {
    /// Whether what the call at `range` gives stays in the function, or in those of the thread that it is returned to.
    fn keeps(&self, function: FnId, range: TextRange, depth: usize) -> bool {
        let Some(ast) = self.resolver.types.ast(function.file) else { return false };
        let path = ast.path(range);
        if path.iter().any(|node| matches!(node, AnyNodeRef::StmtExpr(_)) && node.range() == range) {
            return true;
        }
        let parent = path.iter().rev().find(|node| node.range() != range);
        let target = match parent {
            Some(AnyNodeRef::WithItem(item)) => item.optional_vars.as_deref(),
            Some(AnyNodeRef::StmtAssign(assign)) => match &*assign.targets {
                [target] => Some(target),
                _ => return false,
            },
            Some(AnyNodeRef::StmtReturn(_)) => return self.is_kept_by_callers(function, depth),
            Some(
                AnyNodeRef::ExprCall(_)
                | AnyNodeRef::ExprAttribute(_)
                | AnyNodeRef::Arguments(_)
                | AnyNodeRef::Comprehension(_)
                | AnyNodeRef::StmtFor(_),
            ) => None,
            _ => return false,
        };
        match target {
            None => true,
            Some(Expr::Name(name)) => self.keeps_variable(&ast, function, name, depth),
            Some(_) => false,
        }
    }

    fn keeps_variable(&self, ast: &Ast, function: FnId, name: &ExprName, depth: usize) -> bool {
        let facts = self.resolver.types.facts(function.file);
        let mut loads = facts
            .loads
            .iter()
            .filter(|load| load.function == function.index && load.name == name.id && !load.attribute);
        loads.all(|load| {
            let path = ast.path(load.range);
            match path.iter().rev().find(|node| node.range() != load.range) {
                Some(AnyNodeRef::StmtReturn(_)) => self.is_kept_by_callers(function, depth),
                Some(
                    AnyNodeRef::ExprYield(_)
                    | AnyNodeRef::StmtAssign(_)
                    | AnyNodeRef::ExprTuple(_)
                    | AnyNodeRef::ExprList(_)
                    | AnyNodeRef::ExprDict(_),
                ) => false,
                _ => true,
            }
        })
    }

    fn is_kept_by_callers(&self, function: FnId, depth: usize) -> bool {
        let is_inside = |id: FnId| self.region.functions.iter().any(|(other, _)| *other == id);
        let Some(callers) = self.graph.callers.get(&function) else { return false };
        depth > 0
            && !self.starts.contains(&function)
            && callers
                .edges
                .iter()
                .filter(|edge| is_inside(edge.caller))
                .all(|edge| self.keeps(edge.caller, edge.at, depth - 1))
    }
}
