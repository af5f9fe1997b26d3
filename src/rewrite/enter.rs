//! The edits that let threads enter and leave a context manager.

use ruff_python_ast::Stmt;
use ruff_text_size::TextRange;

use super::ThreadStyle;
use super::calls::{self, CallEdit, Source, handover};
use super::common::Common;
use super::edits::{Edit, Piece};
use super::helper;
use super::typed::Writer;
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
    edits.extend(helper(source, name, style)?);
    Some(edits)
}

/// The helper, in front of the module's first function or class; nothing where the module has it.
fn helper(source: &Source<'_>, name: &str, style: &ThreadStyle) -> Option<Option<CallEdit>> {
    let page = &source.page;
    let mut defs = page.ast.module().body.iter().filter_map(Stmt::as_function_def_stmt);
    if defs.any(|def| def.name.as_str() == name) {
        return Some(None);
    }
    let handover = handover(source, TextRange::empty(helper::place(page)?), style)?;
    let leading: String = handover.leading.iter().map(|argument| format!("{argument}, ")).collect();
    let run = format!("await {}({leading}", handover.function);
    let edit = helper::define(page, source.setting, &[name], |writer| code(name, &run, writer))?;
    Some(edit.map(|mut edit| {
        edit.imports.extend(handover.imports);
        CallEdit { helper: style.is_plain().then(|| Box::new(common(source))), ..edit }
    }))
}

/// The helper in a module of its own.
fn common(source: &Source<'_>) -> Common {
    let text = helper::module("Enters and leaves context managers that block.", source.setting, |writer| {
        let run = writer.name("asyncio", "to_thread")?;
        code(COMMON, &format!("await {run}("), writer)
    });
    Common { own: IN_THREADS.to_owned(), name: COMMON.to_owned(), text, kind: None }
}

/// The text of the helper. `run` is how a call begins that hands one to a thread.
fn code(name: &str, run: &str, writer: &mut Writer<'_>) -> Option<String> {
    let decorator = writer.name("contextlib", "asynccontextmanager")?;
    let (value, generics) = writer.value()?;
    let manager = format!("{}[{value}]", writer.name("contextlib", "AbstractContextManager")?);
    let returns = format!("{}[{value}]", writer.abc("AsyncIterator")?);
    let parameters = [format!("manager: {}", writer.subscripted(&manager))];
    let step = writer.step();
    let lines = [
        format!("@{decorator}"),
        writer.head("", &format!("async def {name}{generics}"), &parameters, &returns),
        format!("{step}\"\"\"Enters and leaves a context manager as `with` does, in threads.\"\"\""),
        format!("{step}value = {run}manager.__enter__)"),
        format!("{step}try:"),
        format!("{step}{step}yield value"),
        format!("{step}except BaseException as error:"),
        format!("{step}{step}if not {run}manager.__exit__, type(error), error, error.__traceback__):"),
        format!("{step}{step}{step}raise"),
        format!("{step}else:"),
        format!("{step}{step}{run}manager.__exit__, None, None, None)"),
    ];
    Some(lines.join("\n"))
}
