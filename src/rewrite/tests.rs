//! The edits that let a test be a coroutine function.

use ruff_python_ast::Expr;
use ruff_text_size::{Ranged, TextRange};

use super::calls::{CallEdit, Source};
use super::edits::{Edit, Piece};
use super::names::{refer, refer_member};

/// A line with a decorator above the function at `range`.
#[must_use]
pub fn mark(source: &Source<'_>, range: TextRange, mark: &str) -> Option<CallEdit> {
    // `pytest.mark.asyncio`: the module, what it has, and the rest.
    let mut parts = mark.splitn(3, '.');
    let (module, name, rest) = (parts.next()?, parts.next()?, parts.next());
    let reference = refer(source.page.ast.module(), module, name, range)?;
    let rest = rest.map(|rest| format!(".{rest}")).unwrap_or_default();
    let (newline, indentation) = (source.page.newline(), source.page.indentation(range.start()));
    let edit = Edit::insertion(range.start(), format!("@{}{rest}{newline}{indentation}", reference.text));
    Some(CallEdit { edit, imports: reference.import.into_iter().collect(), is_shared: false, helper: None })
}

/// The expression at `at` names `to` instead.
#[must_use]
pub fn refer_to(source: &Source<'_>, at: TextRange, to: &str) -> Option<CallEdit> {
    let (module, name) = to.rsplit_once('.')?;
    let tree = source.page.ast.module();
    let reference = match source.page.ast.expression(at)? {
        Expr::Name(_) if name.starts_with(char::is_uppercase) => refer_member(tree, module, name, at)?,
        written => refer(tree, module, name, written.range())?,
    };
    let edit = Edit { range: at, pieces: vec![Piece::Text(reference.text)] };
    Some(CallEdit { edit, imports: reference.import.into_iter().collect(), is_shared: true, helper: None })
}

/// The name at `at` becomes `to`.
#[must_use]
pub fn rename(at: TextRange, to: &str) -> CallEdit {
    CallEdit::plain(Edit { range: at, pieces: vec![Piece::Text(to.to_owned())] })
}
