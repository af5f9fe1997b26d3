//! Where what stands in a text is in another version of it.

use similar::{DiffOp, TextDiff};

use super::Record;

/// A record of a finding in `from`, with the place that it has in `to`.
#[must_use]
pub fn record(record: Record, from: &str, to: &str) -> Record {
    let (old, new): (Vec<&str>, Vec<&str>) = (from.lines().collect(), to.lines().collect());
    let Some(text) = record.line.checked_sub(1).and_then(|line| old.get(line)) else { return record };
    let called: String = text.chars().skip(record.column - 1).take_while(|c| !matches!(c, '(' | ' ')).collect();
    let line = line(&old, &new, record.line - 1, &called);
    let written = new.get(line).copied().unwrap_or_default();
    let column = match written.find(&called).filter(|_| written != *text) {
        Some(start) => written[..start].chars().count() + 1,
        None => record.column,
    };
    let end_column = match record.end_line == record.line {
        true => (record.end_column + column).saturating_sub(record.column),
        false => record.end_column,
    };
    Record { end_line: record.end_line + line + 1 - record.line, line: line + 1, column, end_column, ..record }
}

/// The number in `new` of a line of `old`: where it has changed, that of the one that has the same text or calls the same.
fn line(old: &[&str], new: &[&str], line: usize, called: &str) -> usize {
    let diff = TextDiff::from_slices(old, new);
    let Some(op) = diff.ops().iter().find(|op| op.old_range().contains(&line)) else { return line };
    let within = op.new_range();
    let offset = line - op.old_range().start;
    if let DiffOp::Equal { .. } = op {
        return within.start + offset;
    }
    let same = || within.clone().find(|other| new[*other].trim() == old[line].trim());
    let alike = || {
        within
            .clone()
            .filter(|other| new[*other].contains(called))
            .min_by_key(|other| (other - within.start).abs_diff(offset))
    };
    same().or_else(alike).unwrap_or(within.start.min(new.len().saturating_sub(1)))
}
