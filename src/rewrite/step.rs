//! The edits that let a thread make the steps of a loop.

use super::ThreadStyle;
use super::calls::{CallEdit, Source, handover};
use super::edits::{Edit, Piece};
use crate::plan::Step;

/// `for x in xs:` → `steps = iter(xs)`, `while (step := await asyncio.to_thread(next, steps, end)) is not end:`, `x = step`.
#[must_use]
pub fn steps(source: &Source<'_>, step: &Step, style: &ThreadStyle) -> Option<Vec<CallEdit>> {
    let page = &source.page;
    let handover = handover(source, step.iter, style)?;
    let (newline, indent) = (page.newline(), page.indentation(step.header.start()));
    let names = &step.names;
    let leading: String = handover.leading.iter().map(|argument| format!("{argument}, ")).collect();
    let call = format!("{}({leading}next, {}, {})", handover.function, names.iterator, names.end);
    let below = format!(
        "){newline}{indent}{end} = object(){newline}{indent}while ({item} := await {call}) is not {end}:",
        end = names.end,
        item = names.item,
    );
    let pieces = vec![Piece::Text(format!("{} = iter(", names.iterator)), Piece::Hole(step.iter), Piece::Text(below)];
    let header = Edit { range: step.header, pieces };
    let mut edits = vec![CallEdit { edit: header, imports: handover.imports, is_shared: false }];
    if let Some(body) = step.body {
        let target = page.slice(step.target);
        let first = format!("{target} = {}{newline}{}", names.item, page.indentation(body));
        edits.push(CallEdit::plain(Edit::insertion(body, first)));
    }
    for &at in &step.closes {
        let close =
            format!("await {}({leading}{}.close){newline}{}", handover.function, names.iterator, page.indentation(at));
        edits.push(CallEdit::plain(Edit::insertion(at, close)));
    }
    Some(edits)
}
