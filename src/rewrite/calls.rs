//! The edits of single calls: awaited under another name, or handed to a thread.

use ruff_python_ast::{self as ast, AnyNodeRef};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::ThreadStyle;
use super::edits::{Edit, Piece};
use super::imports::ImportStyle;
use super::layout;
use super::names::{refer, refer_member};
use crate::project::Ast;

/// What a changed call needs.
#[derive(Debug, Clone)]
pub struct CallEdit {
    pub edit: Edit,
    pub imports: Vec<ImportStyle>,
}

/// A file that is being rewritten.
pub struct Source<'a> {
    pub ast: &'a Ast,
    pub text: &'a str,
    /// The module that the file is, to not import it from itself.
    pub module: &'a str,
}

impl Source<'_> {
    fn slice(&self, range: TextRange) -> &str {
        self.text.get(range.start().to_usize()..range.end().to_usize()).unwrap_or_default()
    }
}

/// `f(x)` → `await other(x)`. `None` when a name that is needed means something else there.
#[must_use]
pub fn swap(source: &Source<'_>, call: &ast::ExprCall, to: &str) -> Option<CallEdit> {
    let (module, name) = to.rsplit_once('.')?;
    let reference = refer(source.ast.module(), module, name, call.range())?;
    let head = vec![Piece::Text(reference.text)];
    let tail = vec![Piece::Hole(call.arguments.range())];
    Some(CallEdit {
        edit: awaited(source, call.range(), head.into_iter().chain(tail).collect()),
        imports: reference.import.into_iter().collect(),
    })
}

/// `f(x, k=v)` → `await asyncio.to_thread(f, x, k=v)`.
#[must_use]
pub fn thread(source: &Source<'_>, call: &ast::ExprCall, style: &ThreadStyle) -> Option<CallEdit> {
    if style.has_to_thread() {
        let to_thread = refer(source.ast.module(), "asyncio", "to_thread", call.range())?;
        let pieces = layout::hand_over(source.text, call, &to_thread.text, &[]);
        return Some(CallEdit {
            edit: awaited(source, call.range(), pieces),
            imports: to_thread.import.into_iter().collect(),
        });
    }
    in_executor(source, call, style)
}

/// `f(x, k=v)` → `await asyncio.get_running_loop().run_in_executor(None, functools.partial(f, x, k=v))`.
fn in_executor(source: &Source<'_>, call: &ast::ExprCall, style: &ThreadStyle) -> Option<CallEdit> {
    let tree = source.ast.module();
    let get_loop = refer(tree, "asyncio", "get_running_loop", call.range())?;
    let mut imports: Vec<ImportStyle> = get_loop.import.into_iter().collect();
    let executor = match &style.executor {
        None => "None".to_owned(),
        Some((module, name)) if module == source.module => name.clone(),
        Some((module, name)) => {
            let reference = refer_member(tree, module, name, call.range())?;
            imports.extend(reference.import);
            reference.text
        }
    };
    let run = format!("{}().run_in_executor", get_loop.text);
    let takes_keywords = !call.arguments.keywords.is_empty();
    let pieces = if takes_keywords {
        let partial = refer(tree, "functools", "partial", call.range())?;
        imports.extend(partial.import);
        let mut pieces = vec![Piece::Text(format!("{run}({executor}, "))];
        pieces.extend(layout::hand_over(source.text, call, &partial.text, &[]));
        pieces.push(Piece::Text(")".to_owned()));
        pieces
    } else {
        layout::hand_over(source.text, call, &run, &[executor])
    };
    Some(CallEdit { edit: awaited(source, call.range(), pieces), imports })
}

/// Puts `await` in front, in parentheses where what follows binds tighter.
fn awaited(source: &Source<'_>, range: TextRange, pieces: Vec<Piece>) -> Edit {
    let (open, close) = if needs_parentheses(source.ast, range) { ("(await ", ")") } else { ("await ", "") };
    // `return(f or g)(x)`: the keyword must not run into the `await`.
    let glued = source.slice(TextRange::up_to(range.start())).ends_with(|c: char| c.is_alphanumeric() || c == '_');
    let open = if glued { format!(" {open}") } else { open.to_owned() };
    let mut all = vec![Piece::Text(open)];
    all.extend(pieces);
    if !close.is_empty() {
        all.push(Piece::Text(close.to_owned()));
    }
    Edit { range, pieces: all }
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

/// Where a call's callee ends.
#[must_use]
pub fn callee(call: &ast::ExprCall, text: &str) -> TextRange {
    let range = TextRange::new(call.start(), call.arguments.start());
    let slice = text.get(range.start().to_usize()..range.end().to_usize()).unwrap_or_default();
    TextRange::at(range.start(), TextSize::of(slice.trim_end_matches([' ', '\t'])))
}
