//! The edits that let threads enter and leave a context manager.

use ruff_python_ast::Stmt;
use ruff_text_size::TextRange;

use super::ThreadStyle;
use super::calls::{self, CallEdit, Source, handover};
use super::common::Common;
use super::edits::{Edit, Piece};
use super::helper;
use super::names::refer;
use crate::plan::{Enter, IN_THREADS, IN_TURNS};

/// What the helper is called where modules have it in common.
const COMMON: &str = "in_threads";

/// `with M() as x:` → `async with _in_threads(M()) as x:`, and the helper where the module does not have it.
#[must_use]
pub fn with(source: &Source<'_>, enter: &Enter, style: &ThreadStyle) -> Option<Vec<CallEdit>> {
    let name = if style.turn.is_some() { IN_TURNS } else { IN_THREADS };
    let keyword = Edit::insertion(enter.statement.start(), "async ");
    let mut edits = vec![CallEdit { edit: keyword, imports: Vec::new(), is_shared: true, helper: None }];
    for manager in &enter.managers {
        let made = match source.call(manager.range).filter(|_| manager.is_made_in_thread) {
            Some(call) => calls::thread(source, call, style)?,
            None => CallEdit {
                edit: Edit { range: manager.range, pieces: vec![Piece::Hole(manager.range)] },
                imports: Vec::new(),
                is_shared: false,
                helper: None,
            },
        };
        let mut pieces = vec![Piece::Text(format!("{name}("))];
        pieces.extend(made.edit.pieces);
        pieces.push(Piece::Text(")".to_owned()));
        let edit = Edit { range: manager.range, pieces };
        edits.push(CallEdit { edit, imports: made.imports, is_shared: true, helper: None });
    }
    let mut defs = source.page.ast.module().body.iter().filter_map(Stmt::as_function_def_stmt);
    if !defs.any(|def| def.name.as_str() == name) {
        edits.push(helper(source, name, style)?);
    }
    Some(edits)
}

/// The helper, in front of the module's first function or class.
fn helper(source: &Source<'_>, name: &str, style: &ThreadStyle) -> Option<CallEdit> {
    let page = &source.page;
    let tree = page.ast.module();
    let at = helper::place(page)?;
    let handover = handover(source, TextRange::empty(at), style)?;
    let decorator = refer(tree, "contextlib", "asynccontextmanager", TextRange::empty(at))?;
    let leading: String = handover.leading.iter().map(|argument| format!("{argument}, ")).collect();
    let run = format!("await {}({leading}", handover.function);
    let code = code(name, &decorator.text, &run).replace('\n', page.newline());
    let mut imports = handover.imports;
    imports.extend(decorator.import);
    let edit = helper::insertion(page, at, &code);
    let common = style.is_plain().then(|| Box::new(common()));
    Some(CallEdit { edit, imports, is_shared: true, helper: common })
}

/// The helper in a module of its own.
fn common() -> Common {
    let text = helper::module("Enters and leaves context managers that block.", |name| {
        let decorator = name("contextlib", "asynccontextmanager")?;
        let run = name("asyncio", "to_thread")?;
        Some(code(COMMON, &decorator, &format!("await {run}(")))
    });
    Common { own: IN_THREADS.to_owned(), name: COMMON.to_owned(), text, kind: None }
}

/// The text of the helper. `run` is how a call begins that hands one to a thread.
fn code(name: &str, decorator: &str, run: &str) -> String {
    let lines = [
        format!("@{decorator}"),
        format!("async def {name}(manager):"),
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
    lines.join("\n")
}
