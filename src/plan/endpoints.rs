//! Endpoints that await nothing: as plain functions they run in threads, which the framework has for those.
//!
//! That is another program than one that awaits: each such endpoint takes one of a few threads while it runs. So it is done only where
//! the configuration asks for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Comprehension, Expr, Stmt};
use ruff_text_size::TextRange;

use super::convert::conversion;
use super::decide::{Decisions, Planner};
use super::{Action, Change};
use crate::analysis::{FnId, Hop, Lookup};
use crate::catalogue::Kind;
use crate::project::callee_of;
use crate::project::facts::FunctionKind;

/// What an endpoint may wait for as a plain function: where two run at the same time, nothing is lost.
const HARMLESS: [Kind; 3] = [Kind::Network, Kind::Sleep, Kind::Wait];

impl Planner<'_> {
    /// Makes endpoints plain functions, as far as nothing else is decided about them.
    pub(super) fn drop_async(&self, decisions: &mut Decisions, changes: &mut Vec<Change>) {
        let mut endpoints: BTreeMap<FnId, Vec<(Hop, usize)>> = BTreeMap::new();
        for (index, finding) in self.ground.analysis.findings.iter().enumerate() {
            for hop in finding.entries.iter().filter(|hop| self.is_endpoint(hop.function)) {
                endpoints.entry(hop.function).or_default().push((*hop, index));
            }
        }
        for (id, entries) in endpoints {
            let is_changed = |change: &Change| {
                change.function == id
                    || conversion(change).is_some_and(|conversion| {
                        conversion.parts.iter().any(|part| part.function == id)
                            || conversion.exchanges.iter().any(|exchange| exchange.functions.contains(&id))
                    })
            };
            if changes.iter().any(is_changed) || self.may_be_plain(id, &entries).is_err() {
                continue;
            }
            let Some((first, _)) = entries.first() else { continue };
            let mut findings: Vec<usize> = entries.iter().map(|(_, finding)| *finding).collect();
            findings.sort_unstable();
            findings.dedup();
            decisions.extend(entries.iter().map(|(hop, _)| ((id, hop.at), Ok(Action::Plain))));
            changes.push(Change::new(id, first.at, Action::Plain, findings));
        }
    }

    /// Whether a function is a coroutine function that a framework calls, and awaits nothing.
    fn is_endpoint(&self, id: FnId) -> bool {
        let Some(function) = self.resolver.types.world().function(id) else { return false };
        let Some(ast) = self.resolver.types.ast(id.file) else { return false };
        let catalogue = self.resolver.catalogue();
        let is_for_endpoints = |range: &TextRange| {
            let callee = ast.expression(*range).map(callee_of);
            callee.is_some_and(|callee| {
                self.names_of(id.file, callee).iter().any(|name| catalogue.is_for_endpoints(name))
            })
        };
        function.is_async
            && !function.is_generator
            && function.kind == FunctionKind::Def
            && !function.decorators.is_empty()
            && function.decorators.iter().all(is_for_endpoints)
            && ast.def(function.range).is_some_and(|def| {
                let mut waits = Waits(false);
                waits.visit_body(&def.body);
                !waits.0
            })
    }

    /// Whether threads may run a function at the same time, and nobody else calls it.
    fn may_be_plain(&self, id: FnId, entries: &[(Hop, usize)]) -> Result<(), String> {
        let mentions = self.survey.may_mention(id).ok_or("the function is gone")?;
        if !mentions.given.is_empty() || !mentions.called.is_empty() {
            return Err("the program calls it as well".to_owned());
        }
        if self.is_public(id) {
            return Err("others may call it who install the package".to_owned());
        }
        if let Some(reason) = self.foreign(id) {
            return Err(reason);
        }
        let starts = vec![(id, Arc::default())];
        let explored = self.survey.region(&starts);
        let region = (*explored).as_ref().map_err(String::clone)?;
        for (hop, finding) in entries {
            let api = self.api(*finding);
            if !HARMLESS.contains(&api.kind) || api.lazy {
                return Err("it may meet others who do the same".to_owned());
            }
            self.object_may_move(hop, *finding, region)?;
        }
        self.unshared(&region.touches).map_or(Ok(()), Err)
    }
}

/// Whether something is awaited, or a function defined that may await.
struct Waits(bool);

impl<'a> Visitor<'a> for Waits {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        self.0 |= match stmt {
            Stmt::For(statement) => statement.is_async,
            Stmt::With(statement) => statement.is_async,
            Stmt::FunctionDef(def) => def.is_async,
            _ => false,
        };
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        self.0 |= matches!(expr, Expr::Await(_) | Expr::Yield(_) | Expr::YieldFrom(_));
        walk_expr(self, expr);
    }

    fn visit_comprehension(&mut self, comprehension: &'a Comprehension) {
        self.0 |= comprehension.is_async;
        ruff_python_ast::visitor::walk_comprehension(self, comprehension);
    }
}
