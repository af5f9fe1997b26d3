//! What is read only to be shown: nothing that is done later depends on it, so it may change meanwhile.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::{Ranged, TextRange};

use crate::analysis::FnId;
use crate::plan::memo::Survey;
use crate::plan::touch::Touch;
use crate::project::Ast;

/// What shows its arguments to people, and does nothing else with them.
const SHOWS: [&str; 2] = ["builtins.print", "logging."];

/// Whether a read is an argument of a statement that only shows it.
pub(super) fn is_only_shown(survey: Survey<'_>, function: FnId, ast: &Ast, touch: &Touch) -> bool {
    if !touch.kind.is_read() {
        return false;
    }
    let path = ast.path(touch.range);
    let Some(statement) = path.iter().rposition(|node| node.is_statement()) else { return false };
    let (AnyNodeRef::StmtExpr(shown), inner) = (path[statement], &path[statement + 1..]) else { return false };
    let Some(shows) = shown.value.as_call_expr() else { return false };
    let is_in = |argument: TextRange| argument.contains_range(touch.range);
    shows.arguments.iter_source_order().any(|argument| is_in(argument.value().range()))
        && inner.iter().all(is_plain)
        && survey.targets(function.file, shows).iter().flat_map(|target| &target.names).all(|name| shows_only(name))
        && !survey.targets(function.file, shows).is_empty()
}

fn shows_only(name: &str) -> bool {
    SHOWS.iter().any(|shows| name == *shows || shows.ends_with('.') && name.starts_with(shows))
}

/// Whether a node takes the value of what is in it, and decides nothing by it.
fn is_plain(node: &AnyNodeRef<'_>) -> bool {
    !matches!(
        node,
        AnyNodeRef::ExprIf(_)
            | AnyNodeRef::ExprBoolOp(_)
            | AnyNodeRef::ExprNamed(_)
            | AnyNodeRef::ExprLambda(_)
            | AnyNodeRef::ExprListComp(_)
            | AnyNodeRef::ExprSetComp(_)
            | AnyNodeRef::ExprDictComp(_)
            | AnyNodeRef::ExprGenerator(_)
    )
}
