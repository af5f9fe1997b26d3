//! The helper that runs functions in other processes, and its calls.

use ruff_python_ast as ast;
use ruff_text_size::Ranged;

use super::calls::{CallEdit, Source};
use super::edits::Edit;
use super::helper;
use super::layout::Wrapper;
use super::names::{Reference, refer_member};
use super::typed::{Setting, Writer};
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
    helper::define(&source.page, source.setting, &[OWN_PROCESS, POOL], |writer| code(OWN_PROCESS, writer))
}

/// The text of the module that has the helper.
#[must_use]
pub fn module(setting: Setting) -> String {
    helper::module("Runs what computes for long in other processes.", setting, |writer| code(IN_PROCESS, writer))
}

/// What makes the processes.
const POOL: &str = "_processes";

/// The helper.
fn code(name: &str, writer: &mut Writer<'_>) -> Option<String> {
    let cache = writer.name("functools", "lru_cache")?;
    let pool = writer.name("concurrent.futures", "ProcessPoolExecutor")?;
    let context = writer.name("multiprocessing", "get_context")?;
    let signal = writer.name("signal", "signal")?;
    let (number, ignored) = (writer.name("signal", "SIGINT")?, writer.name("signal", "SIG_IGN")?);
    let partial = writer.name("functools", "partial")?;
    let running = writer.name("asyncio", "get_running_loop")?;
    let handed = writer.handed()?;
    let parameters = [
        format!("function: {}", handed.function),
        "/".to_owned(),
        format!("*args: {}", handed.args),
        format!("**kwargs: {}", handed.kwargs),
    ];
    let step = writer.step();
    let lines = [
        format!("@{cache}(maxsize=None)"),
        format!("def {POOL}() -> {pool}:"),
        format!(
            "{step}\"\"\"New processes: a copy of this one would wait for what its threads hold. Ctrl-C is for this one.\"\"\""
        ),
        format!("{step}context = {context}(\"spawn\")"),
        format!("{step}return {pool}("),
        format!("{step}{step}mp_context=context, initializer={signal}, initargs=({number}, {ignored})"),
        format!("{step})"),
        String::new(),
        String::new(),
        writer.head("", &format!("async def {name}{}", handed.generics), &parameters, &handed.result),
        format!(
            "{step}\"\"\"Runs a function in another process, which gets copies of the arguments and gives a copy of its result.\"\"\""
        ),
        format!("{step}call = {partial}(function, *args, **kwargs)"),
        format!("{step}return await {running}().run_in_executor({POOL}(), call)"),
    ];
    Some(lines.join("\n"))
}
