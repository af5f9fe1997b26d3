//! What names and members of modules stand for, where little has to be inferred to say it.
//!
//! The engine answers for an expression by inferring all of the body that it stands in. A name stands for what its bindings say,
//! and a member of a module is the same wherever it is asked for.

use ruff_db::parsed::{ParsedModuleRef, parsed_module};
use ruff_python_ast::helpers::any_over_expr;
use ruff_python_ast::{self as ast, Expr, ExprRef};
use ty_python_core::ast_ids::{HasScopedUseId, ScopedUseId};
use ty_python_core::definition::{Definition, DefinitionKind, ParameterDefinitionNodeKind};
use ty_python_core::narrowing_constraints::ScopedNarrowingConstraint;
use ty_python_core::place::PlaceExpr;
use ty_python_core::predicate::PredicateNode;
use ty_python_core::symbol::ScopedSymbolId;
use ty_python_core::{FileScopeId, SemanticIndex, semantic_index};
use ty_python_semantic::types::Type;
use ty_python_semantic::{HasType, SemanticModel, definitions_for_attribute};

use super::blank::STEPS;
use super::types::{DefId, Shape, Shapes, Types};

/// The module whose names need no import.
pub(super) const BUILTINS: &str = "builtins";
/// How many bindings one question may go back over.
pub(super) const DEPTH: usize = 4;
/// Builtins that tell nothing of the class of what they are given.
const TELL_NOTHING: &[&str] =
    &["len", "bool", "str", "int", "float", "any", "all", "repr", "sorted", "min", "max", "sum", "id"];

impl Types {
    /// What a name stands for.
    pub(super) fn name_shapes(&self, model: &SemanticModel<'_>, name: &ast::ExprName) -> Shapes {
        if let Some(shapes) = self.bound_shapes(model, name, DEPTH) {
            return shapes;
        }
        if self.is_blank_name(model, name, STEPS) {
            return Vec::new();
        }
        let shapes = self.inferred_shapes(model, name);
        if self.is_builtin(model, name) {
            self.world.set_member_of_module(BUILTINS, &name.id, shapes.clone());
        }
        shapes
    }

    /// What an attribute of a module stands for, which is found out once.
    pub(super) fn module_member(
        &self,
        model: &SemanticModel<'_>,
        attribute: &ast::ExprAttribute,
        depth: usize,
    ) -> Option<Shapes> {
        let module = self.module_around(model, attribute, depth)?;
        if let Some(shapes) = self.world.member_of_module(&module, &attribute.attr) {
            return Some(shapes);
        }
        let known = self.sole_member(model, &module, &attribute.attr).and_then(|known| self.shape_of(known));
        let mut shapes = known.map_or_else(|| self.inferred_shapes(model, attribute), |shape| vec![shape]);
        if shapes.is_empty() {
            shapes.extend(self.module_below(model, &module, &attribute.attr).map(Shape::Module));
        }
        if !shapes.is_empty() {
            self.world.set_member_of_module(&module, &attribute.attr, shapes.clone());
        }
        Some(shapes)
    }

    /// The functions and classes that an attribute stands for. Those of a module are found out once.
    pub(super) fn member_definitions(&self, model: &SemanticModel<'_>, attribute: &ast::ExprAttribute) -> Vec<DefId> {
        let module = self.module_around(model, attribute, DEPTH);
        let known = module.as_ref().and_then(|module| self.world.definitions_in_module(module, &attribute.attr));
        if let Some(definitions) = known {
            return definitions;
        }
        if self.value_shapes(model, &attribute.value, DEPTH).is_some_and(|shapes| shapes.is_empty())
            || self.is_blank(model, &attribute.value, STEPS)
        {
            return Vec::new();
        }
        let definitions = self.resolved(definitions_for_attribute(model, attribute));
        if let Some(module) = module.filter(|_| !definitions.is_empty()) {
            self.world.set_definitions_in_module(&module, &attribute.attr, definitions.clone());
        }
        definitions
    }

    /// The module that an attribute is taken from, unless the body around it gives the attribute another value.
    fn module_around(&self, model: &SemanticModel<'_>, attribute: &ast::ExprAttribute, depth: usize) -> Option<String> {
        let shapes = match &*attribute.value {
            // The object of a method is no module.
            Expr::Name(name) if self.receiver_class(self.id_of(model.file()), name).is_some() => return None,
            Expr::Name(name) => self.bound_shapes(model, name, depth)?,
            Expr::Attribute(inner) => self.module_member(model, inner, depth)?,
            _ => return None,
        };
        let [Shape::Module(module)] = shapes.as_slice() else { return None };
        self.is_untouched(model, attribute).then(|| module.clone())
    }

    /// Whether nothing in the body around an attribute gives it another value, or finds out what value it has.
    pub(super) fn is_untouched(&self, model: &SemanticModel<'_>, attribute: &ast::ExprAttribute) -> bool {
        let expression = ExprRef::Attribute(attribute);
        // Nothing is bound to an attribute of what a call gives.
        if PlaceExpr::try_from_expr(expression).is_none() {
            return attribute.ctx.is_load();
        }
        let file = model.program_file();
        let index = semantic_index(&self.db, file);
        let (Some(scope), true) = (index.try_expression_scope_id(&expression), attribute.ctx.is_load()) else {
            return false;
        };
        index.use_def_map(scope).bindings_at_use(attribute.scoped_use_id(&self.db, file)).all(|binding| {
            binding.binding.definition().is_none()
                && binding.narrowing_constraint.constraint() == ScopedNarrowingConstraint::ALWAYS_TRUE
        })
    }

    /// What a name that is read stands for, if its bindings say it.
    pub(super) fn bound_shapes(&self, model: &SemanticModel<'_>, name: &ast::ExprName, depth: usize) -> Option<Shapes> {
        if !name.ctx.is_load() || depth == 0 {
            return None;
        }
        if let Some(shapes) = self.sole_shapes(self.id_of(model.file()), &name.id) {
            return Some(shapes);
        }
        let file = model.program_file();
        let index = semantic_index(&self.db, file);
        let scope = index.try_expression_scope_id(&ExprRef::Name(name))?;
        let at = || name.scoped_use_id(&self.db, file);
        let bindings = match home(index, scope, &name.id)? {
            Home::Own => flowing(index, scope, at())?,
            Home::Around(around, symbol) => lasting(index, around, symbol)?,
            Home::Builtin => return self.builtin_shapes(model, &name.id),
        };
        let tree = parsed_module(&self.db, model.python_file()).load(&self.db);
        let is_told = || self.is_told(index, scope, at(), &tree, |part| asks_about(part, &name.id));
        let mut shapes = Vec::new();
        let mut fixed = 0;
        for definition in &bindings {
            let kind = definition.kind(&self.db);
            if let Some(ty) = fixed_type(model, index, kind, &tree) {
                self.push(model, ty.filter(|ty| !matches!(ty, Type::TypeVar(_)))?, &mut shapes, 0);
                fixed += 1;
                continue;
            }
            let held = self.held_shapes(model, kind, &tree, depth)?;
            if is_told() {
                return None;
            }
            shapes.extend(held.into_iter().filter(|shape| !shapes.contains(shape)).collect::<Vec<_>>());
        }
        // Which of several imports or functions it is depends on more than the bindings.
        (!bindings.is_empty() && (fixed == 0 || bindings.len() == 1 || shapes.len() == 1)).then_some(shapes)
    }

    /// What a variable or parameter holds after one of its bindings.
    fn held_shapes(
        &self,
        model: &SemanticModel<'_>,
        kind: &DefinitionKind<'_>,
        tree: &ParsedModuleRef,
        depth: usize,
    ) -> Option<Shapes> {
        match kind {
            DefinitionKind::Parameter(ParameterDefinitionNodeKind::Parameter(parameter)) => {
                let node = parameter.node(tree);
                let annotated = node.annotation().and_then(|kind| self.annotated_shapes(model, kind, depth - 1));
                if annotated.is_some() {
                    return annotated;
                }
                let ty = node.inferred_type(model).filter(|ty| !matches!(ty, Type::TypeVar(_)))?;
                let mut shapes = Vec::new();
                self.push(model, ty, &mut shapes, 0);
                Some(shapes)
            }
            DefinitionKind::Assignment(assignment) if assignment.unpack().is_none() => {
                let value = assignment.value(tree);
                if value.is_none_literal_expr() { Some(Vec::new()) } else { self.value_shapes(model, value, depth - 1) }
            }
            DefinitionKind::NamedExpression(named) => self.value_shapes(model, &named.node(tree).value, depth - 1),
            DefinitionKind::AnnotatedAssignment(annotated) => {
                let declared = self.annotated_shapes(model, annotated.annotation(tree), depth - 1)?;
                let [Shape::Instance(class)] = declared.as_slice() else { return None };
                let value = annotated.value(tree)?;
                let is_display = value.is_dict_expr() && self.class_name(*class) == "builtins.dict";
                let is_it = is_display
                    || self.value_shapes(model, value, depth - 1).is_some_and(|shapes| shapes == declared)
                    || self.is_blank(model, value, STEPS);
                is_it.then_some(declared)
            }
            _ => None,
        }
    }

    /// Whether a condition that holds where a name is read has a part that tells something of its value, or is of another kind.
    pub(super) fn is_told(
        &self,
        index: &SemanticIndex<'_>,
        scope: FileScopeId,
        at: ScopedUseId,
        tree: &ParsedModuleRef,
        tells: impl Fn(&Expr) -> bool + Copy,
    ) -> bool {
        let is_narrowed = index
            .use_def_map(scope)
            .bindings_at_use(at)
            .any(|binding| binding.narrowing_constraint.constraint() != ScopedNarrowingConstraint::ALWAYS_TRUE);
        // A comprehension knows what the body around it has found out.
        let around = || index.visible_ancestor_scopes(scope).skip(1).take_while(|(scope, _)| !scope.is_global());
        is_narrowed && self.has_condition(index, scope, tree, tells)
            || around().any(|(scope, _)| self.has_condition(index, scope, tree, tells))
    }

    /// Whether a condition in a scope has a part that tells something, or is of another kind.
    fn has_condition(
        &self,
        index: &SemanticIndex<'_>,
        scope: FileScopeId,
        tree: &ParsedModuleRef,
        tells: impl Fn(&Expr) -> bool + Copy,
    ) -> bool {
        index.use_def_map(scope).predicates().iter().any(|predicate| match predicate.node {
            PredicateNode::Expression(expression) => any_over_expr(expression.node_ref(&self.db).node(tree), tells),
            PredicateNode::ContextManagerSuppresses { .. }
            | PredicateNode::FinallyNormalPathImpossible { .. }
            | PredicateNode::IsNonTerminalCall(_) => false,
            _ => true,
        })
    }

    /// What a name stands for that needs no import, if it is known: classes are, others when they were asked for.
    fn builtin_shapes(&self, model: &SemanticModel<'_>, name: &str) -> Option<Shapes> {
        self.world.member_of_module(BUILTINS, name).or_else(|| {
            let class = self.class_in(self.id_of(model.file()), BUILTINS, name)?;
            Some(vec![Shape::Class(class)])
        })
    }

    fn is_builtin(&self, model: &SemanticModel<'_>, name: &ast::ExprName) -> bool {
        let index = semantic_index(&self.db, model.program_file());
        let scope = index.try_expression_scope_id(&ExprRef::Name(name));
        matches!(scope.and_then(|scope| home(index, scope, &name.id)), Some(Home::Builtin))
    }
}

/// Whether a part of a condition is a call that may look at the class of a variable's value.
fn asks_about(part: &Expr, name: &str) -> bool {
    let Expr::Call(call) = part else { return false };
    let tells_nothing = call.func.as_name_expr().is_some_and(|func| TELL_NOTHING.contains(&func.id.as_str()));
    !tells_nothing && call.arguments.args.iter().any(|given| is_value_of(given, name))
}

/// Whether an expression is a variable, or gives it the value that it has: `(name := …)`.
pub(super) fn is_value_of(expr: &Expr, name: &str) -> bool {
    match expr {
        Expr::Name(given) => given.id == name,
        Expr::Named(named) => named.target.as_name_expr().is_some_and(|given| given.id == name),
        _ => false,
    }
}

/// Where a name is bound, seen from where it is read.
pub(super) enum Home {
    Own,
    Around(FileScopeId, ScopedSymbolId),
    Builtin,
}

/// `None` where more than the scopes decide it: `global` and `nonlocal` names.
pub(super) fn home(index: &SemanticIndex<'_>, scope: FileScopeId, name: &str) -> Option<Home> {
    for (around, _) in index.visible_ancestor_scopes(scope) {
        let table = index.place_table(around);
        let Some(id) = table.symbol_id(name) else { continue };
        let symbol = table.symbol(id);
        if symbol.is_global() || symbol.is_nonlocal() {
            return None;
        }
        if symbol.is_local() {
            return Some(if around == scope { Home::Own } else { Home::Around(around, id) });
        }
    }
    Some(Home::Builtin)
}

/// The bindings that reach a use in their own scope. `None` where the name may be unbound, so that another scope's counts.
pub(super) fn flowing<'db>(
    index: &SemanticIndex<'db>,
    scope: FileScopeId,
    at: ScopedUseId,
) -> Option<Vec<Definition<'db>>> {
    let is_function = index.scope(scope).kind().is_function_like();
    let bindings = index.use_def_map(scope).bindings_at_use(at);
    let found = bindings.map(|binding| binding.binding.definition());
    if is_function { Some(found.flatten().collect()) } else { found.collect() }
}

/// All bindings of a name in a scope around the one that reads it. `None` where the name is only declared, or declared to be more than it
/// is bound to.
pub(super) fn lasting<'db>(
    index: &SemanticIndex<'db>,
    scope: FileScopeId,
    symbol: ScopedSymbolId,
) -> Option<Vec<Definition<'db>>> {
    let map = index.use_def_map(scope);
    let found: Vec<_> =
        map.reachable_symbol_bindings(symbol).filter_map(|binding| binding.binding.definition()).collect();
    let mut declared =
        map.reachable_symbol_declarations(symbol).filter_map(|declared| declared.declaration.definition());
    declared.all(|declared| found.contains(&declared)).then_some(found)
}

/// The type of an import, a function or a class. Nobody finds out more of it than what it is.
fn fixed_type<'db>(
    model: &SemanticModel<'db>,
    index: &SemanticIndex<'db>,
    kind: &DefinitionKind<'db>,
    tree: &ParsedModuleRef,
) -> Option<Option<Type<'db>>> {
    let of_alias = |alias: &ast::Alias| {
        let is_single = index.try_definitions(alias.into()).is_some_and(|definitions| definitions.len() == 1);
        if is_single { alias.inferred_type(model) } else { None }
    };
    match kind {
        DefinitionKind::Import(import) => Some(of_alias(import.alias(tree))),
        DefinitionKind::ImportFrom(import) => Some(of_alias(import.alias(tree))),
        DefinitionKind::Function(function) => Some(function.node(tree).inferred_type(model)),
        DefinitionKind::Class(class) => Some(class.node(tree).inferred_type(model)),
        _ => None,
    }
}
