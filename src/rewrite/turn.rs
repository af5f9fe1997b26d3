//! The helper that runs what it is given in one thread, one call after the other.

use ruff_python_ast::{self as ast, ModModule, Stmt};
use ruff_text_size::TextRange;
use rustc_hash::FxHashMap;

use super::calls::{CallEdit, Source};
use super::helper;
use super::names::{Reference, refer_member};
use super::typed::{Setting, Writer};
use crate::plan::{IN_TURN, SHARED_TURN, TURN};
use crate::project::{Beside, FileId};
use crate::text::{ends_in, relative};

/// What the thread is called that the helper uses.
const THREAD: &str = "thread";

/// Where threads take turns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// In a module of the program, for it and for those that import it.
    Module {
        name: String,
        /// By what name other modules import it.
        imported_as: String,
    },
    /// In a module that has nothing else, by the name that each file has for it.
    Package(FxHashMap<FileId, String>),
}

/// How code at `at` names the helper; `None` when that means something else there.
#[must_use]
pub fn reference(source: &Source<'_>, turn: &Turn, at: TextRange) -> Option<Reference> {
    let tree = source.page.ast.module();
    match turn {
        Turn::Module { name, .. } if name == source.module => Some(Reference { text: TURN.to_owned(), import: None }),
        Turn::Module { name, imported_as } => refer_member(tree, &spelled(source, tree, name, imported_as), TURN, at),
        Turn::Package(names) => refer_member(tree, names.get(&source.file)?, SHARED_TURN, at),
    }
}

/// How code at `at` names the thread that the helper uses.
#[must_use]
pub fn thread(source: &Source<'_>, turn: &Turn, at: TextRange) -> Option<Reference> {
    let helper = reference(source, turn, at)?;
    Some(Reference { text: format!("{}.{THREAD}", helper.text), ..helper })
}

/// How a file calls the module in its own imports, which may count from where it is, or else how others do in theirs.
fn spelled(source: &Source<'_>, tree: &ModModule, module: &str, imported_as: &str) -> String {
    let imported = tree.body.iter().flat_map(|stmt| match stmt {
        Stmt::ImportFrom(import) if import.level > 0 => relative_names(source, import),
        Stmt::ImportFrom(ast::StmtImportFrom { module: Some(from), names, .. }) => {
            let parts = names.iter().map(|alias| format!("{from}.{}", alias.name));
            std::iter::once(from.to_string()).chain(parts).map(|name| (name.clone(), name)).collect()
        }
        Stmt::Import(import) => {
            import.names.iter().map(|alias| (alias.name.to_string(), alias.name.to_string())).collect()
        }
        _ => Vec::new(),
    });
    let imported: Vec<(String, String)> = imported.collect();
    let written = |module: &str| {
        let is_it =
            |(name, written): &&(String, String)| name == module || !written.starts_with('.') && ends_in(module, name);
        imported.iter().find(is_it).map(|(_, written)| written)
    };
    let by_package = || {
        let (package, own) = module.rsplit_once('.')?;
        let around = written(package)?;
        Some(format!("{around}{}{own}", if around.ends_with('.') { "" } else { "." }))
    };
    written(module).cloned().or_else(by_package).unwrap_or_else(|| imported_as.to_owned())
}

/// The modules that a relative import may be about, each with how it is written.
fn relative_names(source: &Source<'_>, import: &ast::StmtImportFrom) -> Vec<(String, String)> {
    let from = import.module.as_ref().map_or("", ast::Identifier::as_str);
    let Some(about) = relative(source.module, source.is_package, import.level, from) else { return Vec::new() };
    let written = format!("{}{from}", ".".repeat(import.level as usize));
    let parts = import.names.iter().map(|alias| {
        let dot = if from.is_empty() { "" } else { "." };
        (format!("{about}.{}", alias.name), format!("{written}{dot}{}", alias.name))
    });
    let parts: Vec<_> = parts.collect();
    std::iter::once((about, written)).chain(parts).collect()
}

/// The helper in its module; nothing where that has it. `None` when a name that it needs means something else.
#[must_use]
pub fn define(source: &Source<'_>, beside: Option<&Beside>) -> Option<Option<CallEdit>> {
    helper::define(&source.page, source.setting, &[TURN], |writer| match beside {
        Some(beside) => Some(format!("{TURN} = {}()", writer.own(&beside.module, IN_TURN)?)),
        None => {
            let class = format!("_{IN_TURN}");
            Some(format!("{}\n\n\n{TURN} = {class}()", code(&class, writer)?))
        }
    })
}

/// The text of the module that has the class of the helper, where it is not in the module that uses it.
#[must_use]
pub fn module(setting: Setting) -> String {
    helper::module("Runs what blocks in a thread, one call after the other.", setting, |writer| code(IN_TURN, writer))
}

/// The text of that module with a helper that the modules of a package share.
#[must_use]
pub fn shared(module: &str) -> String {
    let helper = format!("{SHARED_TURN} = {IN_TURN}()\n");
    if module.contains(&helper) { module.to_owned() } else { format!("{}\n\n\n{helper}", module.trim_end()) }
}

/// The class of the helper.
fn code(class: &str, writer: &mut Writer<'_>) -> Option<String> {
    let pool = writer.name("concurrent.futures", "ThreadPoolExecutor")?;
    let partial = writer.name("functools", "partial")?;
    let copied = writer.name("contextvars", "copy_context")?;
    let running = writer.name("asyncio", "get_running_loop")?;
    let shield = writer.name("asyncio", "shield")?;
    let handed = writer.handed()?;
    let parameters = [
        "self".to_owned(),
        format!("function: {}", handed.function),
        "/".to_owned(),
        format!("*args: {}", handed.args),
        format!("**kwargs: {}", handed.kwargs),
    ];
    let step = writer.step();
    let call = format!("async def __call__{}", handed.generics);
    let lines = [
        format!("class {class}:"),
        format!("{step}\"\"\"Runs functions as asyncio.to_thread does, but one call after the other.\"\"\""),
        String::new(),
        format!("{step}def __init__(self) -> None:"),
        format!("{step}{step}self.{THREAD} = {pool}(max_workers=1)"),
        String::new(),
        writer.head(step, &call, &parameters, &handed.result),
        format!("{step}{step}context = {copied}()"),
        format!("{step}{step}call = {partial}(context.run, function, *args, **kwargs)"),
        // What a task has come to is done, also when the task is cancelled while that waits for its turn.
        format!("{step}{step}return await {shield}({running}().run_in_executor(self.{THREAD}, call))"),
    ];
    Some(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::{Setting, module};

    #[test]
    fn is_typed_as_the_oldest_python_allows() {
        let text = |minimum| module(Setting { minimum, width: 88 });
        let new = text(Some((3, 12)));
        assert!(new.contains("async def __call__[**P, T](\n        self, function: Callable[P, T], /, *args: P.args"));
        assert!(!new.contains("typing"));
        let usual =
            "from collections.abc import Callable\nfrom typing import ParamSpec, TypeVar\n\nP = ParamSpec(\"P\")\n";
        assert!(text(Some((3, 10))).contains(usual) && text(None).contains(usual));
        let old = text(Some((3, 8)));
        assert!(old.contains("from typing import Any, Callable, TypeVar\n\nT = TypeVar(\"T\")\n"));
        assert!(old.contains("self, function: Callable[..., T], /, *args: Any, **kwargs: Any\n    ) -> T:"));
    }
}
