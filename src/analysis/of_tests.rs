//! Which files only tests need: each test has its event loop to itself, and no task of the program meets what it changes.

use std::ffi::OsStr;

use rustc_hash::FxHashSet;

use super::neighbours::Modules;
use crate::catalogue::Catalogue;
use crate::project::{FileId, SourceFile, World};

/// The files that are called as those of tests are, and that nothing else imports, nor what that imports.
#[must_use]
pub fn of_tests(world: &World, catalogue: &Catalogue) -> FxHashSet<FileId> {
    let (tests, mut open): (Vec<_>, Vec<_>) =
        world.own_files().partition(|(_, file)| catalogue.is_for_tests(&file.display));
    let stems: FxHashSet<&str> = tests.iter().flat_map(|(_, file)| names(file)).collect();
    let mut tests: FxHashSet<FileId> = tests.into_iter().map(|(id, _)| id).collect();
    let mut modules = None;
    while let Some((_, file)) = open.pop() {
        let folder: Vec<&str> = file.display.split('/').collect();
        let named = file.facts.imports.iter().filter(|import| {
            let last = import.module.rsplit('.').next().into_iter();
            last.chain(import.name.as_deref()).any(|name| stems.contains(name))
        });
        for import in named {
            for id in modules.get_or_insert_with(|| Modules::new(world)).resolve(import, &folder) {
                if tests.remove(&id) {
                    open.extend(world.file(id).map(|file| (id, file)));
                }
            }
        }
    }
    tests
}

/// What imports may call a file: its own name, and that of its folder where it stands for that.
fn names(file: &SourceFile) -> impl Iterator<Item = &str> {
    let folder = file.path.parent().filter(|_| file.is_package()).and_then(|folder| folder.file_name());
    [file.path.file_stem(), folder].into_iter().flatten().filter_map(OsStr::to_str)
}
