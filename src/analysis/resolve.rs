//! What a call calls: by types, and where an annotation is missing, by what the program itself passes.

use std::cell::Cell;
use std::sync::{Arc, OnceLock};

use ruff_python_ast::name::Name;
use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::callers::Taken;
use super::held::Registry;
use super::index::{FnId, Index, Lookup, Posting};
use super::memo::Memo;
use super::neighbours::Neighbours;
use super::passed::Values;
use super::spread::Ground;
use crate::catalogue::Catalogue;
use crate::project::facts::{MODULE, named_attribute};
use crate::project::{Ast, DefId, FileId, Shape, Shapes, Target, Types, World, blocks, returned};

/// How many hops an inference without annotations may take.
const DEPTH: usize = 16;
/// How many expressions one question may lead to, so that code that refers to itself in many ways costs no more than other code.
const FUEL: usize = 120;

/// A file that no more files import than these is seldom asked about when it is not its turn.
const FEW_IMPORTERS: usize = 2;

thread_local! {
    /// What is left of [`FUEL`] for the question that this thread is at.
    static LEFT: Cell<usize> = const { Cell::new(0) };
}

/// What a call may call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Callee {
    pub function: Option<DefId>,
    /// The class that it was looked up on.
    pub class: Option<DefId>,
    /// What it is called on, or the callee itself.
    pub receiver: TextRange,
}

pub(super) type Callees = Arc<[Callee]>;

/// What all threads of one analysis share.
pub struct Shared<'a> {
    pub index: &'a Index,
    pub catalogue: &'a Catalogue,
    parameters: Memo<(FnId, usize), Shapes>,
    /// What calls pass for a parameter.
    pub(super) passed: Memo<(FnId, usize), Values>,
    /// What is put into what a function hands on under a name.
    pub(super) handed: Memo<(FnId, Name), Values>,
    /// The classes that derive from each that was asked about.
    pub(super) heirs: Memo<DefId, Arc<[DefId]>>,
    /// What each call may call.
    pub(super) callees: Memo<Posting, Callees>,
    /// How values may go from name to name.
    pub(super) ground: Ground<'a>,
    pub(super) registry: OnceLock<Registry>,
    /// What is taken from objects by a part of its name.
    pub(super) taken: OnceLock<Vec<Taken>>,
}

impl<'a> Shared<'a> {
    #[must_use]
    pub fn new(world: &'a World, index: &'a Index, catalogue: &'a Catalogue) -> Self {
        Self {
            index,
            catalogue,
            parameters: Memo::default(),
            passed: Memo::default(),
            handed: Memo::default(),
            heirs: Memo::default(),
            callees: Memo::default(),
            ground: Ground::build(world),
            registry: OnceLock::new(),
            taken: OnceLock::new(),
        }
    }
}

/// Answers questions about calls, for one thread.
#[derive(Clone)]
pub struct Resolver<'a> {
    pub types: Types,
    pub shared: &'a Shared<'a>,
}

/// A clone of the engine for a thread.
#[derive(Clone)]
pub struct Threaded<'a>(Types, &'a Shared<'a>);

impl<'a> Threaded<'a> {
    #[must_use]
    pub fn of(resolver: &Resolver<'a>) -> Self {
        Self(resolver.types.clone(), resolver.shared)
    }

    #[must_use]
    pub fn resolver(&self) -> Resolver<'a> {
        Resolver::new(self.0.clone(), self.1)
    }
}

impl<'a> Resolver<'a> {
    #[must_use]
    pub fn new(types: Types, shared: &'a Shared<'a>) -> Self {
        Self { types, shared }
    }

    #[must_use]
    pub fn index(&self) -> &'a Index {
        self.shared.index
    }

    #[must_use]
    pub fn catalogue(&self) -> &'a Catalogue {
        self.shared.catalogue
    }

    /// Whether a class is another one, or derives from it.
    pub(super) fn derives(&self, class: DefId, base: DefId) -> bool {
        self.types.mro(class).iter().any(|above| above.id == base)
    }

    /// Whether an expression may be an instance of a class, or of something derived from one, that `is_one` takes by its name.
    #[must_use]
    pub fn may_be_instance(&self, file: FileId, expr: &Expr, is_one: impl Fn(&str) -> bool) -> bool {
        self.shapes(file, expr).iter().any(|shape| match shape {
            Shape::Instance(class) => self.types.mro(*class).iter().any(|base| is_one(&base.name)),
            _ => false,
        })
    }

    /// Whether a module gets at another one by its imports, or by those of what it imports.
    #[must_use]
    pub fn sees(&self, file: FileId, other: FileId) -> bool {
        self.neighbours().sees(file, other)
    }

    /// Whether a module is part of a program that has coroutine functions, going by its imports.
    #[must_use]
    pub fn is_near_coroutines(&self, file: FileId) -> bool {
        let has_some = |file: FileId| self.types.facts(file).functions.iter().any(|function| function.is_async);
        has_some(file) || self.neighbours().around(file).any(has_some)
    }

    /// Done with a file for now: unless others lead to it, its tree is only in the way.
    pub(super) fn leave(&self, file: FileId) {
        if self.neighbours().importers(file) <= FEW_IMPORTERS {
            self.types.forget_tree(file);
        }
    }

    /// Whether values of what `home` defines may come to `file`.
    #[must_use]
    pub fn may_hold(&self, file: FileId, home: FileId) -> bool {
        self.neighbours().knows(file, home)
    }

    pub(super) fn neighbours(&self) -> &'a Neighbours {
        self.shared.ground.neighbours()
    }

    /// Everything that the callee `func` may stand for.
    #[must_use]
    pub fn targets(&self, file: FileId, func: &Expr) -> Vec<Target> {
        if let Expr::Call(call) = func
            && let Some((object, name)) = named_attribute(call)
        {
            LEFT.set(FUEL);
            return self.attribute_targets(file, object, &name);
        }
        let mut targets = self.types.targets(file, func);
        if let Expr::Attribute(attribute) = func {
            self.add_heirs(&mut targets, &attribute.attr);
        }
        if !targets.is_empty() || !self.types.world().is_own(file) {
            LEFT.set(FUEL);
            return self.forwarded(targets, func, DEPTH);
        }
        LEFT.set(FUEL);
        match func {
            Expr::Attribute(attribute) => {
                self.forwarded(self.attribute_targets(file, &attribute.value, &attribute.attr), func, DEPTH)
            }
            func => {
                self.shapes_at(file, func, DEPTH).iter().filter_map(|shape| self.types.shape_target(shape)).collect()
            }
        }
    }

    fn attribute_targets(&self, file: FileId, object: &Expr, name: &str) -> Vec<Target> {
        let target = |shape: &Shape| match shape {
            Shape::Instance(class) | Shape::Class(class) => self.types.member(*class, name),
            Shape::Module(module) => {
                Some(Target { names: vec![self.types.world().public(module, name)], function: None, class: None })
            }
            _ => None,
        };
        self.shapes_at(file, object, DEPTH).iter().filter_map(target).collect()
    }

    /// What an expression evaluates to.
    #[must_use]
    pub fn shapes(&self, file: FileId, expr: &Expr) -> Shapes {
        LEFT.set(FUEL);
        self.shapes_at(file, expr, DEPTH)
    }

    pub(super) fn shapes_at(&self, file: FileId, expr: &Expr, depth: usize) -> Shapes {
        let shapes = self.types.shapes(file, expr);
        if !shapes.is_empty() || depth == 0 || !self.types.world().is_own(file) || !spend() {
            return shapes;
        }
        match expr {
            Expr::Name(name) => self.name_shapes(file, name, depth),
            Expr::Attribute(attribute) => {
                let mut shapes = Vec::new();
                for shape in self.shapes_at(file, &attribute.value, depth - 1) {
                    if let Shape::Instance(class) | Shape::Class(class) = shape {
                        extend(&mut shapes, self.attribute_shapes(class, attribute.attr.as_str(), depth - 1));
                        extend(&mut shapes, self.set_from_outside(class, &attribute.attr.id, depth - 1));
                        if shapes.is_empty() {
                            shapes = self.types.declared_attribute(class, attribute.attr.as_str());
                            extend(&mut shapes, self.set_on_class(class, &attribute.attr.id, depth - 1));
                        }
                        if shapes.is_empty() {
                            shapes = self.heirs_attribute(class, &attribute.attr, depth - 1);
                        }
                    }
                }
                if shapes.is_empty() {
                    shapes = self.kept_in_state(attribute, depth - 1);
                }
                shapes
            }
            Expr::Call(call) => self.call_shapes(file, call, depth),
            Expr::Subscript(subscript) => self.subscript_shapes(file, subscript, depth),
            Expr::Await(await_) => self.awaited_shapes(file, &await_.value, depth - 1),
            Expr::Named(named) => self.shapes_at(file, &named.value, depth - 1),
            Expr::If(branch) => {
                let mut shapes = self.shapes_at(file, &branch.body, depth - 1);
                extend(&mut shapes, self.shapes_at(file, &branch.orelse, depth - 1));
                shapes
            }
            // `root / "name"` is of the kind of `root`.
            Expr::BinOp(operation) if operation.op == ast::Operator::Div => {
                self.shapes_at(file, &operation.left, depth - 1)
            }
            Expr::BoolOp(operation) => {
                let mut shapes = Vec::new();
                for value in &operation.values {
                    extend(&mut shapes, self.shapes_at(file, value, depth - 1));
                }
                shapes
            }
            _ => Vec::new(),
        }
    }

    /// A local variable, a parameter without annotation, or a variable of a scope around.
    fn name_shapes(&self, file: FileId, name: &ast::ExprName, depth: usize) -> Shapes {
        let facts = self.types.facts(file);
        let mut index = facts.enclosing(name.start());
        loop {
            let Some(function) = facts.functions.get(index as usize) else {
                return Vec::new();
            };
            let mut bound: Vec<TextRange> = facts
                .bindings
                .iter()
                .filter(|binding| binding.function == index && binding.target == name.id)
                .map(|binding| binding.value)
                .collect();
            let latest = self.types.ast(file).and_then(|ast| latest(&ast, &bound, name.start()));
            bound.retain(|value| latest.is_none_or(|latest| value.start() >= latest.start()));
            let mut shapes = Vec::new();
            if let Some((position, parameter)) = function.parameter(&name.id)
                && !parameter.annotated
                && latest.is_none()
            {
                extend(&mut shapes, self.parameter_shapes(FnId { file, index }, position, depth - 1));
            }
            let parts: Vec<_> =
                facts.parts.iter().filter(|part| part.function == index && part.target == name.id).collect();
            if let Some(ast) = self.types.ast(file) {
                for range in &bound {
                    extend(&mut shapes, self.bound_shapes(file, &ast, *range, depth - 1));
                }
                for part in &parts {
                    extend(&mut shapes, self.part_shapes(file, &ast, part, depth - 1));
                }
            }
            if !shapes.is_empty() || !bound.is_empty() || !parts.is_empty() || function.parameter(&name.id).is_some() {
                return shapes;
            }
            if index == MODULE {
                return self.imported_shapes(file, name, depth - 1);
            }
            index = function.parent;
        }
    }

    /// What a call gives, also where it looks something up in a container.
    fn call_shapes(&self, file: FileId, call: &ast::ExprCall, depth: usize) -> Shapes {
        let arguments = &call.arguments.args;
        match (&*call.func, &arguments[..]) {
            (Expr::Attribute(method), [_, ..] | []) if is_lookup(&method.attr) => {
                let mut shapes = self.kept_shapes(file, &method.value, depth - 1);
                for value in arguments.iter().skip(1) {
                    extend(&mut shapes, self.shapes_at(file, value, depth - 1));
                }
                extend(&mut shapes, self.result_shapes(file, call, false, depth - 1));
                shapes
            }
            (Expr::Attribute(method), [manager, ..])
                if matches!(method.attr.as_str(), "enter_context" | "enter_async_context") =>
            {
                self.entered_shapes(file, manager, depth - 1)
            }
            (Expr::Name(name), [items, ..]) if matches!(name.id.as_str(), "next" | "anext" | "max" | "min") => {
                self.item_shapes(file, items, depth - 1)
            }
            _ => self.result_shapes(file, call, false, depth - 1),
        }
    }

    /// What a container holds, or what the `__getitem__` of a class of the program returns.
    fn subscript_shapes(&self, file: FileId, subscript: &ast::ExprSubscript, depth: usize) -> Shapes {
        let mut shapes = self.kept_shapes(file, &subscript.value, depth - 1);
        extend(&mut shapes, self.keyed_shapes(file, &subscript.slice));
        for shape in self.shapes_at(file, &subscript.value, depth - 1) {
            let Shape::Instance(class) = shape else { continue };
            extend(&mut shapes, self.stored_under(class, &subscript.slice, depth - 1));
            let method = self.types.member(class, "__getitem__").and_then(|target| target.function);
            if let Some(method) = method.and_then(|function| self.types.world().fn_of(function)) {
                extend(&mut shapes, self.returned_shapes(method, depth - 1));
            }
        }
        shapes
    }

    /// A variable of another module of the program.
    fn imported_shapes(&self, file: FileId, name: &ast::ExprName, depth: usize) -> Shapes {
        let mut shapes = Vec::new();
        for id in self.types.bindings(file, name) {
            if id.file == file || !self.types.world().is_own(id.file) {
                continue;
            }
            let facts = self.types.facts(id.file);
            let Some(ast) = self.types.ast(id.file) else { continue };
            let values =
                facts.bindings.iter().filter(|binding| binding.function == MODULE && binding.target == name.id);
            for value in values.filter_map(|binding| ast.expression(binding.value)) {
                extend(&mut shapes, self.shapes_at(id.file, value, depth));
            }
        }
        shapes
    }

    /// What the methods of `class` and of its bases assign to `self.<name>`.
    pub(super) fn attribute_shapes(&self, class: DefId, name: &str, depth: usize) -> Shapes {
        let mut shapes = Vec::new();
        for base in self.types.mro(class).iter() {
            if !self.types.world().is_own(base.id.file) {
                continue;
            }
            let file = base.id.file;
            let facts = self.types.facts(file);
            let Some(class_index) = facts.class_at(base.id.start) else { continue };
            let Some(ast) = self.types.ast(file) else { continue };
            let getter = base.member(name).flatten().and_then(|function| self.types.world().fn_of(function));
            if let Some(getter) = getter
                && facts.functions.get(getter.index as usize).is_some_and(|function| function.is_property)
            {
                extend(&mut shapes, self.returned_shapes(getter, depth));
            }
            for binding in facts.bindings.iter().filter(|binding| binding.target == name) {
                let owner = facts.functions.get(binding.function as usize).and_then(|f| f.class);
                if owner == Some(class_index)
                    && let Some(value) = ast.expression(binding.value)
                {
                    extend(&mut shapes, self.shapes_at(file, value, depth));
                }
            }
            if !shapes.is_empty() {
                break;
            }
        }
        if shapes.is_empty() && depth > 0 {
            shapes = self.field_shapes(class, name, depth - 1);
            for shape in self.forwards_to(class, name, depth - 1) {
                if let Shape::Instance(inner) = shape {
                    extend(&mut shapes, self.attribute_shapes(inner, name, depth - 1));
                }
            }
        }
        shapes
    }

    /// What the program's own calls pass for a parameter.
    fn parameter_shapes(&self, function: FnId, position: usize, depth: usize) -> Shapes {
        if let Some(known) = self.shared.parameters.get(&(function, position)) {
            return known;
        }
        let mut shapes = self.passed_shapes(function, position, depth);
        if shapes.is_empty() {
            shapes = self.given_by_framework(function, position);
        }
        if depth + 2 >= DEPTH {
            self.shared.parameters.insert((function, position), shapes.clone());
        }
        shapes
    }

    /// What a call returns, where the engine does not say: by the annotation of a library, by the code of the program.
    pub(super) fn result_shapes(&self, file: FileId, call: &ast::ExprCall, is_awaited: bool, depth: usize) -> Shapes {
        let mut shapes = Vec::new();
        if depth == 0 {
            return shapes;
        }
        for target in self.targets_with(file, &call.func, depth) {
            // A class whose decorator the engine does not know is still made by its name.
            if let Some(class) =
                target.class.filter(|class| target.names.first() == Some(&self.types.class_name(*class)))
            {
                extend(&mut shapes, vec![Shape::Instance(class)]);
                continue;
            }
            let Some(id) = target.function.and_then(|function| self.types.world().fn_of(function)) else {
                let declared = self.types.declared_results(&target, is_awaited);
                extend(&mut shapes, if declared.is_empty() { self.known_result(file, &target) } else { declared });
                continue;
            };
            extend(&mut shapes, self.returned_shapes(id, depth));
        }
        shapes
    }

    /// What a function of a library gives, by the catalogue.
    fn known_result(&self, file: FileId, target: &Target) -> Shapes {
        let class = target.names.iter().find_map(|name| self.catalogue().results.get(name));
        let (module, name) = class.and_then(|class| class.rsplit_once('.')).unwrap_or_default();
        self.types.class_in(file, module, name).map(Shape::Instance).into_iter().collect()
    }

    /// What a function of the program returns, by its `return` statements.
    pub(super) fn returned_shapes(&self, id: FnId, depth: usize) -> Shapes {
        let mut shapes = Vec::new();
        let Some(ast) = self.types.ast(id.file).filter(|_| depth > 0) else { return shapes };
        for value in self.returned_values(&ast, id) {
            extend(&mut shapes, self.shapes_at(id.file, value, depth - 1));
        }
        shapes
    }

    /// The values of the `return` statements of a function of the program.
    pub(super) fn returned_values<'t>(&self, ast: &'t crate::project::Ast, id: FnId) -> Vec<&'t Expr> {
        let range = self.types.world().function(id).map(|function| function.range);
        range.and_then(|range| ast.def(range)).map(returned).unwrap_or_default()
    }

    pub(super) fn targets_with(&self, file: FileId, func: &Expr, depth: usize) -> Vec<Target> {
        let targets = self.types.targets(file, func);
        if depth == 0 {
            return targets;
        }
        if !targets.is_empty() {
            return self.forwarded(targets, func, depth);
        }
        let Expr::Attribute(attribute) = func else {
            let mut shapes = self.shapes_at(file, func, depth - 1);
            // A variable that holds a class.
            shapes.retain(|shape| !func.is_name_expr() || matches!(shape, Shape::Class(_)));
            return shapes.iter().filter_map(|shape| self.types.shape_target(shape)).collect();
        };
        self.shapes_at(file, &attribute.value, depth - 1)
            .iter()
            .filter_map(|shape| match shape {
                Shape::Instance(class) | Shape::Class(class) => self.types.member(*class, attribute.attr.as_str()),
                Shape::Module(_) | Shape::Function(_) | Shape::Other => None,
            })
            .collect()
    }
}

/// The last of the values bound to a variable that is assigned in any case on the way to `at`: what was there before is gone.
fn latest(ast: &Ast, bound: &[TextRange], at: TextSize) -> Option<TextRange> {
    let is_on_the_way = |value: &TextRange| {
        let path = ast.path(*value);
        let mut around = path.iter().rev().skip_while(|node| !node.is_statement());
        let Some(
            AnyNodeRef::StmtAssign(ast::StmtAssign { range, .. })
            | AnyNodeRef::StmtAnnAssign(ast::StmtAnnAssign { range, .. }),
        ) = around.next()
        else {
            return false;
        };
        let Some(block) = around.find(|node| !blocks(**node).is_empty()) else { return false };
        blocks(*block).into_iter().any(|block| {
            let is_in = block.iter().any(|stmt| stmt.range() == *range);
            is_in && block.iter().any(|stmt| stmt.start() >= range.end() && stmt.range().contains(at))
        })
    };
    bound.iter().filter(|value| value.end() <= at && is_on_the_way(value)).max_by_key(|value| value.start()).copied()
}

/// The argument that `call` passes for a parameter, by name or position. A starred argument before it hides it.
#[must_use]
pub fn argument<'a>(call: &'a ast::ExprCall, name: &str, position: Option<usize>) -> Option<&'a Expr> {
    if let Some(keyword) = call.arguments.find_keyword(name) {
        return Some(&keyword.value);
    }
    let position = position?;
    let before = call.arguments.args.get(..=position)?;
    if before.iter().any(Expr::is_starred_expr) {
        return None;
    }
    before.last()
}

/// Whether the question that this thread is at may lead to one more expression.
pub(super) fn spend() -> bool {
    let left = LEFT.get();
    LEFT.set(left.saturating_sub(1));
    left > 0
}

pub(super) fn extend(shapes: &mut Shapes, more: Shapes) {
    for shape in more {
        if !shapes.contains(&shape) {
            shapes.push(shape);
        }
    }
}

/// Methods that give something out of a container.
pub(super) fn is_lookup(method: &str) -> bool {
    matches!(method, "get" | "get_nowait" | "pop" | "popleft" | "setdefault")
}
