//! The edits of single calls: awaited under another name, or handed to a thread.

use ruff_python_ast::{self as ast, AnyNodeRef};
use ruff_text_size::{Ranged, TextRange};

use super::ThreadStyle;
use super::common::Common;
use super::edits::{Edit, Piece};
use super::imports::ImportStyle;
use super::layout::{Page, Wrapper};
use super::names::{refer, refer_member};
use super::turn;
use super::typed::Setting;
use crate::project::{Ast, FileId};

/// What a changed call needs.
#[derive(Debug, Clone)]
pub struct CallEdit {
    pub edit: Edit,
    pub imports: Vec<ImportStyle>,
    /// Another change may make the same edit.
    pub is_shared: bool,
    /// It is a helper that modules can have in common.
    pub helper: Option<Box<Common>>,
}

impl CallEdit {
    /// An edit that needs nothing else.
    #[must_use]
    pub fn plain(edit: Edit) -> Self {
        Self { edit, imports: Vec::new(), is_shared: false, helper: None }
    }

    /// An edit that needs nothing else, and that other changes may make as well.
    #[must_use]
    pub fn shared(edit: Edit) -> Self {
        Self { is_shared: true, ..Self::plain(edit) }
    }
}

/// A file that is being rewritten.
pub struct Source<'a> {
    pub file: FileId,
    pub page: Page<'a>,
    /// The module that the file is, to not import it from itself.
    pub module: &'a str,
    /// The file is the `__init__.py` of a package.
    pub is_package: bool,
    pub setting: Setting,
}

/// `f(x)` → `await other(x)`. `None` when a name that is needed means something else there.
#[must_use]
pub fn swap(source: &Source<'_>, call: &ast::ExprCall, to: &str) -> Option<CallEdit> {
    let (module, name) = to.rsplit_once('.')?;
    let reference = refer(source.page.ast.module(), module, name, call.range())?;
    let (prefix, suffix) = source.awaiting(call.range());
    let mut pieces = vec![Piece::Text(format!("{prefix}{}", reference.text))];
    pieces.extend(source.page.arguments_after(call));
    pieces.push(Piece::Text(suffix.to_owned()));
    Some(CallEdit {
        edit: Edit { range: call.range(), pieces },
        imports: reference.import.into_iter().collect(),
        is_shared: false,
        helper: None,
    })
}

/// `f(x, k=v)` → `await asyncio.to_thread(f, x, k=v)`.
#[must_use]
pub fn thread(source: &Source<'_>, call: &ast::ExprCall, style: &ThreadStyle) -> Option<CallEdit> {
    if !style.has_to_thread() {
        return in_executor(source, call, style);
    }
    let Handover { function, leading, imports } = handover(source, call.range(), style)?;
    let (prefix, suffix) = source.awaiting(call.range());
    let wrapper = Wrapper { prefix: &prefix, function: &function, leading: &leading, suffix };
    Some(CallEdit {
        edit: Edit { range: call.range(), pieces: source.page.hand_over(call, &wrapper) },
        imports,
        is_shared: false,
        helper: None,
    })
}

/// What hands something to a thread at a place.
pub struct Handover {
    /// The function that does.
    pub function: String,
    /// Its arguments before what is handed over.
    pub leading: Vec<String>,
    pub imports: Vec<ImportStyle>,
}

/// How something is handed to a thread at `at`. `None` when a name that is needed means something else there.
#[must_use]
pub fn handover(source: &Source<'_>, at: TextRange, style: &ThreadStyle) -> Option<Handover> {
    let tree = source.page.ast.module();
    if let Some(turn) = &style.turn {
        let helper = turn::reference(source, turn, at)?;
        let imports = helper.import.into_iter().collect();
        return Some(Handover { function: helper.text, leading: Vec::new(), imports });
    }
    if style.has_to_thread() {
        let to_thread = refer(tree, "asyncio", "to_thread", at)?;
        let imports = to_thread.import.into_iter().collect();
        return Some(Handover { function: to_thread.text, leading: Vec::new(), imports });
    }
    let get_loop = refer(tree, "asyncio", "get_running_loop", at)?;
    let mut imports: Vec<ImportStyle> = get_loop.import.into_iter().collect();
    let executor = match &style.executor {
        None => "None".to_owned(),
        Some((module, name)) if module == source.module => name.clone(),
        Some((module, name)) => {
            let reference = refer_member(tree, module, name, at)?;
            imports.extend(reference.import);
            reference.text
        }
    };
    Some(Handover { function: format!("{}().run_in_executor", get_loop.text), leading: vec![executor], imports })
}

/// `f(x, k=v)` → `await asyncio.get_running_loop().run_in_executor(None, functools.partial(f, x, k=v))`.
fn in_executor(source: &Source<'_>, call: &ast::ExprCall, style: &ThreadStyle) -> Option<CallEdit> {
    let Handover { function: run, leading, mut imports } = handover(source, call.range(), style)?;
    let (prefix, suffix) = source.awaiting(call.range());
    let pieces = if call.arguments.keywords.is_empty() {
        let wrapper = Wrapper { prefix: &prefix, function: &run, leading: &leading, suffix };
        source.page.hand_over(call, &wrapper)
    } else {
        // run_in_executor passes no keyword arguments on.
        let partial = refer(source.page.ast.module(), "functools", "partial", call.range())?;
        imports.extend(partial.import);
        let prefix = format!("{prefix}{run}({}, ", leading.join(", "));
        let suffix = format!("){suffix}");
        let wrapper = Wrapper { prefix: &prefix, function: &partial.text, leading: &[], suffix: &suffix };
        source.page.hand_over(call, &wrapper)
    };
    Some(CallEdit { edit: Edit { range: call.range(), pieces }, imports, is_shared: false, helper: None })
}

impl Source<'_> {
    pub fn call(&self, range: TextRange) -> Option<&ast::ExprCall> {
        self.page.ast.call(range)
    }

    /// What stands before and after an awaited call: `await`, in parentheses where what follows binds tighter.
    pub fn awaiting(&self, range: TextRange) -> (String, &'static str) {
        let (open, close) = if needs_parentheses(self.page.ast, range) { ("(await ", ")") } else { ("await ", "") };
        // `return(f or g)(x)`: the keyword must not run into the `await`.
        let before = self.page.text.get(..range.start().to_usize()).unwrap_or_default();
        let is_glued = before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        (if is_glued { format!(" {open}") } else { open.to_owned() }, close)
    }
}

/// `await` binds looser than calls, subscripts and attributes
/// (<https://docs.python.org/3/reference/expressions.html#operator-precedence>).
fn needs_parentheses(ast: &Ast, range: TextRange) -> bool {
    let path = ast.path(range);
    let parent = path.iter().rev().find(|node| node.range() != range);
    let is_here = |inner: &ast::Expr| inner.range() == range;
    match parent {
        Some(AnyNodeRef::ExprAttribute(attribute)) => is_here(&attribute.value),
        Some(AnyNodeRef::ExprSubscript(subscript)) => is_here(&subscript.value),
        Some(AnyNodeRef::ExprCall(call)) => is_here(&call.func),
        Some(AnyNodeRef::ExprAwait(_)) => true,
        _ => false,
    }
}
