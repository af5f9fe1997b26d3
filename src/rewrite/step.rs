//! The edits that let a thread make the steps of a loop.

use ruff_source_file::LineRanges;
use ruff_text_size::TextRange;

use super::ThreadStyle;
use super::blocks::indented;
use super::calls::{CallEdit, Source, handover};
use super::common::Common;
use super::edits::{Edit, Piece};
use super::helper;
use super::names::refer;
use super::typed::Writer;
use crate::catalogue::{Ahead, CommonName};
use crate::plan::{Numbered, Step};

/// `for x in xs:` → `async for x in some(xs):`, with a helper that fetches some at a time.
fn ahead(source: &Source<'_>, step: &Step, ahead: &Ahead, style: &ThreadStyle) -> Option<Vec<CallEdit>> {
    let page = &source.page;
    let name = if style.turn.is_some() { &ahead.in_turn } else { &ahead.function };
    let mut edits = match &step.numbered {
        Some(numbered) => counted(source, step, numbered, name)?,
        None => {
            let pieces = vec![Piece::Text(format!("{name}(")), Piece::Hole(step.iter), Piece::Text(")".to_owned())];
            vec![
                CallEdit::plain(Edit::insertion(step.header.start(), "async ")),
                CallEdit::plain(Edit { range: step.iter, pieces }),
            ]
        }
    };
    let handover = handover(source, TextRange::empty(helper::place(page)?), style)?;
    let leading: String = handover.leading.iter().map(|argument| format!("{argument}, ")).collect();
    let thread = format!("await {}({leading}", handover.function);
    let helper = helper::define(page, source.setting, &[name], |writer| code(ahead, name, &thread, writer))?;
    edits.extend(helper.map(|mut edit| {
        edit.imports.extend(handover.imports);
        let common = ahead.common.as_ref().filter(|_| style.is_plain());
        CallEdit { helper: common.map(|common| Box::new(in_common(source, ahead, common))), ..edit }
    }));
    Some(edits)
}

/// `for n, x in enumerate(xs, 1):` → `numbers = itertools.count(1)`, `async for x in some(xs):`, `n = next(numbers)`.
fn counted(source: &Source<'_>, step: &Step, numbered: &Numbered, name: &str) -> Option<Vec<CallEdit>> {
    let page = &source.page;
    let (newline, indent) = (page.newline(), page.indentation(step.header.start()));
    let count = refer(page.ast.module(), "itertools", "count", step.header)?;
    let counter = &numbered.counter;
    let mut pieces = vec![Piece::Text(format!("{counter} = {}(", count.text))];
    pieces.extend(numbered.start.map(Piece::Hole));
    pieces.push(Piece::Text(format!("){newline}{indent}async for ")));
    pieces.push(Piece::Hole(numbered.item));
    pieces.push(Piece::Text(format!(" in {name}(")));
    pieces.push(Piece::Hole(numbered.source));
    pieces.push(Piece::Text("):".to_owned()));
    let header = CallEdit {
        edit: Edit { range: step.header, pieces },
        imports: count.import.into_iter().collect(),
        is_shared: false,
        helper: None,
    };
    let first = format!("{}{} = next({counter}){newline}", page.indentation(step.body?), page.slice(numbered.number));
    Some(vec![header, CallEdit::plain(Edit::insertion(page.text.line_start(step.body?), first))])
}

/// The helper in a module of its own.
fn in_common(source: &Source<'_>, ahead: &Ahead, common: &CommonName) -> Common {
    let text = helper::module(&common.about, source.setting, |writer| {
        let thread = format!("await {}(", writer.name("asyncio", "to_thread")?);
        code(ahead, &common.name, &thread, writer)
    });
    Common { own: ahead.function.clone(), name: common.name.clone(), text, kind: None }
}

/// The text of the helper. `thread` is how a call begins that hands one to a thread.
fn code(ahead: &Ahead, name: &str, thread: &str, writer: &mut Writer<'_>) -> Option<String> {
    let code = writer.filled(ahead.helper.trim())?;
    Some(code.replace("{function}", name).replace("{thread}", thread))
}

/// `for x in xs:` → `steps = iter(xs)`, `while (step := await asyncio.to_thread(next, steps, end)) is not end:`, `x = step`.
#[must_use]
pub fn steps(source: &Source<'_>, step: &Step, style: &ThreadStyle) -> Option<Vec<CallEdit>> {
    if let Some(some) = &step.ahead {
        return ahead(source, step, some, style);
    }
    let page = &source.page;
    let handover = handover(source, step.iter, style)?;
    let (newline, indent) = (page.newline(), page.indentation(step.header.start()));
    let names = &step.names;
    let leading: String = handover.leading.iter().map(|argument| format!("{argument}, ")).collect();
    let call = format!("{}({leading}next, {}, {})", handover.function, names.iterator, names.end);
    let (further, opening) = match step.closed {
        Some(_) => (page.step(step.header.start()), format!("{newline}{indent}try:")),
        None => ("", String::new()),
    };
    let below = format!(
        "){newline}{indent}{end} = object(){opening}{newline}{indent}{further}while ({item} := await {call}) is not {end}:",
        end = names.end,
        item = names.item,
    );
    let start = format!("{} = iter(", names.iterator);
    let mut pieces = match &step.source {
        Some((inner, name)) => vec![
            Piece::Text(format!("{name} = ")),
            Piece::Hole(*inner),
            Piece::Text(format!("{newline}{indent}{start}")),
            Piece::Hole(TextRange::new(step.iter.start(), inner.start())),
            Piece::Text(name.clone()),
            Piece::Hole(TextRange::new(inner.end(), step.iter.end())),
        ],
        None => vec![Piece::Text(start), Piece::Hole(step.iter)],
    };
    pieces.push(Piece::Text(below));
    let mut range = step.header;
    if let Some(whole) = step.closed {
        range = whole;
        pieces.push(indented(source, TextRange::new(step.header.end(), whole.end()), further));
        let generator = step.source.as_ref().map_or(&names.iterator, |(_, name)| name);
        let close = format!("await {}({leading}{generator}.close)", handover.function);
        pieces.push(Piece::Text(format!("{newline}{indent}finally:{newline}{indent}{further}{close}")));
    }
    let mut edits =
        vec![CallEdit { edit: Edit { range, pieces }, imports: handover.imports, is_shared: false, helper: None }];
    if let Some(body) = step.body {
        let target = page.slice(step.target);
        // In front of its line, so that it is no part of a function that the body begins with.
        let first = format!("{}{target} = {}{newline}", page.indentation(body), names.item);
        edits.push(CallEdit::plain(Edit::insertion(page.text.line_start(body), first)));
    }
    Some(edits)
}
