//! What the program writes into variables, attributes and the entries of tables.

use ruff_python_ast::name::Name;
use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::index::Lookup;
use super::inside::stored_depth;
use super::items::{Binder, binder};
use super::resolve::{Resolver, argument};
use crate::project::facts::{FunctionIndex, MODULE, key_word};
use crate::project::{Ast, DefId, FileId, Shape, Shapes, extend, yielded};
use crate::text::has_word;

/// An attribute that the program sets in more places than this is no place to look for objects.
const MOST_BINDINGS: usize = 60;

impl Resolver<'_> {
    /// The values that a variable or attribute is bound to as a whole, with their files.
    pub(crate) fn written_values(&self, file: FileId, container: &Expr) -> Vec<(FileId, TextRange)> {
        let mut values = self.bindings_of(file, container);
        values.retain(|(home, value)| {
            let ast = self.types.ast(*home);
            ast.is_some_and(|ast| binder(&ast, *value) == Binder::Assigned && stored_depth(&ast, *value) == 0)
        });
        if let Expr::Name(name) = container {
            values.extend(self.passed_as(file, name).iter());
        }
        values
    }

    /// What functions store under a key of a variable of a module.
    pub(super) fn stored_in_module_table(&self, file: FileId, name: &ast::ExprName) -> Vec<(FileId, TextRange)> {
        let world = self.types.world();
        let postings = self.index().bindings_to(&name.id);
        if postings.len() > MOST_BINDINGS {
            return Vec::new();
        }
        let is_of_module = |home: FileId| {
            let bindings = &self.types.facts(home).bindings;
            bindings.iter().any(|binding| binding.target == name.id && binding.function == MODULE)
        };
        let homes: Vec<FileId> = self.types.bindings(file, name).iter().map(|id| id.file).collect();
        let homes: Vec<FileId> = homes.into_iter().filter(|home| world.is_own(*home) && is_of_module(*home)).collect();
        if homes.is_empty() {
            return Vec::new();
        }
        let stored = postings.iter().filter_map(|&posting| {
            let binding = world.binding_at(posting).filter(|binding| binding.function != MODULE)?;
            let ast = self.types.ast(posting.0)?;
            let item = targets_of(&ast, binding.value).into_iter().find_map(Expr::as_subscript_expr)?;
            let table = item.value.as_name_expr()?;
            let is_it = self.types.bindings(posting.0, table).iter().any(|id| homes.contains(&id.file));
            is_it.then_some((posting.0, binding.value))
        });
        stored.collect()
    }

    /// Whatever is bound to a variable, in its own scope or those around, or to an attribute of a class of the program.
    pub(super) fn bindings_of(&self, file: FileId, container: &Expr) -> Vec<(FileId, TextRange)> {
        match container {
            Expr::Name(name) => {
                let facts = self.types.facts(file);
                let mut index = facts.enclosing(name.start());
                loop {
                    let bound = facts.bindings.iter().filter(|b| b.function == index && b.target == name.id);
                    let bound: Vec<_> = bound.map(|binding| (file, binding.value)).collect();
                    if !bound.is_empty() {
                        return bound;
                    }
                    let Some(function) = facts.functions.get(index as usize).filter(|_| index != MODULE) else { break };
                    index = function.parent;
                }
                let homes = self.types.bindings(file, name).into_iter().map(|id| id.file);
                let homes = homes.filter(|home| *home != file && self.types.world().is_own(*home));
                homes
                    .flat_map(|home| {
                        let facts = self.types.facts(home);
                        let bound = facts.bindings.iter().filter(|b| b.function == MODULE && b.target == name.id);
                        bound.map(|binding| (home, binding.value)).collect::<Vec<_>>()
                    })
                    .collect()
            }
            Expr::Attribute(attribute) => {
                let mut found = Vec::new();
                for shape in self.types.shapes(file, &attribute.value) {
                    let (Shape::Instance(class) | Shape::Class(class)) = shape else { continue };
                    for base in self.types.mro(class).iter().filter(|base| self.types.world().is_own(base.id.file)) {
                        found.extend(self.bound_in_class(base.id.file, base.id.start, &attribute.attr));
                    }
                }
                found
            }
            _ => Vec::new(),
        }
    }

    /// What the program sets as an attribute of objects of a library's class: `app.state.cache = Redis()`.
    pub(super) fn set_from_outside(&self, class: DefId, name: &Name, depth: usize) -> Shapes {
        let mut shapes = Vec::new();
        let is_open =
            || !self.is_closed_class(class) && !self.types.mro(class).iter().any(|base| base.member(name).is_some());
        if depth > 0 && self.catalogue().is_yielded(&self.types.class_name(class)) {
            shapes = self.yielded_under(name, depth);
        }
        if !self.index().bindings_to(name).is_empty() && is_open() {
            let is_one = |home: FileId, object: &Expr| self.is_instance_of(home, object, class);
            extend(&mut shapes, self.set_where(name, depth, None, &is_one));
        }
        shapes
    }

    /// What the program, or one of the functions of each file, sets as an attribute of some objects.
    pub(super) fn set_where(
        &self,
        name: &Name,
        depth: usize,
        within: Option<FunctionIndex>,
        is_one: &dyn Fn(FileId, &Expr) -> bool,
    ) -> Shapes {
        let mut shapes = Vec::new();
        let postings = self.index().bindings_to(name);
        if depth == 0 || postings.len() > MOST_BINDINGS {
            return shapes;
        }
        for &posting in postings {
            let home = posting.0;
            let binding = self.types.world().binding_at(posting);
            let binding = binding.filter(|binding| within.is_none_or(|within| binding.function == within));
            let Some((binding, ast)) = binding.and_then(|binding| Some((binding, self.types.ast(home)?))) else {
                continue;
            };
            let is_set = |target: &Expr| {
                let attribute = target.as_attribute_expr().filter(|attribute| attribute.attr.id == *name);
                attribute.is_some_and(|attribute| is_one(home, &attribute.value))
            };
            if targets_of(&ast, binding.value).into_iter().any(is_set)
                && let Some(value) = ast.expression(binding.value)
            {
                extend(&mut shapes, self.shapes_at(home, value, depth - 1));
            }
        }
        shapes
    }

    /// What asynchronous generators of the program yield under a key of a dictionary: `yield {"cache": Redis()}`.
    fn yielded_under(&self, key: &Name, depth: usize) -> Shapes {
        let mut shapes = Vec::new();
        for (home, source) in self.types.world().own_files() {
            let makers = source.facts.functions.iter().filter(|function| function.is_async && function.is_generator);
            for function in makers {
                let Some(ast) = self.types.ast(home).filter(|_| has_word(&self.types.text_once(home), key)) else {
                    break;
                };
                let values = ast.def(function.range).map(yielded).unwrap_or_default();
                for value in values.into_iter().filter_map(|value| entry_of(value, key)) {
                    extend(&mut shapes, self.shapes_at(home, value, depth - 1));
                }
            }
        }
        shapes
    }

    /// What a module sets as an attribute of a class, or of one that it derives from: `Base.query = session.query_property()`.
    pub(super) fn set_on_class(&self, class: DefId, name: &Name, depth: usize) -> Shapes {
        let is_base = |shape: &Shape| matches!(shape, Shape::Class(base) if self.derives(class, *base));
        self.set_where(name, depth, Some(MODULE), &|home, object| self.types.shapes(home, object).iter().any(is_base))
    }

    /// What is stored under a key that says of which class it is: `app[CACHE]` with `CACHE = AppKey("cache", Redis)`.
    pub(super) fn keyed_shapes(&self, file: FileId, key: &Expr) -> Shapes {
        let Expr::Name(_) = key else { return Vec::new() };
        let class_of = |home: FileId, value: &Expr| {
            let made = value.as_call_expr()?;
            let targets = self.types.targets(home, &made.func);
            let mut names = targets.iter().flat_map(|target| &target.names);
            let keyed = names.find_map(|name| self.catalogue().keyed(name))?;
            argument(made, &keyed.argument, Some(keyed.at)).map(|class| self.types.shapes(home, class))
        };
        let classes =
            self.of_each(self.written_values(file, key), &|home, value| class_of(home, value).unwrap_or_default());
        let instance = |shape| match shape {
            Shape::Class(class) => Some(Shape::Instance(class)),
            _ => None,
        };
        classes.into_iter().filter_map(instance).collect()
    }

    /// What the program stores under a key, written out or named, in objects of a library's class: `app["cache"] = Redis()`.
    pub(super) fn stored_under(&self, class: DefId, key: &Expr, depth: usize) -> Shapes {
        let mut shapes = Vec::new();
        let world = self.types.world();
        let Some(word) = key_word(key).filter(|_| depth > 0 && !self.is_closed_class(class)) else {
            return shapes;
        };
        for &home in self.index().keyed(word) {
            let (Some(source), Some(ast)) = (world.file(home), self.types.ast(home)) else { continue };
            let is_set = |target: &Expr| {
                let item = target.as_subscript_expr().filter(|item| key_word(&item.slice) == Some(word));
                item.is_some_and(|item| self.is_instance_of(home, &item.value, class))
            };
            for binding in &source.facts.bindings {
                if targets_of(&ast, binding.value).into_iter().any(is_set)
                    && let Some(value) = ast.expression(binding.value)
                {
                    extend(&mut shapes, self.shapes_at(home, value, depth - 1));
                }
            }
        }
        shapes
    }

    /// Whether objects of a class have nothing that the program could set from outside: its own classes say what they have, and those
    /// of the language have no room.
    fn is_closed_class(&self, class: DefId) -> bool {
        let name = self.types.class_name(class);
        let top = name.split('.').next().unwrap_or_default();
        self.types.world().is_own(class.file)
            || matches!(top, "builtins" | "collections" | "typing" | "types" | "abc" | "enum" | "_typeshed")
    }

    fn is_instance_of(&self, file: FileId, expr: &Expr, class: DefId) -> bool {
        let shapes = self.types.shapes(file, expr);
        shapes.iter().any(|shape| matches!(shape, Shape::Instance(found) if self.derives(*found, class)))
    }

    fn bound_in_class(&self, file: FileId, class: ruff_text_size::TextSize, name: &str) -> Vec<(FileId, TextRange)> {
        let facts = self.types.facts(file);
        let Some(index) = facts.class_at(class) else { return Vec::new() };
        let Some(range) = facts.classes.get(index as usize).map(|class| class.range) else { return Vec::new() };
        let bound =
            facts.bindings.iter().filter(|binding| binding.target == name && range.contains_range(binding.value));
        bound.map(|binding| (file, binding.value)).collect()
    }
}

/// What a dictionary, written out or made of keyword arguments, has under a key.
fn entry_of<'a>(dictionary: &'a Expr, key: &str) -> Option<&'a Expr> {
    match dictionary {
        Expr::Dict(dict) => dict.items.iter().find_map(|item| {
            let is_it = matches!(&item.key, Some(Expr::StringLiteral(text)) if text.value.to_str() == key);
            is_it.then_some(&item.value)
        }),
        Expr::Call(call) => call.arguments.find_keyword(key).map(|keyword| &keyword.value),
        _ => None,
    }
}

/// What the assignment of the value at `range` assigns to.
fn targets_of(ast: &Ast, range: TextRange) -> Vec<&Expr> {
    let found = ast.path(range).into_iter().rev().find_map(|node| match node {
        AnyNodeRef::StmtAssign(assign) if assign.value.range() == range => Some(assign.targets.iter().collect()),
        AnyNodeRef::StmtAnnAssign(assign) => Some(vec![&*assign.target]),
        _ => None,
    });
    found.unwrap_or_default()
}
