//! Small questions about source text.

use ruff_text_size::TextRange;

/// The text at `range`; nothing where the range is not in it.
#[must_use]
pub fn slice(text: &str, range: TextRange) -> &str {
    text.get(range.start().to_usize()..range.end().to_usize()).unwrap_or_default()
}

/// Whether `name` stands in `text` as a name of its own: not behind a dot, and not as a part of a longer one.
#[must_use]
pub fn has_name(text: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        !text[..at].ends_with(|c: char| is_part(c) || c == '.') && !text[at + name.len()..].starts_with(is_part)
    })
}

/// Whether `word` stands in `text` and is no part of a longer word.
#[must_use]
pub fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word)
        .any(|(at, _)| !text[..at].ends_with(is_part) && !text[at + word.len()..].starts_with(is_part))
}

/// Whether a dotted name ends in these parts: `a.b.c` in `b.c`.
#[must_use]
pub fn ends_in(dotted: &str, parts: &str) -> bool {
    dotted.strip_suffix(parts).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}
