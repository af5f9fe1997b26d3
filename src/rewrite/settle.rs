//! The helper that awaits what has to be awaited, and nothing else, with the calls whose results go through it.

use ruff_text_size::TextRange;

use super::calls::{CallEdit, Source};
use super::common::Common;
use super::edits::{Edit, Piece};
use super::helper;
use super::typed::Writer;

/// What the helper is called.
const NAME: &str = "_settled";
/// The same where modules have it in common.
const COMMON: &str = "settled";

/// `handler(x)` → `await _settled(handler(x))`, with the helper where the module does not have it. `None` when a name that is needed
/// means something else.
#[must_use]
pub fn call(source: &Source<'_>, range: TextRange) -> Option<Vec<CallEdit>> {
    source.page.ast.call(range)?;
    let (prefix, suffix) = source.awaiting(range);
    let pieces = vec![Piece::Text(format!("{prefix}{NAME}(")), Piece::Hole(range), Piece::Text(format!("){suffix}"))];
    let mut edits = vec![CallEdit::shared(Edit { range, pieces })];
    edits.extend(define(source)?);
    Some(edits)
}

fn define(source: &Source<'_>) -> Option<Option<CallEdit>> {
    let edit = helper::define(&source.page, source.setting, &[NAME], |writer| code(NAME, writer))?;
    Some(edit.map(|edit| CallEdit { helper: Some(Box::new(common(source))), ..edit }))
}

/// The helper in a module of its own.
fn common(source: &Source<'_>) -> Common {
    let text = helper::module("Awaits what may be a coroutine.", source.setting, |writer| code(COMMON, writer));
    Common { own: NAME.to_owned(), name: COMMON.to_owned(), text, kind: None }
}

fn code(name: &str, writer: &mut Writer<'_>) -> Option<String> {
    let is_coroutine = writer.name("inspect", "iscoroutine")?;
    let any = writer.typing("Any")?;
    let step = writer.step();
    let lines = [
        format!("async def {name}(value: {any}) -> {any}:"),
        format!(
            "{step}\"\"\"The value, or what comes of it where it is a coroutine: a task that a function returns is its value.\"\"\""
        ),
        format!("{step}return await value if {is_coroutine}(value) else value"),
    ];
    Some(lines.join("\n"))
}
