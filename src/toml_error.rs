//! Errors in a user's TOML: the file, the line, and the key that was probably meant.

use std::fmt;
use std::path::{Path, PathBuf};

/// A mistake in a TOML file.
#[derive(Debug)]
pub struct TomlError {
    pub path: PathBuf,
    /// 1-based.
    pub line: usize,
    /// 1-based, in characters.
    pub column: usize,
    pub message: String,
    /// The nearest valid key or value.
    pub suggestion: Option<String>,
}

impl std::error::Error for TomlError {}

impl fmt::Display for TomlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.path.display(), self.line, self.column, self.message)?;
        if let Some(suggestion) = &self.suggestion {
            write!(f, "; did you mean `{suggestion}`?")?;
        }
        Ok(())
    }
}

/// Says where in `text` the parser's `error` is, and what may have been meant.
#[must_use]
pub fn explain(path: &Path, text: &str, error: &toml::de::Error) -> Box<TomlError> {
    let message = error.message().trim().replace('\n', " ");
    let offset = error.span().map_or(0, |span| span.start);
    Box::new(TomlError {
        path: path.to_path_buf(),
        line: text[..offset.min(text.len())].matches('\n').count() + 1,
        column: column(text, offset),
        suggestion: suggest(&message),
        message,
    })
}

fn column(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    before[start..].chars().count() + 1
}

/// serde says: unknown field `x`, expected one of `a`, `b`.
fn suggest(message: &str) -> Option<String> {
    if !message.starts_with("unknown ") {
        return None;
    }
    let mut quoted = message.split('`').skip(1).step_by(2);
    let given = quoted.next()?;
    nearest(given, quoted)
}

/// The candidate most like `given`, if one is like it at all.
pub fn nearest<'a>(given: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(given, candidate), candidate))
        .filter(|(similarity, _)| *similarity > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate.to_owned())
}
