//! The edits that let threads enter and leave a context manager.

use ruff_text_size::TextRange;

use super::ThreadStyle;
use super::calls::{self, CallEdit, Source, handover};
use super::edits::{Edit, Piece};
use super::helper;
use super::names::refer;
use crate::plan::Enter;

/// `with M() as x:` → `async with _in_threads(M()) as x:`, and the helper where the module does not have it.
#[must_use]
pub fn with(source: &Source<'_>, enter: &Enter, style: &ThreadStyle) -> Option<Vec<CallEdit>> {
    let mut edits = vec![CallEdit {
        edit: Edit::insertion(enter.statement.start(), "async "),
        imports: Vec::new(),
        is_shared: false,
    }];
    let manager = match source.call(enter.manager).filter(|_| enter.is_made_in_thread) {
        Some(call) => calls::thread(source, call, style)?,
        None => CallEdit {
            edit: Edit { range: enter.manager, pieces: vec![Piece::Hole(enter.manager)] },
            imports: Vec::new(),
            is_shared: false,
        },
    };
    let mut pieces = vec![Piece::Text(format!("{}(", enter.helper))];
    pieces.extend(manager.edit.pieces);
    pieces.push(Piece::Text(")".to_owned()));
    let edit = Edit { range: enter.manager, pieces };
    edits.push(CallEdit { edit, imports: manager.imports, is_shared: false });
    if !enter.has_helper {
        edits.push(helper(source, enter, style)?);
    }
    Some(edits)
}

/// The helper, in front of the module's first function or class.
fn helper(source: &Source<'_>, enter: &Enter, style: &ThreadStyle) -> Option<CallEdit> {
    let page = &source.page;
    let tree = page.ast.module();
    let at = helper::place(page)?;
    let handover = handover(source, TextRange::empty(at), style)?;
    let decorator = refer(tree, "contextlib", "asynccontextmanager", TextRange::empty(at))?;
    let leading: String = handover.leading.iter().map(|argument| format!("{argument}, ")).collect();
    let run = format!("await {}({leading}", handover.function);
    let lines = [
        format!("@{}", decorator.text),
        format!("async def {}(manager):", enter.helper),
        "    \"\"\"Enters and leaves a context manager as `with` does, in threads.\"\"\"".to_owned(),
        format!("    value = {run}manager.__enter__)"),
        "    try:".to_owned(),
        "        yield value".to_owned(),
        "    except BaseException as error:".to_owned(),
        format!("        if not {run}manager.__exit__, type(error), error, error.__traceback__):"),
        "            raise".to_owned(),
        "    else:".to_owned(),
        format!("        {run}manager.__exit__, None, None, None)"),
    ];
    let mut imports = handover.imports;
    imports.extend(decorator.import);
    let edit = helper::insertion(page, at, &lines.join(page.newline()));
    Some(CallEdit { edit, imports, is_shared: true })
}
