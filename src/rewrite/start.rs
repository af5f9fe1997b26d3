//! The helper that runs a coroutine function in a task, where something calls functions only, with the places that go through it.

use ruff_python_ast::Stmt;
use ruff_source_file::LineRanges;
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::blocks::indented;
use super::calls::{CallEdit, Source};
use super::common::Common;
use super::edits::{Edit, Piece};
use super::helper;
use super::typed::Writer;
use crate::plan::Rearm;

/// What the helper is called.
const NAME: &str = "_start_task";
/// The same where modules have it in common.
const COMMON: &str = "start_task";

/// `call_later(5, f, x)` → `call_later(5, _start_task, f, x)`, for the argument that starts at `at`. `None` when a name that is needed means
/// something else.
#[must_use]
pub fn argument(source: &Source<'_>, at: TextSize) -> Option<Vec<CallEdit>> {
    let mut edits = vec![CallEdit::shared(Edit::insertion(at, format!("{NAME}, ")))];
    edits.extend(define(source)?);
    Some(edits)
}

/// The function keeps the timer that it was called by, and sets none where that one was cancelled meanwhile. `None` where the statement
/// stands beside another one.
#[must_use]
pub fn rearm(source: &Source<'_>, function: TextRange, rearm: &Rearm) -> Option<Vec<CallEdit>> {
    let page = &source.page;
    let body = &page.ast.def(function)?.body;
    let is_docstring = |stmt: &&Stmt| stmt.as_expr_stmt().is_some_and(|stmt| stmt.value.is_string_literal_expr());
    let first = body.iter().find(|stmt| !is_docstring(stmt))?;
    let line = |at: TextSize| {
        let start = page.text.line_start(at);
        page.slice(TextRange::new(start, at)).trim().is_empty().then_some(start)
    };
    let newline = page.newline();
    let keeps = format!("{}{} = {}{newline}", page.indentation(first.start()), rearm.name, rearm.holder);
    let start = line(rearm.statement.start())?;
    let indent = page.indentation(rearm.statement.start());
    let head = format!("{indent}if {0} is not None and not {0}.cancelled():{newline}", rearm.name);
    let range = TextRange::new(start, rearm.statement.end());
    let pieces = vec![Piece::Text(head), indented(source, range, page.step(start))];
    Some(vec![CallEdit::shared(Edit::insertion(line(first.start())?, keeps)), CallEdit::shared(Edit { range, pieces })])
}

fn define(source: &Source<'_>) -> Option<Option<CallEdit>> {
    let edit = helper::define(&source.page, source.setting, &[NAME, "_started"], |writer| code(NAME, writer))?;
    Some(edit.map(|edit| CallEdit { helper: Some(Box::new(common(source))), ..edit }))
}

/// The helper in a module of its own.
fn common(source: &Source<'_>) -> Common {
    let about = "Runs coroutine functions where something calls functions only.";
    let text = helper::module(about, source.setting, |writer| code(COMMON, writer));
    Common { own: NAME.to_owned(), name: COMMON.to_owned(), text, kind: None }
}

/// The loop knows tasks by weak references only, and what a callback of a task raises as it does what any callback raises.
fn code(name: &str, writer: &mut Writer<'_>) -> Option<String> {
    let running = writer.name("asyncio", "get_running_loop")?;
    let task = writer.name("asyncio", "Task")?;
    let (callable, coroutine) = (writer.abc("Callable")?, writer.abc("Coroutine")?);
    let any = writer.typing("Any")?;
    let tasks = if name.starts_with('_') { "_started" } else { "started" };
    let parameters = [format!("function: {callable}[..., {coroutine}[{any}, {any}, {any}]]"), format!("*args: {any}")];
    let step = writer.step();
    let lines = [
        format!("{tasks}: {} = set()", writer.subscripted(&format!("set[{task}[{any}]]"))),
        String::new(),
        String::new(),
        writer.head("", &format!("def {name}"), &parameters, "None"),
        format!("{step}\"\"\"Runs a coroutine function in a task, for what calls functions only.\"\"\""),
        String::new(),
        format!("{step}def end(task: {}) -> None:", writer.subscripted(&format!("{task}[{any}]"))),
        format!("{step}{step}{tasks}.discard(task)"),
        format!("{step}{step}if not task.cancelled():"),
        format!("{step}{step}{step}task.result()"),
        String::new(),
        format!("{step}task = {running}().create_task(function(*args))"),
        format!("{step}{tasks}.add(task)"),
        format!("{step}task.add_done_callback(end)"),
    ];
    Some(lines.join("\n"))
}
