//! A finding with its source, the way from the loop to it, why it blocks and what deblock would do.

use std::io::{self, Write};

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::Record;
use crate::catalogue::Severity;

/// Prints findings; `source` gives the text of a file by the path that its record shows.
///
/// # Errors
/// When `out` cannot be written.
pub fn print(out: &mut impl Write, records: &[Record], mut source: impl FnMut(&Record) -> String) -> io::Result<()> {
    let renderer = Renderer::styled().decor_style(DecorStyle::Unicode);
    for record in records {
        let text = source(record);
        writeln!(out, "{}\n", renderer.render(&[group(record, &text)]))?;
    }
    Ok(())
}

fn group<'a>(record: &'a Record, text: &'a str) -> Group<'a> {
    let level = if record.severity == Severity::High.as_str() { Level::ERROR } else { Level::WARNING };
    let once = if record.cached { " (once: the result is kept)" } else { "" };
    let title = format!("`{}` blocks the event loop{once}", record.api);
    let span = record.span(text);
    let snippet = Snippet::source(text)
        .path(record.file.as_str())
        .fold(true)
        .annotation(AnnotationKind::Primary.span(span).label(record.why.as_str()));
    let mut group =
        level.with_name(record.severity.as_ref()).primary_title(title).id(record.codemod.as_str()).element(snippet);
    if let Some(line) = chain(record) {
        group = group.element(Level::NOTE.message(line));
    }
    group.element(Level::HELP.message(advice(record)))
}

/// `main.handler (main.py:12) → helpers.load (helpers.py:4)`
fn chain(record: &Record) -> Option<String> {
    if record.chain.len() < 2 {
        return None;
    }
    let hops: Vec<String> =
        record.chain.iter().map(|hop| format!("{} ({}:{})", hop.function, hop.file, hop.line)).collect();
    let others = match record.entries.len() {
        0 | 1 => String::new(),
        more => format!("; {} in all", super::count(more, "way")),
    };
    Some(format!("the loop gets here by {}{others}", hops.join(" → ")))
}

fn advice(record: &Record) -> String {
    let place = record.chain.first();
    let unexchanged = record.unexchanged.as_ref().map_or_else(String::new, |why| format!(" (no async call: {why})"));
    match (record.treatment.as_ref(), place) {
        ("swap", _) => "`deblock fix` awaits an async call instead".to_owned(),
        ("convert", _) => "`deblock fix` makes the functions on the way coroutine functions".to_owned(),
        ("thread", Some(place)) if record.chain.len() > 1 => {
            format!("`deblock fix` hands the call at {}:{} to a thread{unexchanged}", place.file, place.line)
        }
        ("thread", _) => format!("`deblock fix` hands the call to a thread{unexchanged}"),
        _ => format!("left: {}", record.reason.as_deref().unwrap_or("no treatment is safe")),
    }
}
