//! Regions: the statements that are one step, from the first read of a place to the last write.

use std::collections::BTreeSet;

use ruff_python_ast::{AnyNodeRef, Stmt, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use super::uses::Use;
use super::{Held, Home, MOST_FUNCTIONS, Part, ROUNDS};
use crate::analysis::{FnId, Lookup};
use crate::plan::atomic;
use crate::plan::cancelled::holds;
use crate::plan::decide::Planner;
use crate::plan::hoist::has_own_lines;
use crate::plan::scope::Scope;
use crate::project::blocks;
use crate::project::facts::FunctionKind;

impl Planner<'_> {
    /// The regions of what must be one step, and what runs inside of others, where one lock is enough.
    pub(super) fn outer(
        &self,
        home: &Home,
        places: &BTreeSet<String>,
        parts: &[Part],
    ) -> Option<(Vec<Held>, Vec<Part>)> {
        let mut regions = Vec::new();
        for part in parts {
            // It may do inside of another.
            _ = self.add_region(home, places, part, &mut regions);
        }
        let is_within = |part: &Part| {
            let others: Vec<Held> = regions.iter().filter(|held| held.function != part.function).cloned().collect();
            let above = self.lifted(vec![Use::of_part(part)], &others).unwrap_or_default();
            above.iter().any(|one| others.iter().any(|held| one.is_in(held)))
        };
        let (within, own): (Vec<Part>, Vec<Part>) = parts.iter().cloned().partition(is_within);
        regions.retain(|held| own.iter().any(|part| part.function == held.function));
        let has_region = |part: &Part| regions.iter().any(|held| held.is_around(part.function, part.range));
        (!regions.is_empty() && own.iter().all(has_region)).then_some((regions, within))
    }

    pub(super) fn loops_of(&self, function: FnId) -> Vec<TextRange> {
        let types = &self.resolver.types;
        let (Some(ast), Some(info)) = (types.ast(function.file), types.world().function(function)) else {
            return Vec::new();
        };
        ast.def(info.range).map(|def| Scope::of(def).loops).unwrap_or_default()
    }

    /// Makes statements a region, with those that cannot do without them.
    pub(super) fn add_region(
        &self,
        home: &Home,
        places: &BTreeSet<String>,
        part: &Part,
        regions: &mut Vec<Held>,
    ) -> Option<()> {
        let Part { function, mut range, ref owner } = *part;
        let types = &self.resolver.types;
        let info =
            types.world().function(function).filter(|info| info.kind == FunctionKind::Def && !info.is_generator)?;
        let ast = types.ast(function.file)?;
        let def = ast.def(info.range)?;
        let named: Vec<String> = places.iter().map(|name| home.place(owner.as_deref(), name)).collect();
        let pauses = Scope::of(def).pauses;
        for _ in 0..ROUNDS {
            let before = range;
            range = around_loops(def, statements(&def.body, range)?);
            for held in regions.iter().filter(|held| held.function == function) {
                let both = range.cover(held.range);
                if !pauses.iter().any(|pause| both.contains_range(*pause)) {
                    range = both;
                }
            }
            for clash in atomic::entering(self.survey, function, range) {
                named.contains(&clash.place).then_some(())?;
                range = range.cover(clash.range);
            }
            range = self.with_clocks(function, def, range).unwrap_or(range);
            if range == before {
                break;
            }
        }
        let is_run = statements(&def.body, range) == Some(range);
        if !is_run || !has_own_lines(&types.text(function.file), range) || !self.may_be_held(function, def, range) {
            return None;
        }
        if info.is_async {
            self.may_split_above(&[(function, TextRange::empty(range.start()))], None).ok()?;
        }
        let is_other = |held: &Held| held.function == function && held.owner != *owner;
        let stays = owner.as_ref().is_none_or(|owner| self.stays(function, owner, range));
        if !stays || regions.iter().any(is_other) {
            return None;
        }
        regions.retain(|held| held.function != function || !range.contains_range(held.range));
        regions.push(Held { function, range, owner: owner.clone(), places: named });
        Some(())
    }

    /// Some statements with those right before them that ask a clock for what they use: who waits asks when it is its turn.
    fn with_clocks(&self, function: FnId, def: &StmtFunctionDef, range: TextRange) -> Option<TextRange> {
        let ast = self.resolver.types.ast(function.file)?;
        let path = ast.path(range);
        let suite = path.iter().rev().flat_map(|node| blocks(*node)).find(|suite| holds(suite, range));
        let suite = suite.unwrap_or(&def.body);
        let here = suite.iter().position(|stmt| stmt.end() > range.start())?;
        let scope = Scope::of(def);
        let asks = |stmt: &&Stmt| {
            let assign = stmt.as_assign_stmt();
            let name = assign.and_then(|assign| assign.targets.first()?.as_name_expr());
            let call = assign.and_then(|assign| assign.value.as_call_expr());
            name.zip(call).is_some_and(|(name, call)| {
                let targets = self.survey.targets(function.file, call);
                let mut names = targets.iter().flat_map(|target| &target.names);
                let is_used = scope.read.iter().any(|(read, at)| *read == name.id && range.contains_range(*at));
                is_used && names.any(|name| self.resolver.catalogue().is_clock(name))
            })
        };
        let first = suite.get(..here)?.iter().rev().take_while(asks).last()?;
        Some(range.cover(first.range()))
    }

    /// Whether a task that holds a lock meanwhile waits for no other, and holds nothing else while it waits for the lock.
    fn may_be_held(&self, function: FnId, def: &StmtFunctionDef, range: TextRange) -> bool {
        let pauses = Scope::of(def).pauses;
        let catalogue = self.resolver.catalogue();
        let Some(ast) = self.resolver.types.ast(function.file) else { return false };
        let is_free = ast.path(range).iter().all(|node| match node {
            AnyNodeRef::StmtWith(with) if with.range() != range => {
                with.is_async
                    && with.items.iter().all(|item| {
                        let is_guard = |class: &str| catalogue.guards(class);
                        self.resolver.may_be_instance(function.file, &item.context_expr, is_guard)
                    })
            }
            _ => true,
        });
        is_free && !pauses.iter().any(|pause| range.contains_range(*pause))
    }

    /// Whether what stands in a region runs one of these functions.
    pub(super) fn runs_one_of(&self, held: &Held, holders: &FxHashSet<FnId>) -> bool {
        let called = |id: FnId, within: Option<TextRange>| -> Vec<FnId> {
            let is_in = |at: TextRange| within.is_none_or(|within| within.contains_range(at));
            let outline = self.survey.outline(id);
            let calls = outline.calls_in_order().filter(|(_, call)| is_in(call.range));
            let mut found: Vec<FnId> = Vec::new();
            for (_, call) in calls {
                found.extend(self.survey.follow(id, call).all());
            }
            let implicit = self.ground.callees.get(&id).into_iter().flatten().filter(|(at, _)| is_in(**at));
            found.extend(implicit.flat_map(|(_, callees)| callees));
            found
        };
        let mut open = called(held.function, Some(held.range));
        let mut seen: FxHashSet<FnId> = open.iter().copied().collect();
        while let Some(id) = open.pop() {
            if holders.contains(&id) || seen.len() > MOST_FUNCTIONS {
                return true;
            }
            open.extend(called(id, None).into_iter().filter(|callee| seen.insert(*callee)));
        }
        false
    }
}

/// The statements of one block that hold a range.
fn statements(body: &[Stmt], range: TextRange) -> Option<TextRange> {
    let first = body.iter().position(|stmt| stmt.end() >= range.start())?;
    let last = body.iter().rposition(|stmt| stmt.start() < range.end())?;
    let run = body.get(first..=last)?;
    if let [stmt] = run {
        // What a function in it does, it does not do there.
        let is_code = !matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_));
        if let Some(block) = blocks(stmt.into()).into_iter().find(|block| is_code && holds(block, range)) {
            return statements(block, range);
        }
    }
    Some(run.first()?.range().cover(run.last()?.range()))
}

/// The outermost loop around a range in which all is one step; else the range.
fn around_loops(def: &StmtFunctionDef, range: TextRange) -> TextRange {
    let Scope { pauses, loops, .. } = Scope::of(def);
    let is_one_step =
        |at: &TextRange| at.contains_range(range) && !pauses.iter().any(|pause| at.contains_range(*pause));
    loops.into_iter().filter(is_one_step).max_by_key(|at| at.len()).unwrap_or(range)
}
