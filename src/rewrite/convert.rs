//! The edits that make functions coroutine functions and await their calls, and that put a class in the place of another.

use ruff_python_ast::token::TokenKind;
use ruff_text_size::{Ranged, TextRange};

use super::calls::{CallEdit, Source};
use super::edits::{Edit, Piece};
use super::names::refer;

/// `def f():` → `async def f():`, for the function at `range`.
#[must_use]
pub fn define(source: &Source<'_>, range: TextRange) -> Option<CallEdit> {
    let def = source.page.ast.def(range)?;
    let before = TextRange::new(range.start(), def.name.start());
    let tokens = source.page.ast.tokens().in_range(before);
    let keyword = tokens.iter().rev().find(|token| token.kind() == TokenKind::Def)?;
    Some(CallEdit { edit: Edit::insertion(keyword.start(), "async "), imports: Vec::new(), is_shared: false })
}

/// `f(x)` → `await f(x)`. It needs no brackets where it is `is_bare`: some are put around it.
#[must_use]
pub fn call(source: &Source<'_>, range: TextRange, is_bare: bool) -> Option<CallEdit> {
    source.page.ast.call(range)?;
    let (prefix, suffix) = if is_bare { ("await ".to_owned(), "") } else { source.awaiting(range) };
    let pieces = vec![Piece::Text(prefix), Piece::Hole(range), Piece::Text(suffix.to_owned())];
    Some(CallEdit { edit: Edit { range, pieces }, imports: Vec::new(), is_shared: false })
}

/// `with x:` → `async with x:`, for the statement at `range`.
#[must_use]
pub fn with(range: TextRange) -> CallEdit {
    CallEdit { edit: Edit::insertion(range.start(), "async "), imports: Vec::new(), is_shared: false }
}

/// The name at `range` becomes that of `to`. `None` when a name that is needed means something else there.
#[must_use]
pub fn rename(source: &Source<'_>, range: TextRange, to: &str) -> Option<CallEdit> {
    let (module, name) = to.rsplit_once('.')?;
    let reference = refer(source.page.ast.module(), module, name, range)?;
    let edit = Edit { range, pieces: vec![Piece::Text(reference.text)] };
    Some(CallEdit { edit, imports: reference.import.into_iter().collect(), is_shared: false })
}
