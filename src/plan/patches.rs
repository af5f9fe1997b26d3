//! Doubles that mock libraries make by themselves: one of a coroutine function can be awaited, and gives what it gave.

use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange};

use super::decide::Planner;
use crate::project::{Ast, FileId, Shape};

/// The base of all exceptions.
const EXCEPTION: &str = "builtins.BaseException";

impl Planner<'_> {
    /// Whether doubles of coroutine functions can be awaited, in each Python that the program runs on.
    pub(super) fn has_awaited_doubles(&self) -> bool {
        let since = self.resolver.catalogue().tests.iter().map(|tests| tests.since).max();
        since.is_some_and(|since| self.ground.terms.minimum.is_none_or(|minimum| minimum >= since))
    }

    /// The position of the name in a call that replaces what is called so by a double of its own making.
    pub(super) fn makes_double(&self, file: FileId, call: &ExprCall) -> Option<usize> {
        let name = self.written_name(file, &call.func)?;
        let at = self.resolver.catalogue().doubles.iter().find_map(|doubles| doubles.patches.get(&name))?;
        let is_given = call.arguments.find_keyword("new").is_some();
        (call.arguments.args.len() == at + 1 && !is_given).then_some(*at)
    }

    /// The name of what a call replaces, if the double works as well once that is a coroutine function: what it gives is said, and nothing
    /// but that and how it was called is asked of it.
    pub(super) fn followed_patch(&self, file: FileId, call: &ExprCall) -> Option<TextRange> {
        let at = self.makes_double(file, call)?;
        let name = call.arguments.args.get(at)?;
        let ast = self.resolver.types.ast(file)?;
        let gives = |name: &str| self.gives(name);
        let mut is_set = false;
        for keyword in &call.arguments.keywords {
            if !keyword.arg.as_ref().is_some_and(|name| gives(name))
                || !self.gives_the_same(file, keyword.arg.as_ref()?, &keyword.value)
            {
                return None;
            }
            is_set = true;
        }
        let uses = self.uses_of_double(file, &ast, call)?;
        for (attribute, is_stored) in &uses {
            let Expr::Attribute(node) = ast.expression(*attribute)? else { return None };
            let name = node.attr.as_str();
            if *is_stored && gives(name) {
                let value = assigned(&ast, *attribute)?;
                if !self.gives_the_same(file, name, value) {
                    return None;
                }
                is_set = true;
            } else if *is_stored
                || !self.resolver.catalogue().doubles.iter().any(|known| known.keeps.iter().any(|other| other == name))
            {
                return None;
            }
        }
        is_set.then(|| name.range())
    }

    fn gives(&self, name: &str) -> bool {
        self.resolver.catalogue().doubles.iter().any(|known| known.results.iter().any(|other| other == name))
    }

    /// Whether what a double is told to do is the same when it is awaited: a value; or errors, a list or a lambda for its effect.
    fn gives_the_same(&self, file: FileId, name: &str, value: &Expr) -> bool {
        let is_value = self
            .resolver
            .catalogue()
            .doubles
            .iter()
            .any(|known| known.results.first().is_some_and(|first| first == name));
        is_value || matches!(value, Expr::List(_) | Expr::Tuple(_) | Expr::Lambda(_)) || self.is_error(file, value)
    }

    fn is_error(&self, file: FileId, value: &Expr) -> bool {
        let types = &self.resolver.types;
        let shapes = self.resolver.shapes(file, value);
        !shapes.is_empty()
            && shapes.iter().all(|shape| match shape {
                Shape::Instance(class) | Shape::Class(class) => {
                    types.mro(*class).iter().any(|base| base.name == EXCEPTION)
                }
                _ => false,
            })
    }

    /// The attributes of a double that are used, and whether they are set; `None` where it may be used in another way.
    fn uses_of_double(&self, file: FileId, ast: &Ast, call: &ExprCall) -> Option<Vec<(TextRange, bool)>> {
        let (name, within) = self.name_of_double(file, ast, call)?;
        let Some(name) = name else { return Some(Vec::new()) };
        let mut uses = Uses { name: &name, found: Vec::new(), is_free: true };
        match within {
            AnyNodeRef::StmtFunctionDef(def) => uses.visit_body(&def.body),
            _ => return None,
        }
        uses.is_free.then_some(uses.found)
    }

    /// The variable that has a double, if one has, and the function in which it does.
    fn name_of_double<'t>(
        &self,
        file: FileId,
        ast: &'t Ast,
        call: &ExprCall,
    ) -> Option<(Option<String>, AnyNodeRef<'t>)> {
        let path = ast.path(call.range());
        let around = path.iter().rev().find(|node| match node {
            AnyNodeRef::StmtFunctionDef(def) => def.body.iter().any(|stmt| stmt.range().contains_range(call.range())),
            _ => false,
        });
        let outer = path.iter().rev().find(|node| {
            node.range() != call.range() || matches!(node, AnyNodeRef::WithItem(_) | AnyNodeRef::Decorator(_))
        })?;
        match outer {
            AnyNodeRef::WithItem(item) if item.context_expr.range() == call.range() => {
                let name = match item.optional_vars.as_deref() {
                    None => None,
                    Some(Expr::Name(name)) => Some(name.id.to_string()),
                    Some(_) => return None,
                };
                Some((name, *around?))
            }
            AnyNodeRef::Decorator(decorator) if decorator.expression.range() == call.range() => {
                let (node, def) = path.iter().rev().find_map(|node| match node {
                    AnyNodeRef::StmtFunctionDef(def) => Some((*node, *def)),
                    _ => None,
                })?;
                let own = def.decorator_list.iter().any(|other| other.range() == decorator.range());
                own.then_some((Some(self.parameter_of(file, def, call)?), node))
            }
            _ => None,
        }
    }

    /// The parameter that gets the double which a decorator makes: those next to the function come first.
    fn parameter_of(&self, file: FileId, def: &StmtFunctionDef, call: &ExprCall) -> Option<String> {
        let facts = self.resolver.types.facts(file);
        let function = facts.functions.get(facts.function_at(def.name.start())? as usize)?;
        let calls = def.decorator_list.iter().rev().filter_map(|decorator| decorator.expression.as_call_expr());
        let doubles = calls.filter(|call| self.makes_double(file, call).is_some());
        let position = doubles.take_while(|other| other.range() != call.range()).count();
        let parameter = function.parameters.get(position + function.receivers())?;
        Some(parameter.name.to_string())
    }
}

/// What is assigned to an attribute in a plain assignment.
fn assigned(ast: &Ast, attribute: TextRange) -> Option<&Expr> {
    let path = ast.path(attribute);
    let statement = path.iter().rev().find(|node| node.is_statement())?;
    let AnyNodeRef::StmtAssign(assign) = statement else { return None };
    match &assign.targets[..] {
        [target] if target.range() == attribute => ast.expression(assign.value.range()),
        _ => None,
    }
}

/// Finds what is done with a variable.
struct Uses<'a> {
    name: &'a str,
    found: Vec<(TextRange, bool)>,
    /// It is used for its attributes alone.
    is_free: bool,
}

impl<'a> Visitor<'a> for Uses<'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Attribute(attribute) if matches!(&*attribute.value, Expr::Name(name) if name.id.as_str() == self.name) =>
            {
                self.found.push((attribute.range(), !attribute.ctx.is_load()));
            }
            Expr::Name(name) if name.id.as_str() == self.name && name.ctx.is_load() => self.is_free = false,
            _ => walk_expr(self, expr),
        }
    }
}
