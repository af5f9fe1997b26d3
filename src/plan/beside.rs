//! A module of its own for code that a program gets: next to one that is imported already, and imported in the same way.

use std::path::{Path, PathBuf};

use ruff_python_ast::AnyNodeRef;

use super::decide::Planner;
use crate::project::facts::{Import, MODULE};
use crate::project::{Ast, FileId, FileKind, SourceFile};

/// Where a new module goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    pub path: PathBuf,
    /// What it is called in imports; it may begin with dots.
    pub module: String,
}

impl Planner<'_> {
    /// A new module that code of a file can import; `None` where the file may be all there is of the program, or where who builds
    /// the program would have to be told of the module.
    pub(super) fn beside(&self, file: FileId, name: &str) -> Option<Beside> {
        let world = self.resolver.types.world();
        if world.files.len() == 1 {
            return None;
        }
        let ast = self.resolver.types.ast(file)?;
        let folder = world.file(file)?.path.parent()?;
        let imports = world.file(file)?.facts.imports.iter();
        let known: Vec<Beside> = imports
            .filter(|import| self.is_certain(file, import, &ast))
            .filter_map(|import| self.next_to(file, import, name))
            .collect();
        let is_here = |beside: &&Beside| beside.path.parent() == Some(folder);
        let found =
            known.iter().find(is_here).cloned().or_else(|| self.as_imported(file, name)).or(known.first().cloned())?;
        let is_listed = self.ground.terms.keeps_public && !found.module.contains('.');
        let is_free =
            !self.resolver.types.exists(&found.path) && !self.resolver.types.exists(&found.path.with_extension(""));
        (is_free && !is_listed).then_some(found)
    }

    /// Whether an import runs whenever its module is imported.
    pub(super) fn is_certain(&self, file: FileId, import: &Import, ast: &Ast) -> bool {
        let facts = self.resolver.types.facts(file);
        let path = ast.path(import.range);
        facts.enclosing(import.range.start()) == MODULE
            && path.iter().all(|node| !matches!(node, AnyNodeRef::StmtIf(_) | AnyNodeRef::StmtTry(_)))
    }

    /// Next to the module of the program that an import is about.
    fn next_to(&self, file: FileId, import: &Import, name: &str) -> Option<Beside> {
        let types = &self.resolver.types;
        let dots = ".".repeat(import.level as usize);
        let joined = |package: &str| match package {
            "" => format!("{dots}{name}"),
            package => format!("{dots}{package}.{name}"),
        };
        let (package, module) = (import.module.as_str(), types.own_module(file, &import.module, import.level));
        let member = import.name.as_ref().and_then(|member| {
            let dot = if package.is_empty() { "" } else { "." };
            types.own_module(file, &format!("{package}{dot}{member}"), import.level)
        });
        let is_package = |module: FileId| types.world().file(module).is_some_and(SourceFile::is_package);
        let (neighbour, module) = match (member, module) {
            (Some(member), _) if !is_package(member) => (member, joined(package)),
            (_, Some(module)) if is_package(module) => (module, joined(package)),
            (_, Some(module)) => (module, joined(package.rsplit_once('.').map_or("", |(package, _)| package))),
            _ => return None,
        };
        Some(Beside { path: self.sibling(neighbour, name)?, module })
    }

    /// Next to a module that others import, in the way in which they do.
    fn as_imported(&self, file: FileId, name: &str) -> Option<Beside> {
        let types = &self.resolver.types;
        let path = self.sibling(file, name)?;
        let own = types.world().file(file)?;
        if own.is_package() {
            return Some(Beside { path, module: format!(".{name}") });
        }
        if self.is_script(file) {
            return None;
        }
        if let Some(known) = types.imported_as(file) {
            let module = known.rsplit_once('.').map_or(name.to_owned(), |(package, _)| format!("{package}.{name}"));
            return Some(Beside { path, module });
        }
        let package = own.path.with_file_name("__init__.py");
        types.exists(&package).then(|| Beside { path, module: format!(".{name}") })
    }

    fn sibling(&self, file: FileId, name: &str) -> Option<PathBuf> {
        let file = self.resolver.types.world().file(file)?;
        (file.kind == FileKind::Python).then(|| sibling(&file.path, name))
    }
}

fn sibling(path: &Path, name: &str) -> PathBuf {
    path.with_file_name(format!("{name}.py"))
}
