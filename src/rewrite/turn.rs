//! The helper that runs what it is given in one thread, one call after the other.

use ruff_python_ast::{self as ast, ModModule, Stmt};
use ruff_text_size::TextRange;
use rustc_hash::FxHashMap;

use super::calls::{CallEdit, Source};
use super::helper;
use super::names::{Reference, refer, refer_member};
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
    let mut imported = tree.body.iter().flat_map(|stmt| match stmt {
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
    let found = imported.find(|(name, written)| name == module || !written.starts_with('.') && ends_in(module, name));
    found.map_or_else(|| imported_as.to_owned(), |(_, written)| written)
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
    let page = &source.page;
    let tree = page.ast.module();
    let at = helper::place(page)?;
    let range = TextRange::empty(at);
    let (text, imports) = match beside {
        Some(beside) => {
            let class = refer_member(tree, &beside.module, IN_TURN, range)?;
            (format!("{TURN} = {}()", class.text), class.import.into_iter().collect())
        }
        None => {
            let class = format!("_{IN_TURN}");
            let mut imports = Vec::new();
            let code = code(&class, page.step(at), &mut |module, name| {
                let reference = refer(tree, module, name, range)?;
                imports.extend(reference.import);
                Some(reference.text)
            })?;
            let lines = [code, String::new(), String::new(), format!("{TURN} = {class}()")];
            (lines.join("\n").replace('\n', page.newline()), imports)
        }
    };
    helper::define(page, at, &text, &[TURN], imports)
}

/// The text of the module that has the class of the helper, where it is not in the module that uses it.
#[must_use]
pub fn module() -> String {
    helper::module("Runs what blocks in a thread, one call after the other.", |name| code(IN_TURN, "    ", name))
}

/// The text of that module with a helper that the modules of a package share.
#[must_use]
pub fn shared(module: &str) -> String {
    let helper = format!("{SHARED_TURN} = {IN_TURN}()\n");
    if module.contains(&helper) { module.to_owned() } else { format!("{}\n\n\n{helper}", module.trim_end()) }
}

/// The class of the helper. `name` says how a name of a module is written.
fn code(class: &str, step: &str, name: &mut dyn FnMut(&str, &str) -> Option<String>) -> Option<String> {
    let pool = name("concurrent.futures", "ThreadPoolExecutor")?;
    let partial = name("functools", "partial")?;
    let context = name("contextvars", "copy_context")?;
    let running = name("asyncio", "get_running_loop")?;
    let lines = [
        format!("class {class}:"),
        format!(
            "{step}\"\"\"Runs functions in a thread, as asyncio.to_thread does, but one call after the other.\"\"\""
        ),
        String::new(),
        format!("{step}def __init__(self):"),
        format!("{step}{step}self.{THREAD} = {pool}(max_workers=1)"),
        String::new(),
        format!("{step}async def __call__(self, function, /, *args, **kwargs):"),
        format!("{step}{step}call = {partial}({context}().run, function, *args, **kwargs)"),
        format!("{step}{step}return await {running}().run_in_executor(self.{THREAD}, call)"),
    ];
    Some(lines.join("\n"))
}
