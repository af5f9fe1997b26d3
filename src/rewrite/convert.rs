//! The edits that make functions coroutine functions and await their calls, and that put a class in the place of another.

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{Expr, ModModule, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::calls::{CallEdit, Source};
use super::edits::{Edit, Piece};
use super::imports::ImportStyle;
use super::names::{refer, refer_member};
use crate::plan::{Recolour, counterpart, stops};
use crate::project::{last, spelled_annotation};

/// What makes an asynchronous context manager: its module, and its name.
const MANAGER: (&str, &str) = ("contextlib", "asynccontextmanager");
/// What stands for the asynchronous form of an annotation.
const ANNOTATIONS: [(&str, &str); 3] =
    [("Iterator", "AsyncIterator"), ("Iterable", "AsyncIterable"), ("Generator", "AsyncGenerator")];
/// Where those are defined.
const TYPING: [&str; 2] = ["typing", "collections.abc"];

/// `def f():` → `async def f():`, for the function at `range`, with what goes with it; one that Python calls by itself has another name
/// then.
#[must_use]
pub fn define(source: &Source<'_>, range: TextRange, recolour: Recolour, is_special: bool) -> Option<Vec<CallEdit>> {
    let mut edits = declare(source, range, recolour, is_special)?;
    if matches!(recolour, Recolour::Generator | Recolour::Manager) {
        edits.push(colour(source, range)?);
    }
    Some(edits)
}

/// `def f():` → `async def f():`.
fn colour(source: &Source<'_>, range: TextRange) -> Option<CallEdit> {
    let def = source.page.ast.def(range)?;
    let before = TextRange::new(range.start(), def.name.start());
    let tokens = source.page.ast.tokens().in_range(before);
    let keyword = tokens.iter().rev().find(|token| token.kind() == TokenKind::Def)?;
    Some(CallEdit::plain(Edit::insertion(keyword.start(), "async ")))
}

/// `async def f():` → `def f():`, for the function at `range`.
#[must_use]
pub fn plain(source: &Source<'_>, range: TextRange) -> Option<CallEdit> {
    let def = source.page.ast.def(range)?;
    let tokens = source.page.ast.tokens().in_range(TextRange::new(range.start(), def.name.start()));
    let start = tokens.iter().rev().find(|token| token.kind() == TokenKind::Async)?.start();
    let end = tokens.iter().rev().find(|token| token.kind() == TokenKind::Def)?.start();
    Some(CallEdit::plain(Edit { range: TextRange::new(start, end), pieces: Vec::new() }))
}

/// The same as [`define`], for what a stub declares: without a body, it is the annotation alone that makes an asynchronous generator.
#[must_use]
pub fn declare(source: &Source<'_>, range: TextRange, recolour: Recolour, is_special: bool) -> Option<Vec<CallEdit>> {
    let def = source.page.ast.def(range)?;
    let mut edits = Vec::new();
    if matches!(recolour, Recolour::Coroutine | Recolour::Special) {
        edits.push(colour(source, range)?);
    }
    if let Some(name) = counterpart(&def.name).filter(|_| is_special) {
        edits.push(replace(def.name.range(), name.to_owned(), None));
        let ends = stops(def).into_iter().filter(|_| name == "__anext__");
        edits.extend(ends.map(|at| replace(at, "StopAsyncIteration".to_owned(), None)));
    }
    if recolour == Recolour::Manager {
        // The decorator that makes a manager is the only one, apart from those that change nothing.
        let decorator = &def.decorator_list.first()?.expression;
        edits.push(match decorator {
            Expr::Attribute(attribute) => replace(attribute.attr.range(), MANAGER.1.to_owned(), None),
            other => {
                let reference = refer_member(source.page.ast.module(), MANAGER.0, MANAGER.1, other.range())?;
                replace(other.range(), reference.text, reference.import)
            }
        });
    }
    if !matches!(recolour, Recolour::Coroutine | Recolour::Special)
        && let Some(returns) = &def.returns
    {
        edits.extend(annotation(source, returns));
    }
    Some(edits)
}

/// `Iterator[int]` → `AsyncIterator[int]`, `Generator[int, None, None]` → `AsyncGenerator[int, None]`.
fn annotation(source: &Source<'_>, returns: &Expr) -> Vec<CallEdit> {
    if let Some(spelled) = spelled_annotation(source.page.text, returns) {
        return annotation(source, spelled.expression());
    }
    let (name, parameters) = match returns {
        Expr::Subscript(subscript) => (&*subscript.value, Some(&*subscript.slice)),
        other => (other, None),
    };
    let Some((_, to)) = last(name).and_then(|last| ANNOTATIONS.iter().find(|(from, _)| *from == last)) else {
        return Vec::new();
    };
    let tree = source.page.ast.module();
    let module = TYPING.iter().find(|module| match name {
        Expr::Attribute(attribute) => source.page.slice(attribute.value.range()) == **module,
        other => imports(tree, module, source.page.slice(other.range())),
    });
    let Some(module) = module else { return Vec::new() };
    let mut edits = Vec::new();
    if let Expr::Attribute(attribute) = name {
        edits.push(replace(attribute.attr.range(), (*to).to_owned(), None));
    } else if let Some(reference) = refer_member(tree, module, to, name.range()) {
        edits.push(replace(name.range(), reference.text, reference.import));
    }
    // An asynchronous generator returns nothing.
    if let Some(Expr::Tuple(tuple)) = parameters
        && let [_, sent, returned] = &tuple.elts[..]
        && *to == "AsyncGenerator"
        && !edits.is_empty()
    {
        let edit = Edit { range: TextRange::new(sent.end(), returned.end()), pieces: Vec::new() };
        edits.push(CallEdit::plain(edit));
    }
    edits
}

/// `Callable[[A], B]` → `Callable[[A], Awaitable[B]]`, for the `B` at `range`; nothing where the name has another meaning there.
#[must_use]
pub fn promise(source: &Source<'_>, range: TextRange) -> Option<CallEdit> {
    let tree = source.page.ast.module();
    let module = TYPING.iter().find(|module| imports(tree, module, "Callable")).unwrap_or(&TYPING[1]);
    let reference = refer_member(tree, module, "Awaitable", range)?;
    let before = format!("{}[", reference.text);
    let pieces = vec![Piece::Text(before), Piece::Hole(range), Piece::Text("]".to_owned())];
    Some(CallEdit {
        edit: Edit { range, pieces },
        imports: reference.import.into_iter().collect(),
        is_shared: false,
        helper: None,
    })
}

fn replace(range: TextRange, text: String, import: Option<ImportStyle>) -> CallEdit {
    let edit = Edit { range, pieces: vec![Piece::Text(text)] };
    CallEdit { edit, imports: import.into_iter().collect(), is_shared: false, helper: None }
}

/// Whether a file imports a name from a module.
fn imports(tree: &ModModule, module: &str, name: &str) -> bool {
    // Names of types may be imported for type checkers alone.
    let guarded = tree.body.iter().filter_map(|stmt| stmt.as_if_stmt()).flat_map(|guard| &guard.body);
    tree.body.iter().chain(guarded).any(|stmt| match stmt {
        Stmt::ImportFrom(import) => {
            import.level == 0
                && import.module.as_ref().is_some_and(|from| from.as_str() == module)
                && import.names.iter().any(|alias| alias.asname.is_none() && alias.name.as_str() == name)
        }
        _ => false,
    })
}

/// `f(x)` → `await f(x)`. It needs no brackets where it is `is_bare`: some are put around it.
#[must_use]
pub fn call(source: &Source<'_>, range: TextRange, is_bare: bool) -> Option<CallEdit> {
    source.page.ast.call(range)?;
    let (prefix, suffix) = if is_bare { ("await ".to_owned(), "") } else { source.awaiting(range) };
    let pieces = vec![Piece::Text(prefix), Piece::Hole(range), Piece::Text(suffix.to_owned())];
    Some(CallEdit::plain(Edit { range, pieces }))
}

/// `with x:` → `async with x:`, `for x in y:` → `async for x in y:`, for the statement at `range`.
#[must_use]
pub fn with(range: TextRange) -> CallEdit {
    CallEdit::plain(Edit::insertion(range.start(), "async "))
}

/// The name at `range` becomes another one.
#[must_use]
pub fn respell(range: TextRange, name: &str) -> CallEdit {
    replace(range, name.to_owned(), None)
}

/// The name at `range` becomes that of `to`. `None` when a name that is needed means something else there.
#[must_use]
pub fn rename(source: &Source<'_>, range: TextRange, to: &str) -> Option<CallEdit> {
    let (module, name) = to.rsplit_once('.')?;
    let reference = refer(source.page.ast.module(), module, name, range)?;
    let edit = Edit { range, pieces: vec![Piece::Text(reference.text)] };
    Some(CallEdit { edit, imports: reference.import.into_iter().collect(), is_shared: false, helper: None })
}
