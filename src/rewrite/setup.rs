//! The edits that put a helper into a module, and a call of it behind a set-up.

use ruff_source_file::LineRanges;

use super::calls::{CallEdit, Source};
use super::edits::Edit;
use super::helper;
use super::names::refer_module;
use crate::plan::Ending;

/// The helper in front of the function or class that the set-up is in, and its call. `None` when a module that the helper needs is
/// something else here, or when the set-up shares its line with other statements.
#[must_use]
pub fn finish(source: &Source<'_>, ending: &Ending) -> Option<Vec<CallEdit>> {
    let page = &source.page;
    let newline = page.newline();
    let mut imports = Vec::new();
    for module in &ending.imports {
        imports.extend(refer_module(page.ast.module(), module, ending.before)?);
    }
    let code = ending.helper.trim().replace('\n', newline);
    let at = page.text.line_start(ending.before.start());
    let helper = helper::insertion(page, at, &code);
    let mut edits = vec![CallEdit { edit: helper, imports, is_shared: false }];
    for after in &ending.after {
        let line_end = page.text.line_end(after.end());
        let rest = page.slice(ruff_text_size::TextRange::new(after.end(), line_end)).trim();
        if !(rest.is_empty() || rest.starts_with('#')) {
            return None;
        }
        let indent = page.indentation(after.start());
        edits.push(CallEdit::plain(Edit::insertion(line_end, format!("{newline}{indent}{}()", ending.call))));
    }
    Some(edits)
}
