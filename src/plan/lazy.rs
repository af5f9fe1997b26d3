//! What returns at once and blocks later: generators, generator expressions, `map`, `os.walk`.

use ruff_python_ast::name::Name;
use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::decide::Planner;
use super::region::{self, Region};
use crate::analysis::{FnId, Hop, Lookup, Site};
use crate::project::{Shape, generators};

/// Why a thread would not help.
pub(super) const LATER: &str = "it returns at once and blocks later, while its result is gone through";
/// How many variables something lazy is followed through.
const DEPTH: usize = 3;
/// What goes through its argument.
const CONSUMERS: [&str; 15] = [
    "all",
    "any",
    "bytearray",
    "bytes",
    "dict",
    "frozenset",
    "list",
    "max",
    "min",
    "next",
    "set",
    "sorted",
    "str.join",
    "sum",
    "tuple",
];

impl Planner<'_> {
    /// Whether one of the functions that a thread would run gives out something that blocks while it is gone through.
    pub(super) fn gives_out_lazily(&self, region: &Region) -> bool {
        region.functions.iter().any(|(id, _)| {
            let (Some(ast), Some(calls)) = (self.resolver.types.ast(id.file), self.ground.callees.get(id)) else {
                return false;
            };
            calls.iter().any(|(at, callees)| {
                let is_lazy =
                    self.makes_lazily(*id, *at) || callees.iter().any(|callee| self.is_bare_generator(*callee));
                let path = self.inside(*id, ast.path(*at));
                let is_in_generator = path.iter().any(|node| matches!(node, AnyNodeRef::ExprGenerator(_)));
                (is_lazy || is_in_generator) && !self.is_consumed(*id, &path, is_lazy)
            })
        })
    }

    /// Whether an object with state, such as an open file, is gone through where it is made: `"".join(open(path))`.
    pub(super) fn is_used_up(&self, hop: &Hop) -> bool {
        let Some(ast) = self.resolver.types.ast(hop.function.file) else { return false };
        let catalogue = self.resolver.catalogue();
        let reads = |class: &str| !catalogue.apis_named(&format!("{class}.__next__")).is_empty();
        let Some(made) = ast.expression(hop.at) else { return false };
        let is_read = || self.resolver.may_be_instance(hop.function.file, made, reads);
        let path = ast.path(hop.at);
        let mut around = path.iter().rev().filter(|node| node.range() != made.range());
        match around.next() {
            Some(AnyNodeRef::ExprStarred(_) | AnyNodeRef::ExprCompare(_)) => is_read(),
            Some(AnyNodeRef::StmtAssign(assign)) => {
                assign.targets.iter().any(|target| target.is_tuple_expr() || target.is_list_expr()) && is_read()
            }
            Some(AnyNodeRef::Arguments(_)) => matches!(around.next(), Some(AnyNodeRef::ExprCall(call))
            if is_read() && self.survey.targets(hop.function.file, call).iter().all(|target| {
                target.function.is_none_or(|def| !self.resolver.types.world().is_own(def.file))
            })),
            _ => false,
        }
    }

    /// The part of a path that lies in a function's body.
    fn inside<'t>(&self, function: FnId, mut path: Vec<AnyNodeRef<'t>>) -> Vec<AnyNodeRef<'t>> {
        let range = self.resolver.types.world().function(function).map(|function| function.range);
        let start = path.iter().position(|node| Some(node.range()) == range).map_or(0, |index| index + 1);
        path.split_off(start)
    }

    /// Whether a call takes a function and calls it only while its result is gone through.
    pub(super) fn makes_lazily(&self, function: FnId, at: TextRange) -> bool {
        let Some(ast) = self.resolver.types.ast(function.file) else { return false };
        let Some(call) = ast.call(at) else { return false };
        let targets = self.survey.targets(function.file, call);
        let mut names = targets.iter().flat_map(|target| &target.names);
        names.any(|name| self.resolver.catalogue().handovers(name).iter().any(|handover| handover.lazy))
    }

    /// Whether something goes through the value of an expression.
    pub(super) fn is_iterated(&self, function: FnId, at: TextRange) -> bool {
        region::is_iterated(self.survey, function, at)
    }

    pub(super) fn is_generator(&self, id: FnId) -> bool {
        self.resolver.types.world().function(id).is_some_and(|function| function.is_generator)
    }

    /// Whether it is a generator that nothing makes something else of, such as a context manager.
    fn is_bare_generator(&self, id: FnId) -> bool {
        let world = self.resolver.types.world();
        world.function(id).is_some_and(|function| function.is_generator && function.decorators.is_empty())
    }

    /// Whether what a site makes, which is gone through piece by piece, comes out of the function that makes it, or of the hop.
    pub(super) fn is_gone_through_later(&self, hop: &Hop, site: &Site) -> bool {
        let Some(ast) = self.resolver.types.ast(site.file) else { return true };
        let is_hop = site.function == hop.function && site.range == hop.at;
        is_hop || !self.is_consumed(site.function, &ast.path(site.range), true)
    }

    /// Whether something on the way up from the end of `path` goes through what is made there.
    pub(super) fn is_consumed(&self, function: FnId, path: &[AnyNodeRef<'_>], is_lazy: bool) -> bool {
        self.is_consumed_within(function, path, is_lazy, DEPTH)
    }

    fn is_consumed_within(&self, function: FnId, path: &[AnyNodeRef<'_>], mut is_lazy: bool, depth: usize) -> bool {
        let mut inner: Option<TextRange> = None;
        for node in path.iter().rev() {
            let from = |part: TextRange| inner.is_some_and(|inner| part.contains_range(inner));
            match node {
                AnyNodeRef::ExprGenerator(_) => is_lazy = true,
                AnyNodeRef::ExprListComp(_) | AnyNodeRef::ExprSetComp(_) | AnyNodeRef::ExprDictComp(_) if is_lazy => {
                    return generators(*node).iter().any(|generator| from(generator.iter.range()));
                }
                AnyNodeRef::StmtFor(for_) if is_lazy => return from(for_.iter.range()),
                // `first, second = items` goes through all of them.
                AnyNodeRef::StmtAssign(assign)
                    if is_lazy
                        && assign.targets.iter().all(|target| target.is_tuple_expr() || target.is_list_expr()) =>
                {
                    return true;
                }
                AnyNodeRef::StmtAssign(assign) if is_lazy && depth > 0 => {
                    let [Expr::Name(name)] = &assign.targets[..] else { return false };
                    let within = path.first().map_or(assign.range(), Ranged::range);
                    return self.is_consumed_by_name(function, &name.id, within, depth - 1);
                }
                AnyNodeRef::StmtWith(with)
                    if is_lazy && depth > 0 && with.items.iter().any(|item| from(item.range())) =>
                {
                    let entered = with.items.iter().find(|item| from(item.range()));
                    let name = entered.and_then(|item| item.optional_vars.as_deref()?.as_name_expr());
                    return name
                        .is_some_and(|name| self.is_consumed_by_name(function, &name.id, with.range(), depth - 1));
                }
                AnyNodeRef::ExprStarred(_) if is_lazy => return true,
                AnyNodeRef::ExprCompare(compare) if is_lazy => {
                    return compare.comparators.iter().any(|part| from(part.range()));
                }
                AnyNodeRef::ExprCall(call)
                    if is_lazy && from(call.arguments.range()) && self.goes_through(function, call) =>
                {
                    return true;
                }
                _ => {}
            }
            // What it iterates over is known by its own range.
            if !matches!(node, AnyNodeRef::Comprehension(_)) {
                inner = Some(node.range());
            }
        }
        !is_lazy
    }

    /// Whether all that is done with a local variable, within a part of the function, goes through what it holds.
    fn is_consumed_by_name(&self, function: FnId, name: &Name, within: TextRange, depth: usize) -> bool {
        let Some(ast) = self.resolver.types.ast(function.file) else { return false };
        let facts = self.resolver.types.facts(function.file);
        let is_inside = |index: u32| facts.functions.get(index as usize).is_some_and(|f| f.parent == function.index);
        let loads = facts.loads.iter().filter(|load| load.name == *name && !load.attribute);
        let own = loads.filter(|load| load.function == function.index || is_inside(load.function));
        let mut own = own.filter(|load| !is_closed(&ast.path(load.range))).peekable();
        own.peek().is_some()
            && own.all(|load| {
                load.function == function.index
                    && within.contains_range(load.range)
                    && self.is_consumed_within(function, &ast.path(load.range), true, depth)
            })
    }

    /// Whether a call goes through what it is given before it returns.
    fn goes_through(&self, function: FnId, call: &ast::ExprCall) -> bool {
        let targets = self.survey.targets(function.file, call);
        let is_consumer = targets.iter().flat_map(|target| &target.names).any(|name| {
            let name = name.strip_prefix("builtins.");
            name.is_some_and(|name| {
                CONSUMERS.contains(&name.trim_end_matches(".__init__").trim_end_matches(".__new__"))
            })
        });
        is_consumer || self.is_plain_data(function, &Expr::Call(call.clone()))
    }

    /// Whether a value holds nothing that is yet to be gone through.
    pub(super) fn is_plain_data(&self, function: FnId, value: &Expr) -> bool {
        match value {
            _ if value.is_literal_expr() || value.is_f_string_expr() => return true,
            Expr::Tuple(tuple) => return tuple.elts.iter().all(|item| self.is_plain_data(function, item)),
            Expr::List(list) => return list.elts.iter().all(|item| self.is_plain_data(function, item)),
            _ => {}
        }
        if self.resolver.types.literal(function.file, value).is_some() {
            return true;
        }
        let shapes = self.resolver.shapes(function.file, value);
        !shapes.is_empty()
            && shapes.iter().all(|shape| match shape {
                Shape::Instance(class) => {
                    let name = self.resolver.types.class_name(*class);
                    let plain = [
                        "str",
                        "bytes",
                        "int",
                        "float",
                        "bool",
                        "complex",
                        "list",
                        "tuple",
                        "set",
                        "frozenset",
                        "dict",
                    ];
                    name.strip_prefix("builtins.").is_some_and(|name| plain.contains(&name))
                }
                _ => false,
            })
    }
}

/// Whether a value is closed where a path ends, with nothing else done with it: `rows.close()`.
fn is_closed(path: &[AnyNodeRef<'_>]) -> bool {
    let [.., AnyNodeRef::ExprCall(call), AnyNodeRef::ExprAttribute(attribute), _] = path else { return false };
    attribute.attr.as_str() == "close" && call.func.range() == attribute.range() && call.arguments.is_empty()
}
