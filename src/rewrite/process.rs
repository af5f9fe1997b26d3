//! The helper that runs functions in other processes, and its calls.

use ruff_python_ast as ast;
use ruff_text_size::{Ranged, TextRange};

use super::calls::{CallEdit, Source};
use super::edits::Edit;
use super::helper;
use super::layout::Wrapper;
use super::names::{Reference, refer, refer_member};
use crate::plan::{IN_PROCESS, OWN_PROCESS};
use crate::project::Beside;

/// `f(x, k=v)` → `await in_process(f, x, k=v)`.
#[must_use]
pub fn call(source: &Source<'_>, call: &ast::ExprCall, beside: Option<&Beside>) -> Option<CallEdit> {
    let helper = match beside {
        Some(beside) => refer_member(source.page.ast.module(), &beside.module, IN_PROCESS, call.range())?,
        None => Reference { text: OWN_PROCESS.to_owned(), import: None },
    };
    let (prefix, suffix) = source.awaiting(call.range());
    let wrapper = Wrapper { prefix: &prefix, function: &helper.text, leading: &[], suffix };
    let edit = Edit { range: call.range(), pieces: source.page.hand_over(call, &wrapper) };
    Some(CallEdit { edit, imports: helper.import.into_iter().collect(), is_shared: false, helper: None })
}

/// The helper in a program that is one file; nothing where that has it.
#[must_use]
pub fn define(source: &Source<'_>) -> Option<Option<CallEdit>> {
    let page = &source.page;
    let at = helper::place(page)?;
    let mut imports = Vec::new();
    let code = code(OWN_PROCESS, page.step(at), &mut |module, name| {
        let reference = refer(page.ast.module(), module, name, TextRange::empty(at))?;
        imports.extend(reference.import);
        Some(reference.text)
    })?;
    let code = code.replace('\n', page.newline());
    helper::define(page, at, &code, &[OWN_PROCESS, POOL], imports)
}

/// The text of the module that has the helper.
#[must_use]
pub fn module() -> String {
    helper::module("Runs what computes for long in other processes.", |name| code(IN_PROCESS, "    ", name))
}

/// What makes the processes.
const POOL: &str = "_processes";

/// The helper. `name` says how a name of a module is written.
fn code(function: &str, step: &str, name: &mut dyn FnMut(&str, &str) -> Option<String>) -> Option<String> {
    let cache = name("functools", "lru_cache")?;
    let pool = name("concurrent.futures", "ProcessPoolExecutor")?;
    let context = name("multiprocessing", "get_context")?;
    let (signal, number, ignored) = (name("signal", "signal")?, name("signal", "SIGINT")?, name("signal", "SIG_IGN")?);
    let partial = name("functools", "partial")?;
    let running = name("asyncio", "get_running_loop")?;
    let lines = [
        format!("@{cache}(maxsize=None)"),
        format!("def {POOL}():"),
        format!(
            "{step}\"\"\"New processes: a copy of this one would wait for what its threads hold. Ctrl-C is for this one.\"\"\""
        ),
        format!("{step}context = {context}(\"spawn\")"),
        format!("{step}return {pool}("),
        format!("{step}{step}mp_context=context, initializer={signal}, initargs=({number}, {ignored})"),
        format!("{step})"),
        String::new(),
        String::new(),
        format!("async def {function}(function, /, *args, **kwargs):"),
        format!(
            "{step}\"\"\"Runs a function in another process, which gets copies of the arguments and gives a copy of its result.\"\"\""
        ),
        format!("{step}call = {partial}(function, *args, **kwargs)"),
        format!("{step}return await {running}().run_in_executor({POOL}(), call)"),
    ];
    Some(lines.join("\n"))
}
