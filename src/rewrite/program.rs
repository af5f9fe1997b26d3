//! Rewrites the files of a program by the changes that were accepted.

mod actions;

use std::collections::BTreeMap;
use std::path::PathBuf;

use ruff_text_size::TextSize;
use rustc_hash::FxHashSet;

use super::calls::CallEdit;
use super::common::{self, Common, Sharing, Uses};
use super::edits::{Edits, Overlap};
use super::imports;
use super::process;
use super::setup;
use super::turn::{self, Turn};
use super::typed::Setting;
use super::unused;
use super::{ImportStyle, ThreadStyle};
use crate::catalogue::Catalogue;
use crate::plan::{Action, Change, IN_PROCESS, SHARED_TURN, TurnHome, has_turns};
use crate::project::{Beside, FileId, FileKind, Project, SourceFile, display_path};
use crate::text::{has_word, words};

/// The line length of black and ruff where nothing is configured.
const DEFAULT_WIDTH: usize = 88;

/// A file with a longer line than this does not mean all of its lines.
const MOST_WIDTH: usize = 120;

/// Edits, each with the file that it is in.
type FileEdits = Vec<(FileId, CallEdit)>;

/// A file before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewritten {
    pub path: PathBuf,
    pub display: String,
    /// `None` where there was no such file.
    pub before: Option<String>,
    pub after: String,
}

/// Makes edits from changes.
pub struct Rewriter<'a> {
    project: &'a Project,
    catalogue: &'a Catalogue,
    style: ThreadStyle,
    sharing: Sharing,
    /// The program's own top-level modules.
    own: FxHashSet<String>,
}

impl<'a> Rewriter<'a> {
    #[must_use]
    pub fn new(project: &'a Project, catalogue: &'a Catalogue, style: ThreadStyle) -> Self {
        let types = &project.types;
        let own = types
            .world()
            .own_files()
            .map(|(id, _)| id)
            .filter_map(|id| types.module_name(id).split('.').next().map(str::to_owned))
            .collect();
        Self { project, catalogue, style, own, sharing: Sharing::default() }
    }

    /// The same, with helpers that modules have in common.
    #[must_use]
    pub fn sharing(self, sharing: Sharing) -> Self {
        Self { sharing, ..self }
    }

    /// How long lines may be: as configured, or as the longest that the file has, within reason.
    pub(super) fn width(&self, text: &str) -> usize {
        self.project.line_length.unwrap_or_else(|| {
            let longest = text.lines().map(|line| line.chars().count()).max().unwrap_or_default();
            longest.clamp(DEFAULT_WIDTH, MOST_WIDTH)
        })
    }

    /// What new code has to suit.
    pub(super) fn setting(&self) -> Setting {
        Setting { minimum: self.style.minimum, width: self.project.line_length.unwrap_or(DEFAULT_WIDTH) }
    }

    /// Why a change cannot be made, although it should be; `None` when it can. The helpers that it needs are added to `uses`.
    #[must_use]
    pub fn refuses(&self, change: &Change, uses: &mut Uses) -> Option<String> {
        let world = self.project.types.world();
        let is_module = |file: FileId| world.file(file).is_some_and(|source| source.kind == FileKind::Python);
        // A stub changes with its module.
        let may_change = |file: FileId| is_module(file) || is_module(world.module_of(file));
        if !change.files().all(may_change) {
            return Some("only .py files are rewritten".to_owned());
        }
        let Some(edits) = self.edits(change) else {
            return Some("a name that the rewrite needs means something else here".to_owned());
        };
        for (file, edit) in &edits {
            if let Some(common) = &edit.helper
                && let Some(beside) = self.beside_common(*file, common)
            {
                uses.add(common, &beside, *file);
            }
        }
        None
    }

    /// The files that `changes` change, with their new text. Changes that overlap others are left out and returned.
    #[must_use]
    pub fn rewrite<'c>(&self, changes: &[&'c Change]) -> (Vec<Rewritten>, Vec<&'c Change>) {
        let mut files: BTreeMap<FileId, Draft> = BTreeMap::new();
        let mut added: BTreeMap<PathBuf, String> = BTreeMap::new();
        let mut left = Vec::new();
        for change in changes {
            let (edits, modules) = self.in_common(self.edits(change).unwrap_or_default());
            if edits.is_empty() || !place(&mut files, edits) {
                left.push(*change);
            } else {
                for (path, text) in self.additions(change).into_iter().chain(modules) {
                    // One that has more begins with all that the other has.
                    let known = added.entry(path).or_default();
                    *known = std::cmp::max_by_key(std::mem::take(known), text, String::len);
                }
            }
        }
        let finished: Result<Vec<_>, _> =
            files.into_iter().map(|(file, draft)| self.finish(file, draft, &added)).collect();
        match finished {
            Ok(files) => {
                let added = added.into_iter().map(|(path, after)| Rewritten {
                    display: display_path(&path, &self.project.cwd),
                    before: self.project.types.text_at(&path),
                    path,
                    after,
                });
                let changed = added.filter(|file| file.before.as_ref() != Some(&file.after));
                (files.into_iter().flatten().chain(changed).collect(), left)
            }
            Err(_) => (Vec::new(), changes.to_vec()),
        }
    }

    /// The file with its edits and imports; `None` where that changes nothing.
    fn finish(
        &self,
        file: FileId,
        draft: Draft,
        added: &BTreeMap<PathBuf, String>,
    ) -> Result<Option<Rewritten>, Overlap> {
        let types = &self.project.types;
        let (Some(info), Some(ast)) = (types.world().file(file), types.ast(file)) else {
            return Ok(None);
        };
        let before = types.text(file);
        let Draft { mut edits, imports, first } = draft;
        // Where a program is looked at from above, its modules have longer names than its imports.
        let is_new = |top: &str| added.keys().any(|path| path.file_stem().is_some_and(|stem| stem == top));
        let own = |top: &str| self.own.contains(top) || types.imports_own(file, top) || is_new(top);
        for edit in imports::add((ast.module(), &before), &imports, first, &own) {
            edits.add(edit)?;
        }
        let after = unused::without(ast.module(), edits.render(&before), |name| self.is_used_outside(file, name));
        let (path, display) = (info.path.clone(), info.display.clone());
        Ok((after != before).then_some(Rewritten { path, display, before: Some(before), after }))
    }

    /// Whether other files may use what a file imports as `name`.
    fn is_used_outside(&self, file: FileId, name: &str) -> bool {
        let types = &self.project.types;
        let module = types.module_name(file);
        let stem = module.rsplit('.').next().unwrap_or(&module);
        let path = format!("{stem}.{name}");
        let is_package = types.world().file(file).is_some_and(SourceFile::is_package);
        is_package
            || types.world().own_files().filter(|(other, _)| *other != file).any(|(other, source)| {
                source.facts.imports.iter().any(|import| {
                    import.module.rsplit('.').next().is_some_and(|last| last == stem || last.is_empty())
                        && import.name.as_ref().is_some_and(|imported| imported == name || imported == "*")
                }) || has_word(&types.text(other), &path)
            })
    }

    /// The helper that takes turns, in the module that is home to it.
    pub(super) fn define_turn(&self, home: TurnHome) -> Option<Option<(FileId, CallEdit)>> {
        let TurnHome::Module(home) = home else { return Some(None) };
        let beside = self.beside_turn(home);
        let edit = self.in_file(home, None, |source| turn::define(source, beside.as_ref()))?;
        Some(edit.map(|edit| (home, edit)))
    }

    fn beside_turn(&self, file: FileId) -> Option<Beside> {
        let types = &self.project.types;
        types.beside(file, SHARED_TURN, |module| has_turns(types, module), self.project.is_library)
    }

    /// The modules that a change adds, or adds something to, each with its text.
    fn additions(&self, change: &Change) -> Vec<(PathBuf, String)> {
        if let Action::Finish(ending) = &change.action {
            let beside = ending.parts.iter().find_map(|part| part.beside.as_ref());
            return beside.map(|beside| (beside.path.clone(), setup::module(ending))).into_iter().collect();
        }
        if matches!(change.action.core(), Action::Process) {
            let beside = self.beside_process(change.function.file);
            let added = beside.filter(|beside| beside.is_there.is_none());
            return added.map(|beside| (beside.path, process::module(self.setting()))).into_iter().collect();
        }
        let module = |(home, file): (TurnHome, FileId)| {
            let beside = self.beside_turn(home.module().unwrap_or(file))?;
            let there = beside.is_there.map(|module| self.project.types.text(module));
            let new = || turn::module(self.setting());
            let text = match (home, there) {
                (TurnHome::Package, there) => turn::shared(&there.unwrap_or_else(new)),
                (TurnHome::Module(_), there) => there.unwrap_or_else(new),
            };
            Some((beside.path, text))
        };
        homes(change).into_iter().filter_map(module).collect()
    }

    pub(super) fn turn(&self, home: TurnHome, files: impl Iterator<Item = FileId>) -> Turn {
        let TurnHome::Module(home) = home else {
            return Turn::Package(files.filter_map(|file| Some((file, self.beside_turn(file)?.module))).collect());
        };
        let name = self.project.types.module_name(home);
        let imported_as = self.project.types.full_name(home).unwrap_or_else(|| name.clone());
        Turn::Module { name, imported_as }
    }

    pub(super) fn beside_process(&self, file: FileId) -> Option<Beside> {
        let types = &self.project.types;
        let is_ours = |module: FileId| types.facts(module).functions.iter().any(|own| own.name == IN_PROCESS);
        types.beside(file, IN_PROCESS, is_ours, self.project.is_library)
    }

    /// The edits without the helpers that modules have in common, and the modules that have these.
    fn in_common(&self, edits: FileEdits) -> (FileEdits, Vec<(PathBuf, String)>) {
        let (helpers, mut edits): (Vec<_>, Vec<_>) = edits.into_iter().partition(|(_, edit)| edit.helper.is_some());
        let mut modules = Vec::new();
        for (file, helper) in helpers {
            let Some(common) = helper.helper.clone() else { continue };
            let beside = self.beside_common(file, &common).filter(|beside| self.sharing.takes(&common, beside));
            let mut own: Vec<&mut CallEdit> =
                edits.iter_mut().filter(|(other, _)| *other == file).map(|(_, edit)| edit).collect();
            let places: Vec<_> = own.iter().map(|edit| edit.edit.range).collect();
            let import = beside
                .as_ref()
                .and_then(|beside| self.in_file(file, None, |source| common::import(source, &common, beside, &places)));
            let (Some(beside), Some(import), Some(first)) = (beside, import, own.first_mut()) else {
                edits.push((file, helper));
                continue;
            };
            first.imports.extend(import);
            own.into_iter().for_each(|edit| common::rename(edit, &common.own, &common.name));
            if beside.is_there.is_none() {
                modules.push((beside.path, common.text));
            }
        }
        (edits, modules)
    }

    fn beside_common(&self, file: FileId, common: &Common) -> Option<Beside> {
        let types = &self.project.types;
        let is_ours = |module: FileId| words(&types.text(module)).eq(words(&common.text));
        match common.kind.and_then(|kind| self.sharing.asked.get(&kind)) {
            Some(path) => types.beside_at(file, path, is_ours),
            None => types.beside(file, &common.name, is_ours, self.project.is_library),
        }
    }
}

/// Where the helpers are with which a change takes turns, each with a file that uses it.
fn homes(change: &Change) -> Vec<(TurnHome, FileId)> {
    let mut found: Vec<_> = change.turn.map(|home| (home, change.function.file)).into_iter().collect();
    if let Action::Convert(conversion) = &change.action {
        found.extend(conversion.parts.iter().flat_map(homes));
        let exchanges = conversion.exchanges.iter();
        found.extend(exchanges.filter_map(|exchange| Some((exchange.turn?, exchange.files().next()?))));
    }
    found
}

/// A file that is being rewritten.
#[derive(Default)]
struct Draft {
    edits: Edits,
    imports: Vec<ImportStyle>,
    /// Where the first of the edits is that need imports.
    first: Option<TextSize>,
}

/// Adds all the edits of a change, or none, and says which.
fn place(files: &mut BTreeMap<FileId, Draft>, edits: Vec<(FileId, CallEdit)>) -> bool {
    let mut touched: BTreeMap<FileId, Edits> = BTreeMap::new();
    for (file, call) in &edits {
        let start = || files.get(file).map(|draft| draft.edits.clone()).unwrap_or_default();
        let edits = touched.entry(*file).or_insert_with(start);
        // Two calls in one value have one statement in front of theirs.
        let is_there = call.is_shared && edits.has(&call.edit);
        if !is_there && edits.add(call.edit.clone()).is_err() {
            return false;
        }
    }
    for (file, edits) in touched {
        files.entry(file).or_default().edits = edits;
    }
    for (file, call) in edits {
        let draft = files.entry(file).or_default();
        if !call.imports.is_empty() {
            let at = call.edit.range.start();
            draft.first = Some(draft.first.map_or(at, |first| first.min(at)));
        }
        draft.imports.extend(call.imports);
    }
    true
}
