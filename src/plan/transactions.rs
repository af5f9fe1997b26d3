//! Transactions that go on behind what a thread does in them.
//!
//! What is read, changed and committed between two awaits belongs together, also where another function commits: a middleware, say,
//! after it has awaited the handler. A thread for a part of it would let other tasks in before the commit.

use std::collections::BTreeMap;

use ruff_python_ast::{AnyNodeRef, Expr, ExprName};
use ruff_text_size::Ranged;

use super::decide::Planner;
use super::files::api;
use super::touch::Roots;
use super::{Action, Change, atomic, ownership};
use crate::analysis::{Hop, Lookup, Site, Via};
use crate::project::facts::Load;
use crate::project::{FileId, Target};

impl Planner<'_> {
    /// The changes that tear a transaction apart which was read, changed and committed in one go, with the reasons.
    pub(super) fn torn_transactions(&self, changes: &[Change]) -> BTreeMap<usize, String> {
        if self.ground.is_sequential {
            return BTreeMap::new();
        }
        let late: Vec<&Site> = self.ground.analysis.sites.iter().filter(|site| self.commits_late(site)).collect();
        if late.is_empty() {
            return BTreeMap::new();
        }
        parts_of(changes).filter_map(|(index, part)| Some((index, self.torn_by(part, &late)?))).collect()
    }

    /// Why a thread must not do a part of what one of the sites in `late` ends.
    fn torn_by(&self, part: &Change, late: &[&Site]) -> Option<String> {
        if matches!(part.action.core(), Action::Swap(_) | Action::Migrate(_)) {
            return None;
        }
        let sites = || part.findings.iter().map(|index| &self.ground.analysis.findings[*index].site);
        let library = |site: &Site| api(self.survey, site).codemod;
        let is_same = |site: &Site, other: &Site| (site.function, site.range) == (other.function, other.range);
        if sites().any(|site| late.iter().any(|other| is_same(site, other))) {
            return Some("it ends a transaction that others may have used in one go with it, on the loop".to_owned());
        }
        let reads = |site: &&Site| {
            let uses = self.ground.files.uses_at(self.survey, site.function, site.range);
            uses.iter().any(|using| using.is_of_data() && using.reads)
                && !ownership::is_private(self.survey, site, &Roots::default())
        };
        let site = sites().find(reads).filter(|_| !sites().any(|site| self.ends(site)))?;
        let end = late.iter().find(|end| library(end) == library(site))?;
        let file = self.resolver.types.world().file(end.file)?;
        let line = self.resolver.types.position(end.file, end.range.start()).line;
        let place = format!("{}:{line}", file.display);
        Some(format!("the transaction that it reads in may end at {place}: other tasks could come in between"))
    }

    /// Whether a coroutine ends a transaction after it has let others use it: it waited for them, or yielded to them.
    fn commits_late(&self, site: &Site) -> bool {
        let function = self.resolver.types.world().function(site.function);
        site.via() == Via::Call
            && self.ends(site)
            && function.is_some_and(|function| function.is_async)
            && self.lends_before(site).unwrap_or_default()
    }

    /// Whether what a method is called on, or what has it, was given to what the coroutine waits for before, or can be got by it.
    fn lends_before(&self, site: &Site) -> Option<bool> {
        let types = &self.resolver.types;
        let (facts, ast) = (types.facts(site.file), types.ast(site.file)?);
        let name = &receiver(&ast.call(site.range)?.func)?.id;
        let is_stored = |load: &Load| {
            let path = ast.path(load.range);
            let stored = path.iter().rev().find_map(|node| match node {
                AnyNodeRef::StmtAssign(assign) => Some(assign),
                _ => None,
            });
            stored.is_some_and(|assign| {
                assign.value.range() == load.range && assign.targets.iter().any(|target| !target.is_name_expr())
            })
        };
        let loads = || facts.loads.iter().filter(|load| load.function == site.function.index && load.name == *name);
        let stored = loads().find(|load| is_stored(load)).map(|load| load.range.end());
        let awaits = atomic::awaits(self.survey, site.function);
        let before = awaits.iter().filter(|pause| pause.end() <= site.range.start());
        let lends = before.filter_map(|pause| Some((pause, ast.expression(*pause)?))).any(|(pause, expr)| {
            let is_lent = stored.is_some_and(|stored| stored <= pause.start())
                || loads().any(|load| pause.contains_range(load.range));
            expr.is_yield_expr() || is_lent && self.may_run_program(site.file, expr)
        });
        Some(lends)
    }

    /// Whether what is awaited may be the program's: no thread of a library's, say, that makes one call.
    fn may_run_program(&self, file: FileId, awaited: &Expr) -> bool {
        let call = awaited.as_await_expr().and_then(|await_| await_.value.as_call_expr());
        let targets = call.map(|call| self.resolver.targets(file, &call.func)).unwrap_or_default();
        let world = self.resolver.types.world();
        let is_own = |target: &Target| target.class.or(target.function).is_none_or(|def| world.is_own(def.file));
        targets.is_empty() || targets.iter().any(is_own)
    }

    /// Whether a change hands to a thread what changes a database, and leaves the end of the transaction to others: who takes turns with
    /// it would wait for that.
    pub(super) fn leaves_open(&self, part: &Change) -> bool {
        let analysis = self.ground.analysis;
        let library = |site: &Site| api(self.survey, site).codemod;
        let sites = || part.findings.iter().map(|index| &analysis.findings[*index].site);
        let is_open = |site: &Site| {
            let uses = self.ground.files.uses_at(self.survey, site.function, site.range);
            uses.iter().any(|using| using.is_of_data() && using.writes)
                && !sites().any(|end| library(end) == library(site) && self.ends(end))
                && analysis.sites.iter().any(|end| library(end) == library(site) && self.ends(end))
        };
        sites().any(is_open)
    }

    /// The changes that would have a transaction go on from one await to the next, while something on the loop may wait for its locks: the
    /// loop would stand still, and could never end it.
    pub(super) fn locked_out(&self, changes: &[Change]) -> BTreeMap<usize, String> {
        let mut found = BTreeMap::new();
        if self.ground.is_sequential {
            return found;
        }
        let codemod = |site: &Site| api(self.survey, site).codemod;
        let spans: Vec<(usize, &Change, usize)> = parts_of(changes)
            .filter(|(_, part)| !matches!(part.action.core(), Action::Swap(_) | Action::Migrate(_)))
            .filter(|(_, part)| !self.is_early(part.function, part.call))
            .filter_map(|(index, part)| Some((index, part, self.part_of_transaction(part)?)))
            .collect();
        if spans.is_empty() {
            return found;
        }
        let is_treated =
            |hop: &Hop| changes.iter().any(|change| change.treats(hop)) || self.is_early(hop.function, hop.at);
        for finding in &self.ground.analysis.findings {
            let site = &finding.site;
            let is_near = spans.iter().any(|(_, _, of)| *of == codemod(site));
            if !is_near || !self.may_wait_for_locks(site) || finding.entries.iter().all(is_treated) {
                continue;
            }
            let Some(file) = self.resolver.types.world().file(site.file) else { continue };
            let line = self.resolver.types.position(site.file, site.range.start()).line;
            for (index, _, _) in spans.iter().filter(|(_, _, of)| *of == codemod(site)) {
                let place = format!("{}:{line}", file.display);
                let reason = format!("what is left on the loop at {place} could wait for the locks of its transaction");
                found.entry(*index).or_insert(reason);
            }
        }
        found
    }

    /// The codemod whose transaction a change begins or ends, and does not do as a whole.
    fn part_of_transaction(&self, part: &Change) -> Option<usize> {
        let findings = &self.ground.analysis.findings;
        let sites = || part.findings.iter().map(|index| &findings[*index].site);
        let writes = |site: &Site| {
            let uses = self.ground.files.uses_at(self.survey, site.function, site.range);
            uses.iter().any(|using| using.is_of_data() && using.writes)
        };
        let (changing, ending) = (sites().find(|site| writes(site)), sites().find(|site| self.ends(site)));
        let is_part = match (changing, ending) {
            (Some(_), None) => self.leaves_open(part),
            // What it ends was done before, in the same function.
            (None, Some(end)) => {
                let mut others = findings.iter().map(|finding| &finding.site);
                others.any(|other| {
                    (other.function, other.via()) == (end.function, Via::Call)
                        && other.range.end() <= end.range.start()
                        && api(self.survey, other).codemod == api(self.survey, end).codemod
                        && writes(other)
                })
            }
            _ => false,
        };
        changing.or(ending).filter(|_| is_part).map(|site| api(self.survey, site).codemod)
    }

    /// Whether a site may wait until the transactions of others end.
    fn may_wait_for_locks(&self, site: &Site) -> bool {
        let using = self.resolver.catalogue().data_use(&api(self.survey, site).name);
        let uses = || self.ground.files.uses_at(self.survey, site.function, site.range);
        using.is_some_and(|using| {
            using.changes && !using.ends || using.states && uses().iter().all(|using| using.writes || !using.reads)
        })
    }

    fn ends(&self, site: &Site) -> bool {
        let using = self.resolver.catalogue().data_use(&api(self.survey, site).name);
        using.is_some_and(|using| using.ends)
    }
}

/// Changes, or the parts of those that are conversions, with the numbers of the changes.
fn parts_of(changes: &[Change]) -> impl Iterator<Item = (usize, &Change)> {
    changes.iter().enumerate().flat_map(|(index, change)| {
        let parts = match &change.action {
            Action::Convert(conversion) => conversion.parts.iter().collect(),
            _ => vec![change],
        };
        parts.into_iter().map(move |part| (index, part))
    })
}

/// The variable that a chain of attributes begins with.
fn receiver(callee: &Expr) -> Option<&ExprName> {
    match callee {
        Expr::Name(name) => Some(name),
        Expr::Attribute(attribute) => receiver(&attribute.value),
        Expr::Subscript(subscript) => receiver(&subscript.value),
        _ => None,
    }
}
