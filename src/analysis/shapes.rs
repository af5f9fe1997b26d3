//! What an expression is: by types, and where an annotation is missing, by what the program itself passes.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::index::{FnId, Lookup};
use super::resolve::{DEPTH, Resolver, is_aside, is_lookup, refuel, spend};
use crate::project::facts::MODULE;
use crate::project::{Ast, DefId, FileId, Shape, Shapes, Target, blocks, extend, operator_method, returned};
use crate::text::ends_in;

impl<'a> Resolver<'a> {
    /// What an expression evaluates to.
    #[must_use]
    pub fn shapes(&self, file: FileId, expr: &Expr) -> Shapes {
        refuel();
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
                if shapes.is_empty() {
                    shapes = self.module_attribute_shapes(file, attribute, depth - 1);
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
            Expr::BinOp(operation) => self.operation_shapes(file, operation, depth - 1),
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

    /// What the operator gives by the class on its left. `root / "name"` is of the kind of `root`.
    fn operation_shapes(&self, file: FileId, operation: &ast::ExprBinOp, depth: usize) -> Shapes {
        let left = self.shapes_at(file, &operation.left, depth);
        let mut shapes = Vec::new();
        for shape in &left {
            let Shape::Instance(class) = shape else { continue };
            let method = self.types.member(*class, operator_method(operation.op)).and_then(|target| target.function);
            if let Some(method) = method.and_then(|function| self.types.world().fn_of(function)) {
                extend(&mut shapes, self.returned_shapes(method, depth));
            }
        }
        if shapes.is_empty() && operation.op == ast::Operator::Div { left } else { shapes }
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
            (_, [coroutine, ..]) if self.runs_coroutine(file, call) => self.awaited_shapes(file, coroutine, depth - 1),
            (Expr::Attribute(task), []) if task.attr.as_str() == "result" => {
                let shapes = self.result_shapes(file, call, false, depth - 1);
                if shapes.is_empty() { self.awaited_shapes(file, &task.value, depth - 1) } else { shapes }
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
        let homes = self.types.bindings(file, name).into_iter().map(|id| id.file);
        let homes = homes.filter(|home| *home != file && self.types.world().is_own(*home));
        self.variable_shapes(homes, &name.id, depth)
    }

    /// A variable of a module of the program, by way of the module: `wiring.pipeline`.
    fn module_attribute_shapes(&self, file: FileId, attribute: &ast::ExprAttribute, depth: usize) -> Shapes {
        let modules = self.types.shapes(file, &attribute.value);
        let is_named = |home: FileId| {
            let module = self.types.module_name(home);
            modules.iter().any(|shape| matches!(shape, Shape::Module(name) if ends_in(&module, name)))
        };
        if !modules.iter().any(|shape| matches!(shape, Shape::Module(_))) {
            return Vec::new();
        }
        let mut homes: Vec<FileId> =
            self.index().bindings_to(&attribute.attr.id).iter().map(|(home, _)| *home).collect();
        homes.dedup();
        self.variable_shapes(homes.into_iter().filter(|home| is_named(*home)), &attribute.attr, depth)
    }

    /// What modules of the program assign to a variable.
    fn variable_shapes(&self, homes: impl Iterator<Item = FileId>, name: &str, depth: usize) -> Shapes {
        let mut shapes = Vec::new();
        for home in homes {
            let facts = self.types.facts(home);
            let Some(ast) = self.types.ast(home) else { continue };
            let values = facts.bindings.iter().filter(|binding| binding.function == MODULE && binding.target == name);
            for value in values.filter_map(|binding| ast.expression(binding.value)) {
                extend(&mut shapes, self.shapes_at(home, value, depth));
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
        if let Some(known) = self.shared.parameters.get(&(function, position)).filter(|_| !is_aside()) {
            return known;
        }
        let mut shapes = self.passed_shapes(function, position, depth);
        if shapes.is_empty() {
            shapes = self.given_by_framework(function, position);
        }
        if depth + 2 >= DEPTH && !is_aside() {
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
            if let Some(class) = self.types.made_class(&target) {
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
        // A table holds more than what its types tell.
        if !is_awaited && (shapes.is_empty() || call.func.is_subscript_expr()) {
            extend(&mut shapes, self.put_away_results(file, &call.func, depth));
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
