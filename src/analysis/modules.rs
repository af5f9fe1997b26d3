//! What modules do when they are imported.

use rustc_hash::FxHashSet;

use super::resolve::Resolver;
use crate::project::FileId;
use crate::project::facts::{Facts, MODULE};

/// How many modules are looked at for one import.
const MOST_MODULES: usize = 60;

impl Resolver<'_> {
    /// Whether a file finds a module, and any thread may import it: neither its top level, nor that of a module of the program that it
    /// imports, needs the loop of its thread.
    pub(super) fn runs_anywhere(&self, file: FileId, module: &str) -> bool {
        if !self.types.has_module(file, module) {
            return false;
        }
        let mut open: Vec<FileId> = self.types.own_module(file, module, 0).into_iter().collect();
        let mut seen: FxHashSet<FileId> = open.iter().copied().collect();
        while let Some(module) = open.pop() {
            let facts = self.types.facts(module);
            if self.needs_loop(module, &facts) {
                return false;
            }
            for import in &facts.imports {
                let found = self.types.own_module(module, &import.module, import.level);
                open.extend(found.filter(|found| seen.len() < MOST_MODULES && seen.insert(*found)));
            }
        }
        true
    }

    /// Whether the top level of a module makes a call that must stay on the loop's thread.
    fn needs_loop(&self, module: FileId, facts: &Facts) -> bool {
        let mut calls = facts
            .calls
            .iter()
            .filter(|call| call.function == MODULE && self.catalogue().is_bound_last_name(&call.name));
        calls.any(|fact| {
            let ast = self.types.ast(module);
            let call = ast.as_ref().and_then(|ast| ast.call(fact.range));
            call.is_some_and(|call| {
                let targets = self.targets(module, &call.func);
                targets.iter().flat_map(|target| &target.names).any(|name| self.catalogue().bound(name, None).is_some())
            })
        })
    }
}
