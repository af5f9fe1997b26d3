//! The edit that has a loop go through a copy.

use ruff_text_size::TextRange;

use super::calls::{CallEdit, Source};
use super::edits::{Edit, Piece};
use super::names::is_builtin;

/// `for x in xs:` → `for x in list(xs):`.
#[must_use]
pub fn copy(source: &Source<'_>, iterable: TextRange) -> CallEdit {
    let [before, after] =
        if is_builtin(source.page.ast.module(), "list", iterable) { ["list(", ")"] } else { ["[*", "]"] };
    let pieces = vec![Piece::Text(before.to_owned()), Piece::Hole(iterable), Piece::Text(after.to_owned())];
    CallEdit::shared(Edit { range: iterable, pieces })
}
