//! The stubs of all codemods, as one folder of stub packages.

use rustc_hash::FxHashMap;

use super::Catalogue;

impl Catalogue {
    /// The files of a folder of stub packages, as (path, text).
    pub fn stub_files(&self) -> Vec<(String, String)> {
        let mut modules: FxHashMap<&str, &str> = FxHashMap::default();
        for codemod in &self.codemods {
            for (module, text) in &codemod.stubs {
                modules.insert(module, text);
            }
        }
        let mut files = FxHashMap::default();
        let names: Vec<&str> = modules.keys().copied().collect();
        for (module, text) in &modules {
            let is_package =
                names.iter().any(|other| other.strip_prefix(module).is_some_and(|rest| rest.starts_with('.')));
            let mut parts: Vec<&str> = module.split('.').collect();
            let top = format!("{}-stubs", parts[0]);
            // A partial stub package leaves what it does not have to the library.
            files.insert(format!("{top}/py.typed"), "partial\n".to_owned());
            let mut folder = top.clone();
            parts.remove(0);
            let last_part = if is_package || parts.is_empty() { None } else { parts.pop() };
            for part in parts {
                files.entry(format!("{folder}/__init__.pyi")).or_insert_with(opaque);
                folder = format!("{folder}/{part}");
            }
            match last_part {
                Some(part) => {
                    files.entry(format!("{folder}/__init__.pyi")).or_insert_with(opaque);
                    files.insert(format!("{folder}/{part}.pyi"), (*text).to_owned());
                }
                None => {
                    files.insert(format!("{folder}/__init__.pyi"), (*text).to_owned());
                }
            }
        }
        files.into_iter().collect()
    }
}

/// A package that only leads to the modules below it.
fn opaque() -> String {
    "from typing import Any\ndef __getattr__(name: str) -> Any: ...\n".to_owned()
}
