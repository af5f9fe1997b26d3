//! What the methods of a class give its instances, where every assignment says it.

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, Stmt, StmtClassDef};
use ty_python_semantic::SemanticModel;

use super::blank::STEPS;
use super::types::{DefId, Shape, Shapes, Types, extend};

/// How a class gives its instances an attribute.
enum Given<'a> {
    /// It says what the attribute is.
    Declared(&'a Expr),
    /// Its methods assign these.
    Assigned(Vec<&'a Expr>),
}

impl Types {
    /// What instances of a class have under a name that is no method.
    pub(super) fn assigned_attribute(&self, class: DefId, name: &str, depth: usize) -> Option<Shapes> {
        let mro = self.mro(class);
        let mut shapes = Vec::new();
        let mut is_given = false;
        for base in mro.iter().filter(|base| base.name != "builtins.object") {
            if !self.world.is_own(base.id.file) || base.making.is_generic || base.makes_up_attributes() {
                return None;
            }
            let (tree, model) = (self.ast(base.id.file)?, self.model(base.id.file)?);
            let (values, declared) = match given(tree.class(base.id.start)?, name)? {
                Given::Assigned(values) => (values, None),
                Given::Declared(annotation) => (Vec::new(), Some(annotation)),
            };
            for value in values {
                is_given = true;
                extend(&mut shapes, self.assigned_shapes(&model, value, depth)?);
            }
            if let Some(annotation) = declared {
                extend(&mut shapes, self.annotated_shapes(&model, annotation, depth)?);
                return self.without_derived(shapes);
            }
        }
        if is_given { self.without_derived(shapes) } else { None }
    }

    fn assigned_shapes(&self, model: &SemanticModel<'_>, value: &Expr, depth: usize) -> Option<Shapes> {
        let known = self.value_shapes(model, value, depth);
        known.or_else(|| self.is_blank(model, value, STEPS).then(Vec::new))
    }

    /// An object of a class, or of one that derives from it, is an object of that class.
    fn without_derived(&self, shapes: Shapes) -> Option<Shapes> {
        let is_below = |shape: &Shape, other: &Shape| match (shape, other) {
            (Shape::Instance(class), Shape::Instance(base)) if class != base => {
                self.mro(*class).iter().any(|above| above.id == *base)
            }
            _ => false,
        };
        let is_derived = |shape: &Shape| shapes.iter().any(|other| is_below(shape, other));
        Some(shapes.iter().filter(|shape| !is_derived(shape)).cloned().collect())
    }
}

/// How a class gives its instances an attribute; `None` where it is more than its methods and one annotation.
fn given<'a>(class: &'a StmtClassDef, name: &str) -> Option<Given<'a>> {
    let mut declared = None;
    for stmt in &class.body {
        match stmt {
            Stmt::AnnAssign(annotated) if is_name(&annotated.target, name) => {
                if declared.replace(&*annotated.annotation).is_some() {
                    return None;
                }
            }
            Stmt::Assign(assign) if assign.targets.iter().all(Expr::is_name_expr) => {
                if assign.targets.iter().any(|target| is_name(target, name)) {
                    return None;
                }
            }
            Stmt::FunctionDef(def) if def.name.as_str() != name => {}
            Stmt::ClassDef(def) if def.name.as_str() != name => {}
            Stmt::AnnAssign(_) | Stmt::Expr(_) | Stmt::Pass(_) => {}
            _ => return None,
        }
    }
    let mut values = Vec::new();
    for method in class.body.iter().filter_map(Stmt::as_function_def_stmt) {
        let Some(object) = method.parameters.iter().next() else { continue };
        let mut finder = Finder { object: object.name().as_str(), name, given: Vec::new(), is_plain: true };
        finder.visit_body(&method.body);
        if !finder.is_plain {
            return None;
        }
        for given in finder.given {
            match given {
                Given::Declared(annotation) if declared.is_none() => declared = Some(annotation),
                Given::Declared(_) => return None,
                Given::Assigned(more) => values.extend(more),
            }
        }
    }
    Some(declared.map_or(Given::Assigned(values), Given::Declared))
}

fn is_name(target: &Expr, name: &str) -> bool {
    target.as_name_expr().is_some_and(|target| target.id == name)
}

/// Looks for what is assigned to an attribute of an object.
struct Finder<'a, 'n> {
    object: &'n str,
    name: &'n str,
    given: Vec<Given<'a>>,
    is_plain: bool,
}

impl Finder<'_, '_> {
    fn is_it(&self, expr: &Expr) -> bool {
        expr.as_attribute_expr().is_some_and(|attribute| {
            attribute.attr.as_str() == self.name
                && attribute.value.as_name_expr().is_some_and(|object| object.id == self.object)
        })
    }
}

impl<'a> Visitor<'a> for Finder<'a, '_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Assign(assign) if matches!(&*assign.targets, [target] if self.is_it(target)) => {
                self.given.push(Given::Assigned(vec![&assign.value]));
                self.visit_expr(&assign.value);
            }
            Stmt::AnnAssign(annotated) if self.is_it(&annotated.target) => {
                self.given.push(Given::Declared(&annotated.annotation));
            }
            stmt => walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if self.is_it(expr) && expr.as_attribute_expr().is_some_and(|attribute| !attribute.ctx.is_load()) {
            self.is_plain = false;
        }
        walk_expr(self, expr);
    }
}
