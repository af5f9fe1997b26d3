//! Small questions about source text.

use ruff_text_size::TextRange;

/// The text at `range`; nothing where the range is not in it.
#[must_use]
pub fn slice(text: &str, range: TextRange) -> &str {
    text.get(range.start().to_usize()..range.end().to_usize()).unwrap_or_default()
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The words of a text, with what is in names and numbers.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !is_part(c)).filter(|word| !word.is_empty())
}

/// Whether `name` stands in `text` as a name of its own: not behind a dot, and not as a part of a longer one.
#[must_use]
pub fn has_name(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        !text[..at].ends_with(|c: char| is_part(c) || c == '.') && !text[at + name.len()..].starts_with(is_part)
    })
}

/// Whether `word` stands in `text` and is no part of a longer word.
#[must_use]
pub fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word)
        .any(|(at, _)| !text[..at].ends_with(is_part) && !text[at + word.len()..].starts_with(is_part))
}

/// The text with another word in the place of each that is no part of a longer one.
#[must_use]
pub fn with_word(text: &str, word: &str, other: &str) -> String {
    let mut new = String::with_capacity(text.len());
    let mut done = 0;
    for (at, _) in text.match_indices(word) {
        let end = at + word.len();
        if !text[..at].ends_with(is_part) && !text[end..].starts_with(is_part) {
            new.push_str(&text[done..at]);
            new.push_str(other);
            done = end;
        }
    }
    new.push_str(&text[done..]);
    new
}

/// Whether a dotted name ends in these parts: `a.b.c` in `b.c`.
#[must_use]
pub fn ends_in(dotted: &str, parts: &str) -> bool {
    dotted.strip_suffix(parts).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

/// The module that a relative import is about: `from ..b import x` in the module `a.c.d` is about `a.b`. `None` where that is above all
/// packages.
#[must_use]
pub fn relative(own: &str, is_package: bool, level: u32, module: &str) -> Option<String> {
    let above = (level as usize).checked_sub(usize::from(is_package))?;
    let mut parts: Vec<&str> = own.split('.').collect();
    parts.truncate(parts.len().checked_sub(above)?);
    parts.extend(module.split('.').filter(|part| !part.is_empty()));
    (!parts.is_empty()).then(|| parts.join("."))
}

#[cfg(test)]
mod tests {
    use super::{relative, with_word};

    #[test]
    fn words_are_replaced_and_no_parts_of_others() {
        assert_eq!(with_word("a.b(a_c, a) # a", "a", "x"), "x.b(a_c, x) # x");
    }

    #[test]
    fn relative_imports_are_about_modules() {
        assert_eq!(relative("a.c.d", false, 2, "b").as_deref(), Some("a.b"));
        assert_eq!(relative("a.c", true, 1, "b.e").as_deref(), Some("a.c.b.e"));
        assert_eq!(relative("a.c", false, 1, "").as_deref(), Some("a"));
        assert_eq!(relative("a", false, 2, "b"), None);
    }
}
