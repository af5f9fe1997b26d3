//! What a program keeps on a shelf: a container, mostly of connections, from which a function takes one out and to which it brings that
//! back. Where nothing is put there but what was made for it or comes back, who takes something out has it alone.

use ruff_python_ast::name::Name;
use ruff_python_ast::{AnyNodeRef, Expr, ExprAttribute, ExprCall, ExprName};
use ruff_text_size::{Ranged, TextRange};

use super::memo::Survey;
use super::{factory, ownership};
use crate::analysis::{FnId, Lookup};
use crate::catalogue::Lends;
use crate::project::facts::{MODULE, is_adder, is_mutator};
use crate::project::{Ast, DefId, FileId, Shape};

/// An attribute that is read in more places than this is no shelf that can be looked through.
const MOST_READS: usize = 60;

/// How many shelves are looked at that are filled from each other.
pub(super) const DEPTH: usize = 3;

/// Whether a call takes an object off a shelf, one like a connection: of what the program's own objects hold, others may have more.
pub(super) fn takes_out(survey: Survey<'_>, file: FileId, call: &ExprCall, depth: usize) -> bool {
    let keeps_state = || {
        let ast = survey.resolver.types.ast(file);
        let taken = ast.as_ref().and_then(|ast| ast.expression(call.range()));
        let function = FnId { file, index: MODULE };
        taken.is_some_and(|taken| ownership::keeps_state(survey.resolver, function, taken))
    };
    depth > 0 && Shelf::of(survey, file, call, depth - 1).is_some_and(|shelf| keeps_state() && shelf.is_kept())
}

/// Whether a call, in a function, puts what the variable at `range` holds back on the shelf that it came from.
pub(super) fn brings_back(survey: Survey<'_>, function: FnId, call: &ExprCall, range: TextRange) -> bool {
    let types = &survey.resolver.types;
    let (Some(ast), facts) = (types.ast(function.file), types.facts(function.file)) else { return false };
    let Some(Expr::Name(name)) = call.arguments.args.first().filter(|given| given.range() == range) else {
        return false;
    };
    let Some(place) = shelf_of(call).map(|place| &place.attr.id) else { return false };
    let mut bound = facts.bindings.iter().filter(|bound| bound.function == function.index && bound.target == name.id);
    bound.any(|bound| {
        let taken = ast.call(bound.value).filter(|taken| shelf_of(taken).is_some_and(|from| from.attr.id == *place));
        taken
            .and_then(|taken| Shelf::of(survey, function.file, taken, 0))
            .is_some_and(|shelf| shelf.rule.puts.iter().any(|put| is_call_of(call, put)))
    })
}

/// A container that is an attribute of a class of the program.
struct Shelf<'a> {
    survey: Survey<'a>,
    rule: &'a Lends,
    class: DefId,
    name: Name,
    depth: usize,
}

impl<'a> Shelf<'a> {
    fn of(survey: Survey<'a>, file: FileId, call: &ExprCall, depth: usize) -> Option<Self> {
        let place = shelf_of(call)?;
        let resolver = survey.resolver;
        let method = call.func.as_attribute_expr()?;
        if !resolver.catalogue().may_take_out(&method.attr) {
            return None;
        }
        let targets = survey.targets(file, call);
        let rule =
            targets.iter().flat_map(|target| &target.names).find_map(|name| resolver.catalogue().lender(name))?;
        let class = resolver.shapes(file, &place.value).into_iter().find_map(|shape| match shape {
            Shape::Instance(class) if resolver.types.world().is_own(class.file) => Some(class),
            _ => None,
        })?;
        Some(Self { survey, rule, class, name: place.attr.id.clone(), depth })
    }

    /// Whether nothing is on it but what was made for it or comes back, as far as the program shows.
    fn is_kept(&self) -> bool {
        let resolver = self.survey.resolver;
        let (index, world) = (resolver.index(), resolver.types.world());
        let reads = index.loads(&self.name);
        let starts = index.bindings_to(&self.name);
        let is_read_well = |file: FileId, position: u32| {
            let facts = resolver.types.facts(file);
            let Some(load) = facts.loads.get(position as usize) else { return false };
            let Some(ast) = resolver.types.ast(file) else { return false };
            let function = FnId { file, index: load.function };
            !load.attribute || self.is_used_well(&ast, function, load.range)
        };
        let starts_well = |file: FileId, value: TextRange, function: u32| {
            let ast = resolver.types.ast(file);
            let value = ast.as_ref().and_then(|ast| ast.expression(value));
            value.is_some_and(|value| self.is_new_content(FnId { file, index: function }, value))
        };
        reads.len() <= MOST_READS
            && starts.len() <= MOST_READS
            && reads.iter().all(|&(file, position)| is_read_well(file, position))
            && starts.iter().all(|&posting| {
                let bound = world.binding_at(posting);
                bound.is_some_and(|bound| {
                    bound.function == MODULE || starts_well(posting.0, bound.value, bound.function)
                })
            })
    }

    /// Whether what stands at a place is the attribute of an object of another class.
    fn is_of_others(&self, file: FileId, place: &ExprAttribute) -> bool {
        let resolver = self.survey.resolver;
        let shapes = resolver.shapes(file, &place.value);
        let is_ours = |class: DefId| {
            let is_above = |one: DefId, other: DefId| resolver.types.mro(one).iter().any(|base| base.id == other);
            is_above(class, self.class) || is_above(self.class, class)
        };
        !shapes.is_empty()
            && !shapes
                .iter()
                .any(|shape| matches!(shape, Shape::Instance(class) | Shape::Class(class) if is_ours(*class)))
    }

    fn is_used_well(&self, ast: &Ast, function: FnId, range: TextRange) -> bool {
        let path = ast.path(range);
        let mut around = path.iter().rev();
        let Some(AnyNodeRef::ExprAttribute(place)) = around.find(|node| node.is_expr_attribute()) else { return false };
        if self.is_of_others(function.file, place) {
            return true;
        }
        match around.next() {
            Some(AnyNodeRef::ExprAttribute(method)) => match around.next() {
                Some(AnyNodeRef::ExprCall(call)) if call.func.range() == method.range() => {
                    self.is_good_call(function, call)
                }
                _ => false,
            },
            Some(AnyNodeRef::Arguments(_)) => match around.next() {
                Some(AnyNodeRef::ExprCall(call)) => {
                    matches!(&*call.func, Expr::Name(name) if matches!(name.id.as_str(), "len" | "bool"))
                }
                _ => false,
            },
            Some(
                AnyNodeRef::StmtIf(_)
                | AnyNodeRef::StmtWhile(_)
                | AnyNodeRef::ElifElseClause(_)
                | AnyNodeRef::ExprUnaryOp(_)
                | AnyNodeRef::ExprIf(_),
            ) => true,
            _ => false,
        }
    }

    fn is_good_call(&self, function: FnId, call: &ExprCall) -> bool {
        let is_one = |names: &[String]| names.iter().any(|name| is_call_of(call, name));
        if is_one(&self.rule.takes) || is_one(&self.rule.looks) {
            return true;
        }
        let given = call.arguments.args.first().filter(|given| !given.is_starred_expr());
        is_one(&self.rule.puts) && given.is_some_and(|given| self.may_be_put(function, call, given))
    }

    /// Whether a value is made for the shelf, or comes back.
    fn may_be_put(&self, function: FnId, put: &ExprCall, value: &Expr) -> bool {
        match value {
            Expr::Name(name) => self.is_given_up(function, put.range(), name) && self.comes_back(function, name),
            value => factory::is_new(self.survey, function, value, self.depth),
        }
    }

    /// Whether a function does nothing with a variable behind a call, and stores it nowhere before.
    fn is_given_up(&self, function: FnId, call: TextRange, name: &ExprName) -> bool {
        let types = &self.survey.resolver.types;
        let (Some(ast), facts) = (types.ast(function.file), types.facts(function.file)) else { return false };
        let mut loads = facts.loads.iter().filter(|load| load.function == function.index && load.name == name.id);
        loads.all(|load| {
            let is_argument = call.contains_range(load.range);
            load.attribute || is_argument || load.range.start() < call.end() && !is_stored(&ast, load.range)
        })
    }

    /// Whether a variable holds what the function took off the shelf, made, or was given by those who do nothing with it any more.
    fn comes_back(&self, function: FnId, name: &ExprName) -> bool {
        let types = &self.survey.resolver.types;
        let (Some(ast), facts) = (types.ast(function.file), types.facts(function.file)) else { return false };
        let mut bound = facts
            .bindings
            .iter()
            .filter(|bound| bound.function == function.index && bound.target == name.id)
            .peekable();
        if bound.peek().is_none() {
            return self.is_brought_by_callers(function, name);
        }
        bound.all(|bound| {
            let value = ast.expression(bound.value).map(|value| match value {
                Expr::Await(await_) => &*await_.value,
                value => value,
            });
            let is_taken = |call: &ExprCall| {
                let takes = self.rule.takes.iter().any(|take| is_call_of(call, take));
                takes && shelf_of(call).is_some_and(|place| place.attr.id == self.name)
            };
            match value {
                Some(made @ Expr::Call(call)) => {
                    is_taken(call) || factory::is_new(self.survey, function, made, self.depth)
                }
                Some(Expr::NoneLiteral(_)) => true,
                _ => false,
            }
        })
    }

    fn is_brought_by_callers(&self, function: FnId, name: &ExprName) -> bool {
        let resolver = self.survey.resolver;
        let facts = resolver.types.facts(function.file);
        let Some(own) = facts.functions.get(function.index as usize) else { return false };
        let Some((position, _)) = own.parameter(&name.id) else { return false };
        let position = position.checked_sub(own.receivers());
        let edges = resolver.callers_of(function).edges;
        !edges.is_empty()
            && edges.iter().all(|edge| {
                let Some(ast) = resolver.types.ast(edge.caller.file) else { return false };
                let given = ast.call(edge.at).and_then(|call| crate::analysis::argument(call, &name.id, position));
                given.and_then(Expr::as_name_expr).is_some_and(|given| self.is_given_up(edge.caller, edge.at, given))
            })
    }

    /// Whether a container holds nothing yet, or what is made where it is made.
    fn is_new_content(&self, function: FnId, value: &Expr) -> bool {
        let is_new = |value: &Expr| factory::is_new(self.survey, function, value, self.depth);
        match value {
            Expr::List(list) => list.elts.iter().all(is_new),
            Expr::ListComp(comp) => comp.elt.is_call_expr() && is_new(&comp.elt),
            Expr::Generator(comp) => comp.elt.is_call_expr() && is_new(&comp.elt),
            Expr::NoneLiteral(_) | Expr::NumberLiteral(_) => true,
            Expr::Call(_) if !self.rule.filled => true,
            Expr::Call(call) => {
                let arguments = call.arguments.args.iter().chain(call.arguments.keywords.iter().map(|k| &k.value));
                arguments.into_iter().all(|value| {
                    self.survey.resolver.types.is_immutable(function.file, value)
                        || self.is_new_content(function, value)
                })
            }
            _ => false,
        }
    }
}

/// Whether what a variable holds is put somewhere where it stands.
fn is_stored(ast: &Ast, range: TextRange) -> bool {
    let path = ast.path(range);
    let mut around = path.iter().rev().filter(|node| node.range() != range);
    match around.next() {
        Some(AnyNodeRef::StmtAssign(assign)) => assign.value.range() == range,
        Some(AnyNodeRef::Arguments(_)) => match around.next() {
            Some(AnyNodeRef::ExprCall(call)) => {
                call.func.as_attribute_expr().is_some_and(|callee| is_adder(&callee.attr) || is_mutator(&callee.attr))
            }
            _ => false,
        },
        Some(
            AnyNodeRef::StmtReturn(_)
            | AnyNodeRef::ExprTuple(_)
            | AnyNodeRef::ExprList(_)
            | AnyNodeRef::ExprSet(_)
            | AnyNodeRef::ExprDict(_)
            | AnyNodeRef::ExprNamed(_)
            | AnyNodeRef::ExprStarred(_),
        ) => true,
        _ => false,
    }
}

/// The attribute that a call of a method is made on.
fn shelf_of(call: &ExprCall) -> Option<&ExprAttribute> {
    call.func.as_attribute_expr()?.value.as_attribute_expr()
}

fn is_call_of(call: &ExprCall, method: &str) -> bool {
    call.func.as_attribute_expr().is_some_and(|callee| callee.attr.as_str() == method)
}
