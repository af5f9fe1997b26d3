//! Tasks that are made, and awaited together behind: who is cancelled in between has nothing that would cancel them.

use ruff_python_ast::helpers::any_over_expr;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, Stmt, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange};

use crate::analysis::Resolver;
use crate::catalogue;
use crate::project::{goes_round, last};

/// What cancels all that it is given when it is cancelled itself
/// (<https://docs.python.org/3/library/asyncio-task.html#asyncio.gather>).
pub(super) const ALL: &str = "gather";
/// Methods that put tasks into containers.
const PUTS: [&str; 2] = ["append", "add"];

/// Why nothing may give the loop back between tasks that are made and what waits for all of them.
pub(super) fn orphaned(resolver: &Resolver<'_>, path: &[AnyNodeRef<'_>], at: TextRange) -> Option<String> {
    let def: &StmtFunctionDef = path.iter().rev().find_map(|node| node.as_stmt_function_def())?;
    let mut tasks = Tasks::of(&resolver.catalogue().tasks);
    tasks.visit_body(&def.body);
    let joined = tasks.awaits.iter().find(|(awaited, _)| awaited.start() >= at.end())?.1?;
    let is_around = |made: &TextRange| {
        let mut around = path.iter().filter(|node| def.range().contains_range(node.range()) && goes_round(**node));
        around.any(|node| node.range().contains_range(*made))
    };
    let is_in_one_go = |made: TextRange| {
        let whole = made.cover(at);
        !tasks.awaits.iter().any(|(awaited, _)| whole.contains_range(*awaited))
    };
    let mut made = tasks.made.iter().filter(|(made, _)| made.end() <= at.start() || is_around(made));
    made.any(|(made, name)| is_in_one_go(*made) && name.is_some_and(|name| tasks.is_given(joined, name))).then(|| {
        "tasks are made before it and awaited behind it: a task that is cancelled in between would leave them running"
            .to_owned()
    })
}

/// What a function does with tasks.
struct Tasks<'a> {
    known: &'a catalogue::Tasks,
    /// The calls that make them, each with the variable that has it, or the container that it is put into.
    made: Vec<(TextRange, Option<&'a str>)>,
    /// What is put into containers: the variable, and the container.
    put: Vec<(&'a str, &'a str)>,
    /// The awaits, those of all tasks with the call.
    awaits: Vec<(TextRange, Option<&'a ExprCall>)>,
    /// The variable that the statement binds.
    bound: Option<&'a str>,
}

impl<'a> Tasks<'a> {
    fn of(known: &'a catalogue::Tasks) -> Self {
        Self { known, made: Vec::new(), put: Vec::new(), awaits: Vec::new(), bound: None }
    }

    /// Whether a call is given a variable, or a container that it was put into.
    fn is_given(&self, call: &ExprCall, name: &str) -> bool {
        let containers = self.put.iter().filter(|(put, _)| *put == name).map(|(_, container)| *container);
        let names: Vec<&str> = containers.chain([name]).collect();
        let mentions = |value: &Expr| {
            any_over_expr(value, |expr| expr.as_name_expr().is_some_and(|name| names.contains(&name.id.as_str())))
        };
        call.arguments.iter_source_order().any(|argument| mentions(argument.value()))
    }

    fn put(&mut self, call: &'a ExprCall) {
        let Some(method) = call.func.as_attribute_expr().filter(|method| PUTS.contains(&method.attr.as_str())) else {
            return;
        };
        let container = method.value.as_name_expr().map(|name| name.id.as_str());
        match call.arguments.args.first() {
            Some(Expr::Name(value)) => self.put.extend(container.map(|container| (value.id.as_str(), container))),
            Some(Expr::Call(made)) if self.makes(made) => self.made.push((made.range(), container)),
            _ => {}
        }
    }

    fn makes(&self, call: &ExprCall) -> bool {
        last(&call.func).is_some_and(|name| self.known.may_make(name))
    }
}

impl<'a> Visitor<'a> for Tasks<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        let bound = match stmt {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => return,
            Stmt::Assign(assign) => assign.targets.first().and_then(Expr::as_name_expr),
            Stmt::AnnAssign(assign) => assign.target.as_name_expr(),
            _ => None,
        };
        self.bound = bound.map(|name| name.id.as_str());
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Await(await_) => {
                let call = await_.value.as_call_expr().filter(|call| last(&call.func) == Some(ALL));
                self.awaits.push((await_.range(), call));
            }
            Expr::Call(call) if self.makes(call) => self.made.push((call.range(), self.bound)),
            Expr::Call(call) => self.put(call),
            _ => {}
        }
        walk_expr(self, expr);
    }
}
