//! What comes out of a value: its items, its parts, what is kept in it.
//!
//! The engine knows this where functions have annotations. Here it is read off the code of the program where they have none.

use std::slice;

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::index::{FnId, Lookup};
use super::resolve::{Resolver, spend};
use crate::project::facts::PartOf;
use crate::project::{Ast, FileId, Shape, Shapes, extend};

/// How a name gets what it holds from a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Binder {
    Assigned,
    /// It is one of the value's items.
    Iterated,
    /// It is what a `with` gets.
    Entered,
}

impl Resolver<'_> {
    /// What a name is that an assignment, a loop or a `with` binds to the value at `range`.
    pub(super) fn bound_shapes(&self, file: FileId, ast: &Ast, range: TextRange, depth: usize) -> Shapes {
        let Some(value) = ast.expression(range) else { return Vec::new() };
        match binder(ast, range) {
            Binder::Assigned => self.shapes_at(file, value, depth),
            Binder::Iterated => self.item_shapes(file, value, depth),
            Binder::Entered => self.entered_shapes(file, value, depth),
        }
    }

    /// What a name is that is bound to a part of a value.
    pub(super) fn part_shapes(&self, file: FileId, ast: &Ast, part: &PartOf, depth: usize) -> Shapes {
        let Some(value) = ast.expression(part.value) else { return Vec::new() };
        let Some(position) = part.position else { return self.bound_shapes(file, ast, part.value, depth) };
        match binder(ast, part.value) {
            Binder::Assigned => self.element_shapes(file, value, position, depth),
            Binder::Iterated => self.item_part_shapes(file, value, position, depth),
            Binder::Entered => Vec::new(),
        }
    }

    /// What the items of a value are.
    pub(super) fn item_shapes(&self, file: FileId, value: &Expr, depth: usize) -> Shapes {
        if depth == 0 || !spend() {
            return Vec::new();
        }
        let depth = depth - 1;
        let shapes = self.plain_items(file, value, depth);
        if shapes.is_empty() && matches!(value, Expr::Name(_) | Expr::Attribute(_) | Expr::Call(_)) {
            return self.items_of_objects(file, value, depth);
        }
        shapes
    }

    /// What objects of classes of the program give when they are gone through.
    fn items_of_objects(&self, file: FileId, value: &Expr, depth: usize) -> Shapes {
        let mut items = Vec::new();
        for shape in self.shapes_at(file, value, depth) {
            let Shape::Instance(class) = shape else { continue };
            let own = |name: &str| {
                let function = self.types.member(class, name)?.function?;
                self.types.world().fn_of(function).filter(|id| self.types.world().is_own(id.file))
            };
            let nexts: Vec<FnId> = ["__next__", "__anext__"].into_iter().filter_map(own).collect();
            nexts.iter().for_each(|next| extend(&mut items, self.returned_shapes(*next, depth)));
            for iter in ["__iter__", "__aiter__"].into_iter().filter_map(own).filter(|_| nexts.is_empty()) {
                extend(&mut items, self.yielded_shapes(iter, depth));
                let Some(ast) = self.types.ast(iter.file) else { continue };
                for value in self.returned_values(&ast, iter) {
                    extend(&mut items, self.item_shapes(iter.file, value, depth));
                }
            }
        }
        items
    }

    fn plain_items(&self, file: FileId, value: &Expr, depth: usize) -> Shapes {
        match value {
            Expr::List(ast::ExprList { elts, .. })
            | Expr::Tuple(ast::ExprTuple { elts, .. })
            | Expr::Set(ast::ExprSet { elts, .. }) => self.shapes_of_all(file, elts, depth),
            Expr::ListComp(ast::ExprListComp { elt, .. })
            | Expr::SetComp(ast::ExprSetComp { elt, .. })
            | Expr::Generator(ast::ExprGenerator { elt, .. }) => self.shapes_at(file, elt, depth),
            Expr::Name(_) | Expr::Attribute(_) => self.kept_shapes(file, value, depth),
            Expr::Await(await_) => match &*await_.value {
                Expr::Call(call) => self.awaited_items(file, call, depth),
                _ => Vec::new(),
            },
            Expr::Call(call) => self.call_items(file, value, call, depth),
            Expr::Subscript(subscript) if subscript.slice.is_slice_expr() => {
                self.item_shapes(file, &subscript.value, depth)
            }
            Expr::Subscript(_) => self.inner_items(file, value, depth),
            _ => Vec::new(),
        }
    }

    fn call_items(&self, file: FileId, whole: &Expr, call: &ast::ExprCall, depth: usize) -> Shapes {
        let first = call.arguments.args.first();
        if let Some(argument) = first
            && is_pass_through(&call.func)
        {
            return self.item_shapes(file, argument, depth);
        }
        match (&*call.func, first) {
            (Expr::Name(name), Some(function)) if name.id.as_str() == "map" => self.results_of(file, function, depth),
            (Expr::Attribute(method), _) if method.attr.as_str() == "values" => {
                self.kept_shapes(file, &method.value, depth)
            }
            _ => {
                let mut shapes = self.inner_items(file, whole, depth);
                extend(
                    &mut shapes,
                    self.made_by(file, call, depth, &|home, value| self.item_shapes(home, value, depth)),
                );
                shapes
            }
        }
    }

    /// What the parts of the items of a value are: `for name, step in STEPS`.
    pub(super) fn item_part_shapes(&self, file: FileId, value: &Expr, position: usize, depth: usize) -> Shapes {
        if depth == 0 {
            return Vec::new();
        }
        let depth = depth - 1;
        let each = |values: &[Expr]| {
            let mut shapes = Vec::new();
            values.iter().for_each(|value| extend(&mut shapes, self.element_shapes(file, value, position, depth)));
            shapes
        };
        match value {
            Expr::List(ast::ExprList { elts, .. }) | Expr::Tuple(ast::ExprTuple { elts, .. }) => each(elts),
            Expr::ListComp(ast::ExprListComp { elt, .. }) | Expr::Generator(ast::ExprGenerator { elt, .. }) => {
                self.element_shapes(file, elt, position, depth)
            }
            Expr::Name(_) | Expr::Attribute(_) => self.of_each(self.written_values(file, value), &|home, value| {
                self.item_part_shapes(home, value, position, depth)
            }),
            Expr::Call(call) => match (&*call.func, &*call.arguments.args) {
                (Expr::Name(name), [items, ..]) if name.id.as_str() == "enumerate" && position == 1 => {
                    self.item_shapes(file, items, depth)
                }
                (Expr::Name(name), items) if name.id.as_str() == "zip" => {
                    items.get(position).map(|items| self.item_shapes(file, items, depth)).unwrap_or_default()
                }
                (Expr::Attribute(method), []) if method.attr.as_str() == "items" && position == 1 => {
                    self.kept_shapes(file, &method.value, depth)
                }
                (func, [items, ..]) if is_pass_through(func) => self.item_part_shapes(file, items, position, depth),
                _ => {
                    let mut shapes = self.inner_item_parts(file, value, position, depth);
                    let look = |home: FileId, value: &Expr| self.item_part_shapes(home, value, position, depth);
                    extend(&mut shapes, self.made_by(file, call, depth, &look));
                    shapes
                }
            },
            Expr::Subscript(_) => self.inner_item_parts(file, value, position, depth),
            _ => Vec::new(),
        }
    }

    /// What the part of a value at a position is: `first, second = value`.
    pub(super) fn element_shapes(&self, file: FileId, value: &Expr, position: usize, depth: usize) -> Shapes {
        if depth == 0 {
            return Vec::new();
        }
        let depth = depth - 1;
        match value {
            Expr::List(ast::ExprList { elts, .. }) | Expr::Tuple(ast::ExprTuple { elts, .. }) => {
                elts.get(position).map(|value| self.shapes_at(file, value, depth)).unwrap_or_default()
            }
            Expr::Call(call) if !is_pass_through(&call.func) => {
                let mut shapes = self.inner_elements(file, value, position, depth);
                let look = |home: FileId, value: &Expr| self.element_shapes(home, value, position, depth);
                extend(&mut shapes, self.made_by(file, call, depth, &look));
                shapes
            }
            Expr::Subscript(subscript) if !subscript.slice.is_slice_expr() => {
                self.inner_elements(file, value, position, depth)
            }
            Expr::Await(await_) => match &*await_.value {
                Expr::Call(call) => {
                    let argument = call.arguments.args.get(position);
                    match argument.filter(|_| self.is_gathered(file, call)) {
                        Some(argument) => self.awaited_shapes(file, argument, depth),
                        None => self.made_by(file, call, depth, &|home, value| {
                            self.element_shapes(home, value, position, depth)
                        }),
                    }
                }
                _ => Vec::new(),
            },
            other => self.item_shapes(file, other, depth),
        }
    }

    /// What a container holds: the values that it is written with, and those that are put into it later.
    pub(super) fn kept_shapes(&self, file: FileId, container: &Expr, depth: usize) -> Shapes {
        let mut shapes = Vec::new();
        if depth == 0 || !spend() {
            return shapes;
        }
        match container {
            Expr::Dict(dict) => {
                for item in &dict.items {
                    extend(&mut shapes, self.shapes_at(file, &item.value, depth - 1));
                }
            }
            Expr::DictComp(comprehension) => extend(&mut shapes, self.shapes_at(file, &comprehension.value, depth - 1)),
            Expr::Name(_) | Expr::Attribute(_) => {
                shapes = self.of_each(self.written_values(file, container), &|home, value| match value {
                    Expr::Dict(_) | Expr::DictComp(_) => self.kept_shapes(home, value, depth - 1),
                    other => self.item_shapes(home, other, depth - 1),
                });
                let put = self.of_each(self.put_into(file, container), &|home, value| {
                    let mut shapes = self.shapes_of_all(home, slice::from_ref(value), depth - 1);
                    extend(&mut shapes, self.subclass_shapes(home, value));
                    shapes
                });
                extend(&mut shapes, put);
            }
            other => extend(&mut shapes, self.item_shapes(file, other, depth)),
        }
        shapes
    }

    /// What each of some values, by file and place, is to `look`.
    pub(super) fn of_each(&self, values: Vec<(FileId, TextRange)>, look: &dyn Fn(FileId, &Expr) -> Shapes) -> Shapes {
        let mut shapes = Vec::new();
        for (home, value) in values.into_iter().take_while(|_| spend()) {
            if let Some(value) = self.types.ast(home).as_ref().and_then(|ast| ast.expression(value)) {
                extend(&mut shapes, look(home, value));
            }
        }
        shapes
    }

    fn shapes_of_all(&self, file: FileId, values: &[Expr], depth: usize) -> Shapes {
        let mut shapes = Vec::new();
        for value in values {
            let more = match value {
                Expr::Starred(starred) => self.item_shapes(file, &starred.value, depth),
                other => self.shapes_at(file, other, depth),
            };
            extend(&mut shapes, more);
        }
        shapes
    }
}

/// Whether what the value at `range` is bound to is one of its items.
pub(super) fn is_gone_through(ast: &Ast, range: TextRange) -> bool {
    binder(ast, range) == Binder::Iterated
}

/// How what binds the value at `range` gets at it.
pub(super) fn binder(ast: &Ast, range: TextRange) -> Binder {
    let is_it = |expr: &Expr| expr.range() == range;
    let found = ast.path(range).into_iter().rev().find_map(|node| match node {
        AnyNodeRef::StmtFor(for_) if is_it(&for_.iter) => Some(Binder::Iterated),
        AnyNodeRef::Comprehension(comprehension) if is_it(&comprehension.iter) => Some(Binder::Iterated),
        AnyNodeRef::WithItem(item) if is_it(&item.context_expr) => Some(Binder::Entered),
        node if node.is_statement() => Some(Binder::Assigned),
        _ => None,
    });
    found.unwrap_or(Binder::Assigned)
}

/// The builtins that give the items of their first argument again.
pub(super) fn is_pass_through(func: &Expr) -> bool {
    let names = ["list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "deque", "islice", "copy"];
    match func {
        Expr::Name(name) => names.contains(&name.id.as_str()),
        Expr::Attribute(attribute) => matches!(attribute.attr.as_str(), "deque" | "islice" | "copy"),
        _ => false,
    }
}
