//! Which module has what all take turns with: all that use it can import it, and nothing else is noticed of that.

use std::collections::BTreeSet;

use ruff_python_ast::helpers::any_over_expr;
use ruff_python_ast::{Expr, Stmt};

use super::decide::Planner;
use super::turns::TURN;
use crate::project::facts::{Import, MODULE};
use crate::project::{FileId, FileKind, SourceFile};
use crate::text::{ends_in, relative};

impl Planner<'_> {
    /// A module that all who take turns know: what they share stands there. It is the one that has the helper already, if any.
    pub(super) fn home(&self, modules: &BTreeSet<FileId>, users: &BTreeSet<FileId>) -> Option<FileId> {
        let candidates = || modules.iter().chain(users).copied();
        let is_home_by = |home: &FileId, can_import: &dyn Fn(FileId, FileId) -> bool| {
            let is_alone = users.iter().all(|user| user == home);
            self.has_functions(*home)
                && (is_alone || !self.resolver.types.is_script(*home))
                && users.iter().all(|user| user == home || can_import(*user, *home))
        };
        let is_home = |home: &FileId| is_home_by(home, &|user, home| self.can_import(user, home));
        let may_be_home =
            |home: &FileId| is_home_by(home, &|user, home| self.can_import(user, home) || self.may_import(user, home));
        let has_helper = |home: &FileId| {
            let facts = self.resolver.types.facts(*home);
            facts.bindings.iter().any(|binding| binding.function == MODULE && binding.target == TURN)
        };
        let known = candidates().filter(has_helper).find(is_home).or_else(|| candidates().find(is_home));
        known.or_else(|| candidates().filter(has_helper).chain(candidates()).find(may_be_home))
    }

    /// Whether a module can import another one which it does not import so far: it is known by what name, and that it runs earlier than before
    /// cannot be seen.
    fn may_import(&self, file: FileId, home: FileId) -> bool {
        let types = &self.resolver.types;
        let (own, wanted) = (types.module_name(file), types.module_name(home));
        let root = types.imported_as(home).and_then(|name| Some(wanted.strip_suffix(&name)?.to_owned()));
        let is_alone = |import: &Import| import.level == 0 && !types.imports_own(home, &import.module);
        root.is_some_and(|root| own.starts_with(&root))
            && types.facts(home).imports.iter().all(is_alone)
            && self.is_light(home)
    }

    /// Whether a module only defines things when it is imported.
    fn is_light(&self, file: FileId) -> bool {
        let Some(ast) = self.resolver.types.ast(file) else { return false };
        let is_plain = |value: &Expr| !any_over_expr(value, |part| part.is_call_expr() || part.is_await_expr());
        ast.module().body.iter().all(|stmt| match stmt {
            Stmt::Import(_) | Stmt::ImportFrom(_) | Stmt::FunctionDef(_) | Stmt::ClassDef(_) => true,
            Stmt::Expr(stmt) => stmt.value.is_string_literal_expr(),
            Stmt::Assign(assign) => is_plain(&assign.value),
            Stmt::AnnAssign(assign) => assign.value.as_deref().is_none_or(is_plain),
            _ => false,
        })
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
        self.imports(file, other) && self.resolver.sees(file, other) && !self.resolver.sees(other, file)
    }

    /// Whether a module imports another one, or something from it, whenever it is imported itself.
    fn imports(&self, file: FileId, other: FileId) -> bool {
        let types = &self.resolver.types;
        let (facts, Some(ast)) = (types.facts(file), types.ast(file)) else { return false };
        let wanted = types.module_name(other);
        let own = types.module_name(file);
        let is_package = types.world().file(file).is_some_and(SourceFile::is_package);
        facts.imports.iter().any(|import| {
            let named = |module: &str| import.name.as_ref().map(|name| format!("{module}.{name}"));
            let is_it = match import.level {
                0 => {
                    let module = import.module.as_str();
                    ends_in(&wanted, module) || named(module).is_some_and(|name| ends_in(&wanted, &name))
                }
                level => relative(&own, is_package, level, &import.module)
                    .is_some_and(|module| module == wanted || named(&module).is_some_and(|name| name == wanted)),
            };
            is_it && types.is_certain(file, import, &ast)
        })
    }
}
