//! What the fuzz targets have in common.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use deblock::catalogue::Catalogue;

#[path = "../../tests/support/laws.rs"]
pub mod laws;

/// The built-in codemods, loaded once for all inputs.
pub fn catalogue() -> &'static Arc<Catalogue> {
    static CATALOGUE: OnceLock<Arc<Catalogue>> = OnceLock::new();
    CATALOGUE.get_or_init(|| Arc::new(Catalogue::load(&[]).expect("the built-in codemods load")))
}

/// A folder with nothing in it, so that no input depends on what lies around.
pub fn nowhere() -> &'static Path {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    FOLDER.get_or_init(|| tempfile::tempdir().expect("a folder can be made")).path()
}
