//! The edits that let threads go through a generator in a variable.

use ruff_text_size::TextRange;

use super::ThreadStyle;
use super::calls::{self, CallEdit, Source, handover};
use super::edits::{Edit, Piece};
use super::step;
use crate::plan::{Closing, Draw};

/// What goes through the generator that is made at `made`, each in a thread.
#[must_use]
pub fn generator(source: &Source<'_>, made: TextRange, draw: &Draw, style: &ThreadStyle) -> Option<Vec<CallEdit>> {
    let mut edits = Vec::new();
    for loop_ in &draw.steps {
        edits.extend(step::steps(source, loop_, style)?);
    }
    for call in &draw.calls {
        edits.push(calls::thread(source, source.call(*call)?, style)?);
    }
    if let Some(closing) = &draw.closing {
        edits.extend(close(source, made, closing, style)?);
    }
    Some(edits)
}

/// `with closing(g()) as x:` → `x = g()`, `try:`, and `finally:` behind it.
fn close(source: &Source<'_>, made: TextRange, closing: &Closing, style: &ThreadStyle) -> Option<Vec<CallEdit>> {
    let page = &source.page;
    let Closing { statement, header, name } = closing;
    let (newline, indent) = (page.newline(), page.indentation(statement.start()));
    let further = page.step(statement.start());
    let handover = handover(source, made, style)?;
    let leading: String = handover.leading.iter().map(|argument| format!("{argument}, ")).collect();
    let pieces =
        vec![Piece::Text(format!("{name} = ")), Piece::Hole(made), Piece::Text(format!("{newline}{indent}try:"))];
    let last = format!(
        "{newline}{indent}finally:{newline}{indent}{further}await {}({leading}{name}.close)",
        handover.function
    );
    Some(vec![
        CallEdit::plain(Edit { range: *header, pieces }),
        CallEdit {
            edit: Edit::insertion(statement.end(), last),
            imports: handover.imports,
            is_shared: false,
            helper: None,
        },
    ])
}
