//! Comments that keep a line as it is.

use ruff_text_size::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};

use super::findings::Hop;
use super::resolve::Resolver;
use super::sites::Site;
use crate::catalogue::Api;
use crate::project::FileId;
use crate::project::facts::Suppression;

/// An `ignore` comment that keeps nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnusedIgnore {
    pub file: FileId,
    pub range: TextRange,
}

pub(super) struct Suppressions<'a> {
    resolver: &'a Resolver<'a>,
    /// By file, then line.
    lines: FxHashMap<FileId, FxHashMap<usize, Vec<Suppression>>>,
    used: FxHashSet<(FileId, TextRange)>,
}

impl<'a> Suppressions<'a> {
    pub(super) fn new(resolver: &'a Resolver<'a>) -> Self {
        let mut lines: FxHashMap<FileId, FxHashMap<usize, Vec<Suppression>>> = FxHashMap::default();
        for (id, file) in resolver.types.world().own_files() {
            for comment in &file.facts.comments {
                let line = resolver.types.position(id, comment.range.start()).line;
                lines.entry(id).or_default().entry(line).or_default().push(comment.clone());
            }
        }
        Self { resolver, lines, used: FxHashSet::default() }
    }

    /// Whether a comment on one of the site's lines keeps it.
    pub(super) fn covers(&mut self, site: &Site) -> bool {
        self.covers_range(site, site.file, site.range)
    }

    /// Whether a comment on the line where a chain starts keeps that chain.
    pub(super) fn covers_entry(&mut self, site: &Site, entry: &Hop) -> bool {
        self.covers_range(site, entry.function.file, entry.at)
    }

    fn covers_range(&mut self, site: &Site, file: FileId, range: TextRange) -> bool {
        let Some(lines) = self.lines.get(&file) else {
            return false;
        };
        let catalogue = self.resolver.catalogue();
        let api = &catalogue.apis[site.api as usize];
        let codemod = &catalogue.codemods[api.codemod].name;
        let first = self.resolver.types.position(file, range.start()).line;
        let last = self.resolver.types.position(file, range.end()).line;
        let mut covered = false;
        for line in first..=last {
            for comment in lines.get(&line).into_iter().flatten() {
                if matches(comment, api, codemod) {
                    self.used.insert((file, comment.range));
                    covered = true;
                }
            }
        }
        covered
    }

    pub(super) fn unused(self) -> Vec<UnusedIgnore> {
        let mut unused: Vec<UnusedIgnore> = self
            .lines
            .iter()
            .flat_map(|(file, lines)| lines.values().flatten().map(move |comment| (*file, comment)))
            .filter(|(file, comment)| comment.ours && !self.used.contains(&(*file, comment.range)))
            .map(|(file, comment)| UnusedIgnore { file, range: comment.range })
            .collect();
        unused.sort_by_key(|unused| (unused.file, unused.range.start()));
        unused
    }
}

fn matches(comment: &Suppression, api: &Api, codemod: &str) -> bool {
    if comment.ours {
        return comment.names.is_empty()
            || comment.names.iter().any(|name| name == codemod || name == api.kind.as_str() || *name == api.name);
    }
    // Linters differ in the number that they give a call; the family is what was meant.
    api.alias.is_some() && comment.names.iter().any(|code| code.starts_with("ASYNC2"))
}
