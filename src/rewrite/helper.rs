//! Where helpers go that a module gets.

use ruff_python_ast::Stmt;
use ruff_text_size::{Ranged, TextSize};

use super::calls::CallEdit;
use super::edits::Edit;
use super::imports::first_line;
use super::layout::Page;
use super::typed::{Setting, Writer, defines};
use crate::text::has_word;

/// In front of the module's first function or class, and of what is said about that.
#[must_use]
pub fn place(page: &Page<'_>) -> Option<TextSize> {
    let body = &page.ast.module().body;
    let first = body.iter().find(|stmt| matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_)))?;
    Some(first_line(page.text, first.start()))
}

/// The edit that puts a helper there, whose code `write` makes; nothing where the module has it. `None` where one of its `names` means
/// something else in the module, or something that the code needs.
#[must_use]
pub fn define(
    page: &Page<'_>,
    setting: Setting,
    names: &[&str],
    write: impl FnOnce(&mut Writer<'_>) -> Option<String>,
) -> Option<Option<CallEdit>> {
    let at = place(page)?;
    let mut writer = Writer::at(page, at, setting);
    let code = write(&mut writer)?.replace('\n', page.newline());
    if is_there(page, &code, names) {
        return Some(None);
    }
    if names.iter().any(|name| has_word(page.text, name)) {
        return None;
    }
    Some(Some(CallEdit { imports: writer.needs(), ..CallEdit::shared(insertion(page, at, &code)) }))
}

/// Whether a module has a helper already, perhaps as an earlier fix has written it.
fn is_there(page: &Page<'_>, code: &str, names: &[&str]) -> bool {
    let body = &page.ast.module().body;
    let is_own = |stmt: &Stmt| match stmt {
        Stmt::FunctionDef(def) => docstring(&def.body).is_some_and(|about| code.contains(about)),
        // `_in_turn = InTurn()`
        Stmt::Assign(assign) => assign.value.as_call_expr().is_some_and(|call| {
            call.arguments.is_empty() && code.ends_with(&page.slice(assign.range()).replace('\n', page.newline()))
        }),
        _ => false,
    };
    page.text.contains(code) || names.iter().any(|name| body.iter().any(|stmt| defines(stmt, name) && is_own(stmt)))
}

fn docstring(body: &[Stmt]) -> Option<&str> {
    Some(body.first()?.as_expr_stmt()?.value.as_string_literal_expr()?.value.to_str())
}

/// The edit that puts a helper there.
#[must_use]
pub fn insertion(page: &Page<'_>, at: TextSize, code: &str) -> Edit {
    let newline = page.newline();
    Edit::insertion(at, format!("{code}{newline}{newline}{newline}"))
}

/// The text of a module that has nothing but a helper, whose code `write` makes.
#[must_use]
pub fn module(about: &str, setting: Setting, write: impl FnOnce(&mut Writer<'_>) -> Option<String>) -> String {
    let mut writer = Writer::of_module(setting);
    let code = write(&mut writer).unwrap_or_default();
    writer.module(about, &code)
}
