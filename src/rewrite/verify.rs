//! Checks a rewritten program against what it was: nothing new blocks, and what was fixed is gone.

use ruff_python_ast::name::Name;
use ruff_python_parser::parse_module;
use ruff_text_size::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};

use super::misplaced::has_misplaced_await;
use super::program::Rewritten;
use crate::analysis::{Analysis, Finding, FnId, Lookup};
use crate::catalogue::Catalogue;
use crate::plan::{Action, Change, Plan, Recolour, Treatment};
use crate::project::facts::CallForm;
use crate::project::{FileId, Project, Types};

/// A program with what blocks it.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub project: &'a Project,
    pub analysis: &'a Analysis,
    pub catalogue: &'a Catalogue,
}

/// Findings are told apart by this: the file, the function and the last name of the api. Ranges move, and what a thread returns may
/// have another type than what the call did: one overload stands for all.
type Key = (FileId, String, String);

fn last_name(api: &str) -> String {
    api.rsplit('.').next().unwrap_or_default().to_owned()
}

impl View<'_> {
    fn key(&self, finding: &Finding) -> Key {
        let site = &finding.site;
        let function = self.project.types.facts(site.file).qualified(site.function.index);
        (site.file, function, last_name(&self.catalogue.apis[site.api as usize].name))
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
    fn unknown(&self, (file, function, name): &Key) -> usize {
        let facts = self.project.types.facts(*file);
        let called =
            facts.calls.iter().filter(|call| call.name == name.as_str() && facts.qualified(call.function) == *function);
        let sites = self.analysis.sites.iter().filter(|site| {
            site.file == *file
                && last_name(&self.catalogue.apis[site.api as usize].name) == *name
                && facts.qualified(site.function.index) == *function
        });
        called.count().saturating_sub(sites.count())
    }
}

impl View<'_> {
    /// The files of the rewritten program, which this is, that are no Python any more.
    fn broken(&self, before: &View<'_>) -> FxHashSet<FileId> {
        let types = &self.project.types;
        let is_changed = |file: FileId| types.text(file) != before.project.types.text(file);
        let is_broken = |file: FileId| {
            let is_misplaced = |types: &Types| types.ast(file).is_some_and(|ast| has_misplaced_await(ast.module()));
            types.facts(file).error.is_some() && before.project.types.facts(file).error.is_none()
                || is_changed(file) && is_misplaced(types) && !is_misplaced(&before.project.types)
        };
        types.world().own_files().map(|(id, _)| id).filter(|id| is_broken(*id)).collect()
    }
}

/// The functions that a change makes coroutine functions: a generator is not awaited.
fn converted(change: &Change) -> impl Iterator<Item = &FnId> {
    let conversion = match &change.action {
        Action::Convert(conversion) => Some(conversion),
        _ => None,
    };
    let functions = conversion.into_iter().flat_map(|conversion| &conversion.functions);
    functions.filter(|(_, recolour)| **recolour == Recolour::Coroutine).map(|(id, _)| id)
}

impl View<'_> {
    /// The functions made coroutine functions that something in the rewritten program, which this is, calls without an `await`.
    fn forgotten(&self, before: &View<'_>, changes: &[&Change]) -> FxHashSet<FnId> {
        let mut forgotten = FxHashSet::default();
        let world = before.project.types.world();
        let mut names: FxHashMap<&Name, Vec<FnId>> = FxHashMap::default();
        for id in changes.iter().flat_map(|change| converted(change)) {
            if let Some(function) = world.function(*id) {
                names.entry(&function.name).or_default().push(*id);
            }
        }
        if names.is_empty() {
            return forgotten;
        }
        for (file, source) in self.project.types.world().own_files() {
            for call in source.facts.calls.iter().filter(|call| call.form == CallForm::Call) {
                if let Some(ids) = names.get(&call.name) {
                    forgotten.extend(self.called(file, call.range).filter_map(|name| {
                        ids.iter().copied().find(|id| (id.file, world.facts(id.file).qualified(id.index)) == name)
                    }));
                }
            }
        }
        forgotten
    }

    /// The program's functions that a call calls: their files and qualified names.
    fn called(&self, file: FileId, range: TextRange) -> impl Iterator<Item = (FileId, String)> {
        let types = &self.project.types;
        let ast = types.ast(file);
        let targets = ast.and_then(|ast| ast.call(range).map(|call| types.targets(file, &call.func)));
        targets.unwrap_or_default().into_iter().filter_map(|target| {
            let id = types.world().fn_of(target.function?)?;
            Some((id.file, types.facts(id.file).qualified(id.index)))
        })
    }
}

/// How many findings of each kind the rewritten program must have.
fn expected(before: &View<'_>, plan: &Plan, changes: &[&Change]) -> FxHashMap<Key, usize> {
    let mut expected = before.counts();
    let fixed =
        before.analysis.findings.iter().enumerate().filter(|(index, _)| is_fixed(before, plan, changes, *index));
    for (_, finding) in fixed {
        if let Some(count) = expected.get_mut(&before.key(finding)) {
            *count -= 1;
        }
    }
    expected
}

/// Whether changes treat all of a finding.
fn is_fixed(before: &View<'_>, plan: &Plan, changes: &[&Change], index: usize) -> bool {
    let finding = &before.analysis.findings[index];
    let is_left = matches!(plan.treatments.get(index), Some(Treatment::Leave(_)) | None);
    // What tests do stays.
    !is_left
        && finding.of_tests.is_empty()
        && changes.iter().any(|change| change.findings.contains(&index))
        && finding
            .entries
            .iter()
            .all(|hop| changes.iter().any(|change| change.findings.contains(&index) && change.treats(hop)))
}

/// The findings that no change treats, and that the rewritten program does not show any more although it has the calls: the types of what
/// they are called on are lost.
#[must_use]
pub fn lost(before: View<'_>, plan: &Plan, after: View<'_>, changes: &[&Change]) -> Vec<usize> {
    let (counts, mut lost) = (after.counts(), Vec::new());
    for (key, expected) in expected(&before, plan, changes) {
        let missing = expected.saturating_sub(counts.get(&key).copied().unwrap_or_default());
        if missing == 0 {
            continue;
        }
        let unknown = after.unknown(&key).saturating_sub(before.unknown(&key));
        let findings = before.analysis.findings.iter().enumerate();
        let left = findings.filter(|(index, finding)| {
            before.key(finding) == key && !changes.iter().any(|change| change.findings.contains(index))
        });
        lost.extend(left.map(|(index, _)| index).take(missing.min(unknown)));
    }
    lost.sort_unstable();
    lost
}

/// Whether one of the files is no Python any more.
#[must_use]
pub fn breaks(files: &[Rewritten]) -> bool {
    let is_broken = |text: &str| parse_module(text).map_or(true, |parsed| has_misplaced_await(parsed.syntax()));
    files.iter().any(|file| is_broken(&file.after) && !file.before.as_deref().is_some_and(is_broken))
}

/// The positions in `changes` of those that the rewritten program shows to be wrong.
#[must_use]
pub fn faulty(before: View<'_>, plan: &Plan, after: View<'_>, changes: &[&Change]) -> Vec<usize> {
    let broken = after.broken(&before);
    let forgotten = after.forgotten(&before, changes);
    let expected = expected(&before, plan, changes);
    let surplus: FxHashSet<Key> = after
        .counts()
        .into_iter()
        .filter(|(key, count)| *count > expected.get(key).copied().unwrap_or_default() + before.unknown(key))
        .map(|(key, _)| key)
        .collect();
    (0..)
        .zip(changes)
        .filter(|(_, change)| {
            change.files().any(|file| broken.contains(&file))
                || converted(change).any(|id| forgotten.contains(id))
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
