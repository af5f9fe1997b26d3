//! What each thread has for itself.
//!
//! Of an object like `threading.local` every thread has another one. A function that fills an attribute of it where that is missing, and
//! reads it only then, finds the same in any thread: what calls it may go to a thread as a whole. What it gives belongs to the thread
//! that called it, and must not be used by another one.

use ruff_python_ast::helpers::any_over_expr;
use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, Expr, ExprContext, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::decide::Planner;
use super::memo::Survey;
use super::names::Names;
use crate::analysis::{FnId, Lookup};
use crate::project::{FileId, Shape, last};

/// How many functions are looked into that return what the next one gives.
const DEPTH: usize = 4;

impl Planner<'_> {
    /// Whether a thread would use what another thread has for itself, or hand out what it has: a call, with what it is called on and
    /// given, or a part of a function, with what it reads from around it.
    pub(super) fn may_leave_thread(
        &self,
        function: FnId,
        part: TextRange,
        outcomes: Option<&[TextRange]>,
    ) -> Result<(), String> {
        let Some((_, reason)) =
            self.survey.bound_classes().iter().find(|_| self.is_part_of_own(function, part, outcomes))
        else {
            return Ok(());
        };
        Err(reason.clone())
    }

    fn is_part_of_own(&self, function: FnId, part: TextRange, outcomes: Option<&[TextRange]>) -> bool {
        let types = &self.resolver.types;
        let (Some(ast), facts) = (types.ast(function.file), types.facts(function.file)) else { return false };
        let gives = |at: TextRange| gives_own(self.survey, function, at, DEPTH);
        let of_variable = |name: &Name| {
            facts.bindings.iter().any(|binding| {
                binding.function == function.index
                    && binding.target == *name
                    && !part.contains_range(binding.value)
                    && gives(binding.value)
            })
        };
        let reads_own = facts.loads.iter().any(|load| {
            load.function == function.index
                && !load.attribute
                && part.contains_range(load.range)
                && of_variable(&load.name)
        });
        // What a call is called on and given is worked out before.
        let is_before = |call: &ast::ExprCall| {
            let owner = call.func.as_attribute_expr().map(|callee| &*callee.value);
            let given = call.arguments.args.iter().chain(call.arguments.keywords.iter().map(|keyword| &keyword.value));
            owner
                .into_iter()
                .chain(given)
                .any(|before| any_over_expr(before, |expr| expr.is_call_expr() && gives(expr.range())))
        };
        let hands_out = match outcomes {
            Some(outcomes) => outcomes.iter().any(|outcome| gives(*outcome)),
            None => gives(part) || ast.call(part).is_some_and(is_before),
        };
        reads_own || hands_out
    }
}

/// Whether the value of an expression is what the thread that works it out has for itself.
pub(super) fn gives_own(survey: Survey<'_>, function: FnId, at: TextRange, depth: usize) -> bool {
    let outline = survey.outline(function);
    let Some((_, call)) = outline.call_at(at) else { return false };
    depth > 0 && survey.follow(function, call).callees.iter().any(|callee| returns_own(survey, *callee, depth))
}

/// Whether a function returns what its thread has for itself.
pub(super) fn returns_own(survey: Survey<'_>, function: FnId, depth: usize) -> bool {
    let types = &survey.resolver.types;
    let (Some(ast), Some(own)) = (types.ast(function.file), types.world().function(function)) else { return false };
    let Some(def) = ast.def(own.range) else { return false };
    let mut returns = Returns::default();
    returns.visit_body(&def.body);
    let is_filler = survey.outline(function).fills;
    returns.0.iter().any(|value| {
        is_filler && !value.is_literal_expr()
            || any_over_expr(value, |expr| match expr {
                Expr::Call(call) => gives_own(survey, function, call.range(), depth - 1) && !is_receiver(value, call),
                _ => false,
            })
    })
}

/// Whether a call stands in `value` only to have something called on it or read from it.
fn is_receiver(value: &Expr, call: &ast::ExprCall) -> bool {
    any_over_expr(value, |expr| matches!(expr, Expr::Attribute(attribute) if attribute.value.range() == call.range()))
}

#[derive(Default)]
struct Returns<'a>(Vec<&'a Expr>);

impl<'a> Visitor<'a> for Returns<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {}
            Stmt::Return(ast::StmtReturn { value: Some(value), .. }) => self.0.push(value),
            _ => walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, _: &'a Expr) {}
}

/// Whether every function that reads a variable of a module fills the one attribute that it reads of it first.
pub(super) fn is_filled_first(survey: Survey<'_>, file: FileId, object: &ast::ExprName) -> bool {
    let types = &survey.resolver.types;
    let (Some(ast), facts) = (types.ast(file), types.facts(file)) else { return false };
    if !survey.resolver.index().importers(&object.id).is_empty() {
        return false;
    }
    let mut users: Vec<u32> =
        facts.loads.iter().filter(|load| !load.attribute && load.name == object.id).map(|load| load.function).collect();
    users.sort_unstable();
    users.dedup();
    !users.is_empty()
        && users.into_iter().all(|user| {
            let def = facts.functions.get(user as usize).and_then(|function| ast.def(function.range));
            def.and_then(|def| fills_first(def, &object.id))
                .is_some_and(|values| values.iter().all(|value| is_resource(survey, file, value)))
        })
}

/// Whether a value is made for the calls that wait, like a session or a client of a library: which of them a thread has does not matter.
/// A container or a number holds what was put into it, and that would stay in the thread.
fn is_resource(survey: Survey<'_>, file: FileId, value: &Expr) -> bool {
    let (resolver, world) = (survey.resolver, survey.resolver.types.world());
    let catalogue = resolver.catalogue();
    let is_known =
        |class: &str| catalogue.apis.iter().any(|api| api.name.rsplit_once('.').is_some_and(|(of, _)| of == class));
    let shapes = resolver.shapes(file, value);
    value.is_call_expr()
        && !shapes.is_empty()
        && shapes.iter().all(|shape| match shape {
            Shape::Instance(class) => {
                !world.is_own(class.file) && resolver.types.mro(*class).iter().any(|base| is_known(&base.name))
            }
            _ => false,
        })
}

/// What a function fills one attribute of a variable with where it is missing, before it reads it; `None` if it does anything else with
/// the variable.
fn fills_first<'a>(def: &'a ast::StmtFunctionDef, object: &Name) -> Option<Vec<&'a Expr>> {
    let mut uses = Uses { object, attributes: Vec::new(), writes: Vec::new(), reads: Vec::new(), others: 0 };
    uses.visit_body(&def.body);
    let mut names = Names::default();
    names.visit_body(&def.body);
    let is_one = uses.attributes.windows(2).all(|pair| pair[0] == pair[1]);
    if uses.others > 0 || !is_one || names.bound.contains(object) {
        return None;
    }
    let filler = def.body.iter().find(|stmt| uses.writes.iter().any(|at| stmt.range().contains(*at)))?;
    let body = match filler {
        Stmt::If(branch) if branch.elif_else_clauses.is_empty() => {
            asks(def, &branch.test, object, branch.start()).then_some(&branch.body)
        }
        Stmt::Try(try_) => try_.handlers.iter().find_map(|handler| {
            let ast::ExceptHandler::ExceptHandler(handler) = handler;
            let is_missing = handler.type_.as_deref().and_then(last).is_some_and(|name| name == "AttributeError");
            is_missing.then_some(&handler.body)
        }),
        _ => None,
    }?;
    let values: Vec<&Expr> = body.iter().filter_map(|stmt| filled(stmt, &uses)).collect();
    (values.len() == uses.writes.len() && uses.reads.iter().all(|at| filler.start() <= *at)).then_some(values)
}

/// The value that a statement binds the attribute to.
fn filled<'a>(stmt: &'a Stmt, uses: &Uses<'_>) -> Option<&'a Expr> {
    let assign = stmt.as_assign_stmt()?;
    let is_it = |target: &Expr| target.as_attribute_expr().is_some_and(|target| uses.is_object(&target.value));
    assign.targets.iter().any(is_it).then_some(&*assign.value)
}

/// Whether a test is about whether an attribute is there: `not hasattr(x, "a")`, or of what `getattr(x, "a", None)` gave.
fn asks(def: &ast::StmtFunctionDef, test: &Expr, object: &Name, before: TextSize) -> bool {
    let looks = |expr: &Expr| {
        any_over_expr(expr, |expr| {
            matches!(expr, Expr::Call(call)
                if matches!(&*call.func, Expr::Name(name) if matches!(name.id.as_str(), "hasattr" | "getattr"))
                    && matches!(call.arguments.args.first(), Some(Expr::Name(name)) if name.id == *object))
        })
    };
    let of_variable = |name: &Name| {
        def.body.iter().filter(|stmt| stmt.end() <= before).any(|stmt| match stmt {
            Stmt::Assign(assign) => {
                looks(&assign.value)
                    && assign.targets.iter().any(|target| matches!(target, Expr::Name(bound) if bound.id == *name))
            }
            _ => false,
        })
    };
    let is_missing = match test {
        Expr::UnaryOp(not) => not.op == ast::UnaryOp::Not,
        Expr::Compare(compare) => matches!(*compare.ops, [ast::CmpOp::Is]),
        _ => false,
    };
    is_missing && any_over_expr(test, |expr| looks(expr) || matches!(expr, Expr::Name(name) if of_variable(&name.id)))
}

/// What a function does with a variable.
struct Uses<'a> {
    object: &'a Name,
    attributes: Vec<String>,
    writes: Vec<TextSize>,
    /// Save those that ask whether it is there.
    reads: Vec<TextSize>,
    others: usize,
}

impl Uses<'_> {
    fn is_object(&self, expr: &Expr) -> bool {
        matches!(expr, Expr::Name(name) if name.id == *self.object)
    }
}

impl<'a> Visitor<'a> for Uses<'_> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Attribute(attribute) if self.is_object(&attribute.value) => {
                self.attributes.push(attribute.attr.to_string());
                match attribute.ctx {
                    ExprContext::Store => self.writes.push(attribute.start()),
                    ExprContext::Load => self.reads.push(attribute.start()),
                    _ => self.others += 1,
                }
            }
            Expr::Call(call)
                if matches!(&*call.func, Expr::Name(name) if matches!(name.id.as_str(), "hasattr" | "getattr"))
                    && call.arguments.args.first().is_some_and(|first| self.is_object(first)) =>
            {
                let [_, Expr::StringLiteral(name), rest @ ..] = &*call.arguments.args else {
                    self.others += 1;
                    return;
                };
                self.attributes.push(name.value.to_str().to_owned());
                let is_look = matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "hasattr");
                if !is_look && !matches!(rest, [Expr::NoneLiteral(_)]) {
                    self.others += 1;
                }
            }
            expr if self.is_object(expr) => self.others += 1,
            _ => walk_expr(self, expr),
        }
    }
}
