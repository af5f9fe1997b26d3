//! The calls that block a thread, wherever they stand.

use ruff_python_ast::name::Name;
use ruff_text_size::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};

use super::callers::Via;
use super::index::{FnId, Index};
use super::resolve::Resolver;
use crate::catalogue::{ApiIndex, Catalogue};
use crate::project::facts::{Call, CallForm, Facts, MODULE};
use crate::project::{FileId, FileKind, Target, World};

/// A call that blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    pub file: FileId,
    pub range: TextRange,
    pub function: FnId,
    pub api: ApiIndex,
    /// The name that matched, for apis that stand for every method of a class.
    pub name: String,
    pub form: CallForm,
}

impl Site {
    #[must_use]
    pub fn via(&self) -> Via {
        match self.form {
            CallForm::Call | CallForm::Indexed => Via::Call,
            CallForm::Awaited => Via::Awaited,
            CallForm::With | CallForm::Iterate | CallForm::Operator => Via::Implicit,
        }
    }
}

/// The calls of each file that may be sites, going by their names and by what the file imports.
#[must_use]
pub fn candidates(world: &World, index: &Index, catalogue: &Catalogue) -> Vec<(FileId, Vec<u32>)> {
    let routes = Routes::build(world, catalogue);
    let mut by_file: FxHashMap<FileId, Vec<u32>> = FxHashMap::default();
    let tops = catalogue.top_modules_by_last_name();
    let mut aliased: FxHashMap<&Name, Vec<&str>> = FxHashMap::default();
    for (name, alias) in index.aliases() {
        if let Some(tops) = tops.get(name.as_str()) {
            aliased.entry(alias).or_default().extend(tops);
        }
    }
    for (name, postings) in index.called_names() {
        let mut known: Vec<&str> = tops.get(name.as_str()).cloned().unwrap_or_default();
        known.extend(aliased.get(name).into_iter().flatten());
        for &(file, position) in postings {
            let relevant = known.iter().any(|top| catalogue.is_ambient(top) || routes.leads(file, top))
                || routes.leads_to_wildcard(file);
            if !relevant {
                continue;
            }
            let Some(source) = world.file(file) else { continue };
            if source.kind == FileKind::Stub {
                continue;
            }
            let Some(call) = source.facts.calls.get(position as usize) else { continue };
            if may_block(&source.facts, call) {
                by_file.entry(file).or_default().push(position);
            }
        }
    }
    let mut candidates: Vec<_> = by_file.into_iter().collect();
    candidates.sort_by_key(|(file, _)| *file);
    for (_, calls) in &mut candidates {
        calls.sort_unstable();
    }
    candidates
}

/// Import time has no loop, and what is awaited gives the loop back.
fn may_block(facts: &Facts, call: &Call) -> bool {
    call.form != CallForm::Awaited && call.function != MODULE && (call.function as usize) < facts.functions.len()
}

/// Which libraries a file can have objects of: those that it imports, and those that the files it imports import.
struct Routes {
    tops: Vec<FxHashSet<String>>,
    wildcard: Vec<bool>,
}

impl Routes {
    fn build(world: &World, catalogue: &Catalogue) -> Self {
        let wildcards: FxHashSet<&str> = catalogue.wildcard_modules().collect();
        let direct: Vec<FxHashSet<String>> = world
            .files
            .iter()
            .map(|file| {
                file.facts
                    .imports
                    .iter()
                    .filter(|import| import.level == 0)
                    .map(|import| import.module.split('.').next().unwrap_or_default().to_owned())
                    .collect()
            })
            .collect();
        let mut by_stem: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        for (position, file) in world.files.iter().enumerate() {
            let mut stem = file.path.file_stem().and_then(|s| s.to_str()).unwrap_or_default();
            if stem == "__init__" {
                stem = file.path.parent().and_then(|p| p.file_name()).and_then(|s| s.to_str()).unwrap_or_default();
            }
            by_stem.entry(stem).or_default().push(position);
        }
        let imported: Vec<Vec<usize>> = world
            .files
            .iter()
            .map(|file| {
                let mut stems: FxHashSet<&str> = FxHashSet::default();
                for import in &file.facts.imports {
                    stems.insert(import.module.rsplit('.').next().unwrap_or_default());
                    if let Some(name) = &import.name {
                        stems.insert(name);
                    }
                }
                stems
                    .into_iter()
                    .filter_map(|stem| by_stem.get(stem))
                    .filter(|files| files.len() <= 64)
                    .flatten()
                    .copied()
                    .collect()
            })
            .collect();
        let mut tops = direct;
        for _ in 0..2 {
            tops = (0..tops.len())
                .map(|position| {
                    let mut all = tops[position].clone();
                    for &other in &imported[position] {
                        all.extend(tops[other].iter().cloned());
                    }
                    all
                })
                .collect();
        }
        let wildcard = tops.iter().map(|tops| tops.iter().any(|top| wildcards.contains(top.as_str()))).collect();
        Self { tops, wildcard }
    }

    fn leads(&self, file: FileId, top: &str) -> bool {
        self.tops.get(file.0 as usize).is_some_and(|tops| tops.contains(top))
    }

    fn leads_to_wildcard(&self, file: FileId) -> bool {
        self.wildcard.get(file.0 as usize).copied().unwrap_or_default()
    }
}

impl Resolver<'_> {
    /// The sites among the calls of one file.
    #[must_use]
    pub fn sites(&self, file: FileId, calls: &[u32]) -> Vec<Site> {
        let facts = self.types.facts(file);
        let Some(ast) = self.types.ast(file) else {
            return Vec::new();
        };
        let mut sites = Vec::new();
        for &position in calls {
            let Some(fact) = facts.calls.get(position as usize) else { continue };
            let found = match fact.form {
                CallForm::Call => ast.call(fact.range).and_then(|call| {
                    let targets = self.targets(file, &call.func);
                    self.api_of(&targets, |api| self.blocks(file, call, &self.catalogue().apis[api as usize], 0))
                }),
                CallForm::With | CallForm::Iterate => ast.expression(fact.range).and_then(|expr| {
                    let targets: Vec<Target> = self
                        .shapes(file, expr)
                        .iter()
                        .filter_map(|shape| match shape {
                            crate::project::Shape::Instance(class) => self.types.member(*class, &fact.name),
                            _ => None,
                        })
                        .collect();
                    self.api_of(&targets, |_| true)
                }),
                CallForm::Awaited | CallForm::Indexed | CallForm::Operator => None,
            };
            if let Some((api, name)) = found {
                sites.push(Site {
                    file,
                    range: fact.range,
                    function: FnId { file, index: fact.function },
                    api,
                    name,
                    form: fact.form,
                });
            }
        }
        sites
    }

    fn api_of(&self, targets: &[Target], blocks: impl Fn(ApiIndex) -> bool) -> Option<(ApiIndex, String)> {
        let catalogue = self.catalogue();
        for target in targets {
            for name in &target.names {
                for &api in catalogue.apis_named(name) {
                    if blocks(api) {
                        return Some((api, name.clone()));
                    }
                }
            }
            for name in &target.names {
                if let Some((class, method)) = name.rsplit_once('.')
                    && target.class.is_some()
                    && let Some(api) = catalogue.wildcard(class, method)
                    && blocks(api)
                {
                    return Some((api, name.clone()));
                }
            }
        }
        None
    }
}
