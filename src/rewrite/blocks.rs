//! The edits of larger parts: an expression as a lambda, statements as a function, that a thread runs.

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, StmtFunctionDef};
use ruff_source_file::LineRanges;
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::ThreadStyle;
use super::calls::{CallEdit, Handover, Source, handover};
use super::edits::{Edit, Indent, Piece};
use super::helper;
use super::layout::Wrapper;
use super::typed::Writer;
use crate::plan::{Form, NEXT, Nexts};

/// Hands the part at `range` to a thread. `None` when a name that is needed means something else there, or the part shares its lines
/// with others.
#[must_use]
pub fn thread(source: &Source<'_>, range: TextRange, form: &Form, style: &ThreadStyle) -> Option<CallEdit> {
    let handover = handover(source, range, style)?;
    match form {
        Form::Expression => Some(expression(source, range, handover)),
        Form::Truth => Some(truth(source, range, handover)),
        Form::Statements { name, returns, shared, made, given_back } => {
            let is_returned = given_back.is_some();
            let (shared, made) = (&join(shared), &join(made));
            let function = Function { name, returns: *returns, shared, made, is_returned };
            statements(source, range, &function, handover)
        }
    }
}

/// The same, with all that a part needs whose calls of `next` may come to an end.
#[must_use]
pub fn with_nexts(
    source: &Source<'_>,
    (range, form): (TextRange, &Form),
    nexts: &Nexts,
    style: &ThreadStyle,
) -> Option<Vec<CallEdit>> {
    let mut edits = vec![thread(source, range, form, style)?];
    if let Form::Statements { given_back: Some(bound), .. } = form {
        edits.push(CallEdit::plain(returned(source, *bound)?));
    }
    let renamed = nexts.calls.iter().map(|range| Edit { range: *range, pieces: vec![Piece::Text(NEXT.to_owned())] });
    edits.extend(renamed.map(CallEdit::plain));
    if !nexts.calls.is_empty() && !nexts.has_helper {
        edits.extend(helper::define(&source.page, source.setting, &[NEXT], next)?);
    }
    Some(edits)
}

/// A thread cannot hand on StopIteration (<https://docs.python.org/3/library/asyncio-future.html>); a coroutine that ends with it fails
/// in this way (<https://peps.python.org/pep-0479/>).
fn next(writer: &mut Writer<'_>) -> Option<String> {
    let (value, generics) = writer.value()?;
    let parameters = [format!("iterator: {}[{value}]", writer.abc("Iterator")?)];
    let step = writer.step();
    let lines = [
        writer.head("", &format!("def {NEXT}{generics}"), &parameters, &value),
        format!(
            "{step}\"\"\"The next item; where there is none, what a coroutine fails with that ends with StopIteration.\"\"\""
        ),
        format!("{step}try:"),
        format!("{step}{step}return next(iterator)"),
        format!("{step}except StopIteration as end:"),
        format!("{step}{step}raise RuntimeError(\"coroutine raised StopIteration\") from end"),
    ];
    Some(lines.join("\n"))
}

fn join(names: &[ruff_python_ast::name::Name]) -> String {
    names.iter().map(ruff_python_ast::name::Name::as_str).collect::<Vec<_>>().join(", ")
}

/// `if pages:` → `if await asyncio.to_thread(bool, pages):`
fn truth(source: &Source<'_>, range: TextRange, handover: Handover) -> CallEdit {
    let is_name = source.page.ast.expression(range).is_some_and(Expr::is_name_expr);
    let asked = if is_name { ("bool, ", "") } else { ("lambda: bool(", ")") };
    handed_over(source, range, handover, asked)
}

/// The part at `range` with text around it, as what is handed over.
fn handed_over(source: &Source<'_>, range: TextRange, handover: Handover, around: (&str, &str)) -> CallEdit {
    let (prefix, suffix) = source.awaiting(range);
    let leading: String = handover.leading.iter().map(|argument| format!("{argument}, ")).collect();
    let pieces = vec![
        Piece::Text(format!("{prefix}{}({leading}{}", handover.function, around.0)),
        Piece::Hole(range),
        Piece::Text(format!("{}){suffix}", around.1)),
    ];
    CallEdit { edit: Edit { range, pieces }, imports: handover.imports, is_shared: false, helper: None }
}

/// `sum(f(x) for x in xs)` → `await asyncio.to_thread(lambda: sum(f(x) for x in xs))`.
fn expression(source: &Source<'_>, range: TextRange, handover: Handover) -> CallEdit {
    if let Some(call) = source.call(range).filter(|call| handover.leading.is_empty() && is_ready(call)) {
        let (prefix, suffix) = source.awaiting(range);
        let wrapper = Wrapper { prefix: &prefix, function: &handover.function, leading: &[], suffix };
        let edit = Edit { range, pieces: source.page.hand_over(call, &wrapper) };
        return CallEdit { edit, imports: handover.imports, is_shared: false, helper: None };
    }
    let page = &source.page;
    let (prefix, suffix) = source.awaiting(range);
    let leading: String = handover.leading.iter().map(|argument| format!("{argument}, ")).collect();
    let start = format!("{prefix}{}(", handover.function);
    let text = page.slice(range);
    let line = page.slice(TextRange::new(range.start(), page.text.line_end(range.start())));
    let length = page.column(range.start()) + start.len() + leading.len() + "lambda: ".len() + line.chars().count() + 1;
    let tail = page.slice(TextRange::new(range.end(), page.text.line_end(range.end()))).trim();
    let is_one_line = !text.contains('\n') && matches!(tail, "" | ":");
    let pieces = if is_one_line && length > page.width {
        let indent = page.indentation(range.start());
        let inner = format!("{indent}{}", page.step(range.start()));
        let newline = page.newline();
        // On one line of their own, if they fit there.
        let fits =
            inner.chars().count() + leading.chars().count() + "lambda: ".len() + text.chars().count() <= page.width;
        let (gap, end) = if fits { (" ".to_owned(), "") } else { (format!("{newline}{inner}"), ",") };
        let leading: String = handover.leading.iter().map(|argument| format!("{argument},{gap}")).collect();
        vec![
            Piece::Text(format!("{start}{newline}{inner}{leading}lambda: ")),
            Piece::Hole(range),
            Piece::Text(format!("{end}{newline}{indent}){suffix}")),
        ]
    } else {
        vec![Piece::Text(format!("{start}{leading}lambda: ")), Piece::Hole(range), Piece::Text(format!("){suffix}"))]
    };
    CallEdit { edit: Edit { range, pieces }, imports: handover.imports, is_shared: false, helper: None }
}

/// Whether nothing runs before the call itself: what is called and what is passed are names and literals.
fn is_ready(call: &ExprCall) -> bool {
    let is_plain = |expr: &Expr| expr.is_name_expr() || expr.is_literal_expr();
    is_plain(&call.func)
        && call.arguments.args.iter().all(is_plain)
        && call.arguments.keywords.iter().all(|keyword| keyword.arg.is_some() && is_plain(&keyword.value))
}

/// The function that statements become.
struct Function<'a> {
    name: &'a str,
    returns: bool,
    shared: &'a str,
    made: &'a str,
    /// Its last statement returns what it gives back already.
    is_returned: bool,
}

/// `text = file.read()` → `return file.read()`, for what stands at `bound` in front of the value.
fn returned(source: &Source<'_>, bound: TextRange) -> Option<Edit> {
    let page = &source.page;
    let value = bound.start() + TextSize::try_from(page.slice(bound).find('=')? + 1).ok()?;
    let gap = if value == bound.end() { " " } else { "" };
    Some(Edit { range: TextRange::new(bound.start(), value), pieces: vec![Piece::Text(format!("return{gap}"))] })
}

fn statements(source: &Source<'_>, range: TextRange, function: &Function<'_>, handover: Handover) -> Option<CallEdit> {
    let page = &source.page;
    let start = page.text.line_start(range.start());
    let is_alone = page.slice(TextRange::new(start, range.start())).trim().is_empty() && ends_line(source, range);
    if !is_alone {
        return None;
    }
    let (indent, step, newline) = (page.indentation(range.start()), page.step(range.start()), page.newline());
    let inner = format!("{indent}{step}");
    let returned = annotation(source, range, function);
    // Comments above it go with it.
    let start = above_comments(source, start);
    let first = start + TextSize::of(page.indentation(start));
    let above = page.slice(TextRange::up_to(start));
    let line = above.strip_suffix(newline).unwrap_or(above).rsplit('\n').next().unwrap_or_default().trim();
    let is_first = line.is_empty() || line.ends_with(':');
    let gap = if is_first { "" } else { newline };
    let mut before = format!("{indent}def {}(){returned}:{newline}", function.name);
    if !function.shared.is_empty() {
        before.push_str(&format!("{inner}nonlocal {}{newline}", function.shared));
    }
    before.push_str(&inner);
    let mut pieces = vec![Piece::Text(gap.to_owned())];
    pieces.extend([Piece::Text(before), indented(source, TextRange::new(first, range.end()), step)]);
    let mut after = newline.to_owned();
    if !function.made.is_empty() && !function.is_returned {
        after.push_str(&format!("{inner}return {}{newline}", function.made));
    }
    // A function inside a function stands apart from what follows.
    after.push_str(newline);
    after.push_str(indent);
    let arguments: Vec<&str> = handover.leading.iter().map(String::as_str).chain([function.name]).collect();
    let call = format!("await {}({})", handover.function, arguments.join(", "));
    after.push_str(&match (function.returns, function.made) {
        (true, _) => format!("return {call}"),
        (false, "") => call,
        (false, made) => format!("{made} = {call}"),
    });
    pieces.push(Piece::Text(after));
    Some(CallEdit {
        edit: Edit { range: TextRange::new(start, range.end()), pieces },
        imports: handover.imports,
        is_shared: false,
        helper: None,
    })
}

/// Where the comments start that stand right above a line, or else the line.
pub fn above_comments(source: &Source<'_>, mut line: TextSize) -> TextSize {
    let page = &source.page;
    while line > TextSize::new(0) {
        let above = page.text.line_start(line - TextSize::new(1));
        if !page.slice(TextRange::new(above, line)).trim_start().starts_with('#') {
            break;
        }
        line = above;
    }
    line
}

/// Whether nothing follows `range` in its last line.
fn ends_line(source: &Source<'_>, range: TextRange) -> bool {
    let page = &source.page;
    let rest = page.slice(TextRange::new(range.end(), page.text.line_end(range.end()))).trim();
    rest.is_empty()
}

/// The annotation of the function, where the one around it has one.
fn annotation(source: &Source<'_>, range: TextRange, function: &Function<'_>) -> String {
    let path = source.page.ast.path(range);
    let outer: Option<&StmtFunctionDef> = path.into_iter().rev().find_map(|node| match node {
        AnyNodeRef::StmtFunctionDef(def) => Some(def),
        _ => None,
    });
    let Some(returns) = outer.and_then(|def| def.returns.as_deref()) else { return String::new() };
    match (function.returns, function.made) {
        (true, _) => format!(" -> {}", source.page.slice(Expr::range(returns))),
        (false, "") => " -> None".to_owned(),
        _ => String::new(),
    }
}

/// The text at `range`, with its lines one step further in; what is inside of strings stays.
pub fn indented(source: &Source<'_>, range: TextRange, step: &'static str) -> Piece {
    Piece::Indented(range, Indent { step, strings: strings(source, range) })
}

/// The string literals within `range`, those with interpolations as a whole.
fn strings(source: &Source<'_>, range: TextRange) -> Vec<TextRange> {
    let mut strings = Vec::new();
    let mut open: Vec<TextSize> = Vec::new();
    for token in source.page.ast.tokens().in_range(range) {
        match token.kind() {
            TokenKind::String => strings.push(token.range()),
            TokenKind::FStringStart | TokenKind::TStringStart => open.push(token.start()),
            TokenKind::FStringEnd | TokenKind::TStringEnd => {
                strings.extend(open.pop().map(|start| TextRange::new(start, token.end())));
            }
            _ => {}
        }
    }
    strings
}
