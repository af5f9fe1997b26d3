//! The salsa database of the type engine.

use std::sync::Arc;

use ruff_db::Db as SourceDb;
use ruff_db::diagnostic::Diagnostic;
use ruff_db::files::{File, Files};
use ruff_db::system::System;
use ruff_db::vendored::VendoredFileSystem;
use ty_module_resolver::Db as ResolverDb;
use ty_python_core::program::ProgramSettings;
use ty_python_core::{Db as CoreDb, Program, ProgramFile};
use ty_python_semantic::lint::{LintRegistry, RuleSelection};
use ty_python_semantic::{AnalysisSettings, Db as SemanticDb, PythonVersionWithSource, default_lint_registry};

use super::disk::Disk;
use super::system::ProjectSystem;

#[salsa::db]
#[derive(Clone)]
pub(super) struct Database {
    storage: salsa::Storage<Self>,
    files: Files,
    system: ProjectSystem,
    rules: Arc<RuleSelection>,
    analysis: Arc<AnalysisSettings>,
    program: Arc<ProgramSettings>,
}

impl Database {
    pub(super) fn new(system: ProjectSystem, program: ProgramSettings) -> Self {
        let db = Self {
            storage: salsa::Storage::new(None),
            files: Files::default(),
            system,
            rules: Arc::new(RuleSelection::from_registry(default_lint_registry())),
            analysis: Arc::new(AnalysisSettings::default()),
            program: Arc::new(program),
        };
        db.program.search_paths.try_register_static_roots(&db);
        db
    }

    pub(super) fn disk(&self) -> &Disk {
        self.system.disk()
    }

    pub(super) fn program(&self) -> Program<'_> {
        program(self)
    }
}

/// What the tracked query below needs to see of the database.
#[salsa::db]
trait ProgramDb: CoreDb {
    fn settings(&self) -> &ProgramSettings;
}

#[salsa::db]
impl ProgramDb for Database {
    fn settings(&self) -> &ProgramSettings {
        &self.program
    }
}

// Interning a program hashes all search paths, so it is done once.
#[salsa::tracked(returns(copy))]
fn program(db: &dyn ProgramDb) -> Program<'_> {
    Program::from_settings(db, db.settings())
}

#[salsa::db]
impl SourceDb for Database {
    fn vendored(&self) -> &VendoredFileSystem {
        ty_vendored::file_system()
    }

    fn system(&self) -> &dyn System {
        &self.system
    }

    fn files(&self) -> &Files {
        &self.files
    }
}

#[salsa::db]
impl ResolverDb for Database {}

#[salsa::db]
impl CoreDb for Database {
    // Nobody asks this database for diagnostics.
    fn should_check_file(&self, _file: File) -> bool {
        false
    }
}

#[salsa::db]
impl SemanticDb for Database {
    fn check_file(&self, _file: File) -> Vec<Diagnostic> {
        Vec::new()
    }

    fn program_file(&self, file: File) -> ProgramFile<'_> {
        self.program().program_file(self, file)
    }

    fn python_version_with_source(&self, _file: File) -> &PythonVersionWithSource {
        &self.program.python_version
    }

    fn rule_selection(&self, _file: File) -> &RuleSelection {
        &self.rules
    }

    fn lint_registry(&self) -> &LintRegistry {
        default_lint_registry()
    }

    fn analysis_settings(&self, _file: File) -> &AnalysisSettings {
        &self.analysis
    }

    fn verbose(&self) -> bool {
        false
    }

    fn is_open_file(&self, _file: File) -> bool {
        false
    }

    fn dyn_clone(&self) -> Box<dyn SemanticDb> {
        Box::new(self.clone())
    }
}

#[salsa::db]
impl salsa::Database for Database {}
