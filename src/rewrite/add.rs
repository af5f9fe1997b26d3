//! Edits that give calls more arguments, or mappings more entries.

use std::collections::BTreeMap;

use ruff_python_ast::{Expr, ExprDict};
use ruff_source_file::LineRanges;
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::calls::{CallEdit, Source};
use super::edits::Edit;

/// `f(x)` → `f(x, k=v)`, `{"x": y}` → `{"x": y, "k": v}`, on a line of its own where the last one has one.
#[must_use]
pub fn add(source: &Source<'_>, at: TextRange, given: &BTreeMap<String, String>) -> Option<CallEdit> {
    let (last, items): (_, Vec<String>) = match source.page.ast.expression(at)? {
        Expr::Call(call) => {
            let last = call.arguments.iter_source_order().last().map(|argument| argument.range());
            (last, given.iter().map(|(name, value)| format!("{name}={value}")).collect())
        }
        Expr::Dict(dict) => {
            let quote = quote(source, dict);
            let last = dict.items.last().map(|item| item.value.range());
            (last, given.iter().map(|(name, value)| format!("{quote}{name}{quote}: {value}")).collect())
        }
        _ => return None,
    };
    let Some(last) = last else {
        return Some(CallEdit::plain(Edit::insertion(at.end() - TextSize::new(1), items.join(", "))));
    };
    Some(CallEdit::plain(behind(source, at, last, &items)))
}

/// The items behind the last one of a list that ends with a bracket.
fn behind(source: &Source<'_>, list: TextRange, last: TextRange, items: &[String]) -> Edit {
    let page = &source.page;
    let start = page.text.line_start(last.start());
    let indent = page.indentation(last.start());
    let before = page.slice(TextRange::new(start, last.start())).trim();
    let has_line = list.start() < start && !before.contains([',', '(', '[', '{']);
    let end = page.text.line_start(list.end());
    // Behind a comment of the last item.
    if has_line && end > last.end() && page.slice(TextRange::new(last.end(), list.end())).starts_with(',') {
        let text: String = items.iter().map(|one| format!("{indent}{one},{}", page.newline())).collect();
        return Edit::insertion(end, text);
    }
    let between = if has_line { format!(",{}{indent}", page.newline()) } else { ", ".to_owned() };
    let text: String = items.iter().map(|one| format!("{between}{one}")).collect();
    Edit::insertion(last.end(), text)
}

/// The quotes of the keys that are there.
fn quote(source: &Source<'_>, dict: &ExprDict) -> char {
    let first = dict.items.iter().find_map(|item| item.key.as_ref());
    let is_single = first.is_some_and(|key| source.page.slice(key.range()).starts_with('\''));
    if is_single { '\'' } else { '"' }
}
