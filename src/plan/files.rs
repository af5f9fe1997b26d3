//! Files that are read and then written: on the loop that happens in one go, in threads it does not. The same goes for databases,
//! see `data`.

use std::collections::BTreeSet;
use std::sync::Arc;

use ruff_python_ast::{AnyNodeRef, Expr, ExprCall, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::{FxHashMap, FxHashSet};

use super::atomic::{Part, Pauses};
use super::data;
use super::listings::mark_listed;
use super::memo::Survey;
use super::paths::{Names, is_fresh, names, outline, renamed};
use super::region::Start;
use crate::analysis::{Analysis, Finding, FnId, Hop, Lookup, Resolver, Site};
use crate::catalogue::{Api, Kind};
use crate::project::{Ast, FileId};

/// A call that runs more functions than this is not followed any further.
const MOST_FUNCTIONS: usize = 100;

/// A function is not looked at under more names than these: one that calls itself has new ones each time.
const MOST_NAMES: usize = 3;

/// A file that a call is about, or the data of a database.
#[derive(Debug, Clone)]
pub(super) struct Use {
    /// The expression that names the file, as far as it is known, without white space; of a database, what works with it.
    pub(super) path: String,
    /// Of a database: the statement, as text, if that says what is done.
    pub(super) statement: Option<String>,
    /// Of an open file that is not known to be of some path: where the variable that holds it was bound last.
    pub(super) bound: Option<(FnId, TextSize)>,
    pub(super) reads: bool,
    pub(super) writes: bool,
    /// It ends a transaction.
    pub(super) ends: bool,
    /// It may be seen half done: more than making what is missing.
    pub(super) tears: bool,
    /// It only looks what is there.
    pub(super) looks: bool,
    /// It is gone afterwards.
    pub(super) removes: bool,
    /// It tells what is in a folder.
    pub(super) lists: bool,
    /// It writes what a folder was asked about before.
    pub(super) is_listed: bool,
    /// The command of a process names it, by the word with this number.
    pub(super) word: Option<usize>,
}

impl Use {
    /// What is read of a file, or written to it.
    pub(super) fn of_file(path: String, bound: Option<(FnId, TextSize)>, reads: bool, writes: bool) -> Self {
        Self {
            path,
            bound,
            statement: None,
            reads,
            writes,
            ends: false,
            tears: false,
            looks: false,
            removes: false,
            lists: false,
            is_listed: false,
            word: None,
        }
    }

    /// Whether both are about one file, as far as is known.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.path == other.path && self.bound == other.bound && self.is_of_data() == other.is_of_data()
    }

    /// Whether both may be about one file, because their paths are put together in the same way: `folder / f"{name}.json"`.
    pub(super) fn may_be_one(&self, other: &Self) -> bool {
        let are_paths = || [self, other].iter().all(|using| !using.is_of_data() && using.bound.is_none());
        let are_alike =
            || outline(&self.path).is_some_and(|own| outline(&other.path).is_some_and(|other| own == other));
        self.is_same(other) || are_paths() && are_alike()
    }

    /// Whether one of them could find the one file of both as the other has half changed it.
    pub(super) fn may_tear(&self, other: &Self) -> bool {
        let is_path = !self.path.starts_with(['"', '\'']) || self.path.contains(['.', '/']);
        is_path && self.is_same(other) && (self.tears || other.tears) && !(self.looks || other.looks)
    }

    /// Whether nothing says that they are about two files: their names end differently.
    pub(super) fn may_be_same(&self, other: &Self) -> bool {
        if self.is_of_data() || other.is_of_data() {
            return self.is_same(other);
        }
        match (ending(&self.path), ending(&other.path)) {
            (Some(own), Some(other)) => own.ends_with(other) || other.ends_with(own),
            _ => true,
        }
    }
}

/// What a call in a function comes to.
#[derive(Debug)]
pub(super) enum Stage {
    Uses(Vec<Use>),
    /// Functions, each with what its parameters are called where the call stands.
    Runs(Vec<(FnId, Names)>),
    /// The same, where what they read of a database decides about nothing that follows.
    Shows(Vec<(FnId, Names)>),
    /// Generators, where the `with` ends that goes through them: what they do to a database then. A file that they work on is the same
    /// before and after.
    Leaves(Vec<(FnId, Names)>),
}

/// The functions that were looked at, with the names that they had for things.
pub(super) type Seen = FxHashMap<FnId, Vec<Names>>;

/// What the program does to files, by function.
pub(super) struct Files<'a> {
    sites: FxHashMap<FnId, Vec<&'a Site>>,
    /// The calls in coroutines that wait for something else than a file.
    works: FxHashMap<FnId, Vec<TextRange>>,
    /// The functions on a loop that come to calls which remove files.
    pub(super) removing: BTreeSet<FnId>,
    /// The last names of all that works on files.
    pub(super) names: FxHashSet<&'a str>,
}

impl<'a> Files<'a> {
    pub(super) fn new(resolver: &Resolver<'a>, analysis: &'a Analysis) -> Self {
        let mut sites: FxHashMap<FnId, Vec<&Site>> = FxHashMap::default();
        for site in &analysis.sites {
            let api = &resolver.catalogue().apis[site.api as usize];
            let has_files = api.kind == Kind::Disk || !api.files.is_empty() || api.command.is_some();
            if has_files || resolver.catalogue().data_use(&api.name).is_some() {
                sites.entry(site.function).or_default().push(site);
            }
        }
        let mut works: FxHashMap<FnId, Vec<TextRange>> = FxHashMap::default();
        let is_of_files = |finding: &&Finding| resolver.catalogue().apis[finding.site.api as usize].kind == Kind::Disk;
        for hop in analysis.findings.iter().filter(|finding| !is_of_files(finding)).flat_map(|finding| &finding.entries)
        {
            works.entry(hop.function).or_default().push(hop.at);
        }
        let removes = |finding: &&Finding| !resolver.catalogue().apis[finding.site.api as usize].removes.is_empty();
        let removing = analysis.findings.iter().filter(removes).flat_map(|finding| &finding.entries);
        let removing = removing.map(|entry| entry.function).collect();
        let apis = resolver.catalogue().apis.iter().filter(|api| api.kind == Kind::Disk);
        let names = apis.filter_map(|api| api.name.rsplit('.').next()).collect();
        Self { sites, works, removing, names }
    }

    /// The calls in a function that work on files.
    pub(super) fn sites(&self, function: FnId) -> impl Iterator<Item = &'a Site> {
        self.sites.get(&function).into_iter().flatten().copied()
    }

    /// The calls in a function that wait for something else than a file.
    pub(super) fn works(&self, function: FnId) -> &[TextRange] {
        self.works.get(&function).map_or(&[], Vec::as_slice)
    }

    /// Why the functions that a call runs must not run beside other tasks: they write a file that they read before.
    pub(super) fn rewrites(&self, survey: Survey<'_>, hop: &Hop, starts: &[Start]) -> Option<Rewriting> {
        if starts.is_empty() {
            return conflict(&self.uses_at(survey, hop.function, hop.at));
        }
        let ids: Vec<FnId> = starts.iter().map(|(id, _)| *id).collect();
        let reason = survey.memo.rewrites.get(&ids, || {
            let mut uses = Vec::new();
            let mut seen = Seen::default();
            for id in &ids {
                self.trace(survey, *id, Names::new(), &mut seen, &mut uses);
            }
            Arc::new(conflict(&uses))
        });
        (*reason).clone()
    }

    /// Why a part of a function, with all that it calls, must not run beside other tasks.
    pub(super) fn rewrites_in(&self, survey: Survey<'_>, function: FnId, part: TextRange) -> Option<Rewriting> {
        let (mut uses, mut seen) = (Vec::new(), Seen::default());
        self.trace_stages(survey, function, &self.stages(survey, function, part), &Names::new(), &mut seen, &mut uses);
        conflict(&uses)
    }

    /// The files that `id` and what it calls use, in the order in which they run.
    fn trace(&self, survey: Survey<'_>, id: FnId, names: Names, seen: &mut Seen, uses: &mut Vec<Use>) {
        let known = seen.entry(id).or_default();
        if known.contains(&names) || known.len() >= MOST_NAMES || seen.len() > MOST_FUNCTIONS {
            return;
        }
        seen.entry(id).or_default().push(names.clone());
        self.trace_stages(survey, id, &self.all_stages(survey, id), &names, seen, uses);
    }

    /// The files that some calls of a function use, in the order in which they are made.
    fn trace_stages(
        &self,
        survey: Survey<'_>,
        id: FnId,
        stages: &[(TextRange, Stage)],
        names: &Names,
        seen: &mut Seen,
        uses: &mut Vec<Use>,
    ) {
        let mut listings: Vec<(TextRange, Use)> = Vec::new();
        for (at, stage) in stages {
            let before = uses.len();
            self.trace_stage(survey, stage, names, seen, uses);
            let own = uses.get_mut(before..).unwrap_or_default();
            mark_listed(survey, id, *at, own, &listings);
            listings.extend(own.iter().filter(|using| using.lists).map(|using| (*at, using.clone())));
        }
    }

    /// What all calls of a function come to.
    pub(super) fn all_stages(&self, survey: Survey<'_>, id: FnId) -> Arc<[(TextRange, Stage)]> {
        let whole = || survey.resolver.types.world().function(id).map(|function| function.range).unwrap_or_default();
        survey.memo.stages.get(&id, || self.stages(survey, id, whole()))
    }

    pub(super) fn trace_stage(
        &self,
        survey: Survey<'_>,
        stage: &Stage,
        names: &Names,
        seen: &mut Seen,
        uses: &mut Vec<Use>,
    ) {
        match stage {
            Stage::Uses(own) => {
                uses.extend(own.iter().filter_map(|using| match &using.statement {
                    Some(statement) => using.clone().stated(renamed(statement, names)),
                    None => Some(Use { path: renamed(&using.path, names), ..using.clone() }),
                }));
            }
            Stage::Runs(callees) | Stage::Shows(callees) | Stage::Leaves(callees) => {
                let before = uses.len();
                for (callee, given) in callees {
                    let given = given.iter().map(|(name, text)| (name.clone(), renamed(text, names))).collect();
                    self.trace(survey, *callee, given, seen, uses);
                }
                if matches!(stage, Stage::Leaves(_)) {
                    let done = uses.split_off(before);
                    uses.extend(done.into_iter().filter(Use::is_of_data));
                }
                if matches!(stage, Stage::Shows(_)) {
                    uses.iter_mut()
                        .skip(before)
                        .filter(|using| using.is_of_data())
                        .for_each(|using| using.reads = false);
                }
            }
        }
    }

    /// What the calls in a part of a function come to.
    fn stages(&self, survey: Survey<'_>, id: FnId, part: TextRange) -> Arc<[(TextRange, Stage)]> {
        let types = &survey.resolver.types;
        let (facts, Some(ast)) = (types.facts(id.file), types.ast(id.file)) else {
            return Arc::default();
        };
        let own = facts.calls.iter().filter(|call| call.function == id.index && part.contains_range(call.range));
        let mut calls: Vec<TextRange> = own.map(|call| call.range).collect();
        // An argument runs before the call that it is for.
        calls.sort_by_key(|range| (range.end(), std::cmp::Reverse(range.start())));
        calls.dedup();
        let stage = |range: TextRange| {
            let is_shown = || data::is_only_shown(&ast, range);
            let mut own = self.uses_at(survey, id, range);
            own.extend(self.named_in_command(survey, id, range));
            own.retain(|using| !(using.is_of_data() && using.looks && is_shown()));
            if !own.is_empty() {
                return Some((range, Stage::Uses(own)));
            }
            let call = ast.call(range)?;
            let handed = self.handed(survey, &ast, id, call);
            if !handed.is_empty() {
                return Some((range, Stage::Uses(handed)));
            }
            let targets = survey.targets(id.file, call);
            let callees = targets.iter().filter_map(|target| types.world().fn_of(target.function?));
            // A coroutine function does not run when it is called, but where its coroutine is awaited.
            let is_awaited = ast
                .path(range)
                .iter()
                .any(|node| matches!(node, AnyNodeRef::ExprAwait(await_) if await_.value.range() == range));
            let callees = callees
                .filter(|id| types.world().function(*id).is_some_and(|function| !function.is_async || is_awaited));
            let named: Vec<_> = callees.map(|callee| (callee, names(survey, &ast, id, call, callee, 3))).collect();
            let is_shown = !named.is_empty()
                && is_shown()
                && named.iter().all(|(callee, _)| data::leaves_no_trace(survey, *callee));
            Some((range, if is_shown { Stage::Shows(named) } else { Stage::Runs(named) }))
        };
        let mut stages: Vec<(TextRange, Stage)> = calls.into_iter().filter_map(stage).collect();
        let left: Vec<(TextRange, Stage)> =
            stages.iter().filter_map(|(at, stage)| self.leaving(survey, &ast, id, (*at, stage))).collect();
        stages.extend(left.into_iter().rev());
        stages.sort_by_key(|(at, _)| at.end());
        stages.into()
    }

    /// The site at `range` in a function, with its call.
    pub(super) fn call<'t>(&self, ast: &'t Ast, function: FnId, range: TextRange) -> Option<(&'a Site, &'t ExprCall)> {
        let site = self.sites.get(&function)?.iter().find(|site| site.range == range)?;
        Some((site, ast.expression(range)?.as_call_expr()?))
    }

    /// Whether all that follows from a look at a path is that what is missing there is made: whoever does so first, it is
    /// there in the end.
    pub(super) fn only_decides(
        &self,
        survey: Survey<'_>,
        ast: &Ast,
        function: FnId,
        look: TextRange,
        path: &str,
    ) -> bool {
        let nodes = ast.path(look);
        let Some(AnyNodeRef::StmtIf(branch)) = nodes.iter().rev().find(|node| node.is_statement()) else {
            return false;
        };
        branch.elif_else_clauses.is_empty()
            && branch.test.range().contains_range(look)
            && branch.body.iter().all(|stmt| self.makes(survey, ast, function, stmt, path))
    }

    /// Whether a statement makes what is missing at a path, and does nothing else.
    fn makes(&self, survey: Survey<'_>, ast: &Ast, function: FnId, stmt: &Stmt, path: &str) -> bool {
        let Stmt::Expr(stmt) = stmt else { return false };
        let Some((site, call)) = self.call(ast, function, stmt.value.range()) else { return false };
        survey.resolver.makes(site.file, call, api(survey, site))
            && self.uses_at(survey, function, site.range).iter().any(|using| using.writes && using.path == path)
    }

    /// Why the call at `hop`, or the part of its function, must not be awaited: the function reads a file before it and writes it after it, with nothing in between
    /// that gives the loop back.
    pub(super) fn split(&self, survey: Survey<'_>, hop: &Hop, part: Part<'_>) -> Option<String> {
        let uses = self.uses_in(survey, hop.function);
        if !uses.iter().any(|(_, using)| using.writes) && !self.may_vanish(&uses) {
            return None;
        }
        let ast = survey.resolver.types.ast(hop.function.file)?;
        let pauses = Pauses::of(survey, hop.function, &ast, hop.at)?;
        let is_hop = |at: &TextRange| *at == hop.at || part == Part::Block && hop.at.contains_range(*at);
        let before = || {
            uses.iter().filter(|(at, using)| {
                using.reads && (is_hop(at) || at.end() <= hop.at.end() && !pauses.separate(at.start(), hop.at.start()))
            })
        };
        // What was changed before, others see when the transaction ends.
        let changed = uses.iter().find(|(_, using)| using.is_of_data() && using.writes).map(|(at, _)| at.end());
        let is_late = |at: &TextRange, using: &Use| using.ends && changed.is_some_and(|changed| changed < at.end());
        let after = || {
            uses.iter().filter(|(at, using)| {
                (using.writes || is_late(at, using))
                    && (is_hop(at) || at.end() > hop.at.end() && !pauses.separate(hop.at.end(), at.end()))
            })
        };
        let rewritten = before().find_map(|(first_at, first)| {
            // What a transaction brings to the database may come from anywhere.
            let is_other = |at: &TextRange, second: &Use| {
                second.is_stated() && self.has_nothing_to_do(survey, hop, *first_at, *at)
            };
            let second = after().find(|(at, second)| {
                let is_one = first.may_be_one(second) || second.is_listed_by(first);
                !(is_hop(first_at) && is_hop(at)) && is_one && !is_other(at, second)
            })?;
            if is_fresh(survey, hop.function, &first.path) {
                return None;
            }
            Some(Rewriting::of(&second.1).reason)
        });
        rewritten.or_else(|| self.vanishes(survey, hop, &is_hop, &uses, &pauses))
    }

    /// What a function does to files, with the places at which it does so, by itself or by what it calls.
    pub(super) fn uses_in(&self, survey: Survey<'_>, function: FnId) -> Arc<[(TextRange, Use)]> {
        survey.memo.uses.get(&function, || {
            let mut uses: Vec<(TextRange, Use)> = Vec::new();
            for (at, stage) in self.all_stages(survey, function).iter() {
                let mut found = Vec::new();
                self.trace_stage(survey, stage, &Names::new(), &mut Seen::default(), &mut found);
                mark_listed(survey, function, *at, &mut found, &uses);
                uses.extend(found.into_iter().map(|using| (*at, using)));
            }
            uses.into()
        })
    }
}

/// What is read and then written.
#[derive(Debug, Clone)]
pub(super) struct Rewriting {
    /// Why that must not happen beside other tasks.
    pub(super) reason: String,
    /// It is the data of a database.
    pub(super) is_of_data: bool,
}

impl Rewriting {
    fn of(using: &Use) -> Self {
        let is_of_data = using.is_of_data();
        let what = if is_of_data { "the database".to_owned() } else { format!("the file `{}`", using.path) };
        let done = if is_of_data { "changes" } else { "writes" };
        let reason = format!("it reads {what} and then {done} it: another task could do so in between");
        Self { reason, is_of_data }
    }
}

/// What the name of a file ends with, where its path is put together from a text: `.json` of `folder/f"{day}.json"`.
fn ending(path: &str) -> Option<&str> {
    let quoted = path.strip_suffix(['"', '\''])?;
    let start = quoted.rfind(['"', '\'', '}', '/', '\\']).map_or(0, |at| at + 1);
    Some(&quoted[start..]).filter(|ending| !ending.is_empty())
}

pub(super) fn api<'s>(survey: Survey<'s>, site: &Site) -> &'s Api {
    &survey.resolver.catalogue().apis[site.api as usize]
}

/// What is read and then written; of databases first, since more has to take turns then.
fn conflict(uses: &[Use]) -> Option<Rewriting> {
    let found = |of_data: bool| {
        uses.iter().enumerate().filter(|(_, first)| first.is_of_data() == of_data).find_map(|(position, first)| {
            // A statement is done in one go, whatever it says.
            let later = &uses[position + usize::from(of_data)..];
            let second = later.iter().find(|second| first.reads && second.writes && first.is_same(second));
            let left = || later.iter().find(|second| first.is_left_to(second)).map(Rewriting::of_process);
            second.map(Rewriting::of).or_else(left)
        })
    };
    found(true).or_else(|| found(false))
}

pub(super) fn is_module(survey: Survey<'_>, file: FileId, expr: &Expr) -> bool {
    survey.resolver.types.shapes(file, expr).iter().any(|shape| matches!(shape, crate::project::Shape::Module(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_of_paths() {
        assert_eq!(ending("f\"{self.folder}/index.txt\""), Some("index.txt"));
        assert_eq!(ending("f\"{root}/{day}.json\""), Some(".json"));
        assert_eq!(ending("f\"{name}\""), None);
        assert_eq!(ending("path"), None);
        assert_eq!(ending("settings(\"a.csv\")"), None);
    }
}
