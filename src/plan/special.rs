//! Methods that Python calls by itself, and that have asynchronous counterparts: an object that is entered or gone through becomes one
//! that is so asynchronously, everywhere.

use ruff_python_ast::visitor::{Visitor, walk_stmt};
use ruff_python_ast::{AnyNodeRef, Expr, Stmt, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange};

use super::convert::{Recolour, counterpart};
use super::decide::Planner;
use super::group::Group;
use crate::analysis::{Callers, FnId, Hop, Lookup, Posting, Via};
use crate::project::facts::CallForm;
use crate::project::{DefId, Shape, returns};

const ITER: &str = "__iter__";
const NEXT: &str = "__next__";
/// What ends an iteration.
const STOP: &str = "StopIteration";
/// A subject of more implicit calls than this is taken to be used in ways that are not known: to ask them all takes too long.
const MOST_USES: usize = 2000;

impl Planner<'_> {
    /// Whether a function is a method that Python calls by itself, and that has an asynchronous counterpart.
    pub(super) fn is_special(&self, id: FnId) -> bool {
        let function = self.resolver.types.world().function(id);
        function.is_some_and(|function| function.class.is_some() && counterpart(&function.name).is_some())
    }

    /// What such a method would become; `None` where it does what its counterpart cannot.
    pub(super) fn special_recolour(&self, id: FnId) -> Option<Recolour> {
        let types = &self.resolver.types;
        let function = types.world().function(id)?;
        let ast = types.ast(id.file)?;
        let def = ast.def(function.range)?;
        match function.name.as_str() {
            ITER if function.is_generator => Some(Recolour::Generator),
            ITER => self.iterators(id, def).map(|_| Recolour::Iterator),
            _ if function.is_generator => None,
            NEXT => only_raises_stop(def).then_some(Recolour::Special),
            _ => Some(Recolour::Special),
        }
    }

    /// The methods that must change together with a special one, besides its family: the other half of what a `with`, or a `for`, calls.
    pub(super) fn partners(&self, id: FnId) -> Result<Vec<FnId>, String> {
        let types = &self.resolver.types;
        let world = types.world();
        let Some(function) = world.function(id).filter(|_| self.is_special(id)) else { return Ok(Vec::new()) };
        let Some(class) = world.enclosing_class(id) else { return Ok(Vec::new()) };
        let unknown = |name: &str| format!("`{}.{name}` is not of the program", types.class_name(class));
        let own = |class: DefId, name: &str| {
            let method = types.member(class, name).and_then(|target| target.function);
            method.and_then(|def| world.fn_of(def)).filter(|id| world.is_own(id.file)).ok_or_else(|| unknown(name))
        };
        match function.name.as_str() {
            "__enter__" => Ok(vec![own(class, "__exit__")?]),
            "__exit__" => Ok(vec![own(class, "__enter__")?]),
            NEXT => Ok(vec![own(class, ITER)?]),
            ITER if !function.is_generator => {
                let ast = types.ast(id.file).ok_or("the file cannot be read")?;
                let def = ast.def(function.range).ok_or("the function is gone")?;
                let iterators = self.iterators(id, def).ok_or_else(|| unknown(NEXT))?;
                iterators.into_iter().map(|class| own(class, NEXT)).collect()
            }
            _ => Ok(Vec::new()),
        }
    }

    /// The classes of what an `__iter__` gives that is no generator: each is its own iterator.
    fn iterators(&self, id: FnId, def: &StmtFunctionDef) -> Option<Vec<DefId>> {
        let world = self.resolver.types.world();
        let own = world.enclosing_class(id)?;
        let me = def.parameters.iter().next().map(|parameter| parameter.name().id.clone());
        let mut classes = Vec::new();
        for value in returns(def) {
            match value? {
                Expr::Name(name) if Some(&name.id) == me.as_ref() => classes.push(own),
                value => {
                    for shape in self.resolver.shapes(id.file, value) {
                        let Shape::Instance(class) = shape else { return None };
                        classes.push(class);
                    }
                }
            }
        }
        classes.sort_unstable();
        classes.dedup();
        (!classes.is_empty()).then_some(classes)
    }

    /// Where something may enter, or go through, an object with the special method, and is not among its callers: at import time, or as
    /// something of unknown type.
    pub(super) fn used_unseen_at(&self, id: FnId, callers: &Callers, def: DefId) -> Option<String> {
        if !self.is_special(id) {
            return None;
        }
        let world = self.resolver.types.world();
        let name = &world.function(id)?.name;
        let near = |posting: &&Posting| self.resolver.may_hold(posting.0, id.file);
        let uses: Vec<&Posting> = self.resolver.index().calls(name).iter().filter(near).collect();
        if uses.len() > MOST_USES {
            return Some(self.place(id.file, world.function(id)?.range));
        }
        let unseen = uses.into_iter().find(|posting| self.is_unseen_use_of(callers, **posting, def))?;
        Some(self.place(unseen.0, world.call_at(*unseen)?.range))
    }

    fn is_unseen_use_of(&self, callers: &Callers, posting: Posting, def: DefId) -> bool {
        let types = &self.resolver.types;
        let file = posting.0;
        let (Some(call), Some(ast)) = (types.world().call_at(posting), types.ast(file)) else { return true };
        if !matches!(call.form, CallForm::With | CallForm::Iterate) {
            return false;
        }
        let caller = FnId { file, index: call.function };
        if callers.edges.iter().any(|edge| edge.caller == caller && edge.at == call.range) {
            return false;
        }
        let Some(expr) = ast.expression(call.range) else { return true };
        if is_plain(expr) {
            return false;
        }
        let shapes = self.resolver.shapes(file, expr);
        // What is gone through is mostly some list: one of these objects is known where it comes to a loop.
        let is_unknown = shapes.is_empty() && call.form == CallForm::With;
        let is_it = |shape: &Shape| match shape {
            Shape::Instance(class) => types.member(*class, &call.name).is_some_and(|one| one.function == Some(def)),
            _ => false,
        };
        is_unknown || shapes.iter().any(is_it)
    }

    /// What becomes of a `with`, or of what goes through something, whose object has special methods of a group: all that it may be.
    pub(super) fn used_specially(&self, hop: &Hop, group: &Group) -> Option<Recolour> {
        let types = &self.resolver.types;
        let file = hop.function.file;
        if hop.via != Via::Implicit || self.foreign(hop.function).is_some() {
            return None;
        }
        let (facts, ast) = (types.facts(file), types.ast(file)?);
        let mut uses = facts.calls.iter().filter(|call| call.function == hop.function.index && call.range == hop.at);
        let form = uses.find_map(|call| match call.form {
            CallForm::With | CallForm::Iterate => Some(call.form),
            _ => None,
        })?;
        let methods = match form {
            CallForm::With => &["__enter__", "__exit__"][..],
            _ if is_asked_for_next(&ast, hop.at) => &[NEXT][..],
            _ => &[ITER][..],
        };
        let shapes = self.resolver.shapes(file, ast.expression(hop.at)?);
        let is_of_group = |class: DefId, name: &str| {
            let method = types.member(class, name).and_then(|target| target.function);
            method.and_then(|def| types.world().fn_of(def)).is_some_and(|id| group.contains(&id))
        };
        let is_whole = |shape: &Shape| match shape {
            Shape::Instance(class) => methods.iter().all(|name| is_of_group(*class, name)),
            _ => false,
        };
        if shapes.is_empty() || !shapes.iter().all(is_whole) {
            return None;
        }
        Some(if form == CallForm::With { Recolour::Manager } else { Recolour::Generator })
    }

    /// The name in a call of a special method by its name, which becomes another one, if it is one.
    pub(super) fn spelled_specially(&self, hop: &Hop) -> Option<(TextRange, &'static str)> {
        let ast = self.resolver.types.ast(hop.function.file)?;
        let method = ast.call(hop.at)?.func.as_attribute_expr()?;
        counterpart(&method.attr).map(|name| (method.attr.range(), name))
    }
}

/// Whether what stands at `at` is the argument of `next`.
fn is_asked_for_next(ast: &crate::project::Ast, at: TextRange) -> bool {
    let path = ast.path(at);
    let call = path.iter().rev().find_map(|node| match node {
        AnyNodeRef::ExprCall(call) if call.range() != at => Some(*call),
        _ => None,
    });
    call.is_some_and(|call| {
        let is_next = matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "next");
        is_next && call.arguments.args.first().is_some_and(|first| first.range() == at)
    })
}

/// Whether it can be no object of the program.
fn is_plain(expr: &Expr) -> bool {
    expr.is_literal_expr()
        || matches!(expr, Expr::List(_) | Expr::Tuple(_) | Expr::Set(_) | Expr::Dict(_) | Expr::ListComp(_))
}

/// Where a function raises `StopIteration`: the names.
#[must_use]
pub fn stops(def: &StmtFunctionDef) -> Vec<TextRange> {
    let mut found = Stops::default();
    found.visit_body(&def.body);
    found.raised
}

/// Whether all that a function does with `StopIteration` is to raise it.
fn only_raises_stop(def: &StmtFunctionDef) -> bool {
    let mut found = Stops::default();
    found.visit_body(&def.body);
    found.named == found.raised.len()
}

#[derive(Default)]
struct Stops {
    raised: Vec<TextRange>,
    /// How often the name stands there.
    named: usize,
}

impl<'a> Visitor<'a> for Stops {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if let Stmt::Raise(raise) = stmt
            && let Some(exc) = &raise.exc
        {
            let name = match &**exc {
                Expr::Call(call) if call.arguments.is_empty() => &call.func,
                other => other,
            };
            if name.as_name_expr().is_some_and(|name| name.id.as_str() == STOP) {
                self.raised.push(name.range());
            }
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        self.named += usize::from(matches!(expr, Expr::Name(name) if name.id.as_str() == STOP));
        ruff_python_ast::visitor::walk_expr(self, expr);
    }
}
