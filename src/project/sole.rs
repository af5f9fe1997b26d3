//! What names stand for that a file binds only once: definitions and imports of the module's body.
//!
//! Facts tell it, over any number of files, without an index of any: most functions that a program calls by a plain name, and most
//! classes that its annotations name, are such.

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

    /// The module below another one that an attribute of that is, wherever it is imported.
    pub(super) fn module_below(&self, model: &SemanticModel<'_>, module: &str, name: &str) -> Option<String> {
        let home = self.id_of(model.resolve_module(Some(module), 0)?.file(&self.db)?);
        let inner = format!("{module}.{name}");
        let is_it = is_silent(&self.facts(home), name) && model.resolve_module(Some(&inner), 0).is_some();
        is_it.then_some(inner)
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
fn is_silent(facts: &Facts, name: &str) -> bool {
    let is_open = || facts.imports.iter().any(|import| import.bound.as_str() == "*");
    facts.error.is_none() && !facts.binds(name) && !facts.binds("__getattr__") && !is_open()
}

#[cfg(test)]
pub(super) mod tests {
    use std::path::Path;

    use ruff_text_size::Ranged;

    use crate::project::environment::EnvironmentOptions;
    use crate::project::{Project, ProjectOptions, guarded};

    const FILES: &[(&str, &str)] = &[
        ("pack/__init__.py", "from .named import shadowed\n"),
        ("pack/inner.py", "def inside(): ...\n"),
        ("pack/named.py", "def shadowed(): ...\n"),
        ("star.py", "from parts import *\n\ndef own(): ...\n"),
        (
            "parts.py",
            "import sys\nfrom typing import TYPE_CHECKING, Any\n\nif TYPE_CHECKING:\n    from other import Hidden\n\
             if sys.platform == 'win32':\n    def windows(): ...\n\
             def plain(): ...\ndef twice(): ...\ndef twice(value): ...\nclass Plain: ...\n\
             def wrapped(function): return 1\n@wrapped\ndef decorated(): ...\n@wrapped\nclass Marked: ...\n",
        ),
        ("other.py", "class Hidden: ...\n"),
        ("again.py", "from parts import plain as once, Plain\nimport pack.inner\n"),
        (
            "main.py",
            "import os\nimport pack.inner as inner\nfrom again import once, Plain, pack\nfrom pack import named, shadowed\n\
             from parts import Any, Hidden, Marked, decorated, plain, twice, windows\nfrom star import own\n\
             from typing import NamedTuple\n\ntry:\n    from json import loads\nexcept ImportError:\n    loads = None\n\n\
             def run(plain, own=own):\n    global twice\n    twice = 1\n    return plain, own, once\n\n\
             def read():\n    from other import Hidden\n    return (os, inner, once, Plain, pack, named, shadowed, Any, Hidden,\n\
             Marked, decorated, plain, twice, windows, own, NamedTuple, loads, inner.inside)\n\n\
             (os, inner, once, Plain, pack, named, shadowed, Any, Marked, decorated, windows, own, loads)\n",
        ),
    ];

    /// A program of these files in an empty folder.
    pub(in crate::project) fn open(root: &Path, texts: &[(&str, &str)]) -> Project {
        let mut files = Vec::new();
        for (path, text) in texts {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap_or(root)).expect("a folder can be made");
            std::fs::write(&path, text).expect("a file can be written");
            files.push(path);
        }
        files.sort_unstable();
        let options = ProjectOptions {
            cwd: root.to_path_buf(),
            files,
            environment: EnvironmentOptions::default(),
            stubs: Vec::new(),
            overlay: Default::default(),
        };
        Project::open(options, |_| None).expect("the program can be opened")
    }

    /// What is known of a name without the engine is what the engine says of it.
    #[test]
    fn names_are_what_the_engine_says() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let root = folder.path().canonicalize().expect("the folder is there");
        let project = open(&root, FILES);
        let types = &project.types;
        let mut known: Vec<String> = Vec::new();
        for (file, source) in types.world().own_files() {
            let (Some(tree), Some(model)) = (types.ast(file), types.model(file)) else { continue };
            for load in source.facts.loads.iter().filter(|load| !load.attribute) {
                let Some(name) = tree.expression(load.range).and_then(|expr| expr.as_name_expr()) else { continue };
                let Some(shapes) = types.sole_shapes(file, &name.id) else { continue };
                let inferred = guarded(|| types.inferred_shapes(&model, name));
                assert_eq!(shapes, inferred, "{} at {:?} of {}", name.id, name.range(), source.display);
                known.push(name.id.to_string());
            }
        }
        known.sort_unstable();
        known.dedup();
        assert_eq!(known.join(" "), "Plain inner once os pack shadowed sys wrapped");
    }
}
