//! Which module has what all take turns with: all that use it can import it.

use std::collections::BTreeSet;

use ruff_python_ast::Stmt;

use super::decide::Planner;
use super::turns::{IN_TURN, SHARED_TURN, TURN};
use crate::project::facts::MODULE;
use crate::project::{FileId, FileKind, SourceFile, Types};
use crate::text::{ends_in, relative};

/// Where the helper is with which threads take turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TurnHome {
    /// In this module, for it and for those that import it already.
    Module(FileId),
    /// In a module that is there for that, and which the modules of a package share.
    Package,
}

impl TurnHome {
    #[must_use]
    pub fn module(self) -> Option<FileId> {
        match self {
            Self::Module(file) => Some(file),
            Self::Package => None,
        }
    }
}

impl Planner<'_> {
    /// Where what all who take turns share can stand: in a module that has the helper already, if any, or in one that they all can import.
    pub(super) fn home(&self, modules: &BTreeSet<FileId>, users: &BTreeSet<FileId>) -> Option<TurnHome> {
        let candidates = || modules.iter().chain(users).copied();
        let is_home = |home: &FileId| {
            let is_alone = users.iter().all(|user| user == home);
            self.has_functions(*home)
                && (is_alone || !self.resolver.types.is_script(*home))
                && users.iter().all(|user| user == home || self.can_import(*user, *home))
        };
        let has_helper = |home: &FileId| {
            let facts = self.resolver.types.facts(*home);
            facts.bindings.iter().any(|binding| binding.function == MODULE && binding.target == TURN)
        };
        if let Some(known) = candidates().filter(has_helper).find(is_home) {
            return Some(TurnHome::Module(known));
        }
        // Who uses it alone has it, unless others lead there.
        let own = users.first().filter(|user| users.len() == 1 && modules.iter().all(|module| module == *user));
        if let Some(own) = own.filter(|own| is_home(own)) {
            return Some(TurnHome::Module(*own));
        }
        if self.share_package(users) {
            return Some(TurnHome::Package);
        }
        candidates().find(is_home).map(TurnHome::Module)
    }

    /// The same homes, but that no module has a helper of its own beside the one that it shares: nobody could tell which is which. Each comes
    /// with the modules that use it.
    pub(super) fn as_one(&self, homes: &mut [(Option<TurnHome>, BTreeSet<FileId>)]) {
        let types = &self.resolver.types;
        let imports = |file: FileId| types.facts(file).imports.iter().any(|import| import.bound == SHARED_TURN);
        loop {
            let shared = homes.iter().filter(|(home, _)| *home == Some(TurnHome::Package));
            let shared: BTreeSet<FileId> = shared.flat_map(|(_, users)| users.iter().copied()).collect();
            let meets = |users: &BTreeSet<FileId>| users.iter().any(|user| shared.contains(user) || imports(*user));
            let is_new = |file: FileId| {
                !types.facts(file).bindings.iter().any(|own| own.function == MODULE && own.target == TURN)
            };
            let moved = homes.iter_mut().find(|(home, users)| match home {
                Some(TurnHome::Module(file)) => is_new(*file) && meets(users) && self.share_package(users),
                _ => false,
            });
            match moved {
                Some((home, _)) => *home = Some(TurnHome::Package),
                None => return,
            }
        }
    }

    /// Whether files can all import one new module.
    fn share_package(&self, files: &BTreeSet<FileId>) -> bool {
        let is_library = self.ground.terms.is_library;
        let types = &self.resolver.types;
        let path = |file: &FileId| {
            let beside = types.beside(*file, SHARED_TURN, |module| has_turns(types, module), is_library)?;
            self.has_functions(*file).then_some(beside.path)
        };
        let Some(first) = files.first().and_then(path) else { return false };
        files.iter().skip(1).all(|file| path(file).as_ref() == Some(&first))
    }

    fn has_functions(&self, file: FileId) -> bool {
        let world = self.resolver.types.world();
        let is_python = world.file(file).is_some_and(|file| file.kind == FileKind::Python);
        let ast = self.resolver.types.ast(file);
        is_python
            && ast.is_some_and(|ast| {
                ast.module().body.iter().any(|stmt| matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_)))
            })
    }

    /// Whether a module can import something more from another one: it does so already, and they do not import each other.
    fn can_import(&self, file: FileId, other: FileId) -> bool {
        self.resolver.sees(file, other) && !self.resolver.sees(other, file) && self.imports(file, other)
    }

    /// Whether a module imports another one, or something from it, whenever it is imported itself, or gets it by the package that it is in.
    fn imports(&self, file: FileId, other: FileId) -> bool {
        let types = &self.resolver.types;
        let wanted = types.module_name(other);
        let is_package_of = |init: FileId, module: &SourceFile| {
            let around = wanted.rsplit_once('.').map(|(package, _)| package);
            module.is_package() && around == Some(types.module_name(init).as_str())
        };
        let mut packages = types.world().own_files().filter(|(init, module)| is_package_of(*init, module));
        self.imports_module(file, &wanted)
            || packages.any(|(init, _)| {
                init != file
                    && self.imports_module(file, &types.module_name(init))
                    && self.imports_module(init, &wanted)
            })
    }

    /// Whether a module imports the one of this name, or something from it, whenever it is imported itself.
    fn imports_module(&self, file: FileId, wanted: &str) -> bool {
        let types = &self.resolver.types;
        let (facts, Some(ast)) = (types.facts(file), types.ast(file)) else { return false };
        let own = types.module_name(file);
        let is_package = types.world().file(file).is_some_and(SourceFile::is_package);
        facts.imports.iter().any(|import| {
            let named = |module: &str| import.name.as_ref().map(|name| format!("{module}.{name}"));
            let is_it = match import.level {
                0 => {
                    let module = import.module.as_str();
                    ends_in(wanted, module) || named(module).is_some_and(|name| ends_in(wanted, &name))
                }
                level => relative(&own, is_package, level, &import.module)
                    .is_some_and(|module| module == wanted || named(&module).is_some_and(|name| name == wanted)),
            };
            is_it && types.is_certain(file, import, &ast)
        })
    }
}

/// Whether a module is one that a fix has added for the helper.
#[must_use]
pub fn has_turns(types: &Types, module: FileId) -> bool {
    types.facts(module).classes.iter().any(|class| class.name == IN_TURN)
}
