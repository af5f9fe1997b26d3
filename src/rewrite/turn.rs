//! The helper that runs what it is given in one thread, one call after the other.

use ruff_python_ast::{self as ast, ModModule, Stmt};
use ruff_text_size::TextRange;

use super::calls::{CallEdit, Source};
use super::helper;
use super::names::{refer, refer_member};
use crate::plan::TURN as NAME;
use crate::text::{ends_in, has_word, relative};

/// What the thread is called that the helper uses.
const THREAD: &str = "_turns";

/// Where threads take turns: the module that has the helper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    pub module: String,
    /// By what name other modules import it.
    pub imported_as: String,
}

/// How code at `at` names the helper; `None` when that means something else there.
#[must_use]
pub fn reference(source: &Source<'_>, turn: &Turn, at: TextRange) -> Option<super::names::Reference> {
    named(source, turn, NAME, at)
}

/// How code at `at` names the thread that the helper uses.
#[must_use]
pub fn thread(source: &Source<'_>, turn: &Turn, at: TextRange) -> Option<super::names::Reference> {
    named(source, turn, THREAD, at)
}

fn named(source: &Source<'_>, turn: &Turn, name: &str, at: TextRange) -> Option<super::names::Reference> {
    if turn.module == source.module {
        return Some(super::names::Reference { text: name.to_owned(), import: None });
    }
    let tree = source.page.ast.module();
    refer_member(tree, &spelled(source, tree, turn), name, at)
}

/// How a file calls the module in its own imports, which may count from where it is, or else how others do in theirs.
fn spelled(source: &Source<'_>, tree: &ModModule, turn: &Turn) -> String {
    let module = &turn.module;
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
    found.map_or_else(|| turn.imported_as.clone(), |(_, written)| written)
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
pub fn define(source: &Source<'_>) -> Option<Option<CallEdit>> {
    let page = &source.page;
    let tree = page.ast.module();
    let at = helper::place(page)?;
    let range = TextRange::empty(at);
    let names = [
        ("concurrent.futures", "ThreadPoolExecutor"),
        ("functools", "partial"),
        ("contextvars", "copy_context"),
        ("asyncio", "get_running_loop"),
    ];
    let references = names.map(|(module, name)| refer(tree, module, name, range));
    let [Some(pool), Some(partial), Some(context), Some(running)] = references else { return None };
    let step = page.step(at);
    let lines = [
        format!("{THREAD} = {}(max_workers=1)", pool.text),
        String::new(),
        String::new(),
        format!("async def {NAME}(function, /, *args, **kwargs):"),
        format!(
            "{step}\"\"\"Runs the function in a thread, as asyncio.to_thread does, but one call after the other.\"\"\""
        ),
        format!("{step}call = {}({}().run, function, *args, **kwargs)", partial.text, context.text),
        format!("{step}return await {}().run_in_executor({THREAD}, call)", running.text),
    ];
    let text = lines.join(page.newline());
    if page.text.contains(&text) {
        return Some(None);
    }
    if has_word(page.text, NAME) || has_word(page.text, THREAD) {
        return None;
    }
    let imports = [pool, partial, context, running].into_iter().filter_map(|reference| reference.import).collect();
    Some(Some(CallEdit { imports, ..CallEdit::shared(helper::insertion(page, at, &text)) }))
}
