//! Where helpers go that a module gets.

use std::collections::BTreeSet;

use ruff_python_ast::Stmt;
use ruff_text_size::{Ranged, TextSize};

use super::calls::CallEdit;
use super::edits::Edit;
use super::imports::{ImportStyle, first_line};
use super::layout::Page;
use crate::text::has_word;

/// In front of the module's first function or class, and of what is said about that.
#[must_use]
pub fn place(page: &Page<'_>) -> Option<TextSize> {
    let body = &page.ast.module().body;
    let first = body.iter().find(|stmt| matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_)))?;
    Some(first_line(page.text, first.start()))
}

/// A helper of this text there, which needs `imports`; nothing where the module has it. `None` where one of its `names` means something
/// else in the module.
#[must_use]
pub fn define(
    page: &Page<'_>,
    at: TextSize,
    text: &str,
    names: &[&str],
    imports: Vec<ImportStyle>,
) -> Option<Option<CallEdit>> {
    if page.text.contains(text) {
        return Some(None);
    }
    if names.iter().any(|name| has_word(page.text, name)) {
        return None;
    }
    Some(Some(CallEdit { imports, ..CallEdit::shared(insertion(page, at, text)) }))
}

/// The edit that puts a helper there.
#[must_use]
pub fn insertion(page: &Page<'_>, at: TextSize, code: &str) -> Edit {
    let newline = page.newline();
    Edit::insertion(at, format!("{code}{newline}{newline}{newline}"))
}

/// The text of a module that has nothing but a helper. `code` is given how a name of another module is written.
#[must_use]
pub fn module(
    about: &str,
    code: impl FnOnce(&mut dyn FnMut(&str, &str) -> Option<String>) -> Option<String>,
) -> String {
    let mut imports = BTreeSet::new();
    let code = code(&mut |module, name| {
        imports.insert(format!("import {module}\n"));
        Some(format!("{module}.{name}"))
    });
    let imports: String = imports.into_iter().collect();
    format!("\"\"\"{about}\"\"\"\n\n{imports}\n\n{}\n", code.unwrap_or_default())
}
