//! What is read only to be shown: nothing that is done later depends on it, so it may change meanwhile.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::Ranged;

use crate::analysis::FnId;
use crate::plan::data::shown_by;
use crate::plan::hoist::is_always_run;
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
    let Some(shows) = shown_by(&path, touch.range) else { return false };
    let decides = |node: &AnyNodeRef<'_>| {
        shows.range().contains_range(node.range())
            && matches!(node, AnyNodeRef::ExprIf(_) | AnyNodeRef::ExprBoolOp(_) | AnyNodeRef::ExprNamed(_))
    };
    let targets = survey.targets(function.file, shows);
    is_always_run(&path, shows.range())
        && !path.iter().any(decides)
        && !targets.is_empty()
        && targets.iter().flat_map(|target| &target.names).all(|name| shows_only(name))
}

fn shows_only(name: &str) -> bool {
    SHOWS.iter().any(|shows| name == *shows || shows.ends_with('.') && name.starts_with(shows))
}
