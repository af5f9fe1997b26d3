//! Helpers that several modules need: these have one in common, in a module of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use ruff_text_size::TextRange;

use super::calls::{CallEdit, Source};
use super::edits::Piece;
use super::imports::ImportStyle;
use super::names::refer_member;
use crate::catalogue::Kind;
use crate::project::{Beside, FileId};
use crate::text::{has_word, with_word};

/// A helper that can be in a module of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Common {
    /// What it is called in a module that has it for itself.
    pub own: String,
    /// What it is called where others import it, and what the module is called that has it there.
    pub name: String,
    /// The text of that module.
    pub text: String,
    /// The kind of blocking that it is for, if it is for one alone.
    pub kind: Option<Kind>,
}

/// Where helpers are that modules have in common.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sharing {
    /// The files that were asked for, by kind.
    pub asked: BTreeMap<Kind, PathBuf>,
    /// The helpers that more than one module needs, by name, each with its file.
    pub repeated: BTreeSet<(String, PathBuf)>,
}

impl Sharing {
    /// Whether a helper goes where modules have it in common.
    #[must_use]
    pub fn takes(&self, common: &Common, beside: &Beside) -> bool {
        let is_asked = common.kind.is_some_and(|kind| self.asked.contains_key(&kind));
        is_asked || beside.is_there.is_some() || self.repeated.contains(&(common.name.clone(), beside.path.clone()))
    }
}

/// The modules that need a helper.
#[derive(Debug, Default)]
pub struct Uses(BTreeMap<(String, PathBuf), BTreeSet<FileId>>);

impl Uses {
    pub fn add(&mut self, common: &Common, beside: &Beside, file: FileId) {
        self.0.entry((common.name.clone(), beside.path.clone())).or_default().insert(file);
    }

    /// The helpers that more than one module needs.
    #[must_use]
    pub fn repeated(self) -> BTreeSet<(String, PathBuf)> {
        self.0.into_iter().filter(|(_, files)| files.len() > 1).map(|(helper, _)| helper).collect()
    }
}

/// What imports the helper; `None` where its name means something else in the file, or something at one of the edits.
#[must_use]
pub fn import(
    source: &Source<'_>,
    common: &Common,
    beside: &Beside,
    edits: &[TextRange],
) -> Option<Option<ImportStyle>> {
    let tree = source.page.ast.module();
    let mut found = None;
    for at in edits {
        let reference =
            refer_member(tree, &beside.module, &common.name, *at).filter(|found| found.text == common.name)?;
        found = reference.import;
        if found.is_some() && has_word(source.page.text, &common.name) {
            return None;
        }
    }
    Some(found)
}

/// The same edit with another name in its own text.
pub fn rename(edit: &mut CallEdit, from: &str, to: &str) {
    for piece in &mut edit.edit.pieces {
        if let Piece::Text(text) = piece
            && has_word(text, from)
        {
            *text = with_word(text, from, to);
        }
    }
}
