//! Folders whose contents are asked for, and what is written because of that: the files that were found, or a new one beside them.
//!
//! On the loop both happen in one go. In between, another task could take away what was found, or make what was missing.

use ruff_text_size::TextRange;

use super::dataflow;
use super::files::Use;
use super::memo::Survey;
use crate::analysis::{FnId, Lookup};

impl Use {
    /// Whether it writes a file of which the other one has told that it is there, or is not.
    pub(super) fn is_listed_by(&self, listing: &Self) -> bool {
        listing.lists && self.is_listed
    }

    /// Whether a write may be of something in the folder that another use lists.
    fn may_be_in(&self, listing: &Self) -> bool {
        let is_path = !self.is_of_data() && self.bound.is_none();
        is_path && (is_within(&self.path, &listing.path) || is_variable(&self.path))
    }
}

/// Marks what is written at a place because of what a folder held.
pub(super) fn mark_listed(
    survey: Survey<'_>,
    function: FnId,
    at: TextRange,
    uses: &mut [Use],
    before: &[(TextRange, Use)],
) {
    let types = &survey.resolver.types;
    let (Some(ast), Some(own)) = (types.ast(function.file), types.world().function(function)) else { return };
    for using in uses.iter_mut().filter(|using| using.writes) {
        let is_reached = |listing: TextRange| {
            listing == at || dataflow::reaches(&ast, &types.facts(function.file), own.range, listing, false, at)
        };
        let mut listings = before.iter().filter(|(_, first)| first.lists && using.may_be_in(first));
        if listings.any(|(listing, _)| is_reached(*listing)) {
            using.is_listed = true;
            using.reads = true;
        }
    }
}

/// Whether a path is in a folder, or fits a pattern of what is there.
fn is_within(path: &str, folder: &str) -> bool {
    let inner = |text: &'_ str| text.trim_start_matches('f').trim_matches('"').to_owned();
    let (path, folder) = (inner(path), if folder.ends_with('"') { inner(folder) } else { format!("{{{folder}}}") });
    let folder = match folder.find(['*', '?']) {
        Some(pattern) => folder[..pattern].rfind('/').map_or("", |end| &folder[..end]),
        None => folder.trim_end_matches('/'),
    };
    path.strip_prefix(folder).is_some_and(|rest| folder.is_empty() || rest.starts_with('/'))
}

/// Whether a path is what a variable holds, or a part of that.
fn is_variable(path: &str) -> bool {
    !path.is_empty() && path.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '[' | ']'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_in_folders() {
        let within = [
            (r#"f"out/{n}.txt""#, r#""out""#),
            (r#"f"{folder}/{n}.txt""#, "folder"),
            (r#"f"{root}/a/{n}.txt""#, r#"f"{root}/a""#),
            (r#""out/a.txt""#, r#""out/*.txt""#),
            (r#"f"{root}/a.txt""#, r#"f"{root}/*.txt""#),
        ];
        let apart = [(r#"f"{other}/{n}.txt""#, "folder"), (r#""outer/a""#, r#""out""#), ("path", "folder")];
        within.into_iter().for_each(|(path, folder)| assert!(is_within(path, folder), "{path} {folder}"));
        apart.into_iter().for_each(|(path, folder)| assert!(!is_within(path, folder), "{path} {folder}"));
    }
}
