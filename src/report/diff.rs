//! Unified diffs that `git apply` takes.

use std::fmt::Write;

use similar::TextDiff;

/// The diff of one file, which is new where there is nothing before. `display` is its path relative to where the diff will be applied.
#[must_use]
pub fn unified(display: &str, before: Option<&str>, after: &str) -> String {
    let diff = TextDiff::from_lines(before.unwrap_or_default(), after);
    let mut out = String::new();
    // As git writes it: a tab ends a name that has spaces.
    let tab = if display.contains(' ') { "\t" } else { "" };
    let old = before.map_or("/dev/null".to_owned(), |_| format!("a/{display}{tab}"));
    let header = (old, format!("b/{display}{tab}"));
    let _ = write!(out, "{}", diff.unified_diff().context_radius(3).header(&header.0, &header.1));
    out
}

/// A diff with colours for a terminal.
#[must_use]
pub fn coloured(diff: &str) -> String {
    use anstyle::{AnsiColor, Style};
    let mut out = String::with_capacity(diff.len() + 256);
    for line in diff.split_inclusive('\n') {
        let style = match line.as_bytes().first() {
            Some(b'+') if !line.starts_with("+++") => Style::new().fg_color(Some(AnsiColor::Green.into())),
            Some(b'-') if !line.starts_with("---") => Style::new().fg_color(Some(AnsiColor::Red.into())),
            Some(b'@') => Style::new().fg_color(Some(AnsiColor::Cyan.into())),
            Some(b'+' | b'-') => Style::new().bold(),
            _ => Style::new(),
        };
        let body = line.trim_end_matches('\n');
        let _ = write!(out, "{style}{body}{style:#}{}", &line[body.len()..]);
    }
    out
}
