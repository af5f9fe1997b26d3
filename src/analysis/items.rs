//! What comes out of a value: its items, its parts, what it yields, what a `with` gets from it.
//!
//! The engine knows this where functions have annotations. Here it is read off the code of the program where they have none.

use ruff_python_ast::name::Name;
use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::index::{FnId, Lookup};
use super::inside::stored_depth;
use super::resolve::{Resolver, argument, extend, is_lookup, spend};
use crate::project::facts::{FunctionIndex, MODULE, PartOf};
use crate::project::{Ast, DefId, FileId, Shape, Shapes, delegated, last, yielded};
use crate::text::has_word;

/// An attribute that the program sets in more places than this is no place to look for objects.
const MOST_BINDINGS: usize = 60;

/// How a name gets what it holds from a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Binder {
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
                    let mut shapes = self.shapes_at(home, value, depth - 1);
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

    /// What a `with` gets from a value.
    pub(super) fn entered_shapes(&self, file: FileId, value: &Expr, depth: usize) -> Shapes {
        let mut shapes = Vec::new();
        if depth == 0 {
            return shapes;
        }
        if let Expr::Call(call) = value {
            let first = call.arguments.args.first();
            if let Some(kept) = first.filter(|_| last(&call.func) == Some("closing")) {
                return self.shapes_at(file, kept, depth - 1);
            }
            for id in self.called(file, call, depth) {
                let is_generator = self.types.world().function(id).is_some_and(|function| function.is_generator);
                if is_generator {
                    extend(&mut shapes, self.yielded_shapes(id, depth - 1));
                }
            }
        }
        if !shapes.is_empty() {
            return shapes;
        }
        for shape in self.shapes_at(file, value, depth - 1) {
            let Shape::Instance(class) = shape else { continue };
            let methods = ["__enter__", "__aenter__"].into_iter();
            let enter = methods
                .filter_map(|method| self.types.member(class, method)?.function)
                .find_map(|function| self.types.world().fn_of(function));
            match enter.filter(|id| self.types.world().is_own(id.file)) {
                Some(enter) => extend(&mut shapes, self.returned_shapes(enter, depth - 1)),
                // Most managers of libraries give themselves.
                None => extend(&mut shapes, vec![shape]),
            }
        }
        shapes
    }

    /// What a function of the program yields.
    fn yielded_shapes(&self, id: FnId, depth: usize) -> Shapes {
        let mut shapes = Vec::new();
        let Some(ast) = self.types.ast(id.file).filter(|_| depth > 0) else { return shapes };
        let range = self.types.world().function(id).map(|function| function.range);
        let Some(def) = range.and_then(|range| ast.def(range)) else { return shapes };
        for value in yielded(def) {
            extend(&mut shapes, self.shapes_at(id.file, value, depth - 1));
        }
        for values in delegated(def) {
            extend(&mut shapes, self.item_shapes(id.file, values, depth - 1));
        }
        shapes
    }

    /// What calling what an expression names gives.
    fn results_of(&self, file: FileId, function: &Expr, depth: usize) -> Shapes {
        let mut shapes = Vec::new();
        if depth == 0 {
            return shapes;
        }
        for target in self.targets_with(file, function, depth) {
            if let Some(id) = target.function.and_then(|function| self.types.world().fn_of(function)) {
                extend(&mut shapes, self.returned_shapes(id, depth - 1));
            }
        }
        let classes = self.shapes_at(file, function, depth - 1).into_iter().filter_map(|shape| match shape {
            Shape::Class(class) => Some(Shape::Instance(class)),
            _ => None,
        });
        extend(&mut shapes, classes.collect());
        shapes
    }

    /// What awaiting a value gives: of a coroutine that is called there, or was where a variable is made, as a task as well.
    pub(super) fn awaited_shapes(&self, file: FileId, value: &Expr, depth: usize) -> Shapes {
        if depth == 0 {
            return Vec::new();
        }
        match value {
            Expr::Call(call) => match call.arguments.args.first() {
                Some(coroutine) if self.makes_task(file, call) => self.awaited_shapes(file, coroutine, depth - 1),
                Some(function) if self.is_thread(file, call) => self.results_of(file, function, depth - 1),
                _ => {
                    let shapes = self.result_shapes(file, call, true, depth - 1);
                    match (&*call.func, shapes.is_empty()) {
                        (Expr::Attribute(method), true) if is_lookup(&method.attr) => {
                            self.kept_shapes(file, &method.value, depth - 1)
                        }
                        _ => shapes,
                    }
                }
            },
            Expr::Name(_) | Expr::Attribute(_) => self.of_each(self.written_values(file, value), &|home, value| {
                if value.is_call_expr() { self.awaited_shapes(home, value, depth - 1) } else { Vec::new() }
            }),
            _ => Vec::new(),
        }
    }

    /// The items of what `await gather(…)` gives, or of what an awaited function of the program returns.
    fn awaited_items(&self, file: FileId, call: &ast::ExprCall, depth: usize) -> Shapes {
        if !self.is_gathered(file, call) {
            return self.made_by(file, call, depth, &|home, value| self.item_shapes(home, value, depth));
        }
        let mut shapes = Vec::new();
        for argument in &call.arguments.args {
            let coroutine = match argument {
                Expr::Starred(starred) => match &*starred.value {
                    Expr::ListComp(ast::ExprListComp { elt, .. }) | Expr::Generator(ast::ExprGenerator { elt, .. }) => {
                        elt
                    }
                    Expr::Call(call) if last(&call.func) == Some("map") => {
                        if let Some(function) = call.arguments.args.first() {
                            extend(&mut shapes, self.results_of(file, function, depth));
                        }
                        continue;
                    }
                    _ => continue,
                },
                other => other,
            };
            extend(&mut shapes, self.awaited_shapes(file, coroutine, depth));
        }
        shapes
    }

    fn is_gathered(&self, file: FileId, call: &ast::ExprCall) -> bool {
        last(&call.func) == Some("gather") && self.is_of_asyncio(file, call)
    }

    fn makes_task(&self, file: FileId, call: &ast::ExprCall) -> bool {
        matches!(last(&call.func), Some("create_task" | "ensure_future" | "wait_for" | "shield"))
            && self.is_of_asyncio(file, call)
    }

    /// Whether a call is of asyncio, the language's own library: its coroutines are values here.
    fn is_of_asyncio(&self, file: FileId, call: &ast::ExprCall) -> bool {
        let targets = self.types.targets(file, &call.func);
        targets.iter().flat_map(|target| &target.names).any(|name| name.starts_with("asyncio."))
    }

    /// Whether a call has its first argument run in a thread, and gives what that returns.
    fn is_thread(&self, file: FileId, call: &ast::ExprCall) -> bool {
        let targets = self.types.targets(file, &call.func);
        targets.iter().flat_map(|target| &target.names).any(|name| {
            let mut handovers = self.catalogue().handovers(name).iter();
            handovers.any(|handover| handover.at == Some(0) && handover.on == crate::catalogue::RunsOn::Thread)
        })
    }

    /// What the functions of the program that a call may run return, each looked at by `look`; of generators, what they yield.
    fn made_by(
        &self,
        file: FileId,
        call: &ast::ExprCall,
        depth: usize,
        look: &dyn Fn(FileId, &Expr) -> Shapes,
    ) -> Shapes {
        let mut shapes = Vec::new();
        for id in self.called(file, call, depth) {
            let world = self.types.world();
            if world.function(id).is_some_and(|function| function.is_generator) {
                extend(&mut shapes, self.yielded_shapes(id, depth));
                continue;
            }
            let Some(ast) = self.types.ast(id.file) else { continue };
            for value in self.returned_values(&ast, id) {
                extend(&mut shapes, look(id.file, value));
            }
        }
        shapes
    }

    /// The functions of the program that a call may run.
    fn called(&self, file: FileId, call: &ast::ExprCall, depth: usize) -> Vec<FnId> {
        let targets = self.targets_with(file, &call.func, depth);
        targets.iter().filter_map(|target| self.types.world().fn_of(target.function?)).collect()
    }

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
                let Some(ast) = self.types.ast(home).filter(|_| has_word(&self.types.text(home), key)) else { break };
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
        for (home, source) in world.own_files() {
            if !has_word(&self.types.text(home), word) {
                continue;
            }
            let Some(ast) = self.types.ast(home) else { continue };
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

/// The word that a key is written with.
fn key_word(key: &Expr) -> Option<&str> {
    match key {
        Expr::StringLiteral(text) => Some(text.value.to_str()),
        Expr::Name(name) => Some(name.id.as_str()),
        Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
        _ => None,
    }
}

/// Whether what the value at `range` is bound to is one of its items.
pub(super) fn is_gone_through(ast: &Ast, range: TextRange) -> bool {
    binder(ast, range) == Binder::Iterated
}

/// How what binds the value at `range` gets at it.
fn binder(ast: &Ast, range: TextRange) -> Binder {
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
