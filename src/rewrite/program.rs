//! Rewrites the files of a program by the changes that were accepted.

use std::collections::BTreeMap;
use std::path::PathBuf;

use rustc_hash::FxHashSet;

use super::blocks;
use super::calls::{self, CallEdit, Source};
use super::edits::Edits;
use super::imports;
use super::layout::Page;
use super::{ImportStyle, ThreadStyle};
use crate::plan::{Action, Change};
use crate::project::{FileId, FileKind, Project};

/// The line length of black and ruff where nothing is configured.
const DEFAULT_WIDTH: usize = 88;
/// A file with a longer line than this does not mean all of its lines.
const MOST_WIDTH: usize = 120;

/// A file before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewritten {
    pub file: FileId,
    pub path: PathBuf,
    pub display: String,
    pub before: String,
    pub after: String,
}

/// Makes edits from changes.
pub struct Rewriter<'a> {
    project: &'a Project,
    style: ThreadStyle,
    /// The program's own top-level modules.
    own: FxHashSet<String>,
}

impl<'a> Rewriter<'a> {
    #[must_use]
    pub fn new(project: &'a Project, style: ThreadStyle) -> Self {
        let types = &project.types;
        let own = types
            .world()
            .own_files()
            .map(|(id, _)| id)
            .filter_map(|id| types.module_name(id).split('.').next().map(str::to_owned))
            .collect();
        Self { project, style, own }
    }

    /// How long lines may be: as configured, or as the longest that the file has, within reason.
    fn width(&self, text: &str) -> usize {
        self.project.line_length.unwrap_or_else(|| {
            let longest = text.lines().map(|line| line.chars().count()).max().unwrap_or_default();
            longest.clamp(DEFAULT_WIDTH, MOST_WIDTH)
        })
    }

    /// Why a change cannot be made, although it should be; `None` when it can.
    #[must_use]
    pub fn refuses(&self, change: &Change) -> Option<String> {
        let file = change.function.file;
        let is_python = self.project.types.world().file(file).is_some_and(|file| file.kind == FileKind::Python);
        if !is_python {
            return Some("only .py files are rewritten".to_owned());
        }
        self.call_edit(change).is_none().then(|| "a name that the rewrite needs means something else here".to_owned())
    }

    /// The files that `changes` change, with their new text. Changes that overlap others are left out and returned.
    #[must_use]
    pub fn rewrite<'c>(&self, changes: &[&'c Change]) -> (Vec<Rewritten>, Vec<&'c Change>) {
        let mut by_file: BTreeMap<FileId, Vec<&'c Change>> = BTreeMap::new();
        for change in changes {
            by_file.entry(change.function.file).or_default().push(change);
        }
        let mut rewritten = Vec::new();
        let mut left = Vec::new();
        for (file, changes) in by_file {
            let (result, refused) = self.file(file, &changes);
            rewritten.extend(result);
            left.extend(refused);
        }
        (rewritten, left)
    }

    fn file<'c>(&self, file: FileId, changes: &[&'c Change]) -> (Option<Rewritten>, Vec<&'c Change>) {
        let types = &self.project.types;
        let (Some(info), Some(ast)) = (types.world().file(file), types.ast(file)) else {
            return (None, changes.to_vec());
        };
        let text = types.text(file);
        let mut edits = Edits::default();
        let mut imports: Vec<ImportStyle> = Vec::new();
        let mut left = Vec::new();
        for change in changes {
            match self.call_edit(change) {
                Some(call) if edits.add(call.edit.clone()).is_ok() => imports.extend(call.imports),
                _ => left.push(*change),
            }
        }
        let own = |top: &str| self.own.contains(top);
        for edit in imports::add(ast.module(), &text, &imports, &own) {
            if edits.add(edit).is_err() {
                return (None, changes.to_vec());
            }
        }
        let after = edits.render(&text);
        if after == text {
            return (None, left);
        }
        let rewritten = Rewritten { file, path: info.path.clone(), display: info.display.clone(), before: text, after };
        (Some(rewritten), left)
    }

    fn call_edit(&self, change: &Change) -> Option<CallEdit> {
        let types = &self.project.types;
        let file = change.function.file;
        let ast = types.ast(file)?;
        let text = types.text(file);
        let module = types.module_name(file);
        let page = Page { ast: &ast, text: &text, width: self.width(&text) };
        let source = Source { page, module: &module };
        match &change.action {
            Action::Swap(to) => calls::swap(&source, ast.call(change.call)?, to),
            Action::Thread => calls::thread(&source, ast.call(change.call)?, &self.style),
            Action::Block(form) => blocks::thread(&source, change.call, form, &self.style),
        }
    }
}
