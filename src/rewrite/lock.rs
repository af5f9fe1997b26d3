//! The edits that make a lock, and hold it while statements run.

use ruff_source_file::LineRanges;
use ruff_text_size::{TextRange, TextSize};

use super::blocks::{above_comments, indented};
use super::calls::{CallEdit, Source};
use super::edits::{Edit, Piece};
use super::names::{refer, refer_member};
use crate::plan::{Held, Lock, Maker, MakerForm};

/// The statement that makes the lock, behind the one that makes what it is about. `None` when a name that it needs means something else.
#[must_use]
pub fn make(source: &Source<'_>, lock: &Lock) -> Option<CallEdit> {
    let page = &source.page;
    let Maker { after, form } = &lock.maker;
    let tree = page.ast.module();
    let class = refer(tree, "asyncio", "Lock", TextRange::empty(after.end()))?;
    let mut imports: Vec<_> = class.import.into_iter().collect();
    let (name, class) = (&lock.name, class.text);
    let line = match form {
        MakerForm::Variable => format!("{name} = {class}()"),
        MakerForm::Attribute(owner) => format!("{owner}.{name} = {class}()"),
        MakerForm::Field => {
            let field = refer_member(tree, "dataclasses", "field", TextRange::empty(after.end()))?;
            imports.extend(field.import);
            let field = field.text;
            format!("{name}: {class} = {field}(default_factory={class}, init=False, repr=False, compare=False)")
        }
    };
    let at = page.text.line_end(after.end());
    let text = format!("{}{}{line}", page.newline(), page.indentation(after.start()));
    Some(CallEdit { imports, ..CallEdit::shared(Edit::insertion(at, text)) })
}

/// The statements of a region, under the lock.
#[must_use]
pub fn hold(source: &Source<'_>, lock: &Lock, held: &Held) -> CallEdit {
    let page = &source.page;
    let start: TextSize = above_comments(source, page.text.line_start(held.range.start()));
    let (indent, step) = (page.indentation(held.range.start()), page.step(held.range.start()));
    let whole = TextRange::new(start, held.range.end());
    let owner = held.owner.as_ref().map(|owner| format!("{owner}.")).unwrap_or_default();
    let head = format!("{indent}async with {owner}{}:{}", lock.name, page.newline());
    // From the start of the line, as the parts of a function that go to threads are.
    let pieces = vec![Piece::Text(head), indented(source, whole, step)];
    CallEdit::shared(Edit { range: whole, pieces })
}
