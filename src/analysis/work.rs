//! What computes so much on a loop that it holds it, and lets no other thread run meanwhile, or only now and then. It is looked for apart
//! from what waits: whatever is done about that is the same with or without it.

use rayon::prelude::*;

use super::callers::Via;
use super::findings::{Analysis, assemble};
use super::index::FnId;
use super::resolve::{Resolver, Threaded};
use super::search::{Progress, search};
use super::sites::Site;
use crate::catalogue::{ApiIndex, Work};
use crate::project::facts::{Amount, CallForm};
use crate::project::{FileId, guarded, last};

/// Finds what computes for long on a loop.
#[must_use]
pub fn computing(resolver: &Resolver<'_>, progress: Progress<'_>) -> Analysis {
    let world = resolver.types.world();
    let files: Vec<FileId> =
        world.own_files().filter(|(_, file)| !file.facts.work.is_empty()).map(|(id, _)| id).collect();
    let mut sites: Vec<Site> = files
        .par_iter()
        .map_with(Threaded::of(resolver), |threaded, file| guarded(|| threaded.resolver().work(*file)))
        .flatten_iter()
        .collect();
    if sites.is_empty() {
        return Analysis::default();
    }
    sites.sort_by_key(|site| (site.file, site.range.start(), site.range.end()));
    sites.dedup_by_key(|site| (site.file, site.range));
    let graph = search(resolver, &sites, progress);
    let mut found = assemble(resolver, sites, graph);
    // A value that a property keeps, or an operator makes, is asked for where nothing can be done about it.
    found.findings.retain(|finding| finding.entries.iter().any(|entry| entry.via == Via::Call));
    found
}

impl Resolver<'_> {
    /// The places of one file that compute as much as an api asks for.
    fn work(&self, file: FileId) -> Vec<Site> {
        let facts = self.types.facts(file);
        let site = |work: &crate::project::facts::Work| {
            let function = facts.function_at(work.function)?;
            let (api, name) = match work.amount {
                Amount::Steps(steps) => self.work_api(|work| work.loops.is_some_and(|least| steps >= least))?,
                Amount::Doubling => self.work_api(|work| work.doubling)?,
                Amount::Parts(parts) => self.work_of_parts(file, work.range, parts)?,
            };
            let function = FnId { file, index: function };
            Some(Site { file, range: work.range, function, api, name, form: CallForm::Call })
        };
        facts.work.iter().filter_map(site).collect()
    }

    fn work_api(&self, is_it: impl Fn(Work) -> bool) -> Option<(ApiIndex, String)> {
        let (index, api, _) = self.catalogue().works().find(|(_, _, work)| is_it(*work))?;
        Some((index, api.name.clone()))
    }

    /// The api that a call is of which is given a value of so many parts.
    fn work_of_parts(&self, file: FileId, at: ruff_text_size::TextRange, parts: u64) -> Option<(ApiIndex, String)> {
        let ast = self.types.ast(file)?;
        let call = ast.call(at)?;
        let name = last(&call.func)?;
        let is_it = |work: Work| work.parts.is_some_and(|least| parts >= least);
        let known =
            self.catalogue().works().filter(|(_, api, work)| is_it(*work) && api.name.rsplit('.').next() == Some(name));
        let mut known = known.peekable();
        known.peek()?;
        let targets = self.targets(file, &call.func);
        known
            .find(|(_, api, _)| targets.iter().flat_map(|target| &target.names).any(|name| *name == api.name))
            .map(|(index, api, _)| (index, api.name.clone()))
    }
}
