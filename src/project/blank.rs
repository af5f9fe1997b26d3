//! What the engine has no type for: what comes out of modules that are not there, and of parameters without annotation.
//!
//! Whatever is taken from such a value has no type either. Most calls of most programs are on values like that, and to have it said costs
//! the engine all of the body around.

use ruff_db::parsed::{ParsedModuleRef, parsed_module};
use ruff_python_ast::helpers::any_over_expr;
use ruff_python_ast::{self as ast, CmpOp, Expr, ExprRef};
use ty_python_core::ast_ids::HasScopedUseId;
use ty_python_core::definition::{Definition, DefinitionKind, ParameterDefinitionNodeKind, TargetKind};
use ty_python_core::narrowing_constraints::ScopedNarrowingConstraint;
use ty_python_core::place::PlaceExpr;
use ty_python_core::unpack::Unpack;
use ty_python_core::{FileScopeId, SemanticIndex, semantic_index};
use ty_python_semantic::types::Type;
use ty_python_semantic::{HasType, SemanticModel};

use super::bound::{Home, flowing, home, is_value_of, lasting};
use super::types::Types;

/// How many steps one question may take.
pub(super) const STEPS: usize = 6;

impl Types {
    /// Whether the engine would find no type for an expression.
    pub(super) fn is_blank(&self, model: &SemanticModel<'_>, expr: &Expr, steps: usize) -> bool {
        let Some(steps) = steps.checked_sub(1) else { return false };
        match expr {
            Expr::Name(name) => self.is_blank_name(model, name, steps),
            Expr::Attribute(attribute) => {
                self.is_blank(model, &attribute.value, steps) && self.is_plain_place(model, expr)
            }
            Expr::Subscript(subscript) => {
                self.is_blank(model, &subscript.value, steps) && self.is_plain_place(model, expr)
            }
            Expr::Call(call) => self.is_blank(model, &call.func, steps),
            Expr::Await(awaited) => self.is_blank(model, &awaited.value, steps),
            _ => false,
        }
    }

    /// The same of a name.
    pub(super) fn is_blank_name(&self, model: &SemanticModel<'_>, name: &ast::ExprName, steps: usize) -> bool {
        if !name.ctx.is_load() || self.receiver_class(self.id_of(model.file()), name).is_some() {
            return false;
        }
        let file = model.program_file();
        let index = semantic_index(&self.db, file);
        let Some(scope) = index.try_expression_scope_id(&ExprRef::Name(name)) else { return false };
        let at = || name.scoped_use_id(&self.db, file);
        let bindings = match home(index, scope, &name.id) {
            Some(Home::Own) => {
                flowing(index, scope, at()).filter(|bindings| !is_declared_beside(index, scope, &name.id, bindings))
            }
            Some(Home::Around(around, symbol)) => lasting(index, around, symbol),
            Some(Home::Builtin) | None => None,
        };
        let Some(bindings) = bindings.filter(|bindings| !bindings.is_empty()) else { return false };
        let tree = parsed_module(&self.db, model.python_file()).load(&self.db);
        if !bindings.iter().all(|definition| self.binds_blank(model, *definition, &tree, steps)) {
            return false;
        }
        !self.is_told(index, scope, at(), &tree, |part| tells_of(part, &name.id))
    }

    /// Whether what a definition binds has no type.
    fn binds_blank(
        &self,
        model: &SemanticModel<'_>,
        definition: Definition<'_>,
        tree: &ParsedModuleRef,
        steps: usize,
    ) -> bool {
        // `first, *rest = value`: the rest is a list.
        let is_whole = |unpack: Unpack<'_>| !any_over_expr(unpack.target(&self.db, tree), Expr::is_starred_expr);
        match definition.kind(&self.db) {
            DefinitionKind::Import(import) => is_unknown(import.alias(tree).inferred_type(model)),
            DefinitionKind::ImportFrom(import) => is_unknown(import.alias(tree).inferred_type(model)),
            DefinitionKind::Parameter(ParameterDefinitionNodeKind::Parameter(parameter)) => {
                is_unknown(parameter.node(tree).inferred_type(model))
            }
            DefinitionKind::Assignment(assignment) => {
                assignment.unpack().is_none_or(is_whole) && self.is_blank(model, assignment.value(tree), steps)
            }
            DefinitionKind::NamedExpression(named) => self.is_blank(model, &named.node(tree).value, steps),
            DefinitionKind::For(for_) => {
                let is_known = match for_.target_kind() {
                    TargetKind::Sequence(_, unpack) => is_whole(unpack),
                    TargetKind::Single => true,
                };
                is_known && self.is_blank(model, for_.iterable(tree), steps)
            }
            DefinitionKind::WithItem(item) => {
                item.target(tree).is_name_expr() && self.is_blank(model, item.context_expr(tree), steps)
            }
            _ => false,
        }
    }

    /// Whether nothing binds an attribute or an item, in any scope that its name is read in, or finds out what it is.
    fn is_plain_place(&self, model: &SemanticModel<'_>, expr: &Expr) -> bool {
        let reference = ExprRef::from(expr);
        let (is_load, Some(place)) = (is_load(expr), PlaceExpr::try_from_expr(reference)) else {
            return is_load(expr);
        };
        let file = model.program_file();
        let index = semantic_index(&self.db, file);
        let Some(scope) = index.try_expression_scope_id(&reference).filter(|_| is_load) else { return false };
        let is_bound = |scope: FileScopeId| {
            let table = index.place_table(scope);
            table.place_id(&place).is_some_and(|id| table.place(id).is_bound())
        };
        if index.visible_ancestor_scopes(scope).any(|(scope, _)| is_bound(scope)) {
            return false;
        }
        let at = match expr {
            Expr::Attribute(attribute) => attribute.scoped_use_id(&self.db, file),
            Expr::Subscript(subscript) => subscript.scoped_use_id(&self.db, file),
            _ => return true,
        };
        index
            .use_def_map(scope)
            .bindings_at_use(at)
            .all(|binding| binding.narrowing_constraint.constraint() == ScopedNarrowingConstraint::ALWAYS_TRUE)
    }
}

fn is_load(expr: &Expr) -> bool {
    match expr {
        Expr::Attribute(attribute) => attribute.ctx.is_load(),
        Expr::Subscript(subscript) => subscript.ctx.is_load(),
        _ => false,
    }
}

fn is_unknown(ty: Option<Type<'_>>) -> bool {
    matches!(ty, Some(Type::Dynamic(_)))
}

/// Whether a part of a condition may say of what class the value of a variable is, or which value.
fn tells_of(part: &Expr, name: &str) -> bool {
    let is_it = |expr: &Expr| is_value_of(expr, name);
    match part {
        Expr::Call(call) => call.arguments.args.iter().any(is_it),
        Expr::Compare(compare) => {
            let is_for_none =
                |(op, with): (&CmpOp, &Expr)| matches!(op, CmpOp::Is | CmpOp::IsNot) && with.is_none_literal_expr();
            let concerns = is_it(&compare.left) || compare.comparators.iter().any(is_it);
            concerns && !compare.ops.iter().zip(&compare.comparators).all(is_for_none)
        }
        _ => false,
    }
}

/// Whether something else than these bindings says what a name is to be.
fn is_declared_beside(index: &SemanticIndex<'_>, scope: FileScopeId, name: &str, bindings: &[Definition<'_>]) -> bool {
    let Some(symbol) = index.place_table(scope).symbol_id(name) else { return true };
    let map = index.use_def_map(scope);
    let mut declared = map.reachable_symbol_declarations(symbol);
    declared.any(|declared| declared.declaration.definition().is_some_and(|definition| !bindings.contains(&definition)))
}

#[cfg(test)]
mod tests {
    use ruff_python_ast::{Expr, ExprRef};

    use crate::project::guarded;
    use crate::project::sole::tests::open;

    const FILES: &[(&str, &str)] = &[
        (
            "things.py",
            "from contextlib import contextmanager\nfrom typing import Any, Generator, Iterable\nimport gone\nfrom gone import Away\n\n\
             class Plain: ...\nclass Below(Plain): ...\n\n@contextmanager\ndef managed() -> Generator[Plain]:\n    yield Plain()\n\n\
             def all_of() -> Iterable[int]:\n    yield 1\n\n\
             class Holder:\n    declared: Plain\n\n    def __init__(self, given, away: Away, some: Plain | None = None) -> None:\n\
             \x20       self.made = Plain()\n        self.given = given\n        self.away = away\n        self.told: dict[str, Any] = {}\n\
             \x20       self.later = None\n        self.one, self.two = given\n        self.some = some\n\n\
             \x20   def set(self) -> None:\n        self.later = Below()\n        self.made = Below()\n",
        ),
        (
            "main.py",
            "import things\nimport gone\nfrom gone import Away\nfrom things import Holder, Plain, all_of, managed\n\n\
             def use(given, away: Away, holder: Holder, told: Plain):\n    value: dict[str, int] = {}\n    part = given.part\n\
             \x20   first, second = away\n    one, *rest = away\n    rest\n    if isinstance(second, Plain):\n        second\n    for item in gone.items():\n        item.name\n\
             \x20   if (found := gone.find()) is not None:\n        found.name\n    told = away\n    with gone.opened() as opened:\n\
             \x20       opened.read()\n    with managed() as plain:\n        plain\n    given.kept = Plain()\n    given.kept\n\
             \x20   return (value, part, first, second, told, holder.declared, holder.made, holder.given, holder.away, holder.told,\n\
             \x20           holder.later, holder.one, holder.some, holder.away.there, gone.a.b(1)[2], (x for x in part), all_of(), managed())\n\n\
             def ask(given):\n    assert isinstance(given, Plain)\n    return any(given for _ in (1, 2))\n",
        ),
    ];

    /// What is known of values without inference is what the engine says.
    #[test]
    fn values_are_what_the_engine_says() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let root = folder.path().canonicalize().expect("the folder is there");
        let project = open(&root, FILES);
        let types = &project.types;
        let mut looked_at = 0;
        for (file, source) in types.world().own_files() {
            let (Some(tree), Some(model)) = (types.ast(file), types.model(file)) else { continue };
            let loads = source.facts.loads.iter().map(|load| load.range);
            for range in loads.chain(source.facts.calls.iter().map(|call| call.range)) {
                // The object of a method has a type variable for a type; here it is the class.
                let is_object = |expr: &&Expr| expr.as_name_expr().is_some_and(|name| name.id == "self");
                let Some(expr) = tree.expression(range).filter(|expr| !is_object(expr)) else { continue };
                let inferred = guarded(|| types.inferred_shapes(&model, &ExprRef::from(expr)));
                assert_eq!(types.shapes(file, expr), inferred, "{range:?} of {}", source.display);
                looked_at += 1;
            }
        }
        assert!(looked_at > 50, "{looked_at} expressions");
    }
}
