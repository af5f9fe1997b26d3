//! Whether classes of the program whose methods run in another thread use what only the thread that made it may use.

use std::sync::Arc;

use ruff_text_size::TextRange;
use rustc_hash::FxHashSet;

use super::obstacles::Obstacles;
use super::ownership;
use super::region::Start;
use super::touch::Roots;
use crate::analysis::{FnId, Site};
use crate::catalogue::Threading;
use crate::project::FileId;
use crate::project::facts::Facts;

/// Methods that run where they are called.
const AT_HOME: [&str; 2] = ["__init__", "close"];

impl Obstacles<'_> {
    /// Whether a method of a class, or what it calls, uses such an object that it has not made itself.
    pub(super) fn is_bound(&self, file: FileId, facts: &Facts, class: TextRange) -> bool {
        let methods = (0..).zip(&facts.functions).filter(|(_, function)| class.contains_range(function.range));
        let starts: Vec<Start> = methods
            .filter(|(_, function)| !AT_HOME.contains(&function.name.as_str()))
            .map(|(index, _)| (FnId { file, index }, Arc::default()))
            .collect();
        let explored = self.planner.survey.region(&starts);
        let below = (*explored).as_ref().map_or(&starts, |region| &region.functions);
        let functions: FxHashSet<FnId> = below.iter().map(|(id, _)| *id).collect();
        let sites = self.planner.ground.analysis.sites.iter();
        sites.filter(|site| functions.contains(&site.function)).any(|site| self.needs_its_thread(site))
    }

    fn needs_its_thread(&self, site: &Site) -> bool {
        let catalogue = self.planner.resolver.catalogue();
        let api = &catalogue.apis[site.api as usize];
        let ast = self.planner.resolver.types.ast(site.file);
        let call = ast.as_ref().and_then(|ast| ast.call(site.range));
        let rule = catalogue.codemods[api.codemod].one_thread.as_ref();
        let mut unless = rule.iter().flat_map(|rule| &rule.unless);
        let is_for_any = call
            .is_some_and(|call| unless.any(|condition| self.planner.resolver.made_with(site.file, call, condition)));
        self.planner.threading(api) >= Threading::Never
            && !api.sets_up
            && !is_for_any
            && !ownership::is_private(self.planner.survey, site, &Roots::default())
    }
}
