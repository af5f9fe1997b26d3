//! What was found in all, by kind and by codemod.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::{Record, count};

/// One line: how many findings, of which kinds, and how many deblock can treat.
///
/// # Errors
/// When `out` cannot be written.
pub fn print(out: &mut impl Write, records: &[Record], files: usize) -> io::Result<()> {
    if records.is_empty() {
        return writeln!(out, "nothing blocks the event loop ({} checked)", count(files, "file"));
    }
    let kinds = tally(records.iter().map(|record| record.kind.as_ref()));
    let codemods = tally(records.iter().map(|record| record.codemod.as_str()));
    let fixable = records.iter().filter(|record| record.reason.is_none()).count();
    writeln!(out, "{} ({})", count(records.len(), "finding"), kinds)?;
    writeln!(out, "by codemod: {codemods}")?;
    if fixable > 0 {
        writeln!(out, "{fixable} can be fixed with `deblock fix`")?;
    }
    Ok(())
}

/// A table: how often each api was found and what would become of it.
///
/// # Errors
/// When `out` cannot be written.
pub fn statistics(out: &mut impl Write, records: &[Record]) -> io::Result<()> {
    let mut rows: BTreeMap<&str, (usize, usize, &Record)> = BTreeMap::new();
    for record in records {
        let row = rows.entry(&record.api).or_insert((0, 0, record));
        row.0 += 1;
        row.1 += usize::from(record.reason.is_none());
    }
    let mut rows: Vec<_> = rows.into_iter().collect();
    rows.sort_by_key(|(api, (found, ..))| (std::cmp::Reverse(*found), *api));
    let width = rows.iter().map(|(api, _)| api.len()).max().unwrap_or_default().max("api".len());
    writeln!(out, "{:>6}  {:>7}  {:width$}  {:<9}codemod", "found", "fixable", "api", "kind")?;
    for (api, (found, fixable, record)) in rows {
        writeln!(out, "{found:>6}  {fixable:>7}  {api:width$}  {:<9}{}", record.kind, record.codemod)?;
    }
    Ok(())
}

fn tally<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
    let parts: Vec<String> = counts.iter().map(|(name, count)| format!("{count} {name}")).collect();
    parts.join(", ")
}
