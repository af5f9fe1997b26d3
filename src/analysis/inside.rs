//! What is put into containers, and into containers in them: `self.handlers[topic].append(handler)`.

use std::collections::BTreeSet;

use ruff_python_ast::name::Name;
use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::items::is_pass_through;
use super::resolve::{Resolver, is_lookup, spend};
use crate::project::facts::{Call, Facts, FunctionIndex, MODULE, is_adder};
use crate::project::{Ast, FileId, Shape, Shapes, extend, last};

/// How many containers within each other are looked into.
const DEEPEST: usize = 3;

/// How far inside a container something is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    /// It is an item of it.
    Item,
    /// It is an item of one of its items.
    Inside,
}

impl Resolver<'_> {
    /// What the items are of a container that is looked up in another one: `for handler in self.handlers.get(topic, [])`.
    pub(super) fn inner_items(&self, file: FileId, lookup: &Expr, depth: usize) -> Shapes {
        let Some(depth) = depth.checked_sub(1) else { return Vec::new() };
        let mut shapes = self.of_looked_up(file, lookup, &|home, value| self.item_shapes(home, value, depth));
        let put = self.put_inside(file, lookup);
        extend(&mut shapes, self.of_each(put, &|home, value| self.shapes_at(home, value, depth)));
        if let Some(default) = default_of(lookup) {
            extend(&mut shapes, self.item_shapes(file, default, depth));
        }
        shapes
    }

    /// The same, of the parts of such items.
    pub(super) fn inner_item_parts(&self, file: FileId, lookup: &Expr, position: usize, depth: usize) -> Shapes {
        let Some(depth) = depth.checked_sub(1) else { return Vec::new() };
        let parts = |home: FileId, value: &Expr| self.item_part_shapes(home, value, position, depth);
        let mut shapes = self.of_looked_up(file, lookup, &parts);
        let put = self.put_inside(file, lookup);
        extend(&mut shapes, self.of_each(put, &|home, value| self.element_shapes(home, value, position, depth)));
        shapes
    }

    /// What a part is of something looked up in a container: `words, function = COMMANDS[name]`.
    pub(super) fn inner_elements(&self, file: FileId, lookup: &Expr, position: usize, depth: usize) -> Shapes {
        let Some(depth) = depth.checked_sub(1) else { return Vec::new() };
        self.of_looked_up(file, lookup, &|home, value| self.element_shapes(home, value, position, depth))
    }

    /// What `shapes` says of each of the containers that a lookup may give.
    fn of_looked_up(&self, file: FileId, lookup: &Expr, shapes: &dyn Fn(FileId, &Expr) -> Shapes) -> Shapes {
        let inner = looked_up_in(lookup).map(|container| self.inner_values(file, container, DEEPEST));
        self.of_each(inner.unwrap_or_default(), shapes)
    }

    /// The values that are put into what a lookup gives.
    fn put_inside(&self, file: FileId, lookup: &Expr) -> Vec<(FileId, TextRange)> {
        looked_up_in(lookup).map(|container| self.put(file, container, Level::Inside)).unwrap_or_default()
    }

    /// The values that are put into the container that a variable or attribute is.
    pub(super) fn put_into(&self, file: FileId, container: &Expr) -> Vec<(FileId, TextRange)> {
        let mut found = self.put(file, container, Level::Item);
        if let Expr::Name(name) = container {
            found.extend(self.gathered(file, name).iter());
        }
        found
    }

    /// What calling something gives that the program put away to call it later: in a variable, an attribute or a table, or as an argument.
    pub(super) fn put_away_results(&self, file: FileId, callee: &Expr, depth: usize) -> Shapes {
        let Some(depth) = depth.checked_sub(1).filter(|_| spend()) else { return Vec::new() };
        let mut values = match callee {
            Expr::Name(_) | Expr::Attribute(_) => self.written_values(file, callee),
            lookup => looked_up_in(lookup).map(|table| self.inner_values(file, table, DEEPEST)).unwrap_or_default(),
        };
        if let Expr::Attribute(attribute) = callee {
            for shape in self.shapes_at(file, &attribute.value, depth) {
                if let Shape::Instance(class) = shape {
                    values.extend(self.field_values(class, &attribute.attr));
                }
            }
        }
        // `self.make = make` is no value of `make` itself.
        values.retain(|place| *place != (file, callee.range()));
        self.of_each(values, &|home, value| {
            let results = self.results_of(home, value, depth);
            let is_kept = matches!(value, Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_));
            if results.is_empty() && is_kept { self.put_away_results(home, value, depth) } else { results }
        })
    }

    /// The values that a container holds, as they are written.
    fn inner_values(&self, file: FileId, container: &Expr, deepest: usize) -> Vec<(FileId, TextRange)> {
        let ranges = |values: &[Expr]| values.iter().map(|value| (file, value.range())).collect();
        if deepest == 0 {
            return Vec::new();
        }
        match container {
            Expr::Dict(dict) => dict.items.iter().map(|item| (file, item.value.range())).collect(),
            Expr::DictComp(comprehension) => vec![(file, comprehension.value.range())],
            Expr::List(ast::ExprList { elts, .. })
            | Expr::Tuple(ast::ExprTuple { elts, .. })
            | Expr::Set(ast::ExprSet { elts, .. }) => ranges(elts),
            Expr::ListComp(comprehension) => vec![(file, comprehension.elt.range())],
            Expr::Name(_) | Expr::Attribute(_) => {
                let mut values = self.each_inner(self.written_values(file, container), deepest);
                values.extend(self.put_into(file, container));
                values
            }
            Expr::Call(call) if is_pass_through(&call.func) => {
                let first = call.arguments.args.first();
                first.map(|items| self.inner_values(file, items, deepest - 1)).unwrap_or_default()
            }
            lookup => match looked_up_in(lookup) {
                Some(outer) => self.each_inner(self.inner_values(file, outer, deepest - 1), deepest),
                None => Vec::new(),
            },
        }
    }

    fn each_inner(&self, containers: Vec<(FileId, TextRange)>, deepest: usize) -> Vec<(FileId, TextRange)> {
        let mut values = Vec::new();
        for (home, container) in containers {
            if let Some(container) = self.types.ast(home).as_ref().and_then(|ast| ast.expression(container)) {
                values.extend(self.inner_values(home, container, deepest - 1));
            }
        }
        values
    }

    fn put(&self, file: FileId, container: &Expr, level: Level) -> Vec<(FileId, TextRange)> {
        let mut found: Vec<(FileId, TextRange)> = self.bindings_of(file, container);
        let stored = if level == Level::Item { 1 } else { 2 };
        found.retain(|(home, value)| self.types.ast(*home).is_some_and(|ast| stored_depth(&ast, *value) == stored));
        if level == Level::Item {
            if let Expr::Name(name) = container {
                found.extend(self.stored_in_module_table(file, name));
            }
            found.extend(self.put_by_others(file, container).iter());
        }
        found.extend(self.added(file, container, level));
        found.sort_unstable_by_key(|(file, range)| (*file, range.start()));
        found.dedup();
        found
    }

    /// What calls of its methods add to a container, or to one in it.
    fn added(&self, file: FileId, container: &Expr, level: Level) -> Vec<(FileId, TextRange)> {
        let mut found = Vec::new();
        let mut homes = BTreeSet::from([file]);
        if let Expr::Name(name) = container {
            homes.extend(self.types.bindings(file, name).iter().map(|id| id.file));
        }
        let owners = self.class_bodies(file, container);
        homes.extend(owners.iter().map(|(home, _)| *home));
        let scope = self.types.facts(file).enclosing(container.start());
        let name = last(container);
        for home in homes.into_iter().filter(|home| self.types.world().is_own(*home)) {
            let Some(ast) = self.types.ast(home) else { continue };
            let facts = self.types.facts(home);
            // Variables for what is looked up in something of this name.
            let lookups = facts.bindings.iter().filter(|bound| {
                level == Level::Inside && bound.sources.iter().any(|source| Some(source.as_str()) == name)
            });
            let lookups: Vec<(FunctionIndex, &Name)> = lookups.map(|bound| (bound.function, &bound.target)).collect();
            let is_candidate = |call: &&Call| {
                let is_lookup = |of: &Name| lookups.iter().any(|(scope, name)| *scope == call.function && *name == of);
                let mut chain = call.chain.iter().map(|source| &source.name);
                is_adder(&call.name)
                    && match level {
                        Level::Item => chain.next().is_none_or(|of| Some(of.as_str()) == name),
                        Level::Inside => chain.any(|of| Some(of.as_str()) == name || is_lookup(of)),
                    }
            };
            for fact in facts.calls.iter().filter(is_candidate) {
                let Some(call) = ast.call(fact.range) else { continue };
                let Expr::Attribute(method) = &*call.func else { continue };
                let receivers = match level {
                    Level::Item => vec![&*method.value],
                    Level::Inside => containers_around(&ast, &facts, fact.function, &method.value),
                };
                let is_local = fact.function == scope || container.is_attribute_expr() || home != file;
                let in_class = owners.iter().any(|(owner, body)| *owner == home && body.contains_range(fact.range));
                let is_it = |receiver: &Expr| {
                    in_class && is_own_attribute(receiver, name)
                        || same_place(receiver, container) && (is_local || self.is_of_module(file, container))
                };
                if receivers.into_iter().any(is_it)
                    && let Some(value) = call.arguments.args.last()
                {
                    found.push((home, value.range()));
                }
            }
        }
        found
    }

    /// Where the classes of the program stand whose objects have the attribute that a container is.
    fn class_bodies(&self, file: FileId, container: &Expr) -> Vec<(FileId, TextRange)> {
        let Some(attribute) = container.as_attribute_expr() else { return Vec::new() };
        let mut bodies = Vec::new();
        for shape in self.types.shapes(file, &attribute.value) {
            let (Shape::Instance(class) | Shape::Class(class)) = shape else { continue };
            for base in self.types.mro(class).iter().filter(|base| self.types.world().is_own(base.id.file)) {
                let facts = self.types.facts(base.id.file);
                let own = facts.class_at(base.id.start).and_then(|index| facts.classes.get(index as usize));
                bodies.extend(own.map(|own| (base.id.file, own.range)));
            }
        }
        bodies
    }

    fn is_of_module(&self, file: FileId, container: &Expr) -> bool {
        let Expr::Name(name) = container else { return false };
        let facts = self.types.facts(file);
        facts.bindings.iter().any(|binding| binding.target == name.id && binding.function == MODULE)
    }
}

/// The container in which something is looked up: `table` of `table[key]` and of `table.get(key)`.
pub(super) fn looked_up_in(lookup: &Expr) -> Option<&Expr> {
    match lookup {
        Expr::Subscript(subscript) => (!subscript.slice.is_slice_expr()).then_some(&*subscript.value),
        Expr::Call(call) => {
            let method = call.func.as_attribute_expr()?;
            (is_lookup(&method.attr) || method.attr.as_str() == "setdefault").then_some(&*method.value)
        }
        _ => None,
    }
}

/// The containers in which a value was looked up, where it stands or where the variable that it is was bound.
pub(super) fn containers_around<'e>(
    ast: &'e Ast,
    facts: &Facts,
    scope: FunctionIndex,
    value: &'e Expr,
) -> Vec<&'e Expr> {
    let Expr::Name(name) = value else { return looked_up_in(value).into_iter().collect() };
    let bound = facts.bindings.iter().filter(|bound| bound.function == scope && bound.target == name.id);
    bound.filter_map(|bound| looked_up_in(ast.expression(bound.value)?)).collect()
}

/// What a lookup gives where there is nothing.
fn default_of(lookup: &Expr) -> Option<&Expr> {
    looked_up_in(lookup)?;
    lookup.as_call_expr()?.arguments.args.get(1)
}

/// How deep in a container an assignment puts the value at `range`: 1 for `table[key] = value`, 2 for `table[key][other] = value`, 0 for
/// an assignment of anything else.
pub(super) fn stored_depth(ast: &Ast, range: TextRange) -> usize {
    let depth = |target: &Expr| {
        let (mut depth, mut target) = (0, target);
        while let Expr::Subscript(subscript) = target {
            (depth, target) = (depth + 1, &*subscript.value);
        }
        depth
    };
    let depths = ast.path(range).into_iter().rev().find_map(|node| match node {
        AnyNodeRef::StmtAssign(assign) if assign.value.range() == range => assign.targets.iter().map(depth).min(),
        _ => None,
    });
    depths.unwrap_or(0)
}

/// `self.name`
fn is_own_attribute(expr: &Expr, name: Option<&str>) -> bool {
    expr.as_attribute_expr().is_some_and(|attribute| {
        Some(attribute.attr.as_str()) == name
            && attribute.value.as_name_expr().is_some_and(|of| of.id.as_str() == "self")
    })
}

/// Whether two expressions name the same variable, or the same attribute of the same.
pub(super) fn same_place(one: &Expr, other: &Expr) -> bool {
    match (one, other) {
        (Expr::Name(one), Expr::Name(other)) => one.id == other.id,
        (Expr::Attribute(one), Expr::Attribute(other)) => {
            one.attr.id == other.attr.id && same_place(&one.value, &other.value)
        }
        _ => false,
    }
}
