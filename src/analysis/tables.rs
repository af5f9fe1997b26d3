//! Functions that are called by way of a table or a variable: `ACTIONS = {"open": open_door}`, and then `ACTIONS[name](door)`.

use ruff_python_ast::helpers::any_over_expr;
use ruff_python_ast::name::Name;
use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::TextRange;

use super::handover::{container_names, is_keeper};
use super::index::{FnId, Lookup, Posting};
use super::inside::{containers_around, stored_depth};
use super::resolve::Resolver;
use crate::project::facts::{CallForm, Function, FunctionIndex, MODULE};
use crate::project::{DefId, FileId, Shape, last};

/// What holds functions that are called in more places than this is a library of its own.
const MOST_CALLS: usize = 40;

impl Resolver<'_> {
    /// The calls that may run a function because they call what a table holds, or what a variable got from one.
    pub(super) fn calls_through_tables(&self, id: FnId) -> Vec<Posting> {
        let world = self.types.world();
        let (Some(function), Some(def)) = (world.function(id), world.def_of(id)) else { return Vec::new() };
        let mut calls = Vec::new();
        let names = self.index().with_aliases(&function.name);
        for posting in names.iter().flat_map(|name| self.index().bindings_from(name)) {
            let home = posting.0;
            let Some(table) = world.binding_at(*posting).filter(|_| self.neighbours().sees(home, id.file)) else {
                continue;
            };
            let ast = self.types.ast(home);
            let value = ast.as_ref().and_then(|ast| ast.expression(table.value));
            if !value.is_some_and(|value| self.holds_function(home, value, def)) {
                continue;
            }
            let scope = (table.function != MODULE).then_some(table.function);
            calls.extend(self.calls_of_items(home, &table.target, scope));
            if calls.len() > MOST_CALLS {
                return Vec::new();
            }
        }
        for (home, table) in self.put_by_decorators(id, function) {
            calls.extend(self.calls_of_items(home, &table, None));
        }
        if calls.len() > MOST_CALLS { Vec::new() } else { calls }
    }

    /// The tables and lists that the decorators of a function put it into, with their files: `TABLE[name] = function`.
    fn put_by_decorators(&self, id: FnId, function: &Function) -> Vec<(FileId, Name)> {
        let mut tables = Vec::new();
        let Some(ast) = self.types.ast(id.file).filter(|_| !function.decorators.is_empty()) else { return tables };
        for decorator in function.decorators.iter().filter_map(|range| ast.expression(*range)) {
            for maker in self.makers(id.file, decorator).flatten() {
                self.tables_of_parameters(maker, &mut tables);
            }
        }
        tables.sort_unstable();
        tables.dedup();
        tables
    }

    /// Adds the tables and lists that a function, or one inside it, puts its parameters into.
    fn tables_of_parameters(&self, maker: FnId, tables: &mut Vec<(FileId, Name)>) {
        let (facts, Some(ast)) = (self.types.facts(maker.file), self.types.ast(maker.file)) else { return };
        let Some(own) = facts.functions.get(maker.index as usize).filter(|_| self.types.world().is_own(maker.file))
        else {
            return;
        };
        let inside = |range: TextRange| own.range.contains_range(range);
        let is_parameter = |name: &str| {
            let within = facts.functions.iter().filter(|function| inside(function.range));
            within.flat_map(|function| &function.parameters).any(|parameter| parameter.name == name)
        };
        let names_one =
            |value: &Expr| any_over_expr(value, |expr| expr.as_name_expr().is_some_and(|name| is_parameter(&name.id)));
        for bound in facts.bindings.iter().filter(|bound| inside(bound.value)) {
            if stored_depth(&ast, bound.value) > 0 && ast.expression(bound.value).is_some_and(names_one) {
                tables.push((maker.file, bound.target.clone()));
            }
        }
        for fact in facts.calls.iter().filter(|call| inside(call.range) && is_keeper(&call.name)) {
            let Some(call) = ast.call(fact.range) else { continue };
            let Some(method) = call.func.as_attribute_expr() else { continue };
            if call.arguments.args.iter().any(names_one) {
                let mut containers = containers_around(&ast, &facts, fact.function, &method.value);
                containers.push(&method.value);
                let names = containers.into_iter().flat_map(container_names);
                tables.extend(names.map(|name| (maker.file, name)));
            }
        }
    }

    /// The calls of what a table, or a variable, of `home` holds: of its items, and of what variables get from it.
    fn calls_of_items(&self, home: FileId, table: &ast::name::Name, scope: Option<FunctionIndex>) -> Vec<Posting> {
        let (world, index) = (self.types.world(), self.index());
        let may_read = |file: FileId, function: FunctionIndex| match scope {
            // An attribute that a method sets is read by others.
            Some(scope) => file == home && (function == scope || self.is_attribute(home, table)),
            None => self.neighbours().knows(file, home),
        };
        let of_table = index.calls(table).iter().filter(|posting| {
            let call = world.call_at(**posting);
            call.is_some_and(|call| {
                matches!(call.form, CallForm::Call | CallForm::Indexed) && may_read(posting.0, call.function)
            })
        });
        let mut calls: Vec<Posting> = of_table.copied().collect();
        let bound = index.bindings_to_names_from(table).iter().filter_map(|posting| {
            let bound = world.binding_at(*posting).filter(|bound| may_read(posting.0, bound.function))?;
            Some((posting.0, &bound.target, Some(bound.function)))
        });
        let parts = index.parts_of(table).iter().map(|(file, name)| (*file, name, None));
        for (file, name, function) in bound.chain(parts.filter(|(file, ..)| may_read(*file, MODULE))) {
            let is_it = |posting: &&Posting| {
                let call = world.call_at(**posting).filter(|_| posting.0 == file);
                call.is_some_and(|call| function.is_none_or(|function| function == call.function))
            };
            calls.extend(index.calls(name).iter().filter(is_it));
        }
        calls
    }

    /// Whether an attribute of this name is set in a module.
    fn is_attribute(&self, file: FileId, name: &str) -> bool {
        let facts = self.types.facts(file);
        facts.loads.iter().any(|load| load.attribute && load.name == name)
            || facts.calls.iter().any(|call| call.name == name && call.form == CallForm::Indexed)
    }

    /// Whether a function stands in a value, to be called with all that a call passes.
    fn holds_function(&self, file: FileId, value: &Expr, def: DefId) -> bool {
        let holds = |value: &Expr| self.holds_function(file, value, def);
        match value {
            Expr::Name(_) => self.names_function(file, value, def),
            // The object is given already; a class leaves it to the call.
            Expr::Attribute(attribute) => {
                let of = self.types.shapes(file, &attribute.value);
                !of.iter().any(|shape| matches!(shape, Shape::Class(_))) && self.names_function(file, value, def)
            }
            Expr::Dict(dict) => dict.items.iter().any(|item| holds(&item.value)),
            Expr::List(ast::ExprList { elts, .. })
            | Expr::Tuple(ast::ExprTuple { elts, .. })
            | Expr::Set(ast::ExprSet { elts, .. }) => elts.iter().any(holds),
            Expr::If(branch) => holds(&branch.body) || holds(&branch.orelse),
            // Only what it is given by name leaves the others where they are.
            Expr::Call(call) if last(&call.func) == Some("partial") => {
                matches!(&*call.arguments.args, [function] if holds(function))
            }
            _ => false,
        }
    }

    fn names_function(&self, file: FileId, named: &Expr, def: DefId) -> bool {
        self.types.targets(file, named).iter().any(|target| target.function == Some(def))
    }
}
