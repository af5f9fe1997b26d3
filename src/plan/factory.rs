//! Whether a function of the program makes the object that it returns, and keeps no hold of it.

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, ExprName};
use ruff_text_size::{Ranged, TextRange};

use super::memo::Survey;
use super::names::{Definition, Names, definition};
use super::{ownership, shelf};
use crate::analysis::{FnId, Lookup};
use crate::project::facts::{Binding, is_accessor};
use crate::project::{Ast, DefId, last, returned, yielded};

/// How many functions that return what others of them made are looked through.
const DEPTH: usize = 3;

/// What makes a context manager of a generator.
const MANAGERS: [&str; 2] = ["contextmanager", "asynccontextmanager"];

/// Whether every call of a function returns, or yields, nothing but objects that it makes, and that nothing else has.
pub(super) fn hands_out_new(survey: Survey<'_>, id: FnId) -> bool {
    gives_new(survey, id, DEPTH)
}

/// Whether the value of an expression, in a function, is an object that is made there, and that nothing else has.
pub(super) fn is_new(survey: Survey<'_>, id: FnId, value: &Expr, depth: usize) -> bool {
    let Some(ast) = survey.resolver.types.ast(id.file) else { return false };
    let names = Names::of(definition(survey, &ast, id).as_ref());
    Factory { survey, id, ast: &ast, names, depth }.is_new(value)
}

/// The same for what a call returns at once.
fn is_factory(survey: Survey<'_>, id: FnId, depth: usize) -> bool {
    let function = survey.resolver.types.world().function(id);
    function.is_some_and(|function| !function.is_async && !function.is_generator)
        && depth > 0
        && gives_new(survey, id, depth)
}

fn gives_new(survey: Survey<'_>, id: FnId, depth: usize) -> bool {
    let types = &survey.resolver.types;
    let (Some(function), Some(ast)) = (types.world().function(id), types.ast(id.file)) else { return false };
    let Some(definition) = definition(survey, &ast, id) else { return false };
    let Definition::Def(def) = &definition else { return false };
    let is_manager =
        |decorator: &Expr| function.is_generator && last(decorator).is_some_and(|name| MANAGERS.contains(&name));
    if !def.decorator_list.iter().all(|decorator| is_manager(&decorator.expression)) {
        return false;
    }
    let values = if function.is_generator { yielded(def) } else { returned(def) };
    let names = Names::of(Some(&definition));
    let factory = Factory { survey, id, ast: &ast, names, depth };
    !values.is_empty() && values.into_iter().all(|value| factory.is_new(value))
}

struct Factory<'a> {
    survey: Survey<'a>,
    id: FnId,
    ast: &'a Ast,
    names: Names,
    depth: usize,
}

impl Factory<'_> {
    fn is_new(&self, value: &Expr) -> bool {
        let is_made = match value {
            Expr::Call(call) => self.makes(call),
            Expr::Name(name) => self.is_new_local(name),
            // What a container holds counts as the container.
            Expr::List(list) => list.elts.iter().all(|item| self.is_new(item)),
            Expr::Tuple(tuple) => tuple.elts.iter().all(|item| self.is_new(item)),
            Expr::Set(set) => set.elts.iter().all(|item| self.is_new(item)),
            Expr::Dict(dict) => dict.iter_values().all(|item| self.is_new(item)),
            Expr::If(branch) => self.is_new(&branch.body) && self.is_new(&branch.orelse),
            Expr::BoolOp(operation) => operation.values.iter().all(|value| self.is_new(value)),
            _ => false,
        };
        is_made || self.survey.resolver.types.is_immutable(self.id.file, value)
    }

    /// Whether a call returns an object that nothing else has.
    fn makes(&self, call: &ExprCall) -> bool {
        if self.comes_from_task(&call.func) {
            return true;
        }
        if shelf::takes_out(self.survey, self.id.file, call, self.depth) {
            return true;
        }
        let is_inner = matches!(&*call.func, Expr::Attribute(attribute) if is_accessor(&attribute.attr));
        let targets = self.survey.targets(self.id.file, call);
        !is_inner
            && !targets.is_empty()
            && targets.iter().all(|target| match target.function.and_then(|def| self.own(def)) {
                Some(id) => {
                    target.class.is_some() && self.is_constructor(id) || is_factory(self.survey, id, self.depth - 1)
                }
                None => true,
            })
    }

    /// Whether a local variable holds nothing but what the function made, and nobody else gets it.
    fn is_new_local(&self, name: &ExprName) -> bool {
        let facts = self.survey.resolver.types.facts(self.id.file);
        let is_own = |binding: &&Binding| binding.function == self.id.index && binding.target == name.id;
        let mut bound = facts.bindings.iter().filter(is_own).peekable();
        let mut loads = facts.loads.iter().filter(|load| load.name == name.id && load.function == self.id.index);
        self.names.is_local(&name.id)
            && bound.peek().is_some()
            && loads.all(|load| self.is_only_used(load.range))
            && bound.all(|binding| {
                let value = self.ast.expression(binding.value);
                value.is_some_and(|value| !value.is_name_expr() && self.is_new(value))
            })
    }

    /// Whether a call gives something to an object that one task uses at a time, like the rows of a session: what that holds is the
    /// same task's.
    fn belongs_to_task(&self, call: &ExprCall) -> bool {
        let object = call.func.as_attribute_expr().map(|callee| &*callee.value);
        object.is_some_and(|object| ownership::keeps_state(self.survey.resolver, self.id, object))
    }

    /// Whether a chain of calls begins with such a call: `session.scalars(query).first()`.
    fn comes_from_task(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Call(call) => self.belongs_to_task(call) || self.comes_from_task(&call.func),
            Expr::Attribute(attribute) => self.comes_from_task(&attribute.value),
            _ => false,
        }
    }

    fn own(&self, def: DefId) -> Option<FnId> {
        let world = self.survey.resolver.types.world();
        world.is_own(def.file).then(|| world.fn_of(def)).flatten()
    }

    fn is_constructor(&self, id: FnId) -> bool {
        let world = self.survey.resolver.types.world();
        world.function(id).is_some_and(|function| function.name.as_str() == "__init__")
    }

    /// Whether a name is returned where it is read, as a part of something or as it is, or something is asked of it.
    fn is_only_used(&self, range: TextRange) -> bool {
        let path = self.ast.path(range);
        let mut around = path.iter().rev().filter(|node| node.range() != range);
        let mut is_part = false;
        while let Some(node) = around.next() {
            match node {
                AnyNodeRef::ExprSubscript(subscript) if !is_part => return subscript.value.range() == range,
                AnyNodeRef::StmtFor(for_) if !is_part => return for_.iter.range() == range,
                AnyNodeRef::Arguments(_) if !is_part => {
                    return matches!(around.next(), Some(AnyNodeRef::ExprCall(call))
                        if looks_only(call) || self.belongs_to_task(call) || shelf::brings_back(self.survey, self.id, call, range));
                }
                AnyNodeRef::StmtIf(_)
                | AnyNodeRef::StmtWhile(_)
                | AnyNodeRef::ExprAttribute(_)
                | AnyNodeRef::ExprCompare(_)
                | AnyNodeRef::ExprUnaryOp(_)
                | AnyNodeRef::ExprBinOp(_)
                | AnyNodeRef::Comprehension(_)
                | AnyNodeRef::InterpolatedElement(_) => return !is_part,
                AnyNodeRef::ExprDict(_)
                | AnyNodeRef::ExprList(_)
                | AnyNodeRef::ExprTuple(_)
                | AnyNodeRef::ExprIf(_) => {
                    is_part = true;
                }
                AnyNodeRef::StmtReturn(_) | AnyNodeRef::ExprYield(_) => return true,
                AnyNodeRef::StmtWith(with) => {
                    let mut items = with.items.iter().filter(|item| item.context_expr.range() == range);
                    return !is_part && items.next().is_some_and(|item| item.optional_vars.is_none());
                }
                AnyNodeRef::StmtAssign(assign) => {
                    return matches!(&assign.targets[..], [Expr::Name(target)] if self.names.is_local(&target.id));
                }
                _ => return false,
            }
        }
        false
    }
}

/// Builtins that look at what they are given, and keep nothing of it.
const LOOKS: [&str; 14] = [
    "all",
    "any",
    "bool",
    "enumerate",
    "isinstance",
    "len",
    "max",
    "min",
    "print",
    "repr",
    "sorted",
    "str",
    "sum",
    "zip",
];

fn looks_only(call: &ExprCall) -> bool {
    matches!(&*call.func, Expr::Name(name) if LOOKS.contains(&name.id.as_str()))
}
