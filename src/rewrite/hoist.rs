//! The edit that works a value out in front of its statement.

use ruff_text_size::TextRange;

use super::calls::{CallEdit, Source};
use super::edits::{Edit, Piece};
use crate::plan::Hoist;

/// `self.n += f()` → `value = f()`, `self.n += value`.
#[must_use]
pub fn statement(source: &Source<'_>, hoist: &Hoist) -> CallEdit {
    let Hoist { statement, value, whole, name } = hoist;
    let page = &source.page;
    let pieces = vec![
        Piece::Text(format!("{name} = ")),
        Piece::Hole(*value),
        Piece::Text(format!("{}{}", page.newline(), page.indentation(statement.start()))),
        Piece::Hole(TextRange::new(statement.start(), whole.start())),
        Piece::Text(name.clone()),
        Piece::Hole(TextRange::new(whole.end(), statement.end())),
    ];
    CallEdit::shared(Edit { range: *statement, pieces })
}
