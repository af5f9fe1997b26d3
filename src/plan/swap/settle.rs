//! What `except` clauses become once it is known which calls are exchanged, and which changes depend on each other for that.

use std::collections::BTreeMap;

use ruff_python_ast::AnyNodeRef;
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};

use super::errors::Guards;
use super::{Clause, Exchange, Remark};
use crate::analysis::{FnId, Site};
use crate::plan::convert::Conversion;
use crate::plan::decide::Planner;
use crate::project::FileId;

/// The exchanges that are possible as far as types go.
#[derive(Debug, Default)]
pub(in crate::plan) struct Exchanges {
    pub list: Vec<Exchange>,
    /// Why findings whose library has a target have none, by finding.
    pub refused: BTreeMap<usize, String>,
    /// The calls in a function, with the functions that they run on the way to blocking calls.
    pub(super) calls_below: FxHashMap<FnId, Vec<(TextRange, FnId)>>,
}

impl Exchanges {
    /// The exchange that a finding belongs to.
    pub fn of(&self, finding: usize) -> Option<usize> {
        self.list.iter().position(|exchange| exchange.findings.contains(&finding))
    }

    /// The changes with their `except` clauses. Those that replace what a clause names are one change with all that it guards.
    pub fn settle(&self, planner: &Planner<'_>, mut found: Vec<Conversion>) -> Vec<Conversion> {
        let exchanged: FxHashSet<(FnId, TextRange)> =
            found.iter().flat_map(|conversion| &conversion.exchanges).flat_map(Exchange::sites).collect();
        for exchange in found.iter_mut().flat_map(|conversion| &mut conversion.exchanges) {
            let (codemod, target) = exchange.target;
            let target = &planner.resolver.catalogue().codemods[codemod].targets[target].1;
            for clause in &mut exchange.clauses {
                let is_old = |site: &&Site| !exchanged.contains(&(site.function, site.range));
                let keeps_old = match clause.guards {
                    Guards::Here => self.sites_under(planner, clause, codemod).any(|site| is_old(&site)),
                    Guards::Elsewhere => self.sites_of(planner, codemod).any(|site| is_old(&site)),
                    Guards::Raised => true,
                };
                clause.keeps_old = keeps_old || planner.others_may_raise(clause, target);
            }
        }
        let mut settled: Vec<Conversion> = Vec::new();
        for conversion in found {
            let clauses = |conversion: &Conversion| -> FxHashSet<(FileId, TextRange)> {
                let all = conversion.exchanges.iter().flat_map(|exchange| &exchange.clauses);
                all.filter(|clause| clause.replaces()).map(|clause| (clause.file, clause.at)).collect()
            };
            let mut joined = conversion;
            let own = clauses(&joined);
            let (meeting, apart): (Vec<Conversion>, Vec<Conversion>) =
                settled.into_iter().partition(|other| !clauses(other).is_disjoint(&own));
            settled = apart;
            for other in meeting {
                joined.join(other);
            }
            settled.push(joined);
        }
        let mut known: FxHashMap<(usize, usize), Vec<Remark>> = FxHashMap::default();
        for conversion in &mut settled {
            unite(&mut conversion.exchanges);
            for exchange in &mut conversion.exchanges {
                let all = known.entry(exchange.target).or_insert_with(|| remarks(planner, exchange.target));
                let homes: Vec<FileId> = exchange.files().collect();
                let sees = |file| homes.iter().any(|home| *home == file || planner.resolver.may_hold(file, *home));
                exchange.remarks = all.iter().filter(|remark| sees(remark.file)).cloned().collect();
            }
        }
        settled
    }

    /// The calls of a library.
    fn sites_of<'b>(&self, planner: &'b Planner<'_>, codemod: usize) -> impl Iterator<Item = &'b Site> + use<'b> {
        let apis = &planner.resolver.catalogue().apis;
        planner.ground.analysis.sites.iter().filter(move |site| apis[site.api as usize].codemod == codemod)
    }

    /// The library's calls that a clause guards, wherever they are made.
    fn sites_under<'b>(
        &self,
        planner: &'b Planner<'_>,
        clause: &Clause,
        codemod: usize,
    ) -> impl Iterator<Item = &'b Site> + use<'b> {
        let mut functions: FxHashSet<FnId> = FxHashSet::default();
        let below = |function: &FnId| self.calls_below.get(function).map_or(&[][..], Vec::as_slice);
        let within = below(&clause.function).iter().filter(|(at, _)| clause.body.contains_range(*at));
        let mut open: Vec<FnId> = within.map(|(_, callee)| *callee).collect();
        while let Some(id) = open.pop() {
            if functions.insert(id) {
                open.extend(below(&id).iter().map(|(_, callee)| *callee));
            }
        }
        let (function, body) = (clause.function, clause.body);
        let apis = &planner.resolver.catalogue().apis;
        planner.ground.analysis.sites.iter().filter(move |site| {
            apis[site.api as usize].codemod == codemod
                && (functions.contains(&site.function) || site.function == function && body.contains_range(site.range))
        })
    }
}

/// The clauses of exchanges of one target that are about the same place become one.
fn unite(exchanges: &mut [Exchange]) {
    let mut seen: Vec<(usize, Clause)> = Vec::new();
    for exchange in exchanges.iter_mut() {
        let codemod = exchange.target.0;
        for clause in std::mem::take(&mut exchange.clauses) {
            let is_same = |other: &&mut (usize, Clause)| {
                other.0 == codemod && (other.1.file, other.1.at) == (clause.file, clause.at)
            };
            match seen.iter_mut().find(is_same) {
                Some((_, other)) => other.join(clause),
                None => seen.push((codemod, clause)),
            }
        }
    }
    for exchange in exchanges.iter_mut() {
        let codemod = exchange.target.0;
        let (own, rest) = seen.into_iter().partition(|(of, _)| *of == codemod);
        seen = rest;
        exchange.clauses = own.into_iter().map(|(_, clause)| clause).collect();
    }
}

/// What keeps loggers as quiet as they were, behind the statements that configure logging.
fn remarks(planner: &Planner<'_>, (codemod, target): (usize, usize)) -> Vec<Remark> {
    let catalogue = planner.resolver.catalogue();
    let Some((_, target)) = catalogue.codemods.get(codemod).and_then(|codemod| codemod.targets.get(target)) else {
        return Vec::new();
    };
    let Some(quiet) = &target.quiet else { return Vec::new() };
    let types = &planner.resolver.types;
    // Where the program uses the library already, it has these remarks, and wants them.
    let is_there = types.world().own_files().any(|(_, source)| {
        source.facts.imports.iter().any(|import| import.module.split('.').next() == Some(quiet.library.as_str()))
    });
    if is_there {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (file, source) in types.world().own_files() {
        let last = |name: &str| quiet.after.iter().any(|after| after.rsplit('.').next() == Some(name));
        for call in source.facts.calls.iter().filter(|call| last(call.name.as_str())) {
            let Some(ast) = types.ast(file) else { continue };
            let Some(node) = ast.call(call.range) else { continue };
            let targets = planner.resolver.targets(file, &node.func);
            if !targets.iter().flat_map(|target| &target.names).any(|name| quiet.after.contains(name)) {
                continue;
            }
            let path = ast.path(call.range);
            let statement = path.iter().rev().find(|node| node.is_statement());
            if let Some(AnyNodeRef::StmtExpr(statement)) = statement {
                let (text, imports) = (quiet.text.clone(), quiet.imports.clone());
                found.push(Remark { file, after: statement.range(), text, imports });
            }
        }
    }
    found
}
