//! The code that would run in a thread: whether it may, and what it shares with the tasks of the loop.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use super::touch::{self, Inner, Kind, Root, Roots, Touch};
use crate::analysis::{FnId, Lookup, Resolver};
use crate::project::facts::{FunctionKind, MODULE};
use crate::project::{Ast, FileId, Shape, Target};

/// A call that runs more functions of the program than this cannot be checked.
const MOST_FUNCTIONS: usize = 150;

/// What a call runs, seen from the function that makes the call.
#[derive(Debug, Default)]
pub(super) struct Region {
    /// The places are those of the caller; the ranges are in the functions that touch them.
    pub touches: Vec<Touch>,
    /// Each function that runs, with what its parameters stand for.
    pub functions: Vec<(FnId, Roots)>,
    /// Why it cannot run in a thread.
    pub obstacle: Option<String>,
}

/// What runs when each of `starts` is called with these roots.
pub(super) fn explore(resolver: &Resolver<'_>, starts: Vec<(FnId, Roots)>) -> Region {
    let mut explorer = Explorer { resolver, region: Region::default(), seen: FxHashSet::default(), open: starts };
    while let Some((id, roots)) = explorer.open.pop() {
        let key = (id, canonical(&roots));
        if !explorer.seen.insert(key) {
            continue;
        }
        if explorer.seen.len() > MOST_FUNCTIONS {
            explorer.obstacle("it runs too many functions to tell what they share with the loop".to_owned());
            break;
        }
        explorer.function(id, &roots);
        explorer.region.functions.push((id, roots));
    }
    explorer.region
}

fn canonical(roots: &Roots) -> String {
    let mut parts: Vec<String> = roots.iter().map(|(name, root)| format!("{name}={root:?}")).collect();
    parts.sort_unstable();
    parts.join(",")
}

struct Explorer<'a, 'b> {
    resolver: &'a Resolver<'b>,
    region: Region,
    seen: FxHashSet<(FnId, String)>,
    open: Vec<(FnId, Roots)>,
}

impl Explorer<'_, '_> {
    fn obstacle(&mut self, reason: String) {
        self.region.obstacle.get_or_insert(reason);
    }

    fn function(&mut self, id: FnId, roots: &Roots) {
        let Some(ast) = self.resolver.types.ast(id.file) else {
            return;
        };
        let body = touch::body(self.resolver, &ast, id, roots);
        self.region.touches.extend(body.touches);
        for inner in &body.calls {
            self.call(id, &ast, inner, roots);
        }
    }

    fn call(&mut self, id: FnId, ast: &Ast, inner: &Inner<'_>, roots: &Roots) {
        let targets = self.resolver.targets(id.file, &inner.call.func);
        if let Some(reason) = bound(self.resolver, id.file, inner.call, &targets) {
            self.obstacle(reason);
        }
        if leaks_stop_iteration(self.resolver, id, ast, inner.call) {
            self.obstacle("`next` may raise StopIteration, which cannot come out of a thread".to_owned());
        }
        let mut is_own = false;
        for target in &targets {
            let Some(callee) = target.function.and_then(|function| self.resolver.types.world().fn_of(function)) else {
                continue;
            };
            is_own = true;
            self.enter(callee, inner, target, roots);
        }
        if !is_own {
            self.library_call(inner);
        }
        for argument in inner.call.arguments.args.iter().chain(inner.call.arguments.keywords.iter().map(|k| &k.value)) {
            self.callback(id, argument, roots);
        }
    }

    fn enter(&mut self, callee: FnId, inner: &Inner<'_>, target: &Target, roots: &Roots) {
        let Some(function) = self.resolver.types.world().function(callee) else {
            return;
        };
        if function.is_async {
            let name = self.resolver.types.facts(callee.file).qualified(callee.index);
            self.obstacle(format!("`{name}` is a coroutine function: what it makes belongs to the loop"));
            return;
        }
        self.open.push((callee, roots_of(&function, inner, target, roots)));
    }

    /// A library goes through what it is given.
    fn library_call(&mut self, inner: &Inner<'_>) {
        let range = inner.call.range();
        let places = inner.positional.iter().chain(inner.keywords.iter().map(|(_, root)| root));
        for place in places.flatten() {
            self.region.touches.push(Touch { place: place.clone(), kind: Kind::Scan, range });
        }
    }

    /// A function that is passed on may be called in the thread.
    fn callback(&mut self, id: FnId, argument: &Expr, roots: &Roots) {
        for callee in functions_named(self.resolver, id.file, argument) {
            let receiver = match argument {
                Expr::Attribute(attribute) => {
                    let Some(ast) = self.resolver.types.ast(id.file) else { continue };
                    Some(touch::place_in(self.resolver, &ast, id, roots, &attribute.value))
                }
                _ => None,
            };
            let Some(function) = self.resolver.types.world().function(callee) else { continue };
            if function.is_async {
                continue;
            }
            let mut inner = if function.kind == FunctionKind::Lambda { roots.clone() } else { Roots::default() };
            if let (Some(receiver), Some(first)) = (receiver, function.parameters.first())
                && function.class.is_some()
            {
                inner.insert(first.name.clone(), receiver);
            }
            self.open.push((callee, inner));
        }
    }
}

/// The functions of the program that an expression names: a lambda, a function, a bound method.
pub(super) fn functions_named(resolver: &Resolver<'_>, file: FileId, expr: &Expr) -> Vec<FnId> {
    let world = resolver.types.world();
    match expr {
        Expr::Lambda(lambda) => {
            let facts = resolver.types.facts(file);
            facts.function_at(lambda.start()).map(|index| FnId { file, index }).into_iter().collect()
        }
        Expr::Name(_) => resolver
            .types
            .shapes(file, expr)
            .iter()
            .filter_map(|shape| match shape {
                Shape::Function(def) => world.fn_of(*def),
                _ => None,
            })
            .collect(),
        Expr::Attribute(attribute) if is_method_reference(resolver, file, attribute) => resolver
            .targets(file, expr)
            .iter()
            .filter_map(|target| target.function.and_then(|function| world.fn_of(function)))
            .collect(),
        _ => Vec::new(),
    }
}

fn is_method_reference(resolver: &Resolver<'_>, file: FileId, attribute: &ast::ExprAttribute) -> bool {
    // A property is read, not passed on.
    resolver
        .targets(file, &Expr::Attribute(attribute.clone()))
        .iter()
        .filter_map(|target| target.function.and_then(|function| resolver.types.world().fn_of(function)))
        .all(|id| resolver.types.world().function(id).is_some_and(|function| !function.is_property))
}

/// What the parameters of a callee stand for, from what the call passes.
pub(super) fn roots_of(
    function: &crate::project::facts::Function,
    inner: &Inner<'_>,
    target: &Target,
    outer: &Roots,
) -> Roots {
    let mut roots = if function.parent == MODULE { Roots::default() } else { outer.clone() };
    let is_constructor = matches!(function.name.as_str(), "__init__" | "__new__" | "__post_init__");
    let is_method = function.class.is_some();
    if is_method && let Some(first) = function.parameters.first() {
        let root: Root = if is_constructor && !is_super(inner.call) {
            None
        } else {
            match &inner.receiver {
                Some(root) => root.clone(),
                None => target.class.map(|_| "self".to_owned()),
            }
        };
        roots.insert(first.name.clone(), root);
    }
    let offset = usize::from(is_method);
    for (position, root) in inner.positional.iter().enumerate() {
        if let Some(parameter) = function.parameters.get(position + offset) {
            roots.insert(parameter.name.clone(), root.clone());
        }
    }
    for (name, root) in &inner.keywords {
        roots.insert(name.clone(), root.clone());
    }
    let given = inner.positional.len() + offset;
    for (position, parameter) in function.parameters.iter().enumerate() {
        if position >= given && !roots.contains_key(&parameter.name) {
            // The default is used.
            roots.insert(parameter.name.clone(), None);
        }
    }
    roots
}

fn is_super(call: &ast::ExprCall) -> bool {
    matches!(&*call.func, Expr::Attribute(attribute)
        if matches!(&*attribute.value, Expr::Call(inner)
            if matches!(&*inner.func, Expr::Name(name) if name.id.as_str() == "super")))
}

/// Why this call must be made on the loop's thread.
pub(super) fn bound(resolver: &Resolver<'_>, file: FileId, call: &ast::ExprCall, targets: &[Target]) -> Option<String> {
    let catalogue = resolver.catalogue();
    for name in targets.iter().flat_map(|target| &target.names) {
        if let Some(reason) = catalogue.bound(name) {
            return Some(format!("`{name}` {reason}"));
        }
    }
    let is_known = targets.iter().any(|target| target.function.is_some() || !target.names.is_empty());
    let Expr::Attribute(attribute) = &*call.func else {
        return None;
    };
    if is_known || !catalogue.is_bound_last_name(&attribute.attr) {
        return None;
    }
    let text = resolver.types.text(file);
    let callee = text.get(call.func.range().start().to_usize()..call.func.range().end().to_usize()).unwrap_or_default();
    Some(format!("`{callee}` may need the loop's thread, and its type is not known"))
}

fn leaks_stop_iteration(resolver: &Resolver<'_>, id: FnId, ast: &Ast, call: &ast::ExprCall) -> bool {
    let is_next = matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "next")
        && call.arguments.args.len() == 1
        && call.arguments.keywords.is_empty();
    if !is_next {
        return false;
    }
    if resolver.types.world().function(id).is_some_and(|function| function.is_generator) {
        return false;
    }
    !is_caught(ast, call.range(), "StopIteration")
}

/// Whether an `except` around `range`, in the same function, names this exception or one that all derive from.
fn is_caught(ast: &Ast, range: TextRange, exception: &str) -> bool {
    let path = ast.path(range);
    let inner = path
        .iter()
        .rposition(|node| matches!(node, AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::ExprLambda(_)))
        .unwrap_or(0);
    path[inner..].iter().any(|node| match node {
        AnyNodeRef::StmtTry(try_) => {
            try_.body.iter().any(|stmt| stmt.range().contains_range(range))
                && try_.handlers.iter().any(|handler| {
                    let ast::ExceptHandler::ExceptHandler(handler) = handler;
                    let Some(type_) = &handler.type_ else { return true };
                    ast::helpers::any_over_expr(type_, |expr| {
                        matches!(expr, Expr::Name(name)
                            if matches!(name.id.as_str(), "Exception" | "BaseException") || name.id.as_str() == exception)
                    })
                })
        }
        _ => false,
    })
}
