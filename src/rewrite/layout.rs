//! Lays a call out when its callee becomes its first argument: on one line, one argument a line, or aligned to the bracket,
//! as it was.

use ruff_python_ast::{self as ast, Expr};
use ruff_source_file::LineRanges;
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::calls::callee;
use super::edits::Piece;

/// `f(a, b)` → `wrapper(leading, f, a, b)`.
#[must_use]
pub fn hand_over(text: &str, call: &ast::ExprCall, wrapper: &str, leading: &[String]) -> Vec<Piece> {
    let function = callee(call, text);
    let inner = TextRange::new(
        call.arguments.start() + TextSize::new(1),
        call.arguments.end() - TextSize::new(1),
    );
    let mut head: String = format!("{wrapper}(");
    let slice = text.get(inner.start().to_usize()..inner.end().to_usize()).unwrap_or_default();
    let Some(first) = first_argument(call) else {
        head.push_str(&join(leading));
        let mut pieces = vec![Piece::Text(head), Piece::Hole(function)];
        if slice.contains('#') {
            pieces.push(Piece::Hole(inner));
        }
        pieces.push(Piece::Text(")".to_owned()));
        return pieces;
    };
    // A generator that is the only argument has the call's own parentheses.
    if is_bare_generator(call) {
        head.push_str(&join(leading));
        return vec![
            Piece::Text(head),
            Piece::Hole(function),
            Piece::Text(", (".to_owned()),
            Piece::Hole(inner),
            Piece::Text("))".to_owned()),
        ];
    }
    let before = TextRange::new(inner.start(), first);
    let rest = TextRange::new(first, inner.end());
    let space = text.get(before.start().to_usize()..before.end().to_usize()).unwrap_or_default();
    let separator = match space.rfind(['\n', '\r']) {
        // One argument a line: the callee gets a line as well.
        Some(newline) => {
            let line_start = space[..newline].trim_end_matches('\r').len();
            format!(",{}", &space[line_start..])
        }
        None => ", ".to_owned(),
    };
    let is_broken = space.contains(['\n', '\r']);
    let mut pieces = vec![Piece::Text(head)];
    // White space and comments: nothing in there is ever rewritten.
    let indent = if is_broken { space } else { "" };
    pieces.push(Piece::Text(format!("{indent}{}", join(leading))));
    pieces.push(Piece::Hole(function));
    pieces.push(Piece::Text(separator));
    pieces.push(Piece::Hole(rest));
    pieces.push(Piece::Text(")".to_owned()));
    pieces
}

fn join(leading: &[String]) -> String {
    leading.iter().map(|argument| format!("{argument}, ")).collect()
}

/// Where the first argument starts, with the parentheses or stars in front of it.
fn first_argument(call: &ast::ExprCall) -> Option<TextSize> {
    let positional = call.arguments.args.first().map(Ranged::start);
    let keyword = call.arguments.keywords.first().map(Ranged::start);
    positional.into_iter().chain(keyword).min()
}

fn is_bare_generator(call: &ast::ExprCall) -> bool {
    matches!(&*call.arguments.args, [Expr::Generator(generator)] if !generator.parenthesized)
        && call.arguments.keywords.is_empty()
}

/// The column at which a line's continuation is aligned to the bracket of `call`, if it is.
#[must_use]
pub fn hanging_column(text: &str, call: &ast::ExprCall) -> Option<usize> {
    let open = call.arguments.start();
    let first = first_argument(call)?;
    if text.contains_line_break(TextRange::new(open, first)) {
        return None;
    }
    let line = text.line_start(open);
    Some(text.get(line.to_usize()..open.to_usize())?.chars().count() + 1)
}
