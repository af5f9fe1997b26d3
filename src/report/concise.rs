//! One line a finding, clickable in editors and terminals.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::Record;

pub fn print(out: &mut impl Write, records: &[Record]) -> io::Result<()> {
    let place = Style::new().bold();
    for record in records {
        writeln!(
            out,
            "{place}{}:{}:{}{place:#}: {}{}",
            record.file,
            record.line,
            record.column,
            sentence(record),
            depth(record),
        )?;
    }
    Ok(())
}

/// `requests.get blocks the loop: waits for the server [network, high] → thread`
fn sentence(record: &Record) -> String {
    let api = Style::new().fg_color(Some(AnsiColor::Yellow.into()));
    let treatment = match &record.reason {
        Some(reason) => format!("left: {reason}"),
        None => record.treatment.to_string(),
    };
    let once = if record.cached { ", once: the result is kept" } else { "" };
    format!("{api}{}{api:#} {}{once} [{} {}] → {treatment}", record.api, record.why, record.severity, record.kind)
}

/// Where the loop comes from, for a finding below helpers.
fn depth(record: &Record) -> String {
    match &record.chain[..] {
        [first, _, ..] => format!(" (from {} at {}:{})", first.function, first.file, first.line),
        _ => String::new(),
    }
}

/// A finding that a fix leaves, with the reason.
#[must_use]
pub fn left(record: &Record) -> String {
    let reason = record.reason.as_deref().unwrap_or("not changed");
    format!("{}:{}:{}: {} left: {reason}", record.file, record.line, record.column, record.api)
}
