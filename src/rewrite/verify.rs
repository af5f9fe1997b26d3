//! Checks a rewritten program against what it was: nothing new blocks, and what was fixed is gone.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::analysis::{Analysis, Finding};
use crate::catalogue::Catalogue;
use crate::plan::{Change, Plan, Treatment};
use crate::project::{FileId, Project};

/// A program with what blocks it.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub project: &'a Project,
    pub analysis: &'a Analysis,
    pub catalogue: &'a Catalogue,
}

/// Findings are told apart by this; ranges move.
type Key = (FileId, String, String);

impl View<'_> {
    fn key(&self, finding: &Finding) -> Key {
        let site = &finding.site;
        let function = self.project.types.facts(site.file).qualified(site.function.index);
        (site.file, function, self.catalogue.apis[site.api as usize].name.clone())
    }

    fn counts(&self) -> FxHashMap<Key, usize> {
        let mut counts = FxHashMap::default();
        for finding in &self.analysis.findings {
            *counts.entry(self.key(finding)).or_insert(0) += 1;
        }
        counts
    }
}

impl View<'_> {
    /// How many calls in the function of `key` are called as its api is, but are no site: the engine does not know what they
    /// call. What a rewrite makes of what they are called on can have a type.
    fn unknown(&self, (file, function, api): &Key) -> usize {
        let last = |api: &str| api.rsplit('.').next().unwrap_or_default().to_owned();
        let (facts, name) = (self.project.types.facts(*file), last(api));
        let called = facts.calls.iter().filter(|call| call.name == name && facts.qualified(call.function) == *function);
        let sites = self.analysis.sites.iter().filter(|site| {
            site.file == *file
                && last(&self.catalogue.apis[site.api as usize].name) == name
                && facts.qualified(site.function.index) == *function
        });
        called.count().saturating_sub(sites.count())
    }
}

/// The positions in `changes` of those that the rewritten program shows to be wrong.
#[must_use]
pub fn faulty(before: View<'_>, plan: &Plan, after: View<'_>, changes: &[&Change]) -> Vec<usize> {
    let broken: FxHashSet<FileId> = after
        .project
        .types
        .world()
        .own_files()
        .filter(|(id, file)| file.facts.error.is_some() && before.project.types.facts(*id).error.is_none())
        .map(|(id, _)| id)
        .collect();
    let mut expected = before.counts();
    let made: FxHashSet<usize> = changes.iter().flat_map(|change| change.findings.iter().copied()).collect();
    for (index, finding) in before.analysis.findings.iter().enumerate() {
        let is_fixed = !matches!(plan.treatments.get(index), Some(Treatment::Leave(_)) | None);
        let is_whole = finding.entries.iter().all(|hop| changes.iter().any(|change| change.treats(hop)));
        if is_fixed
            && is_whole
            && made.contains(&index)
            && let Some(count) = expected.get_mut(&before.key(finding))
        {
            *count -= 1;
        }
    }
    let surplus: FxHashSet<Key> = after
        .counts()
        .into_iter()
        .filter(|(key, count)| *count > expected.get(key).copied().unwrap_or_default() + before.unknown(key))
        .map(|(key, _)| key)
        .collect();
    (0..)
        .zip(changes)
        .filter(|(_, change)| {
            broken.contains(&change.function.file)
                || change
                    .findings
                    .iter()
                    .filter_map(|index| before.analysis.findings.get(*index))
                    .any(|finding| surplus.contains(&before.key(finding)))
                || surplus.iter().any(|(file, function, _)| {
                    *file == change.function.file
                        && *function == before.project.types.facts(*file).qualified(change.function.index)
                })
        })
        .map(|(position, _)| position)
        .collect()
}
