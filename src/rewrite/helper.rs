//! Where helpers go that a module gets.

use ruff_python_ast::Stmt;
use ruff_text_size::{Ranged, TextSize};

use super::edits::Edit;
use super::imports::first_line;
use super::layout::Page;

/// In front of the module's first function or class, and of what is said about that.
#[must_use]
pub fn place(page: &Page<'_>) -> Option<TextSize> {
    let body = &page.ast.module().body;
    let first = body.iter().find(|stmt| matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_)))?;
    Some(first_line(page.text, first.start()))
}

/// The edit that puts a helper there.
#[must_use]
pub fn insertion(page: &Page<'_>, at: TextSize, code: &str) -> Edit {
    let newline = page.newline();
    Edit::insertion(at, format!("{code}{newline}{newline}{newline}"))
}
