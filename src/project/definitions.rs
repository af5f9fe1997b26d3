//! The definitions that a name or attribute leads to, and the names that they go by.

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextSize};
use ty_python_semantic::{ImportAliasResolution, ResolvedDefinition, definitions_for_name};

use super::facts::Facts;
use super::guard::guarded;
use super::sole::Known;
use super::types::{DefId, Shape, Types};
use super::world::FileId;

impl Types {
    /// The functions and classes that a name stands for, through imports and assignments of functions.
    #[must_use]
    pub fn name_definitions(&self, file: FileId, name: &ast::ExprName) -> Vec<DefId> {
        match self.sole(file, &name.id) {
            Some(Known::Function(id) | Known::Class(id)) => return vec![id],
            Some(Known::Module(_)) => return Vec::new(),
            None => {}
        }
        let Some(model) = self.model_at(file, name.start()) else {
            return Vec::new();
        };
        guarded(|| {
            let alias = ImportAliasResolution::ResolveAliases;
            self.resolved(definitions_for_name(&model, name.id.as_str(), name.into(), alias))
        })
    }

    /// The functions and classes that an attribute stands for.
    #[must_use]
    pub fn attribute_definitions(&self, file: FileId, attribute: &ast::ExprAttribute) -> Vec<DefId> {
        let Some(model) = self.model_at(file, attribute.start()) else {
            return Vec::new();
        };
        guarded(|| self.member_definitions(&model, attribute))
    }

    pub(super) fn resolved(&self, definitions: Vec<ResolvedDefinition<'_>>) -> Vec<DefId> {
        definitions
            .iter()
            .filter_map(|definition| {
                let definition = definition.definition()?;
                let id = self.def_id(definition);
                let facts = self.facts(id.file);
                (facts.function_at(id.start).is_some() || facts.class_at(id.start).is_some()).then_some(id)
            })
            .collect()
    }

    /// The variables that a name stands for, as (file, offset of the name where it is bound).
    #[must_use]
    pub fn bindings(&self, file: FileId, name: &ast::ExprName) -> Vec<DefId> {
        let Some(model) = self.model_at(file, name.start()) else {
            return Vec::new();
        };
        guarded(|| {
            definitions_for_name(&model, name.id.as_str(), name.into(), ImportAliasResolution::ResolveAliases)
                .iter()
                .filter_map(|definition| Some(self.def_id(definition.definition()?)))
                .collect()
        })
    }

    /// The names a function goes by: its public one, then where it is defined.
    #[must_use]
    pub fn qualified_names(&self, id: DefId) -> Vec<String> {
        let facts = self.facts(id.file);
        let Some(qualified) = qualified(&facts, id.start) else {
            return Vec::new();
        };
        let module = self.module_name(id.file);
        let public = self.world.public(&module, &qualified);
        let plain = format!("{module}.{qualified}");
        if public == plain { vec![public] } else { vec![public, plain] }
    }

    /// The name of a class for people.
    #[must_use]
    pub fn class_name(&self, class: DefId) -> String {
        self.class(class).name.clone()
    }

    /// The qualified names of what a name or attribute refers to.
    #[must_use]
    pub fn reference_names(&self, file: FileId, expr: &Expr) -> Vec<String> {
        let mut names = Vec::new();
        if let Expr::Attribute(attribute) = expr {
            for shape in self.shapes(file, &attribute.value) {
                match shape {
                    Shape::Module(module) => names.push(self.world.public(&module, attribute.attr.as_str())),
                    Shape::Instance(class) | Shape::Class(class) => {
                        if let Some(target) = self.member(class, attribute.attr.as_str()) {
                            names.extend(target.names);
                        }
                    }
                    _ => {}
                }
            }
        }
        if let Expr::Name(name) = expr {
            for id in self.bindings(file, name) {
                let module = self.module_name(id.file);
                names.push(self.world.public(&module, name.id.as_str()));
            }
        }
        for shape in self.shapes(file, expr) {
            if let Shape::Function(id) | Shape::Class(id) = shape {
                names.extend(self.qualified_names(id));
            }
        }
        names
    }
}

fn qualified(facts: &Facts, start: TextSize) -> Option<String> {
    if let Some(function) = facts.function_at(start) {
        return Some(facts.qualified(function));
    }
    facts.class_at(start).map(|class| facts.qualified_class(class))
}
