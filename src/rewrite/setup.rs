//! The edits that put a helper into a module, and a call of it behind a set-up.

use ruff_source_file::LineRanges;
use ruff_text_size::TextRange;

use super::calls::{CallEdit, Source};
use super::edits::Edit;
use super::helper;
use super::names::{refer_member, refer_module};
use crate::plan::{Ending, Finished};

/// The calls of the helper behind what one module sets up; the helper is imported, or stands in front of the function or class that the
/// set-up is in. `None` when a name that is needed means something else there, or when the set-up shares its line with other statements.
#[must_use]
pub fn finish(source: &Source<'_>, ending: &Ending, part: &Finished) -> Option<Vec<CallEdit>> {
    let page = &source.page;
    let newline = page.newline();
    let mut edits = match &part.beside {
        Some(_) => Vec::new(),
        None => vec![define(source, ending, part)?],
    };
    for after in &part.after {
        let line_end = page.text.line_end(after.end());
        let rest = page.slice(TextRange::new(after.end(), line_end)).trim();
        if !(rest.is_empty() || rest.starts_with('#')) {
            return None;
        }
        let reference = match &part.beside {
            Some(beside) => Some(refer_member(page.ast.module(), &beside.module, &ending.call, *after)?),
            None => None,
        };
        let (call, import) = reference.map_or((ending.call.clone(), None), |found| (found.text, found.import));
        let indent = page.indentation(after.start());
        let edit = Edit::insertion(line_end, format!("{newline}{indent}{call}()"));
        edits.push(CallEdit { imports: import.into_iter().collect(), ..CallEdit::plain(edit) });
    }
    Some(edits)
}

/// The helper in the module of the set-up.
fn define(source: &Source<'_>, ending: &Ending, part: &Finished) -> Option<CallEdit> {
    let page = &source.page;
    let mut imports = Vec::new();
    for module in &ending.imports {
        imports.extend(refer_module(page.ast.module(), module, part.before)?);
    }
    let code = ending.helper.trim().replace('\n', page.newline());
    let at = page.text.line_start(part.before.start());
    Some(CallEdit { imports, ..CallEdit::plain(helper::insertion(page, at, &code)) })
}

/// The text of a new module that has the helper.
#[must_use]
pub fn module(ending: &Ending) -> String {
    let imports: Vec<String> = ending.imports.iter().map(|module| format!("import {module}")).collect();
    format!("\"\"\"{}\"\"\"\n\n{}\n\n\n{}\n", ending.about, imports.join("\n"), ending.helper.trim())
}
