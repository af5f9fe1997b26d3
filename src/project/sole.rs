//! What names stand for that a file binds only once: definitions and imports of the module's body.
//!
//! Facts tell it, over any number of files, without an index of any: most functions that a program calls by a plain name, and most
//! classes that its annotations name, are such.

use ruff_python_ast::name::Name;
use ty_python_semantic::SemanticModel;

use super::discover::FileKind;
use super::facts::{Facts, Sole};
use super::types::{DefId, Shape, Shapes, Types};
use super::world::FileId;

/// How many modules one import may lead through.
const HOPS: usize = 6;

/// Modules some of whose classes are no classes to the engine.
const SPECIAL_MODULES: &[&str] = &["_typeshed", "dataclasses", "ty_extensions", "typing", "typing_extensions"];

/// What the only binding of a name is.
pub(super) enum Known {
    Function(DefId),
    Class(DefId),
    Module(String),
}

impl Types {
    /// What a name stands for wherever a file reads it.
    pub(super) fn sole(&self, file: FileId, name: &str) -> Option<Known> {
        self.sole_within(file, name, HOPS)
    }

    /// The shape of what a name stands for wherever a file reads it.
    pub(super) fn sole_shapes(&self, file: FileId, name: &str) -> Option<Shapes> {
        self.shape_of(self.sole(file, name)?).map(|shape| vec![shape])
    }

    /// The function that a call by this plain name calls, wherever a file makes it.
    #[must_use]
    pub fn sole_function(&self, file: FileId, name: &str) -> Option<DefId> {
        match self.shape_of(self.sole(file, name)?)? {
            Shape::Function(function) => Some(function),
            _ => None,
        }
    }

    /// What a module has under a name that it binds once, and that is not a module below it as well.
    pub(super) fn sole_member(&self, model: &SemanticModel<'_>, module: &str, name: &str) -> Option<Known> {
        let home = self.id_of(model.resolve_module(Some(module), 0)?.file(&self.db)?);
        if model.resolve_module(Some(&format!("{module}.{name}")), 0).is_some() {
            return None;
        }
        self.sole_export(home, name, HOPS)
    }

    pub(super) fn shape_of(&self, known: Known) -> Option<Shape> {
        match known {
            Known::Module(module) => Some(Shape::Module(module)),
            Known::Function(id) => {
                let facts = self.facts(id.file);
                let function = facts.functions.get(facts.function_at(id.start)? as usize)?;
                (function.decorators.is_empty() || self.stays_itself(id)).then_some(Shape::Function(id))
            }
            Known::Class(id) => {
                let is_decorated = self.facts(id.file).decorated.iter().any(|decorated| decorated.below == id.start);
                (!is_decorated).then_some(Shape::Class(id))
            }
        }
    }

    fn sole_within(&self, file: FileId, name: &str, hops: usize) -> Option<Known> {
        let facts = self.facts(file);
        match facts.sole(name)? {
            Sole::Function(start) => Some(Known::Function(self.world.defined(DefId { file, start }))),
            Sole::Class(start) => {
                let is_special = || SPECIAL_MODULES.contains(&self.module_name(file).as_str());
                let is_class = self.world.is_own(file) || !is_special();
                is_class.then(|| Known::Class(self.world.defined(DefId { file, start })))
            }
            Sole::Import(import) => {
                let model = self.model(file)?;
                let import = facts.imports.get(import)?;
                let path = Some(import.module.as_str()).filter(|path| !path.is_empty());
                let Some(name) = &import.name else {
                    // `import a.b` binds `a`, `import a.b as c` all of it.
                    let first = import.module.split('.').next().filter(|first| import.bound == *first);
                    let module = model.resolve_module(first.or(path), 0)?;
                    return Some(Known::Module(module.name(&self.db).as_str().to_owned()));
                };
                let module = model.resolve_module(path, import.level)?;
                let home = self.id_of(module.file(&self.db)?);
                if home == file {
                    return None;
                }
                if is_silent(&self.facts(home), name) {
                    let inner = format!("{}.{name}", module.name(&self.db).as_str());
                    return model.resolve_module(Some(&inner), 0).map(|_| Known::Module(inner));
                }
                self.sole_export(home, name, hops.checked_sub(1)?)
            }
        }
    }

    /// What other modules get that import a name. What a stub imports is for itself.
    fn sole_export(&self, home: FileId, name: &str, hops: usize) -> Option<Known> {
        let is_stub = self.world.file(home).is_none_or(|file| file.kind == FileKind::Stub);
        let is_import = || matches!(self.facts(home).sole(name), Some(Sole::Import(_)));
        if is_stub && is_import() { None } else { self.sole_within(home, name, hops) }
    }
}

/// Whether a module says nothing of a name, so that only a module below it can be meant.
fn is_silent(facts: &Facts, name: &Name) -> bool {
    let is_open = || facts.imports.iter().any(|import| import.bound.as_str() == "*");
    facts.error.is_none() && !facts.binds(name) && !facts.binds("__getattr__") && !is_open()
}
