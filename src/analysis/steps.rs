//! Something lazy whose steps a thread makes, and managers that threads enter.

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange};

use super::index::{FnId, Lookup};
use super::resolve::Resolver;
use crate::catalogue::RunsOn;
use crate::project::facts::Load;
use crate::project::{Ast, FileId};

/// What only passes on what goes through it.
const WRAPPERS: [&str; 2] = ["iter", "enumerate"];

impl Resolver<'_> {
    /// Whether what the expression at `range` makes is put into a variable that is only ever given to `next` in a thread:
    /// `steps = iter(…)`, `asyncio.to_thread(next, steps)`.
    pub(super) fn is_stepped_elsewhere(&self, file: FileId, range: TextRange) -> bool {
        self.is_stepped_through(file, range, 2)
    }

    /// The same, through so many variables.
    fn is_stepped_through(&self, file: FileId, range: TextRange, depth: usize) -> bool {
        let Some(ast) = self.types.ast(file) else { return false };
        let path = ast.path(range);
        let mut inner = range;
        let mut assigned = None;
        for node in path.iter().rev().filter(|node| node.range() != range) {
            match node {
                AnyNodeRef::Arguments(_) => continue,
                AnyNodeRef::ExprCall(call) if is_named(&call.func, &WRAPPERS) => {
                    if call.arguments.args.first().is_none_or(|first| first.range() != inner) {
                        return false;
                    }
                    inner = call.range();
                }
                AnyNodeRef::StmtAssign(assign) if assign.value.range() == inner => {
                    assigned = assign.targets.first().and_then(Expr::as_name_expr);
                    break;
                }
                _ => return false,
            }
        }
        let Some(name) = assigned else { return false };
        let facts = self.types.facts(file);
        let function = facts.enclosing(name.start());
        let mut loads = facts.loads.iter().filter(|load| load.function == function && load.name == name.id).peekable();
        loads.peek().is_some()
            && loads.all(|load| {
                self.is_next_elsewhere(file, &ast, load.range)
                    || depth > 1 && self.is_stepped_through(file, load.range, depth - 1)
            })
    }

    fn is_next_elsewhere(&self, file: FileId, ast: &Ast, range: TextRange) -> bool {
        let path = ast.path(range);
        let mut parents = path.iter().rev().filter(|node| node.range() != range);
        let mut parent = parents.next();
        // `to_thread(steps.close)`
        if let Some(AnyNodeRef::ExprAttribute(attribute)) = parent {
            return attribute.attr.as_str() == "close";
        }
        if matches!(parent, Some(AnyNodeRef::Arguments(_))) {
            parent = parents.next();
        }
        let Some(AnyNodeRef::ExprCall(call)) = parent else { return false };
        let mut after = call.arguments.args.iter().skip_while(|argument| !is_named(argument, &["next"]));
        let is_first = after.nth(1).is_some_and(|argument| argument.range() == range);
        is_first && self.runs_in_thread(file, &call.func)
    }
}

impl Resolver<'_> {
    /// Whether the context manager that the call at `range` makes is given to a function of the program that only enters and leaves
    /// it, in threads.
    pub(super) fn is_entered_elsewhere(&self, file: FileId, range: TextRange) -> bool {
        let Some(ast) = self.types.ast(file) else { return false };
        let path = ast.path(range);
        let outer = path.iter().rev().filter(|node| node.range() != range).find_map(|node| match node {
            AnyNodeRef::ExprCall(call) => Some(*call),
            _ => None,
        });
        let is_given = |call: &&ExprCall| call.arguments.args.first().is_some_and(|first| first.range() == range);
        let Some(outer) = outer.filter(is_given) else { return false };
        let targets = self.targets(file, &outer.func);
        let mut own = targets.iter().filter_map(|target| self.types.world().fn_of(target.function?)).peekable();
        own.peek().is_some() && own.all(|id| self.only_enters(id))
    }

    fn only_enters(&self, id: FnId) -> bool {
        let facts = self.types.facts(id.file);
        let (Some(function), Some(ast)) = (facts.functions.get(id.index as usize), self.types.ast(id.file)) else {
            return false;
        };
        let Some(manager) = function.parameters.first() else { return false };
        let is_read = |load: &&Load| load.function == id.index && load.name == manager.name;
        let mut loads = facts.loads.iter().filter(is_read).peekable();
        loads.peek().is_some()
            && loads.all(|load| {
                let path = ast.path(load.range);
                let mut parents = path.iter().rev().filter(|node| node.range() != load.range);
                let Some(AnyNodeRef::ExprAttribute(method)) = parents.next() else { return false };
                let (Some(AnyNodeRef::Arguments(_)), Some(AnyNodeRef::ExprCall(call))) =
                    (parents.next(), parents.next())
                else {
                    return false;
                };
                matches!(method.attr.as_str(), "__enter__" | "__exit__") && self.runs_in_thread(id.file, &call.func)
            })
    }

    /// Whether a callee runs what it is given in a thread: one of a library, or a helper of the program that passes it on.
    fn runs_in_thread(&self, file: FileId, func: &Expr) -> bool {
        self.targets(file, func).iter().any(|target| {
            let mut handovers = target.names.iter().flat_map(|name| self.catalogue().handovers(name));
            let own = target.function.filter(|function| self.types.world().is_own(function.file));
            handovers.any(|handover| handover.on == RunsOn::Thread)
                || own
                    .and_then(|function| self.types.world().fn_of(function))
                    .is_some_and(|id| self.hands_on_elsewhere(id))
        })
    }
}

fn is_named(expr: &Expr, names: &[&str]) -> bool {
    matches!(expr, Expr::Name(name) if names.contains(&name.id.as_str()))
}
