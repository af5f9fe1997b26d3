//! What a call may call.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::facts::Function;
use super::types::{CONSTRUCTORS, DefId, Shape, Shapes, Target, Types};
use super::world::FileId;

impl Types {
    /// Everything that `call` may call. Empty when the types do not say.
    #[must_use]
    pub fn targets(&self, file: FileId, func: &Expr) -> Vec<Target> {
        let key = (file, func.range());
        if let Some(known) = self.world.targets.get(&key) {
            return known.to_vec();
        }
        let targets = self.find_targets(file, func);
        self.world.targets.insert(key, targets.as_slice().into());
        targets
    }

    fn find_targets(&self, file: FileId, func: &Expr) -> Vec<Target> {
        let mut targets = Vec::new();
        if let Expr::Attribute(attribute) = func {
            targets.extend(self.super_target(file, attribute));
            if !targets.is_empty() {
                return targets;
            }
            for receiver in self.shapes(file, &attribute.value) {
                self.attribute_targets(file, &receiver, attribute, &mut targets);
            }
            if targets.is_empty() {
                for definition in self.attribute_definitions(file, attribute) {
                    push_target(&mut targets, self.definition_target(definition));
                }
            }
            if targets.is_empty() {
                targets.extend(self.submodule_target(file, attribute));
            }
            return targets;
        }
        for shape in self.shapes(file, func) {
            if let Some(target) = self.shape_target(&shape) {
                push_target(&mut targets, target);
            }
        }
        if let Expr::Name(name) = func {
            // A decorated function is still called by its name, whatever its decorator made of its type.
            for definition in self.name_definitions(file, name) {
                push_target(&mut targets, self.definition_target(definition));
            }
        }
        targets
    }

    /// `package.module.name` where only the package is imported here, which is none of the program: the module is there when others
    /// have imported it.
    fn submodule_target(&self, file: FileId, attribute: &ast::ExprAttribute) -> Option<Target> {
        let Expr::Attribute(module) = &*attribute.value else { return None };
        self.shapes(file, &module.value).into_iter().find_map(|shape| match shape {
            Shape::Module(package) if !self.imports_own(file, &package) => Some(Target {
                names: vec![self.world.public(&format!("{package}.{}", module.attr), attribute.attr.as_str())],
                function: None,
                class: None,
            }),
            _ => None,
        })
    }

    /// `super().name`: the next class in the order of lookup that has it.
    fn super_target(&self, file: FileId, attribute: &ast::ExprAttribute) -> Option<Target> {
        let Expr::Call(call) = &*attribute.value else { return None };
        let own = self.class_of_super(file, call)?;
        let mro = self.mro(own);
        let names = mro.iter().skip(1).map(|base| format!("{}.{}", base.name, attribute.attr)).collect();
        let function = mro.iter().skip(1).find_map(|base| base.member(attribute.attr.as_str()));
        Some(Target { names, function: function.flatten(), class: Some(own) })
    }

    /// The class behind which `super()`, or `super(Class, self)`, looks things up.
    fn class_of_super(&self, file: FileId, call: &ast::ExprCall) -> Option<DefId> {
        let is_super = matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "super");
        match &*call.arguments.args {
            [] if is_super => {
                let facts = self.facts(file);
                let class = facts.classes.get(facts.class_around(facts.enclosing(call.start()))? as usize)?;
                Some(DefId { file, start: class.start })
            }
            [class, _] if is_super => match *self.shapes(file, class) {
                [Shape::Class(class)] => Some(class),
                _ => None,
            },
            _ => None,
        }
    }

    /// What the annotation of a function or of its overloads says that it returns; `Self` is the class of the target.
    #[must_use]
    pub fn declared_results(&self, target: &Target, is_awaited: bool) -> Shapes {
        let mut shapes = Vec::new();
        let Some(id) = target.function else { return shapes };
        let (facts, Some(tree)) = (self.facts(id.file), self.ast(id.file)) else {
            return shapes;
        };
        let Some(own) = facts.function_at(id.start).and_then(|index| facts.functions.get(index as usize)) else {
            return shapes;
        };
        let is_overload =
            |other: &&Function| other.name == own.name && other.class == own.class && other.parent == own.parent;
        for function in facts.functions.iter().filter(is_overload).filter(|other| other.is_async == is_awaited) {
            let path = tree.path(TextRange::empty(function.start));
            let def = path.iter().rev().find_map(|node| match node {
                AnyNodeRef::StmtFunctionDef(def) => Some(*def),
                _ => None,
            });
            let Some(returns) = def.and_then(|def| def.returns.as_deref()) else { continue };
            let is_self = matches!(returns, Expr::Name(name) if name.id.as_str() == "Self");
            let declared = if is_self {
                target.class.map(Shape::Instance).into_iter().collect()
            } else {
                self.shapes(id.file, returns)
            };
            for shape in declared {
                let shape = if let Shape::Class(class) = shape { Shape::Instance(class) } else { shape };
                if !shapes.contains(&shape) {
                    shapes.push(shape);
                }
            }
        }
        shapes
    }

    /// What calling a value of this shape calls.
    #[must_use]
    pub fn shape_target(&self, shape: &Shape) -> Option<Target> {
        match shape {
            Shape::Function(id) => Some(Target { names: self.qualified_names(*id), function: Some(*id), class: None }),
            Shape::Class(class) => Some(self.constructor(*class)),
            Shape::Instance(class) => self.member(*class, "__call__"),
            Shape::Module(_) | Shape::Other => None,
        }
    }

    fn attribute_targets(
        &self,
        file: FileId,
        receiver: &Shape,
        attribute: &ast::ExprAttribute,
        targets: &mut Vec<Target>,
    ) {
        match receiver {
            Shape::Module(module) => {
                let mut found = false;
                for shape in self.attribute_shapes(file, attribute) {
                    if let Some(mut target) = self.shape_target(&shape) {
                        found = true;
                        target.names.insert(0, self.world.public(module, attribute.attr.as_str()));
                        push_target(targets, target);
                    }
                }
                if !found {
                    push_target(
                        targets,
                        Target {
                            names: vec![self.world.public(module, attribute.attr.as_str())],
                            function: None,
                            class: None,
                        },
                    );
                }
                for definition in self.attribute_definitions(file, attribute) {
                    push_target(targets, self.definition_target(definition));
                }
            }
            Shape::Instance(class) | Shape::Class(class) => {
                let Some(target) = self.member(*class, attribute.attr.as_str()) else { return };
                let is_method = target.function.is_some();
                push_target(targets, target);
                if is_method {
                    return;
                }
                // What the attribute holds may be an object that can be called.
                for shape in self.attribute_shapes(file, attribute) {
                    if let Shape::Instance(held) = shape
                        && let Some(target) = self.member(held, "__call__").filter(|target| target.function.is_some())
                    {
                        push_target(targets, target);
                    }
                }
            }
            Shape::Function(_) | Shape::Other => {}
        }
    }

    /// The method `name` of instances of `class`.
    #[must_use]
    pub fn member(&self, class: DefId, name: &str) -> Option<Target> {
        let mut names = Vec::new();
        for base in self.mro(class).iter() {
            names.push(format!("{}.{name}", base.name));
            if let Some(member) = base.member(name) {
                return Some(Target { names, function: member, class: Some(class) });
            }
        }
        Some(Target { names, function: None, class: Some(class) })
    }

    /// The class that calling a target makes an instance of, if the target is that class.
    #[must_use]
    pub fn made_class(&self, target: &Target) -> Option<DefId> {
        target.class.filter(|class| target.names.first() == Some(&self.class_name(*class)))
    }

    /// What making an instance of `class` runs.
    #[must_use]
    pub fn constructor(&self, class: DefId) -> Target {
        let mut names = Vec::new();
        for base in self.mro(class).iter() {
            names.push(base.name.clone());
            for method in CONSTRUCTORS {
                if let Some(Some(function)) = base.member(method) {
                    return Target { names, function: Some(function), class: Some(class) };
                }
            }
        }
        Target { names, function: None, class: Some(class) }
    }

    fn definition_target(&self, id: DefId) -> Target {
        let facts = self.facts(id.file);
        if facts.class_at(id.start).is_some() {
            return self.constructor(id);
        }
        Target { names: self.qualified_names(id), function: facts.function_at(id.start).map(|_| id), class: None }
    }
}

fn push_target(targets: &mut Vec<Target>, target: Target) {
    if let Some(same) = targets.iter_mut().find(|other| other.function.is_some() && other.function == target.function) {
        for name in target.names {
            if !same.names.contains(&name) {
                same.names.push(name);
            }
        }
        return;
    }
    if !targets.contains(&target) {
        targets.push(target);
    }
}
