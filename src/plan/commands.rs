//! Files that a process works on, and the program before or behind it: what the one writes the other finds, as long as no other task
//! comes in between.
//!
//! That is known of files whose names are the same for all tasks. What a task names by what it was given is taken to be its own.

use ruff_text_size::TextRange;

use super::files::{Files, Rewriting, Use, api};
use super::memo::Survey;
use super::paths::{is_fixed, words};
use crate::analysis::{FnId, argument};

impl Use {
    /// Whether one of them is of a process, and the second one finds there what the first one has written. Words that stand at one place in
    /// two commands may as well name the program that is run: `python report.py`.
    pub(super) fn is_left_to(&self, second: &Self) -> bool {
        let is_file = || self.path.contains(['.', '/']);
        let is_written = match (self.word, second.word) {
            (None, Some(_)) => self.writes,
            (Some(_), None) => second.reads || second.writes,
            (Some(first), Some(second)) => first != second && first > 0 && second > 0 && is_file(),
            (None, None) => false,
        };
        is_written && self.path == second.path && is_fixed(&self.path)
    }
}

impl Rewriting {
    pub(super) fn of_process(using: &Use) -> Self {
        Self { reason: left_to(&using.path), is_of_data: false }
    }
}

impl Files<'_> {
    /// The files that the command of a process may name.
    pub(super) fn named_in_command(&self, survey: Survey<'_>, function: FnId, range: TextRange) -> Vec<Use> {
        let Some(ast) = survey.resolver.types.ast(function.file) else { return Vec::new() };
        let Some((site, call)) = self.call(&ast, function, range) else { return Vec::new() };
        let Some(slot) = &api(survey, site).command else { return Vec::new() };
        let command = argument(call, &slot.argument, slot.at);
        let words = command.map(|command| words(survey, &ast, function, command)).unwrap_or_default();
        let named = words.into_iter().enumerate();
        named.map(|(word, path)| Use { word: Some(word), ..Use::of_file(path, None, false, false) }).collect()
    }
}

/// Why what processes, and the program, do to a file belongs together.
pub(super) fn left_to(path: &str) -> String {
    format!(
        "a process works on the file `{path}`, and so does what is next to it: another task could write it in between"
    )
}
