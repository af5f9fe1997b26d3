//! Whether what a test uses neither starts a loop nor minds one.

use std::path::{Path, PathBuf};

use ruff_python_ast::name::Name;
use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_python_stdlib::sys::is_known_standard_library;
use ruff_text_size::TextRange;
use rustc_hash::FxHashSet;

use crate::analysis::{FnId, Lookup};
use crate::catalogue::{Kind, Threading};
use crate::plan::decide::Planner;
use crate::project::facts::{CallForm, Import, MODULE};
use crate::project::{Ast, FileId};

/// The newest Python whose modules are known.
const NEWEST: u8 = 14;
/// What asks for the loop of a thread, or makes one for it.
const CURRENT_LOOP: &str = "get_event_loop";

/// What is around the tests of a program.
pub(in crate::plan) struct Surroundings {
    /// The program's own top-level modules.
    modules: FxHashSet<String>,
    /// The paths of its modules and packages.
    places: FxHashSet<PathBuf>,
    /// The names of functions that block.
    blocking: FxHashSet<Name>,
}

impl Planner<'_> {
    /// What a test uses that may start a loop, or work in another way where one runs.
    pub(super) fn noise(&self, id: FnId) -> Option<String> {
        let range = self.resolver.types.world().function(id)?.range;
        let mut seen = FxHashSet::default();
        self.noise_in(id.file, range, &mut seen).or_else(|| self.runner(id))
    }

    fn noise_in(&self, file: FileId, range: TextRange, seen: &mut FxHashSet<Name>) -> Option<String> {
        let types = &self.resolver.types;
        let ast = types.ast(file)?;
        let mut names = Names::default();
        match ast
            .path(range)
            .into_iter()
            .rev()
            .find(|node| matches!(node, AnyNodeRef::StmtFunctionDef(def) if def.range == range))
        {
            Some(AnyNodeRef::StmtFunctionDef(def)) => names.visit_body(&def.body),
            _ => names.visit_expr(ast.expression(range)?),
        }
        let facts = types.facts(file);
        for name in names.0 {
            if !seen.insert(name.clone()) {
                continue;
            }
            let mut imports = facts.imports.iter().filter(|import| import.bound == name);
            if let Some(import) = imports.find(|import| !self.is_quiet(file, import)) {
                return Some(import.module.to_string());
            }
            let bound = facts.bindings.iter().filter(|own| own.function == MODULE && own.target == name);
            if let Some(noise) = bound.map(|own| own.value).find_map(|value| self.noise_in(file, value, seen)) {
                return Some(noise);
            }
        }
        None
    }

    fn is_quiet(&self, file: FileId, import: &Import) -> bool {
        let top = import.module.split('.').next().unwrap_or_default();
        let is_listed =
            || self.resolver.catalogue().tests.iter().any(|tests| tests.quiet.iter().any(|quiet| quiet == top));
        // Scripts import what lies beside them.
        let beside =
            |path: &Path| path.parent().is_some_and(|folder| self.surroundings().places.contains(&folder.join(top)));
        let path = self.resolver.types.world().file(file).map(|file| file.path.as_path());
        let is_own = || self.surroundings().modules.contains(top) || path.is_some_and(beside);
        import.level > 0 || is_known_standard_library(NEWEST, top) || is_own() || is_listed()
    }

    fn surroundings(&self) -> &Surroundings {
        self.ground.surroundings.get_or_init(|| {
            let types = &self.resolver.types;
            let modules = types.world().own_files().map(|(file, _)| types.module_name(file));
            let blocking = self.ground.analysis.graph.callers.keys();
            Surroundings {
                modules: modules.filter_map(|module| module.split('.').next().map(str::to_owned)).collect(),
                places: types.world().own_files().flat_map(|(_, file)| places(&file.path)).collect(),
                blocking: blocking.filter_map(|id| Some(types.world().function(*id)?.name.clone())).collect(),
            }
        })
    }

    /// What a test may start a loop with, although nobody knows what it calls; or a function that it hands over and that blocks.
    fn runner(&self, id: FnId) -> Option<String> {
        let types = &self.resolver.types;
        let facts = types.facts(id.file);
        let range = types.world().function(id)?.range;
        let ast = types.ast(id.file)?;
        let catalogue = self.resolver.catalogue();
        let starts_loops = |name: &str| {
            let mut apis = catalogue.apis.iter().filter(|api| api.thread == Threading::Never && api.kind == Kind::Wait);
            apis.any(|api| !name.starts_with("__") && last_part(&api.name) == name)
        };
        let is_plain = |form: CallForm| matches!(form, CallForm::Call | CallForm::Awaited);
        let mut calls = facts.calls.iter().filter(|call| range.contains_range(call.range) && is_plain(call.form));
        let unknown = calls.find(|call| {
            let Some(node) = ast.call(call.range) else { return false };
            starts_loops(&call.name) && self.resolver.targets(id.file, &node.func).is_empty()
        });
        if let Some(call) = unknown {
            return Some(call.name.to_string());
        }
        let blocking = &self.surroundings().blocking;
        let mut loads = facts.loads.iter().filter(|load| range.contains_range(load.range));
        let handed =
            loads.find(|load| blocking.contains(&load.name) && self.may_be_function(id.file, &ast, load.range));
        handed.map(|load| load.name.to_string())
    }

    /// Whether what is read somewhere may be a function of the program.
    fn may_be_function(&self, file: FileId, ast: &Ast, at: TextRange) -> bool {
        match ast.expression(at) {
            Some(Expr::Name(name)) => !self.resolver.types.name_definitions(file, name).is_empty(),
            Some(expr) => {
                let targets = self.resolver.targets(file, expr);
                targets.is_empty() || targets.iter().any(|target| target.function.is_some())
            }
            None => true,
        }
    }

    /// Whether the program asks for the loop of a thread where none runs: what makes loops for tests takes that away.
    pub(super) fn asks_for_loops(&self) -> bool {
        let world = self.resolver.types.world();
        self.resolver.index().calls(CURRENT_LOOP).iter().any(|posting| {
            let caller = world.call_at(*posting).map(|call| FnId { file: posting.0, index: call.function });
            caller.is_none_or(|caller| world.function(caller).is_none_or(|function| !function.is_async))
        })
    }
}

/// The paths of a module and of the package that it is in.
fn places(path: &Path) -> impl Iterator<Item = PathBuf> {
    std::iter::once(path.with_extension("")).chain(path.parent().map(Path::to_path_buf))
}

fn last_part(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// The names that code reads.
#[derive(Default)]
struct Names(FxHashSet<Name>);

impl<'a> Visitor<'a> for Names {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Name(name) = expr
            && name.ctx.is_load()
        {
            self.0.insert(name.id.clone());
        }
        walk_expr(self, expr);
    }
}
