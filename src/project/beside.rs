//! A module of its own for code that a program gets: at the top of its package, imported as the others are.

use std::path::{Path, PathBuf};

use ruff_db::system::SystemPath;
use ruff_python_ast::AnyNodeRef;

use super::facts::{Import, MODULE};
use super::{Ast, FileId, FileKind, Types};

/// What runs a loop until something is over.
pub const RUNNERS: [&str; 2] = ["run", "run_until_complete"];

/// Where a new module goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    pub path: PathBuf,
    /// What it is called in imports; it may begin with dots.
    pub module: String,
    /// The module itself, if an earlier fix has put it there.
    pub is_there: Option<FileId>,
}

impl Types {
    /// A new module at the top of its package that code of a file can import, or one there that `is_ours`; `None` where the file may be all there
    /// is of the program, or where it would be no part of a package although the program `is_library`: who builds it would have to be told.
    #[must_use]
    pub fn beside(
        &self,
        file: FileId,
        name: &str,
        is_ours: impl Fn(FileId) -> bool,
        is_library: bool,
    ) -> Option<Beside> {
        if self.world().files.len() == 1 {
            return None;
        }
        let (folder, module) = self.top(file, name)?;
        let path = folder.join(format!("{name}.py"));
        let is_there = self.project_file(&path).filter(|other| is_ours(*other));
        let is_free = || !self.exists(&path) && !self.exists(&path.with_extension(""));
        let is_part = !is_library || module.contains('.');
        (is_part && (is_there.is_some() || is_free())).then_some(Beside { path, module, is_there })
    }

    /// A new module in the file at a path, or one there that `is_ours`, that code of a file can import.
    #[must_use]
    pub fn beside_at(&self, file: FileId, path: &Path, is_ours: impl Fn(FileId) -> bool) -> Option<Beside> {
        if self.world().files.len() == 1 {
            return None;
        }
        let name = path.file_stem()?.to_str()?;
        let own = self.world().file(file)?;
        // What is in the same folder tells how modules of that folder are imported.
        let is_near = |other: &Path| other.parent() == path.parent();
        let neighbour = self.world().own_files().filter(|(_, other)| is_near(&other.path) && !other.is_package());
        let known =
            neighbour.filter_map(|(other, _)| self.full_name(other)).max_by_key(|name| name.matches('.').count());
        let module = match known.as_deref().map(|known| known.rsplit_once('.')) {
            Some(Some((package, _))) => format!("{package}.{name}"),
            _ if is_near(&own.path) => name.to_owned(),
            Some(None) => name.to_owned(),
            None => return None,
        };
        let is_there = self.project_file(path).filter(|other| is_ours(*other));
        (is_there.is_some() || !self.exists(path)).then(|| Beside { path: path.to_path_buf(), module, is_there })
    }

    /// The text of a file of the program.
    #[must_use]
    pub fn text_at(&self, path: &Path) -> Option<String> {
        Some(self.text(self.project_file(path)?))
    }

    /// Whether an import runs whenever its module is imported.
    #[must_use]
    pub fn is_certain(&self, file: FileId, import: &Import, ast: &Ast) -> bool {
        let path = ast.path(import.range);
        self.facts(file).enclosing(import.range.start()) == MODULE
            && path.iter().all(|node| !matches!(node, AnyNodeRef::StmtIf(_) | AnyNodeRef::StmtTry(_)))
    }

    /// Whether a module is run as a program: who imports it gets another one.
    #[must_use]
    pub fn is_script(&self, file: FileId) -> bool {
        let facts = self.facts(file);
        facts.loads.iter().any(|load| load.name == "__name__" && load.function == MODULE)
            || facts.calls.iter().any(|call| call.function == MODULE && RUNNERS.contains(&call.name.as_str()))
    }

    /// The folder of the package that a file is part of, or else its own, and what a module there is called in imports of the file.
    fn top(&self, file: FileId, name: &str) -> Option<(PathBuf, String)> {
        let own = self.world().file(file).filter(|own| own.kind == FileKind::Python)?;
        let ast = self.ast(file)?;
        let mut imports = own.facts.imports.iter().filter(|import| self.is_certain(file, import, &ast));
        if let Some(found) = imports.clone().find_map(|import| self.top_of(file, import, name)) {
            return Some(found);
        }
        let levels = imports.clone().map(|import| import.level).max().unwrap_or_default() as usize;
        let known = self.full_name(file);
        let above = known.as_ref().map_or(levels, |known| known.matches('.').count() + usize::from(own.is_package()));
        let package = known.as_ref().and_then(|known| known.split_once('.')).map(|(package, _)| package);
        // More dots than the file has are hard to count.
        let is_far = above > levels.max(2) && package.is_some();
        let module = match package {
            _ if levels > 0 && !is_far => format!("{}{name}", ".".repeat(above)),
            Some(package) => format!("{package}.{name}"),
            None if above > 0 => format!("{}{name}", ".".repeat(above)),
            None if known.is_some() && !self.is_script(file) || imports.any(|import| self.is_near(file, import)) => {
                name.to_owned()
            }
            None => return None,
        };
        let folder = own.path.ancestors().nth(above.max(1))?;
        Some((folder.to_path_buf(), module))
    }

    /// The same by an import of a module of the program under its full name.
    fn top_of(&self, file: FileId, import: &Import, name: &str) -> Option<(PathBuf, String)> {
        let (package, _) = import.module.split_once('.').filter(|_| import.level == 0)?;
        let module = self.own_module(file, &import.module, 0).and_then(|module| self.world().file(module))?;
        let above = import.module.matches('.').count() + usize::from(module.is_package());
        let folder = module.path.ancestors().nth(above)?;
        folder.ends_with(package).then(|| (folder.to_path_buf(), format!("{package}.{name}")))
    }

    /// Whether an import is of a module in the same folder, by its name alone.
    fn is_near(&self, file: FileId, import: &Import) -> bool {
        let folder = |file: FileId| self.world().file(file).and_then(|file| file.path.parent());
        let is_plain = import.level == 0 && !import.module.contains('.');
        let module = is_plain.then(|| self.own_module(file, &import.module, 0)).flatten();
        module.is_some_and(|module| folder(module) == folder(file))
    }

    /// The full name of a module: as others import it, or by that of the package that it is part of.
    #[must_use]
    pub fn full_name(&self, file: FileId) -> Option<String> {
        self.world().full_name(file, || self.find_full_name(file))
    }

    fn find_full_name(&self, file: FileId) -> Option<String> {
        let own = self.world().file(file)?;
        let (stem, folder) = match own.is_package() {
            true => (own.path.parent()?.file_name()?, own.path.parent()?.parent()?),
            false => (own.path.file_stem()?, own.path.parent()?),
        };
        let stem = stem.to_str()?;
        self.known_as(file, stem).or_else(|| {
            let is_part = own.is_package() || self.has_relatives(file, stem);
            let package = is_part.then(|| self.project_file(&folder.join("__init__.py"))).flatten()?;
            Some(format!("{}.{stem}", self.full_name(package)?))
        })
    }

    fn project_file(&self, path: &Path) -> Option<FileId> {
        self.world().project_file(SystemPath::from_std_path(path)?)
    }

    /// How others import a module, or something from it.
    fn known_as(&self, file: FileId, stem: &str) -> Option<String> {
        self.world().own_files().find_map(|(other, source)| {
            let imports = source.facts.imports.iter().filter(|import| import.level == 0);
            let mut names = imports.flat_map(|import| {
                let module = import.module.as_str();
                let member = import.name.as_ref().filter(|member| *member == stem);
                let member = member.map(|member| format!("{module}.{member}"));
                let parts = module.match_indices('.').map(|(at, _)| &module[..at]).chain([module]);
                let parts = parts.filter(|part| part.rsplit('.').next() == Some(stem));
                parts.map(str::to_owned).chain(member).collect::<Vec<_>>()
            });
            names.find(|name| self.own_module(other, name, 0) == Some(file))
        })
    }

    /// Whether a module imports others from where it is, or others do so with it.
    fn has_relatives(&self, file: FileId, stem: &str) -> bool {
        self.world().own_files().any(|(other, source)| {
            let mut imports = source.facts.imports.iter().filter(|import| import.level > 0);
            imports.any(|import| {
                let module = import.module.as_str();
                let is_named =
                    || module.rsplit('.').next() == Some(stem) || import.name.as_ref().is_some_and(|name| name == stem);
                let dot = if module.is_empty() { "" } else { "." };
                let is_it = |name: &str| self.own_module(other, name, import.level) == Some(file);
                other == file || is_named() && (is_it(module) || is_it(&format!("{module}{dot}{stem}")))
            })
        })
    }
}
