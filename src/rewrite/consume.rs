//! The edits of what goes through generators, and enters managers, that become asynchronous.

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::blocks::indented;
use super::calls::{CallEdit, Source};
use super::convert;
use super::edits::{Edit, Piece};
use super::names::refer;
use crate::plan::{Consume, Gather, GatherForm};

/// Makes what goes through the generator at `call` do so asynchronously. `None` when a name that is needed means something else there.
#[must_use]
pub fn consume(source: &Source<'_>, call: TextRange, consume: &Consume) -> Option<CallEdit> {
    match consume {
        Consume::Loop { statement, steps: None } => Some(convert::with(*statement)),
        Consume::Loop { statement, steps: Some(steps) } => closing_loop(source, call, *statement, steps),
        Consume::Comprehension { at } => Some(CallEdit::plain(Edit::insertion(*at, "async "))),
        Consume::Delegate { statement, item, steps, is_async } => {
            delegate(source, call, *statement, item, steps.as_deref(), *is_async)
        }
        Consume::Collect { whole, brackets: [open, close], item } => {
            let before = Piece::Text(format!("{open}{item} async for {item} in "));
            let pieces = vec![before, Piece::Hole(call), Piece::Text((*close).to_owned())];
            Some(CallEdit::plain(Edit { range: *whole, pieces }))
        }
        Consume::Next { call } => next(source, *call),
        Consume::With { statement } => {
            let mut edit = convert::with(*statement);
            // Several managers may be entered by one `with`.
            edit.is_shared = true;
            Some(edit)
        }
    }
}

/// `for x in g():` → `async with contextlib.aclosing(g()) as steps:`, `async for x in steps:`.
fn closing_loop(source: &Source<'_>, call: TextRange, statement: TextRange, steps: &str) -> Option<CallEdit> {
    let page = &source.page;
    let closing = refer(page.ast.module(), "contextlib", "aclosing", call)?;
    let (step, newline) = (page.step(statement.start()), page.newline());
    let below = format!(") as {steps}:{newline}{}{step}async ", page.indentation(statement.start()));
    let mut pieces = vec![
        Piece::Text(format!("async with {}(", closing.text)),
        Piece::Hole(call),
        Piece::Text(below),
        Piece::Hole(TextRange::new(statement.start(), call.start())),
        Piece::Text(steps.to_owned()),
    ];
    pieces.push(indented(source, TextRange::new(call.end(), statement.end()), step));
    Some(CallEdit {
        edit: Edit { range: statement, pieces },
        imports: closing.import.into_iter().collect(),
        is_shared: false,
        helper: None,
    })
}

/// `yield from g()` → `async for item in g():`, `yield item`.
fn delegate(
    source: &Source<'_>,
    value: TextRange,
    statement: TextRange,
    item: &str,
    steps: Option<&str>,
    is_async: bool,
) -> Option<CallEdit> {
    let page = &source.page;
    let keyword = if is_async { "async for" } else { "for" };
    let (step, newline) = (page.step(statement.start()), page.newline());
    let mut indent = page.indentation(statement.start()).to_owned();
    let mut imports = Vec::new();
    let mut pieces = Vec::new();
    match steps {
        Some(steps) => {
            let closing = refer(page.ast.module(), "contextlib", "aclosing", value)?;
            imports.extend(closing.import);
            pieces.extend([Piece::Text(format!("async with {}(", closing.text)), Piece::Hole(value)]);
            indent.push_str(step);
            pieces.push(Piece::Text(format!(") as {steps}:{newline}{indent}{keyword} {item} in {steps}")));
        }
        None => pieces.extend([Piece::Text(format!("{keyword} {item} in ")), Piece::Hole(value)]),
    }
    indent.push_str(step);
    pieces.push(Piece::Text(format!(":{newline}{indent}yield {item}")));
    Some(CallEdit { edit: Edit { range: statement, pieces }, imports, is_shared: false, helper: None })
}

/// `next(x, end)` → `await anext(x, end)`.
fn next(source: &Source<'_>, range: TextRange) -> Option<CallEdit> {
    let call = source.call(range)?;
    let (prefix, suffix) = source.awaiting(range);
    let pieces = vec![
        Piece::Text(format!("{prefix}anext")),
        Piece::Hole(call.arguments.range()),
        Piece::Text(suffix.to_owned()),
    ];
    Some(CallEdit::plain(Edit { range, pieces }))
}

/// Makes what goes through a generator expression take what an asynchronous one gives.
#[must_use]
pub fn gather(source: &Source<'_>, gather: &Gather) -> Option<Vec<CallEdit>> {
    let edit = match &gather.form {
        GatherForm::List => list(source, gather.generator),
        GatherForm::Display { call, brackets } => display(source, *call, *brackets),
        GatherForm::First { call, element, is_any, needs_parentheses } => {
            first(source, gather.generator, *call, *element, *is_any, *needs_parentheses)
        }
        GatherForm::Next { call } => next(source, *call),
        GatherForm::Kept { reads } => {
            return reads
                .iter()
                .map(|(at, way)| Some(CallEdit { is_shared: true, ..consume(source, *at, way)? }))
                .collect();
        }
    }?;
    // Several calls may stand in it.
    Some(vec![CallEdit { is_shared: true, ..edit }])
}

/// What is in the generator expression, without parentheses.
fn inner(source: &Source<'_>, generator: TextRange) -> TextRange {
    let has_own = source.page.slice(generator).starts_with('(') && is_parenthesized(source, generator);
    if has_own {
        TextRange::new(generator.start() + TextSize::new(1), generator.end() - TextSize::new(1))
    } else {
        generator
    }
}

fn is_parenthesized(source: &Source<'_>, generator: TextRange) -> bool {
    source.page.ast.path(generator).iter().any(|node| match node {
        AnyNodeRef::ExprGenerator(found) => found.range() == generator && found.parenthesized,
        _ => false,
    })
}

/// `(f(x) for x in xs)` → `[f(x) for x in xs]`.
fn list(source: &Source<'_>, generator: TextRange) -> Option<CallEdit> {
    let pieces = vec![Piece::Text("[".to_owned()), Piece::Hole(inner(source, generator)), Piece::Text("]".to_owned())];
    Some(CallEdit::plain(Edit { range: generator, pieces }))
}

/// `list(f(x) for x in xs)` → `[f(x) for x in xs]`.
fn display(source: &Source<'_>, call: TextRange, [open, close]: [&str; 2]) -> Option<CallEdit> {
    let arguments = source.call(call)?.arguments.range();
    let within = TextRange::new(arguments.start() + TextSize::new(1), arguments.end() - TextSize::new(1));
    let pieces = vec![Piece::Text(open.to_owned()), Piece::Hole(within), Piece::Text(close.to_owned())];
    Some(CallEdit::plain(Edit { range: call, pieces }))
}

/// `any(f(x) for x in xs)` → `await anext((True for x in xs if f(x)), False)`.
fn first(
    source: &Source<'_>,
    generator: TextRange,
    call: TextRange,
    element: TextRange,
    is_any: bool,
    needs_parentheses: bool,
) -> Option<CallEdit> {
    let page = &source.page;
    let inner = inner(source, generator);
    let arguments = source.call(call)?.arguments.range();
    let around = [TextRange::new(arguments.start(), element.start()), TextRange::new(inner.end(), arguments.end())];
    // A comment in there would have no place.
    if around.iter().any(|range| page.slice(*range).contains('#')) {
        return None;
    }
    let (found, missing, condition) = if is_any { ("True", "False", " if ") } else { ("False", "True", " if not ") };
    let (open, close) = if needs_parentheses { ("(", ")") } else { ("", "") };
    let (prefix, suffix) = source.awaiting(call);
    // The element may have parentheses of its own.
    let clauses = TextRange::new(element_end(source, element, inner)?, inner.end());
    let pieces = vec![
        Piece::Text(format!("{prefix}anext(({found}")),
        Piece::Hole(clauses),
        Piece::Text(format!("{condition}{open}")),
        Piece::Hole(element),
        Piece::Text(format!("{close}), {missing}){suffix}")),
    ];
    Some(CallEdit::plain(Edit { range: call, pieces }))
}

/// Where the clauses of a comprehension start: the white space before its first `for` or `async for`.
fn element_end(source: &Source<'_>, element: TextRange, inner: TextRange) -> Option<TextSize> {
    use ruff_python_ast::token::TokenKind;
    let after = TextRange::new(element.end(), inner.end());
    let mut end = element.end();
    for token in source.page.ast.tokens().in_range(after) {
        match token.kind() {
            TokenKind::Rpar => end = token.end(),
            TokenKind::For | TokenKind::Async => return Some(end),
            TokenKind::NonLogicalNewline | TokenKind::Comment => {}
            _ => return None,
        }
    }
    None
}
